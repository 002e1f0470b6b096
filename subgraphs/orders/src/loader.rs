//! Reads for many what would otherwise be read for each.
//!
//! Two ways, because there are two ways into a list. Whoever has a whole list of orders in hand gives them common
//! [`Siblings`]: the first of them that is asked for its items reads those of all. Whoever is asked for one thing at a
//! time, as entities are, goes through a [`DataLoader`] of the request.
//!
//! Every read is on behalf of the request's viewer; what the viewer may not see is not there.

mod elsewhere;

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use kit::{
    Clock, Database, Failure,
    loader::{DataLoader, Loader},
    page::{Page, PageRequest},
};
use schema::Caller;
use sea_orm::DbErr;
use tokio::sync::OnceCell;

pub use self::elsewhere::{Elsewheres, Existence, OfProducts, OfUsers};

use crate::{
    domain::{Cause, Item, Order, OrderId, OrderStatus, Payment, PaymentStatus, UserId, order::concerns},
    repository::{
        self,
        list::{OrderFilter, OrderSort},
        transition::Transition,
    },
    shop::Shop,
    worker::charge,
};

/// What belongs to the orders of one list, read for all of them when it is first asked for.
pub struct Siblings {
    database: Database,
    orders: Vec<OrderId>,
    items: OnceCell<HashMap<OrderId, Vec<Item>>>,
    payments: OnceCell<HashMap<OrderId, Vec<Payment>>>,
    timelines: OnceCell<HashMap<OrderId, Vec<Transition>>>,
    checks: OnceCell<HashMap<String, Option<DateTime<Utc>>>>,
}

impl Siblings {
    /// The siblings of a list.
    pub fn new(database: Database, orders: Vec<OrderId>) -> Arc<Self> {
        let (items, payments, timelines) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Arc::new(Self { database, orders, items, payments, timelines, checks: OnceCell::new() })
    }

    /// The lines of one of the orders.
    pub async fn items(&self, order: OrderId) -> Result<Vec<Item>, DbErr> {
        let read = || async {
            let rows = repository::item::of_orders(self.database.connection(), &self.orders).await;
            rows.map(|rows| by_order(rows, |item| item.order))
        };
        Ok(self.items.get_or_try_init(read).await?.get(&order).cloned().unwrap_or_default())
    }

    /// The payments of one of the orders.
    pub async fn payments(&self, order: OrderId) -> Result<Vec<Payment>, DbErr> {
        Ok(self.all_payments().await?.get(&order).cloned().unwrap_or_default())
    }

    async fn all_payments(&self) -> Result<&HashMap<OrderId, Vec<Payment>>, DbErr> {
        let read = || async {
            let rows = repository::payment::of_orders(self.database.connection(), &self.orders).await;
            rows.map(|rows| by_order(rows, |payment| payment.order))
        };
        self.payments.get_or_try_init(read).await
    }

    /// When the provider is asked next about a payment of one of the orders; `None` for one that is settled, and for one
    /// that waits for an operator.
    pub async fn next_check(&self, shop: &Shop, payment: &Payment) -> Result<Option<DateTime<Utc>>, DbErr> {
        if payment.status != PaymentStatus::Pending {
            return Ok(None);
        }
        let read = || async {
            let open = self.all_payments().await?.values().flatten();
            let open = open.filter(|payment| payment.status == PaymentStatus::Pending);
            shop.jobs().due(&charge::TOPIC, open.map(|payment| payment.id.to_string()).collect()).await
        };
        let due = self.checks.get_or_try_init(read).await?.get(&payment.id.to_string()).copied();
        // The worker adds its job when it finds that the payment has been in doubt for long enough.
        let due = due.unwrap_or(Some(payment.created_at + shop.patience.in_doubt));
        Ok(due.map(|due| due.max(shop.clock.now())))
    }

