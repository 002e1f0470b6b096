//! What everybody may ask.

use async_graphql::{Context, ID, Object};
use kit::{
    Failure, Result,
    caller::ServiceOnly,
    given::Given,
    id::{Id, Kind},
    page::PageArgs,
    time::Timestamp,
};

use super::{
    category::Category,
    connection::ProductConnection,
    input::Checks,
    loaders,
    mutation::reservations::{ReserveLineInput, check_lines, explain},
    product::Product,
    reservation::{OfferLine, Offers, Reservation, ReservationState},
    shop,
    where_input::{self, Asked, ProductSort, ProductWhere, asked, page_request},
};
use crate::{
    domain::{CategoryId, OrderId, ProductId, Slug},
    repository::{
        categories, lists, products,
        reservations::{self, Filter},
        search,
    },
};

/// The queries of the products domain.
pub struct Query;

/// How many reservations a page has at most, and of how many orders they are asked for by id.
const MAX_RESERVATIONS: u16 = 500;

/// By what a thing is looked up.
enum Handle<K> {
    Id(Id<K>),
    Slug(Slug),
    /// A text that can be nothing's slug.
    Nothing,
}

#[Object]
impl Query {
    /// The product on sale with this id or this slug; null when there is none. A slug that it had before leads to it, too:
    /// where `slug` differs from the one that was asked for, redirect to it. For everybody. Errors:
    /// `BAD_USER_INPUT` unless exactly one of both is given, and for an id that is none or of another kind.
    async fn product(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its id (`prd_…`).")] id: Option<ID>,
        #[graphql(desc = "Its slug, or one that it had before, in any case.")] slug: Option<String>,
    ) -> Result<Option<Product>> {
        let connection = shop(context).database.connection();
        let product = match handle(id, slug)? {
            Handle::Id(id) => loaders(context).products.load_one(id).await?,
            Handle::Slug(slug) => products::by_slug(connection, &slug).await?,
            Handle::Nothing => None,
        };
        Ok(product.filter(|product| product.archived_at.is_none()).map(Product))
    }

