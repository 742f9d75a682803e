//! Stage 6a: what is looked for only beside evidence of something rarer.
//!
//! A capitalised word, a `we`, a `my client` stand in every other sentence and mean nothing there;
//! beside a diagnosis or an amount they say whose it is. Looked for everywhere they would cost more
//! than all other rules together, so the rarer evidence is the anchor: rules with `beside` are tried
//! around it, and nowhere else.

use dosimeter_record::{Confidence, Span};

use crate::{
    classifier::Engine,
    detect::detect,
    prefilter::Candidate,
    rule::{Rule, Strength},
    scan::Stretch,
    score::{Scored, score},
    scratch::Scratch,
    validate::validate,
};

/// The rules that are tried beside evidence. Made once for a classifier.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// In the order of the rule set.
    attendants: Vec<Attendant>,
    /// By rule: whether any attendant is tried beside its matches.
    attended: Vec<bool>,
}

/// One such rule.
#[derive(Debug)]
struct Attendant {
    rule: usize,
    /// The rules beside whose matches it is tried, ascending.
    of: Vec<usize>,
    /// How far from them, in bytes.
    reach: usize,
}

impl Beside {
    pub(crate) fn new(rules: &[Rule]) -> Self {
        let attendants: Vec<Attendant> = rules
            .iter()
            .enumerate()
            .filter_map(|(rule, data)| {
                let beside = data.beside.as_ref()?;
                let is_asked = |other: &Rule| {
                    other.beside.is_none()
                        && other.evidence.iter().any(|class| beside.classes.contains(class))
                };
                let of = rules.iter().enumerate().filter(|(_, other)| is_asked(other));
                Some(Attendant {
                    rule,
                    of: of.map(|(index, _)| index).collect(),
                    reach: beside.chars,
                })
            })
            .collect();
        let mut attended = vec![false; rules.len()];
        for &rule in attendants.iter().flat_map(|attendant| &attendant.of) {
            if let Some(attended) = attended.get_mut(rule) {
                *attended = true;
            }
        }
        Self { attendants, attended }
    }

    fn attends(&self, found: &Scored) -> bool {
        self.attended.get(found.rule).copied().unwrap_or(false)
    }
}

/// Adds to what was found what stands beside it. Both in the order of the text; linear in the text
/// for each rule, however much was found.
pub(crate) fn look(
    engine: &Engine,
    scratch: &mut Scratch,
    stretch: Stretch<'_>,
    mut found: Vec<Scored>,
) -> Vec<Scored> {
    let beside = &engine.beside;
    if !found.iter().any(|found| beside.attends(found)) {
        return found;
    }
    let rules = &engine.rules.rules;
    let mut candidates = Vec::new();
    let mut taken = Vec::new();
    for attendant in &beside.attendants {
        let anchors = attendant.anchors(rules, &found);
        let around = |span: &Span| {
            let start = span.start.saturating_sub(attendant.reach);
            Span::new(start, span.end.saturating_add(attendant.reach).min(stretch.text.len()))
        };
        for Span { start, end } in union(anchors.iter().map(around)) {
            let narrow = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
            let (first, last) = (narrow(start), narrow(end));
            let rule = narrow(attendant.rule);
            candidates.push(Candidate { rule, first, last, lead: 0, back_min: 0 });
        }
        taken.push((attendant.rule, union(anchors.into_iter())));
    }
    let mut matches = std::mem::take(&mut scratch.matches);
    detect(rules, scratch, stretch, &candidates, &mut matches);
    // What is part of the evidence does not stand beside it.
    matches.retain(|matched| {
        let of = taken.binary_search_by_key(&matched.rule, |(rule, _)| *rule).ok();
        let taken = of.and_then(|of| taken.get(of)).map(|(_, spans)| spans.as_slice());
        !overlaps_any(taken.unwrap_or_default(), matched.value)
    });
    let validated = validate(rules, &engine.rules.allowed, scratch, stretch.text, &mut matches);
    scratch.matches = matches;
    found.extend(score(rules, scratch, stretch, validated));
    found.sort_by_key(|scored| (scored.value.start, scored.value.end, scored.rule));
    found
}

