//! How the wire differs from the types: `null` arrays, missing text, tagged unions that grow.
//!
//! A page holds up to a thousand things, so that one odd value in one of them must not cost the page. A
//! fact in an unknown shape counts as absent; text in an unknown shape is kept as it stands, so that it
//! is scanned; only a thing without an id is refused.

use dosimeter_content::Text;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::value::RawValue;

/// An array that may be `null`; with `#[serde(default)]` it may be absent too.
pub(crate) fn list<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A fact; in another shape than the documented one it counts as absent.
pub(crate) fn fact<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: DeserializeOwned + Default,
    D: Deserializer<'de>,
{
    Ok(read(raw(deserializer)?).unwrap_or_default())
}

/// Text that may be `null`; with `#[serde(default = "no_text")]` it may be absent too.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
    Ok(maybe_text(deserializer)?.unwrap_or_else(no_text))
}

/// Text, if there is any; what is there in another shape is kept as JSON.
pub(crate) fn maybe_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Text>, D::Error> {
    let json = raw(deserializer)?;
    Ok(read(json).unwrap_or_else(|| Some(Text::from(json.to_owned()))))
}

pub(crate) fn no_text() -> Text {
    Text::from(String::new())
}

/// A flag that may be `null`. Most flags say that something is missing: what is there and not `false`
/// counts.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(!matches!(raw(deserializer)?, "null" | "false"))
}

/// A position in a list that may be `null`. An empty one is none: it would begin the walk again.
pub(crate) fn position<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let position = Option::<String>::deserialize(deserializer)?;
    Ok(position.filter(|position| !position.is_empty()))
}

/// A value as it stands on the page, which must be in memory.
pub(crate) fn raw<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'de str, D::Error> {
    <&'de RawValue>::deserialize(deserializer).map(RawValue::get)
}

/// One member of a tagged union that grows.
///
/// serde's own tagged unions copy the value into a buffer that is not wiped, and refuse the whole
/// page for one member they do not know. This reads the member in place, twice: first its tag, then
/// what the tag says.
pub(crate) trait Tagged: Sized {
    /// Reads a member whose tag is `tag`; `None` if tag or shape are unknown.
    fn known(tag: &str, json: &str) -> Option<Self>;

    /// Keeps a member that could not be read.
    fn unknown(tag: Option<String>, json: Text) -> Self;
}

#[derive(Deserialize)]
struct Tag {
    #[serde(rename = "type")]
    name: String,
}

/// Reads one member, whatever it is.
pub(crate) fn tagged<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Tagged,
    D: Deserializer<'de>,
{
    let json = raw(deserializer)?;
    let tag = serde_json::from_str::<Tag>(json).ok().map(|tag| tag.name);
    Ok(tag
        .as_deref()
        .and_then(|tag| T::known(tag, json))
        .unwrap_or_else(|| T::unknown(tag.filter(|tag| is_name(tag)), Text::from(json.to_owned()))))
}

/// Reads a value, or says that it has another shape. The reason is dropped: it could quote.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok()
}

/// Reads a value that borrows from the JSON.
pub(crate) fn read_borrowed<'de, T: Deserialize<'de>>(json: &'de str) -> Option<T> {
    serde_json::from_str(json).ok()
}

/// Whether a value of an open set looks like a name (`tool_use`, `text/markdown`) and not like text.
///
/// Unknown values are kept and may be stored, so that prose must not get in this way.
pub(crate) fn is_name(value: &str) -> bool {
    !value.is_empty()
        && value.len() <= 128
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./+:".contains(&byte))
}

/// A name from an open set that may be `null`; what does not look like one is dropped.
pub(crate) fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(fact::<Option<String>, D>(deserializer)?.filter(|name| is_name(name)))
}

/// A media type without its parameters, if the value looks like one.
///
/// It was given by whoever uploaded the file, so that it could be anything.
pub(crate) fn media_type(value: &str) -> Option<String> {
    let essence = value.split(';').next().unwrap_or_default().trim();
    is_name(essence).then(|| essence.to_ascii_lowercase())
}

/// A media type that may be `null`.
pub(crate) fn media<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Ok(fact::<Option<String>, D>(deserializer)?.as_deref().and_then(media_type))
}

/// An MD5 in hexadecimal that may be `null`, in lower case.
pub(crate) fn md5<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let is_md5 = |md5: &String| md5.len() == 32 && md5.bytes().all(|byte| byte.is_ascii_hexdigit());
    let md5 = fact::<Option<String>, D>(deserializer)?;
    Ok(md5.filter(is_md5).map(|md5| md5.to_ascii_lowercase()))
}
