//! The graphics and text state (ISO 32000-1 sections 8.4 and 9.3).

use lopdf::Dictionary;

use crate::pdf::{font::Glyph, matrix::Matrix};

/// Saved states; a hostile stream saves millions. Deeper ones are counted and not kept.
const SAVED_MAX: usize = 256;

/// The state of one stream.
pub(super) struct State<'d> {
    current: Saved<'d>,
    saved: Vec<Saved<'d>>,
    saved_beyond: usize,
    pub(super) text: Text<'d>,
    pen: Matrix,
    line: Matrix,
}

#[derive(Clone)]
struct Saved<'d> {
    page: Matrix,
    text: Text<'d>,
}

/// What `Tf` and its like set.
#[derive(Clone)]
pub(super) struct Text<'d> {
    pub(super) font: Option<&'d Dictionary>,
    pub(super) character_spacing: f64,
    pub(super) word_spacing: f64,
    size: f64,
    /// 1 is normal.
    scale: f64,
    leading: f64,
    rise: f64,
}

impl State<'_> {
    pub(super) fn new(page: Matrix) -> Self {
        let text = Text {
            font: None,
            character_spacing: 0.0,
            word_spacing: 0.0,
            size: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        Self {
            current: Saved { page, text: text.clone() },
            saved: Vec::new(),
            saved_beyond: 0,
            text,
            pen: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
        }
    }

    /// From user space to the page.
    pub(super) fn page(&self) -> Matrix {
        self.current.page
    }

    /// Applies an operator that concerns only the state; says whether it was one.
    pub(super) fn operator(&mut self, operator: &[u8], numbers: &[f64]) -> bool {
        match (operator, numbers) {
            (b"q", _) => self.save(),
            (b"Q", _) => self.restore(),
            (b"cm", operands) => {
                let added = Matrix::from_operands(operands).unwrap_or(Matrix::IDENTITY);
                self.current.page = added.then(self.current.page);
            }
            (b"BT", _) => self.start_line(Matrix::IDENTITY),
            (b"Tc", &[spacing, ..]) => self.text.character_spacing = spacing,
            (b"Tw", &[spacing, ..]) => self.text.word_spacing = spacing,
            (b"Tz", &[percent, ..]) => self.text.scale = percent / 100.0,
            (b"TL", &[leading, ..]) => self.text.leading = leading,
            (b"Ts", &[rise, ..]) => self.text.rise = rise,
            (b"Td", &[x, y]) => self.move_line(x, y),
            (b"TD", &[x, y]) => {
                self.text.leading = -y;
                self.move_line(x, y);
            }
            (b"Tm", operands) => {
                self.start_line(Matrix::from_operands(operands).unwrap_or(self.line));
            }
            (b"T*", _) => self.next_line(),
            _ => return false,
        }
        true
    }

    /// Sets the size that stands behind the font's name.
    pub(super) fn set_size(&mut self, size: f64) {
        self.text.size = size;
    }

    fn save(&mut self) {
        if self.saved.len() < SAVED_MAX {
            self.saved.push(Saved { page: self.current.page, text: self.text.clone() });
        } else {
            self.saved_beyond = self.saved_beyond.saturating_add(1);
        }
    }

    fn restore(&mut self) {
        if let Some(fewer) = self.saved_beyond.checked_sub(1) {
            self.saved_beyond = fewer;
        } else if let Some(saved) = self.saved.pop() {
            self.text = saved.text.clone();
            self.current = saved;
        }
    }

    fn start_line(&mut self, line: Matrix) {
        self.line = line;
        self.pen = line;
    }

    fn move_line(&mut self, x: f64, y: f64) {
        self.start_line(Matrix::translation(x, y).then(self.line));
    }

    /// Moves to the start of the next line.
    pub(super) fn next_line(&mut self) {
        self.move_line(0.0, -self.text.leading);
    }

    /// Moves the pen by a number within `TJ`: thousandths of the font size, to the left.
    pub(super) fn kern(&mut self, back: f64) {
        self.move_right(-back / 1000.0 * self.text.size * self.text.scale);
    }

    /// Moves the pen in text space.
    pub(super) fn move_right(&mut self, distance: f64) {
        self.pen = Matrix::translation(distance, 0.0).then(self.pen);
    }

    /// How far a glyph moves the pen (9.4.4).
    pub(super) fn advance(&self, glyph: &Glyph<'_>) -> f64 {
        let word = if glyph.is_space { self.text.word_spacing } else { 0.0 };
        let width = glyph.width / 1000.0 * self.text.size;
        (width + self.text.character_spacing + word) * self.text.scale
    }

    /// From glyph space, scaled to the font size, to the page (9.4.4).
    pub(super) fn rendering(&self) -> Matrix {
        let Text { size, scale, rise, .. } = self.text;
        Matrix([size * scale, 0.0, 0.0, size, 0.0, rise]).then(self.pen).then(self.current.page)
    }
}
