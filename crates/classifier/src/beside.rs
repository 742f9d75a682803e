//! Stage 6a: what is looked for only beside evidence of something rarer.
//!
//! A capitalised word, a `we`, a `my client` stand in every other sentence and mean nothing there;
//! beside a diagnosis or an amount they say whose it is. Looked for everywhere they would cost more
//! than all other rules together, so the rarer evidence is the anchor: rules with `beside` are tried
//! around it, and nowhere else.
//!
//! And around it only where they can matter: where a combination could be fulfilled with them
//! ([`Prospects`]), and where something is shown, since a snippet shows nothing that any rule matches. There
//! they have a prefilter of their own, whose candidates are a bound on what may be found.

use dosimeter_record::{Confidence, Span};

use crate::{
    classifier::Engine,
    combine::{ClassSet, Combinations, Pending, Prospects},
    detect::{Match, detect, detect_within, reaches},
    numbers::Numbers,
    prefilter::{Candidate, Prefilter},
    redact::CONTEXT_BYTES_MAX,
    rule::{Rule, Strength, certain::Certain},
    scan::{Found, Stretch},
    score::{Scored, score},
    scratch::Scratch,
    simd::BLOCK,
    spans::{last_overlapping, sorted_union, union, widened},
    validate::validate,
};

/// The rules that are tried beside evidence. Made once for a classifier.
#[derive(Debug)]
pub(crate) struct Beside {
    /// In the order of the rule set.
    attendants: Vec<Attendant>,
    /// By rule: whether any attendant is tried beside its matches.
    attended: Vec<bool>,
    /// Where they could match.
    prefilter: Prefilter,
    /// How far behind the beginning of a match its anchor may stand, in bytes.
    anchor_max: usize,
    /// What any of them is evidence of.
    classes: ClassSet,
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
    /// Whether it may match at places that the prefilter does not know of.
    anywhere: bool,
    certain: Certain,
}

