//! Text in pictures is read by the real Tesseract, and whatever happens to a picture, it is text or a gap.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

#[path = "../../sink/tests/support/receivers.rs"]
mod receivers;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use dosimeter_content::{Content, Expose};
use dosimeter_extractor::{Budget, Extraction, Hint, extract};
use dosimeter_sandbox::{Languages, Limits, Recogniser, RecogniserError, Sandbox};

const CHILD: &str = env!("CARGO_BIN_EXE_dosimeter-extract-child");

fn corpus(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpora/files");
    std::fs::read(folder.join(name)).unwrap()
}

/// Nothing where Tesseract is not installed.
fn recogniser() -> Option<Recogniser> {
    receivers::system("tesseract", "tesseract-ocr")?;
    Some(Recogniser::new(CHILD.into(), Vec::new(), &Languages::default()).unwrap())
}

/// A recogniser whose child is a shell script, which first answers what languages there are.
fn script(script: &str) -> Recogniser {
    let script = format!("if [ \"$0\" = list ]; then echo eng; exit; fi; {script}");
    let arguments: Vec<OsString> = vec!["-c".into(), script.into()];
    Recogniser::new("/bin/sh".into(), arguments, &Languages::default()).unwrap()
}

fn read(recogniser: &Recogniser, file: Vec<u8>) -> Extraction {
    recogniser.extract(&Content::from(file), Hint::default(), &Budget::default())
}

/// What was recognised, with its places, and the gaps.
fn said(extraction: &Extraction) -> Vec<String> {
    let is_read = |part: Option<&str>| part == Some("picture");
    let pictures = extraction.segments.iter().filter(|s| is_read(s.locator.part.as_deref()));
    let texts = pictures.map(|s| format!("{}: {}", s.locator, s.text.expose()));
    let gaps = extraction.gaps.iter().map(|gap| format!("{} at {}", gap.reason, gap.locator));
    texts.chain(gaps).collect()
}

fn length(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).unwrap().to_le_bytes()
}

/// An archive of one file, as it is.
fn zipped(name: &str, file: &[u8]) -> Vec<u8> {
    let header = |magic: &[u8], more: &[u8]| {
        let bytes = length(file);
        let name_bytes = [u8::try_from(name.len()).unwrap(), 0];
        // Flags, method, time, date and checksum are all zero.
        let fields = [&[0; 12][..], &bytes, &bytes, &name_bytes, &[0, 0]].concat();
        [magic, &fields, more, name.as_bytes()].concat()
    };
    let local = header(b"PK\x03\x04\x14\0", &[]);
    let listed = header(b"PK\x01\x02\x14\0\x14\0", &[0; 14]);
    let sizes = [length(&listed), length(&[&local, file].concat())].concat();
    let end = [&b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..], &sizes, &[0, 0]].concat();
    [&local[..], file, &listed, &end].concat()
}

const TEXT: &str =
    "picture, line 1: The code is HERON-4711-2290-X.\nIBAN DE13 5001 0517 9513 7844 05";

#[test]
fn text_in_a_picture_is_read() {
    let Some(recogniser) = recogniser() else { return };
    let extraction = read(&recogniser, corpus("screenshot.png"));
    assert_eq!(said(&extraction), [TEXT]);
}

#[test]
fn it_is_not_unless_asked_for() {
    let file = Content::from(corpus("screenshot.png"));
    let here = extract(&file, Hint::default(), &Budget::default());
    assert_eq!(said(&here), ["image_not_read at "]);
    let child = Sandbox::new(PathBuf::from(CHILD), Vec::new());
    let inside = child.extract(&file, Hint::default(), Limits::default());
    assert_eq!(said(&inside), ["image_not_read at "]);
}

