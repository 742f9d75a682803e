-- The state of one worker. Ids, times, counts, keyed hashes and redacted snippets: no column is
-- meant for content, and names of chats, files and projects are content.
--
-- Times are RFC 3339 in UTC, JSON is compact, hashes are lower-case hexadecimal.

-- Facts about the store itself, such as which fingerprint key it was filled with.
CREATE TABLE fact (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- An organisation whose resources are here.
CREATE TABLE tenant (
    id       TEXT PRIMARY KEY,
    added_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Where a source is resumed. Moves only in the transaction of what it stands for.
CREATE TABLE checkpoint (
    tenant   TEXT NOT NULL REFERENCES tenant,
    source   TEXT NOT NULL,
    position TEXT NOT NULL,
    moved_at TEXT NOT NULL,
    PRIMARY KEY (tenant, source)
) STRICT, WITHOUT ROWID;

-- A thing that carries labels, as it was when last scanned.
CREATE TABLE resource (
    seq           INTEGER PRIMARY KEY,
    tenant        TEXT NOT NULL REFERENCES tenant,
    kind          TEXT NOT NULL,
    id            TEXT NOT NULL,
    parent        TEXT,
    user_id       TEXT,
    user_email    TEXT,
    role          TEXT,
    href          TEXT,
    model         TEXT,
    created_at    TEXT,
    media_type    TEXT,
    size_bytes    INTEGER,
    -- complete, partial or none: there is no row that could be taken for clean without it.
    coverage      TEXT NOT NULL,
    ruleset       TEXT NOT NULL,
    -- Keyed hash of the checksum that the source lists: an equal one spares the download.
    source_digest TEXT,
    -- JSON: what combinations need of a resource that is not downloaded again.
    evidence      TEXT,
    scans         INTEGER NOT NULL DEFAULT 0,
    scanned_at    TEXT NOT NULL,
    -- When it was seen to be deleted at the source.
    closed_at     TEXT,
    UNIQUE (tenant, kind, id)
) STRICT;

-- Which resources a chat or a project holds. A file can be in several chats.
CREATE TABLE membership (
    item     INTEGER NOT NULL REFERENCES resource,
    resource INTEGER NOT NULL REFERENCES resource,
    PRIMARY KEY (item, resource)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_resource ON membership (resource);

CREATE TABLE label (
    resource       INTEGER NOT NULL REFERENCES resource,
    label          TEXT NOT NULL,
    count          INTEGER NOT NULL,
    max_confidence TEXT NOT NULL,
    max_severity   TEXT NOT NULL,
    PRIMARY KEY (resource, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
    tenant      TEXT NOT NULL REFERENCES tenant,
    id          TEXT NOT NULL,
    resource    INTEGER NOT NULL REFERENCES resource,
    rule        TEXT NOT NULL,
    labels      TEXT NOT NULL, -- JSON array
    severity    TEXT NOT NULL,
    confidence  TEXT NOT NULL,
    span_start  INTEGER NOT NULL,
    span_end    INTEGER NOT NULL,
    locator     TEXT NOT NULL, -- JSON object
    value       TEXT NOT NULL, -- masked
    snippet     TEXT NOT NULL, -- masked
    fingerprint TEXT NOT NULL,
    reasons     TEXT NOT NULL, -- JSON array
    -- The number of the resource's scan that saw it last.
    scan        INTEGER NOT NULL,
    first_seen  TEXT NOT NULL,
    last_seen   TEXT NOT NULL,
    closed_at   TEXT,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_resource ON finding (resource);
CREATE INDEX finding_rule ON finding (rule);
CREATE INDEX finding_fingerprint ON finding (fingerprint);

-- What of a resource was not scanned, and why.
CREATE TABLE gap (
    resource INTEGER NOT NULL REFERENCES resource,
    reason   TEXT NOT NULL,
    locator  TEXT NOT NULL, -- JSON object
    PRIMARY KEY (resource, reason, locator)
) STRICT, WITHOUT ROWID;

-- Which version of a chat or project is durable, so that an interrupted run does not repeat it.
CREATE TABLE work (
    tenant   TEXT NOT NULL REFERENCES tenant,
    kind     TEXT NOT NULL,
    id       TEXT NOT NULL,
    version  TEXT NOT NULL,
    state    TEXT NOT NULL, -- done or failed
    attempts INTEGER NOT NULL,
    ended_at TEXT NOT NULL,
    PRIMARY KEY (tenant, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_failed ON work (tenant, kind) WHERE state = 'failed';

-- The attestation of one run. A run without an end was interrupted.
CREATE TABLE run (
    id                INTEGER PRIMARY KEY,
    started_at        TEXT NOT NULL,
    ruleset           TEXT NOT NULL,
    start_checkpoints TEXT NOT NULL, -- JSON object: tenant/source → position
    ended_at          TEXT,
    end_checkpoints   TEXT,
    outcome           TEXT,
    items             INTEGER,
    resources         INTEGER,
    findings          INTEGER,
    gaps              INTEGER,
    requests          INTEGER,
    last_request_id   TEXT
) STRICT;
