//! What can be done. Each mutation reads its input, runs one command and shows what came of it.

mod account;
mod addresses;
mod admin;
mod orders;
mod session;

use async_graphql::{ID, MergedObject};
use kit::{
    id::{Id, Kind},
    idempotency::Claim,
};
use serde::Serialize;
use uuid::Uuid;

use crate::domain::{Code, Fault, Problem};

use self::{
    account::AccountMutation, addresses::AddressMutation, admin::AdminMutation, orders::OrdersMutation,
    session::SessionMutation,
};

/// What can be done.
#[derive(Default, MergedObject)]
#[graphql(name = "Mutation")]
pub struct Mutation(SessionMutation, AccountMutation, AddressMutation, AdminMutation, OrdersMutation);

/// The claim of an optional idempotency key: of nobody in particular where `actor` is none.
fn claim(
    actor: Option<Uuid>,
    mutation: &'static str,
    key: Option<&str>,
    fingerprint: &impl Serialize,
) -> Result<Option<Claim>, Problem> {
    let claim = |key| Claim::new(actor.unwrap_or_default(), mutation, key, fingerprint);
    key.map(claim).transpose().map_err(|error| Fault::from(error).at("idempotencyKey"))
}

/// An id of the input, or what is wrong with it.
fn input_id<K: Kind>(field: &str, id: &ID) -> Result<Id<K>, Problem> {
    Id::parse(id).map_err(|error| Fault::new(Code::InvalidId, error.to_string()).at(field))
}
