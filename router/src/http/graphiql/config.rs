//! What GraphiQL opens with, and how it keeps somebody logged in, as a file says it. The router knows no schema: where
//! tokens stand in answers is a matter of the file.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The content of the file: an array of tabs, or an object with `tabs` and `session`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GraphiqlConfig {
    /// The tabs of a first visit.
    tabs: Vec<Tab>,
    /// How to stay logged in; without it, tokens are put into each tab's headers by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<Session>,
}

/// One tab.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Tab {
    query: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    variables: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    headers: Option<Value>,
}

/// A text, or its lines.
#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum Text {
    Whole(String),
    Lines(Vec<String>),
}

/// Where the data of answers carry tokens: paths such as `login.accessToken`, in which `*` is any response key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Session {
    access_token: Vec<String>,
    #[serde(default)]
    refresh_token: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    renew: Option<Renewal>,
}

/// The operation that exchanges a refresh token, and the variable that takes it.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Renewal {
    query: String,
    variable: String,
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct InvalidGraphiqlConfig(#[from] serde_json::Error);

impl FromStr for GraphiqlConfig {
    type Err = InvalidGraphiqlConfig;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim_start().starts_with('[') {
            return Ok(Self { tabs: serde_json::from_str(text)?, session: None });
        }
        Ok(serde_json::from_str(text)?)
    }
}

impl GraphiqlConfig {
    /// The same as one line of JSON, for [`DoorSettings::graphiql`](crate::http::DoorSettings::graphiql).
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts, lists and JSON values can always be written")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_is_tabs_and_an_object_more() {
        let tabs = r#"[{"query": "{ a }"}, {"query": ["{", "b }"], "variables": {"c": 1}, "headers": {"d": "e"}}]"#;
        let config: GraphiqlConfig = tabs.parse().unwrap();
        assert!(config.to_json().contains(r#""variables":{"c":1}"#));
        let session = r#"{"accessToken": ["*.token"], "renew": {"query": "mutation", "variable": "old"}}"#;
        let config: GraphiqlConfig = format!(r#"{{"tabs": {tabs}, "session": {session}}}"#).parse().unwrap();
        assert!(config.to_json().contains(r#""accessToken":["*.token"]"#));
        assert!(config.to_json().parse::<GraphiqlConfig>().is_ok());
    }

    #[test]
    fn what_is_misspelt_is_named() {
        for (text, named) in [
            ("", "EOF"),
            ("{}", "tabs"),
            (r#"[{"queri": "{ a }"}]"#, "queri"),
            (r#"{"tabs": [], "sessions": {}}"#, "sessions"),
            (r#"{"tabs": [], "session": {"accessToken": "login"}}"#, "sequence"),
            (r#"{"tabs": [], "session": {"accessToken": [], "renew": {"query": "x"}}}"#, "variable"),
        ] {
            let error = text.parse::<GraphiqlConfig>().unwrap_err();
            assert!(error.to_string().contains(named), "{text}: {error}");
        }
    }
}
