//! The end of sessions.

use kit::random::sha256_hex;
use schema::UserViewer;

use crate::{
    accounts::{Accounts, Outcome},
    domain::{Code, Fault, UserId},
    repository::{
        sessions::{self, Which},
        users,
    },
};

impl Accounts {
    /// Ends the sessions of the access token and of the refresh tokens. A session that has ended already, or a token that never
    /// was one, is as good as logged out.
    pub async fn logout(&self, viewer: Option<&UserViewer>, refresh_tokens: &[&str]) -> Outcome<()> {
        if viewer.is_none() && refresh_tokens.is_empty() {
            let fault = Fault::new(Code::Required, "Say which session: by its access token or its refresh token.");
            return Err(fault.at("refreshToken").into());
        }
        if let Some(viewer) = viewer {
            self.end(UserId::from_uuid(viewer.id), Which::WithAccess(viewer.session)).await?;
        }
        for token in refresh_tokens {
            let found = sessions::by_token(self.database.connection(), &sha256_hex(token)).await?;
            if let Some((session, _)) = found {
                self.end(session.user_id, Which::One(session.id)).await?;
            }
        }
        Ok(())
    }

    /// Ends every session of an account.
    pub async fn logout_everywhere(&self, viewer: &UserViewer) -> Outcome<()> {
        self.end(UserId::from_uuid(viewer.id), Which::All).await
    }

    async fn end(&self, user: UserId, which: Which) -> Outcome<()> {
        let tx = self.database.begin_write().await?;
        users::lock(&tx, user).await?;
        let sids = sessions::end(&tx, user, which, self.clock.now()).await?;
        self.withdraw(&tx, &sids).await?;
        tx.commit().await?;
        self.publish(&sids);
        Ok(())
    }
}
