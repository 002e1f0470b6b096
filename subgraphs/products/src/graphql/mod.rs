//! The products' part of the API: domain types in one-field wrappers, so that nothing is public until somebody
//! writes a method for it.

mod category;
mod connection;
mod errors;
mod image;
mod input;
mod mutation;
mod node;
mod product;
mod query;
mod reservation;
mod where_input;

use async_graphql::{Context, EmptySubscription, Schema, SchemaBuilder};

use crate::{loader::Loaders, shop::Shop};

pub use self::{mutation::Mutation, query::Query};

/// The schema, still without data: `.data(Shop)` once, `Loaders` per request.
pub fn schema() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    let schema = Schema::build(Query, Mutation::default(), EmptySubscription).enable_federation();
    schema.register_output_type::<node::Node>()
}

fn shop<'a>(context: &Context<'a>) -> &'a Shop {
    context.data_unchecked()
}

fn loaders<'a>(context: &Context<'a>) -> &'a Loaders {
    context.data_unchecked()
}
