//! Who asks: signatures as Standard Webhooks describe them
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use hyper::HeaderMap;
use sha2::Sha256;
use zeroize::Zeroizing;

/// How far the time of a request may be from ours.
const WINDOW_SECONDS: u64 = 300;

/// The most signatures that are tried: two during a rotation, and some to be kind.
const SIGNATURES_MAX: usize = 8;

/// The secrets of one endpoint: one, or two while the secret is changed.
pub(crate) struct Verifier {
    secrets: Vec<Zeroizing<Vec<u8>>>,
}

/// Why a request is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unbelieved {
    /// It has none of the three headers.
    Unsigned,
    /// One of them is missing, or holds something else.
    Malformed,
    /// Its time is too far from ours.
    Stale,
    /// It was signed with another secret, or changed on its way.
    Mismatch,
}

impl Unbelieved {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Malformed => "malformed_signature",
            Self::Stale => "stale",
            Self::Mismatch => "bad_signature",
        }
    }
}

/// The headers of a signed request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signed<'h> {
    /// The id of the request: the same for a repetition.
    pub(crate) id: &'h str,
    at: &'h str,
    signatures: &'h str,
}

impl<'h> Signed<'h> {
    /// Reads the headers, and refuses what is too old or too new.
    pub(crate) fn of(headers: &'h HeaderMap, now: u64) -> Result<Self, Unbelieved> {
        let header = |name: &str| headers.get(name).map(|value| value.to_str().ok());
        let all = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(header);
        if all.iter().all(Option::is_none) {
            return Err(Unbelieved::Unsigned);
        }
        let [Some(Some(id)), Some(Some(at)), Some(Some(signatures))] = all else {
            return Err(Unbelieved::Malformed);
        };
        let sent: u64 = at.parse().map_err(|_| Unbelieved::Malformed)?;
        let is_id =
            !id.is_empty() && id.len() <= 256 && id.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_id || !at.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Unbelieved::Malformed);
        }
        if sent.abs_diff(now) > WINDOW_SECONDS {
            return Err(Unbelieved::Stale);
        }
        Ok(Self { id, at, signatures })
    }
}

impl Verifier {
    /// Takes secrets as they are shown: `whsec_` and base64.
    pub(crate) fn new<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Option<Self> {
        let secrets = secrets.into_iter().map(decode).collect::<Option<Vec<_>>>()?;
        (!secrets.is_empty()).then_some(Self { secrets })
    }

    /// Checks the body as it was received. O(length of `body`) for each secret that is tried.
    pub(crate) fn verify(&self, signed: Signed<'_>, body: &[u8]) -> Result<(), Unbelieved> {
        let given: Vec<Vec<u8>> = signed
            .signatures
            .split(' ')
            .filter_map(|signature| signature.strip_prefix("v1,"))
            .take(SIGNATURES_MAX)
            .filter_map(|encoded| BASE64_STANDARD.decode(encoded).ok())
            .collect();
        let matches = |secret: &Zeroizing<Vec<u8>>| {
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return false };
            for part in [signed.id.as_bytes(), b".", signed.at.as_bytes(), b".", body] {
                mac.update(part);
            }
            // In constant time, each of them.
            given.iter().any(|given| mac.clone().verify_slice(given).is_ok())
        };
        if self.secrets.iter().any(matches) { Ok(()) } else { Err(Unbelieved::Mismatch) }
    }
}

fn decode(secret: &str) -> Option<Zeroizing<Vec<u8>>> {
    let encoded = secret.trim().strip_prefix("whsec_")?;
    let bytes = Zeroizing::new(BASE64_STANDARD.decode(encoded).ok()?);
    (24..=64).contains(&bytes.len()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of the specification's reference libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &[u8] = b"{\"test\": 2432232314}";
    const AT: u64 = 1_614_265_330;

    fn headers(signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek".parse().unwrap());
        headers.insert("webhook-timestamp", AT.to_string().parse().unwrap());
        headers.insert("webhook-signature", signature.parse().unwrap());
        headers
    }

    fn verdict(secrets: &[&str], signature: &str, body: &[u8]) -> Result<(), Unbelieved> {
        let headers = headers(signature);
        let verifier = Verifier::new(secrets.iter().copied()).unwrap();
        verifier.verify(Signed::of(&headers, AT)?, body)
    }

    const GOOD: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    #[test]
    fn one_good_signature_is_enough() {
        let other = "whsec_bm90IHRoZSBzZWNyZXQgdGhhdCBpdCBpcw==";
        assert_eq!(verdict(&[SECRET], GOOD, BODY), Ok(()));
        assert_eq!(verdict(&[other, SECRET], GOOD, BODY), Ok(()), "during a rotation");
        let many = format!("v1a,AAAA v1,AAAA {GOOD}");
        assert_eq!(verdict(&[SECRET], &many, BODY), Ok(()));
        assert_eq!(verdict(&[other], GOOD, BODY), Err(Unbelieved::Mismatch));
        assert_eq!(verdict(&[SECRET], GOOD, b"{\"test\": 2432232315}"), Err(Unbelieved::Mismatch));
        for wrong in ["", "v1,", "v1", "v2,AAAA", "v1,not base64"] {
            assert_eq!(verdict(&[SECRET], wrong, BODY), Err(Unbelieved::Mismatch), "{wrong}");
        }
    }

    #[test]
    fn a_request_from_another_time_is_stale() {
        let headers = headers(GOOD);
        let at = |now| Signed::of(&headers, now).map(drop);
        assert_eq!(at(AT + 300), Ok(()));
        assert_eq!(at(AT - 300), Ok(()));
        assert_eq!(at(AT + 301), Err(Unbelieved::Stale));
        assert_eq!(at(AT - 301), Err(Unbelieved::Stale));
    }

    #[test]
    fn missing_and_malformed_headers_are_told_apart() {
        assert_eq!(Signed::of(&HeaderMap::new(), AT), Err(Unbelieved::Unsigned));
        let mut some = headers(GOOD);
        some.remove("webhook-id");
        assert_eq!(Signed::of(&some, AT), Err(Unbelieved::Malformed));
        for at in ["", "-5", "+1614265330", "1614265330.0", "99999999999999999999"] {
            let mut odd = headers(GOOD);
            odd.insert("webhook-timestamp", at.parse().unwrap());
            assert_eq!(Signed::of(&odd, AT), Err(Unbelieved::Malformed), "{at}");
        }
    }

    #[test]
    fn what_is_no_secret_is_refused() {
        for wrong in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_§"] {
            assert!(Verifier::new([wrong]).is_none(), "{wrong}");
        }
        assert!(Verifier::new([]).is_none());
    }
}
