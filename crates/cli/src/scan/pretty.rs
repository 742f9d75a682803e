//! Results for people: redacted, with the reasons, and a summary.

use dosimeter_record::{CoverageState, Finding, Severity};

use super::{
    Source,
    suppress::{Suppressed, Verdict},
    tally::{SKIPPED_MAX, Tally},
};
use crate::{
    table::{Align, Table},
    terminal::{Paint, visible},
};

/// Findings shown for one resource; the rest is counted.
const FINDINGS_SHOWN_MAX: usize = 25;

/// How findings and summaries are written.
#[derive(Clone, Copy)]
pub(crate) struct Pretty<'a> {
    /// Colours.
    pub(crate) paint: Paint,
    /// The title of a rule.
    pub(crate) title: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

impl Pretty<'_> {
    /// Appends the findings of one resource; nothing if there are none.
    pub(crate) fn write(&self, out: &mut Vec<u8>, source: &Source, verdict: &Verdict) {
        // What the baseline has is counted at the end: a second run shows what is new.
        let is_known = |suppressed: Option<&Suppressed>| suppressed == Some(&Suppressed::Baseline);
        let listed = || verdict.findings().filter(|(_, suppressed)| !is_known(*suppressed));
        if listed().next().is_none() {
            return;
        }
        let mut lines =
            vec![format!("{}{}", self.paint.bold(source.name()), self.headline(verdict))];
        for (finding, suppressed) in listed().take(FINDINGS_SHOWN_MAX) {
            match suppressed {
                None => lines.extend(self.finding(finding)),
                Some(suppressed) => lines.push(self.accepted(finding, suppressed)),
            }
        }
        let hidden = listed().count().saturating_sub(FINDINGS_SHOWN_MAX);
        if hidden > 0 {
            let more = format!("  … and {hidden} more; --format jsonl prints them all");
            lines.push(self.paint.dim(more));
        }
        lines.push("\n".to_owned());
        out.extend_from_slice(lines.join("\n").as_bytes());
    }

    /// The labels of the resource, and whether all of it was scanned.
    fn headline(&self, verdict: &Verdict) -> String {
        let labelled = &verdict.labelled;
        let given = labelled.labels.by_label().keys().filter(|label| verdict.has(**label));
        let labels: Vec<&str> = given.map(|label| label.name()).collect();
        let mut headline = String::new();
        if !labels.is_empty() {
            headline.push_str("  ");
            headline.push_str(&self.paint.cyan(labels.join(" · ")));
        }
        if labelled.labels.coverage().state() != CoverageState::Complete {
            headline.push_str("  ");
            headline.push_str(&self.paint.yellow("partly scanned"));
        }
        headline
    }

    /// What was found, the redacted text, and why.
    fn finding(&self, finding: &Finding) -> [String; 3] {
        let rule = finding.rule().as_str();
        let title = (self.title)(rule).unwrap_or_else(|| rule.to_owned());
        let mark = self.severity(finding.severity());
        let place = match finding.locator().to_string() {
            place if place.is_empty() => place,
            place => self.paint.dim(format!(" · {place}")),
        };
        let why = format!("{} confidence: {}", finding.confidence(), why(finding.reasons()));
        [
            format!("  {mark} {title}{place}"),
            format!("         {}", visible(finding.redacted().snippet())),
            format!("         {}", self.paint.dim(format!("{why} · {rule}"))),
        ]
    }

    /// A finding that somebody accepted, in one line.
    fn accepted(&self, finding: &Finding, suppressed: &Suppressed) -> String {
        let rule = finding.rule().as_str();
        let title = (self.title)(rule).unwrap_or_else(|| rule.to_owned());
        let place = finding.locator();
        let reason = suppressed.reason();
        self.paint.dim(format!("  –      {title} · {place} · {}", visible(&reason)))
    }

    fn severity(&self, severity: Severity) -> String {
        let padded = format!("{severity:<6}");
        match severity {
            Severity::High => self.paint.red(padded),
            Severity::Medium => self.paint.yellow(padded),
            _ => self.paint.dim(padded),
        }
    }

    /// The closing tables and the one line that says it all; `gone` is what the baseline knew beyond it.
    pub(crate) fn summary(&self, tally: &Tally, gone: Option<u64>) -> String {
        let mut text = String::new();
        if !tally.labels.is_empty() {
            text.push_str(&self.labels(tally));
            text.push('\n');
        }
        if tally.incomplete > 0 {
            text.push_str(&self.gaps(tally));
            text.push('\n');
        }
        text.push_str(&self.closing(tally));
        if let Some(gone) = gone.filter(|gone| *gone > 0) {
            let line = format!("{gone} of the baseline are gone or were not scanned\n");
            text.push_str(&self.paint.dim(line));
        }
        text
    }

    fn labels(&self, tally: &Tally) -> String {
        let mut table = Table::new(&[
            ("label", Align::Left),
            ("findings", Align::Right),
            ("resources", Align::Right),
            ("worst", Align::Left),
            ("surest", Align::Left),
        ]);
        for (label, counted) in &tally.labels {
            table.row([
                label.to_string(),
                counted.findings.to_string(),
                counted.resources.to_string(),
                counted.worst.to_string(),
                counted.surest.to_string(),
            ]);
        }
        table.render(self.paint)
    }

    fn gaps(&self, tally: &Tally) -> String {
        let heading = format!(
            "Not scanned, so not clean: something in {} of {}\n",
            tally.incomplete,
            counted(tally.resources, "resource")
        );
        let mut table =
            Table::new(&[("reason", Align::Left), ("where", Align::Left), ("place", Align::Left)]);
        for skipped in &tally.skipped {
            let place = skipped.first.locator.to_string();
            let place = match skipped.more {
                0 => place,
                more if place.is_empty() => format!("and {}", counted(more, "place")),
                more => format!("{place} and {more} more"),
            };
            let name = visible(&skipped.name).into_owned();
            table.row([skipped.first.reason.to_string(), name, place]);
        }
        let mut text = self.paint.yellow(heading) + &table.render(self.paint);
        let hidden = tally.skipped_total.saturating_sub(tally.skipped.len() as u64);
        if hidden > 0 {
            let more = format!("… and {hidden} more than the {SKIPPED_MAX} listed\n");
            text.push_str(&more);
        }
        text
    }

    fn closing(&self, tally: &Tally) -> String {
        let Tally { resources, findings, .. } = tally;
        if *resources == 0 {
            return self.paint.yellow(NOTHING_THERE) + "\n";
        }
        let found = match findings {
            0 if tally.allowed > 0 || tally.excepted > 0 || !tally.known.is_empty() => {
                "nothing new found".to_owned()
            }
            0 => "nothing found".to_owned(),
            count => counted(*count, "finding"),
        };
        let found = if *findings == 0 && tally.incomplete == 0 {
            self.paint.green(found)
        } else {
            self.paint.bold(found)
        };
        let coverage = match tally.incomplete {
            0 => "everything was scanned".to_owned(),
            count => self.paint.yellow(format!("{count} not or only partly scanned")),
        };
        let size = bytes(tally.bytes);
        let resources = counted(*resources, "resource");
        let accepted = accepted(tally);
        format!("{found} in {resources}, {size}; {coverage}{accepted}\n")
    }
}

