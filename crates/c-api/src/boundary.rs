//! The functions that C calls: pointers in, safe code behind.
//!
//! With `simd` of the classifier, one of two modules of the workspace with `unsafe` code. Each function reads its pointers at once,
//! through the five helpers at the end, and does nothing else itself; what callers must hold to is in
//! the header's first lines and at each function.
#![expect(unsafe_code, reason = "C hands over pointers")]

use std::{ffi::c_char, ptr, slice};

use crate::{
    handle::{Classifier, Failure, Source, Verdict, Wanted, caught},
    view::{CoverageState, File, Finding, Gap, Options, Status, Text},
};

/// The version of the library.
#[unsafe(no_mangle)]
pub extern "C" fn dosimeter_version() -> Text {
    Text::of(env!("CARGO_PKG_VERSION"))
}

/// Makes rules ready for scanning, in some milliseconds.
///
/// `options` may be null. On success `*classifier` is to be freed with `dosimeter_classifier_free`; on
/// failure it is null, and `*error`, unless `error` is null, is to be freed with `dosimeter_error_free`.
///
/// # Safety
///
/// Pointers are null or valid, with as many elements as are said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dosimeter_classifier_new(
    options: *const Options,
    classifier: *mut *mut Classifier,
    error: *mut *mut Failure,
) -> Status {
    // SAFETY: the caller's promise.
    let result = unsafe { wanted(options) };
    let made = caught(|| result.and_then(|wanted| Classifier::new(&wanted)));
    // SAFETY: the caller's promise.
    unsafe { answer(made, classifier, error) }
}

/// Frees a classifier. Null is no error.
///
/// # Safety
///
/// It was made by `dosimeter_classifier_new`, not freed before, and nobody uses it any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dosimeter_classifier_free(classifier: *mut Classifier) {
    // SAFETY: the caller's promise.
    unsafe { free(classifier) }
}

/// Scans a text of UTF-8. O(`len`).
///
/// On success `*result` is to be freed with `dosimeter_result_free`; on failure it is null, and `*error`,
/// unless `error` is null, is to be freed with `dosimeter_error_free`.
///
/// # Safety
///
/// Pointers are null or valid, and `text` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dosimeter_scan(
    classifier: *const Classifier,
    text: *const c_char,
    len: usize,
    result: *mut *mut Verdict,
    error: *mut *mut Failure,
) -> Status {
    // SAFETY: the caller's promise.
    let (classifier, text) = unsafe { (borrow(classifier), elements(text.cast::<u8>(), len)) };
    let found = caught(|| given(classifier, "classifier")?.scan(given(text, "text")?));
    // SAFETY: the caller's promise.
    unsafe { answer(found, result, error) }
}

/// Reads a file (PDF, Office, mail, archives and others, nested in any order), and scans its text.
///
/// Memory and work are bounded, time only by `timeout_ms`. What cannot be read is a gap, and no
/// failure. Runs in this process: where files come from strangers, call it in one with a memory limit.
///
/// On success `*result` is to be freed with `dosimeter_result_free`; on failure it is null, and `*error`,
/// unless `error` is null, is to be freed with `dosimeter_error_free`.
///
/// # Safety
///
/// Pointers are null or valid, with as many bytes as are said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dosimeter_scan_file(
    classifier: *const Classifier,
    file: *const File,
    result: *mut *mut Verdict,
    error: *mut *mut Failure,
) -> Status {
    // SAFETY: the caller's promise.
    let (classifier, source) = unsafe { (borrow(classifier), source(file)) };
    let found = caught(|| Ok(given(classifier, "classifier")?.scan_file(&source?)));
    // SAFETY: the caller's promise.
    unsafe { answer(found, result, error) }
}

/// What was found: `*len` findings, in the order of the text. Null if there are none.
///
/// # Safety
///
/// `result` is null or was made by a scan and not freed; `len` is null or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dosimeter_result_findings(
    result: *const Verdict,
    len: *mut usize,
) -> *const Finding {
    // SAFETY: the caller's promise.
    unsafe { list(borrow(result).map(|result| result.findings.as_slice()), len) }
}

/// What was not read, and so not scanned: `*len` gaps. Null if there are none.
///
/// # Safety
///
/// `result` is null or was made by a scan and not freed; `len` is null or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dosimeter_result_gaps(
    result: *const Verdict,
    len: *mut usize,
) -> *const Gap {
    // SAFETY: the caller's promise.
    unsafe { list(borrow(result).map(|result| result.gaps.as_slice()), len) }
}

/// The labels of the whole, `dosimeter_label` added up. A single weak finding, such as one e-mail
/// address, is not a label yet.
///
/// # Safety
///
/// `result` is null or was made by a scan and not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dosimeter_result_labels(result: *const Verdict) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { borrow(result) }.map_or(0, |result| result.labels)
}

/// How much was scanned. No label and anything but complete coverage does not mean clean.
///
/// # Safety
///
/// `result` is null or was made by a scan and not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dosimeter_result_coverage(result: *const Verdict) -> CoverageState {
    // SAFETY: the caller's promise.
    unsafe { borrow(result) }.map_or(CoverageState::None, |result| result.coverage)
}

/// Frees a result and everything in it. Null is no error.
///
/// # Safety
///
/// It was made by a scan, not freed before, and nobody uses it any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dosimeter_result_free(result: *mut Verdict) {
    // SAFETY: the caller's promise.
    unsafe { free(result) }
}

