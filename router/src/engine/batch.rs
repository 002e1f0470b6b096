//! Several requests of one client at once, as links that gather requests send them.
//!
//! A batch is one request to the limits: what it asks for is summed before any of it runs. Its queries run together; a
//! batch with a mutation runs in the order in which it was written.

use futures_util::future::join_all;
use tokio::time::Instant;

use super::{Engine, Selected, prepare::Unprepared};
use crate::{
    error::GraphQLError,
    operation::Limits,
    request::{Answer, GraphQLRequest, RequestContext},
};

/// What the operations of a batch ask for together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Demand {
    /// The fields at the roots of mutations.
    mutations: usize,
    /// The estimated cost.
    cost: u64,
}

impl Demand {
    /// What one operation asks for. What does not run, as its variables or its cost are refused, asks for nothing.
    fn of(engine: &Engine, request: &GraphQLRequest, selected: &Selected) -> Self {
        let (document, operation) = (&selected.known.document, &selected.operation);
        let mutations = document.mutations(operation);
        if engine.settings.limits.cost == 0 {
            return Self { mutations, cost: 0 };
        }
        let given = request.variables.clone().unwrap_or_default();
        let variables = document.coerce(&engine.graph, operation, given, false).ok();
        let cost = variables.and_then(|variables| document.estimate_cost(&engine.graph, operation, &variables).ok());
        Self { mutations, cost: cost.unwrap_or(0) }
    }

    fn and(self, other: Self) -> Self {
        Self { mutations: self.mutations.saturating_add(other.mutations), cost: self.cost.saturating_add(other.cost) }
    }

    /// Whether the whole batch keeps to the limits of one request. This is the only place where a sum is judged.
    fn check(self, limits: &Limits) -> Result<(), GraphQLError> {
        limits.check_mutations(self.mutations)?;
        limits.check_cost(self.cost)
    }
}

/// A request of a batch with its operation, or why it does not run.
type Entry = Result<(GraphQLRequest, Selected), Unprepared>;

impl Engine {
    /// Runs the requests of a batch to their answers, in their order. One that could not be read is answered with its
    /// error; if all of them together exceed a limit, none runs.
    pub async fn execute_batch(
        &self,
        requests: Vec<Result<GraphQLRequest, GraphQLError>>,
        context: &RequestContext,
    ) -> Vec<Answer> {
        let deadline = self.deadline(context.arrived.unwrap_or_else(Instant::now));
        let selecting = requests.into_iter().map(|request| self.select_entry(request, context, deadline));
        let entries = join_all(selecting).await;
        let runnable = entries.iter().flatten();
        let demand = runnable
            .map(|(request, selected)| Demand::of(self, request, selected))
            .fold(Demand::default(), Demand::and);
        if let Err(error) = demand.check(&self.settings.limits) {
            let refused = |_| Answer::refused(vec![error.clone()], &context.caller.request_id);
            return entries.into_iter().map(refused).collect();
        }
        let running = entries.into_iter().map(|entry| self.run_entry(entry, context, deadline));
        if demand.mutations == 0 {
            return join_all(running).await;
        }
        let mut answers = Vec::with_capacity(running.len());
        for entry in running {
            answers.push(entry.await);
        }
        answers
    }

    async fn select_entry(
        &self,
        request: Result<GraphQLRequest, GraphQLError>,
        context: &RequestContext,
        deadline: Instant,
    ) -> Entry {
        let request = request?;
        let selected = self.select(&request, context, deadline).await?;
        Ok((request, selected))
    }

    async fn run_entry(&self, entry: Entry, context: &RequestContext, deadline: Instant) -> Answer {
        let answer = match entry {
            Ok((request, selected)) => self.run(request, selected, context, deadline).await,
            Err(unprepared) => Err(unprepared),
        };
        answer.unwrap_or_else(|unprepared| unprepared.into_answer(&context.caller.request_id))
    }
}
