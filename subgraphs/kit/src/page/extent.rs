//! Where a page lies in its list: what is plain to see, and what has to be asked when somebody wants to know.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use futures_util::future::BoxFuture;
use sea_orm::{EntityTrait, PaginatorTrait as _, QuerySelect as _, Select, sea_query::Expr};
use tokio::sync::OnceCell;

use crate::{Database, Result};

/// An answer that is known, or a question that is put to the database when it is needed.
#[derive(Clone)]
pub(super) enum Lazy<T> {
    Known(T),
    Ask(Arc<dyn Fn() -> BoxFuture<'static, Result<T>> + Send + Sync>),
}

impl<T: Copy> Lazy<T> {
    pub(super) async fn get(&self) -> Result<T> {
        match self {
            Self::Known(value) => Ok(*value),
            Self::Ask(ask) => ask().await,
        }
    }
}

/// What lies around a page.
#[derive(Clone)]
pub(super) struct Extent {
    pub(super) next: Lazy<bool>,
    pub(super) previous: Lazy<bool>,
    pub(super) total: Lazy<u64>,
}

impl Extent {
    /// Nothing: the page is the list.
    pub(super) fn whole(rows: usize) -> Self {
        let total = Lazy::Known(u64::try_from(rows).unwrap_or(u64::MAX));
        Self { next: Lazy::Known(false), previous: Lazy::Known(false), total }
    }
}

/// Whether `select` has any row.
pub(super) fn exists<E: EntityTrait>(database: &Database, select: Select<E>) -> Lazy<bool> {
    let database = database.clone();
    Lazy::Ask(Arc::new(move || {
        let (database, select) = (database.clone(), select.clone());
        Box::pin(async move {
            let one = select.select_only().expr_as(Expr::cust("1"), "one").limit(1).into_tuple::<i32>();
            Ok(one.one(database.connection()).await?.is_some())
        })
    }))
}

/// How many rows `select` has.
pub(super) fn count<E>(database: &Database, select: Select<E>) -> Lazy<u64>
where
    E: EntityTrait,
    E::Model: Send + Sync,
{
    let database = database.clone();
    Lazy::Ask(Arc::new(move || {
        let (database, select) = (database.clone(), select.clone());
        Box::pin(async move { Ok(select.count(database.connection()).await?) })
    }))
}

/// How many rows of `select` each parent has: one statement for all of them, when the first asks.
pub(super) struct Counts<E: EntityTrait, P> {
    database: Database,
    select: Select<E>,
    parent: Expr,
    counted: OnceCell<HashMap<P, u64>>,
}

impl<E, P> Counts<E, P>
where
    E: EntityTrait,
    P: Copy + Eq + Hash + sea_orm::TryGetable + Send + Sync + 'static,
{
    pub(super) fn new(database: &Database, select: Select<E>, parent: Expr) -> Arc<Self> {
        Arc::new(Self { database: database.clone(), select, parent, counted: OnceCell::new() })
    }

    pub(super) fn of(self: &Arc<Self>, parent: P) -> Lazy<u64> {
        let this = self.clone();
        Lazy::Ask(Arc::new(move || {
            let this = this.clone();
            Box::pin(async move {
                let counted = this.counted.get_or_try_init(|| this.count()).await?;
                Ok(counted.get(&parent).copied().unwrap_or_default())
            })
        }))
    }

    async fn count(&self) -> Result<HashMap<P, u64>> {
        let select = self.select.clone().select_only();
        let select = select.expr_as(self.parent.clone(), "kit_parent").expr_as(Expr::cust("COUNT(*)"), "kit_count");
        let rows = select.group_by(self.parent.clone()).into_tuple::<(P, i64)>();
        let rows = rows.all(self.database.connection()).await?;
        Ok(rows.into_iter().map(|(parent, count)| (parent, u64::try_from(count).unwrap_or_default())).collect())
    }
}
