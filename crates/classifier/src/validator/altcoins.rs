//! Addresses with alphabets of their own: XRP Ledger, Monero (block-wise base58), Cardano, Solana.

use sha2::{Digest, Sha256};
use sha3::Keccak256;

use super::{
    Strength::{Strong, Structure},
    Validator, Verdict,
    coins::{bech32_encode, checksum_of_shape},
    encoding::{BASE58, base58, base58_encode},
    random_bytes,
};

pub(super) const FAMILY: &[Validator] = &[
    Validator {
        name: "ripple",
        source: "https://xrpl.org/docs/references/protocol/data-types/base58-encodings",
        check: ripple,
        generate: Some(|_, draw| {
            let mut bytes = vec![0];
            bytes.extend(random_bytes(20, draw));
            let check = Sha256::digest(Sha256::digest(&bytes));
            bytes.extend(check.iter().take(4));
            base58_encode(&bytes, RIPPLE)
        }),
    },
    Validator {
        name: "monero",
        source: "https://docs.getmonero.org/public-address/standard-address/",
        check: |bytes| Strong.when(monero(bytes) == Some(true)),
        generate: Some(|_, draw| {
            let mut bytes = vec![18];
            bytes.extend(random_bytes(64, draw));
            let check = Keccak256::digest(&bytes);
            bytes.extend(check.iter().take(4));
            bytes.chunks(8).map(monero_block).collect()
        }),
    },
    Validator {
        name: "cardano",
        source: "https://cips.cardano.org/cip/CIP-0019",
        check: cardano,
        generate: Some(|_, draw| bech32_encode("addr", 0, draw)),
    },
    Validator {
        name: "solana",
        source: "https://solana.com/docs/core/accounts (base58 of 32 bytes, no checksum)",
        check: |bytes| {
            Structure.when(
                base58(bytes, BASE58)
                    .is_some_and(|key| key.len() == 32 && key.iter().any(|&byte| byte != 0)),
            )
        },
        generate: Some(|_, draw| base58_encode(&random_bytes(32, draw), BASE58)),
    },
];

const RIPPLE: &[u8] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

fn ripple(bytes: &[u8]) -> Verdict {
    let Some(decoded) = base58(bytes, RIPPLE) else { return Verdict::Invalid };
    let Some((payload, check)) = decoded.split_last_chunk::<4>() else { return Verdict::Invalid };
    Strong.when(
        payload.len() == 21
            && payload.first() == Some(&0)
            && Sha256::digest(Sha256::digest(payload)).starts_with(check),
    )
}

fn cardano(bytes: &[u8]) -> Verdict {
    if bytes.starts_with(b"addr1") || bytes.starts_with(b"stake1") {
        checksum_of_shape(bytes)
    } else {
        Verdict::Invalid
    }
}

// Eleven symbols for eight bytes, the last seven for five; network byte, two keys, Keccak checksum.
fn monero(text: &[u8]) -> Option<bool> {
    if text.len() != 95 {
        return Some(false);
    }
    let mut bytes = Vec::with_capacity(69);
    for block in text.chunks(11) {
        let mut number = 0_u128;
        for symbol in block {
            let digit = BASE58.iter().position(|known| known == symbol)?;
            number = number * 58 + u128::try_from(digit).ok()?;
        }
        let width = if block.len() == 11 { 8 } else { 5 };
        let all = number.to_be_bytes();
        bytes.extend(all.get(all.len() - width..)?);
    }
    let (payload, check) = bytes.split_last_chunk::<4>()?;
    Some(matches!(payload.first(), Some(18 | 42)) && Keccak256::digest(payload).starts_with(check))
}

fn monero_block(bytes: &[u8]) -> String {
    let mut number = bytes.iter().fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
    let width = if bytes.len() == 8 { 11 } else { 7 };
    let mut symbols: Vec<char> = Vec::new();
    for _ in 0..width {
        let digit = usize::try_from(number % 58).unwrap_or(0);
        symbols.push(BASE58.get(digit).map_or('1', |&symbol| char::from(symbol)));
        number /= 58;
    }
    symbols.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validator::{cases, generates};

    #[test]
    fn generated_addresses_pass_and_others_do_not() {
        generates("ripple", "r", Verdict::Valid(Strong), "");
        generates("monero", "4", Verdict::Valid(Strong), "");
        generates("cardano", "addr1", Verdict::Valid(Strong), "the checksum does not match");
        generates("solana", "", Verdict::Valid(Structure), "");
        cases(
            "ripple",
            &["rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"],
            &["rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi", "r"],
        );
        cases("monero", &[], &["4", ""]);
        cases("cardano", &[], &["addr1", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"]);
        cases("solana", &[], &["11111111111111111111111111111111", "abc"]);
    }
}
