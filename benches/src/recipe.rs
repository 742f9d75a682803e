//! Recipes: how each kind of text is written, piece by piece.

mod adversarial;
mod base64;
mod code;
mod csv;
mod json;
mod languages;
mod logs;
mod prose;

use serde::Deserialize;

use crate::writer::Writer;

/// A kind of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Recipe {
    /// Messages of a conversation, one per line.
    Prose,
    /// Source files in ten languages.
    Code,
    /// One JSON object per line, as chat exports have them.
    Json,
    /// Tables of numbers: orders, measurements, amounts.
    NumberCsv,
    /// A table of customers: names, addresses of all kinds, numbers of cards.
    CustomerCsv,
    /// Lines of several kinds of logs.
    Logs,
    /// Sentences in sixteen languages and nine scripts.
    Languages,
    /// Encoded attachments, images in pages, digests.
    Base64,
    /// What makes a scanner slow; which of it, the definition says.
    Adversarial,
}

/// What a recipe needs to know beside its seed.
#[derive(Clone, Debug)]
pub struct Ingredients<'a> {
    /// How many of a thousand messages carry a value that is to be found.
    pub sensitive_per_mille: usize,
    /// Which adversarial text.
    pub attack: &'a str,
    /// The keywords of all rules, for the text that holds nothing else.
    pub keywords: &'a [String],
}

impl Recipe {
    /// Writes about `bytes` bytes: whole lines, and a longer text begins with the shorter one.
    pub fn write(self, seed: u64, bytes: usize, ingredients: &Ingredients<'_>) -> String {
        let mut writer = Writer::new(seed);
        let mut out = String::with_capacity(bytes + 4096);
        if self == Self::Adversarial {
            adversarial::write(&mut writer, &mut out, bytes, ingredients);
            out.truncate(out.floor_char_boundary(bytes));
            return out;
        }
        while out.len() < bytes {
            self.piece(&mut writer, &mut out, ingredients.sensitive_per_mille);
        }
        let end = out.floor_char_boundary(bytes);
        let end = out.get(..end).and_then(|text| text.rfind('\n')).map_or(end, |last| last + 1);
        out.truncate(end);
        out
    }

    /// Writes one message, file, line or section.
    fn piece(self, writer: &mut Writer, out: &mut String, sensitive: usize) {
        match self {
            Self::Prose => prose::message(writer, out, sensitive),
            Self::Code => code::file(writer, out),
            Self::Json => json::line(writer, out, sensitive),
            Self::NumberCsv => csv::numbers(writer, out),
            Self::CustomerCsv => csv::customers(writer, out),
            Self::Logs => logs::line(writer, out),
            Self::Languages => languages::message(writer, out),
            Self::Base64 => base64::piece(writer, out),
            Self::Adversarial => {}
        }
    }
}
