//! What products are found by: one document each, of the words of its title, and of those of its description and of the
//! names of the categories that it is in or below.

use std::collections::HashMap;

use kit::{Result, text::words};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, OnConflict, Query},
};

use crate::{
    domain::ProductId,
    entity::{
        category, category_member as member, product,
        search_document::{Column, Entity},
    },
};

/// The words of the title.
const TITLE: &str = "title";
/// All the other words.
const REST: &str = "rest";

/// Writes the documents of those of `products` that are on sale anew, where they have changed. New ones get the next
/// numbers, the oldest product first.
pub(super) async fn write(connection: &impl ConnectionTrait, products: &[ProductId]) -> Result<()> {
    let rows: Vec<(ProductId, String, String)> = product::Entity::find()
        .select_only()
        .columns([product::Column::Id, product::Column::Title, product::Column::Description])
        .filter(product::Column::Id.is_in(products.iter().copied()))
        .filter(product::Column::ArchivedAt.is_null())
        .order_by_asc(product::Column::CreatedAt)
        .order_by_asc(product::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let names = names(connection, products).await?;
    let mut insert = Query::insert();
    insert.into_table(Entity).columns([Alias::new("product_id"), Alias::new(TITLE), Alias::new(REST)]);
    for (id, title, description) in rows {
        let names = names.get(&id).map_or("", String::as_str);
        let (title, rest) = (words(&title).join(" "), words(&format!("{description} {names}")).join(" "));
        insert.values_panic([id.into(), title.into(), rest.into()]);
    }
    let differs =
        |column| Expr::col((Entity, Alias::new(column))).ne(Expr::col((Alias::new("excluded"), Alias::new(column))));
    let newer = OnConflict::column(Column::ProductId)
        .update_columns([Alias::new(TITLE), Alias::new(REST)])
        .action_and_where(differs(TITLE).or(differs(REST)))
        .to_owned();
    connection.execute(insert.on_conflict(newer)).await?;
    Ok(())
}

/// Nobody finds these products any more.
pub(super) async fn forget(connection: &impl ConnectionTrait, products: &[ProductId]) -> Result<()> {
    Entity::delete_many().filter(Column::ProductId.is_in(products.iter().copied())).exec(connection).await?;
    Ok(())
}

/// The names of the categories that each product is in or below, joined.
async fn names(connection: &impl ConnectionTrait, products: &[ProductId]) -> Result<HashMap<ProductId, String>> {
    let rows: Vec<(ProductId, String)> = member::Entity::find()
        .select_only()
        .column(member::Column::ProductId)
        .column(category::Column::Name)
        .join(sea_orm::JoinType::InnerJoin, super::relations::members_of_category().rev())
        .filter(member::Column::ProductId.is_in(products.iter().copied()))
        .order_by_asc(category::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    let mut names: HashMap<ProductId, String> = HashMap::new();
    for (product, name) in rows {
        let all = names.entry(product).or_default();
        all.push(' ');
        all.push_str(&name);
    }
    Ok(names)
}
