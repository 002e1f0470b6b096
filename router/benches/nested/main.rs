//! The nested query of the shop: planning it, running it through the router in one process, and running it on one
//! async-graphql schema over the same databases.
//!
//! `cargo bench -p rialto --bench nested`. The last lines compare the processor's time per request, taken in turns so
//! that a noisy machine disturbs both alike.
//!
//! With `-- --programs` whole programs are measured instead, each of which serves a shop of its own: see [`programs`].

mod monolith;
mod programs;
mod shop;
#[path = "../support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use apollo_compiler::collections::{HashMap, HashSet};
use criterion::Criterion;
use rialto::{
    graph::{Requirement, Supergraph},
    operation::{Document, Limits},
    plan::{self, Authorization, Surroundings},
};
use tokio::runtime::Runtime;

use self::{
    monolith::{Databases, monolith, request},
    shop::{Bench, NESTED},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Everything;

impl Authorization for Everything {
    fn denies(&self, _: &Requirement) -> Option<bool> {
        None
    }
}

fn main() {
    if std::env::args().any(|argument| argument == "--programs") {
        return programs::run();
    }
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let bench = runtime.block_on(Bench::open(folder.path()));
    let mut criterion = Criterion::default().configure_from_args().sample_size(50);
    planning(&mut criterion, &bench.shop.supergraph);
    let databases = runtime.block_on(open(folder.path()));
    let schema = monolith();
    let me = bench.context.caller.viewer.id().unwrap();
    let federated = async || bench.engine.execute(Bench::request(NESTED), bench.context.clone()).await.body;
    let alone = async || serde_json::to_vec(&schema.execute(request(NESTED, &databases, me)).await).unwrap();
    runtime.block_on(async {
        let read = |body: &[u8]| serde_json::from_slice::<serde_json::Value>(body).unwrap();
        assert_eq!(read(&federated().await), read(&alone().await), "both must answer the same");
        println!("response: {} bytes", federated().await.len());
    });
    criterion.bench_function("nested query, router and three subgraphs", |b| b.to_async(&runtime).iter(federated));
    criterion.bench_function("nested query, one schema without a router", |b| b.to_async(&runtime).iter(alone));
    criterion.final_summary();
    compare(&runtime, federated, alone);
    runtime.block_on(bench.shop.close());
}

fn planning(criterion: &mut Criterion, supergraph: &str) {
    let graph = Supergraph::parse(supergraph).unwrap();
    criterion.bench_function("read and validate the nested query", |b| {
        b.iter(|| Document::read(&graph, NESTED, &Limits::default()).map_err(|_| ()).unwrap());
    });
    let document = Document::read(&graph, NESTED, &Limits::default()).map_err(|_| ()).unwrap();
    let operation = document.operation(None).unwrap();
    let (fragments, truths) = (HashMap::default(), HashSet::default());
    let surroundings = Surroundings { fragments: &fragments, truths: &truths };
    println!("{}", plan::plan(&graph, &operation.written, surroundings, &Everything).unwrap());
    criterion.bench_function("plan the nested query", |b| {
        b.iter(|| plan::plan(&graph, &operation.written, surroundings, &Everything).unwrap());
    });
}

async fn open(folder: &std::path::Path) -> Databases {
    let open = async |name: &str| {
        let url = format!("sqlite:{}", folder.join(name).with_extension("sqlite").display());
        kit::Database::connect(&url).await.unwrap().schema().clone()
    };
    Databases { users: open("users").await, products: open("products").await, orders: open("orders").await }
}

/// Processor time per request of both, measured in turns.
fn compare(runtime: &Runtime, federated: impl AsyncFn() -> bytes::Bytes, alone: impl AsyncFn() -> Vec<u8>) {
    const ROUNDS: u32 = 10;
    const REQUESTS: u32 = 300;
    let (mut spent_federated, mut spent_alone) = (Duration::ZERO, Duration::ZERO);
    let (mut wall_federated, mut wall_alone) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..ROUNDS {
        let (cpu, start) = (cpu_time(), Instant::now());
        runtime.block_on(async {
            for _ in 0..REQUESTS {
                federated().await;
            }
        });
        spent_federated += cpu_time().saturating_sub(cpu);
        wall_federated += start.elapsed();
        let (cpu, start) = (cpu_time(), Instant::now());
        runtime.block_on(async {
            for _ in 0..REQUESTS {
                alone().await;
            }
        });
        spent_alone += cpu_time().saturating_sub(cpu);
        wall_alone += start.elapsed();
    }
    let requests = ROUNDS * REQUESTS;
    let each = |spent: Duration| spent.as_secs_f64() * 1e6 / f64::from(requests);
    println!("\nper request, in µs   processor       wall");
    println!("router, 3 subgraphs  {:>9.0}  {:>9.0}", each(spent_federated), each(wall_federated));
    println!("one schema           {:>9.0}  {:>9.0}", each(spent_alone), each(wall_alone));
    println!(
        "ratio                {:>9.2}  {:>9.2}",
        ratio(spent_federated, spent_alone),
        ratio(wall_federated, wall_alone)
    );
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

/// The processor's time that this process has used, over all threads (Linux: `/proc/self/stat`, in ticks of 10 ms).
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let field =
        |index: usize| after_name.split(' ').nth(index).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    // `utime` and `stime`, the 14th and 15th fields of the line; the name was the second.
    let ticks = field(11) + field(12);
    Duration::from_millis(ticks * 10)
}
