//! Logging in and out.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use kit::time::Timestamp;
use kit::{
    Result,
    caller::{self, Authenticated},
};

use crate::{
    accounts::{Accounts, Outcome},
    command::SignedIn,
    graphql::{
        cookie::Browser,
        errors::{UserError, settle},
        user::User,
    },
};

/// Logging in and out.
#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Begins a session. For everybody. `INVALID_CREDENTIALS` does not tell whether the account exists. From the tenth
    /// failure of a user name or e-mail address on (and from a higher bound of one client address) every attempt is
    /// answered `RATE_LIMITED`, with `extensions.retryAfter` in seconds, until the window ends. An account that failed too
    /// often by both its names is closed as long; by a name that did not fail so often, it answers `INVALID_CREDENTIALS`.
    ///
    /// Where the shop keeps the sessions of browsers in a cookie, a page's refresh token is in the cookie `rialto_refresh`,
    /// which no script can read, and null in the answer.
    async fn login(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who, and the proof.")] input: LoginInput,
    ) -> Result<LoginPayload> {
        let address = caller::caller(context).address;
        let accounts = context.data_unchecked::<Accounts>();
        let (tokens, user_errors) = settle(accounts.login(&input.login, &input.password, address).await)?;
        let Tokens { access_token, refresh_token, expires_at, user } = Tokens::given(context, tokens);
        Ok(LoginPayload { access_token, refresh_token, expires_at, user, user_errors })
    }

    /// Exchanges a refresh token for a new pair of tokens: that of the input, else that of the session's cookie where the shop
    /// keeps one; `REQUIRED` without any. For everybody who has one; an access token that has expired may come along and counts
    /// as none. As long as neither of the new tokens was used, the old one may be sent again, so that
    /// an answer that was lost logs nobody out. After that its use ends the session, because two parties must hold it:
    /// `INVALID_REFRESH_TOKEN` then, and for all later ones.
    async fn refresh_token(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The token to exchange. Not needed where a cookie has it.")] input: Option<RefreshTokenInput>,
    ) -> Result<RefreshTokenPayload> {
        let accounts = context.data_unchecked::<Accounts>();
        let typed = input.and_then(|input| input.refresh_token);
        let token = typed.as_deref().or(Browser::of(context).and_then(Browser::token));
        let (tokens, user_errors) = settle(accounts.refresh(token).await)?;
        let Tokens { access_token, refresh_token, expires_at, user } = Tokens::given(context, tokens);
        Ok(RefreshTokenPayload { access_token, refresh_token, expires_at, user, user_errors })
    }

    /// Ends the session of the access token and, for those whose access token is gone, of the refresh token in the input and
    /// of the one in the session's cookie (all that are sent), and has a browser forget the cookie. Their refresh tokens are dead
    /// at once. A session that has ended already is a success too; only when none is sent, the answer is `REQUIRED`.
    async fn logout(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Needed only without an access token and a cookie.")] input: Option<LogoutInput>,
    ) -> Result<LogoutPayload> {
        let accounts = context.data_unchecked::<Accounts>();
        let (typed, browser) = (input.and_then(|input| input.refresh_token), Browser::of(context));
        let tokens: Vec<&str> = typed.as_deref().into_iter().chain(browser.and_then(Browser::token)).collect();
        let (success, user_errors) = done(accounts.logout(caller::viewer(context).user(), &tokens).await)?;
        forget(browser, success);
        Ok(LogoutPayload { success, user_errors })
    }

    /// Ends all of one's sessions, this one too, and has a browser forget the session's cookie. Without an access token: `UNAUTHENTICATED`.
    #[graphql(guard = "Authenticated", directive = caller::authenticated::apply())]
    async fn logout_everywhere(&self, context: &Context<'_>) -> Result<LogoutEverywherePayload> {
        let accounts = context.data_unchecked::<Accounts>();
        let (success, user_errors) = done(accounts.logout_everywhere(caller::user(context)?).await)?;
        forget(Browser::of(context), success);
        Ok(LogoutEverywherePayload { success, user_errors })
    }
}

fn done(outcome: Outcome<()>) -> Result<(bool, Vec<UserError>)> {
    let (done, user_errors) = settle(outcome)?;
    Ok((done.is_some(), user_errors))
}

/// Has a browser forget a session that is over.
fn forget(browser: Option<Browser<'_>>, is_over: bool) {
    if let Some(browser) = browser.filter(|_| is_over) {
        browser.forget();
    }
}

/// What payloads show of a session.
#[derive(Default)]
pub(super) struct Tokens {
    pub access_token: Option<String>,
    pub refresh_token: Option<String>,
    pub expires_at: Option<Timestamp>,
    pub user: Option<User>,
}

impl Tokens {
    /// The tokens of a session, of which a browser gets the one for refreshing in its cookie, and only there: what a page is
    /// shown, any script on it can take.
    pub fn given(context: &Context<'_>, signed_in: Option<SignedIn>) -> Self {
        let Some(SignedIn { user, access, refresh_token }) = signed_in else { return Self::default() };
        let refresh_token = match Browser::of(context) {
            Some(browser) => {
                browser.keep(&refresh_token);
                None
            }
            None => Some(refresh_token),
        };
        Self {
            access_token: Some(access.token),
            refresh_token,
            expires_at: Some(access.expires_at.into()),
            user: Some(User(user)),
        }
    }
}

/// Who, and the proof.
#[derive(InputObject)]
pub struct LoginInput {
    /// A user name or an e-mail address, in whichever case.
    login: String,
    /// The account's password.
    #[graphql(secret)]
    password: String,
}

/// The token to exchange.
#[derive(InputObject)]
pub struct RefreshTokenInput {
    /// The newest refresh token of the session; where there is none, the session's cookie counts.
    #[graphql(secret)]
    refresh_token: Option<String>,
}

/// Which session to end.
#[derive(InputObject)]
pub struct LogoutInput {
    /// A refresh token of the session.
    #[graphql(secret)]
    refresh_token: Option<String>,
}

/// A session has begun, or why not.
#[derive(SimpleObject)]
pub struct LoginPayload {
    /// To be sent as `Authorization: Bearer …` with every request, until it expires.
    access_token: Option<String>,
    /// To be kept safe, and exchanged by `refreshToken`. Null for a page whose session is in a cookie.
    refresh_token: Option<String>,
    /// When the access token expires.
    expires_at: Option<Timestamp>,
    /// Who has logged in.
    user: Option<User>,
    /// Why nothing was done.
    user_errors: Vec<UserError>,
}

/// The session goes on, or why not.
#[derive(SimpleObject)]
pub struct RefreshTokenPayload {
    /// To be sent as `Authorization: Bearer …` with every request, until it expires.
    access_token: Option<String>,
    /// The next refresh token; the one that was sent is used up. Null for a page whose session is in a cookie.
    refresh_token: Option<String>,
    /// When the access token expires.
    expires_at: Option<Timestamp>,
    /// Whose session it is.
    user: Option<User>,
    /// Why nothing was done.
    user_errors: Vec<UserError>,
}

/// The session has ended, or why not.
#[derive(SimpleObject)]
pub struct LogoutPayload {
    /// Whether the session is over.
    success: bool,
    /// Why nothing was done.
    user_errors: Vec<UserError>,
}

/// All sessions have ended, or why not.
#[derive(SimpleObject)]
pub struct LogoutEverywherePayload {
    /// Whether all sessions are over.
    success: bool,
    /// Why nothing was done.
    user_errors: Vec<UserError>,
}
