//! Stage 5a: the words around a match.
//!
//! Looked up only for matches that survived validation, in a bounded window on both sides; the column
//! header of a table counts as a word beside the match.

use std::borrow::Cow;

use dosimeter_record::{Reason, Span};

use crate::{
    detect::Match,
    rule::{Context, words::fold_into},
    scan::Stretch,
    scratch::Scratch,
};

/// A word of the rule right beside the match.
const POINTS_BESIDE: usize = 150;
/// What is left of that at the edge of the window.
const POINTS_AT_EDGE: usize = 50;
/// A word that speaks against the match, and nothing that speaks for it stands nearer.
const POINTS_AGAINST: i32 = -150;
/// The same, outweighed by a nearer word that speaks for it.
const POINTS_AGAINST_FARTHER: i32 = -60;

/// What the surroundings of a match say.
#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    pub(crate) points: i32,
    pub(crate) reasons: Vec<Reason>,
    /// Whether any supporting word was found.
    pub(crate) supported: bool,
}

/// Looks for the words of `context` around a match.
pub(crate) fn look(
    context: &Context,
    scratch: &mut Scratch,
    stretch: Stretch<'_>,
    matched: Match,
) -> Surroundings {
    let mut found = Surroundings::default();
    if context.any.is_empty() && context.none.is_empty() {
        return found;
    }
    let mut near = nearest(context, scratch, stretch.text, matched.whole);
    if let Some(header) = stretch.tables.header_of(matched.value.start) {
        if let Some(word) = context.any.find(header) {
            near.supporting = Some((word.clone(), None));
        } else if let Some(word) = context.none.find(header) {
            near.opposing = Some((word.clone(), 0));
        }
    }
    found.weigh(near, context.window_chars);
    found
}

/// The nearest words for and against, with their distance in characters (`None`: it is the header).
#[derive(Default)]
struct Nearest {
    supporting: Option<(Cow<'static, str>, Option<usize>)>,
    opposing: Option<(Cow<'static, str>, usize)>,
}

fn nearest(context: &Context, scratch: &mut Scratch, text: &str, whole: Span) -> Nearest {
    let mut near = Nearest::default();
    let before = chars_before(text, whole.start, context.window_chars);
    let after = chars_after(text, whole.end, context.window_chars);
    // Words inside the match itself (`password = …`) speak for it as well.
    let inside = whole.slice(text).unwrap_or_default();
    for (side, from_end) in [(before, true), (inside, true), (after, false)] {
        scratch.folded.clear();
        fold_into(side, &mut scratch.folded);
        let folded = scratch.folded.as_str();
        let find = |words: &crate::rule::Words| {
            let nearest = if from_end {
                words.nearest_to_end(folded)
            } else {
                words.nearest_to_start(folded)
            };
            nearest.map(|(word, distance)| (word.clone(), distance))
        };
        if let Some((word, distance)) = find(&context.any) {
            let nearer = near.supporting.as_ref().is_none_or(|(_, known)| Some(distance) < *known);
            if nearer {
                near.supporting = Some((word, Some(distance)));
            }
        }
        if let Some((word, distance)) = find(&context.none) {
            let nearer = near.opposing.as_ref().is_none_or(|(_, known)| distance < *known);
            if nearer {
                near.opposing = Some((word, distance));
            }
        }
    }
    near
}

impl Surroundings {
    fn weigh(&mut self, near: Nearest, window_chars: usize) {
        let supporting_distance =
            near.supporting.as_ref().map(|(_, distance)| distance.unwrap_or(0));
        if let Some((word, distance_chars)) = near.supporting {
            self.supported = true;
            self.points = worth(distance_chars.unwrap_or(0), window_chars);
            self.reasons.push(match distance_chars {
                Some(distance_chars) => Reason::Keyword { word, distance_chars },
                None => Reason::Header(word),
            });
        }
        if let Some((word, distance)) = near.opposing {
            let nearer = supporting_distance.is_none_or(|known| distance <= known);
            let points = if nearer { POINTS_AGAINST } else { POINTS_AGAINST_FARTHER };
            self.points = self.points.saturating_add(points);
            self.reasons.push(Reason::Against(format!("`{word}` near it").into()));
        }
    }
}

/// Decays linearly from beside the match to the edge of the window.
fn worth(distance: usize, window: usize) -> i32 {
    let decay = POINTS_BESIDE.saturating_sub(POINTS_AT_EDGE);
    let lost = decay.saturating_mul(distance.min(window)).checked_div(window).unwrap_or(0);
    i32::try_from(POINTS_BESIDE.saturating_sub(lost)).unwrap_or(0)
}

fn chars_before(text: &str, position: usize, count: usize) -> &str {
    let before = text.get(..position).unwrap_or_default();
    let start = before.char_indices().rev().take(count).last().map_or(position, |(start, _)| start);
    before.get(start..).unwrap_or_default()
}

fn chars_after(text: &str, position: usize, count: usize) -> &str {
    let after = text.get(position..).unwrap_or_default();
    let end = after.char_indices().nth(count).map_or(after.len(), |(end, _)| end);
    after.get(..end).unwrap_or_default()
}
