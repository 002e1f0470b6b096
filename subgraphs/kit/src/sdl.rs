//! The finished SDL of a subgraph.

use async_graphql::{ObjectType, Schema, SubscriptionType};

/// The finished SDL of `schema`.
pub fn of<Q, M, S>(_schema: &Schema<Q, M, S>) -> String
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    todo!()
}

/// Finishes what async-graphql exports.
pub fn finish(_raw: &str) -> String {
    todo!()
}
