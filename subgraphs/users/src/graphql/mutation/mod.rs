//! What can be done. Each mutation reads its input, runs one command and shows what came of it.

mod account;
mod addresses;
mod admin;
mod orders;
mod session;

use async_graphql::{ID, MergedObject};
use kit::id::{Id, Kind};

use crate::domain::{Code, Fault, Problem};

use self::{
    account::AccountMutation, addresses::AddressMutation, admin::AdminMutation, orders::OrdersMutation,
    session::SessionMutation,
};

/// What can be done.
#[derive(Default, MergedObject)]
#[graphql(name = "Mutation")]
pub struct Mutation(SessionMutation, AccountMutation, AddressMutation, AdminMutation, OrdersMutation);

/// An id of the input, or what is wrong with it.
fn input_id<K: Kind>(field: &str, id: &ID) -> Result<Id<K>, Problem> {
    Id::parse(id).map_err(|error| Fault::new(Code::InvalidId, error.to_string()).at(field))
}
