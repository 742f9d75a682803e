//! Who is told of findings: `[[sink]]` as it is written, and as it is meant.

use std::{collections::BTreeSet, path::PathBuf};

use dosimeter_sink::{Format, NatsSettings, ObjectFormat, ObjectSettings, Trust};
use serde::Deserialize;

use super::{ConfigError, MEGABYTE, SecretRef, file::value};

/// A sink, and where its secret is if it needs one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SinkConfig {
    /// Its name: what is undelivered is kept under it.
    pub name: String,
    /// Where to, and in which form.
    pub to: SinkTo,
}

/// Where findings go.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SinkTo {
    /// Lines on standard output.
    Stdout(Format),
    /// Lines in a file that is rotated.
    File {
        /// The form of each line.
        format: Format,
        /// The file.
        path: PathBuf,
        /// When a new file is begun.
        rotate_bytes: u64,
        /// How many old ones are kept.
        keep: u32,
    },
    /// Signed requests (Standard Webhooks).
    Webhook {
        /// The form of what is sent.
        format: Format,
        /// Where to.
        url: String,
        /// The secret that the requests are signed with: `whsec_` and base64.
        secret: SecretRef,
    },
    /// Splunk's HTTP Event Collector.
    SplunkHec {
        /// Where it is, up to the port.
        url: String,
        /// Its token.
        token: SecretRef,
        /// The index; the token's own without one.
        index: Option<String>,
    },
    /// Messages of syslog.
    Syslog {
        /// The form of what is sent.
        format: Format,
        /// Where to, and how the connection is protected.
        link: Link,
    },
    /// Messages of NATS `JetStream`.
    Nats {
        /// The form of what is sent.
        format: Format,
        /// Where to, and how the connection is protected.
        link: Link,
        /// The subject that a stream takes.
        subject: String,
    },
    /// Objects in S3 and its like, Google Cloud Storage, Azure Blob Storage, or a folder.
    Objects {
        /// Where, and in which form.
        place: ObjectPlace,
        /// The secret; the identity of the machine without one.
        secret: Option<SecretRef>,
    },
}

/// A connection over TCP or TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Where to.
    pub url: String,
    /// A file of certificates that are trusted in place of the machine's.
    pub authority: Option<PathBuf>,
    /// A file of certificates to present.
    pub certificate: Option<PathBuf>,
    /// The key of the certificate, or what the server asks for.
    pub secret: Option<SecretRef>,
    /// Whether the network may see what is sent.
    pub unencrypted: bool,
}

/// Where objects are put, as [`ObjectSettings`] says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectPlace {
    /// What is in an object.
    pub format: ObjectFormat,
    /// The bucket or folder, and the prefix in it.
    pub url: String,
    /// Another address than that of the cloud.
    pub endpoint: Option<String>,
    /// The region of a bucket of S3.
    pub region: Option<String>,
    /// The id that belongs to the secret of S3.
    pub access_key_id: Option<String>,
}

impl SinkConfig {
    /// A sink with a name.
    pub fn new(name: impl Into<String>, to: SinkTo) -> Self {
        Self { name: name.into(), to }
    }
}

impl Link {
    /// The secret is the key of the certificate, if there is one.
    pub(crate) fn trust(&self, secret: Option<&str>) -> Trust {
        let identity = self.certificate.clone().zip(secret);
        Trust {
            authority: self.authority.clone(),
            identity: identity.map(|(file, key)| (file, zeroize::Zeroizing::new(key.to_owned()))),
        }
    }

    pub(crate) fn nats(&self, format: Format, subject: &str) -> NatsSettings {
        NatsSettings {
            format,
            url: self.url.clone(),
            subject: subject.to_owned(),
            trust: self.trust(None),
            unencrypted: self.unencrypted,
        }
    }
}

impl ObjectPlace {
    pub(crate) fn settings(&self) -> ObjectSettings {
        let Self { format, url, endpoint, region, access_key_id } = self.clone();
        ObjectSettings { format, url, endpoint, region, access_key_id }
    }

    /// The folder, if it is one.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        self.url.strip_prefix("file://").map(PathBuf::from)
    }
}

