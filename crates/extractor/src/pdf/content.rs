//! Page descriptions: the operators that show text (ISO 32000-1 sections 8.4, 8.10 and 9).

mod state;

use std::collections::BTreeSet;

use dosimeter_content::{Content, Expose};
use dosimeter_record::{GapReason, Locator};
use lopdf::{Dictionary, Document, Object, Stream};

use self::state::State;
use super::{
    font::{self, Font},
    layout::{Layout, Piece},
    lexer::{Lexer, Token},
    matrix::Matrix,
    pages::Page,
    picture,
};
use crate::{
    capped,
    run::{Read, Run, Stop},
};

/// Forms may show forms; real ones do so two or three deep.
const FORM_DEPTH_MAX: usize = 12;

/// Operands of one operator; no operator takes more than six beside an array.
const OPERANDS_MAX: usize = 64;

/// Pieces of text and distances that one operator takes in an array; real ones have a line of them.
const ITEMS_MAX: usize = 1_000_000;

/// Pictures smaller than this hold no readable text: lines, dots, bullets.
const PICTURE_PIXELS_MIN: i64 = 24;

/// Writes the text of a page.
pub(super) fn read<'d>(
    run: &mut Run<'_>,
    document: &'d Document,
    shared: &mut Shared,
    page: &Page<'d>,
    locator: &Locator,
) -> Read {
    let slot = run.open(Locator { line: Some(1), ..locator.clone() });
    let mut painter = Painter {
        document,
        shared,
        locator,
        layout: Layout::new(slot),
        has_picture: false,
        glyphs: 0,
        unmapped: 0,
    };
    let end = painter.page(run, page);
    let finished = painter.layout.finish(run, locator);
    if painter.has_picture {
        run.gap(GapReason::ImageNotRead, locator.clone());
    }
    if painter.unmapped > UNMAPPED_MAX || painter.unmapped.saturating_mul(10) > painter.glyphs {
        // The font says what its characters look like and not what they mean.
        let part = Locator { part: Some("font".into()), ..locator.clone() };
        run.gap(GapReason::Unsupported, part);
    }
    end.and(finished)
}

/// Bullets and other ornaments often have no meaning; more of them are text that is not read.
const UNMAPPED_MAX: usize = 16;

/// What all pages share.
#[derive(Default)]
pub(super) struct Shared {
    fonts: font::Cache,
    /// Where the pictures stand in memory that were handed out.
    pictures: BTreeSet<usize>,
}

/// What all streams of one page share.
struct Painter<'d, 'f> {
    document: &'d Document,
    shared: &'f mut Shared,
    locator: &'f Locator,
    layout: Layout,
    /// Whether it shows a picture that nobody reads.
    has_picture: bool,
    glyphs: usize,
    unmapped: usize,
}

/// What a stream starts with.
struct Scope<'d> {
    resources: Option<&'d Dictionary>,
    /// Those of the page, which forms of old programs use beside their own (7.8.3).
    of_page: Option<&'d Dictionary>,
    state: State<'d>,
    /// How many forms it stands in.
    depth: usize,
}

/// One operand. Dictionaries are not told apart from their contents: no operator here takes one.
enum Operand<'s> {
    Number(f64),
    String(Vec<u8>),
    Name(&'s [u8]),
    Array(Vec<Self>),
}

