//! What can be asked.

use async_graphql::{Context, ID, Object};
use futures_util::future::join_all;
use kit::{
    Failure, Result,
    caller::{Authenticated, caller, viewer},
    page::{Connection, PageArgs},
};

use super::{
    errors::outcome,
    list::{OrderSort, OrderWhere},
    node::{self, MAX_NODES, Node, NodeId},
    order::Order,
    quote::{QuoteInput, QuotePayload},
    stubs::User,
};
use crate::{
    domain::{OrderId, OrderNumber, UserId},
    loader::{Found, Orders, Siblings},
    purchase, repository,
    shop::Shop,
};

/// The root of all questions.
pub struct Query;

#[Object]
impl Query {
    /// One of your orders, by its id or by its number; administrators (scope `orders:read`) see all. Null where there is
    /// none, or it is somebody else's. Errors: `UNAUTHENTICATED`, and `BAD_USER_INPUT` unless exactly one of both is
    /// given, and for an id that is none or of another kind.
    #[graphql(guard = "Authenticated", directive = kit::caller::authenticated::apply())]
    async fn order(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The order's id (`ord_…`).")] id: Option<ID>,
        #[graphql(desc = "The order's number, in any case, with or without the hyphen.")] number: Option<String>,
    ) -> Result<Option<Order>> {
        match (id, number) {
            (Some(id), None) => {
                let parsed = OrderId::parse(&id);
                find(context, parsed.map_err(|error| Failure::bad_input(error.to_string()).at(["id"]))?).await
            }
            (None, Some(number)) => find_by_number(context, &number).await,
            _ => Err(Failure::bad_input("Give either \"id\" or \"number\".")),
        }
    }

    /// Your orders; administrators (scope `orders:read`) see all. By date ascending unless asked otherwise. Errors:
    /// `UNAUTHENTICATED`, `BAD_USER_INPUT`, `PAGE_TOO_DEEP`.
    #[graphql(guard = "Authenticated", directive = kit::caller::authenticated::apply(), complexity = "kit::page::connection_complexity(first, last, child_complexity)")]
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
        #[graphql(desc = "In which order.")] sort: Option<OrderSort>,
    ) -> Result<Connection<Order>> {
        let page = PageArgs { first, after, last, before, page }.check()?;
        let filter = filter.map(OrderWhere::filter).transpose()?.unwrap_or_default();
        let sort = sort.map(Into::into).unwrap_or_default();
        let Shop { database, clock, .. } = context.data_unchecked::<Shop>();
        let page = repository::list::orders(database, viewer(context), &filter, sort, &page, clock.now()).await?;
        let siblings = Siblings::new(database.clone(), page.rows().iter().map(|order| order.id).collect());
        Ok(page.map(|order| Order(Found { order, siblings: siblings.clone() })).into())
    }

    /// What these items would cost at this moment, and everything for which `placeOrder` would refuse them: its rules, and
    /// for users who are logged in what they hold unpaid as well. For everybody, visitors included. Nothing is reserved or
    /// written, so that it may be otherwise a moment later.
    ///
    /// User errors: `INVALID_ID`, `REQUIRED`, `TOO_MANY_ITEMS`, `INVALID_QUANTITY`, `INVALID_CURRENCY`, `INVALID_AMOUNT`, or
    /// else `PRODUCT_NOT_FOUND`, `INSUFFICIENT_STOCK` (`StockError`), `CURRENCY_MISMATCH`, `PRICE_CHANGED` (`PriceError`),
    /// `TOTAL_CHANGED`, `TOTAL_TOO_LARGE`, `TOO_MANY_OPEN_ORDERS`. Errors: `UNAVAILABLE`.
    async fn quote(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to quote.")] input: QuoteInput,
    ) -> Result<QuotePayload> {
        let shop = context.data_unchecked::<Shop>();
        let done = async { Ok(purchase::quote(shop, &input.check()?, caller(context), viewer(context)).await?) };
        Ok(match outcome(done.await)? {
            Ok(quoted) => input.answer(quoted),
            Err(refused) => QuotePayload::refused(refused.user_errors),
        })
    }

    /// The thing with this id, whichever domain owns it: an address, a category, an order, a product or an account. Null
    /// where there is none, or it is not yours to see; archived products are found. For everybody. Errors:
    /// `BAD_USER_INPUT` for an id of anything else, `UNAVAILABLE` where its owner does not answer.
    async fn node(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The thing's id, such as `prd_…`.")] id: ID,
    ) -> Result<Option<Node>> {
        node::find(context, NodeId::parse(&id).map_err(|failure| failure.at(["id"]))?).await
    }

    /// The things with these ids, in the same order, each as in `node`. Errors: those of `node` for each of them alone,
    /// and `BAD_USER_INPUT` for more than 100 ids.
    async fn nodes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "At most 100 ids.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Result<Node>>>> {
        if ids.len() > MAX_NODES {
            return Err(Failure::bad_input(format!("At most {MAX_NODES} things are found at a time.")).at(["ids"]));
        }
        // An error of one is an error of its place only.
        let find = async |(index, id): (usize, &ID)| match NodeId::parse(id) {
            Ok(id) => node::find(context, id).await.transpose(),
            Err(failure) => Some(Err(failure.at(["ids".to_owned(), index.to_string()]))),
        };
        Ok(join_all(ids.iter().enumerate().map(find)).await)
    }

    #[graphql(entity)]
    async fn find_order_by_id(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The order's id.")] id: ID,
    ) -> Result<Option<Order>> {
        match OrderId::parse(&id) {
            Ok(id) => find(context, id).await,
            Err(_) => Ok(None),
        }
    }

    #[graphql(entity)]
    async fn find_user_by_id(&self, #[graphql(desc = "The account's id.")] id: ID) -> Option<User> {
        UserId::parse(&id).ok().map(User::new)
    }
}

/// An order that the viewer may see. What is unknown and what is somebody else's is all the same.
async fn find(context: &Context<'_>, id: OrderId) -> Result<Option<Order>> {
    let found = context.data_unchecked::<Orders>().load_one(id).await.map_err(|failure| failure.about(id))?;
    Ok(found.map(Order))
}

/// The same by number. A text that can be no order's number is one that no order has.
async fn find_by_number(context: &Context<'_>, number: &str) -> Result<Option<Order>> {
    let Some(number) = OrderNumber::read(number) else { return Ok(None) };
    let Shop { database, clock, .. } = context.data_unchecked::<Shop>();
    let order = repository::order::by_number(database.connection(), viewer(context), &number).await?;
    Ok(order.map(|order| {
        let siblings = Siblings::new(database.clone(), vec![order.id]);
        Order(Found { order: order.as_of(clock.now()), siblings })
    }))
}
