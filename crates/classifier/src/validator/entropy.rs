//! Does this look like a random secret, or like language, an identifier, a hash, a placeholder?
//!
//! Shannon entropy (C. E. Shannon, 1948) over the symbols, corrected for length, together with how
//! often the symbol changes class (lower, upper, digit, other): machines change it at nearly every
//! second place, people hardly ever. No word list: common letter pairs of English stand for one.

use super::{Strength::Structure, Validator, cloud::is_uuid};

const SOURCE: &str = "https://doi.org/10.1002/j.1538-7305.1948.tb01338.x (Shannon entropy)";

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("entropy-base64", SOURCE, |bytes| Structure.when(is_random_base64(bytes))),
    Validator::new("entropy-hex", SOURCE, |bytes| Structure.when(is_random_hex(bytes))),
    Validator::new("entropy-alnum", SOURCE, |bytes| Structure.when(is_random_alnum(bytes))),
    Validator::new("entropy-any", SOURCE, |bytes| Structure.when(is_random_any(bytes))),
    Validator::new("password-shape", SOURCE, |bytes| Structure.when(is_password(bytes))),
    Validator::new("passphrase", SOURCE, |bytes| Structure.when(is_passphrase(bytes))),
    Validator::new("uuid-shape", "https://www.rfc-editor.org/rfc/rfc9562", |bytes| {
        Structure.when(is_uuid(bytes) && bits(bytes) > 2.5)
    }),
];

// At least two classes and 16 symbols of base64 or base64url; no paths, no words, no UUIDs.
fn is_random_base64(bytes: &[u8]) -> bool {
    let symbol = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_=.~".contains(byte);
    bytes.len() >= 16
        && bytes.iter().all(symbol)
        && !is_pure_hex(bytes)
        && !is_uuid(bytes)
        && is_random(bytes)
}

// Keys in hex have 20, 32, 40, 48, 56, 64, 96 or 128 digits in one case; the length of commit and
// file hashes is the same, so that only the words around can tell them apart.
fn is_random_hex(bytes: &[u8]) -> bool {
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let one_case =
        !(bytes.iter().any(u8::is_ascii_lowercase) && bytes.iter().any(u8::is_ascii_uppercase));
    (20..=128).contains(&bytes.len())
        && is_pure_hex(bytes)
        && one_case
        && digits < bytes.len()
        && bits(bytes) > 3.0
}

fn is_random_alnum(bytes: &[u8]) -> bool {
    bytes.len() >= 16
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && !is_pure_hex(bytes)
        && is_random(bytes)
}

// Whatever machines make keys of: base64, hexadecimal digits, a UUID that is no documented one.
fn is_random_any(bytes: &[u8]) -> bool {
    is_random_base64(bytes) || is_random_hex(bytes) || (is_uuid(bytes) && bits(bytes) > 2.5)
}

fn is_pure_hex(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_hexdigit)
}

/// Whether entropy is near that of random symbols, classes change often, and letters do not read.
fn is_random(bytes: &[u8]) -> bool {
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let length = bytes.len();
    let changes = class_changes(bytes);
    // One random text of twenty base62 symbols in thirty has no digit. Names in code have none
    // either, and change their case once a word; random letters do at every second place.
    let mixed = digits >= 1 || (length >= 20 && changes * 3 >= length);
    // A random text of n symbols cannot have more than log2(n) bits a symbol.
    let wanted = (f64::from(u32::try_from(length.min(64)).unwrap_or(64)).log2() * 0.76).min(4.2);
    mixed
        && letters >= 4
        && bits(bytes) >= wanted
        && changes * 5 >= length
        && !is_readable(bytes)
        && !is_joined_words(bytes)
}

