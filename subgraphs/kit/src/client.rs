//! How one domain calls another: GraphQL through a [`Transport`].

use std::sync::Arc;

use schema::{Caller, Transport, service::ServiceSigner};
use serde::{Serialize, de::DeserializeOwned};

/// The way to one other subgraph.
#[derive(Clone)]
pub struct GraphQLClient {
    /// How it is reached.
    pub transport: Arc<dyn Transport>,
    /// How this process proves who it is.
    pub signer: Option<Arc<ServiceSigner>>,
    /// Its name, for which service tokens are made.
    pub audience: String,
}

/// Why a call brought no data.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// It could not be reached, or has trouble of its own. Nobody knows whether it did what was asked.
    #[error("{who} does not answer: {reason}")]
    Unavailable {
        /// Whom we called.
        who: String,
        /// For the log.
        reason: String,
    },
    /// It answered with errors.
    #[error("{who} refused: {}", codes.join(", "))]
    Refused {
        /// Whom we called.
        who: String,
        /// The `extensions.code` of each error.
        codes: Vec<String>,
    },
    /// Its answer is not what was asked for.
    #[error("{who} answered something else: {reason}")]
    Malformed {
        /// Whom we called.
        who: String,
        /// For the log.
        reason: String,
    },
}

impl GraphQLClient {
    /// Calls on behalf of `caller`, whose `Authorization` header travels on.
    pub async fn call<T: DeserializeOwned>(
        &self,
        _query: &str,
        _variables: impl Serialize,
        _caller: &Caller,
        _authorization: Option<&str>,
    ) -> Result<T, CallError> {
        todo!()
    }
}

/// The `Authorization` header of the request that is being served, as data of the request.
#[derive(Clone, Debug, Default)]
pub struct Authorization(pub Option<String>);
