//! Everything that changes the database.

use dosimeter_record::{Checkpoint, CoverageState, Finding, Gap, Labelled, Resource};
use rusqlite::{
    Connection, OptionalExtension, Result, Transaction, TransactionBehavior, named_params, params,
};
use serde::Serialize;

use super::{evidence::EvidenceRow, read};
use crate::{Commit, Committed, Membership, Outcome, RunEnd, WorkItem, WorkState};

pub(super) fn establish_fact(connection: &Connection, name: &str, value: &str) -> Result<String> {
    connection.execute(
        "INSERT INTO fact (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        [name, value],
    )?;
    connection.query_row("SELECT value FROM fact WHERE name = ?1", [name], |row| row.get(0))
}

pub(super) fn advance(
    connection: &mut Connection,
    tenant: &str,
    (source, checkpoint): (&str, &Checkpoint),
    at: &str,
) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    put_tenant(&transaction, tenant, at)?;
    put_checkpoint(&transaction, tenant, (source, checkpoint), at)?;
    transaction.commit()
}

/// The one transaction of a work item. Reads as the list of its steps.
pub(super) fn commit(connection: &mut Connection, commit: &Commit) -> Result<Committed> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut writer = Writer { transaction: &transaction, commit, committed: Committed::default() };
    put_tenant(&transaction, &commit.tenant, &commit.at)?;
    let members = writer.put_resources()?;
    writer.put_membership(&members)?;
    put_work(&transaction, commit)?;
    if let Some((source, checkpoint)) = &commit.checkpoint {
        put_checkpoint(&transaction, &commit.tenant, (source, checkpoint), &commit.at)?;
    }
    let committed = writer.committed;
    transaction.commit()?;
    Ok(committed)
}

pub(super) fn begin_run(connection: &Connection, at: &str, ruleset: &str) -> Result<i64> {
    let checkpoints = read::all_checkpoints(connection)?;
    connection.execute(
        "INSERT INTO run (started_at, ruleset, start_checkpoints) VALUES (?1, ?2, ?3)",
        [at, ruleset, &checkpoints],
    )?;
    Ok(connection.last_insert_rowid())
}

pub(super) fn end_run(connection: &Connection, run: i64, end: &RunEnd) -> Result<()> {
    connection.execute(
        "UPDATE run SET ended_at = :at, end_checkpoints = :checkpoints, outcome = :outcome,
             items = :items, resources = :resources, findings = :findings, gaps = :gaps,
             requests = :requests, last_request_id = :last_request_id
         WHERE id = :run",
        named_params! {
            ":run": run,
            ":at": end.at,
            ":checkpoints": read::all_checkpoints(connection)?,
            ":outcome": end.outcome,
            ":items": count(end.items),
            ":resources": count(end.resources),
            ":findings": count(end.findings),
            ":gaps": count(end.gaps),
            ":requests": count(end.requests),
            ":last_request_id": end.last_request_id,
        },
    )?;
    Ok(())
}

fn put_tenant(transaction: &Transaction<'_>, tenant: &str, at: &str) -> Result<()> {
    transaction
        .prepare_cached("INSERT INTO tenant (id, added_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute([tenant, at])?;
    Ok(())
}

fn put_checkpoint(
    transaction: &Transaction<'_>,
    tenant: &str,
    (source, checkpoint): (&str, &Checkpoint),
    at: &str,
) -> Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO checkpoint (tenant, source, position, moved_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET position = excluded.position, moved_at = excluded.moved_at",
        )?
        .execute([tenant, source, checkpoint.as_str(), at])?;
    Ok(())
}

