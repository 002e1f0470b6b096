//! `rialto compose`: subgraphs' schemas in, a supergraph out.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use futures_util::future::join_all;
use runtime::output::{complain, print};
use schema::transport::Authorities;

use super::{
    address::authorities,
    config::{Config, SubgraphConfig},
};
use crate::{
    assemble,
    compose::{Composed, CompositionError, Subgraph, compose},
};

/// What to compose, and where to put it.
#[derive(Debug, Args)]
pub(super) struct ComposeArgs {
    /// rialto.toml with [subgraphs.NAME], each with a url and, unless it shall be asked, a schema file
    #[arg(long, env = "RIALTO_CONFIG", default_value = "rialto.toml", value_name = "FILE")]
    config: PathBuf,

    /// Where to write the supergraph; standard output otherwise
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// A PEM file of certificate authorities that are trusted, beside those of the web, where subgraphs are asked for
    /// their schema
    #[arg(long, env = "SUBGRAPH_CA", value_name = "FILE")]
    subgraph_ca: Option<PathBuf>,

    /// Tell also what is only good to know
    #[arg(long, short)]
    verbose: bool,
}

pub(super) async fn run(args: &ComposeArgs) -> anyhow::Result<()> {
    let config = Config::read(&args.config)?;
    if config.subgraphs.is_empty() {
        bail!("{} names no subgraph: add [subgraphs.NAME] with a url", args.config.display());
    }
    let authorities = authorities(args.subgraph_ca.as_deref())?;
    let reading = config.subgraphs.iter().map(async |(name, subgraph)| {
        let sdl = sdl(subgraph, &authorities).await.with_context(|| format!("the subgraph {name:?}"))?;
        Ok(Subgraph { name: name.clone(), url: subgraph.url.clone(), sdl })
    });
    let (mut subgraphs, mut failed) = (Vec::new(), Vec::new());
    for read in join_all(reading).await {
        match read {
            Ok(subgraph) => subgraphs.push(subgraph),
            Err(error) => failed.push(error),
        }
    }
    if !failed.is_empty() {
        bail!("{}", failed.iter().map(|error: &anyhow::Error| format!("{error:#}")).collect::<Vec<_>>().join("; "));
    }
    let composed = composed(&subgraphs)?;
    for hint in composed.hints.iter().filter(|hint| args.verbose || hint.is_warning()) {
        let level = if hint.is_warning() { "warning" } else { "note" };
        complain(format_args!("{level}: {hint}"));
    }
    if let Some(file) = &args.output {
        return write(file, &composed.supergraph_sdl);
    }
    print(composed.supergraph_sdl)
}

/// Composes, or tells every reason why not, one per line.
pub(super) fn composed(subgraphs: &[Subgraph]) -> anyhow::Result<Composed> {
    compose(subgraphs).map_err(|errors| told(&errors))
}

/// Prints every error on a line of its own, and returns what is to be said last.
pub(super) fn told(errors: &[CompositionError]) -> anyhow::Error {
    for error in errors {
        complain(error);
    }
    let these = if errors.len() == 1 { "one error".to_owned() } else { format!("{} errors", errors.len()) };
    anyhow::anyhow!("the subgraphs do not compose: {these}")
}

pub(super) fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

async fn sdl(subgraph: &SubgraphConfig, authorities: &Authorities) -> anyhow::Result<String> {
    match subgraph.schema()? {
        Some(sdl) => Ok(sdl),
        None => Ok(assemble::sdl(&assemble::at_with(&subgraph.url, authorities)?).await?),
    }
}
