//! What can be asked.

use async_graphql::{Context, ID, Object};
use kit::{
    Database, Result,
    caller::{Authenticated, viewer},
    page::{Connection, PageArgs},
};

use super::{
    list::{OrderSortInput, OrderWhere},
    order::Order,
    stubs::User,
};
use crate::{
    domain::{OrderId, UserId},
    loader::{Found, Orders, Siblings},
    repository,
};

/// The root of all questions.
pub struct Query;

#[Object]
impl Query {
    /// One of your orders; administrators (scope `orders:read`) see all. Null where there is none with this id, or it is
    /// somebody else's. Errors: `UNAUTHENTICATED`.
    #[graphql(guard = "Authenticated", directive = kit::caller::authenticated::apply())]
    async fn order(&self, context: &Context<'_>, #[graphql(desc = "The order's id.")] id: ID) -> Result<Option<Order>> {
        find(context, &id).await
    }

    /// Your orders; administrators (scope `orders:read`) see all. By date ascending unless asked otherwise. Errors:
    /// `UNAUTHENTICATED`, `BAD_USER_INPUT`, `PAGE_TOO_DEEP`.
    #[graphql(guard = "Authenticated", directive = kit::caller::authenticated::apply())]
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
    ) -> Result<Connection<Order>> {
        let page = PageArgs { first, after, last, before, page }.check()?;
        let filter = filter.map(OrderWhere::filter).transpose()?.unwrap_or_default();
        let sort = sort.map(Into::into).unwrap_or_default();
        let database = context.data_unchecked::<Database>();
        let page = repository::list::orders(database, viewer(context), &filter, sort, &page).await?;
        let siblings = Siblings::new(database.clone(), page.rows().iter().map(|order| order.id).collect());
        Ok(page.map(|order| Order(Found { order, siblings: siblings.clone() })).into())
    }

    #[graphql(entity)]
    async fn find_order_by_id(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The order's id.")] id: ID,
    ) -> Result<Option<Order>> {
        find(context, &id).await
    }

    #[graphql(entity)]
    async fn find_user_by_id(&self, #[graphql(desc = "The account's id.")] id: ID) -> Option<User> {
        UserId::parse(&id).ok().map(User::new)
    }
}

/// An order that the viewer may see. What is malformed, unknown or somebody else's is all the same.
async fn find(context: &Context<'_>, id: &ID) -> Result<Option<Order>> {
    let Ok(id) = OrderId::parse(id) else { return Ok(None) };
    let found = context.data_unchecked::<Orders>().load_one(id).await.map_err(|failure| failure.about(id))?;
    Ok(found.map(Order))
}
