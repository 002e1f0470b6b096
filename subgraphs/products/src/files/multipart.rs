//! `POST /files`: an image as a form, for clients without GraphQL. For those who may write the catalogue.

use std::sync::Arc;

use axum::{
    Extension,
    body::Bytes,
    extract::{
        Multipart, State,
        multipart::{Field, MultipartError, MultipartRejection},
    },
    response::Response,
};
use http::StatusCode;
use schema::Caller;

use super::{refusal::Refusal, store, upload::receipt};
use crate::{
    domain::{ImageId, ImageKind, text::parse_alt},
    repository::images::{Arrival, NewImage},
    shop::Shop,
    uploads::file_name,
};

/// The form, read.
#[derive(Default)]
struct Form {
    file: Option<(ImageKind, Bytes)>,
    alt: String,
}

/// Stores the form's file; its field `alt` says what the image shows.
pub async fn handle(
    State(shop): State<Shop>,
    Extension(caller): Extension<Arc<Caller>>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Refusal> {
    if caller.viewer.user().is_none() {
        return Err(Refusal::unauthenticated());
    }
    if !caller.viewer.has_scope("catalog:write") {
        return Err(Refusal::forbidden());
    }
    let _permit = shop.uploads.try_acquire().map_err(|_| Refusal::busy())?;
    let form = form.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
    let form = read(form, shop.rules.max_image_size).await?;
    let (kind, bytes) = form.file.ok_or_else(|| Refusal::bad_request("The form has no file."))?;
    let image = shop.sanitizer.clean(kind, bytes).await??;
    let (id, name, now): (ImageId, _, _) = (kit::random::new_id(&shop.clock), file_name(kind), shop.clock.now());
    let new = NewImage {
        id,
        file_name: name.clone(),
        alt: form.alt.clone(),
        kind,
        size: i64::try_from(image.bytes.len()).map_err(Refusal::internal)?,
        created_at: now,
        arrival: Arrival::Form { until: now + store::CLAIM },
    };
    store::new(&shop, new, image).await?;
    Ok(receipt(&shop, &caller, id, &name, &form.alt))
}

async fn read(mut multipart: Multipart, max_size: usize) -> Result<Form, Refusal> {
    let mut form = Form::default();
    while let Some(field) = multipart.next_field().await.map_err(|error| refusal(&error, max_size))? {
        if field.file_name().is_some() {
            if form.file.is_some() {
                return Err(Refusal::bad_request("One file at a time."));
            }
            form.file = Some(read_file(field, max_size).await?);
        } else if field.name() == Some("alt") {
            let text = field.text().await.map_err(|error| refusal(&error, max_size))?;
            form.alt = parse_alt(&text).map_err(|error| Refusal::bad_request(format!("alt: {error}")))?;
        }
    }
    Ok(form)
}

async fn read_file(field: Field<'_>, max_size: usize) -> Result<(ImageKind, Bytes), Refusal> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let kind = ImageKind::agreed(&name, field.content_type().unwrap_or_default())?;
    let bytes = field.bytes().await.map_err(|error| refusal(&error, max_size))?;
    if bytes.len() > max_size {
        return Err(Refusal::too_large(max_size));
    }
    Ok((kind, bytes))
}

fn refusal(error: &MultipartError, max_size: usize) -> Refusal {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::too_large(max_size),
        _ => Refusal::bad_request(error.body_text()),
    }
}
