//! Dates in workbooks: a cell holds a number of days, and only its style says that it is a date.
//!
//! Written as `1985-07-06`, whatever order the style shows: a reader must not guess which number is the
//! month.

use std::collections::BTreeMap;

/// Which styles of a workbook show numbers as dates, and from when the days count.
#[derive(Default)]
pub(crate) struct DateStyles {
    /// The workbook's own formats, and whether they show dates.
    formats: BTreeMap<u32, bool>,
    /// The format of each style.
    styles: Vec<u32>,
    counts_from_1904: bool,
}

impl DateStyles {
    /// One of the workbook's own formats.
    pub(crate) fn add_format(&mut self, id: u32, code: &str) {
        self.formats.insert(id, is_date(code));
    }

    /// The next style, which has this format.
    pub(crate) fn add_style(&mut self, format: u32) {
        self.styles.push(format);
    }

    /// Days count from 1904 instead of 1900, as in workbooks from old Macs.
    pub(crate) fn count_from_1904(&mut self) {
        self.counts_from_1904 = true;
    }

    /// The date that a cell of this style shows, if it shows one.
    pub(crate) fn text(&self, style: usize, days: f64) -> Option<String> {
        let format = *self.styles.get(style)?;
        let own = self.formats.get(&format).copied();
        let is_date = own.unwrap_or_else(|| is_built_in_date(format));
        is_date.then(|| written(days, self.counts_from_1904)).flatten()
    }
}

/// The formats that every program knows (ECMA-376 part 1, 18.8.30), also those of East Asia, but for the
/// spans of time.
fn is_built_in_date(format: u32) -> bool {
    matches!(format, 14..=22 | 27..=36 | 45 | 47 | 50..=58)
}

/// Whether a format code shows a date or a time of day (18.8.31): its first section has a letter for one
/// outside of quotes, escapes and brackets. Spans of time, `[h]:mm`, are numbers.
fn is_date(code: &str) -> bool {
    let mut characters = code.chars();
    let mut found = false;
    while let Some(character) = characters.next() {
        match character {
            '"' => drop(characters.find(|c| *c == '"')),
            '\\' | '_' | '*' => drop(characters.next()),
            '[' => {
                let inside: String = characters.by_ref().take_while(|c| *c != ']').collect();
                let is_span = !inside.is_empty()
                    && inside.chars().all(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's'));
                if is_span {
                    return false;
                }
            }
            ';' => break,
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => found = true,
            _ => {}
        }
    }
    // The name of the format without a format, in whatever language, is no code.
    found && !code.eq_ignore_ascii_case("standard")
}

/// The last day that Excel knows: 9999-12-31.
const DAYS_MAX: f64 = 2_958_466.0;
const SECONDS_PER_DAY: i64 = 86_400;
/// From 1899-12-30, at which the count would start had 1900 been a leap year as Excel thinks, to 1970.
const DAYS_TO_1970: i64 = 25_569;
const DAYS_FROM_1900_TO_1904: i64 = 1_462;

fn written(days: f64, counts_from_1904: bool) -> Option<String> {
    if !(0.0..DAYS_MAX).contains(&days) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "below 3 million days, so in range")]
    let seconds = (days * 86_400.0).round() as i64;
    let (day, second) = (seconds.div_euclid(SECONDS_PER_DAY), seconds.rem_euclid(SECONDS_PER_DAY));
    let time = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    let day = match (counts_from_1904, day) {
        (false, 0) => return Some(time),
        (true, _) => day.saturating_add(DAYS_FROM_1900_TO_1904),
        // Before the day that never was.
        (false, 1..60) => day.saturating_add(1),
        (false, _) => day,
    };
    let date = civil(day.saturating_sub(DAYS_TO_1970));
    Some(if second == 0 { date } else { format!("{date} {time}") })
}

/// The date of a day counted from 1970, in the Gregorian calendar: years start in March, so that the day
/// that not every year has is the last one.
fn civil(day: i64) -> String {
    const DAYS_PER_ERA: i64 = 146_097;
    let shifted = day.saturating_add(719_468);
    let (era, of_era) = (shifted.div_euclid(DAYS_PER_ERA), shifted.rem_euclid(DAYS_PER_ERA));
    let leap_days = of_era / 1_460 - of_era / 36_524 + of_era / 146_096;
    let year = (of_era - leap_days) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{of_month:02}", year + era * 400 + later)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_that_excel_shows() {
        for (days, from_1904, expected) in [
            (1.0, false, Some("1900-01-01")),
            (59.0, false, Some("1900-02-28")),
            (61.0, false, Some("1900-03-01")),
            (31_234.0, false, Some("1985-07-06")),
            (45_351.0, false, Some("2024-02-29")),
            (45_351.75, false, Some("2024-02-29 18:00:00")),
            (0.5, false, Some("12:00:00")),
            (29_772.0, true, Some("1985-07-06")),
            (2_958_465.0, false, Some("9999-12-31")),
            (2_958_466.0, false, None),
            (-1.0, false, None),
            (f64::NAN, false, None),
        ] {
            assert_eq!(written(days, from_1904).as_deref(), expected, "{days}");
        }
    }

    #[test]
    fn formats_are_dates_by_their_letters() {
        for code in ["yyyy\\-mm\\-dd", "d. mmm", "[$-409]m/d/yy h:mm AM/PM;@", "[Red]hh:mm"] {
            assert!(is_date(code), "{code}");
        }
        for code in
            ["General", "0.00", "#,##0 \"days\"", "[h]:mm:ss", "[Red]0", "0\\d", "_m0", "Standard"]
        {
            assert!(!is_date(code), "{code}");
        }
    }

    #[test]
    fn a_style_has_the_format_of_the_workbook_or_a_known_one() {
        let mut styles = DateStyles::default();
        styles.add_format(164, "yyyy");
        for format in [0, 14, 164, 46] {
            styles.add_style(format);
        }
        let shown: Vec<bool> = (0..5).map(|style| styles.text(style, 31_234.0).is_some()).collect();
        assert_eq!(shown, [false, true, true, false, false]);
    }
}
