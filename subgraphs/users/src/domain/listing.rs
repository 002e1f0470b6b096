//! What an admin can ask of the list of all accounts.

use kit::filter::{TextTest, TimeRange};

use super::Role;

/// Which accounts.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// By user name.
    pub username: TextTest,
    /// By e-mail address.
    pub email: TextTest,
    /// Only those that have this role.
    pub role: Option<Role>,
    /// Only those registered in this time.
    pub created_at: TimeRange,
    /// Only those that changed last in this time.
    pub updated_at: TimeRange,
}

/// By what the list is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserField {
    /// When the account was registered.
    CreatedAt,
    /// Its user name.
    Username,
    /// Its e-mail address.
    Email,
}
