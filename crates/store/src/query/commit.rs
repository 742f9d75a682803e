//! The one transaction of a work item: its resources, their labels, findings and gaps, what the sinks
//! are to be told, and the end of the item itself.

use dosimeter_record::{
    CoverageState, Finding, Gap, GapReason, Label, LabelSummary, Labelled, Resource,
};

use super::{evidence::EvidenceRow, outbox, parent::put_tenant};
use crate::{
    Action, Commit, Committed, Membership, Outcome, WorkItem, WorkState,
    sql::{Failure, Result, Sql, json, shape, values},
};

/// Reads as the list of its steps.
pub(crate) fn commit(sql: &mut dyn Sql, parent: &str, commit: &Commit) -> Result<Committed> {
    put_tenant(sql, parent, &commit.tenant, &commit.at)?;
    end_work(sql, commit)?;
    let mut writer = Writer { sql, commit, committed: Committed::default(), outdated: false };
    let members = writer.put_resources()?;
    writer.put_membership(&members)?;
    if writer.outdated {
        writer.repeat()?;
    }
    Ok(writer.committed)
}

/// Ends the item, which fails if somebody else holds it by now. Comes first, so that two workers with
/// one item wait for each other here.
fn end_work(sql: &mut dyn Sql, commit: &Commit) -> Result<()> {
    let WorkItem { kind, id, version } = &commit.item;
    if commit.token.is_none() {
        sql.execute(
            "INSERT INTO work (tenant, kind, id, version, state, priority, queued_ms)
             VALUES ($1, $2, $3, $4, 'leased', 0, 0)
             ON CONFLICT (tenant, kind, id) DO UPDATE SET state = 'leased', token = work.token + 1",
            values![&commit.tenant, kind.name(), id, version],
        )?;
    }
    let token = if commit.token.is_some() { "AND token = $11" } else { "AND $11 >= 0" };
    // Wanted again meanwhile: at once, also if it failed, since what changed may have mended it.
    let wanted = "again = 2 OR (again = 1 AND version <> $4)";
    let statement = format!(
        "UPDATE work SET
             state = CASE WHEN {wanted} THEN 'ready' ELSE $5 END,
             version = CASE WHEN again = 0 THEN $4 ELSE version END,
             done_version = CASE WHEN $12 = 1 THEN NULL WHEN $5 = 'done' THEN $4 ELSE done_version END,
             ruleset = CASE WHEN $5 = 'done' THEN $6 ELSE ruleset END,
             gone = $7, cost = $8, ended_at = $9, again = 0,
             attempts = CASE WHEN $5 = 'done' THEN 0 ELSE attempts + 1 END,
             not_before_ms =
                 CASE WHEN $5 = 'done' OR {wanted} THEN 0 ELSE CAST($10 AS BIGINT) END
         WHERE tenant = $1 AND kind = $2 AND id = $3 AND state = 'leased' {token}"
    );
    let retry_ms = i64::try_from(commit.retry_after_ms).unwrap_or(i64::MAX);
    let not_before = sql.now_ms()?.saturating_add(retry_ms);
    let ended = sql.execute(
        &statement,
        values![
            &commit.tenant,
            kind.name(),
            id,
            version,
            match commit.state {
                WorkState::Done | WorkState::LeftOut => "done",
                WorkState::Failed => "failed",
            },
            &commit.ruleset,
            commit.membership == Membership::Deleted,
            commit.cost,
            &commit.at,
            not_before,
            commit.token.unwrap_or(0),
            commit.state == WorkState::LeftOut,
        ],
    )?;
    if ended == 1 { Ok(()) } else { Err(Failure::Fenced) }
}

/// One commit while it is written.
struct Writer<'a> {
    sql: &'a mut dyn Sql,
    commit: &'a Commit,
    committed: Committed,
    /// Whether something that was taken for unchanged was closed in the meantime.
    outdated: bool,
}

