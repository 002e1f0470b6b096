//! Whether things of another domain exist, as far as the caller may see.

use kit::{Failure, client::GraphQLClient};
use schema::Caller;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, json};

/// A reference to each thing, resolved as a router would; nothing is read of what is found.
const EXISTENCE: &str = "query Existence($of: [_Any!]!) { _entities(representations: $of) { __typename } }";

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "_entities")]
    entities: Vec<Option<IgnoredAny>>,
}

/// For each of these `(typename, id)` whether `owner` shows it to the caller.
pub async fn exist(
    owner: &GraphQLClient,
    things: impl IntoIterator<Item = (&'static str, String)>,
    caller: &Caller,
    authorization: Option<&str>,
) -> Result<Vec<bool>, Failure> {
    let references: Vec<Value> =
        things.into_iter().map(|(typename, id)| json!({"__typename": typename, "id": id})).collect();
    let wanted = references.len();
    let answer = owner.call::<Data>(EXISTENCE, json!({"of": references}), caller, authorization).await?;
    if answer.entities.len() != wanted {
        return Err(Failure::internal(format_args!("{} of {wanted} entities came", answer.entities.len())));
    }
    Ok(answer.entities.iter().map(Option::is_some).collect())
}
