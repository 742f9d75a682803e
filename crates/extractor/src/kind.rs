//! What a file is.

use std::fmt;

/// What a file turned out to be, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FileKind {
    /// No bytes.
    Empty,
    /// Plain text: prose, Markdown, CSV, TSV, logs, configuration, source code.
    Text,
    /// HTML or XHTML.
    Html,
    /// JSON or JSON lines.
    Json,
    /// XML of any other vocabulary.
    Xml,
    /// Rich Text Format.
    Rtf,
    /// A mail message.
    Email,
    /// Word processing, Office Open XML.
    Docx,
    /// A workbook, Office Open XML.
    Xlsx,
    /// A presentation, Office Open XML.
    Pptx,
    /// Text, spreadsheet, presentation or drawing, `OpenDocument`.
    OpenDocument,
    /// PDF.
    Pdf,
    /// A ZIP archive of anything else.
    Zip,
    /// One file compressed with gzip.
    Gzip,
    /// A compound file: the older Office formats, Outlook messages, and encrypted documents.
    Compound,
    /// A picture.
    Image,
    /// Any other binary format.
    Binary,
}

impl FileKind {
    /// The name as it stands in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Text => "text",
            Self::Html => "html",
            Self::Json => "json",
            Self::Xml => "xml",
            Self::Rtf => "rtf",
            Self::Email => "email",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Pptx => "pptx",
            Self::OpenDocument => "open_document",
            Self::Pdf => "pdf",
            Self::Zip => "zip",
            Self::Gzip => "gzip",
            Self::Compound => "compound",
            Self::Image => "image",
            Self::Binary => "binary",
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
