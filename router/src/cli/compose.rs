//! `rialto compose`: subgraphs' schemas in, a supergraph out.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use clap::Args;
use http::header::{ACCEPT, CONTENT_TYPE};
use serde::Deserialize;

use super::{
    address::transport,
    config::{Config, SubgraphConfig},
};
use crate::compose::{Composed, Subgraph, compose};

/// What to compose, and where to put it.
#[derive(Debug, Args)]
pub(super) struct ComposeArgs {
    /// rialto.toml with [subgraphs.NAME], each with a url and, unless it shall be asked, a schema file
    #[arg(long, env = "RIALTO_CONFIG", default_value = "rialto.toml", value_name = "FILE")]
    config: PathBuf,

    /// Where to write the supergraph; standard output otherwise
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) async fn run(args: &ComposeArgs) -> anyhow::Result<()> {
    let config = Config::read(&args.config)?;
    if config.subgraphs.is_empty() {
        bail!("{} names no subgraph: add [subgraphs.NAME] with a url", args.config.display());
    }
    let mut subgraphs = Vec::new();
    for (name, subgraph) in &config.subgraphs {
        let sdl = sdl(subgraph).await.with_context(|| format!("the subgraph {name:?}"))?;
        subgraphs.push(Subgraph { name: name.clone(), url: subgraph.url.clone(), sdl });
    }
    let composed = composed(&subgraphs)?;
    if let Some(file) = &args.output {
        return write(file, &composed.supergraph_sdl);
    }
    print!("{}", composed.supergraph_sdl);
    Ok(())
}

/// Composes, or tells every reason why not, one per line.
pub(super) fn composed(subgraphs: &[Subgraph]) -> anyhow::Result<Composed> {
    compose(subgraphs).map_err(|errors| {
        for error in &errors {
            eprintln!("{error}");
        }
        let these = if errors.len() == 1 { "one error".to_owned() } else { format!("{} errors", errors.len()) };
        anyhow::anyhow!("the subgraphs do not compose: {these}")
    })
}

pub(super) fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

async fn sdl(subgraph: &SubgraphConfig) -> anyhow::Result<String> {
    match &subgraph.schema {
        Some(file) => std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display())),
        None => ask(&subgraph.url).await,
    }
}

/// Asks a running subgraph for its schema, as the federation specification says.
async fn ask(url: &str) -> anyhow::Result<String> {
    #[derive(Deserialize)]
    struct Answer {
        data: Option<Data>,
    }
    #[derive(Deserialize)]
    struct Data {
        #[serde(rename = "_service")]
        service: Service,
    }
    #[derive(Deserialize)]
    struct Service {
        sdl: String,
    }
    let (transport, path) = transport(url)?;
    let request = http::Request::post(path)
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json")
        .body(Bytes::from_static(br#"{"query":"{ _service { sdl } }"}"#))?;
    let response = transport.send(request).await?;
    let answer: Answer = serde_json::from_slice(response.body())
        .with_context(|| format!("{url} does not answer GraphQL (status {})", response.status()))?;
    Ok(answer.data.with_context(|| format!("{url} does not tell its schema"))?.service.sdl)
}
