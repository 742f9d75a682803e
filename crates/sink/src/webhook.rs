//! Signed requests as Standard Webhooks describe them (<https://www.standardwebhooks.com>).

use std::{future::Future, pin::Pin};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Client, Url};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{Error, Event, Format, Outcome, Sink, http};

/// One signed request per event.
pub struct WebhookSink {
    client: Client,
    url: Url,
    format: Format,
    secret: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for WebhookSink {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("WebhookSink").field("format", &self.format).finish_non_exhaustive()
    }
}

impl WebhookSink {
    /// Sends to `url`, signed with `secret`: `whsec_` and base64, of 24 to 64 bytes.
    ///
    /// # Errors
    ///
    /// If the address is not `https` (`http` on this machine), or the secret is none.
    pub fn new(format: Format, url: &str, secret: &str) -> Result<Self, Error> {
        let encoded = secret.trim().strip_prefix("whsec_").ok_or(Error::Secret)?;
        let secret = Zeroizing::new(BASE64_STANDARD.decode(encoded).map_err(|_| Error::Secret)?);
        if !(24..=64).contains(&secret.len()) {
            return Err(Error::Secret);
        }
        Ok(Self { client: http::client()?, url: http::address(url)?, format, secret })
    }

    async fn send(&self, event: &Event) -> Outcome {
        let (id, body) = (event.id(), self.format.write(event));
        let sent_at = jiff::Timestamp::now().as_second().to_string();
        let Some(signature) = sign(&self.secret, [&id, &sent_at, &body]) else {
            return Outcome::Later("the secret cannot be used", None);
        };
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", self.format.media_type())
            .header("webhook-id", id)
            .header("webhook-timestamp", sent_at)
            .header("webhook-signature", signature)
            .body(body);
        http::send(request).await
    }
}

/// HMAC-SHA256 over id, time and body, joined by dots.
fn sign(secret: &[u8], parts: [&str; 3]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(parts.join(".").as_bytes());
    Some(format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes())))
}

impl Sink for WebhookSink {
    fn deliver<'a>(
        &'a self,
        events: &'a [Event],
    ) -> Pin<Box<dyn Future<Output = Vec<Outcome>> + Send + 'a>> {
        Box::pin(async move {
            let mut outcomes = Vec::with_capacity(events.len());
            for event in events {
                let outcome = self.send(event).await;
                outcomes.push(outcome);
                if let Outcome::Later(..) = outcome {
                    // Who does not take this one does not take the next.
                    break;
                }
            }
            let skipped = outcomes.last().copied().unwrap_or(Outcome::Delivered);
            outcomes.resize(events.len(), skipped);
            outcomes
        })
    }

    fn check(&self) -> Pin<Box<dyn Future<Output = Result<(), &'static str>> + Send + '_>> {
        // Any answer will do: the address takes POST only.
        let request = self.client.head(self.url.clone());
        Box::pin(async move { request.send().await.map(drop).map_err(|_| "nobody answers") })
    }

    fn batch(&self) -> u32 {
        10
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_specification() {
        // The example of the specification's reference libraries.
        let secret = BASE64_STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let parts = ["msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}"];
        assert_eq!(
            sign(&secret, parts).unwrap(),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn what_is_no_secret_or_address_is_refused() {
        let new = |url, secret| WebhookSink::new(Format::Native, url, secret).map(drop);
        let good = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        assert_eq!(new("https://siem.test/in", good), Ok(()));
        assert_eq!(new("http://127.0.0.1:1/in", good), Ok(()));
        assert_eq!(new("http://siem.test/in", good), Err(Error::Address));
        assert_eq!(new("https://siem.test/in", "whsec_c2hvcnQ="), Err(Error::Secret));
        assert_eq!(new("https://siem.test/in", "hunter2"), Err(Error::Secret));
    }
}
