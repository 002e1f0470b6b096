//! What an admin can ask of the list of all accounts.

use super::Role;

/// Which accounts.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// By user name.
    pub username: TextFilter,
    /// By e-mail address.
    pub email: TextFilter,
    /// Only those that have this role.
    pub role: Option<Role>,
}

/// Which texts, by their keys.
#[derive(Clone, Debug, Default)]
pub struct TextFilter {
    /// Exactly the one with this key.
    pub eq: Option<String>,
    /// Those whose keys contain this one.
    pub contains: Option<String>,
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
