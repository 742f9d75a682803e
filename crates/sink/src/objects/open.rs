//! From an address to a store.

use std::{fs, sync::Arc, time::Duration};

use object_store::{
    ClientOptions, ObjectStore, RetryConfig,
    aws::{AmazonS3Builder, S3ConditionalPut},
    azure::MicrosoftAzureBuilder,
    client::{HttpClient, HttpConnector},
    gcp::GoogleCloudStorageBuilder,
    local::LocalFileSystem,
    path::Path,
};
use reqwest::Url;

use super::ObjectSettings;
use crate::{Error, http};

/// The store at an address, and the prefix of all objects in it.
pub(super) fn open(
    settings: &ObjectSettings,
    secret: Option<&str>,
) -> Result<(Arc<dyn ObjectStore>, Path), Error> {
    let url = Url::parse(&settings.url).map_err(|_| Error::ObjectAddress)?;
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
        return Err(Error::ObjectAddress);
    }
    if let Some(endpoint) = &settings.endpoint {
        http::address(endpoint)?;
    }
    let secret = secret.map(str::trim);
    let host = url.host_str().unwrap_or_default();
    let path = url.path().trim_matches('/');
    let (store, prefix): (Arc<dyn ObjectStore>, &str) = match url.scheme() {
        "s3" => (Arc::new(s3(settings, host, secret)?), path),
        "gs" => (Arc::new(gcs(settings, host, secret)?), path),
        "az" => {
            let (container, prefix) = path.split_once('/').unwrap_or((path, ""));
            (Arc::new(azure(settings, [host, container], secret)?), prefix)
        }
        "file" => {
            let folder = url.to_file_path().map_err(|()| Error::ObjectAddress)?;
            fs::create_dir_all(&folder).map_err(|_| Error::File)?;
            (Arc::new(LocalFileSystem::new_with_prefix(folder).map_err(|_| Error::File)?), "")
        }
        _ => return Err(Error::ObjectAddress),
    };
    Ok((store, Path::parse(prefix).map_err(|_| Error::ObjectAddress)?))
}

fn s3(
    settings: &ObjectSettings,
    bucket: &str,
    secret: Option<&str>,
) -> Result<impl ObjectStore + use<>, Error> {
    let builder = match (secret, &settings.access_key_id) {
        (Some(secret), Some(id)) => {
            AmazonS3Builder::new().with_access_key_id(id).with_secret_access_key(secret)
        }
        (None, None) => AmazonS3Builder::from_env(),
        _ => return Err(Error::ObjectSecret),
    };
    let builder = builder
        .with_bucket_name(bucket)
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_http_connector(Connector)
        .with_retry(retry());
    let builder = match &settings.region {
        Some(region) => builder.with_region(region),
        None => builder,
    };
    let builder = match &settings.endpoint {
        Some(endpoint) => builder.with_endpoint(endpoint).with_allow_http(true),
        None => builder,
    };
    builder.build().map_err(|_| Error::ObjectSecret)
}

fn gcs(
    settings: &ObjectSettings,
    bucket: &str,
    secret: Option<&str>,
) -> Result<impl ObjectStore + use<>, Error> {
    let builder = match secret {
        Some(secret) => GoogleCloudStorageBuilder::new().with_service_account_key(secret),
        None => GoogleCloudStorageBuilder::from_env(),
    };
    let builder =
        builder.with_bucket_name(bucket).with_http_connector(Connector).with_retry(retry());
    let builder = match &settings.endpoint {
        Some(endpoint) => builder
            .with_base_url(endpoint)
            .with_client_options(ClientOptions::new().with_allow_http(true)),
        None => builder,
    };
    builder.build().map_err(|_| Error::ObjectSecret)
}

fn azure(
    settings: &ObjectSettings,
    [account, container]: [&str; 2],
    secret: Option<&str>,
) -> Result<impl ObjectStore + use<>, Error> {
    let builder = match secret {
        Some(secret) => MicrosoftAzureBuilder::new().with_access_key(secret),
        None => MicrosoftAzureBuilder::from_env(),
    };
    let builder = builder
        .with_account(account)
        .with_container_name(container)
        .with_http_connector(Connector)
        .with_retry(retry());
    let builder = match &settings.endpoint {
        Some(endpoint) => builder.with_endpoint(endpoint.clone()).with_allow_http(true),
        None => builder,
    };
    builder.build().map_err(|_| Error::ObjectSecret)
}

/// Once more at once; everything later is up to the outbox.
fn retry() -> RetryConfig {
    let timeout = Duration::from_secs(20);
    RetryConfig { max_retries: 1, retry_timeout: timeout, ..RetryConfig::default() }
}

/// The client of all sinks, in place of one that would choose its own TLS.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = http::client().map_err(|error| object_store::Error::Generic {
            store: "http",
            source: Box::new(error),
        })?;
        Ok(HttpClient::new(client))
    }
}
