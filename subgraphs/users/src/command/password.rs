//! Another password.

use schema::UserViewer;

use crate::{
    accounts::{Accounts, Outcome},
    domain::{Code, Fault, Password, Problems, User, UserId, guessable::refuse_guessable, throttle::Subject},
    repository::{
        attempts,
        sessions::{self, Which},
        users::{self, Secret},
    },
};

impl Accounts {
    /// Changes one's password and ends one's other sessions: who changes it because somebody else knew it wants
    /// exactly that. Guessing the present one is throttled as log-ins are.
    pub async fn change_password(&self, viewer: &UserViewer, current: &str, typed: &str) -> Outcome<User> {
        let mut problems = Problems::default();
        let new = problems.check("newPassword", Password::parse(typed));
        let new = problems.or(new)?;

        let id = UserId::from_uuid(viewer.id);
        let subjects = [Subject::PresentPassword(id)];
        let db = self.database.connection();
        self.admit(db, &subjects).await?;
        let known = users::with_secret(db, id).await?;
        if let Some(Secret { user, .. }) = &known {
            let names = [user.username.as_str(), user.email.as_str(), &user.name];
            refuse_guessable(typed, &names).map_err(|fault| fault.at("newPassword"))?;
        }
        let known = known.as_ref().map(|secret| secret.password_hash.as_str());
        if !self.hasher.verify(current, known).await? {
            self.count_failure(&subjects, Some(&Subject::Account(id))).await?;
            return Err(wrong_password().into());
        }
        let hash = self.hasher.hash(new).await?;

        let tx = self.database.begin_write().await?;
        let secret = self.writer(&tx, viewer).await?;
        self.admit(&tx, &subjects).await?;
        if Some(secret.password_hash.as_str()) != known {
            return Err(wrong_password().into());
        }
        let now = self.clock.now();
        let user = User { version: secret.user.version + 1, updated_at: now, ..secret.user };
        users::update_with_password(&tx, &user, hash).await?;
        attempts::forget(&tx, &[&subjects[0], &Subject::Account(id)]).await?;
        let sids = sessions::end(&tx, id, Which::OtherThan(viewer.session), now).await?;
        self.withdraw(&tx, &sids).await?;
        tx.commit().await?;
        self.publish(&sids);
        Ok(user)
    }
}

fn wrong_password() -> crate::domain::Problem {
    Fault::new(Code::InvalidCredentials, "This is not the present password.").at("currentPassword")
}
