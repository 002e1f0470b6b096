//! One graph under test: the engine before the world's subgraphs, and the judgement over its answers.

use std::{
    collections::{BTreeMap, HashMap},
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use apollo_compiler::{Schema, collections::HashSet, validation::Valid};
use futures_util::FutureExt as _;
use hive_router_query_planner::planner::plan_nodes::QueryPlan;
use rialto::{
    engine::{Engine, EngineSettings, RequestContext, SubgraphTarget},
    graph::{Requirement, Supergraph},
    operation::{Document, Limits},
    plan::{self, Authorization, Surroundings},
    request::GraphQLRequest,
};
use schema::Caller;

use crate::{
    ast::Operation,
    compare::compare,
    model::Model,
    operations,
    oracle::{self, Path},
    reference, shrink,
    store::{Store, Trouble},
    subgraph::{Subgraph, World},
    value::Value,
};

/// See the module's description.
pub struct Bench {
    pub name: String,
    engine: Engine,
    world: Arc<World>,
}

impl Bench {
    /// Puts an engine for `supergraph` before subgraphs that answer by `sdls`.
    pub fn new(
        name: String,
        supergraph: &str,
        sdls: &BTreeMap<String, String>,
        data: (Valid<Schema>, u64, Trouble),
    ) -> Self {
        let (api, seed, trouble) = data;
        let store = Store::new(Model::new(sdls, api), seed, trouble);
        let world = Arc::new(World {
            store,
            faults: Mutex::default(),
            said: Mutex::default(),
            mutations: Mutex::default(),
            seed,
            lenient: AtomicBool::new(false),
        });
        let targets: HashMap<String, SubgraphTarget> = sdls
            .keys()
            .map(|name| {
                let subgraph = Subgraph { name: name.clone(), world: world.clone() };
                (name.clone(), SubgraphTarget { transport: Arc::new(subgraph), path: "/graphql".into() })
            })
            .collect();
        let limits = Limits { mutations: 100, ..Limits::default() };
        let settings = EngineSettings { authorize: false, limits, ..EngineSettings::default() };
        let engine = Engine::new(supergraph, &targets, settings).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self { name, engine, world }
    }

    /// The clients' schema.
    pub fn api(&self) -> &Valid<Schema> {
        &self.world.store.model.api
    }

    /// What the router asks for on its own account.
    pub fn internal_names(&self) -> Vec<String> {
        self.world.store.model.internal_names()
    }

    /// Whether a plan of the reference, run before the same subgraphs, gives the right data.
    pub fn is_right(&self, operation: &Operation, plan: &QueryPlan) -> bool {
        let expected = oracle::answer(&self.world.store, operation);
        self.world.faults.lock().unwrap().clear();
        self.world.lenient.store(true, Ordering::Relaxed);
        let ask = |subgraph: &str, body: String| {
            let subgraph = Subgraph { name: subgraph.to_owned(), world: self.world.clone() };
            subgraph.answer(&body.into())
        };
        let variables = serde_json::from_str(&operation.sent().to_string()).expect("an object");
        let data = reference::run(&self.world.store.model, &ask, variables, plan);
        self.world.lenient.store(false, Ordering::Relaxed);
        let is_quiet = self.world.faults.lock().unwrap().iter().all(|fault| fault.ends_with("is sent twice"));
        let projected = reference::project(&self.world.store.model, operation, &data);
        is_quiet && expected.errors.is_empty() && projected == expected.data
    }

    /// Runs an operation; says what is wrong with the answer, if anything is.
    pub async fn judge(&self, operation: &Operation, text: &str) -> Result<(), String> {
        self.world.faults.lock().unwrap().clear();
        self.world.mutations.lock().unwrap().clear();
        self.world.said.lock().unwrap().clear();
        let request = GraphQLRequest {
            query: Some(text.to_owned()),
            variables: serde_json::from_str(&operation.sent().to_string()).expect("an object"),
            ..GraphQLRequest::default()
        };
        let context =
            RequestContext { caller: Arc::new(Caller::default()), authorization: None, allow_mutations: true };
        let run = AssertUnwindSafe(self.engine.execute(request, context)).catch_unwind();
        let answer = run.await.map_err(|_| "the router panicked".to_owned())?;
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        let told = Value::parse(&answer.body).map_err(|error| format!("{error}: {body}"))?;
        let faults = self.world.faults.lock().unwrap().clone();
        if !faults.is_empty() {
            return Err(faults.join("\n"));
        }
        let expected = oracle::answer(&self.world.store, operation);
        let strange = told.get("errors").map_or(&[][..], Value::items).iter().find(|error| {
            let code = error.get("extensions").and_then(|known| known.get("code")).and_then(Value::text);
            !matches!(code, Some("SEEDED" | "ERRORS_UNLISTED"))
        });
        if let Some(error) = strange {
            return Err(format!("nobody seeded {error}\n{body}"));
        }
        let (data, errors) = read(&told);
        compare(&data, &errors, &expected).map_err(|why| format!("{why}\nexpected {expected}\ntold     {body}"))?;
        let (ran, serial) = (self.world.mutations.lock().unwrap().clone(), oracle::serial(operation));
        // A server may stop at a mutation that failed.
        let mut rest = serial.iter();
        let in_order = ran.iter().all(|name| rest.any(|next| next == name));
        let right = in_order && (ran.len() == serial.len() || !expected.errors.is_empty());
        if right { Ok(()) } else { Err(format!("{ran:?} ran instead of {serial:?}")) }
    }

    /// Runs the random operation of a seed. If it fails: what is wrong, and if wished for the smallest that still
    /// fails.
    pub async fn try_seed(&self, seed: u64, shrink: bool) -> Result<(), String> {
        let Some(operation) = operations::operation(self.api(), &self.internal_names(), seed) else { return Ok(()) };
        match self.judge(&operation, &operation.to_string()).await {
            Ok(()) => Ok(()),
            Err(_) if shrink => Err(self.report(operation, seed).await),
            Err(why) => Err(why),
        }
    }

    async fn report(&self, mut operation: Operation, seed: u64) -> String {
        let mut tries = 0;
        'smaller: loop {
            for smaller in shrink::smaller(&operation) {
                tries += 1;
                if tries > 2_000 {
                    break 'smaller;
                }
                if operations::is_valid(self.api(), &smaller)
                    && self.judge(&smaller, &smaller.to_string()).await.is_err()
                {
                    operation = smaller;
                    continue 'smaller;
                }
            }
            break;
        }
        let text = operation.to_string();
        let why = self.judge(&operation, &text).await.err().unwrap_or_default();
        let plan = self.plan(&operation, &text);
        let said = self.world.said.lock().unwrap().join("\n");
        format!("=== {} with seed {seed}\n{text}\n{}\n{why}\n{plan}{said}", self.name, operation.sent())
    }

    /// What the plan of an operation without conditions costs: requests on the longest path, and requests.
    pub fn cost(&self, operation: &Operation) -> (usize, usize) {
        let graph = self.engine.graph();
        let document = Document::read(graph, &operation.to_string(), &Limits { mutations: 100, ..Limits::default() });
        let document = document.unwrap_or_else(|error| panic!("{error:?}"));
        let runnable = document.operation(None).expect("an operation");
        let truths = HashSet::default();
        let surroundings = Surroundings { fragments: &document.fragments, truths: &truths };
        let plan = plan::plan(graph, &runnable.written, surroundings, &Everything).expect("a plan");
        (plan.hops(), plan.fetches.len())
    }

    /// Its plan as text, or why there is none.
    pub fn plan(&self, operation: &Operation, text: &str) -> String {
        let graph: &Supergraph = self.engine.graph();
        let Ok(document) = Document::read(graph, text, &Limits::default()) else { return String::new() };
        let Ok(runnable) = document.operation(None) else { return String::new() };
        let defaults = |declared: &str| declared.ends_with("= true");
        let is_true = |name: &str| {
            let known = operation.variables.iter().find(|known| known.name == name);
            known.is_some_and(|known| {
                known.value == Some(Value::Bool(true)) || (known.value.is_none() && defaults(&known.declared))
            })
        };
        let truths: HashSet<_> = runnable.conditions.iter().filter(|name| is_true(name)).cloned().collect();
        let surroundings = Surroundings { fragments: &document.fragments, truths: &truths };
        let plan = std::panic::catch_unwind(AssertUnwindSafe(|| {
            plan::plan(graph, &runnable.written, surroundings, &Everything).map(|plan| plan.to_string())
        }));
        match plan {
            Ok(Ok(plan)) => plan,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "planning panics".to_owned(),
        }
    }
}

/// Everybody may see everything.
struct Everything;

impl Authorization for Everything {
    fn denies(&self, _: &Requirement) -> Option<bool> {
        None
    }
}

fn read(told: &Value) -> (Value, Vec<Path>) {
    let errors = told.get("errors").map_or(&[][..], Value::items).iter();
    let path = |error: &Value| error.get("path").map(|path| path.items().to_vec()).unwrap_or_default();
    (told.get("data").cloned().unwrap_or(Value::Null), errors.map(path).collect())
}