/// An empty folder is not a clean one: somebody may have meant another.
pub(crate) const NOTHING_THERE: &str = "nothing was there to scan";

/// How many findings fail nothing, and why.
fn accepted(tally: &Tally) -> String {
    let kinds = [
        (tally.allowed, "allowed by comments"),
        (tally.excepted, "allowed by the policy"),
        (tally.unchanged(), "in the baseline"),
    ];
    let parts = kinds.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, how)| format!("{count} {how}")).collect();
    if parts.is_empty() { String::new() } else { format!("; not counted: {}", parts.join(", ")) }
}

/// Reasons as one line; a rule whose shape says enough gives none. What speaks against it comes last, so that
/// nothing after it is taken for more of the same.
pub(crate) fn why(reasons: &[impl ToString]) -> String {
    if reasons.is_empty() {
        return "its shape says enough".to_owned();
    }
    let mut reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    reasons.sort_by_key(|reason| reason.starts_with("against it"));
    reasons.join(", ")
}

/// A number with its noun.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A size for people.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    let Some((unit, size)) = UNITS.into_iter().find(|(_, size)| count >= *size) else {
        return format!("{count} bytes");
    };
    let whole = count.checked_div(size).unwrap_or(0);
    let tenth =
        count.checked_rem(size).unwrap_or(0).saturating_mul(10).checked_div(size).unwrap_or(0);
    format!("{whole}.{tenth} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks_against_a_finding_is_said_last() {
        let reasons = ["card passed", "against it: a test card", "near payment.bank.iban"];
        assert_eq!(why(&reasons), "card passed, near payment.bank.iban, against it: a test card");
    }

    #[test]
    fn sizes_are_readable() {
        let cases = [(0, "0 bytes"), (999, "999 bytes"), (1_050, "1.0 kB"), (2_960_000, "2.9 MB")];
        for (count, expected) in cases {
            assert_eq!(bytes(count), expected);
        }
    }
}
