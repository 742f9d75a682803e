//! A simulator that runs.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    net::TcpListener,
    sync::oneshot,
    task::{AbortHandle, JoinHandle},
};

use crate::{
    Handle, Request,
    line::{Line, Lines},
    server,
};

/// A simulator that runs until it is shut down or dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    key: String,
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
    abort: AbortHandle,
}

impl Running {
    pub(crate) fn new(
        listener: TcpListener,
        address: SocketAddr,
        handle: Handle,
        key: String,
    ) -> Self {
        let app = server::router(&handle).into_make_service_with_connect_info::<Line>();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let stopped = async {
                // A dropped sender means the same as a sent message.
                let _stopped = stopped.await;
            };
            // The listener never gives up by itself, so that serving cannot fail.
            let _served = axum::serve(Lines(listener), app).with_graceful_shutdown(stopped).await;
        });
        let abort = task.abort_handle();
        Self { address, key, handle, stop: Some(stop), task: Some(task), abort }
    }

    /// Where it listens, for example `http://127.0.0.1:49152`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The first key that it accepts.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// A hand in it.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// All requests so far, in the order in which they came.
    pub fn requests(&self) -> Vec<Request> {
        self.handle.requests()
    }

    /// Stops listening, lets what is under way end for a second, and closes all connections.
    pub async fn shutdown(mut self) {
        self.stop.take();
        if let Some(task) = self.task.take() {
            // Whoever is not done within the second is cut off when `self` is dropped.
            let _late = tokio::time::timeout(Duration::from_secs(1), task).await;
        }
    }

    /// Runs until Ctrl-C, then shuts down.
    pub async fn until_interrupted(self) {
        // Without a signal handler there is no other end than being killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        self.shutdown().await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.abort.abort();
    }
}
