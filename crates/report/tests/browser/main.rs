//! The page in a real browser: what is drawn, clicked, typed and linked, and how fast.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod driver;

use std::{fs, path::PathBuf};

use dosimeter_record::FindingRow;
use dosimeter_report::{Covered, Entry, Gap, Report};
use dosimeter_store::{RunEnd, SqliteStore, Store as _};
use serde_json::json;
use tempfile::TempDir;

use self::driver::Browser;

const MANY: usize = 50_000;
/// A snippet that would run if anything took it for markup.
const HOSTILE: &str =
    "</script><script>window.owned=1</script><img src=x onerror=\"window.owned=2\">";

fn row(index: usize) -> FindingRow {
    let rules = ["payment.bank.iban", "secrets.github.pat", "pii.us.ssn"];
    let labels = ["payment", "secrets", "pii"];
    let severities = ["high", "medium", "low"];
    let (day, month) = (index % 28 + 1, index % 9 + 1);
    FindingRow {
        id: format!("{index:032x}"),
        tenant: "org".to_owned(),
        rule: rules[index % 3].to_owned(),
        labels: vec![labels[index % 3].to_owned()],
        severity: severities[index / 3 % 3].to_owned(),
        confidence: "high".to_owned(),
        span_start: 0,
        span_end: 9,
        locator: "{}".to_owned(),
        value: "••••".to_owned(),
        snippet: if index == 7 {
            HOSTILE.to_owned()
        } else {
            format!("note {index} is •••• here")
        },
        fingerprint: format!("{:032x}", index / 2),
        reasons: vec!["iban passed".to_owned(), "`card` 3 characters away".to_owned()],
        first_seen: "2026-11-20T08:00:00Z".to_owned(),
        last_seen: "2026-11-20T08:00:00Z".to_owned(),
        closed_at: None,
        resource_kind: "message".to_owned(),
        resource_id: format!("message_{index}"),
        parent: Some(format!("chat_{}", index / 10)),
        user_id: None,
        user_email: Some(format!("user{}@example.com", index % 500)),
        role: if index.is_multiple_of(2) { "user" } else { "assistant" }.to_owned(),
        href: Some(format!("https://claude.ai/chat/{}", index / 10)),
        model: None,
        surface: None,
        created_at: Some(format!("2026-{month:02}-{day:02}T12:00:00Z")),
        media_type: None,
        coverage: "complete".to_owned(),
    }
}

fn report(count: usize) -> Report {
    let entry = |index: usize| Entry {
        finding: row(index),
        project: index.is_multiple_of(4).then(|| format!("project_{}", index % 40)),
        suppressed: (index % 1_000 == 999).then(|| "accepted for a reason".to_owned()),
    };
    let covered = |coverage: &str, resources| Covered {
        kind: "message".to_owned(),
        coverage: coverage.to_owned(),
        resources,
    };
    let gap = Gap {
        reason: "encrypted".to_owned(),
        kind: "file".to_owned(),
        resource: "file_1".to_owned(),
        parent: None,
        place: String::new(),
        href: Some("https://claude.ai/chat/1".to_owned()),
    };
    Report {
        written_at: "2026-11-21T08:00:00Z".to_owned(),
        of: vec!["org".to_owned()],
        findings: (0..count).map(entry).collect(),
        findings_total: count as u64,
        coverage: vec![covered("complete", 60_000), covered("none", 1)],
        gaps: vec![gap],
        gap_totals: vec![("encrypted".to_owned(), 1)],
        ..Report::default()
    }
}

/// The page of a report in a file.
fn page(report: &Report) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    report.write(&mut fs::File::create(&path).unwrap()).unwrap();
    (folder, path)
}

const COUNT: &str = "return document.querySelector('#count').textContent";

