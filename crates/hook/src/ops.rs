//! `/healthz`, `/readyz` and `/metrics`, on an address of their own.

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, extract::State, http::StatusCode, routing::get};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{Error, server::Service};

/// Answers until it is aborted; without an address nobody is answered.
pub(crate) async fn serve(
    service: Arc<Service>,
    address: Option<SocketAddr>,
) -> Result<JoinHandle<()>, Error> {
    let Some(address) = address else { return Ok(tokio::spawn(async {})) };
    let listener =
        TcpListener::bind(address).await.map_err(|error| Error::Listen(address, error))?;
    let app = Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(service);
    Ok(tokio::spawn(async move {
        // The listener never gives up by itself, so that serving cannot fail.
        let _served = axum::serve(listener, app).await;
    }))
}

/// Ready is who can record what it answers.
async fn readyz(State(service): State<Arc<Service>>) -> (StatusCode, &'static str) {
    if service.recorder.slot().is_none() {
        return (StatusCode::SERVICE_UNAVAILABLE, "not ready: the store does not keep up\n");
    }
    let store = Arc::clone(&service.store);
    match tokio::task::spawn_blocking(move || store.fact("fingerprint key")).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "not ready: the state cannot be read\n"),
    }
}

async fn metrics(State(service): State<Arc<Service>>) -> String {
    let remembered = service.live().memory.len();
    service.telemetry.metrics(remembered, service.recorder.waiting())
}
