//! What clients see. Types are one-field wrappers over the domain's: nothing is public until somebody wrote a method
//! for it. Who may see an account is decided where it enters, in [`query`] and by the entity resolver.

mod address;
mod cookie;
mod errors;
mod mutation;
mod node;
mod query;
mod role;
mod user;

use async_graphql::{EmptySubscription, Schema, SchemaBuilder};

pub use self::{
    cookie::{SESSION_COOKIE, SessionCookies},
    mutation::Mutation,
    query::Query,
};

/// The subgraph's schema.
pub type UsersSchema = Schema<Query, Mutation, EmptySubscription>;

/// The schema, without anything that needs a database.
pub fn schema() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    let schema = Schema::build(Query, Mutation::default(), EmptySubscription).enable_federation();
    schema.register_output_type::<node::Node>()
}
