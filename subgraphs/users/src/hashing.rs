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
    /// Of new accounts, which anybody can make: however many come, log-ins have turns of their own.
    new_accounts: Arc<Semaphore>,
}

impl Default for Hasher {
    /// As many at a time as there are processors, and for new accounts a quarter of that.
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            turns: Arc::new(Semaphore::new(processors)),
            new_accounts: Arc::new(Semaphore::new(processors.div_ceil(4))),
        }
    }
}

impl Hasher {
    /// The hash of a new password, in PHC form.
    pub async fn hash(&self, password: Password) -> kit::Result<String> {
        hash(password, turn(&self.turns).await?).await
    }

    /// The same for an account that is being made.
    pub async fn hash_of_new_account(&self, password: Password) -> kit::Result<String> {
        hash(password, turn(&self.new_accounts).await?).await
    }

    /// Whether `password` is the one that was hashed. Without a hash the answer is `false`, after the same work.
    ///
    /// It is tried as it is hashed today, and as it was typed where that differs: hashes were once made of passwords as
    /// typed. How much work that is depends on what was typed only, so it tells nothing of an account.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> kit::Result<bool> {
        let turn = turn(&self.turns).await?;
        let known = hash.is_some();
        let hash = hash.unwrap_or(NOBODY).to_owned();
        let candidates = Candidate::all_of(password);
        let work = spawn_blocking(move || {
            let _turn = turn;
            let hash = PasswordHash::new(&hash)?;
            let mut right = false;
            for Candidate { text, whole } in candidates {
                match Argon2::default().verify_password(text.as_bytes(), &hash) {
                    Ok(()) => right |= whole,
                    Err(argon2::password_hash::Error::Password) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(right)
        });
        let right = work.await.map_err(Failure::internal)?.map_err(Failure::internal)?;
        Ok(right && known)
    }
}

async fn hash(password: Password, turn: OwnedSemaphorePermit) -> kit::Result<String> {
    let work = spawn_blocking(move || {
        let _turn = turn;
        let salt = SaltString::encode_b64(&kit::random::uuid().into_bytes())?;
        Argon2::default().hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string())
    });
    work.await.map_err(Failure::internal)?.map_err(Failure::internal)
}

/// The turn travels into the work, so that a client who hangs up does not let in more work than allowed.
async fn turn(turns: &Arc<Semaphore>) -> kit::Result<OwnedSemaphorePermit> {
    match timeout(PATIENCE, turns.clone().acquire_owned()).await {
        Ok(turn) => turn.map_err(Failure::internal),
        Err(_) => Err(Failure::rate_limited(COME_BACK)),
    }
}

/// A password that is to be compared with a hash.
struct Candidate {
    /// At most as many characters as a password can have.
    text: String,
    /// Whether nothing was cut off. No account has a longer password, so what is cut off makes none right.
    whole: bool,
}

impl Candidate {
    /// The password in its prepared form, and as it was typed where that differs.
    fn all_of(typed: &str) -> Vec<Self> {
        let prepared = password::prepared(typed);
        let mut all = vec![Self::new(&prepared)];
        if prepared != typed {
            all.push(Self::new(typed));
        }
        all
    }

    fn new(text: &str) -> Self {
        let whole = text.chars().nth(password::MAX).is_none();
        Self { text: text.chars().take(password::MAX).collect(), whole }
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

    #[tokio::test]
    async fn a_password_is_known_in_every_form_and_an_old_hash_by_what_was_typed() {
        let hasher = Hasher::default();
        let new = hasher.hash(Password::parse("Cafe\u{301} au lait").unwrap()).await.unwrap();
        let salt = SaltString::encode_b64(b"an old salt").unwrap();
        let old = Argon2::default().hash_password("Cafe\u{301} au lait".as_bytes(), &salt).unwrap().to_string();
        for (typed, knows_new, knows_old) in [
            ("Caf\u{e9} au lait", true, false),
            ("Cafe\u{301} au lait", true, true),
            ("Caf\u{e9}\u{a0}au lait", true, false),
            ("Cafe au lait", false, false),
            ("CAF\u{c9} AU LAIT", false, false),
        ] {
            assert_eq!(hasher.verify(typed, Some(&new)).await.unwrap(), knows_new, "{typed}");
            assert_eq!(hasher.verify(typed, Some(&old)).await.unwrap(), knows_old, "{typed}");
            assert!(!hasher.verify(typed, None).await.unwrap());
        }
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
        let (none, one) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(1)));
        let hasher = Hasher { turns: none.clone(), new_accounts: one.clone() };
        let failure = hasher.verify("correct horse", None).await.unwrap_err();
        assert_eq!(failure.retry_after(), Some(COME_BACK));
        let password = || Password::parse("correct horse").unwrap();
        assert!(hasher.hash_of_new_account(password()).await.is_ok());
        // New accounts that take all their turns leave log-ins theirs.
        let hasher = Hasher { turns: one, new_accounts: none };
        let failure = hasher.hash_of_new_account(password()).await.unwrap_err();
        assert_eq!(failure.retry_after(), Some(COME_BACK));
        assert!(hasher.hash(password()).await.is_ok());
    }
}