    /// The timeline of one of the orders. It ends with the status that `order` shows: where that is an expiry that
    /// nobody has stored yet, the transition is the one that will be stored.
    pub async fn timeline(&self, order: &Order) -> Result<Vec<Transition>, DbErr> {
        let read = || async {
            let rows = repository::transition::of_orders(self.database.connection(), &self.orders).await;
            rows.map(|rows| by_order(rows, |transition| transition.order))
        };
        let mut timeline = self.timelines.get_or_try_init(read).await?.get(&order.id).cloned().unwrap_or_default();
        let unpaid = timeline.last().is_some_and(|last| last.status.expires());
        if unpaid && order.status == OrderStatus::Expired {
            let (cause, reason) = (Cause::NotPaidInTime, Some(crate::domain::order::EXPIRED.to_owned()));
            timeline.push(Transition { order: order.id, status: order.status, at: order.updated_at, cause, reason });
        }
        Ok(timeline)
    }
}

fn by_order<T>(rows: Vec<T>, order: impl Fn(&T) -> OrderId) -> HashMap<OrderId, Vec<T>> {
    let mut groups: HashMap<OrderId, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(order(&row)).or_default().push(row);
    }
    groups
}

/// Reads on behalf of one request.
pub struct Reader {
    database: Database,
    clock: Clock,
    caller: Arc<Caller>,
}

/// The loader of a request.
pub type Orders = DataLoader<Reader>;

/// A new loader, for the request of `caller`.
pub fn loader(database: Database, clock: Clock, caller: Arc<Caller>) -> Orders {
    DataLoader::new(Reader { database, clock, caller })
}

/// An order and what it shares with those that were read with it.
#[derive(Clone)]
pub struct Found {
    /// The order.
    pub order: Order,
    /// Those that were read with it.
    pub siblings: Arc<Siblings>,
}

impl Loader<OrderId> for Reader {
    type Value = Found;
    type Error = Failure;

    async fn load(&self, ids: &[OrderId]) -> Result<HashMap<OrderId, Found>, Failure> {
        let (db, now) = (self.database.connection(), self.clock.now());
        let orders = repository::order::by_ids(db, &self.caller.viewer, ids, now).await?;
        let siblings = Siblings::new(self.database.clone(), orders.iter().map(|order| order.id).collect());
        Ok(orders.into_iter().map(|order| (order.id, Found { order, siblings: siblings.clone() })).collect())
    }
}

/// The orders of one user: a page of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OrdersOf {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub filter: OrderFilter,
    /// In which order.
    pub sort: OrderSort,
    /// Which page.
    pub page: PageRequest,
}

impl Loader<OrdersOf> for Reader {
    type Value = Arc<Page<Found>>;
    type Error = Failure;

    /// One statement for all users who are asked about in the same way. Users whose orders are none of the viewer's
    /// business are left out.
    async fn load(&self, keys: &[OrdersOf]) -> Result<HashMap<OrdersOf, Self::Value>, Failure> {
        let mut ways: HashMap<OrdersOf, Vec<UserId>> = HashMap::new();
        let nobody = UserId::from_uuid(uuid::Uuid::nil());
        for key in keys.iter().filter(|key| concerns(key.user, &self.caller.viewer)) {
            ways.entry(OrdersOf { user: nobody, ..key.clone() }).or_default().push(key.user);
        }
        let mut found = HashMap::new();
        for (way, users) in ways {
            let (viewer, now) = (&self.caller.viewer, self.clock.now());
            let OrdersOf { filter, sort, page, .. } = &way;
            let pages = repository::list::of_users(&self.database, viewer, &users, filter, *sort, page, now).await?;
            let orders = pages.values().flat_map(|page| page.rows().iter().map(|order| order.id)).collect();
            let siblings = Siblings::new(self.database.clone(), orders);
            for (user, page) in pages {
                let page = page.map(|order| Found { order, siblings: siblings.clone() });
                found.insert(OrdersOf { user, ..way.clone() }, Arc::new(page));
            }
        }
        Ok(found)
    }
}
