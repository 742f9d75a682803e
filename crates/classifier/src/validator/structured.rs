//! Tokens that are JSON inside: JWT (RFC 7519), JWK (RFC 7517), and vendors' base64 objects; PEM (RFC 7468).

use serde::{Deserialize, de::IgnoredAny};

use super::{
    Strength::{Strong, Structure},
    Validator, Verdict,
    encoding::{BASE64, BASE64_URL, base64, pack},
    random, random_bytes,
};

pub(super) const FAMILY: &[Validator] = &[
    Validator {
        name: "jwt",
        source: "https://www.rfc-editor.org/rfc/rfc7519",
        check: jwt,
        generate: Some(|_, draw| {
            let header = pack(br#"{"alg":"HS256","typ":"JWT"}"#, BASE64_URL);
            let claims = format!(
                r#"{{"sub":"{}","iat":17{}}}"#,
                random(b"0123456789", 10, draw),
                random(b"0123456789", 8, draw)
            );
            format!(
                "{header}.{}.{}",
                pack(claims.as_bytes(), BASE64_URL),
                pack(&random_bytes(32, draw), BASE64_URL)
            )
        }),
    },
    Validator::new("jwk", "https://www.rfc-editor.org/rfc/rfc7517", jwk),
    Validator {
        name: "pem",
        source: "https://www.rfc-editor.org/rfc/rfc7468",
        check: pem,
        generate: Some(generate_pem),
    },
    Validator {
        name: "sentry",
        source: "https://docs.sentry.io/account/auth-tokens/ (organisation tokens)",
        check: |bytes| Structure.when(sentry(bytes).is_some()),
        generate: Some(|_, draw| {
            let json = format!(
                r#"{{"iat":17{}.1,"url":"https://sentry.io","region_url":"https://us.sentry.io","org":"{}"}}"#,
                random(b"0123456789", 8, draw),
                random(b"abcdefghij", 8, draw)
            );
            format!("sntrys_{}_{}", padded(json.as_bytes()), pack(&random_bytes(32, draw), BASE64))
        }),
    },
    Validator {
        name: "grafana-cloud",
        source: "https://grafana.com/docs/grafana-cloud/security-and-account-management/authentication-and-permissions/access-policies/",
        check: |bytes| Structure.when(json_after::<GrafanaCloud>(bytes, b"glc_").is_some()),
        generate: Some(|_, draw| {
            let json = format!(
                r#"{{"o":"{}","n":"{}","k":"{}","m":{{"r":"us"}}}}"#,
                random(b"0123456789", 6, draw),
                random(b"abcdefghij", 8, draw),
                random(super::encoding::BASE62, 24, draw)
            );
            format!("glc_{}", padded(json.as_bytes()))
        }),
    },
    Validator {
        name: "onepassword",
        source: "https://developer.1password.com/docs/service-accounts/security/ (ops_)",
        check: |bytes| Structure.when(json_after::<OnePassword>(bytes, b"ops_").is_some()),
        generate: Some(|_, draw| {
            let json = format!(
                r#"{{"signInAddress":"my.1password.com","email":"{}@1passwordserviceaccounts.com","secretKey":"A3-{}"}}"#,
                random(b"abcdefghij234567", 13, draw),
                random(b"ABCDEFGHJKLM23456789", 28, draw)
            );
            format!("ops_{}", pack(json.as_bytes(), BASE64_URL))
        }),
    },
    Validator {
        name: "jfrog",
        source: "https://jfrog.com/help/r/jfrog-platform-administration-documentation/reference-tokens",
        check: |bytes| {
            let decoded = base64(bytes).unwrap_or_default();
            Structure
                .when(bytes.len() == 64 && decoded.starts_with(b"reftkn:01:") && decoded.is_ascii())
        },
        generate: Some(|_, draw| {
            let text = format!(
                "reftkn:01:{}:{}",
                random(b"0123456789", 10, draw),
                random(super::encoding::BASE62, 27, draw)
            );
            pack(text.as_bytes(), BASE64_URL)
        }),
    },
    Validator {
        name: "atlassian-dc",
        source: "https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html",
        check: atlassian_dc,
        generate: Some(|prefix, draw| {
            let mut bytes = random(b"123456789", 12, draw).into_bytes();
            bytes.push(b':');
            bytes.extend(random_bytes(20, draw));
            format!("{prefix}{}", pack(&bytes, BASE64))
        }),
    },
    Validator {
        name: "discord",
        source: "https://discord.com/developers/docs/reference#authentication",
        check: discord,
        generate: Some(|_, draw| {
            let snowflake = format!("1{}", random(b"0123456789", 17, draw));
            let marker = super::encoding::BASE62;
            format!(
                "{}.G{}.{}",
                pack(snowflake.as_bytes(), BASE64_URL),
                random(marker, 5, draw),
                random(marker, 38, draw)
            )
        }),
    },
    Validator::new("slack", "https://docs.slack.dev/authentication/tokens", slack),
];

/// What every signed or encrypted token's header has.
#[derive(Deserialize)]
struct Header {
    #[expect(dead_code, reason = "only its presence and type are asked for")]
    alg: String,
}

#[derive(Deserialize)]
struct AnyObject {}

fn jwt(bytes: &[u8]) -> Verdict {
    let mut parts = bytes.split(|&symbol| symbol == b'.');
    let (Some(header), Some(claims), Some(signature)) = (parts.next(), parts.next(), parts.next())
    else {
        return Verdict::Invalid;
    };
    if json::<Header>(header).is_none() {
        return Verdict::Invalid;
    }
    // Five parts are an encrypted token, whose other parts say nothing.
    match parts.count() {
        0 => Strong.when(json::<AnyObject>(claims).is_some() && signature.len() >= 20),
        2 => Structure.when(signature.len() >= 8),
        _ => Verdict::Invalid,
    }
}

/// A key in JSON; `d` is the private part of RSA and elliptic curves, `k` a symmetric key.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    d: Option<String>,
    k: Option<String>,
}

