//! Any answers of subgraphs to a few fixed plans: the client's response always has the operation's shape.
//!
//! To be run as `reading`, with `--bin projecting`.

#![no_main]

#[path = "../../tests/support/projecting.rs"]
mod support;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = support::judge(bytes) {
        panic!("{why}");
    }
});
