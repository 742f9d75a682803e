-- Deliveries that were handed to a sink together, and are again until it has them: the first of their
-- numbers. Only for sinks that ask for it.
ALTER TABLE outbox ADD COLUMN batch BIGINT;
