//! The content of one part, inside the byte budget, unless it is known already.

use dosimeter_client::Download;
use dosimeter_content::{Content, Expose, Text};
use dosimeter_record::{GapReason, Locator, ResourceKind};
use dosimeter_store::{Known, ResourceKey};

use super::{Body, Fetched, Part, Unit, chat::MESSAGES_BYTES};
use crate::{
    Error,
    memory::Lease,
    scan::Scanned,
    stages::{Problem, Stages},
};

/// Downloads what has to be downloaded.
pub(crate) async fn body(stages: &Stages, tenant: &str, part: Part) -> Result<Fetched, Error> {
    match &part.body {
        Body::Inline => Ok(Fetched::Read(Unit::inline(part).into())),
        Body::Known(_) => Ok(recognised(part)),
        Body::Published { .. } => published(stages, part).await,
        Body::File(_) => file(stages, tenant, part).await,
        Body::Artifact { version } => {
            let lease = stages.memory.lease(MESSAGES_BYTES).await;
            let artifact = stages.client.artifact_content(version).await;
            let artifact = stages.settle(version, artifact)?;
            let content = artifact.map(|artifact| artifact.content);
            if is_markup(part.resource.media_type.as_deref()) {
                return Ok(markup(stages, part, content, lease));
            }
            Ok(text(stages, part, content, lease))
        }
        Body::Document => {
            let lease = stages.memory.lease(MESSAGES_BYTES).await;
            let document = stages.client.project_document(&part.resource.id).await;
            let document = stages.settle(&part.resource.id, document)?;
            Ok(text(stages, part, document.map(|document| document.content), lease))
        }
    }
}

/// A part whose content came as text.
fn text(stages: &Stages, part: Part, content: Result<Text, Problem>, lease: Lease) -> Fetched {
    match content {
        Ok(content) => {
            let mut unit = Unit { lease: Some(lease), ..Unit::inline(part) };
            unit.part.text(content, Locator::default());
            Fetched::Read(unit.into())
        }
        Err(problem) => not_read(stages, part, problem),
    }
}

/// What need not be read again.
fn recognised(part: Part) -> Fetched {
    match part.body {
        Body::Known(known) => Fetched::NotRead(Scanned::unchanged(part.resource, known).into()),
        _ => Fetched::Read(Unit::inline(part).into()),
    }
}

/// What a user published: one file, or an archive of several.
async fn published(stages: &Stages, mut part: Part) -> Result<Fetched, Error> {
    let Body::Published { artifact, version } = &part.body else { return Ok(recognised(part)) };
    let allowed = stages.config.file_bytes_max;
    let lease = stages.memory.lease(allowed.saturating_mul(2)).await;
    let bytes_max = usize::try_from(allowed).unwrap_or(usize::MAX);
    let download =
        stages.client.code_artifact_content(artifact, version.as_deref(), bytes_max).await;
    let id = part.resource.id.clone();
    match stages.settle(&id, download)? {
        Ok(download) => {
            let digest = part.digest.take();
            // An artifact's type is no media type that tells how to read it.
            part.resource.media_type = None;
            Ok(Fetched::Read(unit(part, download, digest, lease).into()))
        }
        Err(problem) => Ok(not_read(stages, part, problem)),
    }
}

/// Whether text of this type has to be read like a file to be seen as its reader sees it.
fn is_markup(media_type: Option<&str>) -> bool {
    media_type.is_some_and(|media_type| media_type.contains("html") || media_type.contains("xml"))
}

/// A part whose content came as text and is a page: for the extractor, as bytes.
fn markup(stages: &Stages, part: Part, content: Result<Text, Problem>, lease: Lease) -> Fetched {
    match content {
        Ok(content) => {
            let bytes = Content::from(content.expose().as_bytes().to_vec());
            let unit = Unit { bytes: Some(bytes), lease: Some(lease), ..Unit::inline(part) };
            Fetched::Read(unit.into())
        }
        Err(problem) => not_read(stages, part, problem),
    }
}

