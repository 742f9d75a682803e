-- The parent organisation that an organisation belongs to, by the name that the configuration gives it: several
-- can share a database, and each sees its own rows only. What was there before is of the one without a
-- name.
ALTER TABLE tenant ADD COLUMN parent TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN parent TEXT NOT NULL DEFAULT '';
ALTER TABLE purge ADD COLUMN parent TEXT NOT NULL DEFAULT '';

-- Two parents may have sinks of one name.
ALTER TABLE outbox ADD COLUMN parent TEXT NOT NULL DEFAULT '';
DROP INDEX outbox_sink;
CREATE INDEX outbox_sink ON outbox (parent, sink, seq);

-- What others have in the queue is not walked over.
DROP INDEX work_ready;
CREATE INDEX work_ready ON work (tenant, priority, queued_ms) WHERE state <> 'done';
