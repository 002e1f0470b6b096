//! A new account.

use std::net::IpAddr;

use kit::random::new_id;

use crate::{
    accounts::{Accounts, Outcome},
    domain::{Roles, User, profile::Registration},
    repository::users,
};

impl Accounts {
    /// Makes a customer's account for somebody at `address`, from where not too many may come. Of many that want the same
    /// name at once, the index lets one have it.
    pub async fn register(&self, registration: Registration, address: Option<IpAddr>) -> Outcome<User> {
        self.admit_registration(address).await?;
        self.create(registration, Roles::customer()).await
    }

    /// Makes an account with the roles given. Nobody can ask for this from outside.
    pub async fn create(&self, registration: Registration, roles: Roles) -> Outcome<User> {
        let Registration { username, email, name, password } = registration;
        // A hash is dear: who cannot have the name gets none.
        users::insist_on_free(self.database.connection(), &username, &email).await?;
        let password_hash = self.hasher.hash_of_new_account(password).await?;
        let now = self.clock.now();
        let id = new_id(&self.clock);
        let user = User { id, username, email, name, roles, version: 1, created_at: now, updated_at: now };
        users::insert(self.database.writer(), &user, password_hash).await?;
        Ok(user)
    }
}
