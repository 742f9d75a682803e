//! Splunk's HTTP Event Collector, with the fields of the Common Information Model beside our own.

use std::{future::Future, pin::Pin};

use dosimeter_record::FindingRow;
use reqwest::{Client, Url, header::HeaderValue};
use serde_json::{Map, Value, json};

use crate::{Error, Event, Outcome, Sink, http};

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
            "event": with_cim(event),
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

/// Every field of a finding under its name.
pub(crate) fn native(event: &Event) -> Value {
    let mut value = json!({ "id": event.id() });
    if let (Some(value), Ok(Value::Object(event))) =
        (value.as_object_mut(), serde_json::to_value(event))
    {
        value.extend(event);
    }
    value
}

/// The event with the fields of the data model DLP beside its own.
fn with_cim(event: &Event) -> Value {
    let mut value = native(event);
    if let Some(value) = value.as_object_mut() {
        value.extend(cim(event));
    }
    value
}

fn cim(event: &Event) -> Map<String, Value> {
    let finding = &event.finding;
    let user = finding.user_email.as_ref().or(finding.user_id.as_ref());
    let user = user.map_or("unknown", String::as_str);
    let fields = [
        (
            "action",
            json!(if event.action == crate::Action::Closed { "closed" } else { "detected" }),
        ),
        ("app", json!("claude")),
        ("category", json!(finding.labels.join(","))),
        ("dest", json!(finding.surface.as_deref().unwrap_or("claude.ai"))),
        ("dlp_type", json!("cloud")),
        ("dvc", json!("dosimeter")),
        ("object", json!(finding.resource_id)),
        ("object_category", json!(finding.resource_kind)),
        ("object_path", json!(path(finding))),
        ("severity", json!(finding.severity)),
        ("signature", json!(finding.rule)),
        ("signature_id", json!(finding.rule)),
        ("src_user", json!(user)),
        ("user", json!(user)),
        ("vendor_product", json!("Dosimeter")),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn path(finding: &FindingRow) -> String {
    let parent = finding.parent.as_deref().map(|parent| format!("{parent}/")).unwrap_or_default();
    finding.href.clone().unwrap_or_else(|| format!("{parent}{}", finding.resource_id))
}
