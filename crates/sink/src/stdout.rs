//! Lines on standard output.

use std::{future::Future, io::Write as _, pin::Pin};

use crate::{Event, Format, Outcome, Sink};

/// One line of JSON per event on standard output.
#[derive(Clone, Copy, Debug)]
pub struct StdoutSink {
    format: Format,
}

impl StdoutSink {
    /// Writes in this form.
    pub fn new(format: Format) -> Self {
        Self { format }
    }
}

impl Sink for StdoutSink {
    fn deliver<'a>(
        &'a self,
        events: &'a [Event],
    ) -> Pin<Box<dyn Future<Output = Vec<Outcome>> + Send + 'a>> {
        let lines: String = events.iter().map(|event| self.format.write(event) + "\n").collect();
        Box::pin(async move {
            let mut stdout = std::io::stdout().lock();
            let written = stdout.write_all(lines.as_bytes()).and_then(|()| stdout.flush());
            let outcome = match written {
                Ok(()) => Outcome::Delivered,
                Err(_) => Outcome::Later("standard output cannot be written", None),
            };
            vec![outcome; events.len()]
        })
    }

    fn check(&self) -> Pin<Box<dyn Future<Output = Result<(), &'static str>> + Send + '_>> {
        Box::pin(async { Ok(()) })
    }
}
