//! Object storage: S3 and its like, Google Cloud Storage, Azure Blob Storage, or a folder.
//!
//! A batch becomes one object for each organisation and day, `tenant=…/day=…/NAME.jsonl` or `.parquet`,
//! as engines for queries over files expect it. The name follows from the events in it, and the object is
//! only written if there is none of that name: a batch that is repeated changes nothing.

use crate::{Error, Format, Sink};

/// Where objects are put, and how.
#[derive(Clone, Debug)]
pub struct ObjectSettings {
    /// What is in an object.
    pub format: ObjectFormat,
    /// `s3://bucket/prefix`, `gs://bucket/prefix`, `az://account/container/prefix` or `file:///folder`.
    pub url: String,
    /// Another address than that of the cloud, for what speaks the same protocol.
    pub endpoint: Option<String>,
    /// The region of a bucket of S3.
    pub region: Option<String>,
    /// The id that belongs to the secret of S3.
    pub access_key_id: Option<String>,
}

/// What is in an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ObjectFormat {
    /// A line for each event.
    Lines(Format),
    /// A row for each event.
    Parquet,
}

impl ObjectSettings {
    /// The sink; `secret` is the secret access key of S3, the JSON key of a service account of Google, or
    /// the key of a storage account of Azure. Without one the identity of the machine is used.
    ///
    /// # Errors
    ///
    /// If the settings or the secret cannot be used, or this program was built without the sink.
    #[cfg(feature = "object-store")]
    pub fn sink(self, secret: Option<&str>) -> Result<Box<dyn Sink>, Error> {
        Ok(Box::new(put::ObjectSink::new(&self, secret)?))
    }

    /// The sink, which this program was built without.
    ///
    /// # Errors
    ///
    /// Always.
    #[cfg(not(feature = "object-store"))]
    pub fn sink(self, _: Option<&str>) -> Result<Box<dyn Sink>, Error> {
        Err(Error::NotBuilt("object-store"))
    }
}

#[cfg(feature = "object-store")]
mod open;
#[cfg(feature = "object-store")]
mod put;
