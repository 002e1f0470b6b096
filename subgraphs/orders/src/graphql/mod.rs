//! The schema: what clients see of orders.
//!
//! Nothing of the domain is public here until somebody writes a field for it. Resolvers check who asks, translate, and
//! hand over to [`crate::purchase`] or [`crate::loader`]; they decide nothing.

mod basket_input;
mod errors;
mod input;
mod item;
mod list;
mod mutation;
mod node;
mod order;
mod payload;
mod payment;
mod place_input;
mod query;
mod quote;
mod status;
mod stubs;

use async_graphql::{EmptySubscription, Schema, SchemaBuilder};

use self::{mutation::Mutation, query::Query};
use crate::shop::Shop;

/// The schema of orders.
pub type OrdersSchema = Schema<Query, Mutation, EmptySubscription>;

fn builder() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    kit::server::guard_rails(Schema::build(Query, Mutation, EmptySubscription).enable_federation())
}

/// The schema at work.
pub fn schema(shop: &Shop) -> OrdersSchema {
    builder().data(shop.clone()).finish()
}

/// The schema as a text for composition. Needs no database.
pub fn sdl() -> String {
    kit::sdl::of(&builder().finish())
}
