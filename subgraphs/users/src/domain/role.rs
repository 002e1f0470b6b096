//! Roles, and the scopes that follow from them. The mapping lives here and nowhere else: others only see scopes.

use kit::user_error::Bounds;

use super::{Code, Fault};

/// What somebody is in the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Buys.
    Customer,
    /// Runs the shop.
    Admin,
}

impl Role {
    /// The name that tokens and clients see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Customer => "CUSTOMER",
            Self::Admin => "ADMIN",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Customer, Self::Admin].into_iter().find(|role| role.name() == name)
    }

    /// What the role allows beyond one's own things.
    pub fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::Customer => &[],
            Self::Admin => &["catalog:write", "orders:read", "orders:write", "users:read", "users:write"],
        }
    }
}

/// Read other people's accounts.
pub const READ_USERS: &str = "users:read";
/// Change other people's accounts.
pub const WRITE_USERS: &str = "users:write";

/// At least one role, each once, in a fixed order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles(Vec<Role>);

impl Roles {
    /// The roles given, without repetition.
    pub fn new(roles: impl IntoIterator<Item = Role>) -> Result<Self, Fault> {
        let mut roles: Vec<Role> = roles.into_iter().collect();
        roles.sort_unstable();
        roles.dedup();
        if roles.is_empty() {
            let fault = Fault::new(Code::Required, "An account has at least one role.");
            return Err(fault.within(Bounds::at_least(1)));
        }
        Ok(Self(roles))
    }

    /// What everybody begins with.
    pub fn customer() -> Self {
        Self(vec![Role::Customer])
    }

    /// Somebody who runs the shop.
    pub fn admin() -> Self {
        Self(vec![Role::Admin])
    }

    /// Whether `role` is among them.
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }

    /// Their names.
    pub fn names(&self) -> Vec<String> {
        self.iter().map(|role| role.name().to_owned()).collect()
    }

    /// The scopes of all of them, separated by blanks as a token carries them.
    pub fn scope(&self) -> String {
        let mut scopes: Vec<_> = self.iter().flat_map(Role::scopes).copied().collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes.join(" ")
    }

    /// As a row holds them: names separated by blanks.
    pub(crate) fn to_column(&self) -> String {
        self.names().join(" ")
    }

    /// Reads a row. A name that this version does not know grants nothing.
    pub(crate) fn from_column(column: &str) -> Self {
        Self(column.split(' ').filter_map(Role::from_name).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_have_no_scope_and_admins_have_all() {
        assert_eq!(Roles::customer().scope(), "");
        assert_eq!(Roles::admin().scope(), "catalog:write orders:read orders:write users:read users:write");
    }

    #[test]
    fn roles_are_a_set_that_survives_its_column() {
        let both = Roles::new([Role::Admin, Role::Customer, Role::Admin]).unwrap();
        assert_eq!(both.names(), ["CUSTOMER", "ADMIN"]);
        assert_eq!(Roles::from_column(&both.to_column()), both);
        assert!(!Roles::from_column("CUSTOMER ROOT").has(Role::Admin));
        assert_eq!(Roles::new([]).unwrap_err().code, Code::Required);
    }
}
