//! Roles as clients see them.

use async_graphql::Enum;

/// What somebody is in the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::domain::Role")]
pub enum Role {
    /// Buys. Grants nothing beyond one's own account, addresses and orders.
    Customer,
    /// Runs the shop: grants the scopes `catalog:write`, `orders:read`, `orders:write`, `users:read` and `users:write`.
    Admin,
}
