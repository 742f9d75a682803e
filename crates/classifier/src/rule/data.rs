//! Rules as they are meant: defaults filled in, words folded, nothing checked.
//!
//! Owned if they come from a user's file, and borrowed for ever if they are built in: the build script
//! includes this file, and prints the built-in rules as constants of these types. A process then has
//! nothing to parse when it starts.

use std::borrow::Cow;

use dosimeter_record::{Confidence, Label, Mask, Severity};

use super::{
    anchor::{self, Anchor, Anchored},
    certain::Certain,
    syntax::{
        AllowSyntax, BesideSyntax, ColumnSyntax, CombinationSyntax, ContextSyntax, MaskSyntax,
        NeedSyntax, RuleSyntax, ScopeSyntax, StrengthSyntax, TableSyntax,
    },
    words::Words,
};

/// Text of a rule.
pub(crate) type Text = Cow<'static, str>;
/// A list in a rule.
pub(crate) type List<T> = Cow<'static, [T]>;

/// The context window if a rule names none, in characters on each side.
const WINDOW_CHARS: usize = 60;
/// The widest context window, so that context costs a bounded amount per match.
pub(crate) const WINDOW_CHARS_MAX: usize = 300;

/// A rule over text.
#[derive(Clone, Debug)]
pub(crate) struct RuleData {
    pub(crate) id: Text,
    pub(crate) title: Text,
    pub(crate) labels: List<Label>,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) strength: Strength,
    pub(crate) keywords: List<Text>,
    pub(crate) pattern: Text,
    pub(crate) unicode: bool,
    /// Where matches are looked for; empty if no place of them stands out, and if they are looked for
    /// beside other evidence only.
    pub(crate) anchors: List<Anchor>,
    /// What stands before them in a match, as patterns.
    pub(crate) leads: List<Text>,
    /// The longest match, in bytes.
    pub(crate) len_max: usize,
    pub(crate) validators: List<Text>,
    pub(crate) mask: Option<Mask>,
    pub(crate) kind: Text,
    pub(crate) evidence: List<Text>,
    pub(crate) context: Context,
    pub(crate) beside: Option<Beside>,
    pub(crate) references: List<Text>,
}

/// What a match of a rule means on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Strength {
    /// Never reported; it only serves combinations.
    Supporting,
    /// Reported; gives its labels only together with others.
    Weak,
    /// Gives its labels to the resource.
    Strong,
}

/// The words that speak for and against a match.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    pub(crate) any: Words,
    pub(crate) none: Words,
    pub(crate) window_chars: usize,
    pub(crate) required: bool,
}

/// The evidence without which a rule's matches are not even looked for.
#[derive(Clone, Debug)]
pub(crate) struct Beside {
    /// Any of these classes.
    pub(crate) classes: List<Text>,
    /// How far from it, in characters.
    pub(crate) chars: usize,
    /// Of the matches.
    pub(crate) certain: Certain,
}

/// Several pieces of evidence that mean something together.
#[derive(Clone, Debug)]
pub(crate) struct CombinationData {
    pub(crate) id: Text,
    pub(crate) title: Text,
    pub(crate) labels: List<Label>,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) all: List<Need>,
    pub(crate) within_chars: Option<usize>,
    pub(crate) scope: Scope,
    pub(crate) unless: List<Text>,
    pub(crate) references: List<Text>,
}

/// One kind of evidence that a combination needs.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    /// Any of these classes counts.
    pub(crate) classes: List<Text>,
    /// How many distinct values.
    pub(crate) at_least: usize,
}

/// Over what a combination is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Message,
    Conversation,
}

/// A table whose columns mean something together.
#[derive(Clone, Debug)]
pub(crate) struct TableData {
    pub(crate) id: Text,
    pub(crate) title: Text,
    pub(crate) labels: List<Label>,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) rows_at_least: usize,
    pub(crate) columns: List<Column>,
    pub(crate) unless: List<Text>,
    pub(crate) evidence: List<Text>,
    pub(crate) references: List<Text>,
}

/// One column that a table must have.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) header: Words,
    pub(crate) distinct_at_least: usize,
}

/// A documented value that is no finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AllowedValue {
    pub(crate) kind: Text,
    /// Normalised: upper-case letters and digits only.
    pub(crate) value: Text,
    pub(crate) reason: Text,
}

