//! Who may what.

use kit::Failure;
use schema::UserViewer;

use crate::{
    accounts::{Accounts, Outcome},
    domain::{Code, Fault, Role, Roles, User, UserId, role::WRITE_USERS},
    repository::{sessions, users},
};

impl Accounts {
    /// Gives an account other roles. Access tokens that speak of the old ones end at once; its sessions go on, and
    /// their next refresh speaks of the new ones. The shop always keeps an admin.
    pub async fn set_roles(&self, viewer: &UserViewer, id: UserId, roles: Roles) -> Outcome<User> {
        let actor = UserId::from_uuid(viewer.id);
        let tx = self.database.begin_write().await?;
        let locked = users::lock_with_admins(&tx, &[actor, id]).await?;
        self.insist_on_session(&tx, viewer).await?;
        let still_may = |user: &User| user.id == actor && user.roles.scope().split(' ').any(|s| s == WRITE_USERS);
        if !locked.iter().any(still_may) {
            return Err(Failure::forbidden().into());
        }
        let Some(old) = locked.iter().find(|user| user.id == id).cloned() else {
            return Err(Fault::new(Code::NotFound, "There is no such account.").at("userId").into());
        };
        if old.roles == roles {
            return Ok(old);
        }
        let others = locked.iter().any(|user| user.id != old.id && user.roles.has(Role::Admin));
        if !roles.has(Role::Admin) && !others {
            let fault = Fault::new(Code::LastAdmin, "This is the last admin: make somebody else one before.");
            return Err(fault.at("roles").into());
        }
        let now = self.clock.now();
        let user = User { roles, version: old.version + 1, updated_at: now, ..old };
        users::update(&tx, &user).await?;
        let sids = sessions::renew_access(&tx, user.id, now).await?;
        self.withdraw(&tx, &sids).await?;
        tx.commit().await?;
        self.publish(&sids);
        Ok(user)
    }
}
