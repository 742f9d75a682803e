//! Groups whose text belongs somewhere else than to the body.

/// What happens to the text of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Skipped,
    /// Font names, which are skipped, with their charsets, which are not.
    Fonts,
    /// The data of an embedded object, in hexadecimal digits.
    Object,
}

/// Where the text of a group goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    pub(super) kind: Kind,
    pub(super) part: Option<&'static str>,
}

impl Destination {
    pub(super) const BODY: Self = Self { kind: Kind::Text, part: None };
    pub(super) const SKIPPED: Self = Self { kind: Kind::Skipped, part: None };

    const fn part(part: &'static str) -> Self {
        Self { kind: Kind::Text, part: Some(part) }
    }

    /// Shapes, objects and Unicode variants stand within groups that old readers skip.
    pub(super) fn is_visible_within_skipped(self) -> bool {
        matches!(self.part, Some("drawing" | "field" | "metadata")) || self.kind == Kind::Object
    }
}

/// The destination that a control word names.
pub(super) fn find(word: &[u8]) -> Option<Destination> {
    Some(match word {
        b"fonttbl" => Destination { kind: Kind::Fonts, part: None },
        b"objdata" => Destination { kind: Kind::Object, part: None },
        b"header" | b"headerl" | b"headerr" | b"headerf" => Destination::part("header"),
        b"footer" | b"footerl" | b"footerr" | b"footerf" => Destination::part("footer"),
        b"footnote" => Destination::part("footnote"),
        b"annotation" | b"atnauthor" | b"atnid" => Destination::part("comment"),
        b"shptxt" | b"dptxbxtext" => Destination::part("drawing"),
        b"fldinst" | b"formfield" | b"ffname" | b"ffdeftext" | b"ffhelptext" => {
            Destination::part("field")
        }
        b"htmltag" => Destination::part("html"),
        b"title" | b"subject" | b"author" | b"manager" | b"company" | b"operator" | b"category"
        | b"keywords" | b"comment" | b"doccomm" | b"hlinkbase" | b"propname" | b"staticval"
        | b"docvar" | b"ud" => Destination::part("metadata"),
        b"colortbl"
        | b"stylesheet"
        | b"pict"
        | b"themedata"
        | b"colorschememapping"
        | b"latentstyles"
        | b"datastore"
        | b"listtable"
        | b"listoverridetable"
        | b"revtbl"
        | b"rsidtbl"
        | b"generator"
        | b"xmlnstbl"
        | b"filetbl"
        | b"bkmkstart"
        | b"bkmkend"
        | b"fontemb"
        | b"falt"
        | b"panose"
        | b"upr"
        | b"nonshppict"
        | b"blipuid"
        | b"shprslt"
        | b"sp"
        | b"objclass" => Destination::SKIPPED,
        _ => return None,
    })
}
