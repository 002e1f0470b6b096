//! The keys of access tokens: without any, nobody can be told from anybody.

use std::sync::Arc;

use async_trait::async_trait;
use schema::token::Verifier;

use super::{Check, Finding};

/// That the keys of access tokens are known, and that it is known which sessions have ended.
pub(super) struct KeysKnown(pub Arc<Verifier>);

#[async_trait]
impl Check for KeysKnown {
    fn name(&self) -> &'static str {
        "keys"
    }

    async fn run(&self) -> Finding {
        if !self.0.knows_keys().await {
            return Finding::fail("the keys of access tokens are not known");
        }
        if !self.0.knows_revocations() {
            return Finding::warn("which sessions have ended is not known, so that access tokens are refused for now");
        }
        Finding::pass()
    }
}
