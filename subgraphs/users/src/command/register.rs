//! A new account.

use kit::random::new_id;

use crate::{
    accounts::{Accounts, Outcome},
    domain::{Roles, User, profile::Registration},
    repository::users,
};

impl Accounts {
    /// Makes a customer's account. Of many that want the same name at once, the index lets one have it.
    pub async fn register(&self, registration: Registration) -> Outcome<User> {
        self.create(registration, Roles::customer()).await
    }

    /// Makes an account with the roles given. Nobody can ask for this from outside.
    pub async fn create(&self, registration: Registration, roles: Roles) -> Outcome<User> {
        let Registration { username, email, name, password } = registration;
        let password_hash = self.hasher.hash(password).await?;
        let now = self.clock.now();
        let id = new_id(&self.clock);
        let user = User { id, username, email, name, roles, version: 1, created_at: now, updated_at: now };
        users::insert(self.database.connection(), &user, password_hash).await?;
        Ok(user)
    }
}
