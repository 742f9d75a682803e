//! Stage 6a: what is looked for only beside evidence of something rarer.
//!
//! A capitalised word, a `we`, a `my client` stand in every other sentence and mean nothing there;
//! beside a diagnosis or an amount they say whose it is. Looked for everywhere they would cost more
//! than all other rules together, so the rarer evidence is the anchor: rules with `beside` are tried
//! around it, and nowhere else.
//!
//! And around it only where they can matter: where a combination could be fulfilled with them
//! ([`Prospects`](crate::combine::Prospects)), and where something is shown, since a snippet shows nothing
//! that any rule matches. There they have a prefilter of their own, whose candidates are a bound on what
//! may be found.

mod search;
mod turn;

use dosimeter_record::Confidence;

use crate::{
    bits,
    classifier::Engine,
    combine::{Combinations, ProspectMemory},
    prefilter::{Learned, Prefilter},
    rule::{Rule, Strength, certain::Certain},
    scan::{Found, Stretch},
    score::Scored,
    scratch::Scratch,
};
use search::Search;
use turn::Turn;

/// The rules that are tried beside evidence. Made once for a classifier.
#[derive(Debug)]
pub(crate) struct Beside {
    /// In the order of the rule set.
    attendants: Vec<Attendant>,
    /// By rule: a bit for each attendant that is tried beside its matches; none if there is none.
    attended: Vec<Vec<u64>>,
    /// The combinations that ask for what any attendant finds, a bit each.
    combinations: Vec<u64>,
    /// Where attendants could match.
    prefilter: Prefilter,
    /// How far behind the beginning of a match its anchor may stand, in bytes.
    anchor_max: usize,
}

/// One such rule.
#[derive(Debug)]
struct Attendant {
    rule: usize,
    /// How far it is tried from evidence, in bytes.
    reach: usize,
    /// How long a match may be, in bytes.
    len_max: usize,
    /// The combinations that ask for what it finds, a bit each.
    combinations: Vec<u64>,
    /// Whether it may match at places that the prefilter does not know of.
    anywhere: bool,
    certain: Certain,
}

/// What a thread keeps for the search beside evidence.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) learned: Learned,
    /// By attendant.
    turns: Vec<Turn>,
    prospects: ProspectMemory,
}

impl Beside {
    pub(crate) fn new(rules: &[Rule], combinations: &Combinations) -> Self {
        let mut attendants: Vec<Attendant> = Vec::new();
        let mut attended = vec![Vec::new(); rules.len()];
        let mut all = Vec::new();
        let of_all = rules.iter().enumerate();
        for (rule, data, beside) in
            of_all.filter_map(|(rule, data)| Some((rule, data, data.beside.as_ref()?)))
        {
            for (other, attended) in rules.iter().zip(&mut attended) {
                let is_asked = |class| beside.classes.contains(class);
                if other.beside.is_none() && other.evidence.iter().any(is_asked) {
                    bits::set(attended, attendants.len());
                }
            }
            let mut asking = Vec::new();
            for combination in combinations.asking_for(rule) {
                bits::set(&mut asking, combination);
                bits::set(&mut all, combination);
            }
            attendants.push(Attendant {
                rule,
                reach: beside.chars,
                len_max: data.len_max,
                combinations: asking,
                anywhere: data.anchors.is_empty(),
                certain: beside.certain,
            });
        }
        let anchors = rules.iter().filter(|rule| rule.beside.is_some());
        let anchors = anchors.flat_map(|rule| rule.anchors.iter());
        let anchor_max = anchors.map(|anchor| usize::from(anchor.back_max)).max().unwrap_or(0);
        let prefilter = Prefilter::new(rules, true);
        Self { attendants, attended, combinations: all, prefilter, anchor_max }
    }

    /// The attendants that are tried beside a match, by their bits.
    fn attending(&self, found: &Scored) -> &[u64] {
        self.attended.get(found.rule).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Adds to what was found what stands beside it, both in the order of the text. `decoded` is what an
/// encoding hid; without it whoever asks may know more evidence, and it is looked for everywhere. Linear
/// in the text for each rule, however much was found.
pub(crate) fn look(
    engine: &Engine,
    scratch: &mut Scratch,
    stretch: Stretch<'_>,
    mut found: Vec<Scored>,
    decoded: Option<&[Found]>,
) -> Vec<Scored> {
    if found.iter().all(|found| engine.beside.attending(found).is_empty()) {
        return found;
    }
    let mut memory = std::mem::take(&mut scratch.beside);
    let known = found.len();
    Search::new((engine, stretch), scratch, &mut found, &mut memory).run(decoded);
    scratch.beside = memory;
    if found.len() > known {
        let place = |scored: &Scored| (scored.value.start, scored.value.end, scored.rule);
        found.sort_by_key(place);
        found.dedup_by_key(|scored| place(scored));
    }
    found
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
    fn what_is_asked_for_may_stand_before_the_evidence() {
        let rules = RULES.replace("chars = 20 ", "chars = 90 ");
        let rules =
            rules.replace(r#"{ evidence = "name" }"#, r#"{ evidence = "name", at_least = 3 }"#);
        let rules = rules.replace("Oskar has asthma", "Oskar, Betty, Wendy: asthma");
        let rules = rules.replace("Oskar has a dog", "Oskar, Betty, Wendy");
        let classifier = classifier(&rules);
        let mut scratch = classifier.scratch();
        let mut count = |text: &str| classifier.scan(&mut scratch, text).len();
        let far = "x ".repeat(30);
        assert_eq!(count(&format!("Oskar, Betty, Wendy {far} asthma")), 1);
        assert_eq!(count(&format!("asthma {far} Oskar, Betty, Wendy")), 1);
        assert_eq!(count(&format!("Oskar, Betty {far} asthma")), 0);
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
