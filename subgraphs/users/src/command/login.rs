//! From a name and a password to a session.

use std::net::IpAddr;

use chrono::TimeDelta;
use kit::{random, text};
use sea_orm::ConnectionTrait;

use crate::{
    accounts::{Accounts, Outcome, Stop},
    domain::{Code, Fault, Session, User, throttle::Subject},
    repository::{
        attempts, sessions,
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
    /// Begins a session. A wrong password and an unknown name get the same answer after the same work; too many of
    /// either are not looked at.
    pub async fn login(&self, login: &str, password: &str, address: Option<IpAddr>) -> Outcome<SignedIn> {
        let found = users::by_login(self.database.connection(), login).await?;
        let account = match &found {
            Some(secret) => Subject::Account(secret.user.id),
            None => Subject::Unknown(random::sha256_hex(text::key(login))),
        };
        let subjects: Vec<Subject> = [Some(account), address.map(Subject::Address)].into_iter().flatten().collect();
        self.admit(self.database.connection(), &subjects).await?;
        let hash = found.as_ref().map(|secret| secret.password_hash.as_str());
        let right = self.hasher.verify(password, hash).await?;
        match found {
            Some(secret) if right => self.open_session(&secret, &subjects).await,
            _ => {
                self.count_failure(&subjects).await?;
                Err(wrong_credentials())
            }
        }
    }

    async fn open_session(&self, proved: &Secret, subjects: &[Subject]) -> Outcome<SignedIn> {
        let tx = self.database.begin_write().await?;
        // What happened while the password was being checked counts: its change, and failures of other attempts.
        let secret = users::lock(&tx, proved.user.id).await?;
        let Some(Secret { user, .. }) = secret.filter(|secret| secret.password_hash == proved.password_hash) else {
            return Err(wrong_credentials());
        };
        self.admit(&tx, subjects).await?;
        // The address's count stays: who owns one account must not be able to guess at others for ever.
        attempts::forget(&tx, &Subject::Account(user.id)).await?;
        let now = self.clock.now();
        let session = Session {
            id: random::new_id(&self.clock),
            user_id: user.id,
            access_id: random::uuid(),
            expires_at: now + self.session_life(),
            ended_at: None,
        };
        sessions::insert(&tx, &session, now).await?;
        let signed_in = self.hand_out(&tx, user, &session).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// A new pair of tokens for `session`.
    pub(crate) async fn hand_out(&self, db: &impl ConnectionTrait, user: User, session: &Session) -> Outcome<SignedIn> {
        let now = self.clock.now();
        let refresh_token = random::token();
        sessions::add_token(db, session.id, random::sha256_hex(&refresh_token), now).await?;
        let access = self.tokens.issue(&user, session.access_id, now)?;
        Ok(SignedIn { user, access, refresh_token })
    }

    pub(crate) fn session_life(&self) -> TimeDelta {
        TimeDelta::from_std(self.session_life).unwrap_or(TimeDelta::MAX)
    }
}

fn wrong_credentials() -> Stop {
    Fault::new(Code::InvalidCredentials, "No account has this name and password.").of_input().into()
}