impl<'d> Painter<'d, '_> {
    fn page(&mut self, run: &mut Run<'_>, page: &Page<'d>) -> Read {
        let (content, end) = self.page_content(run, page);
        let state = State::new(Matrix::IDENTITY);
        let scope = Scope { resources: page.resources, of_page: page.resources, state, depth: 0 };
        let outcome = self.stream(run, content.expose(), scope);
        self.layout.flush(run)?;
        let shown = self.appearances(run, page);
        self.layout.flush(run)?;
        outcome.and(end).and(shown)
    }

    /// Paints what annotations and form fields look like (12.5.5): stamps and signatures often say it
    /// nowhere else.
    fn appearances(&mut self, run: &mut Run<'_>, page: &Page<'d>) -> Read {
        let annotations = page.dictionary.get_deref(b"Annots", self.document);
        let mut seen = BTreeSet::new();
        for annotation in annotations.and_then(Object::as_array).into_iter().flatten() {
            run.spend_operator()?;
            let Some(form) = self.appearance(annotation) else { continue };
            if seen.insert(std::ptr::from_ref(form).addr()) {
                let state = State::new(Matrix::IDENTITY);
                let scope =
                    Scope { resources: page.resources, of_page: page.resources, state, depth: 0 };
                self.form(run, form, &scope)?;
            }
        }
        Ok(())
    }

    /// The normal appearance of an annotation, in the state that it is in.
    fn appearance(&self, annotation: &'d Object) -> Option<&'d Stream> {
        let annotation = self.document.dereference(annotation).ok()?.1.as_dict().ok()?;
        let appearances = annotation.get_deref(b"AP", self.document).ok()?.as_dict().ok()?;
        match appearances.get_deref(b"N", self.document).ok()? {
            Object::Stream(form) => Some(form),
            Object::Dictionary(states) => {
                let state = annotation.get_deref(b"AS", self.document).ok()?.as_name().ok()?;
                states.get_deref(state, self.document).ok()?.as_stream().ok()
            }
            _ => None,
        }
    }

    /// The page's streams as one: an operator may start in one and end in the next (7.8.2).
    fn page_content(&self, run: &mut Run<'_>, page: &Page<'d>) -> (Content, Read) {
        let contents = page.dictionary.get(b"Contents").ok();
        let list = contents.and_then(|contents| match self.document.dereference(contents) {
            Ok((_, Object::Array(parts))) => Some(parts.as_slice()),
            _ => None,
        });
        let parts = list.or(contents.map(std::slice::from_ref)).unwrap_or_default();
        let mut whole = dosimeter_content::ContentBuilder::with_limit(usize::MAX);
        let mut end = Ok(());
        for part in parts {
            // Pages may share one list of streams, of which each may be empty.
            if let Err(stop) = run.spend_operator() {
                return (whole.finish(), Err(stop));
            }
            let part = self.as_stream(part).ok_or(Stop(GapReason::Malformed));
            match part.and_then(|stream| capped::pdf_stream(run, stream)) {
                Ok(part) if whole.push(part.expose()) && whole.push(b"\n") => {}
                Ok(_) => end = Err(Stop(GapReason::ExpansionSize)),
                Err(stop) => end = Err(stop),
            }
        }
        (whole.finish(), end)
    }

    fn stream(&mut self, run: &mut Run<'_>, content: &[u8], mut scope: Scope<'d>) -> Read {
        let mut operands = Vec::new();
        let mut array: Option<Vec<Operand<'_>>> = None;
        let mut lexer = Lexer::new(content);
        while let Some(token) = lexer.next() {
            let operand = match token {
                Token::Operator(b"ID") => {
                    self.has_picture |= is_picture(
                        inline_side(&operands, b"W", b"Width"),
                        inline_side(&operands, b"H", b"Height"),
                    );
                    lexer.skip_inline_image();
                    operands.clear();
                    continue;
                }
                Token::Operator(operator) => {
                    run.spend_operator()?;
                    array = None;
                    self.operator(run, operator, &operands, &mut scope)?;
                    operands.clear();
                    continue;
                }
                Token::ArrayStart => {
                    array = Some(Vec::new());
                    continue;
                }
                Token::ArrayEnd => match array.take() {
                    Some(items) => Operand::Array(items),
                    None => continue,
                },
                Token::Number(number) => Operand::Number(number),
                Token::String(bytes) => Operand::String(bytes),
                Token::Name(name) => Operand::Name(name),
                Token::DictionaryStart | Token::DictionaryEnd => continue,
            };
            run.tick()?;
            match &mut array {
                Some(items) if items.len() >= ITEMS_MAX => {
                    return Err(Stop(GapReason::TooManyEntries));
                }
                Some(items) => items.push(operand),
                None if operands.len() < OPERANDS_MAX => operands.push(operand),
                None => {}
            }
        }
        Ok(())
    }

    fn operator(
        &mut self,
        run: &mut Run<'_>,
        operator: &[u8],
        operands: &[Operand<'_>],
        scope: &mut Scope<'d>,
    ) -> Read {
        let Scope { resources, of_page, state, .. } = scope;
        if state.operator(operator, &numbers(operands)) {
            return Ok(());
        }
        match (operator, operands) {
            (b"Tf", [Operand::Name(name), Operand::Number(size), ..]) => {
                state.set_size(*size);
                state.text.font = self
                    .resource(*resources, b"Font", name)
                    .or_else(|| self.resource(*of_page, b"Font", name))
                    .and_then(|font| font.as_dict().ok());
                Ok(())
            }
            (b"Tj", [Operand::String(string), ..]) => self.show(run, state, string),
            (b"'", [Operand::String(string), ..]) => {
                state.next_line();
                self.show(run, state, string)
            }
            (
                b"\"",
                [Operand::Number(word), Operand::Number(character), Operand::String(string)],
            ) => {
                state.text.word_spacing = *word;
                state.text.character_spacing = *character;
                state.next_line();
                self.show(run, state, string)
            }
            (b"TJ", [Operand::Array(items), ..]) => {
                for item in items {
                    match item {
                        Operand::String(string) => self.show(run, state, string)?,
                        Operand::Number(back) => state.kern(*back),
                        _ => {}
                    }
                }
                Ok(())
            }
            (b"Do", [Operand::Name(name), ..]) => {
                match self
                    .resource(scope.resources, b"XObject", name)
                    .and_then(|object| object.as_stream().ok())
                {
                    Some(object) => self.object(run, object, scope),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// Shows a string at the pen and moves the pen behind it.
    fn show(&mut self, run: &mut Run<'_>, state: &mut State<'d>, string: &[u8]) -> Read {
        let Some(dictionary) = state.text.font else {
            self.unmapped = self.unmapped.saturating_add(string.len());
            return Ok(());
        };
        let font: &Font = self.shared.fonts.get(run, self.document, dictionary);
        let mut text = String::new();
        let mut advance = 0.0;
        let (mut glyphs, mut unmapped) = (0_usize, 0_usize);
        // A code may stand for many characters; what goes beyond the budget is cut where it is written.
        let room = run.budget().text_bytes;
        font.each_glyph(string, |glyph| {
            glyphs = glyphs.saturating_add(1);
            let is_mapped = !glyph.text.is_empty();
            unmapped = unmapped.saturating_add(usize::from(!is_mapped));
            text.push_str(if is_mapped { glyph.text } else { "\u{fffd}" });
            advance += state.advance(glyph);
            text.len() <= room
        });
        self.glyphs = self.glyphs.saturating_add(glyphs);
        self.unmapped = self.unmapped.saturating_add(unmapped);
        let start = state.rendering();
        state.move_right(advance);
        if text.is_empty() {
            return Ok(());
        }
        self.layout.place(run, &Piece { text: &text, start, end: state.rendering().origin() })
    }

    /// Paints a form or notes a picture. Nothing else is followed.
    fn object(&mut self, run: &mut Run<'_>, object: &'d Stream, scope: &Scope<'d>) -> Read {
        match object.dict.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"Image") => {
                let side = |key: &[u8]| {
                    object.dict.get_deref(key, self.document).and_then(Object::as_i64).ok()
                };
                if is_picture(side(b"Width"), side(b"Height")) {
                    self.picture(run, object);
                }
                Ok(())
            }
            Ok(b"Form") => self.form(run, object, scope),
            _ => Ok(()),
        }
    }

    /// Hands out a picture where it is seen first.
    fn picture(&mut self, run: &mut Run<'_>, object: &Stream) {
        if !run.wants_pictures() {
            self.has_picture = true;
        } else if self.shared.pictures.insert(std::ptr::from_ref(object).addr()) {
            match picture::file(run, self.document, object) {
                Some(file) => run.picture(|| file, self.locator.clone()),
                None => self.has_picture = true,
            }
        }
    }

    fn form(&mut self, run: &mut Run<'_>, form: &'d Stream, scope: &Scope<'d>) -> Read {
        if scope.depth >= FORM_DEPTH_MAX {
            return Err(Stop(GapReason::TooDeep));
        }
        let content = capped::pdf_stream(run, form)?;
        let own = form.dict.get_deref(b"Resources", self.document).and_then(Object::as_dict);
        let matrix = self.form_matrix(form).then(scope.state.page());
        self.layout.break_line(run)?;
        let inner = Scope {
            resources: own.ok().or(scope.resources),
            of_page: scope.of_page,
            state: State::new(matrix),
            depth: scope.depth.saturating_add(1),
        };
        self.stream(run, content.expose(), inner)?;
        self.layout.break_line(run)
    }

    fn as_stream(&self, object: &'d Object) -> Option<&'d Stream> {
        self.document.dereference(object).ok()?.1.as_stream().ok()
    }

    fn form_matrix(&self, form: &Stream) -> Matrix {
        let given = form.dict.get_deref(b"Matrix", self.document).and_then(Object::as_array).ok();
        let numbers = given.map(|given| {
            given.iter().filter_map(|n| font::number(self.document, n)).collect::<Vec<_>>()
        });
        numbers.and_then(|numbers| numbers.try_into().ok()).map_or(Matrix::IDENTITY, Matrix)
    }

    fn resource(
        &self,
        resources: Option<&'d Dictionary>,
        kind: &[u8],
        name: &[u8],
    ) -> Option<&'d Object> {
        let kinds = resources?.get_deref(kind, self.document).ok()?.as_dict().ok()?;
        kinds.get_deref(name, self.document).ok()
    }
}

fn is_picture(width: Option<i64>, height: Option<i64>) -> bool {
    let is_large = |side: Option<i64>| side.is_none_or(|side| side >= PICTURE_PIXELS_MIN);
    is_large(width) && is_large(height)
}

/// A side of an inline image, from its keys and values, which stand as operands before the data.
fn inline_side(operands: &[Operand<'_>], short: &[u8], long: &[u8]) -> Option<i64> {
    operands.windows(2).find_map(|pair| match pair {
        // Sides are whole numbers; the cast saturates.
        #[expect(clippy::cast_possible_truncation, reason = "saturates, and only its size matters")]
        [Operand::Name(name), Operand::Number(side)] if *name == short || *name == long => {
            Some(*side as i64)
        }
        _ => None,
    })
}

/// The operands if all are numbers.
fn numbers(operands: &[Operand<'_>]) -> Vec<f64> {
    operands
        .iter()
        .map_while(|operand| match operand {
            Operand::Number(number) => Some(*number),
            _ => None,
        })
        .collect()
}
