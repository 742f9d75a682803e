//! `dosimeter rules new`: a rule from examples of what it must find.

use dosimeter_record::{Label, RuleId};

use crate::{error::Error, exit::Exit, terminal::Terminal};

/// Runs the command.
pub(super) fn run(id: &str, values: &[String], terminal: &mut Terminal) -> Result<Exit, Error> {
    let rule = RuleId::new(id).map_err(|_| usage("an id looks like secrets.acme.badge"))?;
    let first = rule.as_str().split('.').next().unwrap_or_default();
    let Some(label) = Label::ALL.into_iter().find(|label| label.name() == first) else {
        return Err(usage("an id begins with one of the labels, as in secrets.acme.badge"));
    };
    let Some(shape) = Shape::of(values) else {
        return Err(usage("values are printable ASCII, with three characters at least"));
    };
    terminal.raw(toml(&rule, label, &shape).as_bytes())?;
    Ok(Exit::Clean)
}

fn usage(problem: &str) -> Error {
    Error::Usage(problem.to_owned())
}

fn toml(id: &RuleId, label: Label, shape: &Shape) -> String {
    let name = id.as_str().rsplit('.').next().unwrap_or_default();
    let (pattern, template) = (shape.pattern(), shape.template());
    let prefix = shape.prefix();
    let mask = match prefix.len() {
        0 => r#"{ tag = "REDACTED" }"#.to_owned(),
        count => format!("{{ keep_prefix = {count} }}"),
    };
    format!(
        r#"[[rule]]
id         = "{id}"
title      = "{name}"
label      = "{}"
severity   = "high"
confidence = "medium"
pattern    = '''{pattern}'''
mask       = {mask}
references = []

[[rule.positive]]
text = "{template}"
why  = "on its own"

[[rule.positive]]
text = "it says {template}, so"
why  = "in a sentence"

[[rule.negative]]
text = "{prefix}..."
why  = "elided"
"#,
        label.name()
    )
}

/// What values have in common: what they all begin with, then pieces of one kind each.
struct Shape {
    prefix: String,
    pieces: Vec<Piece>,
}

/// Characters of one kind, and how many there may be.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    kind: Kind,
    least: usize,
    most: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Digits,
    Hex,
    Lower,
    Upper,
    Mixed,
    Joint(char),
}

impl Shape {
    fn of(values: &[String]) -> Option<Self> {
        let printable =
            |value: &String| value.len() >= 3 && value.bytes().all(|byte| byte.is_ascii_graphic());
        if !values.iter().all(printable) {
            return None;
        }
        let prefix = common_prefix(values);
        let mut shapes =
            values.iter().map(|value| pieces(value.get(prefix.len()..).unwrap_or_default()));
        let first = shapes.next()?;
        let pieces = shapes.try_fold(first, |known, next| merge(known, &next));
        // Values whose parts do not line up have the alphabet in common, and a length.
        let pieces = pieces.unwrap_or_else(|| {
            let lengths = || values.iter().map(|value| value.len().saturating_sub(prefix.len()));
            let (least, most) = (lengths().min().unwrap_or(1), lengths().max().unwrap_or(1));
            vec![Piece { kind: Kind::Mixed, least, most }]
        });
        Some(Self { prefix, pieces })
    }

    fn prefix(&self) -> String {
        self.prefix.chars().filter(|char| !matches!(char, '"' | '\\')).collect()
    }

    fn pattern(&self) -> String {
        let parts: String = self.pieces.iter().map(Piece::pattern).collect();
        format!(r"\b({}{parts})\b", escaped(&self.prefix))
    }

    fn template(&self) -> String {
        let parts: String = self.pieces.iter().map(Piece::template).collect();
        format!("{}{parts}", self.prefix())
    }
}

impl Piece {
    fn pattern(&self) -> String {
        let class = match self.kind {
            Kind::Joint(char) => return escaped(&char.to_string()),
            kind => kind.class(),
        };
        if self.least == self.most {
            format!("[{class}]{{{}}}", self.least)
        } else {
            format!("[{class}]{{{},{}}}", self.least, self.most)
        }
    }

