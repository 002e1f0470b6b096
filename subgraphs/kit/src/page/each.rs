//! The same page of many lists: one statement, whatever the number of parents.

use std::{collections::HashMap, hash::Hash};

use sea_orm::ConnectionTrait as _;
use sea_orm::{
    EntityTrait, FromQueryResult as _, QueryFilter as _, QueryTrait as _, Select, TryGetable,
    sea_query::{Alias, Asterisk, Expr, ExprTrait as _, OverStatement as _, Query, SelectStatement, WindowStatement},
};

use super::{Key, Keyset, Page, PageRequest, extent::Counts, fetch::shorten};
use crate::{Database, Result};

impl<E> Keyset<E>
where
    E: EntityTrait,
    E::Model: Send + Sync,
{
    /// The page that `request` means, of each parent's own list. `parent` is the column of `select`'s tables that tells
    /// whose row it is: `Expr::col((order::Entity, order::Column::UserId))`, or one of a joined table. Every parent is
    /// there, those without rows with an empty page. The `totalCount`s of all parents cost one more statement together.
    pub async fn fetch_each<P>(
        &self,
        database: &Database,
        select: Select<E>,
        parent: Expr,
        parents: &[P],
        request: &PageRequest,
    ) -> Result<HashMap<P, Page<E::Model>>>
    where
        P: Copy + Eq + Hash + Key + TryGetable + Send + Sync,
    {
        let select = select.filter(parent.clone().is_in(parents.iter().copied()));
        let mut rows: HashMap<P, Vec<E::Model>> = parents.iter().map(|parent| (*parent, Vec::new())).collect();
        if rows.len() == 1
            && let Some(only) = parents.first()
        {
            return Ok(HashMap::from([(*only, self.fetch(database, select, request).await?)]));
        }
        let numbered = self.numbered(select.clone(), parent.clone(), request)?;
        for row in database.connection().query_all(&numbered).await? {
            let whose = P::try_get(&row, "", PARENT).map_err(sea_orm::DbErr::from)?;
            rows.entry(whose).or_default().push(E::Model::from_query_result(&row, "")?);
        }
        let counts = Counts::new(database, select.clone(), parent.clone());
        let page = |(whose, mut rows): (P, Vec<E::Model>)| {
            let more = shorten(&mut rows, request);
            let own = select.clone().filter(parent.clone().eq(whose));
            Ok((whose, self.page(database, &own, request, rows, more, counts.of(whose))?))
        };
        rows.into_iter().map(page).collect()
    }

    /// Numbers each parent's rows in this order and keeps those that the page needs, one more than wanted.
    fn numbered(&self, select: Select<E>, parent: Expr, request: &PageRequest) -> Result<SelectStatement> {
        let mut window = WindowStatement::new();
        window.add_partition_by(parent.clone());
        self.order_window(&mut window, request.from_back);
        let mut inner = self.between(select, request)?.into_query();
        inner.expr_as(parent, PARENT).expr_window_as(Expr::cust("ROW_NUMBER()"), window, ROW);
        let (first, last) = (request.offset + 1, request.offset + request.limit + 1);
        Ok(Query::select()
            .column(Asterisk)
            .from_subquery(inner, Alias::new("kit_rows"))
            .and_where(Expr::col(ROW).between(first, last))
            .order_by(ROW, sea_orm::Order::Asc)
            .to_owned())
    }
}

const PARENT: &str = "kit_parent";
const ROW: &str = "kit_row";
