//! Reads for a whole list of parents at once. Made anew for every request; what one request may see is decided where
//! a loader is used, not here.

use std::collections::HashMap;

use kit::{
    Database, Failure,
    loader::{DataLoader, Loader},
};

use crate::{
    domain::{Address, User, UserId},
    repository::{addresses, users},
};

/// Accounts by id.
pub struct UserLoader(Database);

/// Address books by their owner.
pub struct AddressBookLoader(Database);

impl UserLoader {
    /// For one request.
    pub fn new(database: Database) -> DataLoader<Self> {
        DataLoader::new(Self(database))
    }
}

impl AddressBookLoader {
    /// For one request.
    pub fn new(database: Database) -> DataLoader<Self> {
        DataLoader::new(Self(database))
    }
}

impl Loader<UserId> for UserLoader {
    type Value = User;
    type Error = Failure;

    async fn load(&self, ids: &[UserId]) -> Result<HashMap<UserId, User>, Failure> {
        let found = users::by_ids(self.0.connection(), ids.iter().copied()).await?;
        Ok(found.into_iter().map(|user| (user.id, user)).collect())
    }
}

impl Loader<UserId> for AddressBookLoader {
    type Value = Vec<Address>;
    type Error = Failure;

    async fn load(&self, owners: &[UserId]) -> Result<HashMap<UserId, Vec<Address>>, Failure> {
        let mut books: HashMap<UserId, Vec<Address>> = HashMap::with_capacity(owners.len());
        for address in addresses::of_users(self.0.connection(), owners.iter().copied()).await? {
            books.entry(address.user_id).or_default().push(address);
        }
        Ok(books)
    }
}
