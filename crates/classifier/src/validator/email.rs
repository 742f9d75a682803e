//! E-mail addresses (RFC 5321, RFC 6761 for reserved names, RFC 2606 for example domains).

use super::{Strength::Structure, Validator, Verdict, tlds};

pub(super) const FAMILY: &[Validator] = &[Validator::new(
    "email",
    "https://www.rfc-editor.org/rfc/rfc5321 and the IANA root zone",
    email,
)];

fn email(bytes: &[u8]) -> Verdict {
    let Some(at) = bytes.iter().rposition(|&byte| byte == b'@') else { return Verdict::Invalid };
    let (Some(local), Some(domain)) = (bytes.get(..at), bytes.get(at + 1..)) else {
        return Verdict::Invalid;
    };
    Structure.when(
        (1..=64).contains(&local.len())
            && (4..=253).contains(&domain.len())
            && is_dotted(local, |byte| {
                byte.is_ascii_alphanumeric()
                    || b"!#$%&'*+/=?^_`{|}~-".contains(&byte)
                    || !byte.is_ascii()
            })
            && is_dotted(domain, |byte| {
                byte.is_ascii_alphanumeric() || byte == b'-' || !byte.is_ascii()
            })
            && is_registrable(domain)
            && !is_nobody(local)
            && !is_role(local),
    )
}

/// Parts between dots, none empty, none beginning or ending with a hyphen, of allowed bytes.
fn is_dotted(text: &[u8], allowed: impl Fn(u8) -> bool) -> bool {
    text.split(|&byte| byte == b'.').all(|part| {
        (1..=64).contains(&part.len())
            && part.iter().all(|&byte| allowed(byte))
            && !part.ends_with(b"-")
            && !part.starts_with(b"-")
    })
}

/// Whether the last label is a top-level domain and the name is not one kept for examples.
fn is_registrable(domain: &[u8]) -> bool {
    let mut labels = domain.rsplit(|&byte| byte == b'.');
    let (Some(top), Some(second)) = (labels.next(), labels.next()) else { return false };
    let is = |label: &[u8], names: &[&str]| {
        names.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(label))
    };
    let reserved = is(second, &["example", "localhost", "invalid"])
        || (is(second, &["test", "domain", "yourdomain", "mydomain", "email"])
            && is(top, &["com", "org", "net"]))
        || labels.any(|label| is(label, &["example"]));
    !reserved && tlds::is_top_level(top)
}

/// Addresses that no person reads, and the placeholders of documentation.
fn is_nobody(local: &[u8]) -> bool {
    const NAMES: [&str; 14] = [
        "noreply",
        "no-reply",
        "no_reply",
        "donotreply",
        "do-not-reply",
        "mailer-daemon",
        "postmaster",
        "git",
        "user",
        "username",
        "your.email",
        "youremail",
        "your-email",
        "name",
    ];
    NAMES.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(local))
}

/// Mailboxes of a role rather than a person (RFC 2142, and the names that firms commonly print).
fn is_role(local: &[u8]) -> bool {
    const ROLES: [&str; 40] = [
        "abuse",
        "accounting",
        "admin",
        "billing",
        "bugs",
        "careers",
        "contact",
        "contacto",
        "customerservice",
        "enquiries",
        "feedback",
        "hello",
        "help",
        "helpdesk",
        "hostmaster",
        "hr",
        "info",
        "inquiries",
        "jobs",
        "kontakt",
        "legal",
        "marketing",
        "media",
        "news",
        "newsletter",
        "office",
        "orders",
        "partners",
        "press",
        "privacy",
        "sales",
        "security",
        "service",
        "services",
        "subscribe",
        "support",
        "team",
        "vertrieb",
        "webmaster",
        "welcome",
    ];
    ROLES.iter().any(|role| role.as_bytes().eq_ignore_ascii_case(local))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn real_domains_hold_and_reserved_ones_do_not() {
        cases(
            "email",
            &[
                "m.curie@sorbonne.fr",
                "a+b@mail.firm.co.uk",
                "x@b\u{fc}cher.de",
                "o'neil@firm.museum",
            ],
            &[
                "a@example.com",
                "a@mail.example.org",
                "a@b.test",
                "a@localhost",
                "noreply@firm.com",
                "Info@firm.com",
                "git@github.com",
                "a@b",
                "@firm.com",
                "a..b@firm.com",
                "a@-firm.com",
                "a@file.png",
                "a@firm.c",
                "",
            ],
        );
    }
}
