//! Things of other domains to which orders adds a field, or only points.

use async_graphql::{Context, ID, Object};
use kit::{
    Result,
    page::{Connection, PageArgs},
};

use super::{
    list::{OrderSort, OrderWhere},
    order::Order,
};
use crate::{
    domain::{AddressId, CategoryId, ProductId, UserId},
    loader::{Orders, OrdersOf},
};

/// An account; users owns it.
pub struct User(UserId);

/// A product; products owns it.
pub struct Product(ProductId);

/// A category; products owns it.
pub struct Category(CategoryId);

/// An entry of an address book; users owns it.
pub struct Address(AddressId);

impl User {
    /// The account with this id, whether there is one or not.
    pub fn new(id: UserId) -> Self {
        Self(id)
    }
}

impl Product {
    /// The product with this id, whether there is one or not.
    pub fn new(id: ProductId) -> Self {
        Self(id)
    }
}

impl Category {
    /// The category with this id, whether there is one or not.
    pub fn new(id: CategoryId) -> Self {
        Self(id)
    }
}

impl Address {
    /// The address with this id, whether there is one or not.
    pub fn new(id: AddressId) -> Self {
        Self(id)
    }
}

/// A thing that is for sale, or once was.
#[Object(unresolvable = "id")]
impl Product {
    /// Its id (`prd_…`).
    pub async fn id(&self) -> ID {
        self.0.to_string().into()
    }
}

/// A shelf of the shop. Categories form trees, at most six levels deep.
#[Object(unresolvable = "id")]
impl Category {
    /// Its id (`cat_…`).
    pub async fn id(&self) -> ID {
        self.0.to_string().into()
    }
}

/// An entry of an address book, visible to its owner and, below an account, to admins. Orders keep a copy: changing or
/// deleting an entry changes no order.
#[Object(unresolvable = "id")]
impl Address {
    /// The address's id (`adr_…`).
    pub async fn id(&self) -> ID {
        self.0.to_string().into()
    }
}

/// An account. It is visible to its owner and to admins; for everybody else it does not exist.
#[Object]
impl User {
    /// The account's id (`usr_…`).
    pub async fn id(&self) -> ID {
        self.0.to_string().into()
    }

    /// The user's orders, by date ascending unless asked otherwise. For oneself and administrators (scope
    /// `orders:read`), else null. Errors: `BAD_USER_INPUT`, `PAGE_TOO_DEEP`.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the schema")]
    #[graphql(complexity = "kit::page::connection_complexity(first, last, child_complexity)")]
    async fn orders(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many from the front, from 0 to 100; 10 unless asked otherwise.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, from 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "The number of the page, from 1 to 1000.")] page: Option<i32>,
        #[graphql(name = "where", desc = "Which orders.")] filter: Option<OrderWhere>,
        #[graphql(desc = "In which order.")] sort: Option<OrderSort>,
    ) -> Result<Option<Connection<Order>>> {
        let page = PageArgs { first, after, last, before, page }.check()?;
        let filter = filter.map(OrderWhere::filter).transpose()?.unwrap_or_default();
        let key = OrdersOf { user: self.0, filter, sort: sort.map(Into::into).unwrap_or_default(), page };
        let page = context.data_unchecked::<Orders>().load_one(key).await?;
        Ok(page.map(|page| page.as_ref().clone().map(Order).into()))
    }
}