fn jwk(bytes: &[u8]) -> Verdict {
    let Ok(key) = serde_json::from_slice::<Jwk>(bytes) else { return Verdict::Invalid };
    let secret = match key.kty.as_str() {
        "RSA" | "EC" | "OKP" => key.d,
        "oct" => key.k,
        _ => None,
    };
    let decoded = secret.and_then(|secret| base64(secret.as_bytes()));
    Structure.when(decoded.is_some_and(|secret| secret.len() >= 16))
}

#[derive(Deserialize)]
struct GrafanaCloud {
    #[serde(rename = "o")]
    _organisation: IgnoredAny,
    #[serde(rename = "n")]
    _name: String,
    #[serde(rename = "k")]
    _key: String,
}

#[derive(Deserialize)]
struct OnePassword {
    #[serde(rename = "signInAddress")]
    _address: String,
    #[serde(rename = "secretKey")]
    _key: IgnoredAny,
}

#[derive(Deserialize)]
struct Sentry {
    #[serde(rename = "iat")]
    _issued: f64,
    #[serde(rename = "org")]
    _organisation: String,
}

fn sentry(bytes: &[u8]) -> Option<Sentry> {
    let tail = bytes.strip_prefix(b"sntrys_")?;
    let end = tail.iter().rposition(|&symbol| symbol == b'_')?;
    let secret = tail.get(end + 1..)?;
    (secret.len() == 43).then(|| json(tail.get(..end)?))?
}

fn json_after<T: for<'de> Deserialize<'de>>(bytes: &[u8], prefix: &[u8]) -> Option<T> {
    json(bytes.strip_prefix(prefix)?)
}

