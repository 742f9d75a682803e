//! One message of RFC 5424 in its frame.

use std::fs;

use dosimeter_record::Action;

use crate::{Event, Format};

/// The facility `log audit`.
const FACILITY: u32 = 13;
/// The longest name of a machine that the header takes.
const MACHINE_CHARS_MAX: usize = 255;

/// The name of this machine, or the dash that says that it is not known.
pub(super) fn machine() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name: String =
        name.trim().chars().filter(char::is_ascii_graphic).take(MACHINE_CHARS_MAX).collect();
    if name.is_empty() { "-".to_owned() } else { name }
}

/// The event with its header, behind its length.
///
/// The byte order mark that the standard wants before UTF-8 is left out: receivers keep it, and then know
/// neither CEF nor JSON again.
pub(super) fn frame(event: &Event, format: Format, machine: &str) -> String {
    let priority = FACILITY.saturating_mul(8).saturating_add(severity(event));
    // At most six digits of a second.
    let at = event.at.parse::<jiff::Timestamp>().ok();
    let at = at.map_or_else(|| "-".to_owned(), |at| format!("{at:.6}"));
    let body = format.write(event);
    let message = format!("<{priority}>1 {at} {machine} dosimeter - finding - {body}");
    format!("{} {message}", message.len())
}

/// 2 is critical, 6 informational.
fn severity(event: &Event) -> u32 {
    match (event.action, event.finding.severity.as_str()) {
        (Action::Opened, "critical") => 2,
        (Action::Opened, "high") => 3,
        (Action::Opened, "medium") => 4,
        (Action::Opened, "low") => 5,
        _ => 6,
    }
}
