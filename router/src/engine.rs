//! The engine: one supergraph, the way to each of its subgraphs, and the operations that run on them.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use apollo_compiler::{ast::OperationType, collections::HashSet};
use schema::{Viewer, service::ServiceSigner};
use tokio::time::Instant;

use crate::{
    cache::Cache,
    error::{Code, GraphQLError},
    execute::Run,
    fetch::{InvalidPath, Sharing, Subgraph},
    graph::{InvalidSupergraph, Requirement, Supergraph, Variants},
    operation::{Document, Runnable},
    plan::{self, Authorization, Plan, Surroundings, Unplannable},
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
    /// How many documents, and how many plans, are remembered; 0 for none.
    pub cached: usize,
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
    /// The labels of `@override` that are active for all requests; those of the form `percent(x)` need no naming.
    pub override_labels: Vec<String>,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            signer: None,
            timeout: Duration::from_secs(30),
            limits: Limits::default(),
            cached: 1_000,
            authorize: true,
            share: true,
            batch: true,
            deduplicate: true,
            show_plans: false,
            override_labels: Vec::new(),
        }
    }
}

/// A supergraph that cannot be used, in words for whoever runs the router.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The supergraph's SDL is wrong.
    #[error("the supergraph is not valid: {0}")]
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
    graph: Supergraph,
    variants: Variants,
    subgraphs: Vec<Subgraph>,
    settings: EngineSettings,
    /// Documents by their text.
    documents: Cache<String, Arc<Numbered>>,
    plans: Cache<PlanKey, Arc<Plan>>,
    /// How many documents have been read.
    read: AtomicU64,
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

/// A document, and a number that no other one has.
struct Numbered {
    number: u64,
    document: Document,
}

