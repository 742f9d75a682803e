//! Which slide is which: the list of slides names them by numbers, and directories say where the records of
//! each number stand ([MS-PPT] 2.3.4).

use std::collections::BTreeMap;

use super::{
    SLIDE_LIST, SLIDE_PERSIST, SLIDES,
    record::{Record, each},
};
use crate::{
    cursor::Cursor,
    run::{Read, Run},
};

const DIRECTORY: u16 = 0x1772;

/// The slides of a presentation, numbered in their order from 1.
pub(super) struct Slides {
    /// By where their records begin.
    by_place: BTreeMap<usize, u32>,
    /// By the numbers that notes name them by.
    by_id: BTreeMap<u32, u32>,
}

impl Slides {
    /// Looks through a presentation for them. Of what was saved several times, the last counts. O(n).
    pub(super) fn find(run: &mut Run<'_>, stream: &[u8]) -> Read<Self> {
        let slides_max = u32::try_from(run.budget().pages).unwrap_or(u32::MAX);
        let mut by_reference = BTreeMap::new();
        let mut by_id = BTreeMap::new();
        let mut directories = Vec::new();
        let (mut list, mut number) = (SLIDES, 0_u32);
        let mut note = |record: Record<'_>| {
            if (record.kind, list) != (SLIDE_PERSIST, SLIDES) || number >= slides_max {
                if record.kind == SLIDE_LIST {
                    (list, number) = (record.instance, 0);
                }
                return None;
            }
            number = number.saturating_add(1);
            let reference = Cursor::new(record.data).u32_le()?;
            by_reference.insert(reference, number);
            by_id.insert(Cursor::at(record.data, 12)?.u32_le()?, number)
        };
        // What is damaged is said when the text is read.
        let _damage = each(run, stream, |_, record| {
            if record.kind == DIRECTORY {
                directories.push(record.data);
            }
            note(record);
            Ok(())
        })?;
        let mut places = BTreeMap::new();
        for directory in directories {
            each_place(run, directory, |reference, place| {
                if let Some(number) = by_reference.get(&reference) {
                    places.insert(*number, place);
                }
            })?;
        }
        Ok(Self { by_place: places.into_iter().map(|(number, at)| (at, number)).collect(), by_id })
    }

    /// The number of the slide whose record begins there.
    pub(super) fn at(&self, place: usize) -> Option<u32> {
        self.by_place.get(&place).copied()
    }

    /// The number of the slide that notes belong to, by their first record.
    pub(super) fn of_notes(&self, data: &[u8]) -> Option<u32> {
        self.by_id.get(&Cursor::new(data).u32_le()?).copied()
    }
}

/// Visits the entries of a directory: runs of a first number, and places for it and those that follow.
fn each_place(run: &mut Run<'_>, directory: &[u8], mut visit: impl FnMut(u32, usize)) -> Read {
    let mut cursor = Cursor::new(directory);
    while let Some(head) = cursor.u32_le() {
        let first = head & 0x000f_ffff;
        for step in 0..head >> 20 {
            run.tick()?;
            let place = cursor.u32_le().and_then(|place| usize::try_from(place).ok());
            let Some(place) = place else { return Ok(()) };
            visit(first.saturating_add(step), place);
        }
    }
    Ok(())
}
