-- What the inline hook answered. Findings and gaps behind it are those of the prompt's resources.
CREATE TABLE verdict (
    seq           BIGSERIAL PRIMARY KEY,
    tenant        TEXT NOT NULL REFERENCES tenant,
    -- The asking side's id of the request: the same for a repetition.
    request_id    TEXT NOT NULL,
    at            TEXT NOT NULL,
    -- What was answered: allow, deny or fail; and what the policy says: allow, warn or deny.
    answer        TEXT NOT NULL,
    action        TEXT NOT NULL,
    -- Why they differ, if they do: shadow, timeout or overload.
    because       TEXT,
    clause        TEXT,
    reference     TEXT,
    labels        TEXT NOT NULL, -- JSON array
    user_id       TEXT,
    user_email    TEXT,
    application   TEXT,
    session_id    TEXT,
    model         TEXT,
    coverage      TEXT NOT NULL, -- complete, partial or none
    messages      BIGINT NOT NULL,
    messages_new  BIGINT NOT NULL,
    bytes_new     BIGINT NOT NULL,
    micros        BIGINT NOT NULL,
    UNIQUE (tenant, request_id)
);
CREATE INDEX verdict_at ON verdict (at);