// What a person or a password manager chooses: eight symbols, three classes, or two and long enough;
// never a reference, a path, a placeholder or a plain word.
fn is_password(bytes: &[u8]) -> bool {
    let classes = [
        bytes.iter().any(u8::is_ascii_lowercase),
        bytes.iter().any(u8::is_ascii_uppercase),
        bytes.iter().any(u8::is_ascii_digit),
        bytes.iter().any(|byte| byte.is_ascii_punctuation() || !byte.is_ascii()),
    ];
    let kinds = classes.iter().filter(|&&present| present).count();
    (6..=128).contains(&bytes.len())
        && !bytes.iter().any(u8::is_ascii_whitespace)
        && kinds >= 2
        && bytes.iter().filter(|byte| byte.is_ascii_alphanumeric()).count() >= 4
        && distinct(bytes) >= 5
        && !is_identifier(bytes)
        && !is_reference(bytes)
        && !is_uuid(bytes)
        && !is_duration(bytes)
}

/// How long something took: `852.498ms`.
fn is_duration(bytes: &[u8]) -> bool {
    let text = str::from_utf8(bytes).unwrap_or_default();
    let units = ["ms", "\u{b5}s", "us", "ns", "s"];
    let numbers = units.iter().filter_map(|unit| text.strip_suffix(unit));
    let is_number = |number: &str| number.parse::<f64>().is_ok_and(f64::is_finite);
    numbers.filter(|number| number.contains('.')).any(is_number)
}

/// Words that make a sentence of what could be a passphrase.
const OF_SENTENCES: &str = "a again an and any are as at be but by can cannot characters der die das do does encrypted \
    end enter expired field for from goes has have here if in incorrect invalid is it least \
    letters longer match minimum must my new no not of on or password passphrase passwords \
    please required should so that the then there this to too und use was we when will with \
    you your";

// Four to ten words that make no sentence: the words of which sentences are made give them away.
fn is_passphrase(bytes: &[u8]) -> bool {
    let mut words = 0_usize;
    for word in bytes.split(|byte| !byte.is_ascii_alphanumeric()) {
        words += 1;
        let mut common = OF_SENTENCES.split(' ');
        if word.is_empty() || common.any(|known| word.eq_ignore_ascii_case(known.as_bytes())) {
            return false;
        }
    }
    (4..=10).contains(&words)
}

/// Words joined as in code: `user_name`, `maxTokens`, `my-service.internal`, without any digit.
fn is_identifier(bytes: &[u8]) -> bool {
    let word = |byte: &u8| byte.is_ascii_alphabetic() || b"_-.:".contains(byte);
    bytes.iter().all(word) || bytes.ends_with(b"()") || bytes.ends_with(b"(")
}

/// Words of one case, each with digits at most at its end, joined by anything: `ctrl+shift+f5`.
fn is_joined_words(bytes: &[u8]) -> bool {
    let word = |part: &[u8]| {
        let letters = part.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (head, tail) = part.split_at(letters);
        let rest = head.get(1..).unwrap_or_default();
        let one_case =
            rest.iter().all(u8::is_ascii_lowercase) || head.iter().all(u8::is_ascii_uppercase);
        one_case && tail.iter().all(u8::is_ascii_digit)
    };
    bytes.split(|byte| !byte.is_ascii_alphanumeric()).all(word)
}

/// A variable, a template, a path, an address of the value instead of the value.
fn is_reference(bytes: &[u8]) -> bool {
    const STARTS: [&[u8]; 12] = [
        b"${",
        b"{{",
        b"$(",
        b"%(",
        b"<",
        b"[",
        b"/",
        b"./",
        b"../",
        b"http://",
        b"https://",
        b"process.env",
    ];
    let all_masked = bytes.iter().all(|byte| b"*x.X#-_".contains(byte));
    let variable = matches!(bytes, [b'$', first, ..] if first.is_ascii_uppercase())
        && bytes.iter().skip(1).all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    all_masked || variable || STARTS.iter().any(|start| bytes.starts_with(start))
}

/// Shannon entropy in bits for each byte.
pub(super) fn bits(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for &byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count = count.saturating_add(1);
        }
    }
    let total = f64::from(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    let share = |count: &u32| f64::from(*count) / total;
    counts.iter().filter(|&&count| count > 0).map(share).map(|share| -share * share.log2()).sum()
}

