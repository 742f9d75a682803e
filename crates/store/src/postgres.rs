//! The shared store: a PostgreSQL database for many workers and many organisations.
//!
//! Transactions are read-committed; rows that two workers could decide about at once are locked before
//! they are looked at. What the database refuses for a moment (a deadlock, a restart, a lost
//! connection) is repeated as a whole, which is safe because every transaction of this crate is the
//! same when done twice.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use postgres::{
    Client, Config, Statement, Transaction,
    error::SqlState,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{
    Error,
    sql::{Engine, Failure, MIGRATIONS, Row, Sql, Value, Work, shape},
};

/// How many connections are open at once.
const CONNECTIONS_MAX: usize = 8;
/// How long the database may be away before a call fails: a restart takes seconds.
const PATIENCE: Duration = Duration::from_mins(1);
/// The state in a PostgreSQL database. Clones share connections.
#[derive(Clone)]
pub struct PostgresStore {
    pool: Arc<Pool>,
    parent: Option<String>,
}

struct Pool {
    config: Config,
    tls: MakeRustlsConnect,
    connections: Mutex<Connections>,
    returned: Condvar,
}

#[derive(Default)]
struct Connections {
    idle: Vec<Connection>,
    open: usize,
}

struct Connection {
    client: Client,
    prepared: BTreeMap<String, Statement>,
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may hold a password.
        formatter.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

impl PostgresStore {
    /// Connects to a database and makes the tables if needed.
    ///
    /// `url` is as libpq knows it: `postgresql://user@host/name` or `host=… user=… dbname=…`. TLS is
    /// used where the server offers it; `sslmode=require` insists on it.
    ///
    /// Must not be called from asynchronous code, like every call of a store.
    ///
    /// # Errors
    ///
    /// If the address cannot be read, or the database cannot be reached or has a newer schema.
    pub fn open(url: &str) -> Result<Self, Error> {
        let store = Self::connect(configuration(url)?)?;
        store.migrate()?;
        Ok(store.of_parent(""))
    }

    /// Connects to a database to look at it, also while workers use it: nothing is made or changed.
    ///
    /// # Errors
    ///
    /// If the address cannot be read, or the database cannot be reached, has no tables or a schema of
    /// another version.
    pub fn read(url: &str) -> Result<Self, Error> {
        let mut config = configuration(url)?;
        let given = config.get_options().unwrap_or_default();
        config.options(format!("{given} -c default_transaction_read_only=on").trim());
        let store = Self::connect(config)?;
        let found = store.transact("read the schema version", &mut |sql| {
            let row = sql.row("SELECT max(version) FROM schema_version", &[])?;
            row.map_or(Ok(None), |row| row.optional_count(0))
        })?;
        let found = i64::try_from(found.unwrap_or(0)).unwrap_or(i64::MAX);
        newest_is_at_least(found)?;
        Ok(store)
    }

    /// The same store for the parent organisation of this name. Without this, a worker's is that without
    /// a name, and a reader's is that of all.
    #[must_use]
    pub fn of_parent(mut self, name: impl Into<String>) -> Self {
        self.parent = Some(name.into());
        self
    }

    fn connect(config: Config) -> Result<Self, Error> {
        Ok(Self {
            parent: None,
            pool: Arc::new(Pool {
                config,
                tls: MakeRustlsConnect::new(tls()?),
                connections: Mutex::default(),
                returned: Condvar::new(),
            }),
        })
    }

