//! Text in pictures, recognised by Tesseract in a process of its own.
//!
//! ```text
//! this process                             child (one for each picture)
//! picture, measured ───── start ─────────► limits, Landlock, seccomp; becomes Tesseract
//! bytes ───────────────── pipe ──────────► decode, recognise
//! words and how sure ◄─── pipe ───────────
//! ```

#[cfg(target_os = "linux")]
mod child;
#[cfg(target_os = "linux")]
mod confine;
#[cfg(target_os = "linux")]
mod page;
#[cfg(target_os = "linux")]
mod parent;

#[cfg(target_os = "linux")]
pub use self::{child::serve_picture, parent::Recogniser};

/// How many pictures of one file are read; each takes a second or less, and a scanned contract has tens.
#[cfg(target_os = "linux")]
pub(crate) const PICTURES_MAX: usize = 100;

/// How many bytes the pictures of one file may have together.
pub(crate) const PICTURE_BYTES_MAX: u64 = 64 << 20;

/// The languages that text in pictures is read in, by the names that Tesseract gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Languages(Vec<String>);

/// Each language takes its time for every picture.
const LANGUAGES_MAX: usize = 8;

impl Languages {
    /// Takes names such as `eng`, `deu` or `chi_sim`: three letters, and up to two parts of three or four.
    ///
    /// Nothing if there is none, too many, or one of another form: these names become an argument and a path.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<Self> {
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let is_allowed = (1..=LANGUAGES_MAX).contains(&names.len());
        (is_allowed && names.iter().all(|name| is_language(name))).then_some(Self(names))
    }

    /// The names.
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

impl Default for Languages {
    fn default() -> Self {
        Self(vec!["eng".to_owned()])
    }
}

fn is_language(name: &str) -> bool {
    let mut parts = name.split('_');
    let is_part = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    parts.next().is_some_and(|part| is_part(part, 3..=3))
        && parts.clone().count() <= 2
        && parts.all(|part| is_part(part, 3..=4))
}

/// Why text in pictures cannot be recognised here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecogniserError {
    /// There is no Tesseract where programs are.
    #[error("text recognition needs Tesseract, which is not installed: apt install tesseract-ocr")]
    NotInstalled,
    /// Tesseract does not know a language.
    #[error("Tesseract has no language `{name}`: apt install tesseract-ocr-{}", .name.replace('_', "-"))]
    MissingLanguage {
        /// Its name.
        name: String,
    },
    /// The process did not start, could not be confined, or did not answer.
    #[error("the process for text recognition does not work; `tesseract --list-langs` may say why")]
    Failed,
    /// Another operating system.
    #[error("text recognition works on Linux only: elsewhere its process could not be confined")]
    NotHere,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_names_and_nothing_else() {
        for name in ["eng", "chi_sim", "chi_sim_vert", "deu_latf", "srp_latn"] {
            assert!(Languages::new([name]).is_some(), "{name}");
        }
        let long = "a".repeat(40);
        for name in
            ["", "en", "engl", "ENG", "eng+deu", "-l", "../x", "eng_", "eng_a", "a_b_c_d", &long]
        {
            assert!(Languages::new([name]).is_none(), "{name}");
        }
        assert!(Languages::new([]).is_none());
        assert!(Languages::new(["eng"; 9]).is_none());
    }
}