fn distinct(bytes: &[u8]) -> usize {
    let mut seen = [false; 256];
    for &byte in bytes {
        if let Some(seen) = seen.get_mut(usize::from(byte)) {
            *seen = true;
        }
    }
    seen.iter().filter(|&&seen| seen).count()
}

fn class_changes(bytes: &[u8]) -> usize {
    let class = |byte: &u8| match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let neighbours = bytes.iter().zip(bytes.iter().skip(1));
    neighbours.filter(|(left, right)| class(left) != class(right)).count()
}

/// Whether most letter pairs are among the commonest of English, as in words and names.
pub(super) fn is_readable(bytes: &[u8]) -> bool {
    // The hundred commonest pairs, which make up two thirds of English text but a seventh of noise.
    const PAIRS: &[u8] = b"thheinerannrereatondentntestiestoiteisoouarengasongetalevecodemerasecaielllibemaouroomstrioetsntchtcosoelurplpoplsicdiedwitrtouscaofnomopetusraumckiosiigsiicryeepalulrscttinaamidtabfouseyotafilgheitaaciplodwapiupncnsabgeowavkeagvifrwisurtoppriroim";
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    let letters =
        pairs.filter(|(left, right)| left.is_ascii_alphabetic() && right.is_ascii_alphabetic());
    let (mut known, mut all) = (0_usize, 0_usize);
    for (left, right) in letters {
        let pair = [left.to_ascii_lowercase(), right.to_ascii_lowercase()];
        all += 1;
        known += usize::from(PAIRS.as_chunks::<2>().0.contains(&pair));
    }
    all >= 6 && known * 100 >= all * 45
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validator::{cases, encoding::BASE62, random, seeded};

    #[test]
    fn machines_and_people_are_told_apart() {
        cases(
            "entropy-base64",
            &["q7Rk2ZxV9pLw4TgH8sNd", "aB3dE6gH9jK2mN5p", "wJ4rX+utZnQ0/E7MDvbPx8fiC1yE9pLk"],
            &[
                "existingSubscription1",
                "ta-sk-notification-01",
                "com.example.service.v1.Handler",
                "550e8400-e29b-41d4-a716-446655440000",
                "aaaaaaaaaaaaaaaaaaaaaaaa1",
                "ctrl+shift+down+left1",
                "short1",
            ],
        );
        cases(
            "entropy-hex",
            &["9f86d081884c7d659a2feaa0c55ad015"],
            &[
                "00000000000000000000000000000001",
                "123456789012345678901234567890",
                "9F86d081884c7d659a2feaa0c55ad015",
            ],
        );
        cases(
            "entropy-alnum",
            &["q7Rk2ZxV9pLw4TgH8sNd"],
            &["q7Rk2-xV9pLw4TgH8sNd", "InternationalBusiness1"],
        );
        cases(
            "password-shape",
            &["hunter2!", "Summer2024", "aB3dE6gH9jK2mN5p", "correct-horse-9"],
            &[
                "password",
                "db_password",
                "${DB_PASSWORD}",
                "$DB_PASSWORD",
                "********",
                "<password>",
                "https://x.example/1",
                "get_password()",
                "1234567",
            ],
        );
        cases(
            "entropy-any",
            &[
                "q7Rk2ZxV9pLw4TgH8sNd",
                "9f86d081884c7d659a2feaa0c55ad015",
                "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            ],
            &["00000000-0000-0000-0000-000000000000", "user-settings-profile-page"],
        );
        cases(
            "passphrase",
            &["walnut orbit canyon 47 fiddle", "correct-donkey-battery-clip"],
            &["must be at least eight letters", "end-to-end-encrypted", "two words"],
        );
        cases(
            "uuid-shape",
            &["3f2504e0-4f89-41d3-9a0c-0305e82c3301"],
            &["00000000-0000-0000-0000-000000000000", "x"],
        );
    }

    #[test]
    fn nearly_every_random_token_passes() {
        let mut draw = seeded(11);
        for length in [20, 32, 40, 64] {
            let passed = (0..500)
                .filter(|_| is_random_base64(random(BASE62, length, &mut draw).as_bytes()))
                .count();
            assert!(passed >= 497, "{length}: {passed}");
        }
    }
}
