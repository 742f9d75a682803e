//! Stage 6a: what is looked for only beside evidence of something rarer.
//!
//! A capitalised word, a `we`, a `my client` stand in every other sentence and mean nothing there;
//! beside a diagnosis or an amount they say whose it is. Looked for everywhere they would cost more
//! than all other rules together, so the rarer evidence is the anchor: rules with `beside` are tried
//! around it, and nowhere else.
//!
//! And around it only where they can matter: where a combination could be fulfilled with them
//! ([`Prospects`]), and where something is shown, since a snippet shows nothing that any rule matches.

use dosimeter_record::{Confidence, Span};

use crate::{
    classifier::Engine,
    combine::{ClassSet, Combinations, Prospects},
    detect::{Match, detect},
    prefilter::Candidate,
    redact::CONTEXT_BYTES_MAX,
    rule::{Rule, Strength},
    scan::{Found, Stretch},
    score::{Scored, score},
    scratch::Scratch,
    spans::{last_overlapping, sorted_union, union, widened},
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
    /// What its matches are evidence of.
    classes: ClassSet,
    /// What is not known when its turn comes: evidence that it and those after it may find.
    pending: ClassSet,
}

impl Beside {
    pub(crate) fn new(rules: &[Rule], combinations: &Combinations) -> Self {
        let mut attendants: Vec<Attendant> = rules
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
                    classes: combinations.of_rule(rule).iter().copied().collect(),
                    pending: ClassSet::default(),
                })
            })
            .collect();
        let mut pending = ClassSet::default();
        for attendant in attendants.iter_mut().rev() {
            pending.add(&attendant.classes);
            attendant.pending = pending.clone();
        }
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

    /// The rules that have evidence to be tried beside.
    fn turns<'e>(
        &'e self,
        engine: &Engine,
        stretch: Stretch<'_>,
        found: &[Scored],
    ) -> Vec<Turn<'e>> {
        let turns =
            self.attendants.iter().map(|attendant| Turn::new(attendant, engine, stretch, found));
        turns.filter(|turn| !turn.windows.is_empty()).collect()
    }
}

/// One such rule in one stretch.
struct Turn<'e> {
    attendant: &'e Attendant,
    /// Where the evidence stands.
    anchors: Vec<Span>,
    /// The places beside it.
    windows: Vec<Span>,
}

/// Adds to what was found what stands beside it, both in the order of the text. `decoded` is what an
/// encoding hid; without it whoever asks may know more evidence, and it is looked for everywhere. Linear
/// in the text for each rule, however much was found.
pub(crate) fn look(
    engine: &Engine,
    scratch: &mut Scratch,
    stretch: Stretch<'_>,
    found: Vec<Scored>,
    decoded: Option<&[Found]>,
) -> Vec<Scored> {
    let beside = &engine.beside;
    if !found.iter().any(|found| beside.attends(found)) {
        return found;
    }
    let turns = beside.turns(engine, stretch, &found);
    let prospects = Prospects::new(&engine.combinations);
    let mut search = Search { engine, stretch, found, prospects };
    search.note(decoded.unwrap_or_default());
    if decoded.is_none() || scratch.trace.is_some() {
        for turn in &turns {
            search.run(scratch, turn, &turn.windows);
        }
    } else {
        for turn in &turns {
            let regions = search.regions(turn.attendant);
            search.run(scratch, turn, &turn.within(engine, &regions));
        }
        let shown = search.shown(decoded.unwrap_or_default());
        for turn in &turns {
            search.run(scratch, turn, &turn.within(engine, &shown));
        }
    }
    let place = |scored: &Scored| (scored.value.start, scored.value.end, scored.rule);
    search.found.sort_by_key(place);
    search.found.dedup_by_key(|scored| place(scored));
    search.found
}

/// The search beside the evidence of one stretch.
struct Search<'e> {
    engine: &'e Engine,
    stretch: Stretch<'e>,
    found: Vec<Scored>,
    prospects: Prospects<'e>,
}

