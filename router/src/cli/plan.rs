//! `rialto plan`: which fetches an operation would cost, and which of them wait for which.

use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use apollo_compiler::{Name, collections::HashSet};
use clap::Args;
use runtime::output::print;

use crate::{
    engine::Limits,
    error::GraphQLError,
    graph::{Requirement, Supergraph},
    operation::Document,
    plan::{Authorization, Surroundings, Unplannable, plan},
};

/// What to plan.
#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    /// The supergraph's SDL
    #[arg(long, env = "SUPERGRAPH", value_name = "FILE")]
    supergraph: PathBuf,

    /// A GraphQL document
    document: PathBuf,

    /// Which of its operations, where there are several
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,

    /// A variable of @skip and @include that is true; all others are false (repeatable)
    #[arg(long = "true", value_name = "VARIABLE")]
    truths: Vec<String>,
}

/// A caller who may see everything.
struct Everything;

impl Authorization for Everything {
    fn denies(&self, _: &Requirement) -> Option<bool> {
        None
    }
}

pub(super) fn run(args: &PlanArgs) -> anyhow::Result<()> {
    let read =
        |file: &PathBuf| std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()));
    let graph =
        Supergraph::parse(&read(&args.supergraph)?).with_context(|| format!("{}", args.supergraph.display()))?;
    let text = read(&args.document)?;
    let document = Document::read(&graph, &text, &Limits::default()).map_err(|errors| refused(&errors))?;
    let operation = document.operation(args.operation.as_deref()).map_err(|error| refused(&[error]))?;
    let truths: HashSet<Name> = args.truths.iter().map(|name| Name::new(name)).collect::<Result<_, _>>()?;
    let surroundings = Surroundings { fragments: &document.fragments, truths: &truths };
    let plan = plan(&graph, &operation.written, surroundings, &Everything).map_err(|error| match error {
        Unplannable::TooComplex => anyhow!("the operation is too complex to be planned"),
        Unplannable::Unreachable(field) => anyhow!("no path through the subgraphs reaches {field}"),
    })?;
    print(plan)
}

fn refused(errors: &[GraphQLError]) -> anyhow::Error {
    let place = |error: &GraphQLError| error.locations.first().map(|at| format!("{}:{}: ", at.line, at.column));
    let lines = errors.iter().map(|error| format!("{}{}", place(error).unwrap_or_default(), error.message));
    anyhow!(lines.collect::<Vec<_>>().join("; "))
}
