//! What the benchmarks that measure whole processes share.

pub mod process;
pub mod wrk;
