//! One thing that must be well for a subgraph to be ready.

use std::borrow::Cow;

use async_trait::async_trait;
use serde_json::{Value, json};

/// One thing that must be well. It is asked at most once per second, and never twice at the same time.
#[async_trait]
pub trait Check: Send + Sync + 'static {
    /// Its name in the answer, one word: `database`.
    fn name(&self) -> &'static str;

    /// Looks. What takes longer than two seconds is told to have failed, and goes on.
    async fn run(&self) -> Finding;
}

/// What became of a check, in the words of the draft "Health Check Response Format for HTTP APIs".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is well.
    Pass,
    /// Somebody should look at it; the subgraph can work nevertheless.
    Warn,
    /// The subgraph cannot do its work.
    Fail,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How it is.
    pub status: Status,
    /// Why, for everybody: the path is public.
    pub reason: Option<Cow<'static, str>>,
    /// Why in detail, for the log alone.
    pub detail: Option<String>,
}

impl Finding {
    /// All is well.
    pub const fn pass() -> Self {
        Self { status: Status::Pass, reason: None, detail: None }
    }

    /// All is well but this.
    pub fn warn(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { status: Status::Warn, reason: Some(reason.into()), detail: None }
    }

    /// The subgraph cannot do its work, because of this.
    pub fn fail(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { status: Status::Fail, reason: Some(reason.into()), detail: None }
    }

    /// With what only the log may know.
    #[must_use]
    pub fn because(self, detail: impl std::fmt::Display) -> Self {
        Self { detail: Some(detail.to_string()), ..self }
    }

    pub(super) fn to_json(&self) -> Value {
        let status = match self.status {
            Status::Pass => "pass",
            Status::Warn => "warn",
            Status::Fail => "fail",
        };
        match &self.reason {
            Some(reason) => json!({ "status": status, "reason": reason }),
            None => json!({ "status": status }),
        }
    }
}