    /// The products on sale: by title unless sorted otherwise, and the best matches first where something is searched for.
    /// For everybody. Errors: `BAD_USER_INPUT` for a bad cursor
    /// or argument, `PAGE_TOO_DEEP`.
    #[allow(clippy::too_many_arguments)]
    #[graphql(complexity = "where_input::complexity(first, last, filter.as_ref(), child_complexity)")]
    async fn products(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "How many from the front, from 0 to 100. Unless said, 10, or as many as `where.id.in` has ids."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, from 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "The number of the page, from 1 to 1000; with `first` only.")] page: Option<i32>,
        #[graphql(name = "where", desc = "Which products; all unless said.")] filter: Option<ProductWhere>,
        #[graphql(desc = "In which order.")] sort: Option<ProductSort>,
    ) -> Result<ProductConnection> {
        let request = page_request(PageArgs { first, after, last, before, page }, filter.as_ref())?;
        let database = &shop(context).database;
        Ok(match asked(filter, sort)? {
            Asked::Sorted(listing) => {
                let page = lists::page(database, &listing, &request).await?;
                ProductConnection::new(page, None, &listing.filter)
            }
            Asked::Ranked(ranking) => {
                let page = search::page(database, &ranking, &request).await?;
                ProductConnection::new(page, None, &ranking.whole())
            }
        })
    }

    /// The category with this id or this slug; null when there is none. A slug that it had before leads to it, too: where
    /// `slug` differs from the one that was asked for, redirect to it. For everybody. Errors: `BAD_USER_INPUT` unless
    /// exactly one of both is given, and for an id that is none or of another kind.
    async fn category(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its id (`cat_…`).")] id: Option<ID>,
        #[graphql(desc = "Its slug, or one that it had before, in any case.")] slug: Option<String>,
    ) -> Result<Option<Category>> {
        let connection = shop(context).database.connection();
        let category = match handle(id, slug)? {
            Handle::Id(id) => loaders(context).categories.load_one(id).await?,
            Handle::Slug(slug) => categories::by_slug(connection, &slug).await?,
            Handle::Nothing => None,
        };
        Ok(category.map(Category))
    }

    /// The categories that stand below no other, by name; the rest of the tree hangs on their `children`. For
    /// everybody.
    #[graphql(complexity = "kit::page::list_complexity(child_complexity)")]
    async fn categories(&self, context: &Context<'_>) -> Result<Vec<Category>> {
        let roots = categories::roots(shop(context).database.connection()).await?;
        Ok(roots.into_iter().map(Category).collect())
    }

    /// What there is of the lines of an order, without holding any. For the service `orders` only. Codes: those of
    /// `reserve` that are about lines.
    #[graphql(
        inaccessible,
        guard = "ServiceOnly(\"orders\")",
        complexity = "kit::page::list_complexity(child_complexity)"
    )]
    async fn offers(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "1 to 100 lines; those of one product are merged.")] lines: Vec<ReserveLineInput>,
    ) -> Result<Offers> {
        let mut checks = Checks::default();
        let wanted = check_lines(&mut checks, &lines);
        let wanted = match checks.finish(wanted) {
            Ok(wanted) => wanted,
            Err(user_errors) => return Ok(Offers { lines: Vec::new(), user_errors }),
        };
        let quote = reservations::quote(shop(context).database.connection(), &wanted).await?;
        let lines = quote.offers.iter().map(OfferLine::from).collect();
        Ok(Offers { lines, user_errors: explain(&quote.obstacles) })
    }

    /// What orders hold, or once held, of the stock, by the ids of the orders: one page. For the service `orders` only,
    /// which looks for what it has forgotten. Errors: `BAD_USER_INPUT` for an id that is none of an order, and for more
    /// than 500 ids or rows.
    #[graphql(inaccessible, guard = "ServiceOnly(\"orders\")", complexity = "1 + child_complexity")]
    async fn reservations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only those of these orders, at most 500.")] order_ids: Option<Vec<ID>>,
        #[graphql(desc = "Only those in one of these states.")] states: Option<Vec<ReservationState>>,
        #[graphql(desc = "Only those that their orders wanted until before this moment.")] expired_before: Option<
            Given<Timestamp>,
        >,
        #[graphql(desc = "Only those behind that of this order.")] after: Option<ID>,
        #[graphql(desc = "How many at most, from 1 to 500.", default = 100)] first: i32,
    ) -> Result<Vec<Reservation>> {
        let most = usize::from(MAX_RESERVATIONS);
        let limit = u64::try_from(first).ok().filter(|first| (1..=u64::from(MAX_RESERVATIONS)).contains(first));
        let limit = limit.ok_or_else(|| Failure::bad_input(format!("\"first\" must be from 1 to {most}.")))?;
        let parsed = |id: &ID| OrderId::parse(id).map_err(|error| Failure::bad_input(error.to_string()));
        let moment = expired_before.map(Given::read).transpose();
        let moment = moment.map_err(|error| Failure::bad_input(error.to_string()).at(["expiredBefore"]))?;
        if order_ids.as_ref().is_some_and(|ids| ids.len() > most) {
            return Err(Failure::bad_input(format!("\"orderIds\" may have at most {most} ids.")));
        }
        let filter = Filter {
            orders: order_ids.map(|ids| ids.iter().map(parsed).collect::<Result<_>>()).transpose()?,
            states: states.map(|states| states.into_iter().map(Into::into).collect()),
            expired_before: moment.map(|time| time.0),
        };
        let after = after.as_ref().map(parsed).transpose()?;
        let page = reservations::page(shop(context).database.connection(), &filter, after, limit).await?;
        Ok(page.into_iter().map(Reservation).collect())
    }

    /// A product that another domain speaks of, archived or not.
    #[graphql(entity)]
    async fn find_product_by_id(&self, context: &Context<'_>, id: ID) -> Result<Option<Product>> {
        let Ok(id) = ProductId::parse(&id) else { return Ok(None) };
        let product = loaders(context).products.load_one(id).await;
        Ok(product.map_err(|failure| failure.about(id))?.map(Product))
    }

    /// A category that another domain speaks of.
    #[graphql(entity)]
    async fn find_category_by_id(&self, context: &Context<'_>, id: ID) -> Result<Option<Category>> {
        let Ok(id) = CategoryId::parse(&id) else { return Ok(None) };
        let category = loaders(context).categories.load_one(id).await;
        Ok(category.map_err(|failure| failure.about(id))?.map(Category))
    }
}

fn handle<K: Kind>(id: Option<ID>, slug: Option<String>) -> Result<Handle<K>> {
    match (id, slug) {
        (Some(id), None) => {
            Id::parse(&id).map(Handle::Id).map_err(|error| Failure::bad_input(error.to_string()).at(["id"]))
        }
        (None, Some(slug)) => Ok(Slug::parse(&slug).map_or(Handle::Nothing, Handle::Slug)),
        _ => Err(Failure::bad_input("Give either \"id\" or \"slug\".")),
    }
}
