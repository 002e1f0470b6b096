//! A refresh token for a new pair of tokens.

use kit::random::sha256_hex;

use super::login::SignedIn;
use crate::{
    accounts::{Accounts, Outcome, Stop},
    domain::{
        Code, Fault,
        session::{Verdict, judge},
    },
    repository::{
        sessions::{self, Which},
        users,
    },
};

/// How many pairs that were given for one refresh token are good at a time; the oldest gives way.
const MAX_SUCCESSORS: u64 = 10;

impl Accounts {
    /// Exchanges a refresh token. It may be exchanged again as long as nothing of what was given for it was used: the
    /// answer may have been lost, or two tabs may have asked at once, and all pairs that were given are good. After that
    /// the token is in two hands, one of them a thief's: the session ends for both.
    pub async fn refresh(&self, refresh_token: Option<&str>) -> Outcome<SignedIn> {
        let Some(refresh_token) = refresh_token else { return Err(missing()) };
        let digest = sha256_hex(refresh_token);
        // Whoever sends nonsense must not make writers wait.
        let found = sessions::by_token(self.database.connection(), &digest).await?;
        let Some((session, _)) = found else { return Err(worthless()) };
        let tx = self.database.begin_write().await?;
        let Some(secret) = users::lock(&tx, session.user_id).await? else { return Err(worthless()) };
        // What was found may have changed before the lock was ours.
        let Some((session, progress)) = sessions::by_token(&tx, &digest).await? else { return Err(worthless()) };
        let now = self.clock.now();
        match judge(&session, progress, now) {
            Verdict::Refuse => Err(worthless()),
            Verdict::EndSession => {
                let sids = sessions::end(&tx, session.user_id, Which::One(session.id), now).await?;
                self.withdraw(&tx, &sids).await?;
                tx.commit().await?;
                self.publish(&sids);
                tracing::warn!(user = %session.user_id, "a refresh token was used twice: its session was ended");
                Err(worthless())
            }
            Verdict::Rotate => {
                sessions::use_token(&tx, &digest, now).await?;
                sessions::keep_newest_successors(&tx, &digest, MAX_SUCCESSORS - 1).await?;
                sessions::extend(&tx, session.id, now + self.session_life()).await?;
                let signed_in = self.hand_out(&tx, secret.user, &session, Some(digest)).await?;
                tx.commit().await?;
                Ok(signed_in)
            }
        }
    }
}

fn missing() -> Stop {
    Fault::new(Code::Required, "Nobody is logged in here: there is no refresh token.").at("refreshToken").into()
}

fn worthless() -> Stop {
    Fault::new(Code::InvalidRefreshToken, "This refresh token is not valid (any more). Log in again.")
        .at("refreshToken")
        .into()
}
