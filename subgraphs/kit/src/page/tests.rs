//! Paging on both databases: every row once, in order, whichever way a list is walked.

use std::collections::HashMap;

use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema, SimpleObject};
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait as _, EntityTrait as _, QueryFilter as _, Select,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait as _},
};

use super::*;
use crate::{
    Database,
    testing::{TestDatabase, databases},
};

mod thing {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "things")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub shelf: i64,
        pub rank: i64,
        pub title: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use thing::{Column, Entity, Model};

/// Ranks fall, titles repeat: the id has to break ties.
fn order() -> Keyset<Entity> {
    Keyset::new("rank:desc,title:asc")
        .by(Column::Rank, Direction::Desc, |row: &Model| row.rank)
        .by(Column::Title, Direction::Asc, |row: &Model| row.title.clone())
        .by(Column::Id, Direction::Asc, |row: &Model| row.id)
}

fn row(number: u128) -> thing::ActiveModel {
    let small = i64::try_from(number).unwrap();
    thing::ActiveModel {
        id: Set(Uuid::from_u128(number)),
        shelf: Set(small % 3),
        rank: Set(small % 4),
        title: Set(format!("title {}", number % 2)),
    }
}

/// Twenty-five things on shelves 0, 1 and 2, and their order as it should be.
async fn shop() -> Vec<(TestDatabase, Vec<Model>)> {
    let mut shops = Vec::new();
    for test in databases().await {
        let connection = test.database.connection();
        let id = if test.database.is_sqlite() { "BLOB" } else { "UUID" };
        let columns = format!("id {id} PRIMARY KEY, shelf BIGINT NOT NULL, rank BIGINT NOT NULL, title TEXT NOT NULL");
        connection.execute_unprepared(&format!("CREATE TABLE things ({columns})")).await.unwrap();
        Entity::insert_many((0..25).map(row)).exec(connection).await.unwrap();
        let mut all = Entity::find().all(connection).await.unwrap();
        all.sort_by_key(|row| (-row.rank, row.title.clone(), row.id));
        shops.push((test, all));
    }
    shops
}

fn ids(rows: &[Model]) -> Vec<Uuid> {
    rows.iter().map(|row| row.id).collect()
}

async fn page(database: &Database, args: PageArgs) -> Page<Model> {
    order().fetch(database, Entity::find(), &args.check().unwrap()).await.unwrap()
}

async fn ends(page: &Page<Model>) -> (bool, bool) {
    (page.extent.previous.get().await.unwrap(), page.extent.next.get().await.unwrap())
}

#[tokio::test]
async fn walking_forwards_and_backwards_meets_every_row_once() {
    for (test, all) in shop().await {
        let (mut forwards, mut after) = (Vec::new(), None);
        loop {
            let page = page(&test.database, PageArgs { first: Some(4), after, ..PageArgs::default() }).await;
            let begun = !forwards.is_empty();
            forwards.extend(ids(page.rows()));
            assert_eq!(ends(&page).await, (begun, forwards.len() < 25), "{}", test.name);
            after = page.cursors.last().cloned();
            if forwards.len() == 25 {
                break;
            }
        }
        assert_eq!(forwards, ids(&all));
        let (mut backwards, mut before) = (Vec::new(), None);
        while backwards.len() < 25 {
            let page = page(&test.database, PageArgs { last: Some(7), before, ..PageArgs::default() }).await;
            let ended = !backwards.is_empty();
            backwards.splice(0..0, ids(page.rows()));
            assert_eq!(ends(&page).await, (backwards.len() < 25, ended), "{}", test.name);
            before = page.cursors.first().cloned();
        }
        assert_eq!(backwards, ids(&all));
    }
}

#[tokio::test]
async fn pages_are_numbered_and_beyond_the_end_there_is_only_a_before() {
    for (test, all) in shop().await {
        let numbered = |page| PageArgs { page: Some(page), ..PageArgs::default() };
        let second = page(&test.database, numbered(2)).await;
        assert_eq!(ids(second.rows()), ids(&all[10..20]));
        assert_eq!(ends(&second).await, (true, true));
        let beyond = page(&test.database, numbered(9)).await;
        assert!(beyond.rows().is_empty());
        assert_eq!(ends(&beyond).await, (true, false));
        assert_eq!(beyond.extent.total.get().await.unwrap(), 25);
    }
}

