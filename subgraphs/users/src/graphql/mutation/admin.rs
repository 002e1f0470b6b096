//! Other people's accounts, for admins.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use kit::{
    Result,
    caller::{self, RequiresScope},
};

use crate::{
    accounts::{Accounts, Outcome},
    domain::{self, Problems, Roles, role::WRITE_USERS},
    graphql::{
        errors::{UserError, settle},
        mutation::input_id,
        role::Role,
        user::User,
    },
};

/// Other people's accounts, for admins.
#[derive(Default)]
pub struct AdminMutation;

#[Object]
impl AdminMutation {
    /// Gives an account other roles, for admins (scope `users:write`; without it `FORBIDDEN`). Access tokens that speak of
    /// the old roles are refused within seconds, the account's own client gets others by `refreshToken`. Repeating it changes
    /// nothing. Codes: `INVALID_ID`, `NOT_FOUND`, `REQUIRED` without any role, `LAST_ADMIN`.
    #[graphql(guard = "RequiresScope(WRITE_USERS)", requires_scopes = "users:write")]
    async fn set_user_roles(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which account, and its roles from now on.")] input: SetUserRolesInput,
    ) -> Result<SetUserRolesPayload> {
        let (user, user_errors) = settle(set_roles(context, input).await)?;
        Ok(SetUserRolesPayload { user: user.map(User), user_errors })
    }
}

async fn set_roles(context: &Context<'_>, input: SetUserRolesInput) -> Outcome<domain::User> {
    let id = input_id("userId", &input.user_id)?;
    let mut problems = Problems::default();
    let roles = problems.check("roles", Roles::new(input.roles.into_iter().map(Into::into)));
    let roles = problems.or(roles)?;
    context.data_unchecked::<Accounts>().set_roles(caller::user(context)?, id, roles).await
}

/// Which account, and its roles from now on.
#[derive(InputObject)]
pub struct SetUserRolesInput {
    /// The account's id (`usr_…`).
    user_id: ID,
    /// All its roles; at least one.
    roles: Vec<Role>,
}

/// The roles were set, or why not.
#[derive(SimpleObject)]
pub struct SetUserRolesPayload {
    /// The account as it is now.
    user: Option<User>,
    /// Why nothing was done.
    user_errors: Vec<UserError>,
}