impl Search<'_> {
    /// Notes what is evidence of all that was found.
    fn note(&mut self, decoded: &[Found]) {
        let decoded = decoded.iter().map(|found| &found.scored);
        for scored in self.found.iter().chain(decoded) {
            if self.engine.is_evidence(scored) {
                self.prospects.add(scored.rule, scored.value);
            }
        }
    }

    /// Where a rule could matter to a combination.
    fn regions(&mut self, attendant: &Attendant) -> Vec<Span> {
        let Stretch { text, tables, own, .. } = self.stretch;
        let combinations = &self.engine.combinations;
        let mut pending = attendant.pending.clone();
        if !tables.all().is_empty() {
            pending.add(&combinations.of_any_table);
        }
        let regions = self.prospects.regions(&attendant.classes, &pending);
        // What is encoded beyond the places where the text goes on is not decoded here.
        let edges =
            [(own.start > 0).then_some(own.start), (own.end < text.len()).then_some(own.end)];
        let around = |edge| widened(Span::new(edge, edge), combinations.extent_max);
        sorted_union(regions.into_iter().chain(edges.into_iter().flatten().map(around)))
    }

    /// Tries a rule in some places.
    fn run(&mut self, scratch: &mut Scratch, turn: &Turn<'_>, windows: &[Span]) {
        if windows.is_empty() {
            return;
        }
        let narrow = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let rule = narrow(turn.attendant.rule);
        let candidate =
            |window: &Span| Candidate::anywhere(rule, narrow(window.start), narrow(window.end));
        let candidates: Vec<Candidate> = windows.iter().map(candidate).collect();
        let (rules, stretch) = (&self.engine.rules.rules, self.stretch);
        let mut matches = std::mem::take(&mut scratch.matches);
        detect(rules, scratch, stretch, &candidates, &mut matches);
        // What is part of the evidence does not stand beside it, but what follows it does: `Client` is the
        // first word of no name.
        let behind = |matched: &Match| {
            let anchor = last_overlapping(&turn.anchors, matched.value)?;
            let rest =
                (anchor.end < matched.value.end).then_some((anchor.end, matched.value.end))?;
            Some(Candidate::anywhere(rule, narrow(rest.0), narrow(rest.1)))
        };
        let behind: Vec<Candidate> = matches.iter().filter_map(behind).collect();
        let stands_alone =
            |matched: &Match| last_overlapping(&turn.anchors, matched.value).is_none();
        matches.retain(stands_alone);
        if !behind.is_empty() {
            let mut rest = Vec::new();
            detect(rules, scratch, stretch, &behind, &mut rest);
            matches.extend(rest.into_iter().filter(stands_alone));
            matches.sort_unstable();
            matches.dedup();
        }
        let allowed = &self.engine.rules.allowed;
        let validated = validate(rules, allowed, scratch, stretch.text, &mut matches);
        scratch.matches = matches;
        for scored in score(rules, scratch, stretch, validated) {
            if self.engine.is_evidence(&scored) {
                self.prospects.add(scored.rule, scored.value);
            }
            self.found.push(scored);
        }
    }

    /// Where something of this stretch may be shown, with what stands around it.
    fn shown(&self, decoded: &[Found]) -> Vec<Span> {
        let decoded = decoded.iter().map(|found| &found.scored);
        let reported = self.found.iter().chain(decoded).filter(|scored| {
            let rule = self.engine.rules.rules.get(scored.rule);
            rule.is_some_and(|rule| self.engine.reports(rule, scored.confidence()))
        });
        let reported: Vec<Span> = reported.map(|scored| scored.value).collect();
        let combined = self.prospects.shown();
        let shown =
            reported.into_iter().chain(combined).map(|span| widened(span, CONTEXT_BYTES_MAX));
        sorted_union(shown)
    }
}

impl<'e> Turn<'e> {
    fn new(
        attendant: &'e Attendant,
        engine: &Engine,
        stretch: Stretch<'_>,
        found: &[Scored],
    ) -> Self {
        let is_anchor = |scored: &&Scored| {
            attendant.of.binary_search(&scored.rule).is_ok() && engine.is_evidence(scored)
        };
        let anchors = union(found.iter().filter(is_anchor).map(|scored| scored.value));
        let around = |span: &Span| {
            let window = widened(*span, attendant.reach);
            Span::new(window.start, window.end.min(stretch.text.len()))
        };
        let windows = union(anchors.iter().map(around));
        Self { attendant, anchors, windows }
    }

