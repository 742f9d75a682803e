//! The processes that files and pictures are read in: this program, started again.

use std::{env, path::PathBuf, process::ExitCode};

use dosimeter_sandbox::{Languages, Recogniser, RecogniserError, Sandbox};

use crate::error::Error;

/// The commands by which this program starts itself.
const FILE: &str = "extract-child";
const PICTURE: &str = "picture-child";

/// Reads what this process was started for, if it was started for that.
pub(crate) fn serve() -> Option<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    let command = arguments.next()?;
    match command.to_str()? {
        FILE => Some(dosimeter_sandbox::serve()),
        PICTURE => Some(dosimeter_sandbox::serve_picture(arguments.next().as_deref())),
        _ => None,
    }
}

/// Where files of formats with risk are read, and text in pictures if languages are given.
pub(crate) fn sandbox(ocr: Option<&Languages>) -> Result<Sandbox, Error> {
    let sandbox = Sandbox::new(program()?, vec![FILE.into()]);
    Ok(match recogniser(ocr)? {
        Some(recogniser) => sandbox.recogniser(recogniser),
        None => sandbox,
    })
}

/// Where text in pictures is read, if languages are given.
pub(crate) fn recogniser(ocr: Option<&Languages>) -> Result<Option<Recogniser>, Error> {
    let Some(languages) = ocr else { return Ok(None) };
    recognise(languages)?.map(Some).map_err(Error::Recogniser)
}

/// The same, with what is wrong with it.
pub(crate) fn recognise(
    languages: &Languages,
) -> Result<Result<Recogniser, RecogniserError>, Error> {
    Ok(Recogniser::new(program()?, vec![PICTURE.into()], languages))
}

fn program() -> Result<PathBuf, Error> {
    env::current_exe().map_err(|error| Error::Runtime(error.kind()))
}
