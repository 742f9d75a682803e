//! What is read of everything that the key covers.

use std::fmt;

use dosimeter_client::{Project, UserRef};
use dosimeter_content::Expose as _;
use regex_automata::meta::Regex;

/// Which sources are read, and whose.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each source is switched on its own")]
pub struct Scope {
    /// Chats, with their files, generated files and artifacts.
    pub chats: bool,
    /// Projects, with their files and documents.
    pub projects: bool,
    /// Transcripts of sessions on users' machines.
    pub local_sessions: bool,
    /// Transcripts of sessions in the cloud.
    pub remote_sessions: bool,
    /// What users published.
    pub code_artifacts: bool,
    /// What users told the model about themselves.
    pub user_preferences: bool,
    /// Whose, by id or e-mail address.
    pub users: Selection,
    /// Which projects, and the chats and sessions in which, by id or name.
    pub in_projects: Selection,
}

impl Default for Scope {
    /// Everything.
    fn default() -> Self {
        Self {
            chats: true,
            projects: true,
            local_sessions: true,
            remote_sessions: true,
            code_artifacts: true,
            user_preferences: true,
            users: Selection::default(),
            in_projects: Selection::default(),
        }
    }
}

impl Scope {
    /// Whether something of this user is read.
    ///
    /// What belongs to nobody any more is read unless only some users are to be.
    pub fn has_user(&self, user: Option<&UserRef>) -> bool {
        let Some(user) = user else { return self.users.takes_all() };
        self.users.has(&[Some(&user.id), user.email_address.as_deref()])
    }

    /// Whether something is read of a user whose address nobody says, and which may be an excluded one:
    /// exclusion wins.
    pub(crate) fn has_nameless(&self, id: &str) -> bool {
        !self.users.excludes_by_more_than("user_") && self.users.has(&[Some(id)])
    }

    /// Whether a project is read. Its name is content: it is looked at here, and not kept.
    pub fn has_project(&self, project: &Project) -> bool {
        self.in_projects.has(&[Some(&project.id), Some(project.name.expose())])
    }

    /// Whether the names of projects have to be known, since something is selected that may be one.
    pub(crate) fn needs_project_names(&self) -> bool {
        self.in_projects.needs_more_than("claude_proj_")
    }

    /// Whether the addresses of users have to be known.
    pub(crate) fn needs_addresses(&self) -> bool {
        self.users.needs_more_than("user_")
    }
}

/// Some of many, present and future: all, or those that are named or match; exclusion wins.
#[derive(Clone, Default)]
pub struct Selection {
    include: Vec<String>,
    exclude: Vec<String>,
    matching: Vec<Pattern>,
    not_matching: Vec<Pattern>,
}

#[derive(Clone)]
struct Pattern {
    source: String,
    regex: Regex,
}

/// A regular expression that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidPattern;

impl Selection {
    /// Only these, by id or address; letter case does not matter.
    #[must_use]
    pub fn only(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.include.extend(names.into_iter().map(|name| name.to_lowercase()));
        self
    }

    /// Not these.
    #[must_use]
    pub fn without(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.exclude.extend(names.into_iter().map(|name| name.to_lowercase()));
        self
    }

    /// Only those in which a pattern is found, besides those that are named.
    ///
    /// # Errors
    ///
    /// If a pattern is no regular expression, or too large.
    pub fn matching(mut self, patterns: &[String]) -> Result<Self, InvalidPattern> {
        self.matching.extend(compile(patterns)?);
        Ok(self)
    }

    /// Not those in which a pattern is found.
    ///
    /// # Errors
    ///
    /// If a pattern is no regular expression, or too large.
    pub fn not_matching(mut self, patterns: &[String]) -> Result<Self, InvalidPattern> {
        self.not_matching.extend(compile(patterns)?);
        Ok(self)
    }

    /// Whether nothing has to be named to be taken.
    pub fn takes_all(&self) -> bool {
        self.include.is_empty() && self.matching.is_empty()
    }

    /// Whether ids, which begin like this, do not suffice to tell.
    fn needs_more_than(&self, prefix: &str) -> bool {
        let is_name = |listed: &String| !listed.starts_with(prefix);
        self.excludes_by_more_than(prefix)
            || !self.matching.is_empty()
            || self.include.iter().any(is_name)
    }

    /// The same of what is not taken.
    fn excludes_by_more_than(&self, prefix: &str) -> bool {
        !self.not_matching.is_empty() || self.exclude.iter().any(|name| !name.starts_with(prefix))
    }

    /// Whether something that goes by these names is taken.
    ///
    /// Names may be content, so that no copy of them is made.
    pub fn has(&self, names: &[Option<&str>]) -> bool {
        let any = |is: &dyn Fn(&str) -> bool| names.iter().flatten().any(|name| is(name));
        let same = |name: &str, listed: &String| {
            name.chars().flat_map(char::to_lowercase).eq(listed.chars())
        };
        let named = |list: &[String]| any(&|name| list.iter().any(|listed| same(name, listed)));
        let found = |patterns: &[Pattern]| {
            any(&|name| patterns.iter().any(|pattern| pattern.regex.is_match(name)))
        };
        let excluded = named(&self.exclude) || found(&self.not_matching);
        !excluded && (self.takes_all() || named(&self.include) || found(&self.matching))
    }
}

fn compile(patterns: &[String]) -> Result<Vec<Pattern>, InvalidPattern> {
    let compile = |source: &String| {
        let syntax = regex_automata::util::syntax::Config::new().case_insensitive(true);
        let limit = Regex::config().nfa_size_limit(Some(1 << 20));
        let regex = Regex::builder().syntax(syntax).configure(limit).build(source);
        Ok(Pattern { source: source.clone(), regex: regex.map_err(|_| InvalidPattern)? })
    };
    patterns.iter().map(compile).collect()
}

impl fmt::Display for Selection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources = |patterns: &[Pattern]| -> Vec<String> {
            patterns.iter().map(|pattern| format!("/{}/", pattern.source)).collect()
        };
        let taken = [self.include.clone(), sources(&self.matching)].concat();
        let left = [self.exclude.clone(), sources(&self.not_matching)].concat();
        formatter.write_str(&if taken.is_empty() { "all".to_owned() } else { taken.join(", ") })?;
        if left.is_empty() { Ok(()) } else { write!(formatter, ", without {}", left.join(", ")) }
    }
}

impl fmt::Debug for Selection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Selection({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(selection: &Selection, name: &str, expected: bool) {
        assert_eq!(selection.has(&[Some(name)]), expected, "{name}");
    }

    #[test]
    fn without_names_everything_is_taken_and_exclusion_wins() {
        let all = Selection::default();
        check(&all, "ana@corp.test", true);
        let some = Selection::default()
            .only(["Ana@corp.test".to_owned(), "bob@corp.test".to_owned()])
            .without(["bob@corp.test".to_owned()]);
        check(&some, "ana@CORP.test", true);
        check(&some, "bob@corp.test", false);
        check(&some, "eve@corp.test", false);
    }

    #[test]
    fn patterns_take_and_leave() {
        let selection = Selection::default()
            .matching(&["@corp\\.test$".to_owned()])
            .and_then(|selection| selection.not_matching(&["^bot-".to_owned()]))
            .unwrap();
        check(&selection, "ana@corp.test", true);
        check(&selection, "bot-1@corp.test", false);
        check(&selection, "ana@other.test", false);
        assert_eq!(selection.to_string(), "/@corp\\.test$/, without /^bot-/");
        assert!(Selection::default().matching(&["(".to_owned()]).is_err());
    }
}
