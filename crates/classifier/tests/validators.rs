//! Properties of all validators: total on any bytes, deterministic, and sensitive to one digit.

#![expect(clippy::unwrap_used, reason = "a test")]

use dosimeter_classifier::validator::{self, Verdict};
use proptest::prelude::*;

/// Values that hold, of schemes that catch every single wrong digit (mod 97, mod 11, Verhoeff). Schemes
/// that write two remainders as the same digit, such as the CPF, miss a few and are not listed.
const SENSITIVE: [(&str, &str); 10] = [
    ("iban", "DE89370400440532013000"),
    ("fr-nir", "255081416802538"),
    ("be-nn", "85073003328"),
    ("gb-nhs", "9434765919"),
    ("nl-bsn", "111222333"),
    ("no-fodselsnummer", "15108695088"),
    ("in-aadhaar", "234123412346"),
    ("hr-oib", "33392005961"),
    ("lei", "5493001KJTIIGC8Y1R12"),
    ("au-abn", "51824753556"),
];

fn accepts(name: &str, value: &[u8]) -> bool {
    matches!((validator::by_name(name).unwrap().check)(value), Verdict::Valid(_))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes_get_the_same_verdict_twice(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        for validator in validator::all() {
            prop_assert_eq!((validator.check)(&bytes), (validator.check)(&bytes), "{}", validator.name);
        }
    }

    #[test]
    fn any_near_miss_gets_a_verdict(text in "[A-Z0-9<=^~.:/+ -]{0,100}") {
        for validator in validator::all() {
            let _verdict = (validator.check)(text.as_bytes());
        }
    }
}

#[test]
fn one_changed_digit_is_noticed() {
    for (name, value) in SENSITIVE {
        assert!(accepts(name, value.as_bytes()), "{name} refuses {value}");
        for at in (0..value.len()).filter(|&at| value.as_bytes()[at].is_ascii_digit()) {
            for by in 1..10 {
                let mut changed = value.as_bytes().to_vec();
                changed[at] = b'0' + (changed[at] - b'0' + by) % 10;
                assert!(
                    !accepts(name, &changed),
                    "{name} accepts {value} with place {at} moved by {by}"
                );
            }
        }
    }
}

/// Shapes that a scan sees most, at lengths beyond what any validator expects.
#[test]
fn long_runs_are_refused_without_harm() {
    for byte in [b'0', b'1', b'9', b'A', b'z', b'<', b'=', b'-', 0xFF] {
        for length in [0, 1, 2, 17, 64, 255, 4096, 20_000] {
            let run = vec![byte; length];
            for validator in validator::all() {
                let accepted = matches!((validator.check)(&run), Verdict::Valid(_));
                assert!(!accepted, "{} accepts {length} × {byte}", validator.name);
            }
        }
    }
}
