//! The child's side: give everything up, read one file, answer, end.

use std::{
    io::{self, Write},
    process::ExitCode,
    thread,
    time::Instant,
};

use dosimeter_extractor::{Budget, Hint, Part, extract_into};

use crate::wire;

/// The stack that parsers run on: enough for what real files nest, little beside the limit on memory.
const STACK_BYTES: usize = 64 << 20;

/// Reads one file from standard input and writes what it holds to standard output.
///
/// To be called first thing by a program that was started for it: this process is confined for good.
#[must_use]
pub fn serve() -> ExitCode {
    // A message may quote what was being parsed, and nobody may read it.
    std::panic::set_hook(Box::new(|_| {}));
    #[cfg(target_os = "linux")]
    if crate::confine::limit().is_err() {
        return ExitCode::FAILURE;
    }
    let work = thread::Builder::new().stack_size(STACK_BYTES).spawn(|| {
        #[cfg(target_os = "linux")]
        crate::confine::forbid().map_err(|()| io::Error::from(io::ErrorKind::PermissionDenied))?;
        answer(&mut io::stdin().lock(), &mut io::BufWriter::new(io::stdout().lock()))
    });
    match work.map(thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn answer(input: &mut impl io::Read, output: &mut impl Write) -> io::Result<()> {
    let request = wire::read_request(input)?;
    let started = Instant::now();
    let limits = request.limits;
    let budget = Budget::default()
        .input_bytes(limits.file_bytes)
        .pictures(request.pictures)
        .with_deadline(move || started.elapsed() > limits.wall);
    let hint = Hint { name: request.name.as_deref(), media_type: request.media_type.as_deref() };
    let mut failed = None;
    let kind = extract_into(&request.file, hint, &budget, &mut |part| {
        let written = match part {
            Part::Segment(segment) => wire::write_segment(output, &segment),
            Part::Gap(gap) => wire::write_gap(output, &gap),
            Part::Picture(picture) => wire::write_picture(output, &picture),
        };
        // At once, so that a crash in what comes next does not lose it.
        failed = written.and_then(|()| output.flush()).err();
    });
    match failed {
        Some(error) => Err(error),
        None => wire::write_end(output, kind),
    }
}