/// What a plan depends on, beside the supergraph.
#[derive(Clone, PartialEq, Eq, Hash)]
struct PlanKey {
    /// The number of the document.
    document: u64,
    operation: Option<String>,
    /// The variables of `@skip` and `@include`, in the order of the operation.
    truths: Vec<bool>,
    caller: Access,
    /// Which labels of `@override` are active.
    variant: usize,
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
            Ok(Subgraph::new(known.name.clone(), target, settings.signer.clone())?)
        });
        let subgraphs = subgraphs.collect::<Result<_, EngineError>>()?;
        let (documents, plans) = (Cache::new(settings.cached), Cache::new(settings.cached));
        let (read, mutations) = (AtomicU64::new(0), AtomicU64::new(0));
        let variants = Variants::new(&graph, &settings.override_labels);
        Ok(Self { graph, variants, subgraphs, settings, documents, plans, read, mutations })
    }

    /// The supergraph that is served.
    pub fn graph(&self) -> &Supergraph {
        &self.graph
    }

    /// Runs one request to its answer. Never fails: every fault is an entry of the answer's `errors`.
    pub async fn execute(&self, request: GraphQLRequest, context: RequestContext) -> Answer {
        let deadline = Instant::now() + self.settings.timeout;
        let answer = self.run(request, &context, deadline).await;
        answer.unwrap_or_else(|errors| Answer::refused(errors, &context.caller.request_id))
    }

    async fn run(
        &self,
        request: GraphQLRequest,
        context: &RequestContext,
        deadline: Instant,
    ) -> Result<Answer, Vec<GraphQLError>> {
        let text = request.query.filter(|query| !query.trim().is_empty());
        let text =
            text.ok_or_else(|| vec![GraphQLError::new(Code::BadUserInput, "The parameter \"query\" is missing.")])?;
        let known = self.document(&text)?;
        let document = &known.document;
        let operation = document.operation(request.operation_name.as_deref()).map_err(|error| vec![error])?;
        match operation.written.operation_type {
            OperationType::Mutation if !context.allow_mutations => {
                let error = GraphQLError::new(Code::BadUserInput, "Mutations must be sent with POST.");
                let refused = Answer::refused(vec![error], &context.caller.request_id);
                return Ok(Answer { outcome: Outcome::MethodNotAllowed, ..refused });
            }
            OperationType::Subscription => {
                return Err(vec![GraphQLError::new(Code::BadUserInput, "Subscriptions are not served here.")]);
            }
            _ => {}
        }
        let variables = request.variables.unwrap_or_default();
        variables
            .values()
            .try_for_each(|value| self.settings.limits.check_variable(value))
            .map_err(|error| vec![error])?;
        let variables = document.coerce(&self.graph, &operation, variables).map_err(|error| vec![error])?;
        let is_true = |name: &apollo_compiler::Name| {
            variables.get(name.as_str()).and_then(apollo_compiler::response::serde_json_bytes::Value::as_bool)
        };
        let truths: Vec<bool> = operation.conditions.iter().map(|name| is_true(name).unwrap_or(false)).collect();
        let key = PlanKey {
            document: known.number,
            operation: request.operation_name,
            truths,
            caller: self.access(context),
            variant: self.variants.draw(|| rand::random::<f64>() * 100.0),
        };
        let plan = self.plan(&key, document, &operation).map_err(|error| vec![error])?;
        let introspection = plan.introspection.then(|| document.introspect(&self.graph, &operation, &variables));
        let introspection = introspection.transpose().map_err(|error| vec![error])?;
        if Instant::now() >= deadline {
            let error = GraphQLError::new(Code::Timeout, "The operation took too long.");
            let refused = Answer::refused(vec![error], &context.caller.request_id);
            return Ok(Answer { outcome: Outcome::TimedOut, ..refused });
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
            context,
            deadline,
            introspection: introspection.as_ref(),
            deduplicate: self.settings.deduplicate,
        };
        let mut answer = Answer { outcome: Outcome::Executed, body: run.run().await };
        let asked = request.extensions.as_ref().and_then(|extensions| extensions.get("queryPlan"));
        if self.settings.show_plans && asked.is_some_and(|asked| asked == true) {
            answer.extend("queryPlan", &plan.to_json());
        }
        Ok(answer)
    }

    fn access(&self, context: &RequestContext) -> Access {
        match &context.caller.viewer {
            _ if !self.settings.authorize => Access::All,
            Viewer::Anonymous => Access::Anonymous,
            Viewer::User(user) => {
                let mut scopes = user.scopes.clone();
                scopes.sort_unstable();
                Access::User(scopes)
            }
        }
    }

    fn document(&self, text: &str) -> Result<Arc<Numbered>, Vec<GraphQLError>> {
        self.documents.get_or_make(text, || {
            let document = Document::read(&self.graph, text, &self.settings.limits)?;
            Ok(Arc::new(Numbered { number: self.read.fetch_add(1, Ordering::Relaxed), document }))
        })
    }

    fn plan(&self, key: &PlanKey, document: &Document, operation: &Runnable) -> Result<Arc<Plan>, GraphQLError> {
        let graph = self.variants.graph(key.variant).unwrap_or(&self.graph);
        self.plans.get_or_make(key, || {
            let truths = operation.conditions.iter().zip(&key.truths).filter(|(_, truth)| **truth);
            let truths: HashSet<_> = truths.map(|(name, _)| name.clone()).collect();
            let surroundings = Surroundings { fragments: &document.fragments, truths: &truths };
            let plan = if self.settings.batch { plan::plan } else { plan::plan_singly };
            let plan = plan(graph, &operation.written, surroundings, &key.caller).map_err(refusal)?;
            tracing::debug!("planned\n{plan}");
            Ok(Arc::new(plan))
        })
    }
}

/// What a client may know of a plan that could not be made.
fn refusal(error: Unplannable) -> GraphQLError {
    match error {
        Unplannable::TooComplex => GraphQLError::new(Code::CostExceeded, "The operation is too complex to be planned."),
        Unplannable::Unreachable(field) => {
            tracing::error!(%field, "no path through the subgraphs reaches a field");
            GraphQLError::new(Code::Internal, format!("{field} cannot be reached."))
        }
    }
}
