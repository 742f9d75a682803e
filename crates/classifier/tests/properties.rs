//! What holds for every text, with the built-in rules.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::LazyLock;

use dosimeter_classifier::{Classifier, RuleSet, example};
use dosimeter_record::{Confidence, FingerprintKey, Identity, Locator};
use proptest::prelude::*;

static CLASSIFIER: LazyLock<Classifier> = LazyLock::new(|| {
    let key = FingerprintKey::from_bytes([3; 32]);
    Classifier::builder().min_confidence(Confidence::Low).key(key).build().unwrap()
});

/// Texts of all examples: what rules react to.
static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let texts = example::texts(RuleSet::built_in_sources()).unwrap();
    texts.into_iter().map(|(_, text)| text).collect()
});

/// Pieces of examples, cut anywhere and glued with what breaks parsers.
fn text() -> impl Strategy<Value = String> {
    let piece = (0..usize::MAX, 0..400_usize, 0..400_usize).prop_map(|(index, from, len)| {
        let text = &TEXTS[index % TEXTS.len()];
        text.chars().skip(from % 40).take(len).collect::<String>()
    });
    let glue = prop::sample::select(vec![
        "", " ", "\n", ",", "\t", "\u{200B}", "\u{AD}", "１", "é", "😀", "\"", "{", "}", "|",
        "\\u0041", "%41", "\0", "\u{202E}", "-", "=", "@", "'", "(", "\r\n",
    ]);
    prop::collection::vec((piece, glue), 1..6)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, glue)| piece + glue).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn findings_lie_in_the_text_and_their_snippets_are_short_lines(text in text()) {
        for finding in CLASSIFIER.scan(&mut CLASSIFIER.scratch(), &text) {
            let value = finding.span().slice(&text);
            prop_assert!(value.is_some_and(|value| !value.is_empty()), "{:?}", finding.span());
            let snippet = finding.redacted().snippet();
            prop_assert!(snippet.chars().count() <= 160);
            prop_assert!(!snippet.contains(['\n', '\r', '\0', '\u{202E}']), "{snippet}");
        }
    }

    #[test]
    fn the_same_text_gives_the_same_findings_in_used_and_fresh_memory(text in text()) {
        let mut used = CLASSIFIER.scratch();
        let first = CLASSIFIER.scan(&mut used, &text);
        prop_assert_eq!(&first, &CLASSIFIER.scan(&mut used, &text));
        prop_assert_eq!(&first, &CLASSIFIER.scan(&mut CLASSIFIER.scratch(), &text));
    }

    #[test]
    fn a_text_in_pieces_gives_the_findings_of_the_whole(text in text(), len in 1..200_usize) {
        let mut scratch = CLASSIFIER.scratch();
        let whole = CLASSIFIER.scan(&mut scratch, &text);
        let mut scan = CLASSIFIER.resource(&mut scratch, Identity::default());
        let mut stream = scan.stream(Locator::default());
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(rest.ceil_char_boundary(len));
            stream.push(piece);
            rest = later;
        }
        stream.end();
        prop_assert_eq!(whole, scan.finish().findings);
    }
}
