//! What can be done with accounts: one transaction each, knowing no GraphQL.
//!
//! Every file adds verbs to [`Accounts`](crate::accounts::Accounts).

mod addresses;
mod guard;
mod login;
mod logout;
mod password;
mod profile;
mod refresh;
mod register;
mod roles;
mod saved_address;

pub use self::{
    addresses::{AddedAddress, NewAddress},
    login::SignedIn,
    register::Registered,
};
