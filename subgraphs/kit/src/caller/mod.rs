//! Who is calling, as resolvers see it, and the guards that refuse on their behalf.
//!
//! The guards enforce what the SDL's `@authenticated` and `@requiresScopes` promise: async-graphql prints the latter
//! and enforces neither. Write both, side by side:
//!
//! ```ignore
//! #[graphql(guard = "RequiresScope(\"users:read\")", requires_scopes = "users:read")]
//! #[graphql(guard = "Authenticated", directive = kit::caller::authenticated::apply())]
//! ```

mod identify;

use std::sync::Arc;

use async_graphql::{Context, Guard};
use schema::{Caller, UserViewer, Viewer};

/// Writes `@authenticated` into the SDL: `directive = kit::caller::authenticated::apply()`.
pub use directive::authenticated;
pub use identify::identify;

use crate::{Failure, Result};

mod directive {
    #![expect(missing_docs, reason = "the macro writes items without any")]

    /// The field is for users who are logged in.
    #[async_graphql::TypeDirective(location = "FieldDefinition", location = "Object")]
    pub fn authenticated() {}
}

/// Everything that the request proves about where it comes from.
pub fn caller<'a>(context: &Context<'a>) -> &'a Arc<Caller> {
    context.data_unchecked::<Arc<Caller>>()
}

/// The person on whose behalf the request runs.
pub fn viewer<'a>(context: &Context<'a>) -> &'a Viewer {
    &caller(context).viewer
}

/// The person, or `UNAUTHENTICATED`.
pub fn user<'a>(context: &Context<'a>) -> Result<&'a UserViewer> {
    viewer(context).user().ok_or_else(Failure::unauthenticated)
}

/// Lets only users in who are logged in; everybody else gets `UNAUTHENTICATED`.
pub struct Authenticated;

impl Guard for Authenticated {
    async fn check(&self, context: &Context<'_>) -> async_graphql::Result<()> {
        user(context).map(drop).map_err(Into::into)
    }
}

/// Lets only users in to whom the scope was granted: `UNAUTHENTICATED` without a user, else `FORBIDDEN`.
pub struct RequiresScope(pub &'static str);

impl Guard for RequiresScope {
    async fn check(&self, context: &Context<'_>) -> async_graphql::Result<()> {
        let viewer = viewer(context);
        if viewer.has_scope(self.0) {
            return Ok(());
        }
        let refusal = if viewer.user().is_some() { Failure::forbidden() } else { Failure::unauthenticated() };
        Err(refusal.into())
    }
}

/// Lets only the process of that name in, as proved by its service token: `UNAUTHENTICATED` for who proves nothing at all,
/// else `FORBIDDEN`.
pub struct ServiceOnly(pub &'static str);

impl Guard for ServiceOnly {
    async fn check(&self, context: &Context<'_>) -> async_graphql::Result<()> {
        let caller = caller(context);
        if caller.is_service(self.0) {
            return Ok(());
        }
        let is_nobody = caller.service.is_none() && caller.viewer.user().is_none();
        Err(if is_nobody { Failure::unauthenticated() } else { Failure::forbidden() }.into())
    }
}
