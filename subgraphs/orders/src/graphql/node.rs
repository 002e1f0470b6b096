//! `node` and `nodes`: anything that has a page of its own, by its id.
//!
//! They are here because orders is the domain that asks the others anyway. The prefix of an id says whose the thing is;
//! its owner is asked, on behalf of the caller, whether the caller may see it. So a thing that is missing or foreign is
//! null, which the id alone could not tell: a router takes an id that it was given for granted.

use async_graphql::Context;
use kit::{
    Failure, Result,
    id::{Id, IdError, Kind},
};

use super::{
    order::Order,
    stubs::{Address, Category, Product, User},
};
use crate::{
    domain::{
        AddressId, CategoryId, OrderId, ProductId, UserId,
        ids::{AddressKind, CategoryKind, OrderKind, ProductKind, UserKind},
    },
    loader::{Elsewheres, OfProducts, OfUsers, Orders},
};

kit::node_interface!(Address, Category, Order, Product, User);

/// The most ids that `nodes` takes.
pub const MAX_NODES: usize = 100;

/// The id of something that has a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeId {
    /// An entry of an address book.
    Address(AddressId),
    /// A category.
    Category(CategoryId),
    /// An order.
    Order(OrderId),
    /// A product.
    Product(ProductId),
    /// An account.
    User(UserId),
}

impl NodeId {
    /// Reads an id by its prefix; every other text is `BAD_USER_INPUT`.
    pub fn parse(text: &str) -> Result<Self> {
        let parsed = match text.split_once('_').map(|(prefix, _)| prefix) {
            Some(AddressKind::PREFIX) => Id::parse(text).map(Self::Address),
            Some(CategoryKind::PREFIX) => Id::parse(text).map(Self::Category),
            Some(OrderKind::PREFIX) => Id::parse(text).map(Self::Order),
            Some(ProductKind::PREFIX) => Id::parse(text).map(Self::Product),
            Some(UserKind::PREFIX) => Id::parse(text).map(Self::User),
            Some(_) => {
                let message = "Nothing with such an id has a page of its own; ids of those that have begin with \"adr_\", \
                    \"cat_\", \"ord_\", \"prd_\" or \"usr_\".";
                return Err(Failure::bad_input(message));
            }
            None => Err(IdError::Malformed),
        };
        parsed.map_err(|error| Failure::bad_input(error.to_string()))
    }
}

/// The thing with this id, if the caller may see it.
pub async fn find(context: &Context<'_>, id: NodeId) -> Result<Option<Node>> {
    let elsewhere = context.data_unchecked::<Elsewheres>();
    Ok(match id {
        NodeId::Order(id) => {
            context.data_unchecked::<Orders>().load_one(id).await?.map(|found| Node::from(Order(found)))
        }
        NodeId::Address(id) => elsewhere.load_one(OfUsers::Address(id)).await?.map(|()| Node::from(Address::new(id))),
        NodeId::User(id) => elsewhere.load_one(OfUsers::User(id)).await?.map(|()| Node::from(User::new(id))),
        NodeId::Category(id) => {
            elsewhere.load_one(OfProducts::Category(id)).await?.map(|()| Node::from(Category::new(id)))
        }
        NodeId::Product(id) => {
            elsewhere.load_one(OfProducts::Product(id)).await?.map(|()| Node::from(Product::new(id)))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_by_its_prefix() {
        let digits = "0190c5b8000070008000000000000001";
        let id = |prefix: &str| NodeId::parse(&format!("{prefix}_{digits}"));
        assert_eq!(id("ord").unwrap(), NodeId::Order(Id::parse(&format!("ord_{digits}")).unwrap()));
        for prefix in ["adr", "cat", "prd", "usr"] {
            assert!(id(prefix).is_ok(), "{prefix}");
        }
        for prefix in ["itm", "pay", "img", "msg", "ses", "ORD", "", "xyz"] {
            assert_eq!(id(prefix).unwrap_err().code().as_str(), "BAD_USER_INPUT", "{prefix}");
        }
        for text in ["", "ord", "ord_", "ord_12", digits, "ord_\0"] {
            assert_eq!(NodeId::parse(text).unwrap_err().code().as_str(), "BAD_USER_INPUT", "{text:?}");
        }
    }
}
