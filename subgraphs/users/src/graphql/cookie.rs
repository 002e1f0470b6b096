//! The refresh token in a cookie, for browsers: no script of a page can read it there.
//!
//! Only a router that is trusted says that a browser calls which may have the cookie: it passes the page's `Origin` on, after
//! having judged it, and with it what cookie there is. Nobody else is believed, so whoever calls without a router, or from a
//! page that is not listed, gets the token in the answer as programs do.

use std::time::Duration;

use async_graphql::Context;
use http::{
    HeaderMap,
    header::{COOKIE, ORIGIN, SET_COOKIE},
};
use kit::caller;

/// The cookie's name.
pub const SESSION_COOKIE: &str = "rialto_refresh";

/// How long such cookies live, which is as long as a session that nobody refreshes; nothing where there are none.
#[derive(Clone, Copy, Debug)]
pub struct SessionCookies(pub Option<Duration>);

/// A browser that keeps the session in a cookie.
#[derive(Clone, Copy)]
pub struct Browser<'c> {
    context: &'c Context<'c>,
    headers: &'c HeaderMap,
    life: Duration,
}

impl<'c> Browser<'c> {
    /// The browser that calls, if one does.
    pub fn of(context: &'c Context<'c>) -> Option<Self> {
        let life = context.data_unchecked::<SessionCookies>().0?;
        let headers = context.data_unchecked::<HeaderMap>();
        let is_vouched_for = caller::caller(context).service.is_some() && headers.contains_key(ORIGIN);
        is_vouched_for.then_some(Self { context, headers, life })
    }

    /// The refresh token that it has.
    pub fn token(self) -> Option<&'c str> {
        let sent = self.headers.get(COOKIE)?.to_str().ok()?;
        let mut pairs = sent.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.find_map(|(name, value)| (name == SESSION_COOKIE && !value.is_empty()).then_some(value))
    }

    /// Has it keep this one.
    pub fn keep(self, token: &str) {
        self.set(token, self.life.as_secs());
    }

    /// Has it forget what it has.
    pub fn forget(self) {
        self.set("", 0);
    }

    /// Of several in one request, the last word counts.
    fn set(self, token: &str, seconds: u64) {
        let cookie =
            format!("{SESSION_COOKIE}={token}; Max-Age={seconds}; Path=/graphql; Secure; HttpOnly; SameSite=Strict");
        self.context.insert_http_header(SET_COOKIE, cookie);
    }
}
