//! From what is written to what is meant: refuses rules that must not exist.

use std::{borrow::Cow, sync::Arc};

use dosimeter_record::{Label, LabelSet, Mask, RuleId};

use crate::{
    Error,
    rule::{
        Column, Combination, Context, Need, Pattern, Rule, Scope, Strength, TableRule, Words,
        pattern::PatternError,
        syntax::{
            CombinationSyntax, ExampleSyntax, MaskSyntax, OneOrMany, RuleSyntax, ScopeSyntax,
            StrengthSyntax, TableSyntax,
        },
    },
    validator::{self, Validator},
};

/// The context window if a rule names none, in characters on each side.
const WINDOW_CHARS: usize = 60;
/// The widest context window, so that context costs a bounded amount per match.
const WINDOW_CHARS_MAX: usize = 300;

/// Where a rule comes from, and so how much of it was checked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin<'a> {
    /// `patterns/`: examples were checked by the build script, patterns by the tests.
    BuiltIn,
    /// A user's file, with its text for line numbers.
    User(&'a str),
}

/// Checks the rules of one file.
pub(crate) struct Checker<'a> {
    pub(crate) file: Arc<str>,
    pub(crate) origin: Origin<'a>,
}

impl Checker<'_> {
    pub(crate) fn rule(&self, written: RuleSyntax) -> Result<Rule, Error> {
        let id = written.id;
        self.examples(&id, &written.positive, &written.negative)?;
        let labels = self.labels(&id, written.label, &written.labels)?;
        if written.context.required && written.context.any.is_empty() {
            return Err(self.invalid(&id, "`context.required` needs words in `context.any`"));
        }
        if written.keywords.iter().any(String::is_empty) {
            return Err(self.invalid(&id, "an empty keyword would match everywhere; remove it"));
        }
        let pattern = self.pattern(&id, written.pattern, written.unicode)?;
        if written.keywords.is_empty() {
            self.starts_at_a_word(&id, &pattern)?;
        }
        let window_chars = written.context.window_chars.unwrap_or(WINDOW_CHARS);
        let kind = written.kind.unwrap_or_else(|| id.as_str().to_owned());
        Ok(Rule {
            file: Arc::clone(&self.file),
            title: written.title,
            labels,
            severity: written.severity,
            confidence: written.confidence,
            strength: strength(written.strength),
            keywords: written.keywords.iter().map(|word| word.to_ascii_lowercase()).collect(),
            pattern,
            validators: self.validators(&id, &written.validators)?,
            mask: written.mask.map(|mask| self.mask(&id, mask)).transpose()?,
            kind: kind.into(),
            evidence: written.evidence.into_iter().map(Cow::Owned).collect(),
            context: Context {
                any: Words::new(written.context.any),
                none: Words::new(written.context.none),
                window_chars: window_chars.min(WINDOW_CHARS_MAX),
                required: written.context.required,
            },
            references: written.references,
            id,
        })
    }

    pub(crate) fn combination(&self, written: CombinationSyntax) -> Result<Combination, Error> {
        let id = written.id;
        self.examples(&id, &written.positive, &written.negative)?;
        let labels = self.labels(&id, written.label, &written.labels)?;
        if written.all.is_empty() {
            return Err(self.invalid(&id, "a combination needs at least one entry in `all`"));
        }
        let need = |need: crate::rule::syntax::NeedSyntax| Need {
            classes: match need.evidence {
                OneOrMany::One(class) => vec![Cow::Owned(class)],
                OneOrMany::Many(classes) => classes.into_iter().map(Cow::Owned).collect(),
            },
            at_least: need.at_least.max(1) as usize,
        };
        Ok(Combination {
            file: Arc::clone(&self.file),
            title: written.title,
            labels,
            severity: written.severity,
            confidence: written.confidence,
            all: written.all.into_iter().map(need).collect(),
            within_chars: written.within.chars,
            scope: match written.scope {
                ScopeSyntax::Message => Scope::Message,
                ScopeSyntax::Conversation => Scope::Conversation,
            },
            unless: written.unless.into_iter().map(Cow::Owned).collect(),
            references: written.references,
            id,
        })
    }

    pub(crate) fn table(&self, written: TableSyntax) -> Result<TableRule, Error> {
        let id = written.id;
        self.examples(&id, &written.positive, &written.negative)?;
        let labels = self.labels(&id, written.label, &written.labels)?;
        if written.columns.is_empty() {
            return Err(self.invalid(&id, "a table needs at least one entry in `columns`"));
        }
        let column = |column: crate::rule::syntax::ColumnSyntax| Column {
            header: Words::new(column.header),
            distinct_at_least: column.distinct_at_least,
        };
        Ok(TableRule {
            file: Arc::clone(&self.file),
            title: written.title,
            labels,
            severity: written.severity,
            confidence: written.confidence,
            rows_at_least: written.rows_at_least.max(1),
            columns: written.columns.into_iter().map(column).collect(),
            unless: written.unless.into_iter().map(Cow::Owned).collect(),
            evidence: written.evidence.into_iter().map(Cow::Owned).collect(),
            references: written.references,
            id,
        })
    }

    fn examples(
        &self,
        id: &RuleId,
        positive: &[ExampleSyntax],
        negative: &[ExampleSyntax],
    ) -> Result<(), Error> {
        if self.origin == Origin::BuiltIn {
            return Ok(());
        }
        for (missing, examples) in [("positive", positive), ("negative", negative)] {
            if examples.is_empty() {
                let (file, line) = (self.file.to_string(), self.line(id));
                return Err(Error::NoExample { file, line, rule: id.clone(), missing });
            }
        }
        Ok(())
    }

    fn labels(&self, id: &RuleId, one: Option<Label>, many: &[Label]) -> Result<LabelSet, Error> {
        let labels: LabelSet = one.into_iter().chain(many.iter().copied()).collect();
        if labels.is_empty() {
            return Err(self.invalid(id, "no label; add `label = \"…\"` or `labels = […]`"));
        }
        Ok(labels)
    }

    fn pattern(&self, id: &RuleId, source: String, unicode: bool) -> Result<Pattern, Error> {
        if self.origin == Origin::BuiltIn {
            return Ok(Pattern::trusted(source, unicode));
        }
        Pattern::checked(source, unicode).map_err(|error| match error {
            PatternError::Syntax(message) => self.invalid(id, &message),
            PatternError::MatchesNothing => {
                self.invalid(id, "the pattern can match nothing at all; make a part of it required")
            }
            PatternError::Unbounded => Error::Unbounded {
                file: self.file.to_string(),
                line: self.line(id),
                rule: id.clone(),
            },
        })
    }

    /// A rule without keywords is dispatched at the start of words, so it must match there.
    fn starts_at_a_word(&self, id: &RuleId, pattern: &Pattern) -> Result<(), Error> {
        if self.origin == Origin::BuiltIn {
            return Ok(());
        }
        let first = pattern.prefix().map(|[first, ..]| first);
        let elsewhere = |byte: u8| {
            let allowed = first.is_none_or(|first| first.get(usize::from(byte)) == Some(&true));
            allowed && !byte.is_ascii_alphanumeric()
        };
        if (0..=255).any(elsewhere) {
            let problem = "without keywords a pattern must begin with a letter or a digit; \
                           add `keywords`, or move the leading part into `context`";
            return Err(self.invalid(id, problem));
        }
        Ok(())
    }

    fn validators(&self, id: &RuleId, names: &[String]) -> Result<Vec<&'static Validator>, Error> {
        let find = |name: &String| {
            validator::by_name(name)
                .ok_or_else(|| self.invalid(id, &format!("there is no validator `{name}`")))
        };
        names.iter().map(find).collect()
    }

    fn mask(&self, id: &RuleId, mask: MaskSyntax) -> Result<Mask, Error> {
        Ok(match mask {
            MaskSyntax::KeepLast(count) if count > 4 => {
                return Err(self.invalid(id, "`keep_last` may show at most 4 characters"));
            }
            MaskSyntax::KeepLast(count) => Mask::KeepLast(count),
            MaskSyntax::Tag(tag) => Mask::Tag(tag.into()),
            MaskSyntax::KeepPrefix(count) => Mask::KeepPrefix(count),
            MaskSyntax::Email => Mask::Email,
            MaskSyntax::Initials => Mask::Initials,
            MaskSyntax::Iban => Mask::Iban,
        })
    }

    pub(crate) fn invalid(&self, id: &RuleId, problem: &str) -> Error {
        Error::Invalid {
            file: self.file.to_string(),
            line: self.line(id),
            rule: id.clone(),
            problem: problem.to_owned(),
        }
    }

    /// The line on which the rule's id stands; 0 for built-in rules, whose text is not at hand.
    fn line(&self, id: &RuleId) -> usize {
        let Origin::User(source) = self.origin else { return 0 };
        let quoted = format!("\"{id}\"");
        source
            .lines()
            .position(|line| line.contains(&quoted))
            .map_or(0, |line| line.saturating_add(1))
    }
}

fn strength(written: StrengthSyntax) -> Strength {
    match written {
        StrengthSyntax::Strong => Strength::Strong,
        StrengthSyntax::Weak => Strength::Weak,
        StrengthSyntax::Supporting => Strength::Supporting,
    }
}
