-- What was removed on purpose. It does not say whose: that would keep what was to be forgotten.
CREATE TABLE purge (
    seq       BIGSERIAL PRIMARY KEY,
    at        TEXT NOT NULL,
    -- deleted, user or age; with the time before which, unless it is a user.
    what      TEXT NOT NULL,
    before    TEXT,
    items     BIGINT NOT NULL,
    resources BIGINT NOT NULL,
    findings  BIGINT NOT NULL,
    messages  BIGINT NOT NULL,
    verdicts  BIGINT NOT NULL
);
