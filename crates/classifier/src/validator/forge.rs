//! Tokens of code forges and registries that end in a CRC-32 or a hash.
//!
//! GitHub (github.blog 2021-04-05), npm (github.blog 2021-09-23), Vercel, GitLab routable tokens.

use sha2::{Digest, Sha256};

use super::{
    Validator, Verdict, checksum,
    encoding::{BASE32, BASE36, BASE62, BASE64_URL, crc32, pack, spell, spells},
    fill, random,
};

pub(super) const FAMILY: &[Validator] = &[
    Validator {
        name: "github-crc32",
        source: "https://github.blog/engineering/behind-githubs-new-authentication-token-formats/",
        check: |bytes| {
            let lengths: &[usize] = if bytes.starts_with(b"ghr_") { &[76] } else { &[36] };
            ends_in_crc(bytes, &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], lengths)
        },
        generate: Some(|prefix, draw| {
            with_crc(prefix, if prefix.starts_with("ghr_") { 70 } else { 30 }, draw)
        }),
    },
    Validator {
        name: "npm",
        source: "https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/",
        check: |bytes| ends_in_crc(bytes, &["npm_"], &[36]),
        generate: Some(|prefix, draw| with_crc(prefix, 30, draw)),
    },
    Validator {
        name: "vercel",
        source: "https://vercel.com/docs/security/vercel-tokens (checksum observed)",
        check: |bytes| ends_in_crc(bytes, &["vcp_", "vci_", "vca_", "vcr_", "vck_"], &[56]),
        generate: Some(|prefix, draw| with_crc(prefix, 50, draw)),
    },
    Validator {
        name: "github-pat",
        source: "https://docs.github.com/en/authentication (fine-grained token; hash observed)",
        check: fine_grained,
        generate: Some(|_, draw| {
            let body = fill(&format!("github_pat_{}_{}", "~".repeat(22), "~".repeat(43)), draw);
            format!("{body}{}{}", hash_mark(body.as_bytes()), random(BASE62, 8, draw))
        }),
    },
    Validator {
        name: "gitlab-routable",
        source: "https://docs.gitlab.com/security/tokens/ and design document cells/routable_tokens",
        check: gitlab,
        generate: Some(|prefix, draw| {
            let body = format!("{prefix}{}.01.", random(BASE64_URL, 27, draw));
            // The length counts the payload without the prefix.
            let body = format!("{body}{}", spell(27, BASE36, 2));
            format!("{body}{}", spell(crc32(body.bytes()), BASE36, 7))
        }),
    },
];

/// A known prefix, a body, and the CRC-32 of the body as six base62 digits.
fn ends_in_crc(bytes: &[u8], prefixes: &[&str], lengths: &[usize]) -> Verdict {
    let known = prefixes.iter().find_map(|prefix| bytes.strip_prefix(prefix.as_bytes()));
    let Some((body, check)) = known.and_then(<[u8]>::split_last_chunk::<6>) else {
        return Verdict::Invalid;
    };
    if !lengths.contains(&(body.len() + 6)) || !body.iter().all(u8::is_ascii_alphanumeric) {
        return Verdict::Invalid;
    }
    checksum(spells(check, crc32(body.iter().copied()), BASE62))
}

fn with_crc(prefix: &str, length: usize, draw: &mut dyn FnMut(u32) -> u32) -> String {
    let body = random(BASE62, length, draw);
    format!("{prefix}{body}{}", spell(crc32(body.bytes()), BASE62, 6))
}

// 22 symbols, `_`, 43 symbols, then eight symbols of a hash over all before, then eight more.
fn fine_grained(bytes: &[u8]) -> Verdict {
    let Some(tail) = bytes.strip_prefix(b"github_pat_") else { return Verdict::Invalid };
    let Some((body, rest)) = bytes.split_at_checked(77) else { return Verdict::Invalid };
    let alphanumeric = tail.iter().enumerate().all(|(index, symbol)| match index {
        22 => *symbol == b'_',
        _ => symbol.is_ascii_alphanumeric(),
    });
    match rest.split_first_chunk::<8>() {
        Some((mark, [_, _, _, _, _, _, _, _])) if alphanumeric => {
            checksum(mark.eq_ignore_ascii_case(hash_mark(body).as_bytes()))
        }
        _ => Verdict::Invalid,
    }
}

fn hash_mark(body: &[u8]) -> String {
    pack(&Sha256::digest(body), BASE32).chars().take(8).collect()
}

// Prefix and payload, `.01.`, the payload's length in two base36 digits, CRC-32 in seven.
fn gitlab(bytes: &[u8]) -> Verdict {
    let Some((covered, check)) = bytes.split_last_chunk::<7>() else { return Verdict::Invalid };
    let Some((before, length)) = covered.split_last_chunk::<2>() else { return Verdict::Invalid };
    let Some(payload) = before.strip_suffix(b".01.") else { return Verdict::Invalid };
    let lower = |symbol: &u8| BASE36.contains(symbol);
    let shaped = payload.starts_with(b"gl")
        && payload.contains(&b'-')
        && (29..=320).contains(&payload.len())
        && length.iter().chain(check).all(lower);
    if !shaped {
        return Verdict::Invalid;
    }
    checksum(spells(check, crc32(covered.iter().copied()), BASE36))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validator::{Strength::Strong, generates};

    #[test]
    fn generated_tokens_pass_and_one_changed_symbol_is_doubtful() {
        for (name, template) in [
            ("github-crc32", "ghp_"),
            ("github-crc32", "ghr_"),
            ("npm", "npm_"),
            ("vercel", "vck_"),
            ("github-pat", "github_pat_"),
            ("gitlab-routable", "glpat-"),
        ] {
            generates(name, template, Verdict::Valid(Strong), "the checksum does not match");
        }
    }
}
