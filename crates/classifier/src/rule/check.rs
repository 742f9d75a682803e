//! From what is written to what is meant: refuses rules that must not exist.

use std::sync::Arc;

use dosimeter_record::{Label, RuleId};

use crate::{
    Error,
    rule::{
        Combination, Pattern, Rule, TableRule,
        data::{CombinationData, RuleData, TableData, WINDOW_CHARS_MAX},
        pattern::PatternError,
        syntax::{
            CombinationSyntax, ExampleSyntax, MaskSyntax, RuleSyntax, StrengthSyntax, TableSyntax,
        },
        weight,
    },
    validator::{self, Validator},
};

/// Checks the rules of one file. Built-in rules are checked by the tests.
pub(crate) struct Checker<'a> {
    pub(crate) file: Arc<str>,
    /// The text of the file, for line numbers.
    pub(crate) source: &'a str,
}

impl Checker<'_> {
    pub(crate) fn rule(&self, written: RuleSyntax) -> Result<Rule, Error> {
        let id = written.id.clone();
        self.examples(&id, &written.positive, &written.negative)?;
        self.labels(&id, written.label, &written.labels)?;
        if written.context.required && written.context.any.is_empty() {
            return Err(self.invalid(&id, "`context.required` needs words in `context.any`"));
        }
        if written.keywords.iter().any(String::is_empty) {
            return Err(self.invalid(&id, "an empty keyword would match everywhere; remove it"));
        }
        if matches!(written.mask, Some(MaskSyntax::KeepLast(5..))) {
            return Err(self.invalid(&id, "`keep_last` may show at most 4 characters"));
        }
        self.beside(&id, &written)?;
        let pattern = self.pattern(&id, written.pattern.clone(), written.unicode)?;
        let validators = self.validators(&id, &written.validators)?;
        let data = RuleData::from(written);
        self.stands_out(&id, &data)?;
        Ok(Rule::new(id, &self.file, data, pattern, validators))
    }

    pub(crate) fn combination(&self, written: CombinationSyntax) -> Result<Combination, Error> {
        let id = written.id.clone();
        self.examples(&id, &written.positive, &written.negative)?;
        self.labels(&id, written.label, &written.labels)?;
        if written.all.is_empty() {
            return Err(self.invalid(&id, "a combination needs at least one entry in `all`"));
        }
        Ok(Combination::new(id, &self.file, CombinationData::from(written)))
    }

    pub(crate) fn table(&self, written: TableSyntax) -> Result<TableRule, Error> {
        let id = written.id.clone();
        self.examples(&id, &written.positive, &written.negative)?;
        self.labels(&id, written.label, &written.labels)?;
        if written.columns.is_empty() {
            return Err(self.invalid(&id, "a table needs at least one entry in `columns`"));
        }
        Ok(TableRule::new(id, &self.file, TableData::from(written)))
    }

    fn examples(
        &self,
        id: &RuleId,
        positive: &[ExampleSyntax],
        negative: &[ExampleSyntax],
    ) -> Result<(), Error> {
        for (missing, examples) in [("positive", positive), ("negative", negative)] {
            if examples.is_empty() {
                let (file, line) = (self.file.to_string(), self.line(id));
                return Err(Error::NoExample { file, line, rule: id.clone(), missing });
            }
        }
        Ok(())
    }

    fn labels(&self, id: &RuleId, one: Option<Label>, many: &[Label]) -> Result<(), Error> {
        if one.is_none() && many.is_empty() {
            return Err(self.invalid(id, "no label; add `label = \"…\"` or `labels = […]`"));
        }
        Ok(())
    }

    fn pattern(&self, id: &RuleId, source: String, unicode: bool) -> Result<Pattern, Error> {
        if weight::is_light(&source, unicode) {
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

    /// What is looked for beside evidence is evidence itself, and nothing more.
    fn beside(&self, id: &RuleId, written: &RuleSyntax) -> Result<(), Error> {
        let Some(beside) = &written.beside else { return Ok(()) };
        if written.strength != StrengthSyntax::Supporting || written.context.required {
            let problem = "a rule with `beside` needs `strength = \"supporting\"` \
                           and no `context.required`";
            return Err(self.invalid(id, problem));
        }
        if !(1..=WINDOW_CHARS_MAX).contains(&beside.chars) {
            return Err(self.invalid(id, "`beside.chars` is between 1 and 300"));
        }
        Ok(())
    }

    /// The prefilter must be able to see where a match could be.
    fn stands_out(&self, id: &RuleId, data: &RuleData) -> Result<(), Error> {
        if data.context.required || data.beside.is_some() || !data.anchors.is_empty() {
            return Ok(());
        }
        let problem = "no part of the pattern stands out from ordinary text; \
                       begin it with `\\b` and a digit or a word, or put a word into each alternative";
        Err(self.invalid(id, problem))
    }

    fn validators(&self, id: &RuleId, names: &[String]) -> Result<Vec<&'static Validator>, Error> {
        let find = |name: &String| {
            validator::by_name(name)
                .ok_or_else(|| self.invalid(id, &format!("there is no validator `{name}`")))
        };
        names.iter().map(find).collect()
    }

    /// What is wrong with something that is no rule.
    pub(crate) fn problem(&self, of: &str, problem: &str) -> Error {
        let message = format!("`{of}`: {problem}");
        Error::Syntax { file: self.file.to_string(), message }
    }

    pub(crate) fn invalid(&self, id: &RuleId, problem: &str) -> Error {
        Error::Invalid {
            file: self.file.to_string(),
            line: self.line(id),
            rule: id.clone(),
            problem: problem.to_owned(),
        }
    }

    /// The line on which the rule's id stands.
    fn line(&self, id: &RuleId) -> usize {
        let quoted = format!("\"{id}\"");
        self.source
            .lines()
            .position(|line| line.contains(&quoted))
            .map_or(0, |line| line.saturating_add(1))
    }
}
