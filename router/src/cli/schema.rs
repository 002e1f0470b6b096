//! `rialto schema`: the shop's schemas as files, for people, clients and other routers.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::compose::{composed, write};
use crate::embedded::subgraphs;

/// Where the files are.
#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// The folder of users.graphql, products.graphql, orders.graphql, supergraph.graphql and api.graphql
    #[arg(long, default_value = "schema", value_name = "FOLDER")]
    folder: PathBuf,

    /// Write nothing; fail where a file is not what would be written
    #[arg(long)]
    check: bool,
}

pub(super) fn run(args: &SchemaArgs) -> anyhow::Result<()> {
    let files = files(&args.folder)?;
    if args.check {
        let stale: Vec<_> = files.iter().filter(|(file, text)| !is_current(file, text)).collect();
        if !stale.is_empty() {
            let names = stale.iter().map(|(file, _)| file.display().to_string()).collect::<Vec<_>>().join(", ");
            bail!("stale: {names} (run: rialto schema)");
        }
        return Ok(());
    }
    std::fs::create_dir_all(&args.folder).with_context(|| format!("cannot make {}", args.folder.display()))?;
    files.iter().try_for_each(|(file, text)| write(file, text))
}

fn is_current(file: &Path, text: &str) -> bool {
    std::fs::read_to_string(file).is_ok_and(|found| found == text)
}

/// Every file with what belongs into it.
fn files(folder: &Path) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let subgraphs = subgraphs();
    let composed = composed(&subgraphs)?;
    let own = subgraphs.into_iter().map(|subgraph| (subgraph.name, subgraph.sdl));
    let made = [("supergraph".to_owned(), composed.supergraph_sdl), ("api".to_owned(), composed.api_sdl)];
    let file = |(name, text): (String, String)| (folder.join(name).with_extension("graphql"), text);
    Ok(own.chain(made).map(file).collect())
}
