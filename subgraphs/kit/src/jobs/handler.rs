//! What a topic's jobs do.

use async_trait::async_trait;
use chrono::TimeDelta;

use super::Job;
use crate::{Failure, Result, database::Reason, error::Code};

/// Does the work of one topic.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Does the work of one job, within the topic's deadline. It may be called again for a job whose work is done already:
    /// when the process died before that was written down.
    async fn handle(&self, job: &Job) -> std::result::Result<Next, JobError>;

    /// Adds the jobs that follow from the present state: orders whose time is up, for example. It is called before each
    /// round, in every process, so it adds each job once ([`super::enqueue_once`]). Nothing unless a handler says
    /// otherwise.
    async fn discover(&self) -> Result<()> {
        Ok(())
    }
}

/// What becomes of a job whose work went well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is done.
    Done,
    /// It comes back after this pause, as if it were new.
    Repeat(TimeDelta),
}

/// Why a job must be tried again. The text is for operators, who see it in the log and in `jobs list`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// Whoever would have to do something about it did not answer, or does not know yet.
    #[error("{0}")]
    Unavailable(String),
    /// The job itself cannot be done as it is: it was refused, or cannot be read.
    #[error("{0}")]
    Failed(String),
}

impl JobError {
    pub(super) fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<Failure> for JobError {
    fn from(failure: Failure) -> Self {
        let text = format!("{failure:?}");
        match failure.code() {
            Code::Unavailable | Code::Timeout | Code::RateLimited => Self::Unavailable(text),
            _ => Self::Failed(text),
        }
    }
}

/// A database that does not answer, is full, read-only or locked, or took too long, rather than one that refuses.
impl From<sea_orm::DbErr> for JobError {
    fn from(error: sea_orm::DbErr) -> Self {
        match Reason::of(&error) {
            Some(reason) if reason != Reason::Damaged => Self::Unavailable(format!("{reason}: {error}")),
            _ => Self::Failed(error.to_string()),
        }
    }
}
