//! Connections that can be reset on purpose.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

/// Lets a handler reset the connection that its request came over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    broken: Arc<AtomicBool>,
}

impl Line {
    /// Resets the connection instead of answering.
    pub(crate) fn reset(&self) {
        self.broken.store(true, Ordering::Release);
    }
}

/// Accepts connections that can be reset.
pub(crate) struct Lines(pub(crate) TcpListener);

impl Listener for Lines {
    type Addr = SocketAddr;
    type Io = LineStream;

    async fn accept(&mut self) -> (LineStream, SocketAddr) {
        loop {
            match self.0.accept().await {
                Ok((stream, address)) => {
                    // Small answers must not wait for more to send. If it fails they are merely slower.
                    let _slower = stream.set_nodelay(true);
                    return (LineStream { stream, line: Line::default() }, address);
                }
                // Out of file descriptors, or a client that left at once: others may still come.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Lines>> for Line {
    fn connect_info(stream: IncomingStream<'_, Lines>) -> Self {
        stream.io().line.clone()
    }
}

/// A connection that fails once it is told to.
pub(crate) struct LineStream {
    stream: TcpStream,
    line: Line,
}

impl LineStream {
    fn whole(&self) -> io::Result<()> {
        if !self.line.broken.load(Ordering::Acquire) {
            return Ok(());
        }
        // Without lingering, closing sends a reset.
        let _closed_politely = self.stream.set_zero_linger();
        Err(io::ErrorKind::ConnectionReset.into())
    }
}

impl AsyncRead for LineStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.whole()?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for LineStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.whole()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.whole()?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
