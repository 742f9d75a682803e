//! Which files are read and how far; and which gaps another setting can close.

use std::{collections::BTreeSet, fmt};

use dosimeter_record::GapReason;
use serde::{Deserialize, Serialize};

use crate::Config;

/// Which files are read, by the end of their name or by their media type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileTypes {
    only: BTreeSet<String>,
}

impl FileTypes {
    /// Only these: extensions (`pdf`, also as `.pdf` or `*.pdf`) or media types (`application/pdf`).
    pub fn only(types: impl IntoIterator<Item = String>) -> Self {
        let plain = |name: String| {
            let name = name.trim();
            let name = name.strip_prefix('*').unwrap_or(name);
            name.strip_prefix('.').unwrap_or(name).to_ascii_lowercase()
        };
        Self { only: types.into_iter().map(plain).collect() }
    }

    /// What is listed; nothing if every file is read.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.only.iter().map(String::as_str)
    }

    /// Whether a file of this name and media type is read.
    ///
    /// A file that shows neither is read: it cannot be said to be of another type.
    pub fn include(&self, name: Option<&str>, media_type: Option<&str>) -> bool {
        let extension = name.and_then(|name| Some(name.rsplit_once('.')?.1.to_ascii_lowercase()));
        let media_type = media_type.map(str::to_ascii_lowercase);
        if self.only.is_empty() || (extension.is_none() && media_type.is_none()) {
            return true;
        }
        let is_listed = |shown: &Option<String>| {
            shown.as_ref().is_some_and(|shown| self.only.contains(shown.as_str()))
        };
        is_listed(&extension) || is_listed(&media_type)
    }

    /// Whether something is read that would not be under `before`.
    fn exceed(&self, before: &Self) -> bool {
        !before.only.is_empty() && (self.only.is_empty() || !self.only.is_subset(&before.only))
    }
}

/// Everything that decides how much of files is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileLimits {
    bytes_max: u64,
    types: FileTypes,
    /// In which languages text in pictures is read; none if it is not.
    #[serde(default)]
    ocr: Vec<String>,
}

impl FileLimits {
    pub(crate) fn of(config: &Config) -> Self {
        let ocr = config.ocr.as_ref().map_or_else(Vec::new, |languages| languages.names().to_vec());
        Self { bytes_max: config.file_bytes_max, types: config.file_types.clone(), ocr }
    }

    /// The gaps that files were left with under `before`, and would not be left with now; also if
    /// nobody knows what held before. What narrower limits would leave out stays as it was read.
    pub(crate) fn closes(&self, before: Option<&Self>) -> Vec<GapReason> {
        let larger = before.is_none_or(|before| self.bytes_max > before.bytes_max);
        let more = before.is_none_or(|before| self.types.exceed(&before.types));
        let seen = !self.ocr.is_empty() && before.is_none_or(|before| self.ocr != before.ocr);
        let reasons = [
            (larger, GapReason::TooLarge),
            (more, GapReason::Excluded),
            (seen, GapReason::ImageNotRead),
            (seen, GapReason::ImageUnclear),
        ];
        reasons.into_iter().filter_map(|(closed, reason)| closed.then_some(reason)).collect()
    }
}

/// Different for different limits.
impl fmt::Display for FileLimits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.bytes_max)?;
        self.types.only.iter().try_for_each(|only| write!(formatter, ",{only}"))?;
        self.ocr.iter().try_for_each(|language| write!(formatter, "+{language}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types(names: &[&str]) -> FileTypes {
        FileTypes::only(names.iter().map(|name| (*name).to_owned()))
    }

    #[test]
    fn file_types_match_names_and_media_types() {
        let types = types(&["PDF", "text/csv", ".rtf", "*.odt"]);
        assert!(types.include(Some("a.rtf"), None) && types.include(Some("a.odt"), None));
        assert!(types.include(Some("a.Pdf"), None));
        assert!(types.include(Some("a.bin"), Some("text/CSV")));
        assert!(!types.include(Some("a.docx"), Some("application/zip")));
        assert!(types.include(Some("README"), None), "nothing speaks against it");
        assert!(FileTypes::default().include(Some("a.docx"), None));
    }

    fn check(before: (u64, &[&str]), now: (u64, &[&str]), closed: &[GapReason]) {
        let limits =
            |(bytes_max, names)| FileLimits { bytes_max, types: types(names), ocr: Vec::new() };
        assert_eq!(limits(now).closes(Some(&limits(before))), closed, "{before:?} {now:?}");
    }

    #[test]
    fn only_wider_limits_close_gaps() {
        check((5, &["pdf"]), (5, &["PDF", "pdf"]), &[]);
        check((5, &["pdf"]), (4, &["pdf"]), &[]);
        check((5, &["pdf"]), (6, &["pdf"]), &[GapReason::TooLarge]);
        check((5, &["pdf"]), (5, &["csv"]), &[GapReason::Excluded]);
        check((5, &["pdf", "csv"]), (5, &["csv"]), &[]);
        check((5, &["pdf"]), (5, &[]), &[GapReason::Excluded]);
        check((5, &[]), (5, &["pdf"]), &[]);
        let limits = FileLimits { bytes_max: 5, types: FileTypes::default(), ocr: Vec::new() };
        assert_eq!(limits.closes(None), [GapReason::TooLarge, GapReason::Excluded]);
    }

    #[test]
    fn another_language_may_read_what_none_has_read() {
        let read_in = |ocr: &[&str]| FileLimits {
            bytes_max: 5,
            types: FileTypes::default(),
            ocr: ocr.iter().map(|&name| name.to_owned()).collect(),
        };
        let pictures = [GapReason::ImageNotRead, GapReason::ImageUnclear];
        assert_eq!(read_in(&["eng"]).closes(Some(&read_in(&[]))), pictures);
        assert_eq!(read_in(&["eng", "deu"]).closes(Some(&read_in(&["eng"]))), pictures);
        assert_eq!(read_in(&["eng"]).closes(Some(&read_in(&["eng"]))), []);
        assert_eq!(read_in(&[]).closes(Some(&read_in(&["eng"]))), []);
        assert_ne!(read_in(&["eng"]).to_string(), read_in(&[]).to_string());
    }
}
