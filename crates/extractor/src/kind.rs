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
    /// A Jupyter notebook.
    Notebook,
    /// XML of any other vocabulary.
    Xml,
    /// Rich Text Format.
    Rtf,
    /// An address card or a calendar.
    Card,
    /// A mail message.
    Email,
    /// A message as Outlook encloses it in mail.
    Tnef,
    /// Word processing, Office Open XML.
    Docx,
    /// A workbook, Office Open XML.
    Xlsx,
    /// A workbook, Office Open XML with binary parts.
    Xlsb,
    /// A presentation, Office Open XML.
    Pptx,
    /// A Word document of 1995 to 2003.
    Doc,
    /// An Excel workbook of 1987 to 2003.
    Xls,
    /// A `PowerPoint` presentation of 1997 to 2003.
    Ppt,
    /// An Outlook message.
    Msg,
    /// Text, spreadsheet, presentation or drawing, `OpenDocument`.
    OpenDocument,
    /// An electronic book.
    Epub,
    /// A document of Pages, Numbers or Keynote.
    Iwork,
    /// A section of a `OneNote` notebook.
    OneNote,
    /// PDF.
    Pdf,
    /// A ZIP archive of anything else.
    Zip,
    /// One file compressed with gzip.
    Gzip,
    /// One file compressed with bzip2.
    Bzip2,
    /// One file compressed with XZ.
    Xz,
    /// One file compressed with LZMA alone.
    Lzma,
    /// One file compressed with lzip.
    Lzip,
    /// One file compressed with Zstandard.
    Zstd,
    /// One file compressed with LZ4.
    Lz4,
    /// One file compressed with the Unix program `compress`.
    Compress,
    /// A 7z archive.
    SevenZip,
    /// A RAR archive.
    Rar,
    /// A tape archive.
    Tar,
    /// An archive of `ar`, such as a Debian package.
    Ar,
    /// An archive of `cpio`.
    Cpio,
    /// A cabinet of Windows.
    Cab,
    /// A package of RPM.
    Rpm,
    /// A compound file of any other format, or an encrypted document.
    Compound,
    /// A mail store of Outlook.
    MailStore,
    /// A word processing document of Hangul, in its format of compound files.
    Hwp,
    /// A word processing document of Hangul, in its newer format.
    Hwpx,
    /// The file system of a compact disc.
    Iso,
    /// An SQLite database.
    Sqlite,
    /// Records in the container format of Apache Avro.
    Avro,
    /// Columns in Apache Parquet.
    Parquet,
    /// A signed message.
    Signed,
    /// Encrypted as a whole.
    Protected,
    /// A picture.
    Image,
    /// Any other binary format.
    Binary,
}

impl FileKind {
    /// All kinds, for programs that send them to each other.
    pub const ALL: [Self; 51] = [
        Self::Empty,
        Self::Text,
        Self::Html,
        Self::Json,
        Self::Notebook,
        Self::Xml,
        Self::Rtf,
        Self::Card,
        Self::Tnef,
        Self::Email,
        Self::Docx,
        Self::Xlsx,
        Self::Xlsb,
        Self::Pptx,
        Self::Doc,
        Self::Xls,
        Self::Ppt,
        Self::Msg,
        Self::OpenDocument,
        Self::Epub,
        Self::Iwork,
        Self::OneNote,
        Self::Pdf,
        Self::Zip,
        Self::Gzip,
        Self::Bzip2,
        Self::Xz,
        Self::Lzma,
        Self::Lzip,
        Self::Zstd,
        Self::Lz4,
        Self::Compress,
        Self::SevenZip,
        Self::Rar,
        Self::Tar,
        Self::Ar,
        Self::Cpio,
        Self::Cab,
        Self::Rpm,
        Self::Compound,
        Self::MailStore,
        Self::Hwp,
        Self::Hwpx,
        Self::Iso,
        Self::Sqlite,
        Self::Avro,
        Self::Parquet,
        Self::Signed,
        Self::Protected,
        Self::Image,
        Self::Binary,
    ];

    /// The name as it stands in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Text => "text",
            Self::Html => "html",
            Self::Json => "json",
            Self::Notebook => "notebook",
            Self::Xml => "xml",
            Self::Rtf => "rtf",
            Self::Card => "card",
            Self::Tnef => "tnef",
            Self::Email => "email",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Xlsb => "xlsb",
            Self::Pptx => "pptx",
            Self::Doc => "doc",
            Self::Xls => "xls",
            Self::Ppt => "ppt",
            Self::Msg => "msg",
            Self::OpenDocument => "open_document",
            Self::Epub => "epub",
            Self::Iwork => "iwork",
            Self::OneNote => "onenote",
            Self::Pdf => "pdf",
            Self::Zip => "zip",
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Lzma => "lzma",
            Self::Lzip => "lzip",
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
            Self::Compress => "compress",
            Self::SevenZip => "7z",
            Self::Rar => "rar",
            Self::Tar => "tar",
            Self::Ar => "ar",
            Self::Cpio => "cpio",
            Self::Cab => "cab",
            Self::Rpm => "rpm",
            Self::Compound => "compound",
            Self::MailStore => "mail_store",
            Self::Hwp => "hwp",
            Self::Hwpx => "hwpx",
            Self::Iso => "iso",
            Self::Sqlite => "sqlite",
            Self::Avro => "avro",
            Self::Parquet => "parquet",
            Self::Signed => "signed",
            Self::Protected => "protected",
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
