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
    operation::{Document, Runnable},
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

    /// A variable of @skip and @include that is true; others have their defaults, or else are false (repeatable)
    #[arg(long = "true", value_name = "VARIABLE")]
    truths: Vec<String>,

    /// A variable of @skip and @include that is false, whatever its default (repeatable)
    #[arg(long = "false", value_name = "VARIABLE")]
    falsehoods: Vec<String>,
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
    let document = Document::read_with(&graph, &text, &Limits::default(), true).map_err(|errors| refused(&errors))?;
    let operation = document.operation(args.operation.as_deref()).map_err(|error| refused(&[error]))?;
    let truths = truths(args, &operation)?;
    let surroundings = Surroundings { fragments: &document.fragments, truths: &truths };
    let plan = plan(&graph, &operation.written, surroundings, &Everything).map_err(|error| match error {
        Unplannable::TooComplex => anyhow!("the operation is too complex to be planned"),
        Unplannable::Unreachable(field) => anyhow!("no path through the subgraphs reaches {field}"),
    })?;
    print(plan)
}

/// The variables of `@skip` and `@include` that are true: those that are said to be, and those that are by default.
fn truths(args: &PlanArgs, operation: &Runnable) -> anyhow::Result<HashSet<Name>> {
    let said = args.truths.iter().chain(&args.falsehoods);
    if let Some(unknown) = said.into_iter().find(|name| operation.conditions.iter().all(|known| known != name.as_str()))
    {
        return Err(anyhow!("no @skip or @include of the operation asks for the variable {unknown:?}"));
    }
    if let Some(both) = args.truths.iter().find(|name| args.falsehoods.contains(name)) {
        return Err(anyhow!("the variable {both:?} cannot be both true and false"));
    }
    let by_default = |name: &Name| {
        let mut variables = operation.written.variables.iter();
        let variable = variables.find(|variable| variable.name == *name);
        variable.and_then(|variable| variable.default_value.as_ref()?.to_bool()).unwrap_or(false)
    };
    let is_true = |name: &&Name| {
        let is_said = |all: &[String]| all.iter().any(|said| said == name.as_str());
        is_said(&args.truths) || !is_said(&args.falsehoods) && by_default(name)
    };
    Ok(operation.conditions.iter().filter(is_true).cloned().collect())
}

fn refused(errors: &[GraphQLError]) -> anyhow::Error {
    let place = |error: &GraphQLError| error.locations.first().map(|at| format!("{}:{}: ", at.line, at.column));
    let lines = errors.iter().map(|error| format!("{}{}", place(error).unwrap_or_default(), error.message));
    anyhow!(lines.collect::<Vec<_>>().join("; "))
}
