//! Query strings, read as strictly as the API reads them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use percent_encoding::percent_decode_str;

use crate::{refusal::Refusal, time};

/// A parameter that an endpoint takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Param {
    /// `limit`, from 1 to this.
    Limit(usize),
    /// Any text.
    Text(&'static str),
    /// Repeated text, with `[]` in its name, at most this many.
    List(&'static str, usize),
    /// A range of times: which of the dotted operators are allowed.
    Range(&'static str, &'static [&'static str]),
    /// One of these words.
    Word(&'static str, &'static [&'static str]),
    /// A number from this on.
    Number(&'static str, i64),
}

/// All dotted operators.
pub(crate) const OPERATORS: &[&str] = &["gte", "gt", "lte", "lt"];

impl Param {
    /// The names under which it stands in a query.
    fn names(self) -> Vec<String> {
        match self {
            Self::Limit(_) => vec!["limit".to_owned()],
            Self::Text(name)
            | Self::Word(name, _)
            | Self::Number(name, _)
            | Self::List(name, _) => {
                vec![name.to_owned()]
            }
            Self::Range(name, operators) => {
                operators.iter().map(|operator| format!("{name}.{operator}")).collect()
            }
        }
    }

    fn check(self, name: &str, values: &[String]) -> Result<(), Refusal> {
        let wrong = |what: &str| Err(Refusal::bad_request(format!("{name}: {what}")));
        let value = values.last().map(String::as_str).unwrap_or_default();
        match self {
            Self::Limit(max) => match value.parse::<i64>() {
                Err(_) => {
                    wrong("Input should be a valid integer, unable to parse string as an integer")
                }
                Ok(limit) if limit < 1 => wrong("Input should be greater than or equal to 1"),
                Ok(limit) if usize::try_from(limit).is_ok_and(|limit| limit <= max) => Ok(()),
                Ok(_) => wrong(&format!("Input should be less than or equal to {max}")),
            },
            Self::Number(_, min) => match value.parse::<i64>() {
                Err(_) => {
                    wrong("Input should be a valid integer, unable to parse string as an integer")
                }
                Ok(number) if number < min => {
                    wrong(&format!("Input should be greater than or equal to {min}"))
                }
                Ok(_) => Ok(()),
            },
            Self::List(_, max) if values.len() > max => {
                wrong(&format!("List should have at most {max} items after validation"))
            }
            Self::Range(..) if value.parse::<Timestamp>().is_err() => {
                wrong("Input should be a valid datetime or date, with date, time and timezone info")
            }
            Self::Word(_, words) if !words.contains(&value) => {
                wrong(&format!("Input should be {}", words.join(" or ")))
            }
            Self::Text(_) | Self::List(..) | Self::Range(..) | Self::Word(..) => Ok(()),
        }
    }
}

/// A query that has passed.
#[derive(Debug, Default)]
pub(crate) struct Query {
    values: BTreeMap<String, Vec<String>>,
}

impl Query {
    /// Reads `text` against what the endpoint takes.
    pub(crate) fn read(text: &str, params: &[Param]) -> Result<Self, Refusal> {
        let mut query = Self::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            query.values.entry(decode(name)).or_default().push(decode(value));
        }
        for (name, values) in &query.values {
            let param = params.iter().find(|param| param.names().contains(name));
            param.ok_or_else(|| unknown(name, params))?.check(name, values)?;
        }
        if query.text("after_id").is_some() && query.text("before_id").is_some() {
            return Err(Refusal::bad_request(
                "Cannot specify both 'before_id' and 'after_id' in the same request. Use one of them.",
            ));
        }
        Ok(query)
    }

    /// One value; the last, if it was given twice.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.list(name).last().map(String::as_str)
    }

    /// Refuses the cursor or page token, if there is one, as one that has expired.
    pub(crate) fn refuse_cursor(&self) -> Result<(), Refusal> {
        if self.text("page").is_some() {
            return Err(Refusal::bad_request(
                "The page cursor has expired. Start again from the first page.",
            ));
        }
        let name = ["after_id", "before_id"].into_iter().find(|name| self.text(name).is_some());
        match name {
            None => Ok(()),
            Some(name) => {
                Err(Refusal::bad_request(format!("Invalid pagination cursor for '{name}'")))
            }
        }
    }

    /// All values of a list.
    pub(crate) fn list(&self, name: &str) -> &[String] {
        self.values.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether `value` is wanted: the list names it, or there is no list.
    pub(crate) fn wants(&self, name: &str, value: &str) -> bool {
        let list = self.list(name);
        list.is_empty() || list.iter().any(|wanted| wanted == value)
    }

    /// A number.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// The limit, or what it is without one.
    pub(crate) fn limit(&self, default: usize) -> usize {
        self.number("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(default)
    }

    /// Whether any bound of a range of times is given.
    pub(crate) fn has_range(&self, field: &str) -> bool {
        OPERATORS.iter().any(|operator| self.text(&format!("{field}.{operator}")).is_some())
    }

    /// Whether `time` is inside a range of times.
    pub(crate) fn in_range(&self, field: &str, time: Timestamp) -> bool {
        self.range(field).has(time)
    }

    /// A range of times, for a list that is too long to read the range again for each of its items.
    pub(crate) fn range(&self, field: &str) -> Range {
        let bound =
            |operator: &str| self.text(&format!("{field}.{operator}")).and_then(time::parse);
        Range { gte: bound("gte"), gt: bound("gt"), lte: bound("lte"), lt: bound("lt") }
    }
}

/// The bounds that were given, by their operators.
pub(crate) struct Range {
    gte: Option<Timestamp>,
    gt: Option<Timestamp>,
    lte: Option<Timestamp>,
    lt: Option<Timestamp>,
}

impl Range {
    /// Whether there is no bound.
    pub(crate) fn is_open(&self) -> bool {
        let Self { gte, gt, lte, lt } = self;
        gte.is_none() && gt.is_none() && lte.is_none() && lt.is_none()
    }

    pub(crate) fn has(&self, time: Timestamp) -> bool {
        self.gte.is_none_or(|bound| time >= bound)
            && self.gt.is_none_or(|bound| time > bound)
            && self.lte.is_none_or(|bound| time <= bound)
            && self.lt.is_none_or(|bound| time < bound)
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Names the parameter, and the one that was probably meant.
fn unknown(name: &str, params: &[Param]) -> Refusal {
    let plain = |name: &str| {
        name.replace(['[', '.'], "_").replace(']', "").trim_end_matches('_').to_owned()
    };
    let meant = params
        .iter()
        .flat_map(|param| param.names())
        .find(|known| plain(known) == plain(name))
        .map(|known| format!(". Did you mean '{known}'?"))
        .unwrap_or_default();
    Refusal::bad_request(format!("Unknown query parameter: '{name}'{meant}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMS: &[Param] = &[
        Param::Limit(1_000),
        Param::Text("after_id"),
        Param::Text("before_id"),
        Param::List("user_ids[]", 2),
        Param::Range("created_at", OPERATORS),
        Param::Word("order", &["asc", "desc"]),
        Param::Number("tool_result_max_chars", -1),
    ];

    fn check(query: &str, refused: Option<&str>) {
        let message = Query::read(query, PARAMS).err().map(|refusal| refusal.message);
        assert!(
            message.as_deref().unwrap_or_default().starts_with(refused.unwrap_or_default())
                && message.is_some() == refused.is_some(),
            "{query}: {message:?}"
        );
    }

    #[test]
    fn what_the_api_refuses_is_refused_in_its_words() {
        check("", None);
        check("limit=1&limit=1000", None);
        check("user_ids[]=a&user_ids%5B%5D=b", None);
        check("created_at.gte=2026-10-01T08:00:00%2B00:00", None);
        check("limit=0", Some("limit: Input should be greater"));
        check("limit=1001", Some("limit: Input should be less than or equal to 1000"));
        check("limit=x", Some("limit: Input should be a valid integer"));
        check(
            "created_at[gte]=2026-10-01T08:00:00Z",
            Some("Unknown query parameter: 'created_at[gte]'. Did you mean 'created_at.gte'?"),
        );
        check(
            "user_ids=a",
            Some("Unknown query parameter: 'user_ids'. Did you mean 'user_ids[]'?"),
        );
        check("nonsense=1", Some("Unknown query parameter: 'nonsense'"));
        check(
            "user_ids[]=a&user_ids[]=b&user_ids[]=c",
            Some("user_ids[]: List should have at most 2"),
        );
        check(
            "created_at.gte=2026-10-01",
            Some("created_at.gte: Input should be a valid datetime"),
        );
        check("order=up", Some("order: Input should be asc or desc"));
        check("tool_result_max_chars=-2", Some("tool_result_max_chars: Input should be greater"));
        check("after_id=a&before_id=b", Some("Cannot specify both"));
    }
}