    /// Of its windows what lies in some regions, and before them as much as a match may have that
    /// reaches into them.
    fn within(&self, engine: &Engine, regions: &[Span]) -> Vec<Span> {
        let rule = engine.rules.rules.get(self.attendant.rule);
        let len_max = rule.map_or(0, |rule| rule.len_max);
        let reaching = |span: &Span| Span::new(span.start.saturating_sub(len_max), span.end);
        let regions: Vec<Span> = union(regions.iter().map(reaching));
        let of_window = |window: &Span| {
            let first = regions.partition_point(|region| region.end <= window.start);
            let (start, end) = (window.start, window.end);
            let regions = regions.get(first..).unwrap_or_default().iter();
            let inside = regions.take_while(move |region| region.start < end);
            let cut = inside.map(|region| Span::new(region.start.max(start), region.end.min(end)));
            cut.collect::<Vec<Span>>()
        };
        self.windows.iter().flat_map(of_window).collect()
    }
}

impl Engine {
    /// Whether a match speaks for a combination.
    pub(crate) fn is_evidence(&self, scored: &Scored) -> bool {
        let rule = self.rules.rules.get(scored.rule);
        let supports = rule.is_some_and(|rule| rule.strength == Strength::Supporting);
        supports || scored.confidence() >= Confidence::Medium
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use dosimeter_record::{FingerprintKey, Identity, Locator};

    use crate::{Classifier, Outcome, RuleSet};

    /// A fact, a name beside it, and the combination of both.
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

    /// The same with a combination that asks for two facts.
    pub(crate) fn rules_for_two_facts() -> String {
        let two = r#"{ evidence = "fact", at_least = 2 }"#;
        let rules = RULES.replace(r#"{ evidence = "fact" }"#, two);
        rules.replace("Oskar has asthma", "asthma, Lyme disease: Oskar")
    }

    fn classifier(rules_toml: &str) -> Classifier {
        let mut rules = RuleSet::default();
        rules.add_toml("test.toml", rules_toml).unwrap();
        let key = FingerprintKey::from_bytes([0; 32]);
        Classifier::builder().rules(rules).key(key).build().unwrap()
    }

    fn check(text: &str, names: &[&str]) {
        let explained = classifier(RULES).explain(text);
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
    fn what_begins_with_the_evidence_goes_on_behind_it() {
        let rules = RULES
            .replace(r"\b([A-Z][a-z]{2,12})\b", r"\b([A-Z][a-z]{2,12}(?: [A-Z][a-z]{2,12})?)\b");
        let rules = rules.replace("asthma)", "asthma|Patient)");
        let found = |text: &str| -> Vec<String> {
            let explained = classifier(&rules).explain(text);
            let names = explained.iter().filter(|seen| seen.rule.as_str() == "regulated.test.name");
            names.filter_map(|seen| seen.span.slice(text)).map(str::to_owned).collect()
        };
        assert_eq!(found("Patient Oskar is here"), ["Oskar"]);
        assert_eq!(found("Patient Patient Oskar"), ["Oskar"]);
        assert_eq!(found("Patient is here"), [""; 0]);
    }

    #[test]
    fn it_is_found_wherever_a_combination_can_be_fulfilled() {
        let classifier = classifier(&rules_for_two_facts());
        let mut scratch = classifier.scratch();
        let mut count = |text: &str| classifier.scan(&mut scratch, text).len();
        assert_eq!(count("Oskar has asthma"), 0);
        assert_eq!(count(&format!("asthma {} Oskar: Lyme disease", "x ".repeat(900))), 0);
        assert_eq!(count("Oskar has asthma and Lyme disease"), 1);
        // What an encoding hides counts as well.
        assert_eq!(count("asthma, Oskar, dGhlIEx5bWUgZGlzZWFzZSBpcyBoZXJlIGFuZCBzdGF5cw=="), 1);
    }

    #[test]
    fn a_text_in_pieces_gives_the_same() {
        let classifier = classifier(RULES);
        let mut scratch = classifier.scratch();
        let text = format!("{}Oskar has asthma. {}", "x ".repeat(524_280), "y ".repeat(10));
        let mut scan = classifier.resource(&mut scratch, Identity::default());
        scan.segment(&text, &Locator::default());
        assert_eq!(scan.finish().findings.len(), 1);
    }

    #[test]
    fn as_much_evidence_as_one_likes_costs_no_more_than_the_text() {
        let classifier = classifier(RULES);
        let mut scratch = classifier.scratch();
        let text = "asthma Oskar ".repeat(20_000);
        assert_eq!(classifier.scan(&mut scratch, &text).len(), 1);
    }
}