    fn migrate(&self) -> Result<(), Error> {
        let found = self.transact("migrate the schema", &mut |sql| {
            // Two workers that start at once wait for each other. The number is this program's own.
            sql.rows("SELECT pg_advisory_xact_lock(7310868) IS NULL", &[])?;
            sql.execute(
                "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)",
                &[],
            )?;
            let row = sql.row("SELECT max(version) FROM schema_version", &[])?;
            let applied = row.map_or(Ok(None), |row| row.optional_count(0))?.unwrap_or(0);
            let skipped = usize::try_from(applied).unwrap_or(usize::MAX);
            for (version, migration) in (1_i64..).zip(MIGRATIONS).skip(skipped) {
                for statement in adapted(migration).split_inclusive(";\n") {
                    sql.execute(statement, &[])?;
                }
                let put = "INSERT INTO schema_version (version) VALUES ($1)";
                sql.execute(put, &[Value::Integer(version)])?;
            }
            Ok(i64::try_from(applied).unwrap_or(i64::MAX))
        })?;
        newest_is_at_least(found)
    }
}

fn configuration(url: &str) -> Result<Config, Error> {
    let mut config: Config = url.parse().map_err(|_| Error::Address)?;
    config
        .application_name("dosimeter")
        .connect_timeout(Duration::from_secs(10))
        .keepalives_idle(Duration::from_secs(30));
    Ok(config)
}

fn newest_is_at_least(found: i64) -> Result<(), Error> {
    let supported = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if found > supported {
        return Err(Error::NewerSchema { path: "PostgreSQL".into(), found, supported });
    }
    Ok(())
}

/// Text is compared byte by byte, as in SQLite, whatever the locale of the database.
fn adapted(migration: &str) -> String {
    let without_comments: Vec<&str> = migration
        .lines()
        .map(|line| line.split_once("--").map_or(line, |(code, _)| code))
        .collect();
    without_comments.join("\n").replace(" TEXT", " TEXT COLLATE \"C\"")
}

fn tls() -> Result<rustls::ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::database("set up TLS"))?;
    let verified = builder.with_platform_verifier().map_err(Error::database("set up TLS"))?;
    Ok(verified.with_no_client_auth())
}

impl Pool {
    /// An idle connection, or a new one; waits if there are too many.
    fn take(&self) -> Result<Connection, Failure> {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = connections.idle.pop() {
                return Ok(connection);
            }
            if connections.open < CONNECTIONS_MAX {
                break;
            }
            connections = self.returned.wait(connections).unwrap_or_else(PoisonError::into_inner);
        }
        connections.open = connections.open.saturating_add(1);
        drop(connections);
        self.config
            .connect(self.tls.clone())
            .map(|client| Connection { client, prepared: BTreeMap::new() })
            .map_err(|error| {
                self.lost();
                failure(error)
            })
    }

    fn put_back(&self, connection: Connection) {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.idle.push(connection);
        self.returned.notify_one();
    }

    fn lost(&self) {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.open = connections.open.saturating_sub(1);
        self.returned.notify_one();
    }

    fn attempt<T>(&self, work: &mut Work<'_, T>) -> Result<T, Failure> {
        let mut connection = self.take()?;
        let result = transaction(&mut connection, work);
        if connection.client.is_closed() {
            self.lost();
        } else {
            self.put_back(connection);
        }
        result
    }
}

/// A connection says farewell in a runtime of its own, which must not be that of whoever drops it.
impl Drop for Pool {
    fn drop(&mut self) {
        let connections = self.connections.get_mut().unwrap_or_else(PoisonError::into_inner);
        let idle = std::mem::take(&mut connections.idle);
        // If it panicked there is nobody left to tell.
        let _closed = thread::spawn(move || drop(idle)).join();
    }
}

fn transaction<T>(connection: &mut Connection, work: &mut Work<'_, T>) -> Result<T, Failure> {
    let Connection { client, prepared } = connection;
    let transaction = client.transaction().map_err(failure)?;
    let mut statements = Statements { transaction, prepared };
    let result = work(&mut statements)?;
    statements.transaction.commit().map_err(failure)?;
    Ok(result)
}

impl Engine for PostgresStore {
    fn parent(&self) -> Option<&str> {
        self.parent.as_deref()
    }