    fn template(&self) -> String {
        match self.kind {
            Kind::Joint(char) => char.to_string(),
            kind => format!("{{{}:{}}}", self.most, kind.class()),
        }
    }
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Digits => "0-9",
            Self::Hex => "0-9a-f",
            Self::Lower => "a-z",
            Self::Upper => "A-Z",
            Self::Mixed | Self::Joint(_) => "A-Za-z0-9",
        }
    }

    /// The kind of a run of letters and digits.
    fn of(run: &str) -> Self {
        let all = |class: fn(&u8) -> bool| run.bytes().all(|byte| class(&byte));
        if all(u8::is_ascii_digit) {
            Self::Digits
        } else if run.len() >= 8
            && all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte))
        {
            Self::Hex
        } else if all(u8::is_ascii_lowercase) {
            Self::Lower
        } else if all(u8::is_ascii_uppercase) {
            Self::Upper
        } else {
            Self::Mixed
        }
    }
}

/// What all values begin with; it ends after a joint, or before the first digit if there is none.
fn common_prefix(values: &[String]) -> String {
    let Some((first, rest)) = values.split_first() else { return String::new() };
    let agree = |(place, char): &(usize, char)| {
        rest.iter().all(|value| value.as_bytes().get(*place).copied() == u8::try_from(*char).ok())
    };
    let common: String = first.char_indices().take_while(agree).map(|(_, char)| char).collect();
    let joint = common.rfind(|char: char| !char.is_ascii_alphanumeric());
    let end = joint.map_or_else(
        || common.find(|char: char| char.is_ascii_digit()).unwrap_or(0),
        |joint| joint.saturating_add(1),
    );
    common.get(..end).filter(|prefix| prefix.len() < first.len()).unwrap_or_default().to_owned()
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut run = String::new();
    let close = |run: &mut String, pieces: &mut Vec<Piece>| {
        if !run.is_empty() {
            pieces.push(Piece { kind: Kind::of(run), least: run.len(), most: run.len() });
            run.clear();
        }
    };
    for char in text.chars() {
        if char.is_ascii_alphanumeric() {
            run.push(char);
        } else {
            close(&mut run, &mut pieces);
            pieces.push(Piece { kind: Kind::Joint(char), least: 1, most: 1 });
        }
    }
    close(&mut run, &mut pieces);
    pieces
}

/// Both as one, if their joints are the same.
fn merge(known: Vec<Piece>, next: &[Piece]) -> Option<Vec<Piece>> {
    if known.len() != next.len() {
        return None;
    }
    let pairs = known.into_iter().zip(next);
    pairs
        .map(|(left, right)| {
            let kind = match (left.kind, right.kind) {
                (left, right) if left == right => left,
                (Kind::Joint(_), _) | (_, Kind::Joint(_)) => return None,
                (Kind::Digits, Kind::Hex) | (Kind::Hex, Kind::Digits) => Kind::Hex,
                _ => Kind::Mixed,
            };
            Some(Piece {
                kind,
                least: left.least.min(right.least),
                most: left.most.max(right.most),
            })
        })
        .collect()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for char in text.chars() {
        if !char.is_ascii_alphanumeric() && !matches!(char, '_' | '-' | ':' | '/' | '@' | '=') {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[&str], pattern: &str, template: &str) {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        let shape = Shape::of(&values).unwrap();
        assert_eq!((shape.pattern().as_str(), shape.template().as_str()), (pattern, template));
    }

    #[test]
    fn patterns_fit_the_values() {
        check(&["badge-51729943", "badge-20481177"], r"\b(badge-[0-9]{8})\b", "badge-{8:0-9}");
        check(&["ak_9f86d081aa", "ak_884c7d65"], r"\b(ak_[0-9a-f]{8,10})\b", "ak_{10:0-9a-f}");
        check(&["X1-ab", "Y22-cd"], r"\b([A-Za-z0-9]{2,3}-[a-z]{2})\b", "{3:A-Za-z0-9}-{2:a-z}");
        check(&["a.b.c1", "abc"], r"\b([A-Za-z0-9]{3,6})\b", "{6:A-Za-z0-9}");
    }

    #[test]
    fn what_is_no_value_is_refused() {
        assert!(Shape::of(&["ab".to_owned()]).is_none());
        assert!(Shape::of(&["schlüssel".to_owned()]).is_none());
    }
}