fn json<T: for<'de> Deserialize<'de>>(text: &[u8]) -> Option<T> {
    let decoded = base64(text)?;
    // serde would also read a struct from an array.
    decoded.starts_with(b"{").then(|| serde_json::from_slice(&decoded).ok())?
}

// An account number, a colon, random bytes; Bitbucket puts `BBDC-` in front.
fn atlassian_dc(bytes: &[u8]) -> Verdict {
    let body = bytes.strip_prefix(b"BBDC-").unwrap_or(bytes);
    let Some(decoded) = base64(body).filter(|_| body.len() == 44) else { return Verdict::Invalid };
    let Some(colon) = decoded.iter().position(|&byte| byte == b':') else {
        return Verdict::Invalid;
    };
    let number = decoded.get(..colon).unwrap_or_default();
    let random = decoded.get(colon + 1..).unwrap_or_default();
    Structure.when(
        (4..=16).contains(&number.len())
            && number.iter().all(u8::is_ascii_digit)
            && random.len() >= 16
            && random.iter().any(|byte| !byte.is_ascii_graphic()),
    )
}

// A snowflake in base64, a time stamp, a signature.
fn discord(bytes: &[u8]) -> Verdict {
    let mut parts = bytes.split(|&symbol| symbol == b'.');
    let (Some(id), Some(stamp), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Verdict::Invalid;
    };
    let snowflake = base64(id).unwrap_or_default();
    Structure.when(
        (17..=20).contains(&snowflake.len())
            && snowflake.iter().all(u8::is_ascii_digit)
            && (5..=7).contains(&stamp.len())
            && (27..=45).contains(&signature.len()),
    )
}

