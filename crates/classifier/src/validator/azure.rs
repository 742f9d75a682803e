//! Azure keys that carry a signature and a Marvin32 checksum (Microsoft "identifiable secrets").

use super::{
    Strength::{Strong, Structure},
    Validator, Verdict, checksum,
    encoding::{BASE32, BASE62, BASE64, base32, base64, crc32, pack, spell},
    random, random_bytes,
};

pub(super) const FAMILY: &[Validator] = &[
    Validator {
        name: "azure-key",
        source: "https://github.com/microsoft/security-utilities (HIS v1 identifiable keys)",
        check: identifiable,
        generate: Some(generate_identifiable),
    },
    Validator {
        name: "azure-cask",
        source: "https://github.com/microsoft/security-utilities (common annotated security keys)",
        check: annotated,
        generate: Some(|provider, draw| {
            let provider = if provider.len() == 4 { provider } else { "AZDO" };
            let body = format!(
                "{}JQQJ99BC{}{provider}",
                random(BASE62, 52, draw),
                random(BASE62, 16, draw)
            );
            let mark = annotated_marks(body.as_bytes()).map(|[mark, _]| mark).unwrap_or_default();
            format!("{body}{mark}")
        }),
    },
    Validator {
        name: "entra-secret",
        source: "https://learn.microsoft.com/en-us/entra/identity-platform/ (client secrets, `8Q~`)",
        check: entra,
        generate: Some(|_, draw| {
            let body = format!("{}8Q~{}", random(BASE62, 3, draw), random(BASE62, 31, draw));
            format!("{body}{}", entra_mark(body.as_bytes()))
        }),
    },
    Validator {
        name: "azure-devops",
        source: "https://learn.microsoft.com/en-us/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate",
        check: devops,
        generate: Some(|_, draw| {
            let mut bytes: Vec<u8> = random_bytes(32, draw);
            let check = (crc32(devops_body(&bytes)) ^ DEVOPS_USER).to_le_bytes();
            for (place, value) in DEVOPS_PLACES.into_iter().zip(check) {
                if let Some(byte) = bytes.get_mut(place) {
                    *byte = value;
                }
            }
            pack(&bytes, BASE32).to_ascii_lowercase()
        }),
    },
];

/// The seeds of each signature; a service has one for each kind of key.
const SEEDS: &[(&str, &[&[u8; 8]])] = &[
    ("+ASt", &[b"Default0"]),
    (
        "ACDb",
        &[
            b"MastRW00",
            b"MastRO00",
            b"SysAll00",
            b"SystRW00",
            b"SystRO00",
            b"Resour00",
            b"Encryp00",
        ],
    ),
    ("+ABa", &[b"AbAcct00"]),
    ("APIM", &[b"Tenant00", b"IoTHub00", b"Gatewy00", b"GitKey00"]),
    ("AIoT", &[b"IoTHub00", b"DpsKey00", b"Device00"]),
    ("AzCa", &[b"Access00"]),
    ("AzFu", &[b"Master00", b"System00", b"Functi00"]),
    ("AzSe", &[b"Query000", b"PAdmin00"]),
    ("+ASb", MESSAGING),
    ("+AEh", MESSAGING),
    ("+ARm", MESSAGING),
    ("+ACR", &[b"ACRDflt0"]),
];

const MESSAGING: &[&[u8; 8]] = &[b"Send0000", b"Manage00", b"Listen00", b"System00", b"Unknown0"];

/// Signatures whose seeds are not published.
const UNSEEDED: &str = "+AMC";

