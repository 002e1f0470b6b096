//! An account.

use chrono::{DateTime, Utc};
use kit::id::{Id, Kind};
use schema::Viewer;

use super::{Email, Roles, Username, role::READ_USERS};

/// Marks ids of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserKind {}

impl Kind for UserKind {
    const PREFIX: &'static str = "usr";
}

/// The id of an account.
pub type UserId = Id<UserKind>;

/// An account, as everybody who may see it sees it: its password is not part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Which one.
    pub id: UserId,
    /// The name to log in with.
    pub username: Username,
    /// The address to write to, and to log in with.
    pub email: Email,
    /// What to call the person.
    pub name: String,
    /// What the person is in the shop.
    pub roles: Roles,
    /// Grows with each change.
    pub version: i32,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Who may see the account `id`: its owner, and who may read all accounts. Everybody else must not even learn that it
/// exists. Another service may not either: it asks with the person's own token.
pub fn may_be_seen_by(id: UserId, viewer: &Viewer) -> bool {
    viewer.id() == Some(id.uuid()) || viewer.has_scope(READ_USERS)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use schema::UserViewer;
    use uuid::Uuid;

    use super::*;

    fn viewer(id: u128, scopes: &[&str]) -> Viewer {
        Viewer::User(Arc::new(UserViewer {
            id: Uuid::from_u128(id),
            session: Uuid::from_u128(9),
            roles: vec![],
            scopes: scopes.iter().map(ToString::to_string).collect(),
            expires_at: i64::MAX,
        }))
    }

    #[test]
    fn an_account_is_for_its_owner_and_for_readers_of_all() {
        let id = UserId::from_uuid(Uuid::from_u128(1));
        assert!(may_be_seen_by(id, &viewer(1, &[])));
        assert!(may_be_seen_by(id, &viewer(2, &[READ_USERS])));
        assert!(!may_be_seen_by(id, &viewer(2, &["orders:read"])));
        assert!(!may_be_seen_by(id, &Viewer::Anonymous));
    }
}