impl Beside {
    pub(crate) fn new(rules: &[Rule], combinations: &Combinations) -> Self {
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
                    classes: combinations.of_rule(rule).iter().copied().collect(),
                    anywhere: data.anchors.is_empty(),
                    certain: beside.certain,
                })
            })
            .collect();
        let mut classes = ClassSet::default();
        let mut attended = vec![false; rules.len()];
        for attendant in &attendants {
            classes.add(&attendant.classes);
            for &rule in &attendant.of {
                if let Some(attended) = attended.get_mut(rule) {
                    *attended = true;
                }
            }
        }
        let anchors = rules.iter().filter(|rule| rule.beside.is_some());
        let anchors = anchors.flat_map(|rule| rule.anchors.iter());
        let anchor_max = anchors.map(|anchor| usize::from(anchor.back_max)).max().unwrap_or(0);
        let prefilter = Prefilter::new(rules, true);
        Self { attendants, attended, prefilter, anchor_max, classes }
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
    let part = widened(stretch.searched, engine.combinations.extent_max);
    let prospects = Prospects::new(&engine.combinations, Numbers::new(stretch.text, part));
    let mut search = Search { engine, stretch, found, prospects };
    search.note(decoded.unwrap_or_default());
    if decoded.is_none() || scratch.trace.is_some() {
        search.all(scratch, &turns, |turn| turn.windows.clone());
    } else {
        search.promising(scratch, &turns);
        let shown = search.shown(decoded.unwrap_or_default());
        search.all(scratch, &turns, |turn| turn.within(engine, &shown));
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

    /// Tries the rules in some of their windows.
    fn all(
        &mut self,
        scratch: &mut Scratch,
        turns: &[Turn<'_>],
        windows: impl Fn(&Turn<'_>) -> Vec<Span>,
    ) {
        let windows: Vec<Vec<Span>> = turns.iter().map(windows).collect();
        let candidates = self.candidates(scratch, windows.iter().flatten().copied());
        for (turn, windows) in turns.iter().zip(&windows) {
            self.run(scratch, turn, candidates_of(turn, &candidates), windows);
        }
    }

    /// Tries the rules where they could matter to a combination.
    fn promising(&mut self, scratch: &mut Scratch, turns: &[Turn<'_>]) {
        let engine = self.engine;
        let mut unknown = Pending::default();
        for Attendant { rule, classes, certain, .. } in turns.iter().map(|turn| turn.attendant) {
            unknown.add(*rule, classes, certain.digit);
        }
        let regions = self.regions(&engine.beside.classes, &unknown);
        let windows: Vec<Vec<Span>> =
            turns.iter().map(|turn| turn.within(engine, &regions)).collect();
        let candidates = self.candidates(scratch, windows.iter().flatten().copied());
        // What is found next is at most what these say.
        let mut pending = Pending::default();
        for (turn, windows) in turns.iter().zip(&windows) {
            let Attendant { rule, classes, anywhere, certain, .. } = turn.attendant;
            if *anywhere {
                pending.add(*rule, classes, certain.digit);
                continue;
            }
            // What follows evidence within a match is tried again, and may begin behind the window.
            let len_max = engine.rules.rules.get(*rule).map_or(0, |rule| rule.len_max);
            let behind =
                |window: &Span| Span::new(window.start, window.end.saturating_add(len_max));
            let windows: Vec<Span> = windows.iter().map(behind).collect();
            let places = candidates_of(turn, &candidates).iter();
            let places = places.filter(|place| place.reaches(&windows));
            self.prospects.expect(*rule, places.map(|place| place.last as usize).collect());
        }
        for (turn, windows) in turns.iter().zip(&windows) {
            let candidates = candidates_of(turn, &candidates);
            if windows.is_empty() || candidates.is_empty() && !turn.attendant.anywhere {
                pending.remove(turn.attendant.rule);
                continue;
            }
            let regions = self.regions(&turn.attendant.classes, &pending);
            let windows = turn.within(engine, &regions);
            self.run(scratch, turn, candidates, &windows);
            self.prospects.expect_no_more(turn.attendant.rule);
            pending.remove(turn.attendant.rule);
        }
    }

    /// Where the rules may match, if they do in some windows.
    fn candidates(
        &self,
        scratch: &mut Scratch,
        windows: impl Iterator<Item = Span>,
    ) -> Vec<Candidate> {
        let Beside { prefilter, anchor_max, .. } = &self.engine.beside;
        let len = self.stretch.text.len();
        let reaching = |window: Span| {
            // An anchor is looked at a few bytes behind its beginning.
            let end = window.end.saturating_add(*anchor_max).saturating_add(BLOCK).min(len);
            Span::new(window.start, end)
        };
        let parts = sorted_union(windows.map(reaching));
        prefilter.within(&self.engine.rules.rules, self.stretch, parts, &mut scratch.learned_beside)
    }

    /// Where combinations could be fulfilled that ask for any of `classes`.
    fn regions(&mut self, classes: &ClassSet, pending: &Pending) -> Vec<Span> {
        let Stretch { text, tables, own, .. } = self.stretch;
        let combinations = &self.engine.combinations;
        let mut pending = pending.clone();
        if !tables.all().is_empty() {
            pending.add_anywhere(&combinations.of_any_table);
        }
        let regions = self.prospects.regions(classes, &pending);
        // What is encoded beyond the places where the text goes on is not decoded here.
        let edges =
            [(own.start > 0).then_some(own.start), (own.end < text.len()).then_some(own.end)];
        let around = |edge| widened(Span::new(edge, edge), combinations.extent_max);
        sorted_union(regions.into_iter().chain(edges.into_iter().flatten().map(around)))
    }

    /// Tries a rule in some places.
    fn run(
        &mut self,
        scratch: &mut Scratch,
        turn: &Turn<'_>,
        candidates: &[Candidate],
        windows: &[Span],
    ) {
        if windows.is_empty() || candidates.is_empty() && !turn.attendant.anywhere {
            return;
        }
        let narrow = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let rule = narrow(turn.attendant.rule);
        let (rules, stretch) = (&self.engine.rules.rules, self.stretch);
        let mut matches = std::mem::take(&mut scratch.matches);
        if turn.attendant.anywhere {
            let candidates: Vec<Candidate> = if turn.attendant.certain.line {
                let lines = windows.iter().flat_map(|window| lines(stretch.text, *window));
                lines.map(|at| Candidate::anywhere(rule, narrow(at), narrow(at))).collect()
            } else {
                let all = |span: &Span| (narrow(span.start), narrow(span.end));
                let windows = windows.iter().map(all);
                windows.map(|(first, last)| Candidate::anywhere(rule, first, last)).collect()
            };
            detect(rules, scratch, stretch, &candidates, &mut matches);
        } else {
            let candidates = candidates.iter().filter(|place| place.reaches(windows));
            let candidates: Vec<Candidate> = candidates.copied().collect();
            detect_within(rules, scratch, stretch, (&candidates, windows), &mut matches);
        }
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

/// Of the candidates of all rules, which come sorted, those of one.
fn candidates_of<'c>(turn: &Turn<'_>, candidates: &'c [Candidate]) -> &'c [Candidate] {
    let rule = turn.attendant.rule;
    let first = candidates.partition_point(|candidate| (candidate.rule as usize) < rule);
    let end = candidates.partition_point(|candidate| (candidate.rule as usize) <= rule);
    candidates.get(first..end).unwrap_or_default()
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

/// Where lines begin in a window, or right behind it.
fn lines(text: &str, window: Span) -> impl Iterator<Item = usize> {
    // The end of the line before tells.
    let start = window.start.saturating_sub(1);
    let bytes = text.as_bytes().get(start..window.end).unwrap_or_default();
    let ends = memchr::memchr_iter(b'\n', bytes);
    let first = (window.start == 0).then_some(0);
    first.into_iter().chain(ends.map(move |end| start.saturating_add(end).saturating_add(1)))
}

impl Candidate {
    /// Whether a match may begin in some of these windows.
    fn reaches(&self, windows: &[Span]) -> bool {
        reaches(windows, self.first as usize, self.last as usize)
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
