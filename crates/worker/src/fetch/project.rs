//! A project: its name, description and instructions, then its files and documents page by page.

use dosimeter_client::{Attachment, PageToken, ProjectDetail, ProjectDoc, ProjectFile};
use dosimeter_record::{GapReason, Resource, ResourceKind};

use super::{Batch, Body, FileBody, Part, chat::MESSAGES_BYTES, is_left_out, named};
use crate::{Error, label::Bundle, stages::Stages};

/// A walk through one project.
pub(crate) struct Walk {
    id: String,
    next: Next,
    facts: Option<Resource>,
}

enum Next {
    Project,
    Attachments(Option<PageToken>),
    End,
}

impl Walk {
    pub(super) fn of(id: String) -> Self {
        Self { id, next: Next::Project, facts: None }
    }

    pub(super) async fn next_batch(
        &mut self,
        stages: &Stages,
        bundle: &mut Bundle,
    ) -> Result<Option<Batch>, Error> {
        match std::mem::replace(&mut self.next, Next::End) {
            Next::Project => self.project(stages, bundle).await,
            Next::Attachments(page) => self.attachments(stages, bundle, page).await,
            Next::End => Ok(None),
        }
    }

    async fn project(
        &mut self,
        stages: &Stages,
        bundle: &mut Bundle,
    ) -> Result<Option<Batch>, Error> {
        let lease = stages.memory.lease(MESSAGES_BYTES).await;
        bundle.asked();
        let project = stages.client.project(&self.id).await;
        let Some(detail) = bundle.settle(stages, &self.id, project)? else { return Ok(None) };
        if detail.project.is_deleted() {
            bundle.deleted(None);
            return Ok(None);
        }
        if !stages.config.scope.has_project(&detail.project) {
            bundle.left_out();
            return Ok(None);
        }
        if is_left_out(stages, bundle, &self.id, detail.project.user.as_ref(), None).await? {
            return Ok(None);
        }
        let facts = facts_of(&detail, bundle.tenant());
        bundle.found(facts.clone(), detail.project.updated_at.as_str());
        self.facts = Some(facts.clone());
        self.next = Next::Attachments(None);
        Ok(Some(Batch { parts: vec![project_part(facts, detail)], lease: Some(lease) }))
    }

    async fn attachments(
        &mut self,
        stages: &Stages,
        bundle: &mut Bundle,
        page: Option<PageToken>,
    ) -> Result<Option<Batch>, Error> {
        bundle.asked();
        let listed = stages.client.project_attachments(&self.id, page.as_ref()).await;
        let Some(listed) = bundle.settle(stages, &self.id, listed)? else { return Ok(None) };
        if let Some(next) = listed.next {
            self.next = Next::Attachments(Some(next));
        }
        let Some(facts) = &self.facts else { return Ok(None) };
        let mut parts = Vec::with_capacity(listed.items.len());
        for attachment in listed.items {
            match attachment {
                Attachment::File(file) => parts.push(file_part(facts, file)),
                Attachment::Doc(doc) => parts.push(document_part(facts, doc)),
                // A kind that the API added later: nobody knows how to read it.
                _ => bundle.gap(GapReason::Unsupported),
            }
        }
        Ok(Some(Batch { parts, lease: None }))
    }
}

/// What may be kept of a project.
fn facts_of(detail: &ProjectDetail, tenant: &str) -> Resource {
    let project = &detail.project;
    let user = project.user.as_ref();
    Resource {
        organization: Some(tenant.to_owned()),
        user_id: user.map(|user| user.id.clone()),
        user_email: user.and_then(|user| user.email_address.clone()),
        created_at: project.created_at.is_known().then(|| project.created_at.to_string()),
        ..Resource::new(ResourceKind::Project, project.id.as_str())
    }
}

fn project_part(facts: Resource, detail: ProjectDetail) -> Part {
    let ProjectDetail { project, description, instructions, .. } = detail;
    let mut part = Part::of(facts);
    part.name = Some(project.name);
    part.text(description, named("description"));
    part.text(instructions, named("instructions"));
    part
}

/// What a member of the project has from it.
fn member(project: &Resource, kind: ResourceKind, id: String) -> Resource {
    Resource { kind, id, parent: Some(project.id.clone()), created_at: None, ..project.clone() }
}

/// A file may be in a chat too: as a project's file it is a resource of its own.
fn file_part(facts: &Resource, file: ProjectFile) -> Part {
    let mut part = Part::of(Resource {
        created_at: file.created_at.is_known().then(|| file.created_at.to_string()),
        media_type: file.mime_type,
        size_bytes: file.size_bytes,
        ..member(facts, ResourceKind::ProjectFile, file.id)
    });
    "project".clone_into(&mut part.place.part);
    part.name = Some(file.filename);
    part.body = Body::File(FileBody { listed_md5: file.md5 });
    part
}

fn document_part(facts: &Resource, doc: ProjectDoc) -> Part {
    let mut part = Part::of(Resource {
        created_at: doc.created_at.is_known().then(|| doc.created_at.to_string()),
        media_type: doc.mime_type,
        ..member(facts, ResourceKind::ProjectDocument, doc.id)
    });
    part.name = Some(doc.filename);
    part.body = Body::Document;
    part
}
