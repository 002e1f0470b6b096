//! The engine: one supergraph, the way to each of its subgraphs, and the operations that run on them.

mod admission;
mod batch;
mod persisted;
mod prepare;
mod work;

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use apollo_compiler::ast::OperationType;
use futures_util::FutureExt as _;
use schema::{Viewer, service::ServiceSigner};
use tokio::time::Instant;

pub use self::admission::Introspection;
use self::{
    persisted::Named,
    prepare::{KnownDocument, PlanInput, Preparer, Unprepared},
};
use crate::{
    deadline,
    error::{Code, GraphQLError},
    execute::{Run, Written},
    fetch::{InvalidPath, Sharing, Subgraph},
    graph::{InvalidSupergraph, Requirement, Supergraph},
    json::JsonValue,
    operation::Runnable,
    plan::Authorization,
    request::{Answer, GraphQLRequest, Outcome},
};
pub use crate::{fetch::SubgraphTarget, operation::Limits, request::RequestContext};

/// What an engine may be told beyond the supergraph.
#[derive(Clone)]
#[allow(clippy::struct_excessive_bools)] // Switches, each by itself.
pub struct EngineSettings {
    /// Signs what the router says to subgraphs on its own behalf (the client's address).
    pub signer: Option<Arc<ServiceSigner>>,
    /// The time for one whole operation. What is not there by then is null, with an error of its own.
    pub timeout: Duration,
    /// Bounds of a client's document.
    pub limits: Limits,
    /// How many documents, and how many plans, are remembered at most; 0 for none.
    pub cached: usize,
    /// How many bytes the remembered documents may take, and the plans as much again; 0 for none.
    pub cache_bytes: usize,
    /// The most bytes of a response, and of a subgraph's answer to one fetch.
    pub max_response_bytes: usize,
    /// Whether `@authenticated` and `@requiresScopes` are enforced here. Off where the router cannot verify tokens.
    pub authorize: bool,
    /// Whether equal reads of one subgraph that are under way at the same time become one.
    pub share: bool,
    /// Whether the entities that a subgraph can be asked at once travel in one request.
    pub batch: bool,
    /// Whether an entity that stands at several places is asked for once per fetch.
    pub deduplicate: bool,
    /// Whether a request that asks for it (`"extensions": {"queryPlan": true}`) is shown its plan, in the response's
    /// `extensions.queryPlan`. A plan tells the names and schemas of subgraphs.
    pub show_plans: bool,
    /// Whether a request may name its document by the hash, if that is remembered (automatic persisted queries).
    pub persisted_queries: bool,
    /// Who may ask for the schema.
    pub introspection: Introspection,
    /// The labels of `@override` that are active for all requests; those of the form `percent(x)` need no naming.
    pub override_labels: Vec<String>,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            signer: None,
            timeout: Duration::from_secs(30),
            limits: Limits::default(),
            cached: 10_000,
            cache_bytes: 32 * 1024 * 1024,
            max_response_bytes: 32 * 1024 * 1024,
            authorize: true,
            share: true,
            batch: true,
            deduplicate: true,
            show_plans: false,
            persisted_queries: true,
            introspection: Introspection::default(),
            override_labels: Vec::new(),
        }
    }
}

/// A supergraph that cannot be used, in words for whoever runs the router.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The supergraph's SDL is wrong.
    #[error("the supergraph is not valid")]
    Supergraph(#[from] InvalidSupergraph),
    /// The supergraph names a subgraph that nobody said how to reach.
    #[error("no address is known for the subgraph {0:?}")]
    NoTarget(String),
    /// The path of a subgraph's endpoint is none.
    #[error(transparent)]
    Path(#[from] InvalidPath),
}

/// Everything about a supergraph that is made once, and what is remembered of operations.
pub struct Engine {
    graph: Arc<Supergraph>,
    subgraphs: Vec<Subgraph>,
    settings: EngineSettings,
    preparer: Preparer,
    /// How many mutations have ended.
    mutations: AtomicU64,
}

/// Counts a mutation when it ends, however it ends.
struct Ending<'e>(&'e AtomicU64);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Release);
    }
}

/// The operation that a request asks for, and the document that it stands in.
struct Selected {
    known: Arc<KnownDocument>,
    operation: Arc<Runnable>,
}

/// What of a caller decides which fields may be seen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Access {
    /// Nothing is refused by this engine.
    All,
    Anonymous,
    /// With these scopes, sorted.
    User(Vec<String>),
}

