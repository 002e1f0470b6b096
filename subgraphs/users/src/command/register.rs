//! A new account.

use std::net::IpAddr;

use kit::{
    idempotency::{self, Claim, Claimed},
    random::new_id,
};

use super::login::{Attempt, SignedIn};
use crate::{
    accounts::{Accounts, Outcome, Stop},
    domain::{Problem, Roles, User, UserId, profile::Registration},
    repository::users::{self, WriteError},
};

/// What a registration gives.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The account, and its first session.
    pub signed_in: SignedIn,
    /// Whether the account had been made before, by the same idempotency key.
    pub replayed: bool,
}

impl Accounts {
    /// Makes a customer's account for somebody at `address`, from where not too many may come, and begins a session. Of many
    /// that want the same name at once, the index lets one have it. What is sent again with its key, and with the password that
    /// the account has, begins another session of the account that was made.
    pub async fn register(
        &self,
        registration: Registration,
        claim: Option<Claim>,
        address: Option<IpAddr>,
    ) -> Outcome<Registered> {
        self.admit_registration(address).await?;
        let (db, Registration { username, email, password, .. }) = (self.database.connection(), &registration);
        // A hash is dear: who cannot have the name gets none.
        match (users::insist_on_free(db, username, email, None).await, &claim) {
            (Ok(()), _) => {}
            // Perhaps by the very account that this registration made before.
            (Err(taken @ WriteError::Taken(_)), Some(claim)) => {
                let claimed = idempotency::look_up(db, claim).await?.ok_or(taken)?;
                return self.register_again(&registration, claimed, address).await;
            }
            (Err(error), _) => return Err(error.into()),
        }
        let password_hash = self.hasher.hash_of_new_account(password.clone()).await?;
        let tx = self.database.begin_write().await?;
        if let Some(claim) = &claim {
            let claimed = idempotency::claim(&tx, claim, &self.clock).await?;
            if claimed != Claimed::New {
                tx.rollback().await?;
                return self.register_again(&registration, claimed, address).await;
            }
        }
        let user = self.new_user(&registration, Roles::customer());
        if let Err(taken) = users::insert(&tx, &user, password_hash).await {
            tx.rollback().await?;
            // Somebody was faster, and may have both. The index told of one.
            users::insist_on_free(db, username, email, None).await?;
            return Err(taken.into());
        }
        if let Some(claim) = &claim {
            idempotency::finish(&tx, claim, user.id.uuid()).await?;
        }
        let signed_in = self.begin_session(&tx, user).await?;
        tx.commit().await?;
        Ok(Registered { signed_in, replayed: false })
    }

    /// Makes an account with the roles given. Nobody can ask for this from outside.
    pub async fn create(&self, registration: Registration, roles: Roles) -> Outcome<User> {
        let Registration { username, email, password, .. } = &registration;
        users::insist_on_free(self.database.connection(), username, email, None).await?;
        let password_hash = self.hasher.hash_of_new_account(password.clone()).await?;
        let user = self.new_user(&registration, roles);
        users::insert(self.database.writer(), &user, password_hash).await?;
        Ok(user)
    }

    fn new_user(&self, registration: &Registration, roles: Roles) -> User {
        let now = self.clock.now();
        let Registration { username, email, name, .. } = registration.clone();
        User { id: new_id(&self.clock), username, email, name, roles, version: 1, created_at: now, updated_at: now }
    }

    /// What a key that is taken means. Whoever has the key still has to know the account's password, and may guess it no more
    /// often than by logging in; a wrong one is another input like any other.
    async fn register_again(
        &self,
        registration: &Registration,
        claimed: Claimed,
        address: Option<IpAddr>,
    ) -> Outcome<Registered> {
        let mismatch = || Stop::from(Problem::key_mismatch());
        let Claimed::Replay(id) = claimed else { return Err(mismatch()) };
        let id = UserId::from_uuid(id);
        let attempt = Attempt::new(registration.username.as_str(), Some(id), address);
        let found = users::with_secret(self.database.connection(), id).await?;
        let signed_in = self.sign_in(found, registration.password.as_str(), &attempt).await?;
        Ok(Registered { signed_in: signed_in.ok_or_else(mismatch)?, replayed: true })
    }
}
