//! The rows of the orders database. Only [`crate::repository`] sees them.

pub mod item;
pub mod order;
pub mod payment;
pub mod sandbox_charge;
pub mod transition;