impl Access {
    /// What a viewer may see.
    fn of(viewer: &Viewer) -> Self {
        match viewer.granted() {
            None => Self::Anonymous,
            Some(granted) => {
                let mut scopes = granted.to_vec();
                scopes.sort_unstable();
                Self::User(scopes)
            }
        }
    }
}

impl Authorization for Access {
    fn denies(&self, requirement: &Requirement) -> Option<bool> {
        if requirement.is_public() {
            return None;
        }
        match self {
            Self::All => None,
            Self::Anonymous => Some(true),
            Self::User(scopes) => {
                let all = |set: &Vec<String>| set.iter().all(|scope| scopes.contains(scope));
                let lacks = !requirement.scopes.is_empty() && !requirement.scopes.iter().any(all);
                (lacks || requirement.policy).then_some(false)
            }
        }
    }
}

impl Engine {
    /// Makes an engine of a supergraph's SDL. `targets` are keyed by the subgraphs' names in the supergraph.
    pub fn new(
        supergraph: &str,
        targets: &HashMap<String, SubgraphTarget>,
        settings: EngineSettings,
    ) -> Result<Self, EngineError> {
        Self::over(Supergraph::parse(supergraph)?, targets, settings)
    }

    /// Makes an engine of a supergraph that was read.
    pub fn over(
        graph: Supergraph,
        targets: &HashMap<String, SubgraphTarget>,
        settings: EngineSettings,
    ) -> Result<Self, EngineError> {
        let subgraphs = graph.subgraphs.iter().map(|known| {
            let target = targets.get(&*known.name).ok_or_else(|| EngineError::NoTarget(known.name.to_string()))?;
            Ok(Subgraph::new(known.name.clone(), target, settings.signer.clone(), settings.max_response_bytes)?)
        });
        let subgraphs = subgraphs.collect::<Result<_, EngineError>>()?;
        let graph = Arc::new(graph);
        let preparer = Preparer::new(graph.clone(), &settings);
        Ok(Self { graph, subgraphs, settings, preparer, mutations: AtomicU64::new(0) })
    }

    /// The supergraph that is served.
    pub fn graph(&self) -> &Supergraph {
        &self.graph
    }

    /// Runs one request to its answer. Never fails: every fault is an entry of the answer's `errors`.
    pub async fn execute(&self, request: GraphQLRequest, context: RequestContext) -> Answer {
        let deadline = self.deadline(context.arrived.unwrap_or_else(Instant::now));
        let mut name = None;
        let answer = async {
            let selected = self.select(&request, &context, deadline).await?;
            name.clone_from(&selected.operation.written.name);
            self.run(request, selected, &context, deadline).await
        };
        let answer = AssertUnwindSafe(answer).catch_unwind().await;
        let answer = answer.unwrap_or_else(|_| {
            tracing::error!(request_id = %context.caller.request_id, "the engine panicked");
            Err(GraphQLError::new(Code::Internal, "Something went wrong on our side.").into())
        });
        let answer = answer.unwrap_or_else(|unprepared| unprepared.into_answer(&context.caller.request_id));
        Answer { operation: name, ..answer }
    }

    /// Whether a request may turn out to be a mutation. Being wrong costs a task: a text is only looked over, and a
    /// document that is not remembered may be by the time it is asked for again.
    pub fn may_write(&self, request: &GraphQLRequest) -> bool {
        match persisted::document(request, self.settings.persisted_queries) {
            Ok(Named::Text(text)) => text.contains("mutation"),
            Ok(Named::Hash(hash)) => match self.preparer.known(&hash) {
                Some(known) => known.is_ok_and(|known| known.document.has_mutation()),
                None => true,
            },
            Err(_) => false,
        }
    }

    /// The operation that a request asks for.
    async fn select(
        &self,
        request: &GraphQLRequest,
        context: &RequestContext,
        deadline: Instant,
    ) -> Result<Selected, Unprepared> {
        let known = match persisted::document(request, self.settings.persisted_queries)? {
            Named::Text(text) => self.preparer.document(text, deadline).await?,
            Named::Hash(hash) => self.preparer.known(&hash).ok_or_else(persisted::not_found)??,
        };
        let operation = known.document.operation(request.operation_name.as_deref())?;
        match operation.written.operation_type {
            OperationType::Mutation if !context.allow_mutations => {
                let error = GraphQLError::new(Code::BadUserInput, "Mutations must be sent with POST.");
                Err(Unprepared::MethodNotAllowed(error))
            }
            OperationType::Subscription => {
                Err(GraphQLError::new(Code::BadUserInput, "Subscriptions are not served here.").into())
            }
            _ => Ok(Selected { known, operation }),
        }
    }

