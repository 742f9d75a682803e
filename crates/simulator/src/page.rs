//! Pages: what comes next in a list, and the cursors that say so.

use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Where an item stands in a list: by time, ties by id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Key {
    /// The time that orders the list.
    pub(crate) k: Timestamp,
    /// The item.
    pub(crate) id: String,
}

/// Which way a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Oldest first.
    Ascending,
    /// Newest first.
    Descending,
}

/// Where a page begins.
#[derive(Clone, Debug)]
pub(crate) enum Begin<K> {
    /// At the beginning of the list.
    Start,
    /// Right after this item, in the order of the list.
    After(K),
    /// Right before this item: the adjacent page, in the order of the list.
    Before(K),
}

/// A page of a list.
#[derive(Debug)]
pub(crate) struct Page<K, T> {
    pub(crate) items: Vec<(K, T)>,
    /// Whether there is more in the direction of the walk.
    pub(crate) has_more: bool,
}

/// Cuts the page out of all items.
pub(crate) fn page<K: Ord, T>(
    mut items: Vec<(K, T)>,
    order: Order,
    begin: &Begin<K>,
    limit: usize,
) -> Page<K, T> {
    let compare = |one: &(K, T), other: &(K, T)| match order {
        Order::Ascending => one.0.cmp(&other.0),
        Order::Descending => other.0.cmp(&one.0),
    };
    let later = |key: &K, than: &K| match order {
        Order::Ascending => key > than,
        Order::Descending => key < than,
    };
    match begin {
        Begin::Start => {}
        Begin::After(cursor) => items.retain(|(key, _)| later(key, cursor)),
        Begin::Before(cursor) => items.retain(|(key, _)| later(cursor, key)),
    }
    let has_more = items.len() > limit;
    if has_more {
        // Only the page itself is sorted: lists are long, and pages are short.
        if matches!(begin, Begin::Before(_)) {
            let first = items.len().saturating_sub(limit);
            items.select_nth_unstable_by(first, compare);
            items.drain(..first);
        } else {
            items.select_nth_unstable_by(limit, compare);
            items.truncate(limit);
        }
    }
    items.sort_by(compare);
    Page { items, has_more }
}

/// Writes a cursor. It looks like the API's: base64 of JSON.
pub(crate) fn encode(cursor: &impl Serialize) -> String {
    BASE64_STANDARD.encode(serde_json::to_vec(cursor).unwrap_or_default())
}

/// Reads a cursor, if it is one.
pub(crate) fn decode<T: DeserializeOwned>(cursor: &str) -> Option<T> {
    serde_json::from_slice(&BASE64_STANDARD.decode(cursor).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: u8) -> Key {
        // Two items share each second, so that ids break ties.
        Key { k: Timestamp::from_second(i64::from(id / 2)).unwrap(), id: id.to_string() }
    }

    fn check(order: Order, begin: &Begin<Key>, limit: usize, expected: &[u8], has_more: bool) {
        let items = [3, 1, 0, 2, 4].map(|id| (key(id), id)).to_vec();
        let page = page(items, order, begin, limit);
        let ids: Vec<u8> = page.items.into_iter().map(|(_, id)| id).collect();
        assert_eq!(
            (ids.as_slice(), page.has_more),
            (expected, has_more),
            "{order:?} {begin:?} {limit}"
        );
    }

    #[test]
    fn pages_follow_the_order_of_the_list() {
        check(Order::Ascending, &Begin::Start, 2, &[0, 1], true);
        check(Order::Ascending, &Begin::After(key(1)), 2, &[2, 3], true);
        check(Order::Ascending, &Begin::After(key(3)), 2, &[4], false);
        check(Order::Ascending, &Begin::After(key(4)), 2, &[], false);
        check(Order::Descending, &Begin::Start, 2, &[4, 3], true);
        check(Order::Descending, &Begin::After(key(3)), 9, &[2, 1, 0], false);
    }

    #[test]
    fn a_page_before_a_cursor_is_the_adjacent_one() {
        check(Order::Ascending, &Begin::Before(key(4)), 2, &[2, 3], true);
        check(Order::Descending, &Begin::Before(key(0)), 2, &[2, 1], true);
        check(Order::Descending, &Begin::Before(key(3)), 2, &[4], false);
    }

    #[test]
    fn a_cursor_is_read_back_and_nothing_else_is() {
        assert_eq!(decode::<Key>(&encode(&key(3))), Some(key(3)));
        assert_eq!(decode::<Key>("garbage"), None);
        assert_eq!(decode::<Key>("e30="), None);
    }
}
