//! The seam between what is asked and the database that is asked.
//!
//! Both databases get the same statements, with `$1`, `$2`, … for values, so that there is one text
//! to read and to be wrong in. What differs stands here and in the two engines: types of columns, how
//! locked rows are skipped, and the clock.

use std::error::Error as StdError;

use crate::{Error, query::parent};

/// A value in a statement or a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Text(String),
}

/// One row of an answer.
#[derive(Debug)]
pub(crate) struct Row(pub(crate) Vec<Value>);

/// Why a transaction cannot go on.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The database refuses.
    Database(Box<dyn StdError + Send + Sync>),
    /// The database refuses for now: the whole transaction may succeed if it is repeated.
    Passing(Box<dyn StdError + Send + Sync>),
    /// Somebody else holds the lease by now.
    Fenced,
    /// The organisation is another parent's.
    Foreign,
    /// The parent keeps its name, for this reason.
    NotRenamed(&'static str),
}

pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// A transaction.
pub(crate) trait Sql {
    /// Runs a statement and says how many rows it changed.
    fn execute(&mut self, statement: &str, values: &[Value]) -> Result<u64>;

    /// Runs a query, or a statement that returns rows.
    fn rows(&mut self, statement: &str, values: &[Value]) -> Result<Vec<Row>>;

    /// The time by the clock that all workers of this database share.
    fn now_ms(&mut self) -> Result<i64>;

    /// What a query for rows to lease ends with, so that workers pass by each other's rows.
    fn skip_locked(&self) -> &'static str;

    /// The first row, if there is one.
    fn row(&mut self, statement: &str, values: &[Value]) -> Result<Option<Row>> {
        Ok(self.rows(statement, values)?.into_iter().next())
    }

    /// Whether there is a row.
    fn exists(&mut self, statement: &str, values: &[Value]) -> Result<bool> {
        Ok(self.row(statement, values)?.is_some())
    }
}

/// What is done in one transaction. It may be called again if the transaction has to be repeated.
pub(crate) type Work<'w, T> = dyn FnMut(&mut dyn Sql) -> Result<T> + 'w;

/// The migrations, oldest first. Published ones never change; a new one is a new file.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_initial.sql"),
    include_str!("../migrations/0002_verdict.sql"),
    include_str!("../migrations/0003_outbox_batch.sql"),
    include_str!("../migrations/0004_purge.sql"),
    include_str!("../migrations/0005_manifest.sql"),
    include_str!("../migrations/0006_parent.sql"),
];

/// A database.
pub(crate) trait Engine: Send + Sync {
    /// The parent organisation whose rows are read; those of all, if there is none.
    fn parent(&self) -> Option<&str>;

    /// The parent organisation that is written for.
    fn home(&self) -> &str {
        self.parent().unwrap_or_default()
    }

    /// The name of a fact, a right or a budget among those of all parents.
    fn named(&self, name: &str) -> String {
        parent::named(self.home(), name)
    }

    /// Runs `work` in one durable transaction: all of it or nothing.
    fn transact<T>(
        &self,
        action: &'static str,
        work: &mut Work<'_, T>,
    ) -> std::result::Result<T, Error>;
}

impl Row {
    fn at(&self, column: usize) -> Result<&Value> {
        self.0.get(column).ok_or_else(|| shape("a column is missing"))
    }

    pub(crate) fn text(&self, column: usize) -> Result<String> {
        self.optional_text(column)?.ok_or_else(|| shape("text is missing"))
    }

    pub(crate) fn optional_text(&self, column: usize) -> Result<Option<String>> {
        match self.at(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text.clone())),
            Value::Integer(_) => Err(shape("text is expected")),
        }
    }

    pub(crate) fn integer(&self, column: usize) -> Result<i64> {
        match self.at(column)? {
            Value::Integer(integer) => Ok(*integer),
            _ => Err(shape("a number is expected")),
        }
    }

    /// Counts and offsets are never negative.
    pub(crate) fn count(&self, column: usize) -> Result<u64> {
        Ok(u64::try_from(self.integer(column)?).unwrap_or(0))
    }

    pub(crate) fn optional_count(&self, column: usize) -> Result<Option<u64>> {
        match self.at(column)? {
            Value::Null => Ok(None),
            _ => self.count(column).map(Some),
        }
    }

    /// A column of JSON.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> Result<T> {
        serde_json::from_str(&self.text(column)?)
            .map_err(|error| Failure::Database(Box::new(error)))
    }
}

/// Writes JSON for a column.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Failure::Database(Box::new(error)))
}

/// A row that is not as this program writes rows.
pub(crate) fn shape(problem: &'static str) -> Failure {
    Failure::Database(problem.into())
}

impl From<i64> for Value {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}

impl From<u64> for Value {
    fn from(count: u64) -> Self {
        Self::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Value {
    fn from(count: u32) -> Self {
        Self::Integer(i64::from(count))
    }
}

impl From<usize> for Value {
    fn from(count: usize) -> Self {
        Self::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Integer(i64::from(flag))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl<T> From<Option<T>> for Value
where
    Self: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

impl From<&Option<String>> for Value {
    fn from(text: &Option<String>) -> Self {
        text.as_ref().map_or(Self::Null, Self::from)
    }
}

/// The values of a statement, in their order.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::sql::Value::from($value)),*][..] };
}

pub(crate) use values;