// xoxb-<team>-<bot>-<secret>, xoxp-<team>-<user>-<app>-<secret>, xapp-1-A<app>-<n>-<secret>, xoxe.xoxp-1-<blob>
fn slack(bytes: &[u8]) -> Verdict {
    let mut parts = bytes.split(|&symbol| symbol == b'-');
    let kind = parts.next().unwrap_or_default();
    let middle_and_secret: Vec<&[u8]> = parts.collect();
    let Some((secret, middle)) = middle_and_secret.split_last() else { return Verdict::Invalid };
    let id = |part: &&[u8]| {
        (1..=14).contains(&part.len())
            && part.iter().all(|symbol| symbol.is_ascii_digit() || symbol.is_ascii_uppercase())
    };
    let long_enough = match kind {
        b"xoxe" | b"xoxe.xoxp" | b"xoxe.xoxb" => secret.len() >= 100,
        b"xapp" => secret.len() == 64,
        b"xoxb" | b"xoxp" | b"xoxa" | b"xoxr" | b"xoxs" | b"xoxo" | b"xoxc" => secret.len() >= 20,
        b"xoxd" => secret.len() >= 40,
        _ => false,
    };
    Structure.when(
        long_enough
            && (kind == b"xoxd" || !middle.is_empty())
            && middle.iter().all(id)
            && secret.iter().any(u8::is_ascii_digit),
    )
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";

// The label says private key; the body, where it is shown, is DER, PGP packets or an OpenSSH key.
fn pem(bytes: &[u8]) -> Verdict {
    let Some(tail) = bytes.strip_prefix(BEGIN) else { return Verdict::Invalid };
    let Some(label_end) = tail.windows(5).position(|window| window == b"-----") else {
        return Verdict::Invalid;
    };
    let (label, body) = (tail.get(..label_end), tail.get(label_end + 5..));
    let (Some(label), Some(body)) = (label, body) else { return Verdict::Invalid };
    if !label.ends_with(b"PRIVATE KEY") && !label.ends_with(b"PRIVATE KEY BLOCK") {
        return Verdict::Invalid;
    }
    let end = body.windows(END.len()).position(|window| window == END).unwrap_or(body.len());
    let symbols = body_symbols(body.get(..end).unwrap_or_default());
    if symbols.len() < 40 {
        return Verdict::Doubtful(
            "the key between the lines of the armour is missing or shortened",
        );
    }
    match base64(symbols.get(..32).unwrap_or_default()) {
        Some(start) if is_key_start(&start) => Verdict::Valid(Strong),
        Some(_) => Verdict::Valid(Structure),
        None => Verdict::Doubtful("the armour holds something else than a key"),
    }
}

/// The base64 of the body: headers (`Proc-Type: …`) and escaped line ends left out.
fn body_symbols(body: &[u8]) -> Vec<u8> {
    let mut symbols = Vec::new();
    for line in body.split(|&byte| byte == b'\n').take(256) {
        if line.contains(&b':') {
            continue;
        }
        // A key inside a JSON string has `\n` for line ends.
        let mut escaped = false;
        for &byte in line {
            match byte {
                b'\\' => escaped = true,
                b'n' | b'r' if escaped => escaped = false,
                b' ' | b'\t' | b'\r' | b'"' | b'\'' | b'+' if byte != b'+' => escaped = false,
                other => {
                    escaped = false;
                    symbols.push(other);
                }
            }
        }
    }
    symbols
}

/// A DER sequence, an OpenSSH key, or an `OpenPGP` secret-key packet.
fn is_key_start(start: &[u8]) -> bool {
    matches!(start, [0x30, 0x81..=0x83, ..] | [0x30, 0x20..=0x7F, 0x02 | 0x04 | 0x30, ..])
        || start.starts_with(b"openssh-key-v1\0")
        || matches!(start.first(), Some(0x94..=0x97 | 0xC5 | 0xC7))
}

fn generate_pem(label: &str, draw: &mut dyn FnMut(u32) -> u32) -> String {
    let label = if label.is_empty() { "PRIVATE KEY" } else { label };
    let mut key = vec![0x30, 0x81, 0x9D, 0x02, 0x01, 0x00];
    key.extend(random_bytes(154, draw));
    let text = padded(&key);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----", lines.join("\n"))
}

/// Base64 with its padding.
fn padded(bytes: &[u8]) -> String {
    let text = pack(bytes, BASE64);
    let padding = (4 - text.len() % 4) % 4;
    text + "=".repeat(padding).as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validator::{cases, generates};

    #[test]
    fn generated_tokens_pass() {
        for (name, template, strength) in [
            ("jwt", "", Strong),
            ("pem", "RSA PRIVATE KEY", Strong),
            ("sentry", "sntrys_", Structure),
            ("grafana-cloud", "glc_", Structure),
            ("onepassword", "ops_", Structure),
            ("jfrog", "", Structure),
            ("atlassian-dc", "", Structure),
            ("atlassian-dc", "BBDC-", Structure),
            ("discord", "", Structure),
        ] {
            generates(name, template, Verdict::Valid(strength), "");
        }
    }

    #[test]
    fn only_private_parts_make_a_key() {
        cases(
            "jwk",
            &[r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ"}"#],
            &[
                r#"{"kty":"EC","x":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ"}"#,
                r#"{"kty":"oct","k":"AyM"}"#,
                "[]",
            ],
        );
    }

    #[test]
    fn the_armour_must_hold_a_private_key() {
        cases(
            "pem",
            &[
                "-----BEGIN PRIVATE KEY-----\\nMIGdAgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\\n",
            ],
            &[
                "-----BEGIN PUBLIC KEY-----\nMIGdAgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
            ],
        );
    }

    #[test]
    fn shapes_without_json_or_ids_are_refused() {
        cases("jwt", &[], &["eyJhbGciOiJIUzI1NiJ9", "abc.def.ghi", "..", ""]);
        cases(
            "slack",
            &["xoxb-123456789012-123456789012-abcdefghijklmnopqrst0123"],
            &["xoxb-your-token-here", "xoxb-1-2-short"],
        );
        cases("discord", &[], &["a.b.c", "MTIz.GAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAA"]);
    }
}
