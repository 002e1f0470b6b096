//! Who publishes a key set: one service, or several replicas with keys of their own, whose keys are one set.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures_util::future::join_all;
use tokio::time::{Instant, timeout};

use super::PublicKey;
use crate::transport::{Replicas, Transport, get};

/// The time for one fetch.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The longest document, in bytes.
const MAX_DOCUMENT: usize = 1024 * 1024;
/// For how long the keys of a replica count that does not answer, or has no address any more, while others do.
const MAX_AWAY: Duration = Duration::from_mins(5);

/// See the module's description.
pub(super) enum Publishers {
    /// One service, however it is reached.
    One { transport: Arc<dyn Transport>, path: String },
    /// All replicas behind these addresses.
    All(Vec<(Replicas, String)>),
}

/// What one publisher stated, by its address.
pub(super) struct Statement {
    pub by: String,
    pub keys: Result<Vec<PublicKey>, String>,
}

impl Publishers {
    /// What each of them states now.
    pub async fn ask(&self) -> Vec<Statement> {
        match self {
            Self::One { transport, path } => {
                let document = timeout(TIMEOUT, get(transport.as_ref(), path)).await;
                let keys = match document {
                    Ok(document) => document.map_err(|error| error.to_string()).and_then(|document| read(&document)),
                    Err(_) => Err("it did not come in time".to_owned()),
                };
                vec![Statement { by: path.clone(), keys }]
            }
            Self::All(services) => {
                let asked = join_all(services.iter().map(|(replicas, path)| ask_all(replicas, path))).await;
                asked.into_iter().flatten().collect()
            }
        }
    }
}

async fn ask_all(replicas: &Replicas, path: &str) -> Vec<Statement> {
    let failed = |reason: String| vec![Statement { by: path.to_owned(), keys: Err(reason) }];
    match timeout(TIMEOUT, replicas.get(path)).await {
        Err(_) => failed("they did not come in time".to_owned()),
        Ok(Err(error)) => failed(error.to_string()),
        Ok(Ok(answers)) => {
            let statement = |answer: crate::transport::ReplicaAnswer| Statement {
                by: format!("{}{path}", answer.address),
                keys: answer.answer.map_err(|error| error.to_string()).and_then(|document| read(&document)),
            };
            answers.into_iter().map(statement).collect()
        }
    }
}

fn read(document: &[u8]) -> Result<Vec<PublicKey>, String> {
    if document.len() > MAX_DOCUMENT {
        return Err(format!("it is larger than {MAX_DOCUMENT} bytes"));
    }
    let keys = PublicKey::read_set(document)?;
    if keys.is_empty() { Err("no key in it can be used".to_owned()) } else { Ok(keys) }
}

/// What each publisher stated last, and when.
#[derive(Default)]
pub(super) struct Stated(BTreeMap<String, (Instant, Vec<Arc<PublicKey>>)>);

impl Stated {
    /// Takes over what was stated now. A publisher that said nothing usable keeps its keys for a while; so does one that was
    /// not asked, as its name has no longer that address.
    pub fn take(&mut self, statements: Vec<Statement>) {
        let now = Instant::now();
        let known: Vec<_> = self.keys();
        for Statement { by, keys } in statements {
            let Ok(keys) = keys else { continue };
            let same =
                |key: PublicKey| known.iter().find(|known| ***known == key).cloned().unwrap_or_else(|| Arc::new(key));
            self.0.insert(by, (now, keys.into_iter().map(same).collect()));
        }
        self.0.retain(|_, (at, _)| now.saturating_duration_since(*at) < MAX_AWAY);
    }

    /// All keys, each once.
    pub fn keys(&self) -> Vec<Arc<PublicKey>> {
        let mut all: Vec<Arc<PublicKey>> = Vec::new();
        for key in self.0.values().flat_map(|(_, keys)| keys) {
            if !all.iter().any(|known| **known == **key) {
                all.push(key.clone());
            }
        }
        all
    }
}
