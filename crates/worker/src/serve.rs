//! `/healthz`, `/readyz` and `/metrics` over HTTP, for this machine unless configured otherwise.

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, extract::State, http::StatusCode, routing::get};
use tokio::net::TcpListener;

use crate::{Error, Telemetry, Worker};

#[derive(Clone)]
struct Served {
    worker: Worker,
    telemetry: Arc<Telemetry>,
}

/// Answers until it is dropped.
///
/// # Errors
///
/// If the address cannot be listened on.
pub(crate) async fn serve(worker: Worker, address: SocketAddr) -> Result<(), Error> {
    let listener = TcpListener::bind(address).await.map_err(|_| Error::Listen(address))?;
    let served = Served { telemetry: worker.telemetry(), worker };
    let app = Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(served);
    // The listener never gives up by itself, so that serving cannot fail.
    let _served = axum::serve(listener, app).await;
    Ok(())
}

async fn readyz(State(served): State<Served>) -> (StatusCode, String) {
    let now = served.worker.now();
    let between = served.worker.config().schedule.between(now);
    let ready = move || served.telemetry.ready(served.worker.store(), between, now);
    match tokio::task::spawn_blocking(ready).await {
        Ok(Ok(())) => (StatusCode::OK, "ready\n".to_owned()),
        Ok(Err(reason)) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {reason}\n")),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "unknown\n".to_owned()),
    }
}

async fn metrics(State(served): State<Served>) -> String {
    let now = served.worker.now();
    let write =
        move || served.telemetry.metrics(served.worker.client(), served.worker.store(), now);
    tokio::task::spawn_blocking(write).await.unwrap_or_default()
}