fn put_work(transaction: &Transaction<'_>, commit: &Commit) -> Result<()> {
    let WorkItem { kind, id, version } = &commit.item;
    let state = match commit.state {
        WorkState::Done => "done",
        WorkState::Failed => "failed",
    };
    transaction
        .prepare_cached(
            "INSERT INTO work (tenant, kind, id, version, state, attempts, ended_at)
             VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6)
             ON CONFLICT DO UPDATE SET
                 attempts = iif(version = excluded.version, attempts + 1, 1),
                 version = excluded.version, state = excluded.state, ended_at = excluded.ended_at",
        )?
        .execute(params![commit.tenant, kind.name(), id, version, state, commit.at])?;
    Ok(())
}

/// One commit while it is written.
struct Writer<'a> {
    transaction: &'a Transaction<'a>,
    commit: &'a Commit,
    committed: Committed,
}

impl Writer<'_> {
    /// Writes all resources and gives their row numbers.
    fn put_resources(&mut self) -> Result<Vec<i64>> {
        let commit = self.commit;
        let mut rows = Vec::with_capacity(commit.resources.len());
        for part in &commit.resources {
            let row = match &part.outcome {
                Outcome::Scanned { labelled, source_digest } => {
                    self.put_scanned(&part.resource, labelled, source_digest.as_deref())?
                }
                Outcome::Unchanged => match self.find(&part.resource)? {
                    Some(row) => row,
                    // Somebody emptied the store in between: the next run reads it again.
                    None => continue,
                },
                Outcome::Failed { gap, ruleset } => {
                    self.put_failed(&part.resource, gap, ruleset)?
                }
            };
            rows.push(row);
        }
        Ok(rows)
    }

    fn find(&self, resource: &Resource) -> Result<Option<i64>> {
        self.transaction
            .prepare_cached("SELECT seq FROM resource WHERE tenant = ?1 AND kind = ?2 AND id = ?3")?
            .query_row([self.commit.tenant.as_str(), resource.kind.name(), &resource.id], |row| {
                row.get(0)
            })
            .optional()
    }

    fn put_scanned(
        &mut self,
        resource: &Resource,
        labelled: &Labelled,
        source_digest: Option<&str>,
    ) -> Result<i64> {
        let labels = &labelled.labels;
        let row = self.put_resource(
            resource,
            labels.coverage().state(),
            (labels.ruleset(), source_digest),
        )?;
        if source_digest.is_some() {
            let evidence =
                json(&labelled.evidence.iter().map(EvidenceRow::from).collect::<Vec<_>>())?;
            self.transaction
                .prepare_cached("UPDATE resource SET evidence = ?2 WHERE seq = ?1")?
                .execute(params![row, evidence])?;
        }
        self.put_labels(row, labelled)?;
        self.put_findings(row, &labelled.findings)?;
        Ok(row)
    }

    /// Writes the facts of a resource that was scanned, and counts the scan.
    fn put_resource(
        &self,
        resource: &Resource,
        coverage: CoverageState,
        (ruleset, source_digest): (&str, Option<&str>),
    ) -> Result<i64> {
        self.transaction
            .prepare_cached(
                "INSERT INTO resource (tenant, kind, id, parent, user_id, user_email, role, href,
                     model, created_at, media_type, size_bytes, coverage, ruleset, source_digest,
                     scans, scanned_at)
                 VALUES (:tenant, :kind, :id, :parent, :user_id, :user_email, :role, :href,
                     :model, :created_at, :media_type, :size_bytes, :coverage, :ruleset, :digest,
                     1, :at)
                 ON CONFLICT (tenant, kind, id) DO UPDATE SET
                     parent = excluded.parent, user_id = excluded.user_id,
                     user_email = excluded.user_email, role = excluded.role,
                     href = excluded.href, model = excluded.model,
                     created_at = excluded.created_at, media_type = excluded.media_type,
                     size_bytes = excluded.size_bytes, coverage = excluded.coverage,
                     ruleset = excluded.ruleset, source_digest = excluded.source_digest,
                     evidence = NULL, scans = scans + 1, scanned_at = excluded.scanned_at,
                     closed_at = NULL
                 RETURNING seq",
            )?
            .query_row(
                named_params! {
                    ":tenant": self.commit.tenant,
                    ":kind": resource.kind.name(),
                    ":id": resource.id,
                    ":parent": resource.parent,
                    ":user_id": resource.user_id,
                    ":user_email": resource.user_email,
                    ":role": resource.role.map(dosimeter_record::Role::name),
                    ":href": resource.href,
                    ":model": resource.model,
                    ":created_at": resource.created_at,
                    ":media_type": resource.media_type,
                    ":size_bytes": resource.size_bytes.map(count),
                    ":coverage": coverage.name(),
                    ":ruleset": ruleset,
                    ":digest": source_digest,
                    ":at": self.commit.at,
                },
                |row| row.get(0),
            )
    }

    fn put_labels(&self, row: i64, labelled: &Labelled) -> Result<()> {
        for table in ["label", "gap"] {
            self.transaction
                .prepare_cached(&format!("DELETE FROM {table} WHERE resource = ?1"))?
                .execute([row])?;
        }
        for (label, summary) in labelled.labels.by_label() {
            self.transaction
                .prepare_cached(
                    "INSERT INTO label (resource, label, count, max_confidence, max_severity)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![
                    row,
                    label.name(),
                    summary.count,
                    summary.max_confidence.name(),
                    summary.max_severity.name(),
                ])?;
        }
        for gap in labelled.labels.coverage().gaps() {
            self.put_gap(row, gap)?;
        }
        Ok(())
    }

    fn put_gap(&self, row: i64, gap: &Gap) -> Result<()> {
        self.transaction
            .prepare_cached(
                "INSERT INTO gap (resource, reason, locator) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![row, gap.reason.name(), json(&gap.locator)?])?;
        Ok(())
    }

    /// Writes the findings of a scan; those of earlier scans that are not among them go away.
    fn put_findings(&mut self, row: i64, findings: &[Finding]) -> Result<()> {
        let scan: i64 = self
            .transaction
            .prepare_cached("SELECT scans FROM resource WHERE seq = ?1")?
            .query_row([row], |row| row.get(0))?;
        for finding in findings {
            if !self.is_open(finding)? {
                self.committed.findings_opened = self.committed.findings_opened.saturating_add(1);
            }
            self.put_finding(row, scan, finding)?;
        }
        let closed = self
            .transaction
            .prepare_cached(
                "UPDATE finding SET closed_at = ?3
                 WHERE resource = ?1 AND scan <> ?2 AND closed_at IS NULL",
            )?
            .execute(params![row, scan, self.commit.at])?;
        self.count_closed(closed);
        Ok(())
    }

    fn is_open(&self, finding: &Finding) -> Result<bool> {
        self.transaction
            .prepare_cached(
                "SELECT 1 FROM finding WHERE tenant = ?1 AND id = ?2 AND closed_at IS NULL",
            )?
            .exists(params![self.commit.tenant, finding.id().to_string()])
    }

    fn put_finding(&self, row: i64, scan: i64, finding: &Finding) -> Result<()> {
        self.transaction
            .prepare_cached(
                "INSERT INTO finding (tenant, id, resource, rule, labels, severity, confidence,
                     span_start, span_end, locator, value, snippet, fingerprint, reasons, scan,
                     first_seen, last_seen)
                 VALUES (:tenant, :id, :resource, :rule, :labels, :severity, :confidence,
                     :span_start, :span_end, :locator, :value, :snippet, :fingerprint, :reasons,
                     :scan, :at, :at)
                 ON CONFLICT (tenant, id) DO UPDATE SET
                     resource = excluded.resource, rule = excluded.rule, labels = excluded.labels,
                     severity = excluded.severity, confidence = excluded.confidence,
                     span_start = excluded.span_start, span_end = excluded.span_end,
                     locator = excluded.locator, value = excluded.value,
                     snippet = excluded.snippet, fingerprint = excluded.fingerprint,
                     reasons = excluded.reasons, scan = excluded.scan,
                     last_seen = excluded.last_seen, closed_at = NULL",
            )?
            .execute(named_params! {
                ":tenant": self.commit.tenant,
                ":id": finding.id().to_string(),
                ":resource": row,
                ":rule": finding.rule().as_str(),
                ":labels": json(&finding.labels())?,
                ":severity": finding.severity().name(),
                ":confidence": finding.confidence().name(),
                ":span_start": offset(finding.span().start),
                ":span_end": offset(finding.span().end),
                ":locator": json(finding.locator())?,
                ":value": finding.redacted().value(),
                ":snippet": finding.redacted().snippet(),
                ":fingerprint": finding.fingerprint().to_string(),
                ":reasons": json(&finding.reasons())?,
                ":scan": scan,
                ":at": self.commit.at,
            })?;
        Ok(())
    }

    /// Notes that a resource could not be read, and leaves what is known of it.
    fn put_failed(&self, resource: &Resource, gap: &Gap, ruleset: &str) -> Result<i64> {
        let row = match self.find(resource)? {
            Some(row) => row,
            None => self.put_resource(resource, CoverageState::None, (ruleset, None))?,
        };
        self.transaction
            .prepare_cached(
                "UPDATE resource SET source_digest = NULL,
                     coverage = iif(coverage = 'complete', 'partial', coverage)
                 WHERE seq = ?1",
            )?
            .execute([row])?;
        self.put_gap(row, gap)?;
        Ok(row)
    }

    /// Replaces what the item holds, and closes what nothing holds any more.
    fn put_membership(&mut self, members: &[i64]) -> Result<()> {
        let WorkItem { kind, id, version: _ } = &self.commit.item;
        let Some(item) = self.find(&Resource::new(*kind, id.as_str()))? else {
            return Ok(());
        };
        let before = self.members(item)?;
        if self.commit.membership != Membership::Partial {
            self.transaction
                .prepare_cached("DELETE FROM membership WHERE item = ?1")?
                .execute([item])?;
        }
        if self.commit.membership == Membership::Deleted {
            self.close(item)?;
        } else {
            self.add_members(item, members)?;
        }
        for resource in before {
            self.close_if_orphaned(resource)?;
        }
        Ok(())
    }

    fn members(&self, item: i64) -> Result<Vec<i64>> {
        self.transaction
            .prepare_cached("SELECT resource FROM membership WHERE item = ?1")?
            .query_map([item], |row| row.get(0))?
            .collect()
    }

    fn add_members(&self, item: i64, members: &[i64]) -> Result<()> {
        for &resource in members.iter().filter(|&&resource| resource != item) {
            self.transaction
                .prepare_cached(
                    "INSERT INTO membership (item, resource) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                )?
                .execute([item, resource])?;
        }
        Ok(())
    }

    fn close_if_orphaned(&mut self, resource: i64) -> Result<()> {
        let held = self
            .transaction
            .prepare_cached("SELECT 1 FROM membership WHERE resource = ?1")?
            .exists([resource])?;
        if held { Ok(()) } else { self.close(resource) }
    }

    /// Marks a resource and its findings as gone; nothing is deleted.
    fn close(&mut self, resource: i64) -> Result<()> {
        self.transaction
            .prepare_cached(
                "UPDATE resource SET closed_at = ?2 WHERE seq = ?1 AND closed_at IS NULL",
            )?
            .execute(params![resource, self.commit.at])?;
        let closed = self
            .transaction
            .prepare_cached(
                "UPDATE finding SET closed_at = ?2 WHERE resource = ?1 AND closed_at IS NULL",
            )?
            .execute(params![resource, self.commit.at])?;
        self.count_closed(closed);
        Ok(())
    }

    fn count_closed(&mut self, closed: usize) {
        let closed = u64::try_from(closed).unwrap_or(u64::MAX);
        self.committed.findings_closed = self.committed.findings_closed.saturating_add(closed);
    }
}

fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn count(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn offset(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
