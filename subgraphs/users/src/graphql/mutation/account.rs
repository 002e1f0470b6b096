//! One's own account.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use kit::{
    Result,
    caller::{self, Authenticated},
};

use crate::{
    accounts::{Accounts, Stop},
    domain::profile::{ProfileChange, Registration},
    graphql::{
        errors::{UserError, settle},
        user::User,
    },
};

/// One's own account.
#[derive(Default)]
pub struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Makes an account with the role `CUSTOMER`. For everybody; log in afterwards. Codes: `REQUIRED`, `TOO_SHORT`,
    /// `TOO_LONG`, `INVALID`, `PASSWORD_TOO_COMMON`, and `TAKEN` where another account has the user name or e-mail
    /// address. After too many from one client address: `RATE_LIMITED`, with `extensions.retryAfter` in seconds.
    async fn register(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new account.")] input: RegisterInput,
    ) -> Result<RegisterPayload> {
        let accounts = context.data_unchecked::<Accounts>();
        let RegisterInput { username, email, password, name } = input;
        let outcome = match Registration::parse(&username, &email, &password, name.as_deref()) {
            Ok(registration) => accounts.register(registration, caller::caller(context).address).await,
            Err(problems) => Err(Stop::Problems(problems)),
        };
        let (user, user_errors) = settle(outcome)?;
        Ok(RegisterPayload { user: user.map(User), user_errors })
    }

    /// Changes one's own account; what is not given stays as it is. Codes: those of `register`, and `CONFLICT` (a
    /// `ConflictError`) when it no longer has the expected version. Without an access token: `UNAUTHENTICATED`.
    #[graphql(guard = "Authenticated", directive = caller::authenticated::apply())]
    async fn update_profile(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateProfileInput,
    ) -> Result<UpdateProfilePayload> {
        let accounts = context.data_unchecked::<Accounts>();
        let UpdateProfileInput { username, email, name, expected_version } = input;
        let viewer = caller::user(context)?;
        let outcome = match ProfileChange::parse(username.as_deref(), email.as_deref(), name.as_deref()) {
            Ok(change) => accounts.update_profile(viewer, change, expected_version).await,
            Err(problems) => Err(Stop::Problems(problems)),
        };
        let (user, user_errors) = settle(outcome)?;
        Ok(UpdateProfilePayload { user: user.map(User), user_errors })
    }

    /// Changes one's password and ends all of one's other sessions; this one goes on. Codes: `INVALID_CREDENTIALS`
    /// when the present password is another, `REQUIRED`, `TOO_SHORT`, `TOO_LONG`, `PASSWORD_TOO_COMMON`. Wrong present passwords are counted
    /// as failed log-ins are (`RATE_LIMITED`). Without an access token: `UNAUTHENTICATED`.
    #[graphql(guard = "Authenticated", directive = caller::authenticated::apply())]
    async fn change_password(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The old and the new.")] input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload> {
        let accounts = context.data_unchecked::<Accounts>();
        let viewer = caller::user(context)?;
        let outcome = accounts.change_password(viewer, &input.current_password, &input.new_password).await;
        let (user, user_errors) = settle(outcome)?;
        Ok(ChangePasswordPayload { user: user.map(User), user_errors })
    }
}

/// A new account.
#[derive(InputObject)]
pub struct RegisterInput {
    /// 3 to 32 letters, digits, `.`, `_` and `-`, beginning with a letter or digit. Unique without regard to case.
    username: String,
    /// An e-mail address. Unique without regard to case.
    email: String,
    /// 8 to 128 characters; neither a common password nor one of the account's own names.
    #[graphql(secret)]
    password: String,
    /// What to call the person, at most 100 characters; the user name unless said otherwise.
    name: Option<String>,
}

/// What to change of one's account; null and absent mean: nothing.
#[derive(InputObject)]
pub struct UpdateProfileInput {
    /// As in `RegisterInput`.
    username: Option<String>,
    /// As in `RegisterInput`.
    email: Option<String>,
    /// As in `RegisterInput`.
    name: Option<String>,
    /// Change nothing if the account has another version by now.
    expected_version: Option<i32>,
}

/// The old password and the new.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The present password.
    #[graphql(secret)]
    current_password: String,
    /// 8 to 128 characters; neither a common password nor one of the account's own names.
    #[graphql(secret)]
    new_password: String,
}

/// The account was made, or why not.
#[derive(SimpleObject)]
pub struct RegisterPayload {
    /// The new account.
    user: Option<User>,
    /// Why nothing was done.
    user_errors: Vec<UserError>,
}

/// The account was changed, or why not.
#[derive(SimpleObject)]
pub struct UpdateProfilePayload {
    /// The account as it is now.
    user: Option<User>,
    /// Why nothing was done.
    user_errors: Vec<UserError>,
}

/// The password was changed, or why not.
#[derive(SimpleObject)]
pub struct ChangePasswordPayload {
    /// The account.
    user: Option<User>,
    /// Why nothing was done.
    user_errors: Vec<UserError>,
}
