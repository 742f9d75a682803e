//! Formulas of sheets. What they give is in their cells; what they are made of may be nowhere else: addresses with
//! keys in them, names that are compared with, numbers.

use std::collections::BTreeSet;

use dosimeter_record::Locator;

use crate::run::{Read, Run};

/// Shorter texts are marks and formats.
const TEXT_CHARS_MIN: usize = 4;
/// Shorter numbers are factors, and numbers of rows have seven digits.
const DIGITS_MIN: usize = 8;

/// The formulas of one sheet.
pub(crate) struct Formulas {
    locator: Locator,
    /// The constants so far. A formula that is filled down a column has the same in each row.
    seen: BTreeSet<String>,
}

impl Formulas {
    /// Of a sheet at a place.
    pub(crate) fn new(sheet: &Locator) -> Self {
        let locator = Locator { part: Some("formula".into()), ..sheet.clone() };
        Self { locator, seen: BTreeSet::new() }
    }

    /// Writes a formula of a row (1-based) that has a constant which none before it had. O(n log n).
    pub(crate) fn write(&mut self, run: &mut Run<'_>, row: u32, formula: &str) -> Read {
        let before = self.seen.len();
        for constant in constants(formula) {
            if !self.seen.contains(constant) {
                self.seen.insert(constant.to_owned());
            }
        }
        if self.seen.len() == before {
            return Ok(());
        }
        run.segment(Locator { row: Some(row), ..self.locator.clone() }, formula)
    }
}

/// What stands between quotes, and long numbers.
fn constants(formula: &str) -> impl Iterator<Item = &str> {
    let texts = formula.split('"').skip(1).step_by(2);
    let texts = texts.filter(|text| text.chars().nth(TEXT_CHARS_MIN - 1).is_some());
    let numbers = formula.split(|c: char| !c.is_ascii_digit());
    texts.chain(numbers.filter(|digits| digits.len() >= DIGITS_MIN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Budget, run::collected};

    #[test]
    fn formulas_with_new_constants_are_written() {
        let (segments, _) = collected(&Budget::default(), |run| {
            let mut formulas = Formulas::new(&Locator { sheet: Some(2), ..run.place() });
            for (row, formula) in (1..).zip([
                "SUM(A1:A1048576)",
                "IF(A1=\"\",0,\"x\")",
                "HYPERLINK(\"https://h.example/?k=1\",\"go\")",
                "HYPERLINK(\"https://h.example/?k=1\",\"on\")",
                "A1&4111111111111111",
            ]) {
                formulas.write(run, row, formula)?;
            }
            Ok(())
        });
        let found = crate::run::placed(&segments);
        assert_eq!(
            found,
            [
                "formula, sheet 2, row 3: HYPERLINK(\"https://h.example/?k=1\",\"go\")",
                "formula, sheet 2, row 5: A1&4111111111111111",
            ]
        );
    }
}