#[tokio::test]
async fn a_cursor_stays_where_it_was_when_rows_come_and_go() {
    for (test, all) in shop().await {
        let connection = test.database.connection();
        let first = page(&test.database, PageArgs { first: Some(5), ..PageArgs::default() }).await;
        let after = first.cursors.last().cloned();
        Entity::delete_by_id(all[4].id).exec(connection).await.unwrap();
        let early = thing::ActiveModel { rank: Set(9), ..row(99) };
        Entity::insert(early).exec(connection).await.unwrap();
        let next = page(&test.database, PageArgs { first: Some(5), after, ..PageArgs::default() }).await;
        assert_eq!(ids(next.rows()), ids(&all[5..10]), "{}", test.name);
        let between = PageArgs {
            after: first.cursors.first().cloned(),
            before: next.cursors.first().cloned(),
            ..PageArgs::default()
        };
        let between = page(&test.database, between).await;
        assert_eq!(ids(between.rows()), ids(&all[1..4]));
        assert_eq!(ends(&between).await, (true, true));
    }
}

#[tokio::test]
async fn a_cursor_of_another_order_is_bad_input() {
    for (test, _) in shop().await {
        let other = Keyset::<Entity>::new("id:asc").by(Column::Id, Direction::Asc, |row: &Model| row.id);
        let all = other.fetch(&test.database, Entity::find(), &PageRequest::default()).await.unwrap();
        let request = PageArgs { after: all.cursors.first().cloned(), ..PageArgs::default() }.check().unwrap();
        let refused = order().fetch(&test.database, Entity::find(), &request).await.err().unwrap();
        assert_eq!(refused.code().as_str(), "BAD_USER_INPUT");
    }
}

fn on_shelf(all: &[Model], shelf: i64) -> Vec<Uuid> {
    all.iter().filter(|row| row.shelf == shelf).map(|row| row.id).collect()
}

async fn shelves(database: &Database, select: Select<Entity>, request: &PageRequest) -> HashMap<i64, Page<Model>> {
    let parent = Expr::col((Entity, Column::Shelf));
    order().fetch_each(database, select, parent, &[0, 1, 2, 7], request).await.unwrap()
}

#[tokio::test]
async fn the_pages_of_many_parents_cost_one_statement_and_their_counts_another() {
    for (test, all) in shop().await {
        let before = test.database.statements();
        let pages = shelves(&test.database, Entity::find(), &PageRequest::first(3)).await;
        assert_eq!(test.database.statements() - before, 1);
        for shelf in 0..3 {
            let page = &pages[&shelf];
            assert_eq!(ids(page.rows()), on_shelf(&all, shelf)[..3], "{}", test.name);
            assert_eq!(ends(page).await, (false, true));
            let total = page.extent.total.get().await.unwrap();
            assert_eq!(total, on_shelf(&all, shelf).len() as u64);
        }
        assert!(pages[&7].rows().is_empty());
        assert_eq!(pages[&7].extent.total.get().await.unwrap(), 0);
        assert_eq!(test.database.statements() - before, 2);
    }
}

#[tokio::test]
async fn each_parent_is_paged_from_either_end_and_filtered() {
    for (test, all) in shop().await {
        let last = PageArgs { last: Some(2), ..PageArgs::default() }.check().unwrap();
        let pages = shelves(&test.database, Entity::find(), &last).await;
        let second = PageArgs { first: Some(3), page: Some(2), ..PageArgs::default() }.check().unwrap();
        let seconds = shelves(&test.database, Entity::find(), &second).await;
        for shelf in 0..3 {
            let expected = on_shelf(&all, shelf);
            assert_eq!(ids(pages[&shelf].rows()), expected[expected.len() - 2..], "{}", test.name);
            assert_eq!(ends(&pages[&shelf]).await, (true, false));
            assert_eq!(ids(seconds[&shelf].rows()), expected[3..6]);
        }
        let few = Entity::find().filter(Expr::col(Column::Rank).eq(3));
        let pages = shelves(&test.database, few, &PageRequest::default()).await;
        let expected: Vec<_> = all.iter().filter(|row| row.rank == 3 && row.shelf == 1).map(|row| row.id).collect();
        assert_eq!(ids(pages[&1].rows()), expected);
    }
}

/// The shelves one after the other, the highest first.
fn in_parts() -> Parts<Entity> {
    let shelf = |shelf: i64| Entity::find().filter(Expr::col((Entity, Column::Shelf)).eq(shelf));
    Parts::new(order(), [2, 1, 0].map(shelf).to_vec(), Entity::find())
}

