//! What an operator can set.

use std::time::Duration;

use chrono::TimeDelta;

use crate::shop::Patience;

/// The settings of the orders domain, the same in a process of its own and in one with others.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Orders")]
pub struct Settings {
    /// How long goods are held for an order that has not been paid
    #[arg(
        long,
        env = "ORDER_TTL",
        default_value_t = 1800,
        value_parser = clap::value_parser!(u32).range(1..=31_536_000),
        value_name = "SECONDS"
    )]
    pub order_ttl: u32,

    /// How often expiry, outbox and reconciler look for work
    #[arg(
        long,
        env = "ORDER_WORK_PAUSE",
        default_value_t = 5,
        value_parser = clap::value_parser!(u32).range(1..=3600),
        value_name = "SECONDS"
    )]
    pub order_work_pause: u32,

    /// How long a payment may be in doubt before the provider is asked again
    #[arg(
        long,
        env = "PAYMENT_DOUBT",
        default_value_t = 60,
        value_parser = clap::value_parser!(u32).range(1..=86_400),
        value_name = "SECONDS"
    )]
    pub payment_doubt: u32,

    /// How long an order may wait for an answer of products before it is given up; longer than any call takes
    #[arg(
        long,
        env = "ORDER_PATIENCE",
        default_value_t = 120,
        value_parser = clap::value_parser!(u32).range(1..=86_400),
        value_name = "SECONDS"
    )]
    pub order_patience: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { order_ttl: 1800, order_work_pause: 5, payment_doubt: 60, order_patience: 120 }
    }
}

impl Settings {
    pub(crate) fn patience(&self) -> Patience {
        Patience {
            order_ttl: TimeDelta::seconds(self.order_ttl.into()),
            unanswered: TimeDelta::seconds(self.order_patience.into()),
            in_doubt: TimeDelta::seconds(self.payment_doubt.into()),
            ..Patience::default()
        }
    }

    pub(crate) fn work_pause(&self) -> Duration {
        Duration::from_secs(self.order_work_pause.into())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        settings: Settings,
    }

    #[test]
    fn without_flags_the_defaults_hold() {
        let parsed = Cli::try_parse_from(["orders"]).unwrap().settings;
        assert_eq!(format!("{parsed:?}"), format!("{:?}", Settings::default()));
        assert!(Cli::try_parse_from(["orders", "--order-ttl", "0"]).is_err());
    }
}
