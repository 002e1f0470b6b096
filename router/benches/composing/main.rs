//! How long it takes to compose graphs of several sizes, and how much of that is the search for a path to each field.
//!
//! ```sh
//! cargo bench -p rialto --bench composing
//! ```
//!
//! `COMPOSING_TURNS` (3) is how often each is composed; the median counts.

mod graph;
#[path = "../../tests/support/random.rs"]
#[allow(dead_code)] // Only some of it is needed here.
mod random;

use std::time::{Duration, Instant};

use rialto::{
    compose::{Subgraph, compose, unreachable_fields},
    graph::Supergraph,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    println!("                          SDL       compose   thereof satisfiability");
    let keyed = |types, subgraphs| (format!("{types} types, {subgraphs} subgraphs"), graph::keyed(types, subgraphs, 1));
    let cases = [
        keyed(20, 4),
        keyed(60, 8),
        keyed(200, 20),
        keyed(500, 40),
        ("hostile: 12 types, 10".to_owned(), graph::hostile(12, 10)),
    ];
    for (name, subgraphs) in cases {
        report(&name, &subgraphs);
    }
}

fn report(name: &str, subgraphs: &[Subgraph]) {
    let turns = std::env::var("COMPOSING_TURNS").map_or(3, |turns| turns.parse().expect("a number"));
    let size: usize = subgraphs.iter().map(|subgraph| subgraph.sdl.len()).sum();
    let (composed, whole) = median(turns, || compose(subgraphs));
    let composed = composed.unwrap_or_else(|errors| {
        let texts: Vec<String> = errors.iter().take(5).map(ToString::to_string).collect();
        panic!("{name}: {}", texts.join("\n"))
    });
    let graph = Supergraph::parse(&composed.supergraph_sdl).expect("a supergraph");
    let (unreachable, part) = median(turns, || unreachable_fields(&graph));
    assert!(unreachable.is_empty(), "what was composed has a path to each field");
    println!("{name:<24}{:>4} kB {:>10.1} ms {:>10.1} ms", size / 1000, millis(whole), millis(part));
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// What a task gives, and how long it takes.
fn median<R>(turns: usize, task: impl Fn() -> R) -> (R, Duration) {
    let mut times = Vec::new();
    loop {
        let start = Instant::now();
        let result = task();
        times.push(start.elapsed());
        if times.len() >= turns {
            times.sort_unstable();
            return (result, times[times.len() / 2]);
        }
    }
}
