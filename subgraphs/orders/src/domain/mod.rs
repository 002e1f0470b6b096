//! What an order is, and what may happen to it: plain values and plain functions.
//!
//! Nothing here waits, stores, or speaks GraphQL.

pub mod action;
pub mod basket;
pub mod cause;
pub mod ids;
pub mod item;
pub mod number;
pub mod open_orders;
pub mod order;
pub mod payment;
pub mod status;

/// Where an order goes, copied when it is placed: what becomes of the customer's address book later is no matter.
pub use kit::postal::PostalAddress as ShippingAddress;

pub use self::{
    action::{Action, Unpayable},
    basket::{Basket, BasketProblem},
    cause::Cause,
    ids::{AddressId, CategoryId, ItemId, OrderId, PaymentId, ProductId, UserId},
    item::{Item, Snapshot},
    number::OrderNumber,
    open_orders::{OpenOrderLimits, OpenOrders, TooManyOpenOrders},
    order::{Arrival, Canceller, Effect, Order, Step, WrongState},
    payment::{FailureCode, Outcome, Payment},
    status::{OrderStatus, PaymentStatus},
};
