//! What a person says about themselves.

use schema::UserViewer;

use crate::{
    accounts::{Accounts, Outcome},
    domain::{Problem, User, profile::ProfileChange},
    repository::users,
};

impl Accounts {
    /// Changes one's own account, provided it still has the version that was expected, if one was.
    pub async fn update_profile(
        &self,
        viewer: &UserViewer,
        change: ProfileChange,
        expected_version: Option<i32>,
    ) -> Outcome<User> {
        let tx = self.database.begin_write().await?;
        let old = self.writer(&tx, viewer).await?.user;
        if expected_version.is_some_and(|expected| expected != old.version) {
            return Err(Problem::conflict(old.version).into());
        }
        let user = User {
            username: change.username.unwrap_or(old.username),
            email: change.email.unwrap_or(old.email),
            name: change.name.unwrap_or(old.name),
            version: old.version + 1,
            updated_at: self.clock.now(),
            ..old
        };
        users::insist_on_free(&tx, &user.username, &user.email, Some(user.id)).await?;
        users::update(&tx, &user).await?;
        tx.commit().await?;
        Ok(user)
    }
}
