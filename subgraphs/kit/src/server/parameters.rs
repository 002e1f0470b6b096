//! The parameters of a request, as GraphQL over HTTP names them.

use async_graphql::Variables;
use serde::Deserialize;

/// One request. Batches are not taken.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Parameters {
    pub query: String,
    pub operation_name: Option<String>,
    #[serde(default)]
    pub variables: Option<Variables>,
}
