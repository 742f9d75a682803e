//! The sink itself.

use std::{collections::BTreeMap, fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use object_store::{
    Attribute, Attributes, Error as StoreError, ObjectStore, PutMode, PutOptions, path::Path,
};

use super::{ObjectFormat, ObjectSettings, open};
use crate::{About, Document, DocumentFormat, Error, Event, Outcome, Scanned, Sink};

pub(super) struct ObjectSink {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    format: ObjectFormat,
    /// Whether objects have a media type: files have none.
    typed: bool,
}

impl fmt::Debug for ObjectSink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ObjectSink").field("format", &self.format).finish_non_exhaustive()
    }
}

impl ObjectSink {
    pub(super) fn new(settings: &ObjectSettings, secret: Option<&str>) -> Result<Self, Error> {
        let (store, prefix) = open::open(settings, secret)?;
        let typed = !settings.url.starts_with("file:");
        Ok(Self { store, prefix, format: settings.format, typed })
    }

    /// The events of each organisation and day.
    fn parts(events: &[Event]) -> BTreeMap<(&str, &str), Vec<usize>> {
        let mut parts: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for (index, event) in events.iter().enumerate() {
            let day = event.at.get(..10).unwrap_or("unknown");
            parts.entry((&event.finding.tenant, day)).or_default().push(index);
        }
        parts
    }

    fn path(&self, (tenant, day): (&str, &str), events: &[&Event]) -> Path {
        let mut name = blake3::Hasher::new();
        for event in events {
            name.update(event.id().as_bytes());
            name.update(b"\n");
        }
        let name = name.finalize().to_hex();
        let extension = match self.format {
            ObjectFormat::Lines(_) => "jsonl",
            ObjectFormat::Parquet => "parquet",
        };
        let parts = [format!("tenant={tenant}"), format!("day={day}")];
        let folder = parts.into_iter().fold(self.prefix.clone(), Path::join);
        folder.join(format!("{}.{extension}", name.get(..32).unwrap_or_default()))
    }

    async fn put(&self, part: (&str, &str), events: &[&Event]) -> Outcome {
        let mode = PutMode::Create;
        let body = self.body(events);
        let options = PutOptions { mode, attributes: self.attributes(), ..PutOptions::default() };
        match self.store.put_opts(&self.path(part, events), body.into(), options).await {
            // It is there from an earlier try, whose answer was lost.
            Ok(_) | Err(StoreError::AlreadyExists { .. } | StoreError::Precondition { .. }) => {
                Outcome::Delivered
            }
            Err(error) => Outcome::Later(reason(&error), None),
        }
    }

    fn body(&self, events: &[&Event]) -> Vec<u8> {
        match self.format {
            ObjectFormat::Lines(format) => {
                let lines = events.iter().map(|event| format.write(event) + "\n");
                lines.collect::<String>().into_bytes()
            }
            ObjectFormat::Parquet => {
                let about = About { at: String::new(), ruleset: String::new(), rules: &|_| None };
                let mut document = Document::begin(DocumentFormat::Parquet, about);
                let findings = events.iter().map(|event| (*event).clone()).collect();
                let mut body = document.add(&Scanned { findings, ..Scanned::default() });
                body.extend(document.end());
                body
            }
        }
    }

    fn attributes(&self) -> Attributes {
        let media_type = match self.format {
            ObjectFormat::Lines(_) => "application/x-ndjson",
            ObjectFormat::Parquet => "application/vnd.apache.parquet",
        };
        let known = self.typed.then_some((Attribute::ContentType, media_type));
        known.into_iter().collect()
    }
}

/// What went wrong, without the address that the error names.
fn reason(error: &StoreError) -> &'static str {
    match error {
        StoreError::NotFound { .. } => "there is no such bucket, container or folder",
        StoreError::PermissionDenied { .. } | StoreError::Unauthenticated { .. } => {
            "the secret is refused"
        }
        StoreError::NotImplemented { .. } | StoreError::NotSupported { .. } => {
            "the other side cannot write under a condition"
        }
        _ => "the other side failed, or nobody answers",
    }
}

impl Sink for ObjectSink {
    fn deliver<'a>(
        &'a self,
        events: &'a [Event],
    ) -> Pin<Box<dyn Future<Output = Vec<Outcome>> + Send + 'a>> {
        Box::pin(async move {
            let mut outcomes = vec![Outcome::Later("not tried", None); events.len()];
            for (part, indexes) in Self::parts(events) {
                let chosen: Vec<&Event> =
                    indexes.iter().filter_map(|index| events.get(*index)).collect();
                let outcome = self.put(part, &chosen).await;
                for index in indexes {
                    outcomes.get_mut(index).into_iter().for_each(|slot| *slot = outcome);
                }
            }
            outcomes
        })
    }

    /// Writes a small object beside the others, since the right to write is what is needed.
    fn check(&self) -> Pin<Box<dyn Future<Output = Result<(), &'static str>> + Send + '_>> {
        let path = self.prefix.clone().join("dosimeter-doctor");
        Box::pin(async move {
            let put = self.store.put_opts(&path, "ok\n".into(), PutMode::Overwrite.into()).await;
            put.map(drop).map_err(|error| reason(&error))
        })
    }

    fn batch(&self) -> u32 {
        5_000
    }

    fn keeps_together(&self) -> bool {
        true
    }

    fn gathers_for(&self) -> Duration {
        Duration::from_mins(1)
    }
}
