//! How long planning takes: the 100 largest of the listed operations and of random ones, then operations that are made
//! to be hard, each in a process of its own that is ended when it takes too long.
//!
//! ```sh
//! cargo bench -p rialto --bench planning
//! ```
//!
//! `PLANNING_SEEDS` (40) is how many random operations each graph is asked, `PLANNING_PATIENCE` (20) how many seconds
//! a hard one may take.

#[path = "../../tests/support/federation.rs"]
#[allow(dead_code)] // The plans' test composes the cases itself.
mod federation;
mod hard;
#[path = "../../tests/support/large.rs"]
mod large;
#[path = "../../tests/support/planned.rs"]
mod planned;
#[path = "../../tests/support/random.rs"]
#[allow(dead_code)] // Nothing is told apart by its text here.
mod random;

use std::{
    fs,
    time::{Duration, Instant},
};

use large::{Bounds, operation, social};
use planned::{plan, unlimited};
use random::Random;
use rialto::{
    graph::Supergraph,
    operation::Document,
    plan::{Plan, Unplannable},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many of the operations are measured.
const LARGEST: usize = 100;
/// How often each of them is planned; the median counts.
const TURNS: usize = 7;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, one, index, size, limited] = arguments.as_slice()
        && one == "one"
    {
        return hard::run(index.parse().unwrap(), size.parse().unwrap(), limited == "limited");
    }
    let mut all = operations();
    println!("{} operations, of which the {LARGEST} largest are planned {TURNS} times each\n", all.len());
    all.sort_by_key(|known| std::cmp::Reverse(known.text.len()));
    all.truncate(LARGEST);
    let measured: Vec<Measured> = all.iter().map(measure).collect();
    report(&measured);
    hard::report();
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} is not a number")))
}

/// An operation on its graph.
struct Known {
    name: String,
    graph: std::rc::Rc<Supergraph>,
    text: String,
}

/// All that are listed, and random ones over the same graphs, the shop's, and one where everything leads everywhere.
fn operations() -> Vec<Known> {
    let mut all = Vec::new();
    let mut graphs = Vec::new();
    for case in federation::cases() {
        let graph = std::rc::Rc::new(Supergraph::parse(&case.supergraph).unwrap());
        for (index, listed) in case.queries.iter().enumerate() {
            let text = listed["query"].as_str().unwrap().to_owned();
            if Document::read(&graph, &text, &unlimited()).is_ok() {
                all.push(Known { name: format!("{}, listed {index}", case.name), graph: graph.clone(), text });
            }
        }
        graphs.push((case.name, graph));
    }
    let shop = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/supergraph.graphql")).unwrap();
    graphs.push(("shop".to_owned(), std::rc::Rc::new(Supergraph::parse(&shop).unwrap())));
    let social = federation::try_compose(&social()).unwrap();
    graphs.push(("social".to_owned(), std::rc::Rc::new(Supergraph::parse(&social).unwrap())));
    for (name, graph) in graphs {
        for seed in 0..setting("PLANNING_SEEDS", 40) {
            let (depth, fields) = ([6, 10, 16, 30], [200, 400, 800, 1600]);
            let turn = usize::try_from(seed % 4).unwrap();
            let bounds = Bounds { depth: depth[turn], fields: fields[3 - turn], aliases: 15, fragments: 25 };
            let text = operation(&graph.api, bounds, &mut Random::new(seed));
            all.push(Known { name: format!("{name}, seed {seed}"), graph: graph.clone(), text });
        }
    }
    all
}

/// What planning one operation cost, and what came out.
struct Measured {
    name: String,
    bytes: usize,
    read: Duration,
    plan: Duration,
    made: Result<Made, Unplannable>,
}

/// The size of a plan.
struct Made {
    fetches: usize,
    hops: usize,
    /// Of all its documents together.
    bytes: usize,
}

fn measure(known: &Known) -> Measured {
    let began = Instant::now();
    let document = Document::read(&known.graph, &known.text, &unlimited())
        .unwrap_or_else(|errors| panic!("{}: {errors:?}\n{}", known.name, known.text));
    let read = began.elapsed();
    let mut times = Vec::new();
    let mut made = None;
    for _ in 0..TURNS {
        let began = Instant::now();
        let plan = plan(&known.graph, &document);
        times.push(began.elapsed());
        made = Some(plan.map(|plan| size_of(&plan)));
    }
    times.sort();
    Measured {
        name: known.name.clone(),
        bytes: known.text.len(),
        read,
        plan: times[TURNS / 2],
        made: made.expect("it was planned"),
    }
}

fn size_of(plan: &Plan) -> Made {
    let mut depth = vec![0_usize; plan.fetches.len()];
    // A fetch may stand before one that it waits for: as many rounds as there can be levels.
    for _ in 0..plan.fetches.len() {
        for (index, fetch) in plan.fetches.iter().enumerate() {
            depth[index] = 1 + fetch.after.iter().map(|before| depth[*before]).max().unwrap_or(0);
        }
    }
    Made {
        fetches: plan.fetches.len(),
        hops: depth.into_iter().max().unwrap_or(0),
        bytes: plan.fetches.iter().map(|fetch| fetch.operation.len()).sum(),
    }
}

fn report(all: &[Measured]) {
    let line = |name: &str, of: &dyn Fn(&Measured) -> f64, unit: &str| {
        let mut values: Vec<f64> = all.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        let at = |percent: usize| values[(values.len() - 1) * percent / 100];
        println!("{name:<28}{:>10.1}{:>10.1}{:>10.1} {unit}", at(50), at(99), at(100));
    };
    println!("{:<28}{:>10}{:>10}{:>10}", "", "median", "p99", "max");
    line("operation", &|known| kilo(known.bytes), "KB");
    line("read and validate", &|known| known.read.as_secs_f64() * 1e3, "ms");
    line("plan", &|known| known.plan.as_secs_f64() * 1e3, "ms");
    let made = |of: fn(&Made) -> f64| move |known: &Measured| known.made.as_ref().map_or(0.0, of);
    line("fetches", &made(|made| kilo(made.fetches * 1000)), "");
    line("levels", &made(|made| kilo(made.hops * 1000)), "");
    line("documents to subgraphs", &made(|made| kilo(made.bytes)), "KB");
    let refused = all.iter().filter(|known| known.made.is_err()).count();
    println!("refused: {refused}\n\nthe slowest:");
    let mut slowest: Vec<&Measured> = all.iter().collect();
    slowest.sort_by_key(|known| std::cmp::Reverse(known.plan));
    for known in &slowest[..10.min(slowest.len())] {
        let made = known.made.as_ref().map_or_else(ToString::to_string, |made| {
            format!("{} fetches on {} levels, {:.0} KB", made.fetches, made.hops, kilo(made.bytes))
        });
        println!("{:<40}{:>6.1} KB{:>9.1} ms  {made}", known.name, kilo(known.bytes), known.plan.as_secs_f64() * 1e3);
    }
}

#[allow(clippy::cast_precision_loss)] // Sizes of operations are small.
fn kilo(value: usize) -> f64 {
    value as f64 / 1000.0
}
