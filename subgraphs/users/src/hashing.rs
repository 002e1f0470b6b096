//! Password hashes: Argon2id, away from the threads that serve requests and only so many at a time.
//!
//! A hash takes 19 MiB and tens of milliseconds on purpose. Without a bound, log-ins could take all the memory; on an
//! async thread, one log-in would hold up everybody else's requests.

use std::{sync::Arc, thread::available_parallelism, time::Duration};

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString},
};
use kit::Failure;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::timeout,
};

use crate::domain::{Password, password};

/// A hash that no password has, made with the parameters of all others: an unknown account costs the same work.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWhhcy10aGlz$S6OxUNdhNnCuuIfMR0jM+Cj7Y0VRsTpqBPZ3GvUyPHE";
/// Nobody waits longer for a turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// What those who waited in vain are told to wait.
const COME_BACK: Duration = Duration::from_secs(5);

/// Hashes and checks passwords. Clones share the bound.
#[derive(Clone, Debug)]
pub struct Hasher {
    turns: Arc<Semaphore>,
}

impl Default for Hasher {
    /// As many at a time as there are processors.
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, std::num::NonZero::get);
        Self { turns: Arc::new(Semaphore::new(processors)) }
    }
}

impl Hasher {
    /// The hash of a new password, in PHC form.
    pub async fn hash(&self, password: Password) -> kit::Result<String> {
        let turn = self.turn().await?;
        let work = spawn_blocking(move || {
            let _turn = turn;
            let salt = SaltString::encode_b64(&kit::random::uuid().into_bytes())?;
            Argon2::default().hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string())
        });
        work.await.map_err(Failure::internal)?.map_err(Failure::internal)
    }

    /// Whether `password` is the one that was hashed. Without a hash the answer is `false`, after the same work.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> kit::Result<bool> {
        let turn = self.turn().await?;
        // No account has a longer one: what is cut off cannot make a wrong password right.
        let too_long = password.chars().count() > password::MAX;
        let password: String = password.chars().take(password::MAX).collect();
        let known = hash.is_some() && !too_long;
        let hash = hash.unwrap_or(NOBODY).to_owned();
        let work = spawn_blocking(move || {
            let _turn = turn;
            let hash = PasswordHash::new(&hash)?;
            match Argon2::default().verify_password(password.as_bytes(), &hash) {
                Err(argon2::password_hash::Error::Password) => Ok(false),
                other => other.map(|()| true),
            }
        });
        let right = work.await.map_err(Failure::internal)?.map_err(Failure::internal)?;
        Ok(right && known)
    }

    /// The turn travels into the work, so that a client who hangs up does not let in more work than allowed.
    async fn turn(&self) -> kit::Result<OwnedSemaphorePermit> {
        match timeout(PATIENCE, self.turns.clone().acquire_owned()).await {
            Ok(turn) => turn.map_err(Failure::internal),
            Err(_) => Err(Failure::rate_limited(COME_BACK)),
        }
    }
}

#[cfg(test)]
mod tests {
    use argon2::{Algorithm, Params};

    use super::*;

    #[tokio::test]
    async fn a_password_is_known_by_its_hash_and_two_hashes_differ() {
        let hasher = Hasher::default();
        let password = Password::parse("correct horse").unwrap();
        let (one, two) = (hasher.hash(password.clone()).await.unwrap(), hasher.hash(password).await.unwrap());
        assert_ne!(one, two);
        assert!(hasher.verify("correct horse", Some(&one)).await.unwrap());
        assert!(!hasher.verify("battery staple", Some(&one)).await.unwrap());
        assert!(!hasher.verify("correct horse", None).await.unwrap());
    }

    #[tokio::test]
    async fn what_is_cut_off_does_not_make_a_password_right() {
        let hasher = Hasher::default();
        let longest = "x".repeat(password::MAX);
        let hash = hasher.hash(Password::parse(&longest).unwrap()).await.unwrap();
        assert!(hasher.verify(&longest, Some(&hash)).await.unwrap());
        assert!(!hasher.verify(&format!("{longest}x"), Some(&hash)).await.unwrap());
    }

    #[test]
    fn nobody_costs_what_everybody_costs() {
        let hash = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(hash.algorithm, Algorithm::Argon2id.ident());
        let params = Params::try_from(&hash).unwrap();
        let usual = Params::default();
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        assert_eq!(cost(&params), cost(&usual));
        assert_eq!(hash.hash.unwrap().len(), Params::DEFAULT_OUTPUT_LEN);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_is_waited_for_but_not_for_ever() {
        let hasher = Hasher { turns: Arc::new(Semaphore::new(0)) };
        let failure = hasher.verify("correct horse", None).await.unwrap_err();
        assert_eq!(failure.retry_after(), Some(COME_BACK));
    }
}