async fn part_of(database: &Database, args: PageArgs) -> Page<Model> {
    in_parts().fetch(database, &args.check().unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_list_in_parts_is_walked_as_one() {
    for (test, mut all) in shop().await {
        all.sort_by_key(|row| -row.shelf);
        let database = &test.database;
        for size in [1, 3, 8, 9, 25, 40] {
            let (mut forwards, mut after) = (Vec::new(), None);
            while forwards.len() < 25 {
                let page = part_of(database, PageArgs { first: Some(size), after, ..PageArgs::default() }).await;
                let begun = !forwards.is_empty();
                forwards.extend(ids(page.rows()));
                assert_eq!(ends(&page).await, (begun, forwards.len() < 25), "{} {size}", test.name);
                after = page.cursors.last().cloned();
            }
            assert_eq!(forwards, ids(&all), "{} {size}", test.name);
            let (mut backwards, mut before) = (Vec::new(), None);
            while backwards.len() < 25 {
                let page = part_of(database, PageArgs { last: Some(size), before, ..PageArgs::default() }).await;
                let ended = !backwards.is_empty();
                backwards.splice(0..0, ids(page.rows()));
                assert_eq!(ends(&page).await, (backwards.len() < 25, ended), "{} {size}", test.name);
                before = page.cursors.first().cloned();
            }
            assert_eq!(backwards, ids(&all), "{} {size}", test.name);
            let length = usize::try_from(size).unwrap();
            for (number, expected) in (1..).zip(all.chunks(length)) {
                let page = PageArgs { first: Some(size), page: Some(number), ..PageArgs::default() };
                let page = part_of(database, page).await;
                assert_eq!(ids(page.rows()), ids(expected), "{} {size} {number}", test.name);
                let end = usize::try_from(number).unwrap() * length;
                assert_eq!(ends(&page).await, (number > 1, end < 25), "{} {size} {number}", test.name);
            }
        }
    }
}

#[tokio::test]
async fn a_list_in_parts_reads_no_part_that_it_does_not_need() {
    for (test, mut all) in shop().await {
        all.sort_by_key(|row| -row.shelf);
        let statements = test.database.statements();
        let first = part_of(&test.database, PageArgs { first: Some(4), ..PageArgs::default() }).await;
        assert_eq!(test.database.statements() - statements, 1, "{}", test.name);
        assert_eq!(first.extent.total.get().await.unwrap(), 25);
        let beyond = part_of(&test.database, PageArgs { page: Some(9), ..PageArgs::default() }).await;
        assert!(beyond.rows().is_empty());
        assert_eq!(ends(&beyond).await, (true, false));
        let last = part_of(&test.database, PageArgs { last: Some(3), ..PageArgs::default() }).await;
        let between = PageArgs {
            after: first.cursors.first().cloned(),
            before: last.cursors.last().cloned(),
            first: Some(100),
            ..PageArgs::default()
        };
        let between = part_of(&test.database, between).await;
        assert_eq!(ids(between.rows()), ids(&all[1..24]), "{}", test.name);
        assert_eq!(ends(&between).await, (true, true));
        let plain = page(&test.database, PageArgs { first: Some(1), ..PageArgs::default() }).await;
        for cursor in [plain.cursors[0].clone(), key::write("rank:desc,title:asc", (0..4).map(Into::into))] {
            let request = PageArgs { after: Some(cursor), ..PageArgs::default() }.check().unwrap();
            let refused = in_parts().fetch(&test.database, &request).await.err().unwrap();
            assert_eq!(refused.code().as_str(), "BAD_USER_INPUT");
        }
    }
}

#[derive(Clone, SimpleObject)]
struct Thing {
    title: String,
}

struct Query(Database);

#[Object]
impl Query {
    async fn things(&self, first: Option<i32>, after: Option<String>) -> crate::Result<Connection<Thing>> {
        let request = PageArgs { first, after, ..PageArgs::default() }.check()?;
        let page = order().fetch(&self.0, Entity::find(), &request).await?;
        Ok(page.map(|row| Thing { title: row.title }).into())
    }
}

#[tokio::test]
async fn the_schema_counts_only_when_asked() {
    for (test, _) in shop().await {
        let schema = Schema::new(Query(test.database.clone()), EmptyMutation, EmptySubscription);
        let before = test.database.statements();
        let query = "{ things(first: 2) { nodes { title } edges { cursor node { title } } pageInfo { hasNextPage hasPreviousPage endCursor } } }";
        let data = schema.execute(query).await.into_result().unwrap().data.into_json().unwrap();
        assert_eq!(data["things"]["nodes"].as_array().unwrap().len(), 2);
        assert_eq!(data["things"]["edges"][1]["cursor"], data["things"]["pageInfo"]["endCursor"]);
        assert_eq!(test.database.statements() - before, 1);
        let data = schema
            .execute("{ things { totalCount __typename pageInfo { hasNextPage } } }")
            .await
            .data
            .into_json()
            .unwrap();
        assert_eq!(data["things"]["totalCount"], 25);
        assert_eq!(data["things"]["__typename"], "ThingConnection");
        assert_eq!(test.database.statements() - before, 3);
        let sdl = schema.sdl();
        assert!(
            sdl.contains("type ThingEdge") && sdl.contains("nodes: [Thing!]!") && sdl.contains("edges: [ThingEdge!]!"),
            "{sdl}"
        );
    }
}