/// `[[sink]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SinkSection {
    /// Its name.
    pub name: String,
    /// `stdout`, `file`, `webhook`, `splunk`, `syslog`, `nats` or `objects`.
    pub to: String,
    /// `native`, `ocsf`, `ecs`, `cim` or `cef`; for objects also `parquet`.
    #[serde(default)]
    pub format: Option<String>,
    /// The file.
    #[serde(default)]
    pub path: Option<String>,
    /// The megabytes at which a new file is begun.
    #[serde(default)]
    pub rotate_mb: Option<u64>,
    /// How many old files are kept.
    #[serde(default)]
    pub keep: Option<u32>,
    /// Where to send.
    #[serde(default)]
    pub url: Option<String>,
    /// What requests are signed with, a token, a password, or a key.
    #[serde(default)]
    pub secret: Option<SecretRef>,
    /// Splunk's index.
    #[serde(default)]
    pub index: Option<String>,
    /// The subject of NATS.
    #[serde(default)]
    pub subject: Option<String>,
    /// A file of certificates that are trusted in place of the machine's.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// A file of certificates to present; `secret` is then its key.
    #[serde(default)]
    pub certificate: Option<PathBuf>,
    /// Whether the network may see what is sent.
    #[serde(default)]
    pub unencrypted: bool,
    /// Another address than that of the cloud, for what speaks the same protocol.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// The region of a bucket of S3.
    #[serde(default)]
    pub region: Option<String>,
    /// The id that belongs to the secret of S3.
    #[serde(default)]
    pub access_key_id: Option<String>,
}

pub(super) fn sinks(sections: Vec<SinkSection>) -> Result<Vec<SinkConfig>, ConfigError> {
    let mut names = BTreeSet::new();
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    for section in &sections {
        if !is_name(&section.name) || !names.insert(section.name.clone()) {
            let problem = "must be letters, digits and `-`, and different for each sink";
            return Err(value("sink.name", problem));
        }
    }
    sections.into_iter().map(SinkSection::sink).collect()
}

fn needed(key: &'static str) -> impl Fn() -> ConfigError {
    move || value(key, "is missing for this kind of sink")
}

impl SinkSection {
    fn sink(self) -> Result<SinkConfig, ConfigError> {
        let name = self.name.clone();
        let to = match self.to.as_str() {
            "stdout" => SinkTo::Stdout(self.format(Format::Native)?),
            "file" => SinkTo::File {
                format: self.format(Format::Native)?,
                path: self.path.ok_or_else(needed("sink.path"))?.into(),
                rotate_bytes: self.rotate_mb.unwrap_or(100).max(1).saturating_mul(MEGABYTE),
                keep: self.keep.unwrap_or(10),
            },
            "webhook" => SinkTo::Webhook {
                format: self.format(Format::Native)?,
                url: self.url.ok_or_else(needed("sink.url"))?,
                secret: self.secret.ok_or_else(needed("sink.secret"))?,
            },
            "splunk" => SinkTo::SplunkHec {
                url: self.url.ok_or_else(needed("sink.url"))?,
                token: self.secret.ok_or_else(needed("sink.secret"))?,
                index: self.index,
            },
            "syslog" => SinkTo::Syslog { format: self.format(Format::Cef)?, link: self.link()? },
            "nats" => self.nats()?,
            "objects" => self.objects()?,
            _ => {
                let known = "must be stdout, file, webhook, splunk, syslog, nats or objects";
                return Err(value("sink.to", known));
            }
        };
        Ok(SinkConfig::new(name, to))
    }

    fn nats(self) -> Result<SinkTo, ConfigError> {
        if !dosimeter_sink::HAS_NATS {
            let problem = "is nats, which this program was built without: build it with \
                           `--features nats` or `--features full`";
            return Err(value("sink.to", problem));
        }
        let subject = self.subject.clone().ok_or_else(needed("sink.subject"))?;
        Ok(SinkTo::Nats { format: self.format(Format::Native)?, link: self.link()?, subject })
    }

    fn objects(self) -> Result<SinkTo, ConfigError> {
        if !dosimeter_sink::HAS_OBJECTS {
            let problem = "is objects, which this program was built without: build it with \
                           `--features object-store` or `--features full`";
            return Err(value("sink.to", problem));
        }
        let format = match self.format.as_deref() {
            Some("parquet") => ObjectFormat::Parquet,
            _ => ObjectFormat::Lines(self.format(Format::Native)?),
        };
        let url = self.url.ok_or_else(needed("sink.url"))?;
        let (endpoint, region, access_key_id) = (self.endpoint, self.region, self.access_key_id);
        let place = ObjectPlace { format, url, endpoint, region, access_key_id };
        Ok(SinkTo::Objects { place, secret: self.secret })
    }

    fn format(&self, default: Format) -> Result<Format, ConfigError> {
        let Some(name) = &self.format else { return Ok(default) };
        let known = "must be native, ocsf, ecs, cim or cef (for objects also parquet)";
        name.parse().map_err(|_| value("sink.format", known))
    }

    fn link(&self) -> Result<Link, ConfigError> {
        if self.certificate.is_some() && self.secret.is_none() {
            return Err(value("sink.secret", "must be the key of `sink.certificate`"));
        }
        Ok(Link {
            url: self.url.clone().ok_or_else(needed("sink.url"))?,
            authority: self.ca.clone(),
            certificate: self.certificate.clone(),
            secret: self.secret.clone(),
            unencrypted: self.unencrypted,
        })
    }
}
