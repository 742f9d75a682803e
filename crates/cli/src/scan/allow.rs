//! Comments that accept a finding: `dosimeter:allow [rule-id] [reason]`, on the line of the finding or
//! alone on the line above.
//!
//! For files only. Whoever chats could write the same words, and must not be able to switch the worker
//! off.

use dosimeter_classifier::{Classifier, Scratch};
use dosimeter_record::{Identity, Label, LabelSet, Locator, Mask, Masked, Redaction, RuleId, Span};

use super::suppress::{Suppressed, Verdict, line_of};

/// What a comment begins with.
const MARK: &str = "dosimeter:allow";
/// Longer reasons are cut.
const REASON_CHARS_MAX: usize = 90;

/// What one comment accepts.
#[derive(Debug, PartialEq, Eq)]
struct Allowance<'a> {
    /// A rule, a family of rules, or a label; everything if there is none.
    only: Option<&'a str>,
    reason: &'a str,
    /// Whether the line holds nothing but the comment, so that it speaks for the next one.
    is_alone: bool,
}

/// Marks the findings that comments in `text` accept.
///
/// O(length of `text`), and nothing where nothing was found.
pub(crate) fn apply(
    verdict: &mut Verdict,
    text: &str,
    classifier: &Classifier,
    scratch: &mut Scratch,
) {
    if verdict.labelled.findings.is_empty() || !text.contains(MARK) {
        return;
    }
    let lines: Vec<&str> = text.split('\n').collect();
    for (finding, suppressed) in verdict.labelled.findings.iter().zip(&mut verdict.suppressed) {
        let accepted = line_of(finding)
            .and_then(|line| reason_at(line, finding.rule(), finding.labels(), &lines));
        if let Some(reason) = accepted {
            let reason = redacted(reason, classifier, scratch);
            *suppressed = Some(Suppressed::Comment { reason });
        }
    }
}

/// The reason of the comment that accepts what a rule found in a line, 1-based. It is content.
pub(crate) fn reason_at<'a>(
    line: u32,
    rule: &RuleId,
    labels: LabelSet,
    lines: &[&'a str],
) -> Option<&'a str> {
    let number = line as usize;
    let same = lines.get(number.checked_sub(1)?).copied().and_then(parse);
    let above = number.checked_sub(2).and_then(|above| lines.get(above)).copied().and_then(parse);
    let above = above.filter(|allowance| allowance.is_alone);
    let mut allowances = same.into_iter().chain(above);
    allowances.find(|allowance| allowance.accepts(rule, labels)).map(|allowance| allowance.reason)
}

/// Reads the comment in a line.
fn parse(line: &str) -> Option<Allowance<'_>> {
    let (before, after) = line.split_once(MARK)?;
    // `dosimeter:allowance` is another word.
    if after.chars().next().is_some_and(|next| !next.is_whitespace() && next.is_alphanumeric()) {
        return None;
    }
    let after = after.trim_start_matches([':', ' ', '\t']);
    let after = ["*/", "-->", "#}", "--%>"]
        .iter()
        .fold(after.trim_end(), |rest, end| rest.strip_suffix(end).unwrap_or(rest).trim_end());
    let (first, rest) = after.split_once(char::is_whitespace).unwrap_or((after, ""));
    let is_alone = !before.chars().any(char::is_alphanumeric);
    if first.contains('.') && is_id(first) || first.parse::<Label>().is_ok() {
        return Some(Allowance { only: Some(first), reason: rest.trim(), is_alone });
    }
    Some(Allowance { only: None, reason: after.trim(), is_alone })
}

fn is_id(word: &str) -> bool {
    let of_id =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte);
    word.bytes().all(of_id) && !word.ends_with('.')
}

impl Allowance<'_> {
    fn accepts(&self, rule: &RuleId, labels: LabelSet) -> bool {
        let Some(only) = self.only else { return true };
        if let Ok(label) = only.parse::<Label>() {
            return labels.contains(label);
        }
        rule.as_str()
            .strip_prefix(only)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// A reason stands in a file, so it is content: shown only as a snippet is.
pub(crate) fn redacted(reason: &str, classifier: &Classifier, scratch: &mut Scratch) -> String {
    let end = reason.char_indices().nth(REASON_CHARS_MAX).map_or(reason.len(), |(end, _)| end);
    let reason = reason.get(..end).unwrap_or_default();
    let mut scan = classifier.resource(scratch, Identity::default());
    scan.segment(reason, &Locator::default());
    if !scan.finish().findings.is_empty() {
        return "(not shown: it holds something sensitive itself)".to_owned();
    }
    // A snippet shows 48 characters on both sides of what it is about: here, of nothing in the middle.
    let blanks = reason.char_indices().take(46).filter(|(_, char)| char.is_whitespace());
    let middle = blanks.last().map_or(0, |(at, _)| at);
    let nothing = Mask::Tag("".into());
    let hit = Masked { span: Span::new(middle, middle), mask: &nothing };
    Redaction::mask(reason, hit, &[]).snippet().replacen("[]", "", 1).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, only: Option<&str>, reason: &str, is_alone: bool) {
        assert_eq!(parse(line), Some(Allowance { only, reason, is_alone }), "{line}");
    }

    #[test]
    fn comments_say_what_and_why() {
        check("# dosimeter:allow", None, "", true);
        check("key = x  # dosimeter:allow rotated last week", None, "rotated last week", false);
        check(
            "// dosimeter:allow secrets.github.pat a test",
            Some("secrets.github.pat"),
            "a test",
            true,
        );
        check("<!-- dosimeter:allow payment sample -->", Some("payment"), "sample", true);
        check("/* dosimeter:allow: see below */", None, "see below", true);
        check("# dosimeter:allow Sample data. Ask us.", None, "Sample data. Ask us.", true);
    }

    #[test]
    fn other_words_are_not_comments() {
        for line in ["dosimeter allow", "dosimeter:allowance", "dosimeter:deny"] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    #[test]
    fn reasons_are_shown_as_snippets_are() {
        let classifier = Classifier::builder().build().unwrap();
        let mut scratch = classifier.scratch();
        let mut shown = |reason: &str| redacted(reason, &classifier, &mut scratch);
        assert_eq!(shown("used in the docs only"), "used in the docs only");
        assert_eq!(shown("see ticket 99887766123"), "see ticket •••");
        assert!(shown("it is DE13 5001 0517 9513 7844 05").starts_with("(not shown"));
    }
}