// The signature is the four symbols before the last six; the last four bytes are the checksum over
// all bytes before them, little-endian.
fn identifiable(bytes: &[u8]) -> Verdict {
    let unpadded = unpad(bytes);
    let signature =
        unpadded.split_last_chunk::<6>().and_then(|(rest, _)| rest.split_last_chunk::<4>());
    let Some((_, signature)) = signature else { return Verdict::Invalid };
    let Some(key) = base64(unpadded) else { return Verdict::Invalid };
    let Some((body, check)) = key.split_last_chunk::<4>() else { return Verdict::Invalid };
    if signature == UNSEEDED.as_bytes() {
        return Structure.when(key.len() == 64);
    }
    let Some((_, seeds)) = SEEDS.iter().find(|(known, _)| known.as_bytes() == signature) else {
        return Verdict::Invalid;
    };
    let check = u32::from_le_bytes(*check);
    checksum(seeds.iter().any(|seed| marvin32(body, **seed) == check))
}

fn generate_identifiable(signature: &str, draw: &mut dyn FnMut(u32) -> u32) -> String {
    let Some((_, [seed, ..])) = SEEDS.iter().find(|(known, _)| *known == signature) else {
        return String::new();
    };
    let (length, padding) = match signature {
        "+ASt" | "ACDb" | "+ABa" | "APIM" => (64, "=="),
        "AzFu" => (40, "=="),
        "AzSe" | "+ACR" => (39, ""),
        _ => (32, "="),
    };
    // The signature occupies whole symbols, so it is set in the text and read back as bytes.
    let mut text = pack(&random_bytes(length, draw), BASE64);
    let end = text.len().saturating_sub(6);
    text.replace_range(end.saturating_sub(4)..end, signature);
    text.replace_range(end..=end, "A");
    let mut key = base64(text.as_bytes()).unwrap_or_default();
    if let Some((body, check)) = key.split_last_chunk_mut::<4>() {
        *check = marvin32(body, **seed).to_le_bytes();
    }
    pack(&key, BASE64) + padding
}

// 52 symbols, the mark `JQQJ99`, two of a date, 16 of data, four of the provider, and a short checksum
// over the first 60 bytes.
fn annotated(bytes: &[u8]) -> Verdict {
    let key = unpad(bytes);
    let Some((body, check)) = key.split_at_checked(80) else { return Verdict::Invalid };
    let (Some(fixed), Some(check)) = (body.get(52..58), check.first_chunk::<4>()) else {
        return Verdict::Invalid;
    };
    let shaped = fixed == b"JQQJ99"
        && matches!(key.len(), 84 | 86)
        && key.iter().all(u8::is_ascii_alphanumeric);
    let Some(marks) = annotated_marks(body) else { return Verdict::Invalid };
    if !shaped {
        return Verdict::Invalid;
    }
    checksum(marks.iter().any(|mark| mark.as_bytes() == check))
}

/// The first four symbols of the checksum, in base62 or, in older keys, in base64.
fn annotated_marks(body: &[u8]) -> Option<[String; 2]> {
    let hash = marvin32(&base64(body)?, *b"Default0");
    let base62 = spell(hash.swap_bytes(), BASE62, 6);
    // Written without leading zeros and filled with zeros on the right.
    let digits = base62.trim_start_matches('0');
    let mark = format!("{digits:0<6}").chars().take(4).collect();
    Some([mark, pack(&hash.to_le_bytes(), BASE64).chars().take(4).collect()])
}

// 40 symbols; the last three begin the six-symbol number of the hash over all before. The older layout
// has no check.
fn entra(bytes: &[u8]) -> Verdict {
    let Some((body, check)) = bytes.split_last_chunk::<3>() else { return Verdict::Invalid };
    let in_alphabet = |symbol: &u8| ENTRA.contains(symbol) || *symbol == b'0';
    if bytes.get(3..6) == Some(b"7Q~") {
        return Structure.when(bytes.iter().all(in_alphabet));
    }
    if bytes.len() != 40 || bytes.get(3..6) != Some(b"8Q~") || !bytes.iter().all(in_alphabet) {
        return Verdict::Invalid;
    }
    checksum(entra_mark(body).as_bytes() == check)
}

const ENTRA: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ123456789\
0.-_~";

