//! An account as clients see it.

use async_graphql::{Context, ID, Object};
use kit::time::Timestamp;
use kit::{Result, loader::DataLoader};

use super::{address::Address, role::Role};
use crate::{domain, loader::AddressBookLoader};

/// An account that somebody was found to be allowed to see.
pub struct User(pub domain::User);

/// An account. It is visible to its owner and to admins; for everybody else it does not exist.
#[Object]
impl User {
    /// The account's id (`usr_…`).
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The name to log in with. Unique without regard to case.
    async fn username(&self) -> &str {
        self.0.username.as_str()
    }

    /// The e-mail address, which also serves to log in. Unique without regard to case.
    async fn email(&self) -> &str {
        self.0.email.as_str()
    }

    /// What to call the person.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What the person is in the shop.
    async fn roles(&self) -> Vec<Role> {
        self.0.roles.iter().map(Role::from).collect()
    }

    /// The address book: the default first, the others as they were added. At most 50.
    #[graphql(complexity = "kit::page::list_complexity(child_complexity)")]
    async fn addresses(&self, context: &Context<'_>) -> Result<Vec<Address>> {
        let books = context.data_unchecked::<DataLoader<AddressBookLoader>>();
        let book = books.load_one(self.0.id).await?.unwrap_or_default();
        Ok(book.into_iter().map(Address).collect())
    }

    /// Grows with each change of the account; `expectedVersion` of `updateProfile` refers to it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When the account was registered.
    async fn created_at(&self) -> Timestamp {
        self.0.created_at.into()
    }

    /// When the account last changed.
    async fn updated_at(&self) -> Timestamp {
        self.0.updated_at.into()
    }
}
