//! What an operator decides about readiness.

use crate::cli::number;

/// The settings of readiness.
#[derive(Clone, Copy, Debug, clap::Args)]
#[group(skip)]
pub struct HealthArgs {
    /// How much of a disk that is written to must be free for the process to be ready, in bytes; of a small disk, at most a
    /// twentieth. 0 checks nothing
    #[arg(
        long,
        env = "MIN_FREE_BYTES",
        default_value_t = DEFAULT_MIN_FREE_BYTES,
        value_parser = number(0_u64..=1_125_899_906_842_624),
        value_name = "BYTES"
    )]
    pub min_free_bytes: u64,
}

/// A few uploads, and some thousand purchases until somebody comes to help.
const DEFAULT_MIN_FREE_BYTES: u64 = 64 * 1024 * 1024;

impl Default for HealthArgs {
    fn default() -> Self {
        Self { min_free_bytes: DEFAULT_MIN_FREE_BYTES }
    }
}
