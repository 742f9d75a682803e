//! The sink itself.

use std::{fmt, future::Future, pin::Pin, time::Duration};

use async_nats::{
    ConnectErrorKind, ConnectOptions,
    connection::State,
    jetstream::{Context, context::PublishErrorKind, message::PublishMessage},
};
use reqwest::Url;
use rustls::ClientConfig;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::NatsSettings;
use crate::{Error, Event, Format, Outcome, Sink, http, tls};

/// How long the server may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct NatsSink {
    format: Format,
    /// Without user or password.
    url: String,
    subject: String,
    /// What TLS needs, if the address wants it.
    tls: Option<ClientConfig>,
    secret: Option<Zeroizing<String>>,
    context: Mutex<Option<Context>>,
}

impl fmt::Debug for NatsSink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("NatsSink").field("format", &self.format).finish_non_exhaustive()
    }
}

impl NatsSink {
    pub(super) fn new(settings: NatsSettings, secret: Option<&str>) -> Result<Self, Error> {
        let url = Url::parse(&settings.url).map_err(|_| Error::NatsAddress)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(Error::NatsAddress)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::NatsAddress);
        }
        let tls = match url.scheme() {
            "tls" => Some(tls::config(&settings.trust)?),
            "nats" if settings.unencrypted || http::is_local(host) => None,
            "nats" => return Err(Error::Unencrypted),
            _ => return Err(Error::NatsAddress),
        };
        let sink = Self {
            format: settings.format,
            url: settings.url,
            subject: settings.subject,
            tls,
            secret: secret.map(|secret| Zeroizing::new(secret.trim().to_owned())),
            context: Mutex::default(),
        };
        sink.options().map(|_| sink).map_err(|_| Error::NatsSecret)
    }

    fn options(&self) -> std::io::Result<ConnectOptions> {
        let options = ConnectOptions::new()
            .name("dosimeter")
            .connection_timeout(TIMEOUT)
            .request_timeout(Some(TIMEOUT))
            // Who connects again is the outbox.
            .max_reconnects(1);
        let options = match &self.tls {
            Some(tls) => options.tls_client_config(tls.clone()).require_tls(true),
            None => options,
        };
        let Some(secret) = &self.secret else { return Ok(options) };
        if secret.contains("BEGIN NATS USER JWT") {
            return options.credentials(secret);
        }
        Ok(match secret.split_once(':') {
            Some((user, password)) => {
                options.user_and_password(user.to_owned(), password.to_owned())
            }
            None if is_seed(secret) => options.nkey(secret.to_string()),
            None => options.token(secret.to_string()),
        })
    }

    /// The connection, made anew if there is none.
    async fn context(&self) -> Result<Context, &'static str> {
        let mut kept = self.context.lock().await;
        if let Some(context) = &*kept
            && context.client().connection_state() == State::Connected
        {
            return Ok(context.clone());
        }
        let options = self.options().map_err(|_| "the secret cannot be used")?;
        let client = options.connect(&self.url).await.map_err(|error| match error.kind() {
            ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => {
                "the secret is refused"
            }
            ConnectErrorKind::Tls => "the other side's certificate is not trusted",
            _ => "nobody answers",
        })?;
        let mut context = async_nats::jetstream::new(client);
        context.set_timeout(TIMEOUT);
        Ok(kept.insert(context).clone())
    }

    async fn publish(&self, events: &[Event]) -> Result<Vec<Outcome>, &'static str> {
        let context = self.context().await?;
        let mut acknowledgements = Vec::with_capacity(events.len());
        for event in events {
            let message = PublishMessage::build()
                .message_id(event.id())
                .payload(self.format.write(event).into());
            acknowledgements.push(context.send_publish(self.subject.clone(), message).await);
        }
        let mut outcomes = Vec::with_capacity(events.len());
        for sent in acknowledgements {
            let stored = match sent {
                Ok(acknowledgement) => acknowledgement.await.map(drop),
                Err(error) => Err(error),
            };
            outcomes.push(match stored.map_err(|error| error.kind()) {
                Ok(()) => Outcome::Delivered,
                Err(PublishErrorKind::StreamNotFound) => {
                    Outcome::Later("no stream takes the subject", None)
                }
                Err(PublishErrorKind::MaxPayloadExceeded) => {
                    Outcome::Refused("the event is too large for the other side")
                }
                Err(PublishErrorKind::TimedOut) => {
                    Outcome::Later("the other side takes too long", None)
                }
                Err(_) => Outcome::Later("the other side failed", None),
            });
        }
        Ok(outcomes)
    }
}

/// Whether it is the seed of a user's nkey.
fn is_seed(secret: &str) -> bool {
    secret.len() == 58 && secret.starts_with("SU")
}

impl Sink for NatsSink {
    fn deliver<'a>(
        &'a self,
        events: &'a [Event],
    ) -> Pin<Box<dyn Future<Output = Vec<Outcome>> + Send + 'a>> {
        Box::pin(async move {
            let published = self.publish(events).await;
            published.unwrap_or_else(|reason| vec![Outcome::Later(reason, None); events.len()])
        })
    }

    fn check(&self) -> Pin<Box<dyn Future<Output = Result<(), &'static str>> + Send + '_>> {
        Box::pin(async move {
            let context = self.context().await?;
            let found = context.stream_by_subject(self.subject.clone()).await;
            found.map(drop).map_err(|_| "no stream takes the subject, or it may not be asked")
        })
    }
}