/// What failed, where, and how to fix it: one line, or a few for a rule. Quotes no scanned text.
///
/// # Safety
///
/// `error` is null or was made by a call that failed, and not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dosimeter_error_message(error: *const Failure) -> Text {
    // SAFETY: the caller's promise.
    Text::of(unsafe { borrow(error) }.map_or("", |error| error.message.as_str()))
}

/// Frees an error. Null is no error.
///
/// # Safety
///
/// It was made by a call that failed, not freed before, and nobody uses it any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dosimeter_error_free(error: *mut Failure) {
    // SAFETY: the caller's promise.
    unsafe { free(error) }
}

/// Reads options.
///
/// # Safety
///
/// Null or valid, and so is what they point to.
unsafe fn wanted<'a>(options: *const Options) -> Result<Wanted<'a>, Failure> {
    // SAFETY: the caller's promise.
    let Some(options) = (unsafe { borrow(options) }) else {
        return Ok(Wanted { labels: 0, min_confidence: 0, key: None, rules: Vec::new() });
    };
    sized::<Options>(options.size, "dosimeter_options")?;
    // SAFETY: the caller's promise.
    let (key, rules) = unsafe {
        (borrow(options.key.cast::<[u8; 32]>()), elements(options.rules, options.rules_len))
    };
    // SAFETY: the caller's promise holds for each of them.
    let rules = given(rules, "rules")?.iter().map(|text| given(unsafe { bytes(*text) }, "rules"));
    Ok(Wanted {
        labels: options.labels,
        min_confidence: options.min_confidence,
        key: key.copied(),
        rules: rules.collect::<Result<_, _>>()?,
    })
}

/// Reads what is said of a file.
///
/// # Safety
///
/// Null or valid, and so is what it points to.
unsafe fn source<'a>(file: *const File) -> Result<Source<'a>, Failure> {
    // SAFETY: the caller's promise.
    let file = given(unsafe { borrow(file) }, "file")?;
    sized::<File>(file.size, "dosimeter_file")?;
    // SAFETY: the caller's promise.
    let (data, name, media_type) =
        unsafe { (elements(file.data, file.len), bytes(file.name), bytes(file.media_type)) };
    Ok(Source {
        data: given(data, "data")?,
        name: given(name, "name")?,
        media_type: given(media_type, "media_type")?,
        timeout_ms: file.timeout_ms,
    })
}

/// Hands out what was made, or why it was not.
///
/// # Safety
///
/// Both places are null or can be written to.
unsafe fn answer<T>(
    made: Result<T, Failure>,
    place: *mut *mut T,
    error: *mut *mut Failure,
) -> Status {
    let made = if place.is_null() { Err(absent("the place of the result")) } else { made };
    let (made, failure) = match made {
        Ok(made) => (Box::into_raw(Box::new(made)), None),
        Err(failure) => (ptr::null_mut(), Some(failure)),
    };
    let status = failure.as_ref().map_or(Status::Ok, |failure| failure.status);
    let failure = failure.map_or(ptr::null_mut(), |failure| Box::into_raw(Box::new(failure)));
    // SAFETY: the caller's promise; null is left out.
    unsafe {
        if !place.is_null() {
            place.write(made);
        }
        if error.is_null() { free(failure) } else { error.write(failure) }
    }
    status
}

/// Hands out a list and its length.
///
/// # Safety
///
/// `len` is null or can be written to.
unsafe fn list<T>(list: Option<&[T]>, len: *mut usize) -> *const T {
    let list = list.unwrap_or_default();
    if !len.is_null() {
        // SAFETY: the caller's promise.
        unsafe { len.write(list.len()) };
    }
    if list.is_empty() { ptr::null() } else { list.as_ptr() }
}

/// # Safety
///
/// Null, or valid for as long as `'a` is made to last.
unsafe fn borrow<'a, T>(pointer: *const T) -> Option<&'a T> {
    // SAFETY: the caller's promise.
    unsafe { pointer.as_ref() }
}

/// Nothing if `pointer` is null though there should be elements.
///
/// # Safety
///
/// Null, or valid for `len` elements for as long as `'a` is made to last.
unsafe fn elements<'a, T>(pointer: *const T, len: usize) -> Option<&'a [T]> {
    if len == 0 {
        return Some(&[]);
    }
    if pointer.is_null() || !pointer.is_aligned() {
        return None;
    }
    // No object is larger, so a larger length is an error of the caller's that can be seen.
    len.checked_mul(size_of::<T>()).filter(|bytes| isize::try_from(*bytes).is_ok())?;
    // SAFETY: the caller's promise.
    Some(unsafe { slice::from_raw_parts(pointer, len) })
}

/// # Safety
///
/// As of [`elements`].
unsafe fn bytes<'a>(text: Text) -> Option<&'a [u8]> {
    // SAFETY: the caller's promise.
    unsafe { elements(text.data.cast::<u8>(), text.len) }
}

/// # Safety
///
/// Null, or made by [`answer`] and not freed.
unsafe fn free<T>(pointer: *mut T) {
    if !pointer.is_null() {
        // SAFETY: the caller's promise.
        drop(unsafe { Box::from_raw(pointer) });
    }
}

fn given<T>(value: Option<T>, name: &str) -> Result<T, Failure> {
    value.ok_or_else(|| absent(name))
}

fn absent(name: &str) -> Failure {
    Failure::new(Status::BadArgument, format!("{name}: null, or longer than memory"))
}

fn sized<T>(size: usize, name: &str) -> Result<(), Failure> {
    if size == size_of::<T>() {
        return Ok(());
    }
    Err(Failure::new(Status::BadArgument, format!("size: expected sizeof({name})")))
}