#[test]
fn fifty_thousand_findings_are_filtered_read_and_linked() {
    let Some(browser) = Browser::start() else { return };
    let (_folder, page) = page(&report(MANY));
    browser.open(&page, "");
    // Fifty are suppressed, and not counted unless asked for.
    browser.until(COUNT, &json!("49,950 findings, worst first."));
    let rows = "return document.querySelectorAll('#list .row').length";
    assert!(browser.run(rows).as_u64().unwrap() < 60, "rows out of sight exist");

    // A click on a label: a third of them, and the address says so.
    browser.click(".tile.l-secrets");
    browser.until(COUNT, &json!("16,650 of 49,950 findings, worst first."));
    browser.until("return location.hash", &json!("#label=secrets"));
    browser.click("#f-severity [data-key=high]");
    browser.until("return location.hash", &json!("#label=secrets&severity=high"));
    let both = browser.run(COUNT);

    // The link alone shows the same.
    browser.open(&page, "#label=secrets&severity=high");
    browser.until(COUNT, &both);
    browser.click("#active [data-key=clear]");
    browser.until(COUNT, &json!("49,950 findings, worst first."));

    // The last row is reached by its key, read, and left again.
    browser.press("#list", "\u{e010}");
    browser.until("return document.querySelector('#list [aria-selected=true]')?.getAttribute('aria-posinset')", &json!("49950"));
    browser.press("#list", "\u{e011}\u{e015}\u{e015}");
    browser.until("return document.querySelector('#list [aria-selected=true]')?.getAttribute('aria-posinset')", &json!("3"));
    browser.press("#list", "\u{e007}");
    browser.until("return document.activeElement.id", &json!("detail"));
    let detail = browser.run("return document.querySelector('#detail').textContent");
    for part in ["iban passed", "Open the chat", "Same value in 2 findings", "dosimeter explain"] {
        assert!(detail.as_str().unwrap().contains(part), "{part} not in {detail}");
    }
    let linked = browser.run("return location.hash");
    browser.press("#detail", "\u{e00c}");
    browser.until("return document.activeElement.id", &json!("list"));
    browser.open(&page, linked.as_str().unwrap());
    browser
        .until("return document.querySelector('#detail h3')?.textContent.length > 0", &json!(true));

    // Typed text, by the key that leads to the search.
    browser.open(&page, "");
    browser.press("body", "/");
    browser.until("return document.activeElement.id", &json!("q"));
    browser.press("#q", "note 4999");
    browser.until(COUNT, &json!("9 of 49,950 findings, worst first."));

    assert_eq!(browser.console(), Vec::<serde_json::Value>::new());
    assert_eq!(browser.requests(), Vec::<String>::new());
}

#[test]
fn a_filter_over_fifty_thousand_findings_takes_no_time_to_notice() {
    let Some(browser) = Browser::start() else { return };
    let (_folder, page) = page(&report(MANY));
    browser.open(&page, "");
    let times = browser.run(
        "const times = [];
         for (const tile of ['l-pii', 'l-secrets', 'l-pii', 'l-secrets', 'l-payment']) {
             const start = performance.now();
             document.querySelector('.tile.' + tile).click();
             document.body.offsetHeight;
             times.push(performance.now() - start);
         }
         return times",
    );
    let times: Vec<f64> =
        times.as_array().unwrap().iter().map(|time| time.as_f64().unwrap()).collect();
    // Some 90 ms on two shared cores; people notice from a tenth of a second on. The rest is for machines
    // that do other things.
    let fastest = times.iter().copied().fold(f64::INFINITY, f64::min);
    assert!(fastest < 600.0, "{times:?}");
}

#[test]
fn hostile_text_stays_text_and_every_control_has_a_name() {
    let Some(browser) = Browser::start() else { return };
    let (_folder, page) = page(&report(40));
    browser.open(&page, "#q=window.owned");
    browser.until(COUNT, &json!("1 of 40 findings, worst first."));
    let shown = browser.run("return document.querySelector('#list .snippet').textContent");
    assert_eq!(shown, HOSTILE);
    assert_eq!(browser.run("return window.owned ?? null"), json!(null));
    browser.open(&page, "");
    let nameless = browser.run(
        "return [...document.querySelectorAll('button, a, input, select, [role=button]')].filter((item) =>
            !(item.textContent.trim() || item.getAttribute('aria-label') || item.labels?.length)).map((item) => item.outerHTML)",
    );
    assert_eq!(nameless, json!([]));
    let duplicates = browser.run(
        "const ids = [...document.querySelectorAll('[id]')].map((item) => item.id);
         return ids.filter((id, at) => ids.indexOf(id) !== at)",
    );
    assert_eq!(duplicates, json!([]));
}

