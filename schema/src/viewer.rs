//! Who is calling: the outcome of every check at a door, and the only thing that domains decide by.

use std::{net::IpAddr, sync::Arc};

use uuid::Uuid;

/// The viewer: the person behind a request, as proved by an access token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// No token was shown. A token that is *wrong* never becomes this: it is an error.
    #[default]
    Anonymous,
    /// A user of the shop: a valid access token that `users` issued, of a session that has not been revoked.
    User(Arc<UserViewer>),
    /// Somebody whom another issuer vouches for. To the shop's domains that is nobody.
    External(Arc<ExternalViewer>),
}

/// What an access token of the shop says about its owner.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserViewer {
    /// The account (`sub`).
    pub id: Uuid,
    /// The session that log-out revokes (`sid`).
    pub session: Uuid,
    /// Role names, as in `User.roles`.
    pub roles: Vec<String>,
    /// What the roles allow, as `@requiresScopes` names it.
    pub scopes: Vec<String>,
    /// The end of the token's life, in seconds since the epoch.
    pub expires_at: i64,
}

/// What an access token of another issuer says about its owner.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ExternalViewer {
    /// Who vouches (`iss`).
    pub issuer: Arc<str>,
    /// The owner, as the issuer calls them (`sub`); unique only together with the issuer.
    pub subject: String,
    /// The texts of the claim `roles`, if it is there.
    pub roles: Vec<String>,
    /// What the owner may do, as `@requiresScopes` names it.
    pub scopes: Vec<String>,
    /// The end of the token's life, in seconds since the epoch.
    pub expires_at: i64,
}

impl Viewer {
    /// The user of the shop, when there is one.
    pub fn user(&self) -> Option<&UserViewer> {
        match self {
            Self::Anonymous | Self::External(_) => None,
            Self::User(user) => Some(user),
        }
    }

    /// The scopes of whoever showed a valid token, of whichever issuer; `None` where nobody did.
    pub fn granted(&self) -> Option<&[String]> {
        match self {
            Self::Anonymous => None,
            Self::User(user) => Some(&user.scopes),
            Self::External(viewer) => Some(&viewer.scopes),
        }
    }

    /// The account's id, when there is one.
    pub fn id(&self) -> Option<Uuid> {
        self.user().map(|user| user.id)
    }

    /// Whether `scope` was granted to a user of the shop; nobody else has any there.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.user().is_some_and(|user| user.scopes.iter().any(|granted| granted == scope))
    }
}

/// Everything a request proves about where it comes from.
///
/// The router builds it from the client's token and hands it to a subgraph of the same process in the request's
/// extensions, which no network client can set. A subgraph that is a process of its own builds it again from the
/// headers, trusting none that is not signed.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The person.
    pub viewer: Viewer,
    /// The process that calls on the person's behalf or its own, as proved by a service token.
    pub service: Option<Arc<str>>,
    /// The client's network address, known only when a service vouches for it (or the router saw the socket).
    pub address: Option<IpAddr>,
    /// Where the client found the API: scheme and authority, as in `https://shop.example`. Known only when the router can tell
    /// (its own `Host`, or a trusted proxy says it). It is the client's word: good for addresses in the client's own answer, and
    /// for nothing that others see.
    pub origin: Option<Arc<str>>,
    /// Ties log lines and error reports of one client request together, across processes.
    pub request_id: Arc<str>,
}

impl Caller {
    /// Whether the calling process proved to be `name`.
    pub fn is_service(&self, name: &str) -> bool {
        self.service.as_deref() == Some(name)
    }
}