/// A file: not at all if it is excluded or unchanged, else at most as many bytes as are allowed.
async fn file(stages: &Stages, tenant: &str, mut part: Part) -> Result<Fetched, Error> {
    if !is_included(stages, &part) {
        part.gap(GapReason::Excluded, Locator::default());
        return Ok(Fetched::Read(Unit::inline(part).into()));
    }
    let source_digest = listed_digest(stages, &part);
    if let Some(known) = unchanged(stages, tenant, &part, source_digest.as_deref()).await? {
        return Ok(Fetched::NotRead(Scanned::unchanged(part.resource, known).into()));
    }
    match download(stages, &part).await? {
        Ok((download, lease)) => {
            Ok(Fetched::Read(unit(part, download, source_digest, lease).into()))
        }
        Err(problem) => Ok(not_read(stages, part, problem)),
    }
}

fn is_included(stages: &Stages, part: &Part) -> bool {
    let name = part.name.as_ref().map(Expose::expose);
    stages.config.file_types.include(name, part.resource.media_type.as_deref())
}

/// What is listed of a file: an equal one spares the download. Keyed, since the MD5 of a known file
/// would tell who has it.
fn listed_digest(stages: &Stages, part: &Part) -> Option<String> {
    let Body::File(file) = &part.body else { return None };
    let md5 = file.listed_md5.as_deref()?;
    let name = part.name.as_ref().map(Expose::expose).unwrap_or_default();
    let digest = stages.key.digest("listed file", format!("{md5} {name}").as_bytes());
    Some(digest.to_string())
}

async fn unchanged(
    stages: &Stages,
    tenant: &str,
    part: &Part,
    source_digest: Option<&str>,
) -> Result<Option<Known>, Error> {
    let Some(source_digest) = source_digest else { return Ok(None) };
    let (tenant, kind) = (tenant.to_owned(), part.resource.kind);
    let key = ResourceKey { kind, id: part.resource.id.clone() };
    let known = stages.store(move |store| store.known(&tenant, &[key])).await?;
    let known = known.into_iter().flatten().next();
    let same =
        |known: &Known| known.source_digest == source_digest && known.ruleset == stages.ruleset();
    Ok(known.filter(same))
}

/// Downloads with a lease on as many bytes as the listing says; if that was too little, and more is
/// allowed, again with a lease on all that is allowed.
async fn download(
    stages: &Stages,
    part: &Part,
) -> Result<Result<(Download, Lease), Problem>, Error> {
    let allowed = stages.config.file_bytes_max;
    let listed = part.resource.size_bytes.unwrap_or(allowed).clamp(1, allowed);
    let mut wanted = listed;
    loop {
        // Once for the bytes, once for the text in them; what decompression adds is bounded by the
        // extractor's own budget and by the number of processors.
        let lease = stages.memory.lease(wanted.saturating_mul(2)).await;
        let bytes_max = usize::try_from(wanted).unwrap_or(usize::MAX);
        let id = &part.resource.id;
        let download = match part.resource.kind {
            ResourceKind::GeneratedFile => {
                stages.client.generated_file_content(id, bytes_max).await
            }
            _ => stages.client.file_content(id, bytes_max).await,
        };
        match stages.settle(id, download)? {
            Ok(download) if !download.complete && wanted < allowed => wanted = allowed,
            Ok(download) => return Ok(Ok((download, lease))),
            Err(problem) => return Ok(Err(problem)),
        }
    }
}

fn unit(mut part: Part, download: Download, source_digest: Option<String>, lease: Lease) -> Unit {
    let listed_md5 = match &part.body {
        Body::File(file) => file.listed_md5.as_deref(),
        _ => None,
    };
    // Without a Content-MD5 the listing's word is all there is to check against.
    let broken = !download.checked
        && listed_md5.is_some_and(|listed| download.agrees_with(listed) == Some(false));
    if !download.complete {
        part.gap(GapReason::TooLarge, Locator::default());
    }
    if broken {
        part.gap(GapReason::TransferBroken, Locator::default());
    }
    if part.resource.media_type.is_none() {
        part.resource.media_type.clone_from(&download.media_type);
    }
    Unit {
        part,
        bytes: Some(download.content),
        source_digest: source_digest.filter(|_| download.complete && !broken),
        lease: Some(lease),
    }
}

fn not_read(stages: &Stages, part: Part, problem: Problem) -> Fetched {
    let ruleset = stages.ruleset();
    let scanned = match problem {
        Problem::Gone => Scanned::unread(part.resource, GapReason::Gone, ruleset),
        Problem::Unreadable(reason) => Scanned::unread(part.resource, reason, ruleset),
        Problem::Failed(reason) => Scanned::failed(part.resource, reason, ruleset),
    };
    Fetched::NotRead(scanned.into())
}
