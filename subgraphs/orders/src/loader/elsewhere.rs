//! Which things of other domains exist, asked of each owner for all of a request at once.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use kit::{
    Failure,
    client::{Authorization, GraphQLClient},
    loader::{DataLoader, Loader},
};
use schema::Caller;

use crate::{
    domain::{AddressId, CategoryId, ProductId, UserId},
    remote,
};

/// A thing that users owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OfUsers {
    /// An entry of an address book.
    Address(AddressId),
    /// An account.
    User(UserId),
}

/// A thing that products owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OfProducts {
    /// A category.
    Category(CategoryId),
    /// A product.
    Product(ProductId),
}

/// The loader of a request.
pub type Elsewheres = DataLoader<Existence>;

/// Asks the owners on behalf of one request.
pub struct Existence {
    users: GraphQLClient,
    products: GraphQLClient,
    caller: Arc<Caller>,
    authorization: Authorization,
}

impl Existence {
    /// A new loader, for the request of `caller` with this `Authorization` header.
    pub fn loader(
        users: GraphQLClient,
        products: GraphQLClient,
        caller: Arc<Caller>,
        authorization: Authorization,
    ) -> Elsewheres {
        DataLoader::new(Self { users, products, caller, authorization })
    }

    /// Those of `things` that `owner` shows to the caller.
    async fn among<K: Thing>(&self, owner: &GraphQLClient, things: &[K]) -> Result<Vec<K>, Failure> {
        let references = things.iter().map(|thing| thing.reference());
        let exist = remote::exist(owner, references, &self.caller, self.authorization.0.as_deref()).await?;
        Ok(things.iter().zip(exist).filter(|(_, exists)| *exists).map(|(thing, _)| *thing).collect())
    }
}

/// A thing of another domain.
trait Thing: Copy + Eq + Hash {
    /// Its type and id.
    fn reference(self) -> (&'static str, String);
}

impl Thing for OfUsers {
    fn reference(self) -> (&'static str, String) {
        match self {
            Self::Address(id) => ("Address", id.to_string()),
            Self::User(id) => ("User", id.to_string()),
        }
    }
}

impl Thing for OfProducts {
    fn reference(self) -> (&'static str, String) {
        match self {
            Self::Category(id) => ("Category", id.to_string()),
            Self::Product(id) => ("Product", id.to_string()),
        }
    }
}

impl Loader<OfUsers> for Existence {
    type Value = ();
    type Error = Failure;

    async fn load(&self, things: &[OfUsers]) -> Result<HashMap<OfUsers, ()>, Failure> {
        Ok(self.among(&self.users, things).await?.into_iter().map(|thing| (thing, ())).collect())
    }
}

impl Loader<OfProducts> for Existence {
    type Value = ();
    type Error = Failure;

    async fn load(&self, things: &[OfProducts]) -> Result<HashMap<OfProducts, ()>, Failure> {
        Ok(self.among(&self.products, things).await?.into_iter().map(|thing| (thing, ())).collect())
    }
}