impl Attendant {
    /// Where the evidence stands, in the order of the text.
    fn anchors(&self, rules: &[Rule], found: &[Scored]) -> Vec<Span> {
        let is_evidence = |scored: &&Scored| {
            self.of.binary_search(&scored.rule).is_ok()
                && (scored.confidence() >= Confidence::Medium
                    || rules
                        .get(scored.rule)
                        .is_some_and(|rule| rule.strength == Strength::Supporting))
        };
        found.iter().filter(is_evidence).map(|scored| scored.value).collect()
    }
}

/// The same places without overlaps, of spans that come by their start.
fn union(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut union: Vec<Span> = Vec::new();
    for span in spans {
        match union.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => union.push(span),
        }
    }
    union
}

/// Whether `span` overlaps one of some that ascend and do not overlap.
fn overlaps_any(spans: &[Span], span: Span) -> bool {
    let after = spans.partition_point(|other| other.end <= span.start);
    spans.get(after).is_some_and(|other| other.overlaps(span))
}

#[cfg(test)]
mod tests {
    use dosimeter_record::{FingerprintKey, Identity, Locator};

    use crate::{Classifier, Outcome, RuleSet};

    const RULES: &str = r#"
[[rule]]
id         = "regulated.test.fact"
title      = "fact"
label      = "regulated"
severity   = "low"
confidence = "medium"
strength   = "supporting"
pattern    = '\b(Lyme disease|asthma)\b'
evidence   = ["fact"]

[[rule.positive]]
text = "asthma"

[[rule.negative]]
text = "plasma"

[[rule]]
id         = "regulated.test.name"
title      = "name"
label      = "regulated"
severity   = "low"
confidence = "medium"
strength   = "supporting"
pattern    = '\b([A-Z][a-z]{2,12})\b'
mask       = "initials"
evidence   = ["name"]
beside     = { evidence = "fact", chars = 20 }

[[rule.positive]]
text = "Oskar has asthma"

[[rule.negative]]
text = "Oskar has a dog"

[[combination]]
id         = "regulated.test.named"
title      = "both"
label      = "regulated"
severity   = "high"
all        = [{ evidence = "fact" }, { evidence = "name" }]
within     = { chars = 100 }

[[combination.positive]]
text = "Oskar has asthma"

[[combination.negative]]
text = "asthma"
"#;

    fn classifier() -> Classifier {
        let mut rules = RuleSet::default();
        rules.add_toml("test.toml", RULES).unwrap();
        let key = FingerprintKey::from_bytes([0; 32]);
        Classifier::builder().rules(rules).key(key).build().unwrap()
    }

    fn check(text: &str, names: &[&str]) {
        let explained = classifier().explain(text);
        let found: Vec<&str> = explained
            .iter()
            .filter(|seen| seen.rule.as_str() == "regulated.test.name")
            .filter(|seen| matches!(seen.outcome, Outcome::Evidence { .. }))
            .filter_map(|seen| seen.span.slice(text))
            .collect();
        assert_eq!(found, names, "{text}");
    }

    #[test]
    fn it_is_found_beside_the_evidence_and_nowhere_else() {
        check("Oskar has asthma", &["Oskar"]);
        check("asthma is what Oskar has", &["Oskar"]);
        check("Oskar has a dog", &[]);
        check("Oskar has a dog, a cat, a horse and also asthma", &[]);
        // Twice near the same name, and the name is found once.
        check("asthma: Oskar, asthma", &["Oskar"]);
        check("Ida: asthma, but not her brother, whose name is Oskar", &["Ida"]);
    }

    #[test]
    fn part_of_the_evidence_does_not_stand_beside_it() {
        check("Lyme disease", &[]);
        check("Ines has Lyme disease", &["Ines"]);
    }

    #[test]
    fn a_text_in_pieces_gives_the_same() {
        let classifier = classifier();
        let mut scratch = classifier.scratch();
        let text = format!("{}Oskar has asthma. {}", "x ".repeat(524_280), "y ".repeat(10));
        let mut scan = classifier.resource(&mut scratch, Identity::default());
        scan.segment(&text, &Locator::default());
        assert_eq!(scan.finish().findings.len(), 1);
    }

    #[test]
    fn as_much_evidence_as_one_likes_costs_no_more_than_the_text() {
        let classifier = classifier();
        let mut scratch = classifier.scratch();
        let text = "asthma Oskar ".repeat(20_000);
        assert_eq!(classifier.scan(&mut scratch, &text).len(), 1);
    }
}