    fn transact<T>(&self, action: &'static str, work: &mut Work<'_, T>) -> Result<T, Error> {
        let begun = Instant::now();
        let mut wait = Duration::from_millis(20);
        loop {
            match self.pool.attempt(work) {
                Err(Failure::Passing(_)) if begun.elapsed() < PATIENCE => {
                    thread::sleep(wait);
                    wait = wait.saturating_mul(2).min(Duration::from_secs(1));
                }
                result => return result.map_err(|failure| Error::failed(action, failure)),
            }
        }
    }
}

/// A transaction of PostgreSQL.
struct Statements<'c> {
    transaction: Transaction<'c>,
    prepared: &'c mut BTreeMap<String, Statement>,
}

impl Statements<'_> {
    fn prepare(&mut self, statement: &str, values: &[Value]) -> Result<Statement, Failure> {
        if let Some(prepared) = self.prepared.get(statement) {
            return Ok(prepared.clone());
        }
        let prepared = self.transaction.prepare(statement).map_err(failure)?;
        // Statements without values define tables: once is enough.
        if !values.is_empty() {
            self.prepared.insert(statement.to_owned(), prepared.clone());
        }
        Ok(prepared)
    }
}

impl Sql for Statements<'_> {
    fn execute(&mut self, statement: &str, values: &[Value]) -> Result<u64, Failure> {
        let prepared = self.prepare(statement, values)?;
        self.transaction.execute(&prepared, &parameters(values)).map_err(failure)
    }

    fn rows(&mut self, statement: &str, values: &[Value]) -> Result<Vec<Row>, Failure> {
        let prepared = self.prepare(statement, values)?;
        let rows = self.transaction.query(&prepared, &parameters(values)).map_err(failure)?;
        rows.iter()
            .map(|row| {
                let value = |column| row.try_get(column).map_err(failure);
                (0..row.len()).map(value).collect::<Result<_, _>>().map(Row)
            })
            .collect()
    }

    fn now_ms(&mut self) -> Result<i64, Failure> {
        let now = "SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)";
        self.row(now, &[])?.map_or_else(|| Err(shape("there is no time")), |row| row.integer(0))
    }

    fn skip_locked(&self) -> &'static str {
        "FOR UPDATE SKIP LOCKED"
    }
}

fn parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            // A constant beside a value makes it a short number.
            Self::Integer(integer) if *kind == Type::INT4 => {
                i32::try_from(*integer)?.to_sql(kind, out)
            }
            Self::Integer(integer) => integer.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT4 | Type::INT8) || <String as ToSql>::accepts(kind)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(
        kind: &Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        match *kind {
            Type::INT4 => i32::from_sql(kind, raw).map(|integer| Self::Integer(integer.into())),
            Type::INT8 => i64::from_sql(kind, raw).map(Self::Integer),
            Type::BOOL => bool::from_sql(kind, raw).map(|flag| Self::Integer(flag.into())),
            _ => String::from_sql(kind, raw).map(Self::Text),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT4 | Type::INT8 | Type::BOOL) || <String as FromSql>::accepts(kind)
    }
}

/// Whether the same transaction may succeed if it is repeated. The server's own words are dropped:
/// they may quote a value.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failure(error: postgres::Error) -> Failure {
    let passes = error.is_closed() || error.code().map_or_else(|| is_connection(&error), passing);
    let words = match error.code() {
        Some(code) => format!("PostgreSQL refused, SQLSTATE {}", code.code()),
        None if passes => "PostgreSQL cannot be reached".to_owned(),
        None => "PostgreSQL and this program do not understand each other".to_owned(),
    };
    if passes { Failure::Passing(words.into()) } else { Failure::Database(words.into()) }
}

fn is_connection(error: &postgres::Error) -> bool {
    use std::error::Error as _;
    error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// Deadlocks and conflicts (class 40), lost connections (08), a server that stops or starts (57P).
fn passing(code: &SqlState) -> bool {
    ["40", "08", "57P", "53"].iter().any(|class| code.code().starts_with(class))
}
