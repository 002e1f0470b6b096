//! One's own account.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use kit::{
    Result,
    caller::{self, Authenticated},
    idempotency::Claim,
    time::Timestamp,
};

use crate::{
    accounts::{Accounts, Stop},
    domain::{
        Problem,
        profile::{ProfileChange, Registration},
    },
    graphql::{
        errors::{UserError, settle},
        mutation::{claim, session::Tokens},
        user::User,
    },
};

/// One's own account.
#[derive(Default)]
pub struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Makes an account with the role `CUSTOMER`, and begins its first session as `login` does. For everybody. Codes: `REQUIRED`,
    /// `TOO_SHORT`, `TOO_LONG`, `INVALID`, `PASSWORD_TOO_COMMON`, `TAKEN` where another account has the user name or e-mail
    /// address (both are told), `INVALID_IDEMPOTENCY_KEY`, and `IDEMPOTENCY_KEY_MISMATCH` (an `IdempotencyError`). After too many
    /// from one client address: `RATE_LIMITED`, with `extensions.retryAfter` in seconds.
    ///
    /// Sent again with the same `idempotencyKey` after an answer was lost, it begins another session of the account that was
    /// made, with `replayed: true`. The password must be the account's still; another is `IDEMPOTENCY_KEY_MISMATCH`, and counts as
    /// a failed log-in. Without a key, the name is `TAKEN` then.
    async fn register(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new account.")] input: RegisterInput,
    ) -> Result<RegisterPayload> {
        let accounts = context.data_unchecked::<Accounts>();
        let outcome = match input.check() {
            Ok((registration, claim)) => accounts.register(registration, claim, caller::caller(context).address).await,
            Err(problems) => Err(Stop::Problems(problems)),
        };
        let (registered, user_errors) = settle(outcome)?;
        let replayed = registered.as_ref().is_some_and(|registered| registered.replayed);
        let tokens = Tokens::given(context, registered.map(|registered| registered.signed_in));
        let Tokens { access_token, refresh_token, expires_at, user } = tokens;
        Ok(RegisterPayload { access_token, refresh_token, expires_at, user, replayed, user_errors })
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
    /// 8 to 255 characters that nobody else can guess, such as a UUID. The same key with the same input makes one account, however
    /// often it is sent.
    #[graphql(secret)]
    idempotency_key: Option<String>,
}

impl RegisterInput {
    /// The registration with the claim of its key; or everything that is wrong.
    fn check(&self) -> Result<(Registration, Option<Claim>), Vec<Problem>> {
        let Self { username, email, password, name, idempotency_key } = self;
        let registration = Registration::parse(username, email, password, name.as_deref());
        let fingerprint = registration.as_ref().map(Registration::fingerprint).unwrap_or_default();
        let claim = claim(None, "register", idempotency_key.as_deref(), &fingerprint);
        match (registration, claim) {
            (Ok(registration), Ok(claim)) => Ok((registration, claim)),
            (registration, claim) => Err(registration.err().into_iter().flatten().chain(claim.err()).collect()),
        }
    }
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

/// The account was made and its first session has begun, or why not.
#[derive(SimpleObject)]
pub struct RegisterPayload {
    /// To be sent as `Authorization: Bearer …` with every request, until it expires.
    access_token: Option<String>,
    /// To be kept safe, and exchanged by `refreshToken`. Null for a page whose session is in a cookie.
    refresh_token: Option<String>,
    /// When the access token expires.
    expires_at: Option<Timestamp>,
    /// The new account.
    user: Option<User>,
    /// Whether the account had been made before, by the same idempotency key.
    replayed: bool,
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
