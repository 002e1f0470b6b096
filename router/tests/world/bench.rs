//! One graph under test: the engine before the world's subgraphs, and the judgement over its answers.

use std::{
    collections::BTreeMap,
    panic::AssertUnwindSafe,
    sync::{Arc, atomic::Ordering},
};

use apollo_compiler::{Schema, collections::HashSet, validation::Valid};
use futures_util::FutureExt as _;
use hive_router_query_planner::planner::plan_nodes::QueryPlan;
use rialto::{
    engine::{Engine, RequestContext},
    graph::{Supergraph, Variants},
    json::JsonObject,
    operation::Document,
    plan::{self, Plan, Surroundings},
    request::GraphQLRequest,
};

use crate::{
    access::{Hidden, Viewer, viewers},
    ast::Operation,
    compare::compare,
    engines::{Engines, limits},
    model::Model,
    naive::{self, Answer, Path, SEEDED, agree},
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
    engines: Arc<Engines>,
    world: Arc<World>,
    viewer: Viewer,
}

impl Bench {
    /// Puts an engine for `supergraph`, which refuses nothing, before subgraphs that answer by `sdls`.
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
        let (world, viewer) = (Arc::new(World::new(store, seed)), Viewer::of_everything());
        let engines = Engines::new(&name, supergraph, vec![(viewer.proved(), world.clone())], false);
        Self { name, engines: Arc::new(engines), world, viewer }
    }

    /// One engine before as many worlds as there are viewers, each with data of its own.
    pub fn for_viewers(name: &str, supergraph: &str, model: &Arc<Model>, seed: u64, trouble: Trouble) -> Vec<Self> {
        let world = |viewer: &Viewer| {
            let seed = hash(seed, &format!("{:?}", viewer.user));
            let mut store = Store::new(model.clone(), seed, trouble);
            store.hidden = Hidden::from(viewer, model);
            Arc::new(World::new(store, seed))
        };
        let all: Vec<(Viewer, Arc<World>)> =
            viewers().into_iter().map(|viewer| (viewer.clone(), world(&viewer))).collect();
        let worlds = all.iter().map(|(viewer, world)| (viewer.proved(), world.clone())).collect();
        let engines = Arc::new(Engines::new(name, supergraph, worlds, true));
        let bench = |(viewer, world)| Self { name: name.to_owned(), engines: engines.clone(), world, viewer };
        all.into_iter().map(bench).collect()
    }

    /// The clients' schema.
    pub fn api(&self) -> &Valid<Schema> {
        &self.world.store.model.api
    }

    /// The data, as the viewer is to see it.
    pub fn store(&self) -> &Store {
        &self.world.store
    }

    /// Who asks here.
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
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
        let told = self.run(&self.engine(Switches::default()), operation).await?;
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
    pub async fn judge_truths(&self, operation: &Operation) -> Result<(), String> {
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
                let (one, two) = Box::pin(futures_util::future::join(one, two)).await;
                for told in [one?, two?] {
                    self.check(&told, &expected).map_err(|why| format!("twice under {switches:?}\n{why}"))?;
                }
            }
            let judged = self.judge_under(switches, operation, &expected).await;
            judged.map_err(|why| format!("under {switches:?}\n{why}"))?;
        }
        Ok(())
    }

    pub async fn judge_under(
        &self,
        switches: Switches,
        operation: &Operation,
        expected: &Answer,
    ) -> Result<Value, String> {
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
        let context = RequestContext {
            caller: self.viewer.caller(),
            authorization: None,
            cookies: None,
            allow_mutations: true,
            arrived: None,
        };
        let run = AssertUnwindSafe(engine.execute(request, context)).catch_unwind();
        let answer = run.await.map_err(|_| "the router panicked".to_owned())?;
        Value::parse(&answer.body).map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&answer.body)))
    }

    pub fn check(&self, told: &Value, expected: &Answer) -> Result<(), String> {
        self.faultless()?;
        let strange = told.get("errors").map_or(&[][..], Value::items).iter().find(|error| {
            let code = error.get("extensions").and_then(|known| known.get("code")).and_then(Value::text);
            !matches!(code, Some(SEEDED | "ERRORS_UNLISTED" | "UNAUTHENTICATED" | "FORBIDDEN"))
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
    pub fn judge_naive(&self, operation: &Operation, told: &Value) -> Result<(), String> {
        let (plan, variables) = self.plan(operation)?;
        self.world.forget(true);
        let subgraph = |name: &str| Subgraph { name: name.to_owned(), world: self.world.clone() };
        let mut ask = |name: &str, body: &Value| subgraph(name).answer(body.to_string().as_bytes());
        let naive = naive::run(&plan, self.engine(Switches::default()).graph(), &variables, &mut ask);
        self.faultless().map_err(|why| format!("the naive executor is told {why}"))?;
        let (data, errors) = read(told);
        let paths: Vec<Path> = errors.into_iter().map(|(path, _)| path).collect();
        agree(&data, &paths, &naive).map_err(|why| format!("{why}\nnaively {naive}\ntold    {told}"))
    }

    /// The engine with these switches.
    pub fn engine(&self, switches: Switches) -> Arc<Engine> {
        self.engines.with(switches)
    }

    /// Runs the random operation of a seed. If it fails: what is wrong, and if wished for the smallest that still
    /// fails.
    pub async fn try_seed(&self, seed: u64, shrink: bool) -> Result<(), String> {
        let Some(operation) = self.operation(seed) else { return Ok(()) };
        match self.try_operation(&operation, seed).await {
            Ok(()) => Ok(()),
            Err(_) if shrink => Err(self.report(&operation, seed).await),
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

    async fn report(&self, operation: &Operation, seed: u64) -> String {
        let operation = shrink::shrink(self.api(), operation, async |smaller: &Operation| {
            self.try_operation(smaller, seed).await.is_err()
        });
        let operation = operation.await;
        let why = self.try_operation(&operation, seed).await.err().unwrap_or_default();
        format!("=== {} with seed {seed}\n{}\n{why}", self.name, self.told(&operation))
    }

    /// An operation, its plan, and what was said while it ran last.
    pub fn told(&self, operation: &Operation) -> String {
        let said = self.world.said.lock().unwrap().join("\n");
        let plan = self.plan(operation).map_or_else(|error| error, |(plan, _)| plan.to_string());
        format!("{operation}\n{}\n{plan}{said}", operation.sent())
    }

    /// The plan of an operation, and its variables as they are sent on.
    pub fn plan(&self, operation: &Operation) -> Result<(Plan, Value), String> {
        let engine = self.engine(Switches::default());
        let graph: &Supergraph = engine.graph();
        let labels: Vec<String> = self.store().model.labels.iter().cloned().collect();
        let variants = Variants::new(graph, &labels);
        // Any draw will do: where it decides, both sides are right.
        let graph = variants.graph(variants.draw(|| 50.0)).unwrap_or(graph);
        let refused = |error: &dyn std::fmt::Debug| format!("{error:?}");
        let document = Document::read(graph, &operation.to_string(), &limits()).map_err(|error| refused(&error))?;
        let runnable = document.operation(None).map_err(|error| refused(&error))?;
        let given: JsonObject = serde_json::from_str(&operation.sent().to_string()).expect("an object");
        let variables = document.coerce(graph, &runnable, given, false).map_err(|error| refused(&error))?;
        let variables = variables.iter().map(|(name, value)| (name.to_string(), value.clone()));
        let mut text = Vec::new();
        variables.collect::<JsonObject>().write(&mut text);
        let variables = Value::parse(&text)?;
        let is_true = |name: &str| variables.get(name) == Some(&Value::Bool(true));
        let truths: HashSet<_> = runnable.conditions.iter().filter(|name| is_true(name)).cloned().collect();
        let surroundings = Surroundings { fragments: &document.fragments, truths: &truths };
        let plan = std::panic::catch_unwind(AssertUnwindSafe(|| {
            plan::plan(graph, &runnable.written, surroundings, &self.viewer)
        }));
        let plan = plan.map_err(|_| "planning panics".to_owned())?;
        plan.map(|plan| (plan, variables)).map_err(|error| error.to_string())
    }
}

/// The data that were told, and the errors: their paths and codes.
fn read(told: &Value) -> (Value, Vec<(Path, String)>) {
    let errors = told.get("errors").map_or(&[][..], Value::items).iter();
    let error = |error: &Value| {
        let path = error.get("path").map(|path| path.items().to_vec()).unwrap_or_default();
        let code = error.get("extensions").and_then(|known| known.get("code")).and_then(Value::text);
        (path, code.unwrap_or_default().to_owned())
    };
    (told.get("data").cloned().unwrap_or(Value::Null), errors.map(error).collect())
}