#[test]
fn pictures_in_files_are_read_in_a_child_too() {
    let Some(recogniser) = recogniser() else { return };
    let sandbox = Sandbox::new(PathBuf::from(CHILD), Vec::new()).recogniser(recogniser.clone());
    let archive = zipped("a.png", &corpus("screenshot.png"));
    let message = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
                    Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    let message = [message.as_slice(), base64(&corpus("screenshot.png")).as_bytes()].concat();
    for file in [archive, message] {
        let file = Content::from(file);
        let inside = sandbox.extract(&file, Hint::default(), Limits::default());
        assert_eq!(said(&inside), [format!("entry 1, {TEXT}")]);
        let here = recogniser.extract(&file, Hint::default(), &Budget::default());
        assert_eq!(said(&here), said(&inside));
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = bytes.chunks(3).flat_map(|three| {
        let padded = [&[0], three, &[0; 2]].concat();
        let number = u32::from_be_bytes(padded[..4].try_into().unwrap());
        let digit =
            move |index: usize| char::from(DIGITS[(number >> (18 - 6 * index)) as usize & 63]);
        (0..4).map(move |index| if index > three.len() { '=' } else { digit(index) })
    });
    let digits: Vec<char> = digits.collect();
    let lines = digits.chunks(76).map(|line| line.iter().collect::<String>());
    lines.collect::<Vec<_>>().join("\r\n")
}

#[test]
fn scanned_pages_are_read() {
    let Some(recogniser) = recogniser() else { return };
    let expected = [
        "picture, page 1, line 1: Page of a photograph\nReference REF-100200301",
        "picture, page 2, line 1: Page of shades\nReference REF-100200302",
        "picture, page 3, line 1: Page of a fax\nReference REF-100200303",
    ];
    assert_eq!(said(&read(&recogniser, corpus("scan.pdf"))), expected);
}

#[test]
fn a_picture_without_words_is_not_clean() {
    let Some(recogniser) = recogniser() else { return };
    let gaps = said(&read(&recogniser, corpus("picture.png")));
    assert_eq!(gaps, ["image_unclear at "]);
}

#[test]
fn what_cannot_be_decoded_is_a_gap() {
    let Some(recogniser) = recogniser() else { return };
    let whole = corpus("screenshot.png");
    let cut = whole[..whole.len() / 2].to_vec();
    assert_eq!(said(&read(&recogniser, cut)), ["malformed at "]);
    // A header that claims a terapixel, over pixels that are not there.
    let mut bomb = whole.clone();
    bomb[16..24].copy_from_slice(&[0, 0x0f, 0xff, 0xff, 0, 0x0f, 0xff, 0xff]);
    assert_eq!(said(&read(&recogniser, bomb)), ["too_large at "]);
    // Noise behind each magic number.
    let noise: Vec<u8> =
        (0..4000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    for magic in
        [&whole[..40], b"\xff\xd8\xff\xe0\0\x04ab", b"GIF89a\x10\0\x10\0\0\0\0", b"II*\0\x08\0\0\0"]
    {
        let extraction = read(&recogniser, [magic, &noise].concat());
        assert!(!extraction.gaps.is_empty(), "{magic:?}");
    }
}

#[test]
fn however_the_process_ends_the_picture_is_a_gap() {
    let check = |what: &str, expected: &[&str]| {
        let extraction = read(&script(what), corpus("screenshot.png"));
        assert_eq!(said(&extraction), expected, "{what}");
    };
    check("cat >/dev/null; exit 1", &["malformed at "]);
    check("exit 120", &["parser_failed at "]);
    check("cat >/dev/null; kill -SEGV $$", &["parser_failed at "]);
    check("cat >/dev/null; kill -XCPU $$", &["deadline at "]);
    check("cat >/dev/null; printf 'nonsense\\377'", &["image_unclear at "]);
    // One that never stops talking, and one that closes its pipe and stays.
    check("cat >/dev/null; yes", &["parser_failed at "]);
    let started = Instant::now();
    check("cat >/dev/null; exec >&-; exec sleep 60", &["parser_failed at "]);
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[test]
fn what_is_unsure_is_read_and_said_to_be_unsure() {
    let answer = "1\\t1\\t0\\t0\\t0\\t0\\t0\\t0\\t9\\t9\\t-1\\t\\n5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t20\\tHER0N\\n";
    let extraction =
        read(&script(&format!("cat >/dev/null; printf '{answer}'")), corpus("screenshot.png"));
    assert_eq!(said(&extraction), ["picture, line 1: HER0N", "image_unclear at "]);
}

#[test]
fn what_is_missing_is_named() {
    let new = |program: &str, script: &str, languages: &[&str]| {
        let languages = Languages::new(languages.iter().copied()).unwrap();
        Recogniser::new(program.into(), vec!["-c".into(), script.into()], &languages).err()
    };
    let missing = RecogniserError::MissingLanguage { name: "chi_sim".to_owned() };
    assert_eq!(
        missing.to_string(),
        "Tesseract has no language `chi_sim`: apt install tesseract-ocr-chi-sim"
    );
    assert_eq!(new("/bin/sh", "echo eng", &["eng", "chi_sim"]), Some(missing));
    assert_eq!(new("/bin/sh", "exit 121", &["eng"]), Some(RecogniserError::NotInstalled));
    assert_eq!(new("/bin/sh", "exit 120", &["eng"]), Some(RecogniserError::Failed));
    assert_eq!(new("/no/such/program", "", &["eng"]), Some(RecogniserError::Failed));
}

#[test]
fn a_language_that_tesseract_lacks_is_missing() {
    let Some(_) = recogniser() else { return };
    let languages = Languages::new(["eng", "zzz"]).unwrap();
    let error = Recogniser::new(CHILD.into(), Vec::new(), &languages).unwrap_err();
    assert_eq!(error, RecogniserError::MissingLanguage { name: "zzz".to_owned() });
}
