//! What orders asks of other domains, and in which words.
//!
//! Each call goes through the same [`schema::Transport`] as the router's, in one process and in several, and carries
//! this process's service token.

mod existence;
mod products;
mod reservations;
mod users;

pub use existence::exist;
pub use products::{NotHeld, Offer, Offered, Products, Reason};
pub use reservations::{Reservation, ReservationState, Reservations};
pub use users::Users;
