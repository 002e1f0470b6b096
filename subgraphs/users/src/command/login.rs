//! From a name and a password to a session.

use std::net::IpAddr;

use chrono::TimeDelta;
use kit::{random, text};
use sea_orm::ConnectionTrait;

use crate::{
    accounts::{Accounts, Outcome, Stop},
    domain::{Code, Fault, Session, User, UserId, throttle::Subject},
    repository::{
        attempts,
        sessions::{self, IssuedPair},
        users::{self, Secret},
    },
    tokens::AccessToken,
};

/// Who has just proved to be somebody, and what they can show from now on.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The account.
    pub user: User,
    /// For every request, minutes long.
    pub access: AccessToken,
    /// For another pair of tokens, once.
    pub refresh_token: String,
}

impl Accounts {
    /// Begins a session. A wrong password and an unknown name get the same answer after the same work, and so does an
    /// account that failed too often by all its names together. Too many failures of what was typed, or from one address,
    /// are not looked at.
    pub async fn login(&self, login: &str, password: &str, address: Option<IpAddr>) -> Outcome<SignedIn> {
        let found = users::by_login(self.database.connection(), login).await?;
        let attempt = Attempt::new(login, found.as_ref().map(|secret| secret.user.id), address);
        self.sign_in(found, password, &attempt).await?.ok_or_else(wrong_credentials)
    }

    /// Begins a session of whoever was `found`; nothing where that cannot be shown by `password`. Failures are counted, and
    /// after too many of them nothing is looked at.
    pub(crate) async fn sign_in(
        &self,
        found: Option<Secret>,
        password: &str,
        attempt: &Attempt,
    ) -> Outcome<Option<SignedIn>> {
        self.admit(self.database.connection(), &attempt.visible).await?;
        let is_closed = self.is_closed(self.database.connection(), &attempt.account).await?;
        let hash = found.as_ref().map(|secret| secret.password_hash.as_str());
        let right = self.hasher.verify(password, hash).await?;
        match found {
            Some(secret) if right && !is_closed => self.open_session(&secret, attempt).await,
            _ => {
                self.count_failure(&attempt.visible, Some(&attempt.account)).await?;
                Ok(None)
            }
        }
    }

    async fn open_session(&self, proved: &Secret, attempt: &Attempt) -> Outcome<Option<SignedIn>> {
        let tx = self.database.begin_write().await?;
        // What happened while the password was being checked counts: its change, and failures of other attempts.
        let secret = users::lock(&tx, proved.user.id).await?;
        let Some(Secret { user, .. }) = secret.filter(|secret| secret.password_hash == proved.password_hash) else {
            return Ok(None);
        };
        self.admit(&tx, &attempt.visible).await?;
        if self.is_closed(&tx, &attempt.account).await? {
            return Ok(None);
        }
        // The address's count stays: who owns one account must not be able to guess at others for ever.
        attempts::forget(&tx, &[&attempt.name, &attempt.account]).await?;
        let signed_in = self.begin_session(&tx, user).await?;
        tx.commit().await?;
        Ok(Some(signed_in))
    }

    /// A new session of somebody who has shown to be `user`.
    pub(crate) async fn begin_session(&self, db: &impl ConnectionTrait, user: User) -> Outcome<SignedIn> {
        let now = self.clock.now();
        let session = Session {
            id: random::new_id(&self.clock),
            user_id: user.id,
            access_id: random::uuid(),
            expires_at: now + self.session_life(),
            ended_at: None,
        };
        sessions::insert(db, &session, now).await?;
        self.hand_out(db, user, &session, None).await
    }

    /// A new pair of tokens for `session`, given for the refresh token with the digest `replaces`.
    pub(crate) async fn hand_out(
        &self,
        db: &impl ConnectionTrait,
        user: User,
        session: &Session,
        replaces: Option<String>,
    ) -> Outcome<SignedIn> {
        let now = self.clock.now();
        let refresh_token = random::token();
        let access = self.tokens.issue(&user, session.access_id, now)?;
        let pair = IssuedPair {
            session: session.id,
            refresh: random::sha256_hex(&refresh_token),
            access: random::sha256_hex(&access.token),
            replaces,
        };
        sessions::add_pair(db, pair, now).await?;
        Ok(SignedIn { user, access, refresh_token })
    }

    pub(crate) fn session_life(&self) -> TimeDelta {
        TimeDelta::from_std(self.session_life).unwrap_or(TimeDelta::MAX)
    }
}

/// What an attempt to log in is counted for.
pub(crate) struct Attempt {
    name: Subject,
    account: Subject,
    /// Those whose bounds show: they depend only on what the client sent and where from.
    visible: Vec<Subject>,
}

impl Attempt {
    /// Of somebody who typed `login`, which may be the name of `account`.
    pub fn new(login: &str, account: Option<UserId>, address: Option<IpAddr>) -> Self {
        let digest = random::sha256_hex(text::key(login));
        let name = Subject::Name(digest.clone());
        let account = account.map_or(Subject::Nobody(digest), Subject::Account);
        let visible = std::iter::once(name.clone()).chain(address.map(Subject::Address)).collect();
        Self { name, account, visible }
    }
}

fn wrong_credentials() -> Stop {
    Fault::new(Code::InvalidCredentials, "No account has this name and password.").of_input().into()
}
