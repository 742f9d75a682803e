//! The page tree (ISO 32000-1 section 7.7.3), with what pages inherit.

use std::collections::BTreeSet;

use dosimeter_record::GapReason;
use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::run::{Read, Run, Stop};

/// One page and the resources that it names or inherits.
pub(super) struct Page<'d> {
    pub(super) dictionary: &'d Dictionary,
    pub(super) resources: Option<&'d Dictionary>,
}

/// A tree deeper than this is hostile: real ones have three or four levels.
const DEPTH_MAX: usize = 256;

/// Lists the pages in order. Never recurses, and visits no node twice, so a tree that contains itself
/// ends with `malformed`.
pub(super) fn list<'d>(run: &mut Run<'_>, document: &'d Document) -> (Vec<Page<'d>>, Read) {
    let mut pages = Vec::new();
    let root = document.catalog().and_then(|catalog| catalog.get(b"Pages"));
    let Some(Object::Reference(root)) = root.ok() else {
        return (pages, Err(Stop(GapReason::Malformed)));
    };
    let end = walk(run, document, *root, &mut pages);
    (pages, end)
}

fn walk<'d>(
    run: &mut Run<'_>,
    document: &'d Document,
    root: ObjectId,
    pages: &mut Vec<Page<'d>>,
) -> Read {
    let mut seen = BTreeSet::from([root]);
    let mut stack: Vec<(ObjectId, usize, Option<&Dictionary>)> = vec![(root, 0, None)];
    let mut end = Ok(());
    while let Some((id, depth, inherited)) = stack.pop() {
        run.tick()?;
        let Ok(node) = document.get_dictionary(id) else {
            end = Err(Stop(GapReason::Malformed));
            continue;
        };
        let own = node.get_deref(b"Resources", document).and_then(Object::as_dict).ok();
        let resources = own.or(inherited);
        let kids = node.get_deref(b"Kids", document).and_then(Object::as_array);
        let Ok(kids) = kids else {
            run.spend_page()?;
            pages.push(Page { dictionary: node, resources });
            continue;
        };
        if depth >= DEPTH_MAX {
            end = Err(Stop(GapReason::TooDeep));
            continue;
        }
        // Last first, so that the first comes off the stack first.
        for kid in kids.iter().rev().filter_map(|kid| kid.as_reference().ok()) {
            // Nodes may share one list.
            run.spend_operator()?;
            if seen.insert(kid) {
                stack.push((kid, depth.saturating_add(1), resources));
            } else {
                end = Err(Stop(GapReason::Malformed));
            }
        }
    }
    end
}
