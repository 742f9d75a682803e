//! Cryptocurrency addresses and keys: base58check, bech32 (BIP-173), bech32m (BIP-350), EIP-55, BIP-39.

use sha2::{Digest, Sha256};
use sha3::Keccak256;

use super::{
    Strength::{Strong, Structure},
    Validator, Verdict, checksum,
    encoding::{BASE58, base58, base58_encode},
    random, random_bytes,
};

pub(super) const FAMILY: &[Validator] = &[
    Validator {
        name: "bitcoin",
        source: "https://github.com/bitcoin/bips (BIP-13, BIP-173, BIP-350)",
        check: bitcoin,
        generate: Some(|prefix, draw| match prefix {
            _ if prefix.starts_with("bc1") => bech32_encode("bc", 1, draw),
            _ if prefix.starts_with('3') => base58check(&[5], 20, &[], draw),
            _ => base58check(&[0], 20, &[], draw),
        }),
    },
    Validator {
        name: "ethereum",
        source: "https://eips.ethereum.org/EIPS/eip-55",
        check: ethereum,
        generate: Some(|_, draw| {
            let hex = random(b"0123456789abcdef", 40, draw);
            format!("0x{}", mixed_case(hex.as_bytes()))
        }),
    },
    Validator {
        name: "litecoin",
        source: "https://github.com/litecoin-project/litecoin (chainparams)",
        check: |bytes| {
            Strong.when(base58_payload(bytes, &[0x30, 0x32], 20) || segwit(bytes, "ltc"))
        },
        generate: Some(|_, draw| base58check(&[0x30], 20, &[], draw)),
    },
    Validator {
        name: "dogecoin",
        source: "https://github.com/dogecoin/dogecoin (chainparams)",
        check: |bytes| Strong.when(base58_payload(bytes, &[0x1E, 0x16], 20)),
        generate: Some(|_, draw| base58check(&[0x1E], 20, &[], draw)),
    },
    Validator {
        name: "tron",
        source: "https://developers.tron.network/docs/account (address 0x41)",
        check: |bytes| Strong.when(base58_payload(bytes, &[0x41], 20)),
        generate: Some(|_, draw| base58check(&[0x41], 20, &[], draw)),
    },
    Validator {
        name: "wif",
        source: "https://en.bitcoin.it/wiki/Wallet_import_format",
        check: |bytes| {
            let compressed = base58_decoded(bytes).is_some_and(|key| {
                key.len() == 34 && key.last() == Some(&1) && key.first() == Some(&0x80)
            });
            Strong.when(compressed || base58_payload(bytes, &[0x80], 32))
        },
        generate: Some(|prefix, draw| {
            base58check(&[0x80], 32, if prefix.starts_with('5') { &[] } else { &[1] }, draw)
        }),
    },
    Validator {
        name: "xprv",
        source: "https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki",
        check: |bytes| {
            // xprv, yprv, zprv: version bytes of the main network.
            let known =
                [[0x04, 0x88, 0xAD, 0xE4], [0x04, 0x9D, 0x78, 0x78], [0x04, 0xB2, 0x43, 0x0C]];
            Strong.when(base58_decoded(bytes).is_some_and(|key| {
                key.len() == 78
                    && known.iter().any(|version| key.starts_with(version))
                    && key.get(45) == Some(&0)
            }))
        },
        generate: Some(|_, draw| {
            let mut key = vec![0x04, 0x88, 0xAD, 0xE4, 0];
            key.extend([0; 8]);
            key.extend(random_bytes(32, draw));
            key.push(0);
            base58check(&key, 32, &[], draw)
        }),
    },
    Validator {
        name: "bech32",
        source: "https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki (age, nostr and others)",
        check: checksum_of_shape,
        generate: Some(|prefix, draw| {
            let encoded = bech32_encode(&prefix.to_ascii_lowercase(), 0, draw);
            if prefix.bytes().any(|byte| byte.is_ascii_uppercase()) {
                encoded.to_ascii_uppercase()
            } else {
                encoded
            }
        }),
    },
    Validator {
        name: "bip39",
        source: "https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki (English word list)",
        check: mnemonic,
        generate: Some(|_, draw| {
            let entropy = random_bytes(16, draw);
            bip39::Mnemonic::from_entropy(&entropy)
                .map(|phrase| phrase.words().collect::<Vec<_>>().join(" "))
                .unwrap_or_default()
        }),
    },
    Validator::new(
        "bip39-words",
        "https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki (English word list)",
        |bytes| Structure.when(is_of_the_word_list(bytes)),
    ),
];

fn bitcoin(bytes: &[u8]) -> Verdict {
    Strong.when(base58_payload(bytes, &[0, 5], 20) || segwit(bytes, "bc"))
}

/// The payload of base58check: all but the last four bytes, which are a double SHA-256 of it.
fn base58_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = base58(text, BASE58)?;
    let (payload, check) = bytes.split_last_chunk::<4>()?;
    let length = payload.len();
    let holds = Sha256::digest(Sha256::digest(payload)).starts_with(check);
    bytes.truncate(length);
    holds.then_some(bytes)
}

