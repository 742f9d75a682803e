//! Tokens of vendors that end in a CRC-32, each in an encoding of its own.
//!
//! Layouts: Grafana service accounts, Atlassian, Cloudflare, Zuplo, Confluent (vendor documents for
//! the prefixes; the checksums were confirmed on published example tokens).

use super::{
    Validator, Verdict, checksum,
    encoding::{BASE62, BASE64, BASE64_URL, crc32, pack},
    random,
};

pub(super) const FAMILY: &[Validator] = &[
    Validator {
        name: "grafana",
        source: "https://grafana.com/docs/grafana/latest/administration/service-accounts/",
        check: grafana,
        generate: Some(|_, draw| {
            let body = format!("glsa_{}", random(BASE62, 32, draw));
            format!("{body}_{:08x}", crc32(body.bytes()).swap_bytes())
        }),
    },
    Validator {
        name: "atlassian",
        source: "https://support.atlassian.com/atlassian-account/docs/manage-api-tokens/",
        check: atlassian,
        generate: Some(|prefix, draw| {
            let body = if prefix.starts_with("ATBB") {
                format!("ATBB{}", random(BASE62, 24, draw))
            } else {
                format!("{prefix}{}=", random(BASE64_URL, 177, draw))
            };
            format!("{body}{:08X}", crc32(body.bytes()))
        }),
    },
    Validator {
        name: "cloudflare",
        source: "https://developers.cloudflare.com/fundamentals/api/get-started/ (cfut_, cfat_, cfk_)",
        check: |bytes| hex_tail(bytes, &["cfk_", "cfut_", "cfat_"], 40, b""),
        generate: Some(|prefix, draw| {
            let body = random(BASE62, 40, draw);
            format!("{prefix}{body}{:08x}", crc32(body.bytes()))
        }),
    },
    Validator {
        name: "zuplo",
        source: "https://zuplo.com/docs/articles/api-key-leak-detection",
        check: |bytes| hex_tail(bytes, &["zpka_"], 32, b"_"),
        generate: Some(|_, draw| {
            let body = random(BASE62, 32, draw);
            format!("zpka_{body}_{:08x}", crc32(body.bytes()))
        }),
    },
    Validator {
        name: "confluent",
        source: "https://docs.confluent.io/cloud/current/security/authenticate/workload-identities/service-accounts/api-keys/overview.html",
        check: confluent,
        generate: Some(|_, draw| {
            let body = random(BASE64, 54, draw);
            format!("cflt{body}{}", confluent_mark(body.as_bytes()))
        }),
    },
];

// The checksum covers the prefix and is written little-endian.
fn grafana(bytes: &[u8]) -> Verdict {
    let Some((body, check)) = bytes.split_at_checked(37) else { return Verdict::Invalid };
    let Some(check) = check.strip_prefix(b"_") else { return Verdict::Invalid };
    let shaped =
        body.strip_prefix(b"glsa_").is_some_and(|body| body.iter().all(u8::is_ascii_alphanumeric))
            && check.len() == 8
            && check.iter().all(u8::is_ascii_hexdigit);
    if !shaped {
        return Verdict::Invalid;
    }
    checksum(is_hex(check, crc32(body.iter().copied()).swap_bytes()))
}

// Eight hex digits over all before them, the `=` included; app passwords have no `=`.
fn atlassian(bytes: &[u8]) -> Verdict {
    let Some((body, check)) = bytes.split_last_chunk::<8>() else { return Verdict::Invalid };
    let shaped = match body.get(..6) {
        Some(b"ATATT3" | b"ATCTT3") => body.ends_with(b"=") && body.len() > 40,
        Some([b'A', b'T', b'B', b'B', ..]) => body.len() == 28,
        _ => false,
    };
    if !shaped || !check.iter().all(u8::is_ascii_hexdigit) {
        return Verdict::Invalid;
    }
    checksum(is_hex(check, crc32(body.iter().copied())))
}

/// A prefix, alphanumeric symbols, a separator, and the CRC-32 of the symbols in hex.
fn hex_tail(bytes: &[u8], prefixes: &[&str], length: usize, separator: &[u8]) -> Verdict {
    let known = prefixes.iter().find_map(|prefix| bytes.strip_prefix(prefix.as_bytes()));
    let Some((body, rest)) = known.and_then(|rest| rest.split_at_checked(length)) else {
        return Verdict::Invalid;
    };
    match rest.strip_prefix(separator) {
        Some(check)
            if check.len() == 8
                && check.iter().all(u8::is_ascii_hexdigit)
                && body.iter().all(u8::is_ascii_alphanumeric) =>
        {
            checksum(is_hex(check, crc32(body.iter().copied())))
        }
        _ => Verdict::Invalid,
    }
}

// 54 symbols, then the little-endian checksum over them in base64.
fn confluent(bytes: &[u8]) -> Verdict {
    let tail = bytes.strip_prefix(b"cflt").and_then(<[u8]>::split_last_chunk::<6>);
    match tail {
        Some((body, check))
            if body.len() == 54 && bytes.iter().all(|symbol| BASE64.contains(symbol)) =>
        {
            checksum(confluent_mark(body).as_bytes() == check)
        }
        _ => Verdict::Invalid,
    }
}

fn confluent_mark(body: &[u8]) -> String {
    pack(&crc32(body.iter().copied()).to_le_bytes(), BASE64)
}

fn is_hex(text: &[u8], number: u32) -> bool {
    format!("{number:08x}").as_bytes().eq_ignore_ascii_case(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validator::{Strength::Strong, generates};

    #[test]
    fn generated_tokens_pass_and_one_changed_symbol_is_doubtful() {
        for (name, template) in [
            ("grafana", "glsa_"),
            ("atlassian", "ATATT3"),
            ("atlassian", "ATCTT3"),
            ("atlassian", "ATBB"),
            ("cloudflare", "cfut_"),
            ("zuplo", "zpka_"),
            ("confluent", "cflt"),
        ] {
            generates(name, template, Verdict::Valid(Strong), "the checksum does not match");
        }
    }
}
