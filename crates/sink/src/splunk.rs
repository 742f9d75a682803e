//! Splunk's HTTP Event Collector, with the fields of the Common Information Model beside our own.

use std::{future::Future, pin::Pin};

use reqwest::{Client, Url, header::HeaderValue};
use serde_json::{Value, json};

use crate::{Error, Event, Outcome, Sink, format::cim, http};

/// Batches of events for the HTTP Event Collector.
pub struct SplunkSink {
    client: Client,
    url: Url,
    authorization: HeaderValue,
    index: Option<String>,
}

impl std::fmt::Debug for SplunkSink {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SplunkSink").field("index", &self.index).finish_non_exhaustive()
    }
}

impl SplunkSink {
    /// Sends to the collector at `url` (up to the port), with its token, into an index of its choice or
    /// into this one.
    ///
    /// # Errors
    ///
    /// If the address is not `https` (`http` on this machine), or the token cannot be sent.
    pub fn new(url: &str, token: &str, index: Option<String>) -> Result<Self, Error> {
        let mut url = http::address(url)?;
        url.set_path("/services/collector/event");
        let mut authorization =
            HeaderValue::from_str(&format!("Splunk {}", token.trim())).map_err(|_| Error::Token)?;
        authorization.set_sensitive(true);
        Ok(Self { client: http::client()?, url, authorization, index })
    }

    fn envelope(&self, event: &Event) -> Value {
        let seconds = event.at.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_second);
        let mut envelope = json!({
            "time": seconds,
            "source": "dosimeter",
            "sourcetype": "dosimeter:finding",
            "event": cim::value(event),
        });
        if let (Some(index), Some(envelope)) = (&self.index, envelope.as_object_mut()) {
            envelope.insert("index".to_owned(), index.clone().into());
        }
        envelope
    }
}

impl Sink for SplunkSink {
    fn deliver<'a>(
        &'a self,
        events: &'a [Event],
    ) -> Pin<Box<dyn Future<Output = Vec<Outcome>> + Send + 'a>> {
        // A batch is objects one after the other, not an array.
        let body: String =
            events.iter().map(|event| self.envelope(event).to_string() + "\n").collect();
        let request = self
            .client
            .post(self.url.clone())
            .header("authorization", self.authorization.clone())
            .header("content-type", "application/json")
            .body(body);
        Box::pin(async move {
            let outcome = http::send(request).await;
            vec![outcome; events.len()]
        })
    }

    fn check(&self) -> Pin<Box<dyn Future<Output = Result<(), &'static str>> + Send + '_>> {
        let mut url = self.url.clone();
        url.set_path("/services/collector/health");
        let request = self.client.get(url).header("authorization", self.authorization.clone());
        Box::pin(async move {
            match http::send(request).await {
                Outcome::Delivered => Ok(()),
                Outcome::Later(reason, _) | Outcome::Refused(reason) => Err(reason),
            }
        })
    }
}