#[test]
fn a_page_is_light_or_dark_narrow_or_printed() {
    let Some(browser) = Browser::start() else { return };
    let (_folder, page) = page(&report(400));
    browser.open(&page, "");
    let ground = "return getComputedStyle(document.body).backgroundColor";
    let scheme = |value: &str| {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        browser.devtools("Emulation.setEmulatedMedia", &features);
        browser.run(ground)
    };
    let (light, dark) = (scheme("light"), scheme("dark"));
    assert_ne!(light, dark);
    // The button turns it round, whatever the system says.
    browser.click("#theme");
    assert_eq!(browser.run(ground), light);

    browser.run("dispatchEvent(new Event('beforeprint'))");
    assert_eq!(browser.run("return document.querySelectorAll('#printed li').length"), json!(251));
    assert!(browser.print().starts_with("JVBERi"), "a PDF");

    let overflows = "return document.documentElement.scrollWidth > innerWidth";
    // Every number of the axis lies within its picture.
    let cut = "const frame = document.querySelector('#time svg').getBoundingClientRect();
        return [...document.querySelectorAll('#time text')].filter((text) => {
            const { top, left } = text.getBoundingClientRect();
            return top < frame.top || left < frame.left;
        }).map((text) => text.textContent)";
    for width in [380, 800, 1280] {
        let size =
            json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500 });
        browser.devtools("Emulation.setDeviceMetricsOverride", &size);
        browser.open(&page, "");
        assert_eq!(browser.run(overflows), json!(false), "{width}");
        assert_eq!(browser.run(cut), json!([]), "{width}");
    }
    assert_eq!(browser.console(), Vec::<serde_json::Value>::new());
}

#[test]
fn a_heat_map_of_many_sources_is_read_without_scrolling() {
    let Some(browser) = Browser::start() else { return };
    let roles = [
        "user",
        "assistant",
        "tool",
        "metadata",
        "thinking",
        "artifact",
        "citation",
        "instruction",
        "attachment",
        "search_result",
        "code_output",
        "web_page",
    ];
    let mut many = report(240);
    for (index, entry) in many.findings.iter_mut().enumerate() {
        entry.finding.role = roles[index % roles.len()].to_owned();
    }
    let (_folder, page) = page(&many);
    let size = json!({ "width": 800, "height": 900, "deviceScaleFactor": 1, "mobile": false });
    browser.devtools("Emulation.setDeviceMetricsOverride", &size);
    browser.open(&page, "");
    let heads = "return document.querySelectorAll('.heat thead th').length";
    assert_eq!(browser.run(heads), json!(12));
    let scrolls =
        "const heat = document.querySelector('#heat'); return heat.scrollWidth > heat.clientWidth";
    assert_eq!(browser.run(scrolls), json!(false));
    // A name that does not fit is cut by its cell, or stands in that of another.
    let cut = "return [...document.querySelectorAll('.heat thead th')].filter((head) => {
        const [cell, name] = [head, head.firstChild].map((item) => item.getBoundingClientRect());
        return name.top < cell.top - 1 || name.left < cell.left - 1 || name.right > cell.right + 1
            || head.firstChild.scrollHeight > head.firstChild.clientHeight + 1;
    }).map((head) => head.textContent)";
    assert_eq!(browser.run(cut), json!([]));
}

#[test]
fn nothing_found_is_clean_only_if_everything_was_scanned() {
    let Some(browser) = Browser::start() else { return };
    let verdict = "return [...document.querySelectorAll('.verdict')].slice(0, 2).map((card) => card.className.replace('card verdict ', ''))";
    let none = Report { findings: vec![], findings_total: 0, ..report(0) };
    let clean = Report {
        coverage: vec![Covered { kind: "chat".into(), coverage: "complete".into(), resources: 9 }],
        gaps: vec![],
        gap_totals: vec![],
        ..none.clone()
    };
    let empty = Report { coverage: vec![], gaps: vec![], gap_totals: vec![], ..none.clone() };
    let cases = [(none, ["idle", "warn"]), (clean, ["good", "good"]), (empty, ["idle", "idle"])];
    for (report, expected) in cases {
        let (_folder, page) = page(&report);
        browser.open(&page, "");
        assert_eq!(browser.run(verdict), json!(expected));
    }
    assert_eq!(browser.console(), Vec::<serde_json::Value>::new());
}

#[test]
fn a_run_is_attested() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path()).unwrap();
    let run = store.begin_run("2026-11-21T08:00:00Z", "rules-1").unwrap();
    let end = RunEnd {
        at: "2026-11-21T08:05:00Z".to_owned(),
        outcome: "completed".to_owned(),
        requests: 4_321,
        last_request_id: Some("req_42".to_owned()),
        ..RunEnd::default()
    };
    store.end_run(run, &end).unwrap();
    let (_page_folder, page) = page(&Report::of_store(&store).unwrap());
    browser.open(&page, "");
    let attested = browser.run("return document.querySelector('#attestation').textContent");
    for part in ["completed", "4,321", "req_42", "rules-1"] {
        assert!(attested.as_str().unwrap().contains(part), "{attested}");
    }
}
