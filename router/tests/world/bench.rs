//! One graph under test: the engine before the world's subgraphs, and the judgement over its answers.

use std::{
    collections::{BTreeMap, HashMap},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, atomic::Ordering},
};

use apollo_compiler::{Schema, collections::HashSet, validation::Valid};
use futures_util::FutureExt as _;
use hive_router_query_planner::planner::plan_nodes::QueryPlan;
use rialto::{
    engine::{Engine, EngineSettings, RequestContext, SubgraphTarget},
    graph::{Requirement, Supergraph},
    operation::{Document, Limits},
    plan::{self, Authorization, Plan, Surroundings},
    request::GraphQLRequest,
};
use schema::Caller;

use crate::{
    ast::Operation,
    compare::compare,
    model::Model,
    naive::{self, Answer, Path, agree},
    operations, oracle,
    random::{Random, hash},
    reference, shrink,
    store::{Store, Trouble},
    subgraph::{Subgraph, World},
    switches::Switches,
    value::Value,
};

/// See the module's description.
pub struct Bench {
    pub name: String,
    supergraph: String,
    engine: Arc<Engine>,
    /// The same with other switches, made when they are asked for.
    others: Mutex<HashMap<Switches, Arc<Engine>>>,
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
        Self::of(name, supergraph, Store::new(Model::new(sdls, api), seed, trouble), seed)
    }

    /// Puts an engine for `supergraph` before subgraphs that answer from `store`.
    pub fn of(name: String, supergraph: &str, store: Store, seed: u64) -> Self {
        let world = Arc::new(World::new(store, seed));
        let engine = Arc::new(engine(&name, supergraph, &world, Switches::default()));
        Self { name, supergraph: supergraph.to_owned(), engine, others: Mutex::default(), world }
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
        self.world.forget(true);
        self.world.lenient.store(true, Ordering::Relaxed);
        let ask = |subgraph: &str, body: String| {
            let subgraph = Subgraph { name: subgraph.to_owned(), world: self.world.clone() };
            subgraph.answer(body.as_bytes())
        };
        let variables = serde_json::from_str(&operation.sent().to_string()).expect("an object");
        let data = reference::run(&self.world.store.model, &ask, variables, plan);
        self.world.lenient.store(false, Ordering::Relaxed);
        let projected = reference::project(&self.world.store.model, operation, &data);
        self.faultless().is_ok() && expected.errors.is_empty() && projected == expected.data
    }

    /// Runs an operation by the engine with and without other switches and by the naive executor; says what is wrong
    /// with an answer, if anything is.
    pub async fn judge(&self, operation: &Operation, other: Switches) -> Result<(), String> {
        let expected = oracle::answer(&self.world.store, operation);
        let told = self.judge_under(Switches::default(), operation, &expected).await?;
        self.judge_naive(operation, &told)?;
        self.judge_under(other, operation, &expected).await.map_err(|why| format!("under {other:?}\n{why}"))?;
        Ok(())
    }

    /// Runs an operation whose data, and perhaps whether there are errors, are written down. Keys stand in any order.
    pub async fn judge_listed(&self, operation: &Operation, data: Value, errors: Option<bool>) -> Result<(), String> {
        self.world.forget(false);
        let told = self.run(&self.engine, operation).await?;
        self.faultless()?;
        let serial = oracle::serial(&self.world.store, operation);
        let ran = self.world.mutations.lock().unwrap().clone();
        if ran != serial {
            return Err(format!("{ran:?} ran instead of {serial:?}"));
        }
        let seen = told.get("data").cloned().unwrap_or(Value::Null).sorted();
        let fails = told.get("errors").is_some();
        let right = seen == data.clone().sorted() && errors.is_none_or(|errors| errors == fails);
        if !right {
            return Err(format!("listed {data} (errors: {errors:?})\ntold   {told}"));
        }
        // What is not valid has no plan.
        if told.get("data").is_some() { self.judge_naive(operation, &told) } else { Ok(()) }
    }

    /// Runs an operation under every truth assignment of its conditions.
    async fn judge_truths(&self, operation: &Operation) -> Result<(), String> {
        for operation in operation.assignments() {
            let expected = oracle::answer(&self.world.store, &operation);
            let judged = self.judge_under(Switches::default(), &operation, &expected).await;
            judged.map_err(|why| format!("with {}\n{why}", operation.sent()))?;
        }
        Ok(())
    }

    /// Runs an operation under all switches, and twice at a time where reads are shared: what one leaves behind, or both
    /// look at, does no harm.
    pub async fn judge_switches(&self, operation: &Operation) -> Result<(), String> {
        let expected = oracle::answer(&self.world.store, operation);
        for switches in Switches::all() {
            if switches.share && !operation.mutation {
                let engine = self.engine(switches);
                self.world.forget(!switches.deduplicate);
                let (one, two) = (self.run(&engine, operation), self.run(&engine, operation));
                let (one, two) = futures_util::future::join(one, two).await;
                for told in [one?, two?] {
                    self.check(&told, &expected).map_err(|why| format!("twice under {switches:?}\n{why}"))?;
                }
            }
            let judged = self.judge_under(switches, operation, &expected).await;
            judged.map_err(|why| format!("under {switches:?}\n{why}"))?;
        }
        Ok(())
    }

    async fn judge_under(&self, switches: Switches, operation: &Operation, expected: &Answer) -> Result<Value, String> {
        self.world.forget(!switches.deduplicate);
        let told = self.run(&self.engine(switches), operation).await?;
        self.check(&told, expected)?;
        let (ran, serial) =
            (self.world.mutations.lock().unwrap().clone(), oracle::serial(&self.world.store, operation));
        // A server may stop at a mutation that failed.
        let mut rest = serial.iter();
        let in_order = ran.iter().all(|name| rest.any(|next| next == name));
        let right = in_order && (ran.len() == serial.len() || !expected.errors.is_empty());
        if right { Ok(told) } else { Err(format!("{ran:?} ran instead of {serial:?}")) }
    }

    /// The engine's answer to an operation.
    pub async fn run(&self, engine: &Engine, operation: &Operation) -> Result<Value, String> {
        let request = GraphQLRequest {
            query: Some(operation.to_string()),
            variables: serde_json::from_str(&operation.sent().to_string()).expect("an object"),
            ..GraphQLRequest::default()
        };
        let context =
            RequestContext { caller: Arc::new(Caller::default()), authorization: None, allow_mutations: true };
        let run = AssertUnwindSafe(engine.execute(request, context)).catch_unwind();
        let answer = run.await.map_err(|_| "the router panicked".to_owned())?;
        Value::parse(&answer.body).map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&answer.body)))
    }

    fn check(&self, told: &Value, expected: &Answer) -> Result<(), String> {
        self.faultless()?;
        let strange = told.get("errors").map_or(&[][..], Value::items).iter().find(|error| {
            let code = error.get("extensions").and_then(|known| known.get("code")).and_then(Value::text);
            !matches!(code, Some("SEEDED" | "ERRORS_UNLISTED"))
        });
        if let Some(error) = strange {
            return Err(format!("nobody seeded {error}\n{told}"));
        }
        let (data, errors) = read(told);
        compare(&data, &errors, expected).map_err(|why| format!("{why}\nexpected {expected}\ntold     {told}"))
    }

    fn faultless(&self) -> Result<(), String> {
        let faults = self.world.faults.lock().unwrap();
        if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
    }

    /// Runs the plan of an operation by the naive executor, whose answer is to agree with the engine's.
    fn judge_naive(&self, operation: &Operation, told: &Value) -> Result<(), String> {
        let (plan, variables) = self.plan(operation)?;
        self.world.forget(true);
        let subgraph = |name: &str| Subgraph { name: name.to_owned(), world: self.world.clone() };
        let mut ask = |name: &str, body: &Value| subgraph(name).answer(body.to_string().as_bytes());
        let naive = naive::run(&plan, self.engine.graph(), &variables, &mut ask);
        self.faultless().map_err(|why| format!("the naive executor is told {why}"))?;
        let (data, errors) = read(told);
        agree(&data, &errors, &naive).map_err(|why| format!("{why}\nnaively {naive}\ntold    {told}"))
    }

    /// The engine with these switches.
    fn engine(&self, switches: Switches) -> Arc<Engine> {
        if switches == Switches::default() {
            return self.engine.clone();
        }
        let mut others = self.others.lock().unwrap();
        let make = || Arc::new(engine(&self.name, &self.supergraph, &self.world, switches));
        others.entry(switches).or_insert_with(make).clone()
    }

    /// Runs the random operation of a seed. If it fails: what is wrong, and if wished for the smallest that still
    /// fails.
    pub async fn try_seed(&self, seed: u64, shrink: bool) -> Result<(), String> {
        let Some(operation) = self.operation(seed) else { return Ok(()) };
        match self.try_operation(&operation, seed).await {
            Ok(()) => Ok(()),
            Err(_) if shrink => Err(self.report(operation, seed).await),
            Err(why) => Err(why),
        }
    }

    /// The random operation of a seed.
    pub fn operation(&self, seed: u64) -> Option<Operation> {
        operations::operation(self.api(), &self.internal_names(), seed)
    }

    async fn try_operation(&self, operation: &Operation, seed: u64) -> Result<(), String> {
        self.judge(operation, Switches::other(&mut Random::new(hash(seed, &self.name)))).await?;
        self.judge_truths(operation).await
    }

    async fn report(&self, mut operation: Operation, seed: u64) -> String {
        let mut tries = 0;
        'smaller: loop {
            for smaller in shrink::smaller(&operation) {
                tries += 1;
                if tries > 2_000 {
                    break 'smaller;
                }
                if operations::is_valid(self.api(), &smaller) && self.try_operation(&smaller, seed).await.is_err() {
                    operation = smaller;
                    continue 'smaller;
                }
            }
            break;
        }
        let why = self.try_operation(&operation, seed).await.err().unwrap_or_default();
        let said = self.world.said.lock().unwrap().join("\n");
        let plan = self.plan(&operation).map_or_else(|error| error, |(plan, _)| plan.to_string());
        format!("=== {} with seed {seed}\n{operation}\n{}\n{why}\n{plan}{said}", self.name, operation.sent())
    }

    /// The plan of an operation, and its variables as they are sent on.
    pub fn plan(&self, operation: &Operation) -> Result<(Plan, Value), String> {
        let graph: &Supergraph = self.engine.graph();
        let refused = |error: &dyn std::fmt::Debug| format!("{error:?}");
        let document = Document::read(graph, &operation.to_string(), &limits()).map_err(|error| refused(&error))?;
        let runnable = document.operation(None).map_err(|error| refused(&error))?;
        let given = serde_json::from_str(&operation.sent().to_string()).expect("an object");
        let variables = document.coerce(graph, &runnable, given).map_err(|error| refused(&error))?;
        let variables = serde_json::to_vec(&*variables).expect("plain JSON");
        let variables = Value::parse(&variables)?;
        let is_true = |name: &str| variables.get(name) == Some(&Value::Bool(true));
        let truths: HashSet<_> = runnable.conditions.iter().filter(|name| is_true(name)).cloned().collect();
        let surroundings = Surroundings { fragments: &document.fragments, truths: &truths };
        let plan = std::panic::catch_unwind(AssertUnwindSafe(|| {
            plan::plan(graph, &runnable.written, surroundings, &Everything)
        }));
        let plan = plan.map_err(|_| "planning panics".to_owned())?;
        plan.map(|plan| (plan, variables)).map_err(|error| error.to_string())
    }
}

fn limits() -> Limits {
    Limits { mutations: 100, ..Limits::default() }
}

fn engine(name: &str, supergraph: &str, world: &Arc<World>, switches: Switches) -> Engine {
    let targets: HashMap<String, SubgraphTarget> = world
        .store
        .model
        .subgraphs
        .keys()
        .map(|name| {
            let subgraph = Subgraph { name: name.clone(), world: world.clone() };
            (name.clone(), SubgraphTarget { transport: Arc::new(subgraph), path: "/graphql".into() })
        })
        .collect();
    let settings = EngineSettings { authorize: false, limits: limits(), ..EngineSettings::default() };
    Engine::new(supergraph, &targets, switches.set(settings)).unwrap_or_else(|error| panic!("{name}: {error}"))
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