fn base58_payload(text: &[u8], versions: &[u8], length: usize) -> bool {
    base58_decoded(text).is_some_and(|payload| {
        payload.len() == length + 1 && payload.first().is_some_and(|first| versions.contains(first))
    })
}

fn base58check(
    start: &[u8],
    length: usize,
    end: &[u8],
    draw: &mut dyn FnMut(u32) -> u32,
) -> String {
    let mut bytes = start.to_vec();
    bytes.extend(random_bytes(length, draw));
    bytes.extend(end);
    let check = Sha256::digest(Sha256::digest(&bytes));
    bytes.extend(check.iter().take(4));
    base58_encode(&bytes, BASE58)
}

const BECH32: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// What the checksum of BIP-173 leaves.
const BECH32_PLAIN: u32 = 1;

/// What the checksum of BIP-350 leaves.
const BECH32_MODIFIED: u32 = 0x2BC8_30A3;

/// Whether a text of the shape of bech32 has the checksum of BIP-173 or BIP-350.
pub(super) fn checksum_of_shape(bytes: &[u8]) -> Verdict {
    bech32(bytes).map_or(Verdict::Invalid, |(_, _, rest)| {
        checksum(matches!(rest, BECH32_PLAIN | BECH32_MODIFIED))
    })
}

// Version 0 uses the plain checksum and 20 or 32 bytes, later versions the modified one.
fn segwit(bytes: &[u8], network: &str) -> bool {
    bech32(bytes).is_some_and(|(prefix, version, rest)| {
        let long_enough = (network.len() + 12..=90).contains(&bytes.len());
        prefix.eq_ignore_ascii_case(network.as_bytes())
            && long_enough
            && match version {
                0 => rest == BECH32_PLAIN && matches!(bytes.len() - prefix.len(), 40 | 60),
                1..=16 => rest == BECH32_MODIFIED,
                _ => false,
            }
    })
}

/// The readable part, the first data symbol, and what the checksum leaves.
fn bech32(text: &[u8]) -> Option<(&[u8], u32, u32)> {
    let mixed = text.iter().any(u8::is_ascii_lowercase) && text.iter().any(u8::is_ascii_uppercase);
    if mixed || text.len() > 512 {
        return None;
    }
    let end = text.iter().rposition(|&symbol| symbol == b'1')?;
    let (prefix, data) = (text.get(..end)?, text.get(end + 1..)?);
    if prefix.is_empty() || data.len() < 6 || !prefix.iter().all(u8::is_ascii_graphic) {
        return None;
    }
    let mut rest = expanded(prefix).fold(1, step);
    for symbol in data {
        let value = BECH32.iter().position(|&known| known == symbol.to_ascii_lowercase())?;
        rest = step(rest, u32::try_from(value).ok()?);
    }
    let version =
        BECH32.iter().position(|&known| Some(known) == data.first().map(u8::to_ascii_lowercase))?;
    Some((prefix, u32::try_from(version).ok()?, rest))
}

/// The readable part as the checksum sees it: high bits, a zero, low bits.
fn expanded(prefix: &[u8]) -> impl Iterator<Item = u32> {
    let lower = prefix.iter().map(|symbol| u32::from(symbol.to_ascii_lowercase()));
    lower.clone().map(|symbol| symbol >> 5).chain([0]).chain(lower.map(|symbol| symbol & 31))
}

/// One step of the BCH code over GF(32).
fn step(rest: u32, value: u32) -> u32 {
    const GENERATOR: [u32; 5] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3];
    let top = rest >> 25;
    let shifted = (rest & 0x01FF_FFFF) << 5 ^ value;
    GENERATOR.iter().enumerate().fold(
        shifted,
        |rest, (bit, term)| {
            if top >> bit & 1 == 1 { rest ^ term } else { rest }
        },
    )
}

/// A random text of bech32 (version 0) or bech32m.
pub(super) fn bech32_encode(
    prefix: &str,
    version: u32,
    draw: &mut dyn FnMut(u32) -> u32,
) -> String {
    let (length, wanted) = if version == 1 { (53, BECH32_MODIFIED) } else { (52, BECH32_PLAIN) };
    let mut values: Vec<u32> = (0..length).map(|_| draw(32)).collect();
    if version == 1
        && let Some(first) = values.first_mut()
    {
        *first = version;
    }
    // The last symbol carries padding bits, which must be zero.
    if let Some(last) = values.last_mut() {
        *last &= 16;
    }
    let start = expanded(prefix.as_bytes()).chain(values.iter().copied()).fold(1, step);
    let rest = (0..6).fold(start, |rest, _| step(rest, 0)) ^ wanted;
    values.extend((0..6).rev().map(|place| rest >> (5 * place) & 31));
    let symbols = values.iter().filter_map(|&value| BECH32.get(value as usize));
    format!("{prefix}1{}", symbols.map(|&symbol| char::from(symbol)).collect::<String>())
}

