//! What to list. Combinations that the server refuses cannot be written down.

use crate::{Cursor, Error, ErrorKind, Timestamp};

/// A stretch of time, open at both ends until it is bounded.
#[derive(Clone, Debug, Default)]
pub struct TimeRange {
    from: Option<(&'static str, String)>,
    to: Option<(&'static str, String)>,
}

impl TimeRange {
    /// All time.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only at or after `time`. An unknown time bounds nothing, here and below.
    #[must_use]
    pub fn since(mut self, time: &Timestamp) -> Self {
        self.from = time.query_form().map(|time| (".gte", time));
        self
    }

    /// Only after `time`.
    #[must_use]
    pub fn after(mut self, time: &Timestamp) -> Self {
        self.from = time.query_form().map(|time| (".gt", time));
        self
    }

    /// Only before `time`.
    #[must_use]
    pub fn before(mut self, time: &Timestamp) -> Self {
        self.to = time.query_form().map(|time| (".lt", time));
        self
    }

    /// Only at or before `time`.
    #[must_use]
    pub fn until(mut self, time: &Timestamp) -> Self {
        self.to = time.query_form().map(|time| (".lte", time));
        self
    }

    pub(crate) fn pairs(&self, field: &str) -> impl Iterator<Item = Pair> {
        let bound = |bound: &Option<(&str, String)>| {
            bound.as_ref().map(|(operator, time)| (format!("{field}{operator}"), time.clone()))
        };
        [bound(&self.from), bound(&self.to)].into_iter().flatten()
    }
}

/// A query parameter.
pub(crate) type Pair = (String, String);

pub(crate) fn pair(name: &str, value: impl Into<String>) -> Pair {
    (name.to_owned(), value.into())
}

/// Chats of every user, oldest first.
///
/// The range speaks of the same time that the list is ordered by, as the server demands. A cursor of
/// one order is refused in the other.
#[derive(Clone, Debug)]
pub struct ChatQuery {
    order_by: &'static str,
    range: TimeRange,
    organizations: Vec<String>,
    after: Option<Cursor>,
    limit: u32,
}

impl ChatQuery {
    /// In the order of change: a chat that changes during the walk moves ahead and is seen again.
    ///
    /// This is the order to follow: keep the last cursor, and the next run sees what is new.
    pub fn updated() -> Self {
        Self::ordered_by("updated_at")
    }

    /// In the order of creation.
    pub fn created() -> Self {
        Self::ordered_by("created_at")
    }

    fn ordered_by(order_by: &'static str) -> Self {
        Self {
            order_by,
            range: TimeRange::all(),
            organizations: Vec::new(),
            after: None,
            limit: CHATS_MAX,
        }
    }

    /// Only chats whose time of change (or of creation) is in `range`.
    #[must_use]
    pub fn range(mut self, range: TimeRange) -> Self {
        self.range = range;
        self
    }

    /// Only chats of these organizations.
    #[must_use]
    pub fn organizations(mut self, organizations: impl IntoIterator<Item = String>) -> Self {
        self.organizations = organizations.into_iter().collect();
        self
    }

    /// Goes on after `cursor`.
    #[must_use]
    pub fn after(mut self, cursor: &Cursor) -> Self {
        self.after = Some(cursor.clone());
        self
    }

    /// At most this many chats on a page; between 1 and 1,000, which is the default.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit.clamp(1, CHATS_MAX);
        self
    }

    pub(crate) fn pairs(&self) -> Vec<Pair> {
        let mut pairs =
            vec![pair("order_by", self.order_by), pair("limit", self.limit.to_string())];
        pairs.extend(self.range.pairs(self.order_by));
        pairs.extend(self.organizations.iter().map(|id| pair("organization_ids[]", id.as_str())));
        pairs.extend(self.after.iter().map(|cursor| pair("after_id", cursor.as_str())));
        pairs
    }
}

/// Chats of one to ten users, in the order of creation, oldest first.
#[derive(Clone, Debug)]
pub struct UserChatQuery {
    users: Vec<String>,
    projects: Vec<String>,
    organizations: Vec<String>,
    range: TimeRange,
    position: Option<(&'static str, Cursor)>,
    limit: u32,
}

impl UserChatQuery {
    /// Asks for the chats of `users`.
    ///
    /// # Errors
    ///
    /// If there are none or more than ten.
    pub fn new(users: impl IntoIterator<Item = String>) -> Result<Self, Error> {
        let users: Vec<String> = users.into_iter().collect();
        if !(1..=10).contains(&users.len()) {
            return Err(Error::new(
                ErrorKind::Argument,
                "chats are listed for one to ten users at a time",
            ));
        }
        Ok(Self {
            users,
            projects: Vec::new(),
            organizations: Vec::new(),
            range: TimeRange::all(),
            position: None,
            limit: CHATS_MAX,
        })
    }

    /// Only chats in these projects.
    #[must_use]
    pub fn projects(mut self, projects: impl IntoIterator<Item = String>) -> Self {
        self.projects = projects.into_iter().collect();
        self
    }

    /// Only chats of these organizations.
    #[must_use]
    pub fn organizations(mut self, organizations: impl IntoIterator<Item = String>) -> Self {
        self.organizations = organizations.into_iter().collect();
        self
    }

