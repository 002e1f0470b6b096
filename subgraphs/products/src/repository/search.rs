//! Products by words, the best matches first: those that have all the words in their titles, then the rest, the newest
//! first within each.
//!
//! Every way of finding the same matches in this order is wrong for some words. On PostgreSQL, GIN knows quickly what rare
//! words match, but of frequent ones it would have to fetch and sort everything to tell the newest. Going through the
//! products from the newest on finds frequent ones quickly, and rare ones never. So it is first tried out on the newest
//! [`SAMPLE`] products, which takes the same time in every shop, and then done one way or the other: the answer is the
//! same. FTS5 of SQLite keeps matches in the order of their numbers and needs no such choice.

use std::collections::HashMap;

use kit::{
    Database, Failure, Result,
    page::{Direction, Keyset, Page, PageRequest, Parts},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryTrait, Select,
    sea_query::{Alias, Expr, Order, Query, SelectStatement},
};

use super::{
    filter::{Filter, Test},
    products,
};
use crate::{
    domain::{Product, ProductId, search::Terms},
    entity::{
        product,
        search_document::{Column, Entity, Model},
    },
};

/// How many of the newest products are looked at to see how frequent the words are.
const SAMPLE: u64 = 2000;
/// Words are frequent that more of them have: a page is full before twenty thousand products were looked at.
const FREQUENT: i64 = 10;

/// The best matches for some words first.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// The words.
    pub terms: Terms,
    /// What else must hold.
    pub filter: Filter,
}

/// Which of the matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Those that have all the words in their titles.
    Title,
    /// The others.
    Rest,
    /// All.
    Whole,
}

/// How often the words are found in the sample.
#[derive(Clone, Copy, Debug, Default, FromQueryResult)]
struct Found {
    title: i64,
    anywhere: i64,
}

/// One page of the matches.
pub async fn page(database: &Database, ranking: &Ranking, request: &PageRequest) -> Result<Page<Product>> {
    let found = if database.is_sqlite() { Found::default() } else { ranking.try_out(database).await? };
    let select = |part| match part {
        _ if ranking.terms.is_empty() => Entity::find().filter(Expr::val(1).eq(0)),
        _ if database.is_sqlite() => ranking.by_fts5(part),
        Part::Title if found.title > FREQUENT => ranking.newest_first(part),
        Part::Rest if found.anywhere - found.title > FREQUENT => ranking.newest_first(part),
        _ => ranking.by_gin(part),
    };
    let newest = Keyset::new("Relevance").by(Column::Number, Direction::Desc, |row: &Model| row.number);
    let parts = [Part::Title, Part::Rest].map(select).to_vec();
    let page = Parts::new(newest, parts, select(Part::Whole)).fetch(database, request).await?;
    let ids: Vec<ProductId> = page.rows().iter().map(|row| row.product_id).collect();
    let products = products::by_ids(database.connection(), &ids).await?;
    let products: HashMap<_, _> = products.into_iter().map(|product| (product.id, product)).collect();
    let product = |row: Model| products.get(&row.product_id).cloned();
    page.try_map(|row| product(row).ok_or_else(|| Failure::internal("a product vanished while it was searched")))
}

/// The ids of the products that have all the words somewhere: what a list is narrowed to that is sorted otherwise.
pub(super) fn matches(backend: DbBackend, terms: &Terms) -> SelectStatement {
    match backend {
        _ if terms.is_empty() => {
            Query::select().column(Column::ProductId).from(Entity).and_where(Expr::val(1).eq(0)).take()
        }
        DbBackend::Sqlite => {
            Query::select().column((Entity, Column::ProductId)).from_subquery(fts5(expression(terms)), Entity).take()
        }
        _ => Query::select().column(Column::ProductId).from(Entity).and_where(vector("words_vector", terms)).take(),
    }
}

impl Ranking {
    /// Which products the list consists of.
    pub fn whole(&self) -> Filter {
        let mut filter = self.filter.clone();
        filter.0.push(Test::Words(self.terms.clone()));
        filter
    }

    /// How frequent the words are among the newest products: PostgreSQL.
    async fn try_out(&self, database: &Database) -> Result<Found> {
        let mut newest = Query::select();
        newest.columns(["product_id", "title_vector", "words_vector"].map(Alias::new)).from(Entity);
        newest.order_by(Column::Number, Order::Desc).limit(SAMPLE);
        let in_title =
            Expr::cust_with_values("COUNT(*) FILTER (WHERE title_vector @@ $1::tsquery)", [tsquery(&self.terms)]);
        let mut sample = Query::select();
        sample
            .expr_as(in_title, "title")
            .expr_as(Expr::cust("COUNT(*)"), "anywhere")
            .from_subquery(newest, Entity)
            .inner_join(product::Entity, is_of_document())
            .and_where(vector("words_vector", &self.terms))
            .cond_where(self.condition(DbBackend::Postgres));
        let row = database.connection().query_one(&sample).await?;
        Ok(row.map(|row| Found::from_query_result(&row, "")).transpose()?.unwrap_or_default())
    }

