//! How the router's cost grows with the answer: linearly, if nothing is wrong.

use std::{fs, net::SocketAddr, path::Path};

use serde_json::json;

use super::{Bench, graph, setting, support::wrk::Figures};

/// How many products are asked for: about 1 kB, 10 kB, 80 kB, 1 MB and 10 MB of answer.
const PRODUCTS: [usize; 5] = [2, 20, 155, 1_950, 19_400];

/// Measures each size on a process of its own, so that its peak of memory is of that size. Equal reads are not shared:
/// every request is paid in full.
pub fn run(folder: &Path, subgraphs: SocketAddr) {
    let connections = setting("LOAD_CONNECTIONS", 8);
    println!("{connections} connections");
    println!(
        "{:>12}{:>14}{:>10}{:>12}{:>11}{:>14}",
        "answer", "CPU/request", "per KB", "requests/s", "p99", "peak memory"
    );
    for products in PRODUCTS {
        let folder = folder.join(products.to_string());
        fs::create_dir(&folder).unwrap();
        let request = json!({"query": graph::CATALOG, "variables": {"first": products}});
        let bench = Bench::new(&folder, subgraphs, &request, connections);
        let mut router = bench.rialto("Rialto", &super::rialto(), false);
        let bytes = bench.check(&mut router);
        bench.load(&mut router, 1);
        router.results.clear();
        for _ in 0..setting("LOAD_ROUNDS", 3) {
            bench.load(&mut router, setting("LOAD_SECONDS", 5));
        }
        let Figures { cpu, rate, p99 } = Figures::of(&router.results);
        let memory = router.process.peak_memory() / 1024.0;
        #[allow(clippy::cast_precision_loss)] // Some millions at most.
        let per_kb = cpu * 1000.0 / bytes as f64;
        println!("{bytes:>10} B{cpu:>11.0} µs{per_kb:>7.2} µs{rate:>12.0}{p99:>8.1} ms{memory:>11.1} MB");
    }
}
