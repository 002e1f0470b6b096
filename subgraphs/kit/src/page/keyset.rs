//! Keyset paging over a SeaORM `Select`.

use std::{collections::HashMap, hash::Hash};

use sea_orm::{
    EntityTrait, Select,
    sea_query::{Expr, Value},
};

use super::{Direction, Page, PageRequest};
use crate::{Database, Result};

/// A type that a sort column may have: `i32`, `i64`, `bool`, `String`, `DateTime<Utc>`, `Uuid`, `Id<K>`.
pub trait Key: Into<Value> + 'static {}
impl<T: Into<Value> + 'static> Key for T {}

/// The order of a list: named, by one or more not-null columns, the last of them unique.
pub struct Keyset<E: EntityTrait> {
    _mark: std::marker::PhantomData<E>,
}

impl<E: EntityTrait> Keyset<E> {
    /// An order called `name`; a cursor of another order is refused. E.g. `"created_at:asc"`.
    pub fn new(_name: impl Into<String>) -> Self {
        todo!()
    }

    /// Then by `column`, whose value in a row is `value`. The last call names the id, the tie-break.
    #[must_use]
    pub fn by<V: Key>(self, _column: E::Column, _direction: Direction, _value: fn(&E::Model) -> V) -> Self {
        todo!()
    }

    /// One page of `select`, which is filtered but neither ordered nor limited. One statement; `totalCount` and a
    /// `hasPreviousPage` that is not plain to see cost another when (and only when) they are asked for.
    pub async fn fetch(
        &self,
        _database: &Database,
        _select: Select<E>,
        _request: &PageRequest,
    ) -> Result<Page<E::Model>> {
        todo!()
    }

    /// The same page for many parents at once, in one statement: `parent` is the expression (a column of `select`'s
    /// tables) that tells whose row it is, e.g. `Expr::col((order::Entity, order::Column::UserId))`. Parents without rows are there with an empty
    /// page. `totalCount` of all parents costs one more statement together.
    pub async fn fetch_each<P>(
        &self,
        _database: &Database,
        _select: Select<E>,
        _parent: Expr,
        _parents: &[P],
        _request: &PageRequest,
    ) -> Result<HashMap<P, Page<E::Model>>>
    where
        P: Copy + Eq + Hash + Key + sea_orm::TryGetable + Send + Sync + 'static,
    {
        todo!()
    }
}
