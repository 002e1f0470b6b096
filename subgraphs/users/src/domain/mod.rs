//! What an account is and what it may do, as plain values and functions.
//!
//! Nothing here waits, asks a database or has heard of GraphQL: every rule is tested by calling it.

pub mod address;
pub mod email;
pub mod guessable;
pub mod listing;
pub mod password;
pub mod problem;
pub mod profile;
pub mod role;
pub mod session;
pub mod signing_key;
pub mod throttle;
pub mod user;
pub mod username;

pub use self::{
    address::{Address, AddressId, Destination},
    email::Email,
    password::Password,
    problem::{Code, Fault, Problem, Problems},
    role::{Role, Roles},
    session::{Session, SessionId},
    user::{User, UserId},
    username::Username,
};
