//! The rows of the orders database. Only [`crate::repository`] sees them.

pub mod item;
pub mod order;
pub mod payment;
pub mod sandbox_charge;
pub mod transition;

use kit::database::Tables;

/// The tables that this program needs. The sandbox's books are the provider's.
pub fn tables() -> Tables {
    Tables::new()
        .entity::<order::Entity>()
        .entity::<item::Entity>()
        .entity::<payment::Entity>()
        .entity::<transition::Entity>()
        .table("customers", &["id"])
        .idempotency()
        .jobs()
}
