//! `rialto.toml`: which subgraphs there are, which paths belong to somebody else, and whose tokens are believed.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use runtime::secret;
use serde::Deserialize;

/// The file's content.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// By name.
    #[serde(default)]
    pub subgraphs: BTreeMap<String, SubgraphConfig>,
    /// Path prefix → the address that answers it.
    #[serde(default)]
    pub proxy: BTreeMap<String, String>,
    /// Whose access tokens are believed.
    #[serde(default)]
    pub issuers: Vec<IssuerConfig>,
}

/// One issuer of access tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IssuerConfig {
    /// Its name, exactly as tokens have it in `iss`.
    pub issuer: String,
    /// The address of its JWK set.
    pub jwks_url: String,
    /// Where it serves its log of ended sessions, whose tokens are refused within seconds; without it, they are believed until they
    /// expire.
    pub revocations_url: Option<String>,
    /// Tokens must be for one of these (`aud`).
    pub audiences: Vec<String>,
    /// Only these signature algorithms; without it, all that fit its keys.
    pub algorithms: Option<Vec<String>>,
    /// Tokens that live longer are refused; a day unless said otherwise.
    pub max_life_seconds: Option<i64>,
    /// The claim that lists scopes; without it, `scope`, else `scp`.
    pub scopes_claim: Option<String>,
}

/// One subgraph.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SubgraphConfig {
    /// The address of its GraphQL endpoint.
    pub url: String,
    /// Its SDL, relative to the configuration; without one the subgraph is asked.
    pub schema: Option<PathBuf>,
}

impl SubgraphConfig {
    /// The SDL in its file, if one is named.
    pub fn schema(&self) -> anyhow::Result<Option<String>> {
        let read = |file: &PathBuf| {
            std::fs::read_to_string(file).with_context(|| format!("cannot read the schema {}", file.display()))
        };
        self.schema.as_ref().map(read).transpose()
    }
}

impl Config {
    /// Reads `file`; paths in it are relative to it.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        // Errors of the parser show the line that they are about.
        text.lines().filter(|line| secret::has_password(line)).for_each(secret::remember);
        if let Some(hint) = unquoted_name(&text) {
            anyhow::bail!("{}: {hint}", file.display());
        }
        let mut config: Self = toml::from_str(&text).with_context(|| format!("{}", file.display()))?;
        let folder = file.parent().unwrap_or(Path::new(""));
        for schema in config.subgraphs.values_mut().filter_map(|subgraph| subgraph.schema.as_mut()) {
            *schema = folder.join(&schema);
        }
        Ok(config)
    }
}

/// How to write the name of a subgraph that has an unquoted dot, such as `[subgraphs.my-sub.v1]`: TOML reads it as a
/// table `v1` inside of the subgraph `my-sub`.
fn unquoted_name(text: &str) -> Option<String> {
    let content: toml::Table = text.parse().ok()?;
    for (name, subgraph) in content.get("subgraphs")?.as_table()? {
        let known = ["url", "schema"];
        let inner = subgraph.as_table()?.iter().find(|(key, value)| !known.contains(&key.as_str()) && value.is_table());
        if let Some((key, value)) = inner {
            let mut path = vec![name.as_str(), key.as_str()];
            let mut below = value.as_table();
            while let Some((key, value)) = below.and_then(|table| table.iter().find(|(_, value)| value.is_table())) {
                path.push(key);
                below = value.as_table();
            }
            let whole = path.join(".");
            return Some(format!(
                "[subgraphs.{whole}] is a table inside of another: quote a name that has dots, [subgraphs.\"{whole}\"]"
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_dots_is_to_be_quoted() {
        for (text, name) in [
            ("[subgraphs.my-sub.v1]\nurl = \"http://a\"", Some("my-sub.v1")),
            ("[subgraphs.a]\nurl = \"http://a\"\n[subgraphs.a.b.c]\nurl = \"http://b\"", Some("a.b.c")),
            ("subgraphs.a.b.url = \"http://a\"", Some("a.b")),
            ("[subgraphs.\"my-sub.v1\"]\nurl = \"http://a\"", None),
            ("[subgraphs.a]\nurl = \"http://a\"", None),
            ("not toml", None),
        ] {
            let hint = unquoted_name(text);
            assert_eq!(hint.is_some(), name.is_some(), "{text}: {hint:?}");
            assert!(name.is_none_or(|name| hint.unwrap().ends_with(&format!("[subgraphs.\"{name}\"]"))), "{text}");
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rialto.toml");
        std::fs::write(&file, "[subgraphs.my-sub.v1]\nurl = \"http://a\"").unwrap();
        let error = format!("{:#}", Config::read(&file).unwrap_err());
        assert!(error.contains("[subgraphs.\"my-sub.v1\"]") && !error.contains('\n'), "{error}");
    }
}
