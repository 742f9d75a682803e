//! Bodies that come in pieces, slowly, or not to their end.

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body::Frame;
use tokio::time::Sleep;

/// A body without a known length, so that it is sent chunked.
pub(crate) struct Pieces {
    queue: VecDeque<Bytes>,
    pause: Option<Duration>,
    pausing: Option<Pin<Box<Sleep>>>,
    /// Whether the connection is closed where the next piece would be.
    breaks: bool,
}

impl Pieces {
    /// All of `bytes`, with a pause before each piece if there is one.
    pub(crate) fn all(bytes: &Bytes, pause: Option<Duration>) -> Self {
        let piece_bytes = if pause.is_some() { 8 } else { 16 * 1024 };
        // A slow body of many pieces would be slower than anybody waits.
        let piece_bytes = piece_bytes.max(bytes.len() / 64);
        let mut rest = bytes.clone();
        let mut queue = VecDeque::new();
        while !rest.is_empty() {
            queue.push_back(rest.split_to(piece_bytes.min(rest.len())));
        }
        Self { queue, pause, pausing: None, breaks: false }
    }

    /// The first `len` bytes, and then a closed connection; at least one byte is missing.
    pub(crate) fn cut(bytes: &Bytes, len: usize) -> Self {
        let len = len.min(bytes.len().saturating_sub(1));
        Self { breaks: true, ..Self::all(&bytes.slice(..len), None) }
    }
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        // What was sent before the break must leave the buffer first, or it would never arrive.
        let flush = (self.breaks && self.queue.is_empty()).then_some(Duration::from_millis(5));
        if let Some(pause) = self.pause.or(flush) {
            let sleep = self.pausing.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
            ready!(sleep.as_mut().poll(context));
            self.pausing = None;
        }
        Poll::Ready(match self.queue.pop_front() {
            Some(piece) => Some(Ok(Frame::data(piece))),
            None if self.breaks => Some(Err(io::ErrorKind::ConnectionAborted.into())),
            None => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use http_body::Body;

    use super::*;

    /// How many bytes come before the end, and whether the end is a break.
    async fn drain(mut pieces: Pieces) -> (usize, bool) {
        let mut len = 0;
        loop {
            match std::future::poll_fn(|context| Pin::new(&mut pieces).poll_frame(context)).await {
                Some(Ok(frame)) => len += frame.data_ref().map_or(0, Bytes::len),
                Some(Err(_)) => return (len, true),
                None => return (len, false),
            }
        }
    }

    #[tokio::test]
    async fn a_cut_body_breaks_off_and_a_whole_one_ends() {
        let bytes = Bytes::from(vec![b'x'; 50_000]);
        let limit = Duration::from_secs(5);
        for (pieces, expected) in [
            (Pieces::cut(&bytes, 20_000), (20_000, true)),
            (Pieces::cut(&bytes, 0), (0, true)),
            (Pieces::cut(&bytes, 90_000), (49_999, true)),
            (Pieces::all(&bytes, None), (50_000, false)),
        ] {
            // A body that never ends would hold its client for as long as that is patient.
            assert_eq!(tokio::time::timeout(limit, drain(pieces)).await, Ok(expected));
        }
    }
}
