//! Documents by their hash: automatic persisted queries, as the clients of Apollo and urql speak of them.
//!
//! A client sends the SHA-256 of a document instead of its text, and the text as well when the server does not know it.
//! Every document that is remembered is found by its hash, whoever sent it: a hash says no more than its text.

use serde_json::Value;

use crate::{
    digest::Digest,
    error::{Code, GraphQLError},
    request::GraphQLRequest,
};

/// How a request names its document.
pub(super) enum Named<'r> {
    /// By its text.
    Text(&'r str),
    /// By its hash only.
    Hash(Digest),
}

/// How a request names its document, and that it does so in a way that `enabled` allows. A text fits the hash that it
/// comes with.
pub(super) fn document(request: &GraphQLRequest, enabled: bool) -> Result<Named<'_>, GraphQLError> {
    let text = request.query.as_deref().filter(|text| !text.trim().is_empty());
    let persisted = request.extensions.as_ref().and_then(|extensions| extensions.get("persistedQuery"));
    let persisted = persisted.filter(|persisted| !persisted.is_null());
    match (text, persisted) {
        (Some(text), Some(persisted)) if enabled => {
            if hash(persisted)? != Digest::of(text) {
                return Err(bad_input("The extension \"persistedQuery\" has the hash of another document."));
            }
            Ok(Named::Text(text))
        }
        (Some(text), _) => Ok(Named::Text(text)),
        (None, Some(persisted)) if enabled => hash(persisted).map(Named::Hash),
        (None, Some(_)) => Err(not_supported()),
        (None, None) if request.document_id.is_some() => Err(not_supported()),
        (None, None) => Err(bad_input("The parameter \"query\" is missing.")),
    }
}

fn bad_input(message: &str) -> GraphQLError {
    GraphQLError::new(Code::BadUserInput, message)
}

/// The hash in the extension `persistedQuery`.
fn hash(persisted: &Value) -> Result<Digest, GraphQLError> {
    if persisted.get("version").is_none_or(|version| version != 1) {
        return Err(bad_input("The extension \"persistedQuery\" must have the version 1."));
    }
    let hash = persisted.get("sha256Hash").and_then(Value::as_str).and_then(Digest::from_hex);
    hash.ok_or_else(|| {
        bad_input("The extension \"persistedQuery\" must have a \"sha256Hash\" of 64 hexadecimal digits.")
    })
}

/// The document of a hash is not remembered; the client should send its text, too. Clients compare the message.
pub(super) fn not_found() -> GraphQLError {
    GraphQLError::new(Code::PersistedQueryNotFound, "PersistedQueryNotFound")
}

/// Documents are not found by hashes or names here; the client should send texts. Clients compare the message.
fn not_supported() -> GraphQLError {
    GraphQLError::new(Code::PersistedQueryNotSupported, "PersistedQueryNotSupported")
}