impl Writer<'_> {
    /// Leaves the item to be read again: what was closed is then unknown, and read.
    fn repeat(&mut self) -> Result<()> {
        let WorkItem { kind, id, version: _ } = &self.commit.item;
        self.sql.execute(
            "UPDATE work SET state = 'ready', done_version = NULL
             WHERE tenant = $1 AND kind = $2 AND id = $3",
            values![&self.commit.tenant, kind.name(), id],
        )?;
        Ok(())
    }

    /// Writes all resources and gives their row numbers.
    fn put_resources(&mut self) -> Result<Vec<i64>> {
        let commit = self.commit;
        let mut rows = Vec::with_capacity(commit.resources.len());
        for part in &commit.resources {
            let row = match &part.outcome {
                Outcome::Scanned { labelled, source_digest } => {
                    self.put_scanned(&part.resource, labelled, source_digest.as_deref())?
                }
                Outcome::CutShort { labelled } => self.put_cut_short(&part.resource, labelled)?,
                Outcome::Unchanged => {
                    let Some(row) = self.find_open(&part.resource)? else {
                        self.outdated = true;
                        continue;
                    };
                    row
                }
                Outcome::Failed { gap, ruleset } => {
                    self.put_failed(&part.resource, gap, ruleset)?
                }
            };
            rows.push(row);
        }
        Ok(rows)
    }

    fn find(&mut self, resource: &Resource) -> Result<Option<i64>> {
        self.sql
            .row(
                "SELECT seq FROM resource WHERE tenant = $1 AND kind = $2 AND id = $3",
                values![&self.commit.tenant, resource.kind.name(), &resource.id],
            )?
            .map(|row| row.integer(0))
            .transpose()
    }

    /// The resource if it still exists, locked so that nobody closes it meanwhile.
    fn find_open(&mut self, resource: &Resource) -> Result<Option<i64>> {
        self.sql
            .row(
                "UPDATE resource SET scanned_at = scanned_at
                 WHERE tenant = $1 AND kind = $2 AND id = $3 AND closed_at IS NULL RETURNING seq",
                values![&self.commit.tenant, resource.kind.name(), &resource.id],
            )?
            .map(|row| row.integer(0))
            .transpose()
    }

    /// Adds what was found before time was up. Of what an earlier scan knows, nothing ends.
    fn put_cut_short(&mut self, resource: &Resource, labelled: &Labelled) -> Result<i64> {
        let Some(row) = self.find_open(resource)? else {
            let row = self.put_scanned(resource, labelled, None)?;
            // Of the rest of it nobody knows which rules would have taken part.
            let unknown = "UPDATE resource SET involved = NULL WHERE seq = $1";
            self.sql.execute(unknown, values![row])?;
            return Ok(row);
        };
        let partial = labelled.labels.coverage().state() != CoverageState::None;
        let scan = self.sql.row(
            "UPDATE resource SET source_digest = NULL, involved = NULL, scanned_at = $3,
                 coverage =
                     CASE WHEN $2 = 1 OR coverage = 'complete' THEN 'partial' ELSE coverage END
             WHERE seq = $1 RETURNING scans",
            values![row, partial, &self.commit.at],
        )?;
        let scan = scan.ok_or_else(|| shape("a written row was not returned"))?.integer(0)?;
        self.add_labels(row, labelled)?;
        for gap in labelled.labels.coverage().gaps() {
            self.put_gap(row, gap)?;
        }
        self.add_findings(resource, (row, scan), &labelled.findings)?;
        Ok(row)
    }

    fn put_scanned(
        &mut self,
        resource: &Resource,
        labelled: &Labelled,
        source_digest: Option<&str>,
    ) -> Result<i64> {
        let labels = &labelled.labels;
        let state = labels.coverage().state();
        let involved = Some(labelled.involved.to_string());
        let (row, scan) =
            self.put_resource(resource, state, (labels.ruleset(), source_digest, involved))?;
        if source_digest.is_some() {
            let evidence =
                json(&labelled.evidence.iter().map(EvidenceRow::from).collect::<Vec<_>>())?;
            self.sql.execute(
                "UPDATE resource SET evidence = $2 WHERE seq = $1",
                values![row, evidence],
            )?;
        }
        self.put_labels(row, labelled)?;
        self.put_findings(resource, (row, scan), &labelled.findings)?;
        Ok(row)
    }

    /// Writes the facts of a resource that was scanned; gives its row and the number of the scan.
    fn put_resource(
        &mut self,
        resource: &Resource,
        coverage: CoverageState,
        (ruleset, source_digest, involved): (&str, Option<&str>, Option<String>),
    ) -> Result<(i64, i64)> {
        let row = self.sql.row(
            "INSERT INTO resource (tenant, kind, id, parent, user_id, user_email, role, href, model,
                 surface, created_at, media_type, size_bytes, coverage, ruleset, source_digest,
                 involved, scans, scanned_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $18, 1,
                 $17)
             ON CONFLICT (tenant, kind, id) DO UPDATE SET
                 parent = excluded.parent, user_id = excluded.user_id,
                 user_email = excluded.user_email, role = excluded.role,
                 href = excluded.href, model = excluded.model, surface = excluded.surface,
                 created_at = excluded.created_at, media_type = excluded.media_type,
                 size_bytes = excluded.size_bytes, coverage = excluded.coverage,
                 ruleset = excluded.ruleset, source_digest = excluded.source_digest,
                 involved = excluded.involved, evidence = NULL, scans = resource.scans + 1, scanned_at = excluded.scanned_at,
                 closed_at = NULL
             RETURNING seq, scans",
            values![
                &self.commit.tenant,
                resource.kind.name(),
                &resource.id,
                &resource.parent,
                &resource.user_id,
                &resource.user_email,
                resource.role.map(dosimeter_record::Role::name),
                &resource.href,
                &resource.model,
                &resource.surface,
                &resource.created_at,
                &resource.media_type,
                resource.size_bytes,
                coverage.name(),
                ruleset,
                source_digest,
                &self.commit.at,
                involved,
            ],
        )?;
        let row = row.ok_or_else(|| shape("a written row was not returned"))?;
        Ok((row.integer(0)?, row.integer(1)?))
    }

    fn put_labels(&mut self, row: i64, labelled: &Labelled) -> Result<()> {
        self.sql.execute("DELETE FROM label WHERE resource = $1", values![row])?;
        self.sql.execute("DELETE FROM gap WHERE resource = $1", values![row])?;
        for (label, summary) in labelled.labels.by_label() {
            self.put_label(row, *label, *summary)?;
        }
        for gap in labelled.labels.coverage().gaps() {
            self.put_gap(row, gap)?;
        }
        Ok(())
    }

    /// Writes the labels of a part of a resource: each is at least what it was.
    fn add_labels(&mut self, row: i64, labelled: &Labelled) -> Result<()> {
        for (label, found) in labelled.labels.by_label() {
            let known = self.sql.row(
                "SELECT count, max_confidence, max_severity FROM label
                 WHERE resource = $1 AND label = $2",
                values![row, label.name()],
            )?;
            let mut summary = *found;
            if let Some(known) = known {
                let level = |_| shape("a level is not one of three");
                let count = u32::try_from(known.count(0)?).unwrap_or(u32::MAX);
                let (confidence, severity) = (known.text(1)?, known.text(2)?);
                summary.count = summary.count.max(count);
                summary.max_confidence =
                    summary.max_confidence.max(confidence.parse().map_err(level)?);
                summary.max_severity = summary.max_severity.max(severity.parse().map_err(level)?);
            }
            self.put_label(row, *label, summary)?;
        }
        Ok(())
    }

    fn put_label(&mut self, row: i64, label: Label, summary: LabelSummary) -> Result<()> {
        self.sql.execute(
            "INSERT INTO label (resource, label, count, max_confidence, max_severity)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (resource, label) DO UPDATE SET count = excluded.count,
                 max_confidence = excluded.max_confidence, max_severity = excluded.max_severity",
            values![
                row,
                label.name(),
                summary.count,
                summary.max_confidence.name(),
                summary.max_severity.name(),
            ],
        )?;
        Ok(())
    }

    fn put_gap(&mut self, row: i64, gap: &Gap) -> Result<()> {
        self.sql.execute(
            "INSERT INTO gap (resource, reason, locator) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
            values![row, gap.reason.name(), json(&gap.locator)?],
        )?;
        Ok(())
    }

    /// Writes the findings of a scan; those of earlier scans that are not among them go away.
    fn put_findings(
        &mut self,
        resource: &Resource,
        (row, scan): (i64, i64),
        findings: &[Finding],
    ) -> Result<()> {
        self.add_findings(resource, (row, scan), findings)?;
        self.close_findings(
            "UPDATE finding SET closed_at = $2
             WHERE resource = $1 AND scan <> $3 AND closed_at IS NULL RETURNING id",
            row,
            scan,
        )
    }

    fn add_findings(
        &mut self,
        resource: &Resource,
        (row, scan): (i64, i64),
        findings: &[Finding],
    ) -> Result<()> {
        for finding in findings {
            let known = self.is_open(finding)?;
            self.put_finding(resource, (row, scan), finding)?;
            if !known {
                self.committed.findings_opened = self.committed.findings_opened.saturating_add(1);
                self.tell(&finding.id().to_string(), Action::Opened)?;
            }
        }
        Ok(())
    }

    fn is_open(&mut self, finding: &Finding) -> Result<bool> {
        self.sql.exists(
            "SELECT 1 FROM finding WHERE tenant = $1 AND id = $2 AND closed_at IS NULL",
            values![&self.commit.tenant, finding.id().to_string()],
        )
    }

    fn put_finding(
        &mut self,
        resource: &Resource,
        (row, scan): (i64, i64),
        finding: &Finding,
    ) -> Result<()> {
        self.sql.execute(
            "INSERT INTO finding (tenant, id, resource, rule, labels, severity, confidence, origin,
                 span_start, span_end, locator, value, snippet, fingerprint, reasons, scan,
                 first_seen, last_seen)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17)
             ON CONFLICT (tenant, id) DO UPDATE SET
                 resource = excluded.resource, rule = excluded.rule, labels = excluded.labels,
                 severity = excluded.severity, confidence = excluded.confidence,
                 origin = excluded.origin, span_start = excluded.span_start,
                 span_end = excluded.span_end, locator = excluded.locator,
                 value = excluded.value, snippet = excluded.snippet,
                 fingerprint = excluded.fingerprint, reasons = excluded.reasons,
                 scan = excluded.scan, last_seen = excluded.last_seen, closed_at = NULL",
            values![
                &self.commit.tenant,
                finding.id().to_string(),
                row,
                finding.rule().as_str(),
                json(&finding.labels())?,
                finding.severity().name(),
                finding.confidence().name(),
                resource.origin(finding.locator()).name(),
                finding.span().start,
                finding.span().end,
                json(finding.locator())?,
                finding.redacted().value(),
                finding.redacted().snippet(),
                finding.fingerprint().to_string(),
                json(&finding.reasons())?,
                scan,
                &self.commit.at,
            ],
        )?;
        Ok(())
    }

    fn was_scanned(&mut self, row: i64) -> Result<bool> {
        let scanned = "SELECT 1 FROM resource WHERE seq = $1 AND coverage <> 'none'";
        self.sql.exists(scanned, values![row])
    }

    /// Notes that a resource could not be read, and leaves what is known of it.
    fn put_failed(&mut self, resource: &Resource, gap: &Gap, ruleset: &str) -> Result<i64> {
        let row = match self.find(resource)? {
            // What was scanned before it went is no gap.
            Some(row) if gap.reason == GapReason::Gone && self.was_scanned(row)? => return Ok(row),
            Some(row) => row,
            None => self.put_resource(resource, CoverageState::None, (ruleset, None, None))?.0,
        };
        self.sql.execute(
            "UPDATE resource SET source_digest = NULL,
                 coverage = CASE coverage WHEN 'complete' THEN 'partial' ELSE coverage END
             WHERE seq = $1",
            values![row],
        )?;
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
            self.sql.execute("DELETE FROM membership WHERE item = $1", values![item])?;
        }
        if self.commit.membership == Membership::Deleted {
            self.close(item)?;
        } else {
            self.add_members(item, members)?;
        }
        let stays = |resource: &i64| {
            self.commit.membership == Membership::Complete && members.contains(resource)
        };
        for resource in before.into_iter().filter(|resource| !stays(resource)).collect::<Vec<_>>() {
            self.close_if_orphaned(resource)?;
        }
        Ok(())
    }

    fn members(&mut self, item: i64) -> Result<Vec<i64>> {
        let members = "SELECT resource FROM membership WHERE item = $1 ORDER BY resource";
        self.sql.rows(members, values![item])?.iter().map(|row| row.integer(0)).collect()
    }

    fn add_members(&mut self, item: i64, members: &[i64]) -> Result<()> {
        for &resource in members.iter().filter(|&&resource| resource != item) {
            self.sql.execute(
                "INSERT INTO membership (item, resource) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                values![item, resource],
            )?;
        }
        Ok(())
    }

    fn close_if_orphaned(&mut self, resource: i64) -> Result<()> {
        // Whoever else lets go of it waits here, and the last one sees that nobody is left.
        let lock = "UPDATE resource SET scanned_at = scanned_at WHERE seq = $1";
        self.sql.execute(lock, values![resource])?;
        let held = "SELECT 1 FROM membership WHERE resource = $1";
        if self.sql.exists(held, values![resource])? { Ok(()) } else { self.close(resource) }
    }

    /// Marks a resource and its findings as gone; nothing is deleted.
    fn close(&mut self, resource: i64) -> Result<()> {
        self.sql.execute(
            "UPDATE resource SET closed_at = $2 WHERE seq = $1 AND closed_at IS NULL",
            values![resource, &self.commit.at],
        )?;
        self.close_findings(
            "UPDATE finding SET closed_at = $2
             WHERE resource = $1 AND closed_at IS NULL AND $3 = 0 RETURNING id",
            resource,
            0,
        )
    }

    fn close_findings(&mut self, statement: &str, row: i64, scan: i64) -> Result<()> {
        let closed = self.sql.rows(statement, values![row, &self.commit.at, scan])?;
        for row in closed {
            self.committed.findings_closed = self.committed.findings_closed.saturating_add(1);
            self.tell(&row.text(0)?, Action::Closed)?;
        }
        Ok(())
    }

    /// Leaves a message for every sink.
    fn tell(&mut self, finding: &str, action: Action) -> Result<()> {
        let commit = self.commit;
        for sink in &commit.sinks {
            let what = (commit.tenant.as_str(), finding);
            outbox::put(self.sql, sink, what, (action, &commit.at))?;
        }
        Ok(())
    }
}
