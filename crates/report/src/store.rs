//! A report of what a worker keeps.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use dosimeter_record::{FindingRow, Locator};
use dosimeter_store::{Error, FindingFilter, GapRow, ProjectMember, Store};

use crate::report::{Covered, Entry, Gap, Report, Subject};

/// Runs whose attestation is shown.
const RUNS_MAX: u64 = 200;

impl Report {
    /// More findings are counted and not listed: browsers end at pages of a few hundred megabytes.
    pub const FINDINGS_MAX: usize = 200_000;
    /// More gaps are counted and not listed.
    pub const GAPS_MAX: usize = 50_000;

    /// Reads everything that is open. The time of writing and titles of rules are the caller's to add.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub fn of_store(store: &dyn Store) -> Result<Self, Error> {
        let totals = store.totals()?;
        let mut findings = store.findings(&FindingFilter::default())?;
        findings.sort_by(compare);
        findings.truncate(Self::FINDINGS_MAX);
        let projects = Projects::new(store.project_members()?);
        let entry = |finding: FindingRow| Entry {
            project: projects.of(&finding),
            finding,
            suppressed: None,
        };
        let covered = store.coverage_totals()?.into_iter().map(|total| Covered {
            kind: total.kind,
            coverage: total.coverage,
            resources: total.resources,
        });
        Ok(Self {
            subject: Subject::Organization,
            of: store.tenants()?,
            findings: findings.into_iter().map(entry).collect(),
            findings_total: totals.findings,
            coverage: covered.collect(),
            gaps: gaps(store.gaps(Self::GAPS_MAX as u64)?),
            gap_totals: totals.gaps,
            runs: store.runs(RUNS_MAX)?,
            backlog: store.backlog()?,
            failed_items: totals.failed_items,
            ..Self::default()
        })
    }
}

impl Entry {
    /// High before medium before low, and newest first among equals, as reports list them.
    pub fn sort(entries: &mut [Self]) {
        entries.sort_by(|one, other| compare(&one.finding, &other.finding));
    }
}

fn compare(one: &FindingRow, other: &FindingRow) -> Ordering {
    let rank = |level: &str| match level {
        "high" => 0,
        "medium" => 1,
        _ => 2,
    };
    let key = |row: &FindingRow| (rank(&row.severity), rank(&row.confidence));
    key(one).cmp(&key(other)).then_with(|| other.made_at().cmp(one.made_at()))
}

/// When the thing was made in which a finding lies, or when it was seen first.
trait MadeAt {
    fn made_at(&self) -> &str;
}

impl MadeAt for FindingRow {
    fn made_at(&self) -> &str {
        self.created_at.as_deref().unwrap_or(&self.first_seen)
    }
}

/// What a chat has from its files only is listed at the files, as it is counted.
fn gaps(rows: Vec<GapRow>) -> Vec<Gap> {
    let below = |row: &GapRow| Some((row.parent.clone()?, row.reason.clone()));
    let of_members: BTreeSet<(String, String)> = rows.iter().filter_map(below).collect();
    let is_own =
        |row: &GapRow| !of_members.contains(&(row.resource_id.clone(), row.reason.clone()));
    rows.into_iter().filter(is_own).map(Gap::from).collect()
}

impl From<GapRow> for Gap {
    fn from(row: GapRow) -> Self {
        Self {
            reason: row.reason,
            kind: row.resource_kind,
            resource: row.resource_id,
            parent: row.parent,
            place: place(&row.locator),
            href: row.href,
        }
    }
}

/// A stored locator in words.
pub(crate) fn place(locator: &str) -> String {
    serde_json::from_str::<Locator>(locator).unwrap_or_default().to_string()
}

/// Which project something happened in.
struct Projects {
    of_member: BTreeMap<(String, String), String>,
}

impl Projects {
    fn new(members: Vec<ProjectMember>) -> Self {
        let pair = |member: ProjectMember| ((member.tenant, member.id), member.project);
        Self { of_member: members.into_iter().map(pair).collect() }
    }

    fn of(&self, row: &FindingRow) -> Option<String> {
        if row.resource_kind == "project" {
            return Some(row.resource_id.clone());
        }
        // A message is found through its chat, a chat or a file by itself.
        let of = |id: &str| self.of_member.get(&(row.tenant.clone(), id.to_owned())).cloned();
        of(&row.resource_id).or_else(|| of(row.parent.as_deref()?))
    }
}
