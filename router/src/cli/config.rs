//! `rialto.toml`: which subgraphs there are, which paths belong to somebody else, and whose tokens are believed.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
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
        let mut config: Self = toml::from_str(&text).with_context(|| format!("{}", file.display()))?;
        let folder = file.parent().unwrap_or(Path::new(""));
        for schema in config.subgraphs.values_mut().filter_map(|subgraph| subgraph.schema.as_mut()) {
            *schema = folder.join(&schema);
        }
        Ok(config)
    }
}
