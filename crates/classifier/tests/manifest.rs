//! What a change of rules cannot change, as their manifests say, does not change.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test")]

use std::fmt::Write as _;

use dosimeter_classifier::{Classifier, Manifest, RuleSet, example};
use dosimeter_record::{FingerprintKey, Identity, Label, Labelled, Locator, Reach};

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

fn classifier(overrides: &str) -> Classifier {
    let mut rules = RuleSet::built_in();
    rules.add_toml("overrides.toml", overrides).unwrap();
    let key = FingerprintKey::from_bytes([1; 32]);
    Classifier::builder().rules(rules).key(key).build().unwrap()
}

/// Each resource of a conversation, and what it shows together.
fn verdicts(classifier: &Classifier, text: &str) -> Vec<Labelled> {
    let mut scratch = classifier.scratch();
    let message = |text: &str| {
        let identity = Identity { tenant: "t", resource: "r", part: "p" };
        let mut scan = classifier.resource(&mut scratch, identity);
        scan.segment(text, &Locator::default());
        scan.finish()
    };
    let mut verdicts: Vec<Labelled> = text.split("\n\n").map(message).collect();
    let parts: Vec<&Labelled> = verdicts.iter().collect();
    let together = classifier.conversation(Identity::default(), &parts);
    verdicts.push(together);
    verdicts
}

/// All that is kept of a verdict. What it tells a conversation counts while that is asked for: when the rule
/// is gone, what is left of it speaks for nothing.
fn kept(verdict: &Labelled, asked: bool) -> String {
    let labels = verdict.labels.by_label();
    let evidence = if asked { &verdict.evidence[..] } else { &[] };
    format!("{labels:?} {:?} {evidence:?} {}", verdict.findings, verdict.involved)
}

/// Whether the one rule for conversations is there.
fn asks_conversations(classifier: &Classifier) -> bool {
    let mut combinations = classifier.rules().combinations().iter();
    combinations.any(|rule| rule.id().as_str() == "regulated.phi.conversation")
}

/// Examples of the rules, each on its own and some together: what stands together, and a conversation.
fn texts(random: &mut Random) -> Vec<String> {
    let texts = example::texts(RuleSet::built_in_sources()).unwrap();
    let some = |random: &mut Random, between: &str| {
        let picked: Vec<&str> =
            (0..6).map(|_| texts[random.below(texts.len())].1.as_str()).collect();
        picked.join(between)
    };
    let mut all: Vec<String> = (0..30).map(|_| some(random, " ")).collect();
    all.extend((0..20).map(|_| some(random, "\n\n")));
    all
}

#[test]
fn what_a_change_does_not_reach_stays_as_it_is() {
    let mut random = Random(7);
    let before = classifier("");
    assert!(asks_conversations(&before));
    let manifest = before.manifest();
    let texts = texts(&mut random);
    let verdicts_before: Vec<Vec<Labelled>> =
        texts.iter().map(|text| verdicts(&before, text)).collect();
    let ids: Vec<String> = {
        let rules = before.rules();
        let all = rules.rules().iter().map(dosimeter_classifier::Rule::id);
        let all = all.chain(rules.combinations().iter().map(dosimeter_classifier::Combination::id));
        let all = all.chain(rules.tables().iter().map(dosimeter_classifier::TableRule::id));
        all.map(ToString::to_string).collect()
    };
    let (mut spared, mut changed, mut read) = (0, 0, 0);
    for round in 0..36 {
        let wanted = 1 + random.below(if round % 2 == 0 { 4 } else { 60 });
        let mut overrides = String::new();
        for _ in 0..wanted {
            let how = ["disabled = true", "severity = \"low\"", "severity = \"high\""];
            let id = &ids[random.below(ids.len())];
            let how = how[random.below(how.len())];
            writeln!(overrides, "[[override]]\nrule = \"{id}\"\nreason = \"test\"\n{how}").unwrap();
        }
        let Ok(after) = std::panic::catch_unwind(|| classifier(&overrides)) else {
            // The same rule disabled, and then named once more.
            continue;
        };
        let (_, reach) = after.manifest().since(&manifest);
        let asked = asks_conversations(&after);
        for (text, verdicts_before) in texts.iter().zip(&verdicts_before) {
            // What a conversation shows together is decided again whenever one of its parts is read.
            let is_read = |part: &Labelled| reach.concerns(&part.involved);
            let together = verdicts_before.len() - 1;
            let any_read = verdicts_before.iter().any(is_read);
            let pairs = verdicts_before.iter().zip(verdicts(&after, text));
            for (index, (was, now)) in pairs.enumerate() {
                let (now, is_read) = (&now, is_read(was) || index == together && any_read);
                let (was_kept, now_kept) = (kept(was, asked), kept(now, asked));
                let differs = was_kept != now_kept;
                assert_eq!(was.labels.coverage().state(), now.labels.coverage().state());
                if is_read {
                    read += 1;
                    changed += u32::from(differs);
                } else {
                    spared += 1;
                    assert!(!differs, "{reach:?}\n{overrides}\n{was_kept}\n{now_kept}");
                }
            }
        }
    }
    assert!(spared > read && changed > 20, "spared {spared}, read {read}, changed {changed}");
}

