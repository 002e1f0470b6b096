//! What an order is, and what may happen to it: plain values and plain functions.
//!
//! Nothing here waits, stores, or speaks GraphQL.

pub mod address;
pub mod basket;
pub mod ids;
pub mod item;
pub mod number;
pub mod order;
pub mod payment;
pub mod status;

pub use self::{
    address::{AddressFault, AddressProblem, ShippingAddress},
    basket::{Basket, BasketProblem},
    ids::{AddressId, ItemId, MessageId, OrderId, PaymentId, ProductId, UserId},
    item::{Item, Snapshot},
    number::OrderNumber,
    order::{Arrival, Effect, Order, Step, WrongState},
    payment::{Outcome, Payment},
    status::{OrderStatus, PaymentStatus},
};
