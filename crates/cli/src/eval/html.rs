//! The measures as one page that needs nothing else.

use super::{
    corpus::Case,
    measure::{Counts, Measures},
    measured, shown,
    verdict::Verdict,
};

const HEAD: &str = "<!doctype html>
<html lang=\"en\"><meta charset=\"utf-8\"><title>Dosimeter: evaluation</title>
<style>body{font:14px system-ui;margin:2em;max-width:70em}table{border-collapse:collapse;margin:1em 0}
td,th{padding:.2em .7em;border-bottom:1px solid #ddd;text-align:right}
td:first-child,th:first-child{text-align:left}.text td{text-align:left}</style>
";

/// Labels and rules with their measures, then the mistakes.
pub(crate) fn page(measures: &Measures, cases: &[Case], verdicts: &[Verdict]) -> String {
    let per_mb = shown(measures.false_positives_per_mb());
    let (texts, benign) = (measures.cases, measures.benign_cases);
    let labels = measures.labels.iter().map(|(label, counts)| (label.to_string(), counts));
    let rules = measures.rules.iter().map(|(rule, counts)| (rule.to_string(), counts));
    let wrong = cases.iter().zip(verdicts).filter(|(_, verdict)| verdict.is_wrong());
    let mistakes: String = wrong
        .map(|(case, verdict)| {
            let (place, why) = (case.place.clone(), case.why.clone());
            row(&[place, why, verdict.missed(), verdict.wrong(), verdict.rules()])
        })
        .collect();
    format!(
        "{HEAD}<h1>Evaluation</h1>
<p>{texts} texts, {benign} of them benign; {per_mb} false positives per MB in those.</p>
{}{}<h2>Mistakes</h2>
<table class=\"text\"><tr><th>case<th>why<th>missed<th>wrong<th>found by
{mistakes}</table></html>
",
        table("Labels", labels),
        table("Rules", rules),
    )
}

fn table<'a>(title: &str, rows: impl Iterator<Item = (String, &'a Counts)>) -> String {
    let rows: String = rows.map(|(name, counts)| row(&measured(name, *counts))).collect();
    format!(
        "<h2>{title}</h2>
<table><tr><th><th>precision<th>95 %<th>recall<th>95 %<th>F1<th>right<th>wrong<th>missed
{rows}</table>
"
    )
}

fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
    format!("<tr><td>{}\n", cells.join("<td>"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_become_markup() {
        assert_eq!(escaped("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
    }
}