    /// When the time of an operation is over whose request arrived at `arrived`.
    pub fn deadline(&self, arrived: Instant) -> Instant {
        deadline::after(arrived, self.settings.timeout)
    }

    async fn run(
        &self,
        mut request: GraphQLRequest,
        Selected { known, operation }: Selected,
        context: &RequestContext,
        deadline: Instant,
    ) -> Result<Answer, Unprepared> {
        let document = &known.document;
        let variables = request.variables.take().unwrap_or_default();
        variables
            .values()
            .try_for_each(|value| self.settings.limits.check_variable(value))
            .map_err(|error| vec![error])?;
        let variables = document.coerce(&self.graph, &operation, variables, self.may_introspect(context))?;
        let (asks_cost, id) = (request.asks_for("cost"), &context.caller.request_id);
        let cost = match self.check_cost(document, &operation, &variables, asks_cost, id) {
            Ok(cost) => cost,
            Err(refused) => return Ok(refused),
        };
        let is_true = |name: &apollo_compiler::Name| variables.get(name).and_then(JsonValue::as_bool);
        let input = PlanInput {
            conditions: operation.conditions.iter().map(|name| is_true(name).unwrap_or(false)).collect(),
            viewer: self.settings.authorize.then_some(&context.caller.viewer),
            variant: self.preparer.draw_variant(),
        };
        let plan = self.preparer.plan(&known, &operation, input, deadline).await?;
        if plan.introspection && !self.may_introspect(context) {
            return Err(vec![self.introspection_refused()].into());
        }
        let introspection = plan
            .introspection
            .then(|| document.introspect(&self.graph, &operation, &variables, self.settings.max_response_bytes));
        let introspection = introspection.transpose().map_err(|error| vec![error])?;
        if Instant::now() >= deadline {
            return Err(Unprepared::TooLate);
        }
        let is_query = operation.written.operation_type == OperationType::Query;
        let _ending = (!is_query).then(|| Ending(&self.mutations));
        let run = Run {
            sharing: (is_query && self.settings.share).then(|| Sharing {
                mutations: self.mutations.load(Ordering::Acquire),
                until: deadline.checked_sub(self.settings.timeout / 2).unwrap_or(deadline),
            }),
            plan: &plan,
            graph: &self.graph,
            subgraphs: &self.subgraphs,
            variables: &variables,
            locator: Some(document.locator(&self.graph, &operation, &variables)),
            context,
            deadline,
            introspection: introspection.as_ref(),
            deduplicate: self.settings.deduplicate,
            max_response_bytes: self.settings.max_response_bytes,
        };
        let Written { body, codes, has_data } = run.run().await;
        let mut answer = Answer { outcome: Outcome::Executed, body, codes, has_data, operation: None };
        let mut extensions = serde_json::Map::new();
        if self.settings.show_plans && request.asks_for("queryPlan") {
            extensions.insert("queryPlan".to_owned(), plan.to_json());
        }
        self.cost_of(cost, (document, &*operation, &variables), &answer, &mut extensions);
        answer.extend(&extensions);
        Ok(answer)
    }

    /// Whether an operation asks at its root for nothing but `fields`, through fragments too, and for at least one of
    /// them. Not if it is no operation that could run.
    pub async fn asks_only_for(&self, request: &GraphQLRequest, fields: &[String]) -> bool {
        if fields.is_empty() {
            return false;
        }
        let known = match persisted::document(request, self.settings.persisted_queries) {
            Ok(Named::Text(text)) => self.preparer.document(text, self.deadline(Instant::now())).await.ok(),
            Ok(Named::Hash(hash)) => match self.preparer.known(&hash) {
                Some(known) => known.ok(),
                // Nothing can run: the client is told to send the text, which is judged then.
                None => return true,
            },
            Err(_) => None,
        };
        let Some(known) = known else { return false };
        let operation = known.document.operation(request.operation_name.as_deref());
        operation.is_ok_and(|operation| known.document.asks_only_for(&operation, fields))
    }
}
