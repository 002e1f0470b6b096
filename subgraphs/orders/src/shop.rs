//! What every use case and every worker needs at hand.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use kit::{
    Clock, Database,
    jobs::{Keep, Queue},
};
use schema::Caller;

use crate::{
    domain::OpenOrderLimits,
    provider::PaymentProvider,
    remote::{Products, Users},
};

/// The orders domain at work. Cheap to clone.
#[derive(Clone)]
pub struct Shop {
    /// Where orders are kept.
    pub database: Database,
    /// What time it is.
    pub clock: Clock,
    /// Who owns price and stock.
    pub products: Products,
    /// Who owns addresses.
    pub users: Users,
    /// Who takes the money.
    pub provider: Arc<dyn PaymentProvider>,
    /// How long things may take.
    pub patience: Patience,
    /// How much one customer may hold unpaid.
    pub open_orders: OpenOrderLimits,
    /// How long what is done is kept.
    pub keep: Keep,
}

impl Shop {
    /// The background jobs.
    pub fn jobs(&self) -> Queue {
        Queue::new(&self.database, &self.clock)
    }
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long stock is held for an order that has not been paid.
    pub order_ttl: TimeDelta,
    /// How long an order may go unanswered before the reconciler gives it up. Longer than any call takes.
    pub unanswered: TimeDelta,
    /// How long a payment may be in doubt before the reconciler asks the provider.
    pub in_doubt: TimeDelta,
    /// How long a customer waits for the provider.
    pub charge: Duration,
    /// How long a customer waits for messages that could as well be delivered later.
    pub delivery: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            order_ttl: TimeDelta::minutes(30),
            unanswered: TimeDelta::minutes(2),
            in_doubt: TimeDelta::minutes(1),
            charge: Duration::from_secs(15),
            delivery: Duration::from_secs(2),
        }
    }
}

/// Who calls when nobody does: a worker, on the house's behalf.
pub(crate) fn nobody() -> Caller {
    Caller { request_id: kit::random::uuid().simple().to_string().into(), ..Caller::default() }
}