fn entra_mark(body: &[u8]) -> String {
    spell(marvin32(body, *b"AadPwd00"), ENTRA, 6).chars().take(3).collect()
}

const DEVOPS_USER: u32 = 0xE0B9_692D;
const DEVOPS_APPLICATION: u32 = 0x1019_F92E;

/// Where the checksum's bytes lie, lowest first.
const DEVOPS_PLACES: [usize; 4] = [22, 8, 7, 2];

fn devops(bytes: &[u8]) -> Verdict {
    if bytes.len() != 52 {
        return Verdict::Invalid;
    }
    let Some(key) = base32(bytes) else { return Verdict::Invalid };
    let check = DEVOPS_PLACES.map(|place| key.get(place).copied().unwrap_or(0));
    let difference = crc32(devops_body(&key)) ^ u32::from_le_bytes(check);
    Strong.when(matches!(difference, DEVOPS_USER | DEVOPS_APPLICATION))
}

fn devops_body(key: &[u8]) -> impl Iterator<Item = u8> {
    let places = key.iter().take(32).enumerate();
    places.filter(|(place, _)| !DEVOPS_PLACES.contains(place)).map(|(_, &byte)| byte)
}

/// Marvin32 with a seed of eight ASCII characters read big-endian, both halves folded.
fn marvin32(bytes: &[u8], seed: [u8; 8]) -> u32 {
    let [low, high] = marvin(bytes, u64::from_be_bytes(seed));
    low ^ high
}

fn marvin(bytes: &[u8], seed: u64) -> [u32; 2] {
    let mut state = [(seed & 0xFFFF_FFFF) as u32, (seed >> 32) as u32];
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        mix(&mut state, u32::from_le_bytes(*word));
    }
    // The remaining bytes are closed by one bit of padding.
    let last = rest.iter().rev().fold(0x80, |last, &byte| last << 8 | u32::from(byte));
    mix(&mut state, last);
    mix(&mut state, 0);
    state
}

fn mix([low, high]: &mut [u32; 2], word: u32) {
    *low = low.wrapping_add(word);
    *high ^= *low;
    *low = low.rotate_left(20).wrapping_add(*high);
    *high = high.rotate_left(9) ^ *low;
    *low = low.rotate_left(27).wrapping_add(*high);
    *high = high.rotate_left(19);
}

fn unpad(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"=").unwrap_or(bytes);
    bytes.strip_suffix(b"=").unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validator::generates;

    // The vectors of the Marvin patent implementation in .NET.
    #[test]
    fn marvin_hashes_its_published_vectors() {
        let seed = 0x004F_B61A_001B_DBCC;
        for (bytes, hash) in [
            (&[][..], 0x30ED_35C1_00CD_3C7D),
            (&[0xAF], 0x48E7_3FC7_7D75_DDC1),
            (&[0x86, 0x42, 0xDC, 0x59], 0x7008_F2E8_7E9C_F556),
            (&[0x15, 0x3F, 0xB7, 0x98, 0x26], 0xE6C0_8C6D_A2AF_A997),
        ] {
            let [low, high] = marvin(bytes, seed);
            assert_eq!(u64::from(high) << 32 | u64::from(low), hash);
        }
    }

    // The synthetic example that Microsoft publishes with the format.
    #[test]
    fn the_published_client_secret_holds() {
        assert_eq!(entra_mark(format!("zzz8Q~{}", "z".repeat(31)).as_bytes()), "blP");
    }

    #[test]
    fn generated_keys_pass_and_one_changed_symbol_does_not() {
        let failed = "the checksum does not match";
        for (signature, _) in SEEDS {
            generates("azure-key", signature, Verdict::Valid(Strong), failed);
        }
        generates("azure-cask", "AZDO", Verdict::Valid(Strong), failed);
        generates("entra-secret", "", Verdict::Valid(Strong), failed);
        generates("azure-devops", "", Verdict::Valid(Strong), "");
    }
}
