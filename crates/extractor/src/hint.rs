//! What the source says about a file.

/// What the source says about a file. Only breaks ties: content decides.
#[derive(Clone, Copy, Default)]
#[expect(missing_debug_implementations, reason = "a file's name is content")]
pub struct Hint<'a> {
    /// The file's name.
    pub name: Option<&'a str>,
    /// The media type, such as `text/html`.
    pub media_type: Option<&'a str>,
}

impl Hint<'_> {
    pub(crate) fn is_html(self) -> bool {
        self.has_ending(&[".html", ".htm", ".xhtml"]) || self.is_media_type("html")
    }

    pub(crate) fn is_xml(self) -> bool {
        self.has_ending(&[".xml", ".svg", ".rss", ".xsd", ".plist"]) || self.is_media_type("xml")
    }

    pub(crate) fn is_mail(self) -> bool {
        self.has_ending(&[".eml", ".mht", ".mhtml", ".mbox", ".mbx"])
            || self.is_media_type("rfc822")
    }

    fn has_ending(self, endings: &[&str]) -> bool {
        let name = self.name.unwrap_or_default().to_ascii_lowercase();
        endings.iter().any(|ending| name.ends_with(ending))
    }

    fn is_media_type(self, subtype: &str) -> bool {
        let media_type = self.media_type.unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        let (_, found) = essence.split_once('/').unwrap_or_default();
        found.eq_ignore_ascii_case(subtype)
            || found
                .rsplit_once('+')
                .is_some_and(|(_, suffix)| suffix.eq_ignore_ascii_case(subtype))
    }
}
