//! The parameters of a request, as GraphQL over HTTP names them.

use async_graphql::Variables;
use serde::Deserialize;

use super::numbers;

/// One request. Batches are not taken.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Parameters {
    pub query: String,
    pub operation_name: Option<String>,
    #[serde(default)]
    pub variables: Option<Variables>,
}

impl Parameters {
    /// Reads a request's body. Numbers in the variables that are no integers keep their text; see [`numbers`].
    pub(super) fn read(body: &[u8]) -> serde_json::Result<Self> {
        // What is not UTF-8 is not JSON: the parser says where.
        let rewritten = std::str::from_utf8(body).ok().and_then(numbers::json);
        let Some(rewritten) = rewritten else { return serde_json::from_slice(body) };
        let mut parameters: Self = serde_json::from_str(&rewritten.text)?;
        parameters.variables.iter_mut().for_each(|variables| rewritten.restore(variables));
        Ok(parameters)
    }
}
