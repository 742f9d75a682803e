//! Files of records: databases and columnar formats.

pub(crate) mod avro;
pub(crate) mod parquet;
pub(crate) mod sqlite;