    /// Goes through the products in order and looks whether they match. Joined to nothing the words are no longer what
    /// the GIN index is over.
    fn newest_first(&self, part: Part) -> Select<Entity> {
        let terms = || [tsquery(&self.terms)];
        let anywhere = Expr::cust_with_values("(words_vector || ''::tsvector) @@ $1::tsquery", terms());
        let title = || Expr::cust_with_values("(title_vector || ''::tsvector) @@ $1::tsquery", terms());
        let mut select = Entity::find();
        QueryTrait::query(&mut select)
            .inner_join(product::Entity, is_of_document())
            .cond_where(self.condition(DbBackend::Postgres))
            .and_where(match part {
                Part::Title => title(),
                Part::Rest => anywhere.and(title().not()),
                Part::Whole => anywhere,
            });
        select
    }

    /// Finds all matches, by whatever is best for the words and the filter, before they are put in order: the offset
    /// keeps PostgreSQL from looking for them in that order.
    fn by_gin(&self, part: Part) -> Select<Entity> {
        let title = || vector("title_vector", &self.terms);
        let mut found = Query::select();
        found
            .columns([(Entity, Column::Number), (Entity, Column::ProductId)])
            .from(Entity)
            .inner_join(product::Entity, is_of_document())
            .cond_where(self.condition(DbBackend::Postgres))
            .and_where(match part {
                Part::Title => title(),
                Part::Rest => vector("words_vector", &self.terms).and(title().not()),
                Part::Whole => vector("words_vector", &self.terms),
            })
            .offset(0);
        of(found)
    }

    /// Finds the matches in order: SQLite. A cross join is in the order in which it is written; in any other, the index would be
    /// asked anew for each product that the filter leaves.
    fn by_fts5(&self, part: Part) -> Select<Entity> {
        let all = expression(&self.terms);
        let mut select = of(fts5(match part {
            Part::Title => format!("title : ({all})"),
            Part::Rest => format!("({all}) NOT (title : ({all}))"),
            Part::Whole => all,
        }));
        QueryTrait::query(&mut select)
            .cross_join(product::Entity)
            .and_where(is_of_document())
            .cond_where(self.condition(DbBackend::Sqlite));
        select
    }

    fn condition(&self, backend: DbBackend) -> sea_orm::Condition {
        self.filter.condition(backend).add(product::Column::ArchivedAt.is_null())
    }
}

/// Documents from `found`, which has their columns.
fn of(found: SelectStatement) -> Select<Entity> {
    let mut select = Entity::find();
    QueryTrait::query(&mut select).from_clear().from_subquery(found, Entity);
    select
}

fn is_of_document() -> Expr {
    Expr::col((product::Entity, product::Column::Id)).equals((Entity, Column::ProductId))
}

/// The documents that an expression of FTS5 matches.
fn fts5(expression: String) -> SelectStatement {
    Query::select()
        .expr_as(Expr::cust("search_index.rowid"), "number")
        .column((Entity, Column::ProductId))
        .from("search_index")
        .cross_join(Entity)
        .and_where(Expr::col((Entity, Column::Number)).eq(Expr::cust("search_index.rowid")))
        .and_where(Expr::cust_with_values("search_index MATCH ?", [expression]))
        .take()
}

/// Whether a vector of words has all that are searched for.
fn vector(column: &str, terms: &Terms) -> Expr {
    Expr::cust_with_values(format!("{column} @@ $1::tsquery"), [tsquery(terms)])
}

/// All words, as PostgreSQL is told. They consist of letters, digits and marks alone, so that nothing in them can be taken
/// for anything else.
fn tsquery(terms: &Terms) -> String {
    let word = |(word, begun)| format!("'{word}'{}", if begun { ":*" } else { "" });
    terms.words().map(word).collect::<Vec<_>>().join(" & ")
}

/// All words, as FTS5 is told.
fn expression(terms: &Terms) -> String {
    let word = |(word, begun)| format!("\"{word}\"{}", if begun { "*" } else { "" });
    terms.words().map(word).collect::<Vec<_>>().join(" AND ")
}
