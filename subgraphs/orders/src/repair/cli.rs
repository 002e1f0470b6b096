//! `repair`: the command line, the same for `orders` and `rialto`.

use std::{
    io::Write as _,
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Args;
use kit::cli::output;

use super::{Repair, report::Told};
use crate::{settings::Settings, shop::Shop};

/// The status of a process that has found something, and has not put all of it right.
const REMAINING: u8 = 3;
/// How often is told how far it has come.
const PROGRESS: Duration = Duration::from_secs(2);

/// Whether a repair changes anything.
#[derive(Clone, Copy, Debug, Args)]
#[command(group = clap::ArgGroup::new("mode").required(true).args(["dry_run", "apply"]))]
pub struct RepairArgs {
    /// Only print what is wrong, and what would be done about it
    #[arg(long)]
    dry_run: bool,

    /// Put it right, and print what was done
    #[arg(long)]
    apply: bool,

    /// Also where the orders, or the charges, seem to be lost altogether: every charge would be refunded, or every sale be
    /// void
    #[arg(long)]
    force: bool,

    /// How long a payment may be in doubt before the provider is asked, as in the shop itself
    #[arg(
        long,
        env = "PAYMENT_DOUBT",
        default_value_t = 60,
        value_parser = clap::value_parser!(u32).range(20..=86_400),
        value_name = "SECONDS"
    )]
    payment_doubt: u32,
}

impl RepairArgs {
    /// The settings with which the orders domain is assembled for a repair.
    pub fn settings(&self) -> Settings {
        Settings { payment_doubt: self.payment_doubt, ..Settings::default() }
    }

    /// Repairs, or only looks. Findings go to standard output, progress to standard error.
    pub async fn run(&self, shop: &Shop) -> anyhow::Result<ExitCode> {
        let mut told = Instant::now();
        let mut tell = |said: Told| match said {
            Told::Finding(finding) => output::announce(finding),
            Told::Progress(line) if told.elapsed() >= PROGRESS || !line.ends_with("looked at") => {
                told = Instant::now();
                let _ = writeln!(std::io::stderr().lock(), "{line}");
            }
            Told::Progress(_) => {}
        };
        let summary = Repair::new(shop, self.apply).force(self.force).run(&mut tell).await?;
        output::announce(summary);
        if summary.is_clean() {
            return Ok(ExitCode::SUCCESS);
        }
        if !self.apply {
            output::announce("nothing was changed: `repair --apply` does what is said above");
        }
        Ok(ExitCode::from(REMAINING))
    }
}
