//! Any bytes as a subgraph's answer, read by the engine and by `serde_json`.
//!
//! With cargo-fuzz and a nightly compiler: `cargo fuzz run reading`, in `router`. With the stable compiler, in
//! `router/fuzz`:
//!
//! ```sh
//! sancov=-Cllvm-args=-sanitizer-coverage
//! RUSTFLAGS="-Cpasses=sancov-module $sancov-level=4 $sancov-inline-8bit-counters $sancov-pc-table --cfg fuzzing" \
//!   cargo run --bin reading --target x86_64-unknown-linux-gnu -- -max_total_time=60
//! ```

#![no_main]

#[path = "../../tests/support/reading.rs"]
mod support;

use apollo_compiler::name;
use libfuzzer_sys::fuzz_target;
use rialto::{
    graph::TypeId,
    plan::{Shape, Slot, SlotKind},
};

/// A root with a list of entities, each with a leaf and a value that holds entities again.
fn shapes() -> Vec<Shape> {
    let slot = Slot::new;
    let types = vec![(name!("A"), TypeId(1)), (name!("B"), TypeId(2))];
    let leaf = SlotKind::Leaf;
    vec![
        Shape { slots: vec![slot("e", SlotKind::Object(1)), slot("x", leaf)], types: Vec::new() },
        Shape {
            slots: vec![slot("__typename", SlotKind::Typename), slot("id", leaf), slot("v", SlotKind::Object(2))],
            types,
        },
        Shape { slots: vec![slot("a", leaf), slot("ab", leaf), slot("e", SlotKind::Object(1))], types: Vec::new() },
    ]
}

fuzz_target!(|body: &[u8]| {
    if let Err(why) = support::judge(body, &shapes()) {
        panic!("{why}");
    }
});
