//! The shop's nested query on one async-graphql schema, without a router, over the databases that the domains wrote:
//! what the federated shop is measured against. Only as much of the shop as the query needs, made as lean as a careful
//! author would: a loader per hop, one statement each.

use std::collections::HashMap;

use async_graphql::{
    Context, EmptyMutation, EmptySubscription, Object, Result, Schema, SimpleObject,
    dataloader::{DataLoader, Loader},
};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr, ExprTrait as _, FromQueryResult, sea_query as sql};
use sql::{Alias, Expr, Order as Direction, Query as Select, SelectStatement};
use uuid::Uuid;

pub type Monolith = Schema<Query, EmptyMutation, EmptySubscription>;

pub fn monolith() -> Monolith {
    Schema::new(Query, EmptyMutation, EmptySubscription)
}

/// The domains' databases.
#[derive(Clone)]
pub struct Databases {
    pub users: DatabaseConnection,
    pub products: DatabaseConnection,
    pub orders: DatabaseConnection,
}

/// Who asks.
#[derive(Clone, Copy)]
pub struct Me(pub Uuid);

pub struct Query;

type Load<L> = DataLoader<L>;

/// A request with loaders of its own, as in the shop.
pub fn request(query: &str, databases: &Databases, me: Uuid) -> async_graphql::Request {
    fn loader<L: Send + Sync + 'static>(loader: L) -> Load<L> {
        DataLoader::new(loader, tokio::spawn).delay(std::time::Duration::ZERO)
    }
    async_graphql::Request::new(query)
        .data(databases.clone())
        .data(Me(me))
        .data(loader(Users(databases.users.clone())))
        .data(loader(Items(databases.orders.clone())))
        .data(loader(Products(databases.products.clone())))
        .data(loader(Categories(databases.products.clone())))
}

#[derive(SimpleObject)]
struct Money {
    amount: String,
    currency_code: String,
}

fn money(minor: i64, currency: String) -> Money {
    Money { amount: format!("{}.{:02}", minor / 100, minor % 100), currency_code: currency }
}

fn id(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.simple())
}

fn rows(table: &str, columns: &[&str], key: &str, keys: impl IntoIterator<Item = Uuid>) -> SelectStatement {
    let mut select = Select::select();
    select.columns(columns.iter().map(|column| Alias::new(*column))).from(Alias::new(table));
    select.and_where(Expr::col(Alias::new(key)).is_in(keys));
    select
}

async fn all<M: FromQueryResult>(database: &DatabaseConnection, select: SelectStatement) -> Result<Vec<M>, String> {
    let rows = database.query_all(&select).await.map_err(|error: DbErr| error.to_string())?;
    rows.iter().map(|row| M::from_query_result(row, "").map_err(|error| error.to_string())).collect()
}