fn since(before: &str, after: &str) -> (String, Reach) {
    let manifest = |source: &str| {
        let mut rules = RuleSet::default();
        rules.add_toml("test.toml", source).unwrap();
        // As it comes back from where it was kept.
        let text = serde_json::to_string(&rules.manifest()).unwrap();
        serde_json::from_str::<Manifest>(&text).unwrap()
    };
    let (changes, reach) = manifest(after).since(&manifest(before));
    (changes.to_string(), reach)
}

const RULE: &str = r#"
[[rule]]
id         = "pii.test.badge"
title      = "badge"
label      = "pii"
severity   = "low"
confidence = "high"
pattern    = '\b(badge-[0-9]{8})\b'
[[rule.positive]]
text = "badge-12345678"
[[rule.negative]]
text = "badge"
"#;

#[test]
fn what_only_masks_concerns_what_is_shown() {
    let for_payment = |overrides: &str| classifier(overrides).restricted([Label::Payment]);
    let other =
        "[[override]]\nrule = \"secrets.generic.password\"\nreason = \"test\"\ndisabled = true";
    let before = for_payment("").manifest();
    assert_eq!(for_payment("").manifest().since(&before).1, Reach::Nothing);
    let (changes, reach) = for_payment(other).manifest().since(&before);
    assert_eq!((changes.masks, reach), (true, Reach::AnyInvolved));
}

#[test]
fn words_for_people_change_nothing() {
    let (said, reach) = since(RULE, &RULE.replace("title      = \"badge\"", "title = \"a badge\""));
    assert_eq!((said.as_str(), reach), ("no rule differs", Reach::Nothing));
}

#[test]
fn another_weight_concerns_those_with_a_match() {
    for (from, to) in
        [("\"low\"", "\"high\""), ("\"pii\"", "\"financial\""), ("\"high\"", "\"low\"")]
    {
        let (said, reach) = since(RULE, &RULE.replacen(from, to, 1));
        assert_eq!(said, "rules: 1 weighed differently");
        assert!(matches!(reach, Reach::Involving(marks) if marks.len() == 1));
    }
}

#[test]
fn what_may_match_elsewhere_concerns_everything() {
    for (from, to) in [("{8}", "{9}"), ("\"pii\"", "\"secrets\"")] {
        let positive = "badge-123456789 badge-12345678";
        let after = RULE
            .replacen(from, to, 1)
            .replace("text = \"badge-12345678\"", &format!("text = \"{positive}\""));
        let (said, reach) = since(RULE, &after);
        assert_eq!((said.as_str(), reach), ("rules: 1 changed in what they match", Reach::Read));
    }
    let two = format!("{RULE}{}", RULE.replace("test.badge", "test.card"));
    assert_eq!(since(RULE, &two), ("rules: 1 new".to_owned(), Reach::Read));
    let (said, reach) = since(&two, RULE);
    assert_eq!(said, "rules: 1 removed");
    assert!(matches!(reach, Reach::Involving(marks) if marks.len() == 1));
    let turned = format!("{}{RULE}", RULE.replace("test.badge", "test.card"));
    assert_eq!(since(&two, &turned), ("rules: in another order".to_owned(), Reach::AnyInvolved));
}
