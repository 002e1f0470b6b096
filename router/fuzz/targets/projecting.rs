//! Any answers of subgraphs to a few fixed plans: the client's response always has the operation's shape, and the data
//! that a naive executor finds in the answers.
//!
//! To be run as `reading`, with `--bin projecting`.

#![no_main]

#[path = "../../tests/support/naive/mod.rs"]
mod naive;
#[path = "../../tests/support/random.rs"]
#[allow(dead_code)] // Nothing is put into another order here.
mod random;
#[path = "../../tests/support/projecting.rs"]
mod support;
#[path = "../../tests/support/value.rs"]
#[allow(dead_code)] // Only the world disguises and sorts values.
mod value;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = support::judge(bytes) {
        panic!("{why}");
    }
});
