//! Things of other domains to which orders adds a field, or only points.

use async_graphql::{Context, ID, Object, SimpleObject};
use kit::{
    Result,
    page::{Connection, PageArgs},
};

use super::{
    list::{OrderSortInput, OrderWhere},
    order::Order,
};
use crate::{
    domain::{ProductId, UserId},
    loader::{Orders, OrdersOf},
};

/// An account; users owns it.
pub struct User(UserId);

/// A product; products owns it.
#[derive(SimpleObject)]
#[graphql(unresolvable = "id")]
pub struct Product {
    /// The product's id.
    id: ID,
}

impl User {
    /// The account with this id, whether there is one or not.
    pub fn new(id: UserId) -> Self {
        Self(id)
    }
}

impl Product {
    /// The product with this id, whether there is one or not.
    pub fn new(id: ProductId) -> Self {
        Self { id: id.to_string().into() }
    }
}

/// An account.
#[Object]
impl User {
    /// The account's id.
    async fn id(&self) -> ID {
        self.0.to_string().into()
    }

    /// The user's orders, by date ascending unless asked otherwise. For oneself and administrators (scope
    /// `orders:read`), else null. Errors: `BAD_USER_INPUT`, `PAGE_TOO_DEEP`.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the schema")]
    async fn orders(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many from the front, from 0 to 100; 10 unless asked otherwise.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, from 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "The number of the page, from 1 to 1000.")] page: Option<i32>,
        #[graphql(name = "where", desc = "Which orders.")] filter: Option<OrderWhere>,
        #[graphql(desc = "In which order.")] sort: Option<OrderSortInput>,
    ) -> Result<Option<Connection<Order>>> {
        let page = PageArgs { first, after, last, before, page }.check()?;
        let filter = filter.map(OrderWhere::filter).transpose()?.unwrap_or_default();
        let key = OrdersOf { user: self.0, filter, sort: sort.map(Into::into).unwrap_or_default(), page };
        let page = context.data_unchecked::<Orders>().load_one(key).await?;
        Ok(page.map(|page| page.as_ref().clone().map(Order).into()))
    }
}
