//! What an operator can set.

use std::time::Duration;

use chrono::TimeDelta;
use kit::jobs::Keep;

use crate::{domain::OpenOrderLimits, shop::Patience};

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

    /// How many unpaid orders one account may have; 0 is no limit
    #[arg(
        long,
        env = "MAX_OPEN_ORDERS",
        default_value_t = 20,
        value_parser = clap::value_parser!(u32).range(0..=1_000_000),
        value_name = "ORDERS"
    )]
    pub max_open_orders: u32,

    /// How many units of all products together the unpaid orders of one account may have; 0 is no limit
    #[arg(
        long,
        env = "MAX_OPEN_UNITS",
        default_value_t = 1000,
        value_parser = clap::value_parser!(u32).range(0..=1_000_000_000),
        value_name = "UNITS"
    )]
    pub max_open_units: u32,

    /// How often expiry, outbox and reconciler look for work
    #[arg(
        long,
        env = "ORDER_WORK_PAUSE",
        default_value_t = 5,
        value_parser = clap::value_parser!(u32).range(1..=3600),
        value_name = "SECONDS"
    )]
    pub order_work_pause: u32,

    /// How long a payment may be in doubt before the provider is asked again; longer than any charge takes, so at least 20
    #[arg(
        long,
        env = "PAYMENT_DOUBT",
        default_value_t = 60,
        value_parser = clap::value_parser!(u32).range(i64::from(LONGEST_CALL)..=86_400),
        value_name = "SECONDS"
    )]
    pub payment_doubt: u32,

    /// How long an order may wait for an answer of products before it is given up; longer than any call takes, so at least
    /// 20
    #[arg(
        long,
        env = "ORDER_PATIENCE",
        default_value_t = 120,
        value_parser = clap::value_parser!(u32).range(i64::from(LONGEST_CALL)..=86_400),
        value_name = "SECONDS"
    )]
    pub order_patience: u32,

    /// How long what is done is kept. Whoever reads the command line sets it: a process has one such flag, however many
    /// domains it holds.
    #[arg(skip)]
    pub keep: Keep,
}

/// In seconds: longer than any call to the payment provider ([`Patience::charge`]) or to products takes. To ask what became
/// of a charge closes it, so whoever asked while it is under way would tell the customer that it was declined.
const LONGEST_CALL: u32 = 20;

impl Default for Settings {
    fn default() -> Self {
        Self {
            order_ttl: 1800,
            max_open_orders: 20,
            max_open_units: 1000,
            order_work_pause: 5,
            payment_doubt: 60,
            order_patience: 120,
            keep: Keep::default(),
        }
    }
}

impl Settings {
    pub(crate) fn patience(&self) -> Patience {
        Patience {
            order_ttl: TimeDelta::seconds(self.order_ttl.into()),
            // Not only the command line can set these.
            unanswered: TimeDelta::seconds(self.order_patience.max(LONGEST_CALL).into()),
            in_doubt: TimeDelta::seconds(self.payment_doubt.max(LONGEST_CALL).into()),
            ..Patience::default()
        }
    }

    pub(crate) fn open_orders(&self) -> OpenOrderLimits {
        OpenOrderLimits { orders: self.max_open_orders, units: self.max_open_units }
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
        for [flag, value] in [
            ["--order-ttl", "0"],
            ["--payment-doubt", "19"],
            ["--order-patience", "19"],
            ["--max-open-orders", "-1"],
            ["--max-open-units", "1000000001"],
        ] {
            assert!(Cli::try_parse_from(["orders", flag, value]).is_err(), "{flag} {value}");
        }
    }

    #[test]
    fn nobody_asks_what_became_of_a_charge_that_is_still_under_way() {
        let hasty = Settings { payment_doubt: 1, order_patience: 1, ..Settings::default() }.patience();
        let charge = TimeDelta::from_std(hasty.charge).unwrap();
        assert!(hasty.in_doubt > charge && hasty.unanswered > charge);
    }
}