impl From<RuleSyntax> for RuleData {
    fn from(written: RuleSyntax) -> Self {
        let id = String::from(written.id);
        let Anchored { anchors, leads, len_max } =
            anchor::anchors(&written.pattern, written.unicode);
        let certain = || Certain::of(&written.pattern, written.unicode);
        let beside = written.beside.map(|beside| Beside::new(beside, certain()));
        Self {
            title: written.title.into(),
            labels: labels(written.label, written.labels),
            severity: written.severity,
            confidence: written.confidence,
            strength: written.strength.into(),
            keywords: written
                .keywords
                .iter()
                .map(|word| word.to_ascii_lowercase().into())
                .collect(),
            anchors: anchors.into(),
            leads: leads.into(),
            len_max,
            pattern: written.pattern.into(),
            unicode: written.unicode,
            validators: texts(written.validators),
            mask: written.mask.map(Into::into),
            kind: written.kind.unwrap_or_else(|| id.clone()).into(),
            evidence: texts(written.evidence),
            context: written.context.into(),
            beside,
            references: texts(written.references),
            id: id.into(),
        }
    }
}

impl From<StrengthSyntax> for Strength {
    fn from(written: StrengthSyntax) -> Self {
        match written {
            StrengthSyntax::Strong => Self::Strong,
            StrengthSyntax::Weak => Self::Weak,
            StrengthSyntax::Supporting => Self::Supporting,
        }
    }
}

impl From<MaskSyntax> for Mask {
    fn from(written: MaskSyntax) -> Self {
        match written {
            MaskSyntax::KeepLast(count) => Self::KeepLast(count),
            MaskSyntax::Tag(tag) => Self::Tag(tag.into()),
            MaskSyntax::KeepPrefix(count) => Self::KeepPrefix(count),
            MaskSyntax::Email => Self::Email,
            MaskSyntax::Initials => Self::Initials,
            MaskSyntax::Iban => Self::Iban,
        }
    }
}

impl From<ContextSyntax> for Context {
    fn from(written: ContextSyntax) -> Self {
        Self {
            any: Words::new(written.any),
            none: Words::new(written.none),
            window_chars: written.window_chars.unwrap_or(WINDOW_CHARS).min(WINDOW_CHARS_MAX),
            required: written.required,
        }
    }
}

impl Beside {
    fn new(written: BesideSyntax, certain: Certain) -> Self {
        Self { classes: texts(written.evidence.into()), chars: written.chars, certain }
    }
}

impl From<CombinationSyntax> for CombinationData {
    fn from(written: CombinationSyntax) -> Self {
        Self {
            id: String::from(written.id).into(),
            title: written.title.into(),
            labels: labels(written.label, written.labels),
            severity: written.severity,
            confidence: written.confidence,
            all: written.all.into_iter().map(Need::from).collect(),
            within_chars: written.within.chars,
            scope: match written.scope {
                ScopeSyntax::Message => Scope::Message,
                ScopeSyntax::Conversation => Scope::Conversation,
            },
            unless: texts(written.unless),
            references: texts(written.references),
        }
    }
}

impl From<NeedSyntax> for Need {
    fn from(written: NeedSyntax) -> Self {
        Self { classes: texts(written.evidence.into()), at_least: written.at_least.max(1) as usize }
    }
}

impl From<TableSyntax> for TableData {
    fn from(written: TableSyntax) -> Self {
        Self {
            id: String::from(written.id).into(),
            title: written.title.into(),
            labels: labels(written.label, written.labels),
            severity: written.severity,
            confidence: written.confidence,
            rows_at_least: written.rows_at_least.max(1),
            columns: written.columns.into_iter().map(Column::from).collect(),
            unless: texts(written.unless),
            evidence: texts(written.evidence),
            references: texts(written.references),
        }
    }
}

impl From<ColumnSyntax> for Column {
    fn from(written: ColumnSyntax) -> Self {
        Self { header: Words::new(written.header), distinct_at_least: written.distinct_at_least }
    }
}

impl AllowedValue {
    /// The values of one `[[allow]]`.
    pub(crate) fn all(written: AllowSyntax) -> impl Iterator<Item = Self> {
        let AllowSyntax { reason, kind, values, expires: _ } = written;
        values.into_iter().map(move |value| Self {
            kind: kind.clone().into(),
            value: value.into(),
            reason: reason.clone().into(),
        })
    }

    /// What the values of a set are sorted by.
    pub(crate) fn key(&self) -> (&str, &str) {
        (&self.kind, &self.value)
    }
}

fn labels(one: Option<Label>, many: Vec<Label>) -> List<Label> {
    one.into_iter().chain(many).collect()
}

fn texts(written: Vec<String>) -> List<Text> {
    written.into_iter().map(Cow::Owned).collect()
}