    /// Only chats begun in `range`.
    #[must_use]
    pub fn range(mut self, range: TimeRange) -> Self {
        self.range = range;
        self
    }

    /// Goes on after `cursor`, towards newer chats.
    #[must_use]
    pub fn after(mut self, cursor: &Cursor) -> Self {
        self.position = Some(("after_id", cursor.clone()));
        self
    }

    /// Goes back before `cursor`, towards older chats.
    #[must_use]
    pub fn before(mut self, cursor: &Cursor) -> Self {
        self.position = Some(("before_id", cursor.clone()));
        self
    }

    /// At most this many chats on a page; between 1 and 1,000, which is the default.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit.clamp(1, CHATS_MAX);
        self
    }

    pub(crate) fn pairs(&self) -> Vec<Pair> {
        let mut pairs = vec![pair("limit", self.limit.to_string())];
        pairs.extend(self.users.iter().map(|id| pair("user_ids[]", id.as_str())));
        pairs.extend(self.projects.iter().map(|id| pair("project_ids[]", id.as_str())));
        pairs.extend(self.organizations.iter().map(|id| pair("organization_ids[]", id.as_str())));
        pairs.extend(self.range.pairs("created_at"));
        pairs.extend(self.position.iter().map(|(name, cursor)| pair(name, cursor.as_str())));
        pairs
    }
}

/// Entries of the Activity Feed, newest first.
#[derive(Clone, Debug, Default)]
pub struct ActivityQuery {
    range: TimeRange,
    excluded: Vec<String>,
    position: Option<(&'static str, Cursor)>,
    limit: Option<u32>,
}

impl ActivityQuery {
    /// Everything.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only what happened in `range`.
    #[must_use]
    pub fn range(mut self, range: TimeRange) -> Self {
        self.range = range;
        self
    }

    /// Without these types. Name only what the server has accepted before: it refuses unknown ones.
    #[must_use]
    pub fn without(mut self, types: impl IntoIterator<Item = String>) -> Self {
        self.excluded = types.into_iter().collect();
        self
    }

    /// Goes on towards older entries.
    #[must_use]
    pub fn older_than(mut self, cursor: &Cursor) -> Self {
        self.position = Some(("after_id", cursor.clone()));
        self
    }

    /// Goes on towards newer entries: the pages come in the order of time, each with its newest first.
    #[must_use]
    pub fn newer_than(mut self, cursor: &Cursor) -> Self {
        self.position = Some(("before_id", cursor.clone()));
        self
    }

    /// At most this many entries on a page; between 1 and 5,000, which is the default.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit.clamp(1, ACTIVITIES_MAX));
        self
    }

    pub(crate) fn pairs(&self) -> Vec<Pair> {
        let mut pairs = vec![pair("limit", self.limit.unwrap_or(ACTIVITIES_MAX).to_string())];
        let excluded = self.excluded.iter();
        pairs.extend(excluded.map(|kind| pair("exclude_activity_types[]", kind.as_str())));
        pairs.extend(self.range.pairs("created_at"));
        pairs.extend(self.position.iter().map(|(name, cursor)| pair(name, cursor.as_str())));
        pairs
    }
}

/// Sessions on users' machines, newest first.
#[derive(Clone, Debug, Default)]
pub struct LocalSessionQuery {
    updated_since: Option<String>,
}

impl LocalSessionQuery {
    /// All that are retained.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only those that changed at or after `time`.
    #[must_use]
    pub fn updated_since(mut self, time: &Timestamp) -> Self {
        self.updated_since = time.query_form();
        self
    }

    pub(crate) fn pairs(&self) -> Vec<Pair> {
        let mut pairs = vec![pair("limit", "500")];
        pairs.extend(self.updated_since.iter().map(|time| pair("updated_at.gte", time.as_str())));
        pairs
    }
}

/// The most entries that the server puts on a page of the feed.
const ACTIVITIES_MAX: u32 = 5_000;

/// The most chats that the server puts on a page.
const CHATS_MAX: u32 = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[Pair], expected: &str) {
        let written: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(written.join("&"), expected);
    }

    #[test]
    fn the_range_speaks_of_the_time_that_orders_the_list() {
        let time = Timestamp::parse("2026-10-01T08:00:00").unwrap();
        let range = TimeRange::all().since(&time);
        check(
            &ChatQuery::updated().range(range.clone()).pairs(),
            "order_by=updated_at&limit=1000&updated_at.gte=2026-10-01T08:00:00Z",
        );
        check(
            &ChatQuery::created().range(range.before(&time)).limit(0).pairs(),
            "order_by=created_at&limit=1&created_at.gte=2026-10-01T08:00:00Z&created_at.lt=2026-10-01T08:00:00Z",
        );
    }

    #[test]
    fn a_walk_of_users_goes_one_way_at_a_time() {
        let cursor = Cursor::from("c".to_owned());
        let query =
            UserChatQuery::new(["user_1".to_owned()]).unwrap().after(&cursor).before(&cursor);
        check(&query.pairs(), "limit=1000&user_ids[]=user_1&before_id=c");
    }

    #[test]
    fn one_to_ten_users() {
        assert!(UserChatQuery::new([]).is_err());
        assert!(UserChatQuery::new(vec![String::new(); 11]).is_err());
    }
}