// Mixed case is a checksum; one case alone says only that there are 40 hex digits.
fn ethereum(bytes: &[u8]) -> Verdict {
    let Some(address) = bytes.strip_prefix(b"0x") else { return Verdict::Invalid };
    if address.len() != 40 || !address.iter().all(u8::is_ascii_hexdigit) {
        return Verdict::Invalid;
    }
    let lower = address.iter().any(u8::is_ascii_lowercase);
    if lower && address.iter().any(u8::is_ascii_uppercase) {
        return checksum(mixed_case(address).as_bytes() == address);
    }
    let first = address.first();
    Structure.when(!address.iter().all(|digit| Some(digit) == first))
}

/// A letter is upper case where the hash of the lower-case text has a digit of 8 or more.
fn mixed_case(address: &[u8]) -> String {
    let hash = Keccak256::digest(address.to_ascii_lowercase());
    let digits = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let cased = address.iter().zip(digits).map(|(symbol, digit)| {
        if digit >= 8 { symbol.to_ascii_uppercase() } else { symbol.to_ascii_lowercase() }
    });
    cased.map(char::from).collect()
}

// The last bits of the words are a SHA-256 checksum over the others.
fn mnemonic(bytes: &[u8]) -> Verdict {
    let words = small_words(bytes);
    if !matches!(words.len(), 12 | 15 | 18 | 21 | 24) || !words.iter().all(|word| is_listed(word)) {
        return Verdict::Invalid;
    }
    let distinct: std::collections::BTreeSet<&String> = words.iter().collect();
    if distinct.len() < words.len() / 2 {
        return Verdict::Invalid;
    }
    let phrase = words.join(" ");
    checksum(bip39::Mnemonic::parse_in_normalized(bip39::Language::English, &phrase).is_ok())
}

// As somebody notes them down: in any order, one in four misspelt or not of the list.
fn is_of_the_word_list(bytes: &[u8]) -> bool {
    let words = small_words(bytes);
    let listed: std::collections::BTreeSet<&String> =
        words.iter().filter(|word| is_listed(word)).collect();
    words.len() >= 11 && listed.len() * 4 >= words.len() * 3
}

/// The words of a phrase of usual length, in small letters.
fn small_words(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    if text.len() > 24 * 14 {
        return Vec::new();
    }
    let words = text.split(|symbol: char| !symbol.is_ascii_alphabetic());
    words.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect()
}

fn is_listed(word: &str) -> bool {
    bip39::Language::English.find_word(word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validator::{cases, generates};

    // Examples of BIP-13, BIP-173, BIP-350, EIP-55 and the Bitcoin wiki.
    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases(
            "bitcoin",
            &[
                "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
                "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
                "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            ],
            &[
                "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3",
                "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
                "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
                "1111111111111111111111111111",
                "",
            ],
        );
        cases(
            "ethereum",
            &[
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0xd1220a0cf47c7b9be7a2e6ba89f429762e7b9adb",
            ],
            &[
                "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0x0000000000000000000000000000000000000000",
            ],
        );
        cases(
            "bech32",
            &["A12UEL5L", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"],
            &["A12UEL5M"],
        );
        cases(
            "wif",
            &["5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"],
            &["5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTK"],
        );
    }

    #[test]
    fn generated_values_pass_and_one_changed_symbol_does_not() {
        for (name, template, reason) in [
            ("bitcoin", "1", ""),
            ("bitcoin", "3", ""),
            ("bitcoin", "bc1", ""),
            ("ethereum", "0x", "the checksum does not match"),
            ("litecoin", "L", ""),
            ("dogecoin", "D", ""),
            ("tron", "T", ""),
            ("wif", "5", ""),
            ("wif", "K", ""),
            ("xprv", "xprv", ""),
            ("bech32", "nsec", "the checksum does not match"),
            ("bech32", "AGE-SECRET-KEY-", "the checksum does not match"),
        ] {
            generates(name, template, Verdict::Valid(Strong), reason);
        }
    }

    #[test]
    fn a_phrase_of_listed_words_needs_its_checksum() {
        let good = "legal winner thank year wave sausage worth useful legal winner thank yellow";
        assert_eq!(mnemonic(good.as_bytes()), Verdict::Valid(Strong));
        let bad = good.replace("yellow", "year");
        assert!(matches!(mnemonic(bad.as_bytes()), Verdict::Doubtful(_)));
        assert_eq!(mnemonic(b"the quick brown fox"), Verdict::Invalid);
        let mut draw = crate::validator::seeded(3);
        cases(
            "bip39-words",
            &[
                "lantern, abuse, gravity, otter, maple, virus, cradle, sponsor, tilt, humble, october, fringe",
                "1. lantern 2. abuse 3. gravity 4. otter 5. maple 6. virus 7. cradle 8. sponsor 9. tilt 10. humble 11. october",
            ],
            &[
                "abuse abuse abuse abuse abuse abuse abuse abuse abuse abuse abuse abuse",
                "the words of a wallet are taken from a list and should be kept",
                "lantern, abuse, gravity",
                "",
            ],
        );
        let phrase = crate::validator::by_name("bip39").unwrap().generate.unwrap()("", &mut draw);
        assert_eq!(mnemonic(phrase.as_bytes()), Verdict::Valid(Strong));
    }
}