fn grouped<M>(rows: Vec<M>, key: impl Fn(&M) -> Uuid) -> HashMap<Uuid, Vec<M>> {
    let mut groups: HashMap<Uuid, Vec<M>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

macro_rules! loader {
    ($name:ident, $value:ty, |$database:ident, $keys:ident| $load:expr) => {
        struct $name(DatabaseConnection);
        impl Loader<Uuid> for $name {
            type Value = $value;
            type Error = String;
            async fn load(&self, $keys: &[Uuid]) -> Result<HashMap<Uuid, $value>, String> {
                let $database = &self.0;
                $load
            }
        }
    };
}

#[derive(Clone, FromQueryResult)]
struct User {
    id: Uuid,
    username: String,
}

loader!(Users, User, |database, keys| {
    let rows: Vec<User> = all(database, rows("users", &["id", "username"], "id", keys.iter().copied())).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
});

#[derive(Clone, FromQueryResult)]
struct Item {
    order_id: Uuid,
    product_id: Uuid,
    quantity: i32,
    title: String,
    unit_price_minor: i64,
    currency: String,
}

loader!(Items, Vec<Item>, |database, keys| {
    let columns = ["order_id", "product_id", "quantity", "title", "unit_price_minor", "currency"];
    let mut select = rows("order_items", &columns, "order_id", keys.iter().copied());
    select.order_by(Alias::new("position"), Direction::Asc);
    Ok(grouped(all::<Item>(database, select).await?, |item| item.order_id))
});

#[derive(Clone, FromQueryResult)]
struct Product {
    id: Uuid,
    title: String,
    slug: String,
    price_minor: i64,
    currency: String,
}

loader!(Products, Product, |database, keys| {
    let columns = ["id", "title", "slug", "price_minor", "currency"];
    let rows: Vec<Product> = all(database, rows("products", &columns, "id", keys.iter().copied())).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
});

#[derive(Clone, FromQueryResult)]
struct Category {
    product_id: Uuid,
    id: Uuid,
    name: String,
}

loader!(Categories, Vec<Category>, |database, keys| {
    let (category, link) = (Alias::new("categories"), Alias::new("product_categories"));
    let mut select = Select::select();
    select
        .column((link.clone(), Alias::new("product_id")))
        .column((category.clone(), Alias::new("id")))
        .column((category.clone(), Alias::new("name")))
        .from(link.clone())
        .inner_join(
            category.clone(),
            Expr::col((category, Alias::new("id"))).equals((link.clone(), Alias::new("category_id"))),
        )
        .and_where(Expr::col((link, Alias::new("product_id"))).is_in(keys.iter().copied()));
    Ok(grouped(all::<Category>(database, select).await?, |category| category.product_id))
});

#[derive(Clone, FromQueryResult)]
struct Order {
    id: Uuid,
    number: String,
    status: String,
    customer_id: Uuid,
    total_minor: i64,
    currency: String,
}

#[derive(SimpleObject)]
struct Orders {
    nodes: Vec<Order>,
}

#[Object]
impl Query {
    async fn orders(&self, ctx: &Context<'_>, first: u64) -> Result<Orders> {
        let columns = ["id", "number", "status", "customer_id", "total_minor", "currency"];
        let mut select = rows("orders", &columns, "customer_id", [ctx.data::<Me>()?.0]);
        select
            .and_where(Expr::col(Alias::new("status")).ne("REJECTED"))
            .order_by(Alias::new("created_at"), Direction::Asc)
            .limit(first);
        Ok(Orders { nodes: all(&ctx.data::<Databases>()?.orders, select).await? })
    }
}

#[Object]
impl Order {
    async fn id(&self) -> String {
        id("ord", self.id)
    }
    async fn number(&self) -> &str {
        &self.number
    }
    async fn status(&self) -> &str {
        &self.status
    }
    async fn total(&self) -> Money {
        money(self.total_minor, self.currency.clone())
    }
    async fn customer(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        Ok(ctx.data::<Load<Users>>()?.load_one(self.customer_id).await?)
    }
    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<Item>> {
        Ok(ctx.data::<Load<Items>>()?.load_one(self.id).await?.unwrap_or_default())
    }
}

#[Object]
impl User {
    async fn id(&self) -> String {
        id("usr", self.id)
    }
    async fn username(&self) -> &str {
        &self.username
    }
}

#[Object]
impl Item {
    async fn title(&self) -> &str {
        &self.title
    }
    async fn quantity(&self) -> i32 {
        self.quantity
    }
    async fn unit_price(&self) -> Money {
        money(self.unit_price_minor, self.currency.clone())
    }
    async fn product(&self, ctx: &Context<'_>) -> Result<Option<Product>> {
        Ok(ctx.data::<Load<Products>>()?.load_one(self.product_id).await?)
    }
}

#[Object]
impl Product {
    async fn id(&self) -> String {
        id("prd", self.id)
    }
    async fn title(&self) -> &str {
        &self.title
    }
    async fn slug(&self) -> &str {
        &self.slug
    }
    async fn price(&self) -> Money {
        money(self.price_minor, self.currency.clone())
    }
    async fn categories(&self, ctx: &Context<'_>) -> Result<Vec<Category>> {
        Ok(ctx.data::<Load<Categories>>()?.load_one(self.id).await?.unwrap_or_default())
    }
}

#[Object]
impl Category {
    async fn id(&self) -> String {
        id("cat", self.id)
    }
    async fn name(&self) -> &str {
        &self.name
    }
}
