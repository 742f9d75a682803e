-- The state of the workers. Ids, times, counts, keyed hashes and redacted snippets: no column is
-- meant for content, and names of chats, files and projects are content.
--
-- One text for both databases: `sql.rs` says how it is adapted. Times are RFC 3339 in UTC, those that
-- are reckoned with are milliseconds since 1970 (`…_ms`), JSON is compact, hashes are lower-case
-- hexadecimal, flags are 0 or 1.

-- Facts about the store itself, such as which fingerprint key it was filled with.
CREATE TABLE fact (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- An organisation whose resources are here.
CREATE TABLE tenant (
    id       TEXT PRIMARY KEY,
    added_at TEXT NOT NULL
);

-- Where the listing of a source is resumed. Moves only in the transaction that queues what it listed.
CREATE TABLE checkpoint (
    tenant   TEXT NOT NULL REFERENCES tenant,
    source   TEXT NOT NULL,
    position TEXT NOT NULL,
    moved_at TEXT NOT NULL,
    PRIMARY KEY (tenant, source)
);

-- A thing that carries labels, as it was when last scanned.
CREATE TABLE resource (
    seq           BIGSERIAL PRIMARY KEY,
    tenant        TEXT NOT NULL REFERENCES tenant,
    kind          TEXT NOT NULL,
    id            TEXT NOT NULL,
    parent        TEXT,
    user_id       TEXT,
    user_email    TEXT,
    role          TEXT,
    href          TEXT,
    model         TEXT,
    surface       TEXT,
    created_at    TEXT,
    media_type    TEXT,
    size_bytes    BIGINT,
    -- complete, partial or none: there is no row that could be taken for clean without it.
    coverage      TEXT NOT NULL,
    ruleset       TEXT NOT NULL,
    -- Keyed hash of what the source says of the content: an equal one spares download and scan.
    source_digest TEXT,
    -- JSON: what combinations need of a resource that is not scanned again.
    evidence      TEXT,
    scans         BIGINT NOT NULL DEFAULT 0,
    scanned_at    TEXT NOT NULL,
    -- When it was seen to be deleted at the source.
    closed_at     TEXT,
    UNIQUE (tenant, kind, id)
);

-- Which resources an item holds. A file can be in several chats.
CREATE TABLE membership (
    item     BIGINT NOT NULL REFERENCES resource,
    resource BIGINT NOT NULL REFERENCES resource,
    PRIMARY KEY (item, resource)
);
CREATE INDEX membership_resource ON membership (resource);

CREATE TABLE label (
    resource       BIGINT NOT NULL REFERENCES resource,
    label          TEXT NOT NULL,
    count          BIGINT NOT NULL,
    max_confidence TEXT NOT NULL,
    max_severity   TEXT NOT NULL,
    PRIMARY KEY (resource, label)
);

CREATE TABLE finding (
    tenant      TEXT NOT NULL REFERENCES tenant,
    id          TEXT NOT NULL,
    resource    BIGINT NOT NULL REFERENCES resource,
    rule        TEXT NOT NULL,
    labels      TEXT NOT NULL, -- JSON array
    severity    TEXT NOT NULL,
    confidence  TEXT NOT NULL,
    -- Who or what brought the text: user, assistant, tool_input, file, …
    origin      TEXT NOT NULL,
    span_start  BIGINT NOT NULL,
    span_end    BIGINT NOT NULL,
    locator     TEXT NOT NULL, -- JSON object
    value       TEXT NOT NULL, -- masked
    snippet     TEXT NOT NULL, -- masked
    fingerprint TEXT NOT NULL,
    reasons     TEXT NOT NULL, -- JSON array
    -- The number of the resource's scan that saw it last.
    scan        BIGINT NOT NULL,
    first_seen  TEXT NOT NULL,
    last_seen   TEXT NOT NULL,
    closed_at   TEXT,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX finding_resource ON finding (resource);
CREATE INDEX finding_rule ON finding (rule);
CREATE INDEX finding_fingerprint ON finding (fingerprint);

-- What of a resource was not scanned, and why.
CREATE TABLE gap (
    resource BIGINT NOT NULL REFERENCES resource,
    reason   TEXT NOT NULL,
    locator  TEXT NOT NULL, -- JSON object
    PRIMARY KEY (resource, reason, locator)
);

-- The queue, and what became of each item: a chat, a project, a session.
CREATE TABLE work (
    tenant         TEXT NOT NULL REFERENCES tenant,
    kind           TEXT NOT NULL,
    id             TEXT NOT NULL,
    -- Which state of it is wanted, and which is durable, under which rules.
    version        TEXT NOT NULL,
    done_version   TEXT,
    ruleset        TEXT,
    -- ready, leased, failed or done.
    state          TEXT NOT NULL,
    -- While it is leased: 1 if another version is wanted, 2 if it is wanted again whatever its version.
    again          BIGINT NOT NULL DEFAULT 0,
    priority       BIGINT NOT NULL,
    queued_ms      BIGINT NOT NULL,
    not_before_ms  BIGINT NOT NULL DEFAULT 0,
    -- Whether the listing says that it was deleted, and whether that is durable.
    deleted        BIGINT NOT NULL DEFAULT 0,
    gone           BIGINT NOT NULL DEFAULT 0,
    holder         TEXT,
    -- Rises with every lease: whoever comes with an older one is too late.
    token          BIGINT NOT NULL DEFAULT 0,
    lease_until_ms BIGINT NOT NULL DEFAULT 0,
    attempts       BIGINT NOT NULL DEFAULT 0,
    -- Requests that it took when it was last read.
    cost           BIGINT NOT NULL DEFAULT 0,
    -- The walk over the whole source that saw it last.
    seen           TEXT,
    ended_at       TEXT,
    PRIMARY KEY (tenant, kind, id)
);
CREATE INDEX work_ready ON work (priority, queued_ms) WHERE state <> 'done';

-- What only one worker does at a time, such as listing a source.
CREATE TABLE lease (
    name     TEXT PRIMARY KEY,
    holder   TEXT NOT NULL,
    token    BIGINT NOT NULL,
    until_ms BIGINT NOT NULL
);

-- Request starts of one API budget, in batches, over all workers.
CREATE TABLE budget (
    name TEXT PRIMARY KEY
);
CREATE TABLE permit (
    seq    BIGSERIAL PRIMARY KEY,
    budget TEXT NOT NULL REFERENCES budget,
    at_ms  BIGINT NOT NULL,
    starts BIGINT NOT NULL
);
CREATE INDEX permit_at ON permit (budget, at_ms);

-- What sinks have not acknowledged yet.
CREATE TABLE outbox (
    seq           BIGSERIAL PRIMARY KEY,
    sink          TEXT NOT NULL,
    tenant        TEXT NOT NULL,
    finding       TEXT NOT NULL,
    action        TEXT NOT NULL, -- opened or closed
    at            TEXT NOT NULL,
    attempts      BIGINT NOT NULL DEFAULT 0,
    not_before_ms BIGINT NOT NULL DEFAULT 0,
    -- Why it is not tried again.
    dead          TEXT
);
CREATE INDEX outbox_sink ON outbox (sink, seq);

-- The attestation of one run. A run without an end was interrupted.
CREATE TABLE run (
    id                BIGSERIAL PRIMARY KEY,
    started_at        TEXT NOT NULL,
    ruleset           TEXT NOT NULL,
    start_checkpoints TEXT NOT NULL, -- JSON object: tenant/source → position
    ended_at          TEXT,
    end_checkpoints   TEXT,
    outcome           TEXT,
    items             BIGINT,
    resources         BIGINT,
    findings          BIGINT,
    gaps              BIGINT,
    requests          BIGINT,
    backlog           BIGINT,
    last_request_id   TEXT
);
