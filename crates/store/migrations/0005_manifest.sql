-- The rules that took part in the verdict, by their marks. Unknown of what was scanned before there was
-- this column, and of what time cut short.
ALTER TABLE resource ADD COLUMN involved TEXT;
-- What decides the outcome of each rule, for every version of the rules under which something was
-- scanned: so that what a change cannot concern is not read again.
CREATE TABLE manifest (
    tenant  TEXT NOT NULL REFERENCES tenant,
    ruleset TEXT NOT NULL,
    rules   TEXT NOT NULL, -- JSON
    PRIMARY KEY (tenant, ruleset)
);
