//! The settings of the door, which every way of serving has.

use std::{
    net::SocketAddr,
    path::PathBuf,
    pin::{Pin, pin},
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use runtime::{
    cli::{ConnectionArgs, ShutdownArgs, number},
    output::announce,
    server::{self, Shutdown, Workers},
    signals::stop_signal,
};
use schema::token::Verifier;
use tokio::{net::TcpListener, sync::Notify};

use crate::{
    auth::{Auth, Network, TrustedProxies},
    engine::{EngineSettings, Introspection, Limits},
    http::{Door, DoorSettings, GraphiqlConfig, Origin, Startup},
};

/// The bytes of a gibibyte.
const GIB: usize = 1024 * 1024 * 1024;

/// Where and how the router serves.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // Flags, each by itself.
pub(super) struct DoorArgs {
    /// The address to listen on; port 0 takes a free one
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:4000", value_name = "ADDRESS")]
    pub listen: SocketAddr,

    /// An origin whose web pages may call, such as `https://shop.example`, or `*` for all (repeatable)
    #[arg(long = "cors-origin", env = "CORS_ORIGINS", value_delimiter = ',', value_name = "ORIGIN")]
    cors_origins: Vec<Origin>,

    /// An address or network of proxies whose X-Forwarded-For is believed (repeatable)
    #[arg(long = "trusted-proxy", env = "TRUSTED_PROXIES", value_delimiter = ',', value_name = "CIDR")]
    trusted_proxies: Vec<Network>,

    /// A root field that may be asked for with an access token that has expired or whose session has ended: an operation that
    /// asks for no others is run as if no token had been sent (repeatable) [default: none; in the shop: login, register,
    /// refreshToken, logout]
    #[arg(long = "expired-token-field", env = "EXPIRED_TOKEN_FIELDS", value_delimiter = ',', value_name = "FIELD")]
    expired_token_fields: Vec<String>,

    /// What GraphiQL opens with: a JSON file with an array of {query, variables, headers}, or with {tabs, session}, where
    /// `session` says where answers carry tokens and how one is renewed
    #[arg(long, env = "GRAPHIQL_TABS", value_name = "FILE")]
    graphiql_tabs: Option<PathBuf>,

    #[command(flatten)]
    shutdown: ShutdownArgs,

    #[command(flatten)]
    connections: ConnectionArgs,

    /// Ask subgraphs anew even where an equal read is under way
    #[arg(long, env = "NO_SHARING")]
    no_sharing: bool,

    /// Send a request for each list of entities, even where a subgraph could be asked for several at once
    #[arg(long, env = "NO_BATCHING")]
    no_batching: bool,
    /// Send an entity that stands at several places once for each of them
    #[arg(long, env = "NO_DEDUPLICATION")]
    no_deduplication: bool,

    /// Send responses uncompressed, because a proxy compresses them
    #[arg(long, env = "NO_COMPRESSION")]
    no_compression: bool,

    /// Do not find documents by their hash (automatic persisted queries)
    #[arg(long, env = "NO_APQ")]
    no_apq: bool,

    /// Show the plan to requests that ask for it with `"extensions": {"queryPlan": true}`
    #[arg(long, env = "SHOW_PLANS")]
    show_plans: bool,

    /// A label of `@override` that is active; `percent(x)` needs no naming (repeatable)
    #[arg(long = "override-label", env = "OVERRIDE_LABELS", value_delimiter = ',', value_name = "LABEL")]
    override_labels: Vec<String>,

    /// Who may ask for the schema (`__schema`, `__type`): everybody, callers with a valid token, or nobody
    #[arg(long, env = "INTROSPECTION", default_value = "all", value_name = "WHO")]
    introspection: IntrospectionArg,

    #[command(flatten)]
    limits: LimitArgs,
}

/// The values of `--introspection`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum IntrospectionArg {
    All,
    Authenticated,
    None,
}

impl From<IntrospectionArg> for Introspection {
    fn from(who: IntrospectionArg) -> Self {
        match who {
            IntrospectionArg::All => Self::All,
            IntrospectionArg::Authenticated => Self::Authenticated,
            IntrospectionArg::None => Self::None,
        }
    }
}

/// The bounds of a request. What exceeds one is refused with a typed error.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
struct LimitArgs {
    /// The longest GraphQL request, in bytes
    #[arg(long, env = "BODY_LIMIT", default_value_t = 1024 * 1024, value_parser = number(1_usize..=GIB), value_name = "BYTES")]
    body_limit: usize,

    /// The longest body for a proxied path, in bytes
    #[arg(long, env = "PROXY_BODY_LIMIT", default_value_t = 16 * 1024 * 1024, value_parser = number(1_usize..=1_024 * GIB), value_name = "BYTES")]
    proxy_body_limit: usize,

    /// Requests that are worked on at once
    #[arg(long, env = "MAX_IN_FLIGHT", default_value_t = 1024, value_parser = number(1_usize..=1_000_000), value_name = "N")]
    max_in_flight: usize,

    /// Requests that are passed on to proxied paths at once
    #[arg(long, env = "MAX_PROXIED", default_value_t = 256, value_parser = number(1_usize..=1_000_000), value_name = "N")]
    max_proxied: usize,

    /// The time for a request to a proxied path, with both bodies, in seconds
    #[arg(long, env = "PROXY_TIMEOUT_SECONDS", default_value_t = 600, value_parser = number(1_u64..=86_400), value_name = "N")]
    proxy_timeout_seconds: u64,

    /// The longest time in which nothing of a request's body arrives, in seconds
    #[arg(long, env = "BODY_IDLE_SECONDS", default_value_t = 15, value_parser = number(1_u64..=86_400), value_name = "N")]
    body_idle_seconds: u64,

    /// Operations of a batch, which is a JSON array of requests and counts as one request; 0 takes no batches
    #[arg(long, env = "MAX_BATCH", default_value_t = 0, value_parser = number(0_usize..=1_000), value_name = "N")]
    max_batch: usize,

    /// The longest response, and the longest answer that is read from a subgraph, in bytes
    #[arg(long, env = "MAX_RESPONSE_BYTES", default_value_t = EngineSettings::default().max_response_bytes, value_parser = number(1_024_usize..=GIB), value_name = "BYTES")]
    max_response_bytes: usize,

    /// The time for one operation, in seconds
    #[arg(long, env = "TIMEOUT_SECONDS", default_value_t = 30, value_parser = number(1_u64..=86_400), value_name = "N")]
    timeout_seconds: u64,

    /// Documents, and plans, that are remembered at most within --cache-bytes; 0 remembers nothing
    #[arg(long, env = "PLAN_CACHE", default_value_t = EngineSettings::default().cached, value_parser = number(0_usize..=100_000_000), value_name = "N")]
    plan_cache: usize,

    /// The memory for documents that were read, and as much again for plans, in bytes; 0 remembers nothing
    #[arg(long, env = "CACHE_BYTES", default_value_t = EngineSettings::default().cache_bytes, value_parser = number(0_usize..=1_024 * GIB), value_name = "BYTES")]
    cache_bytes: usize,

    /// The estimated cost of one operation (`@cost`, `@listSize`); 0 for no limit
    #[arg(long, env = "MAX_COST", default_value_t = Limits::default().cost, value_parser = number(0_u64..=1_000_000_000_000), value_name = "N")]
    max_cost: u64,

    /// Tokens of a document
    #[arg(long, env = "MAX_TOKENS", default_value_t = Limits::default().tokens, value_parser = number(1_usize..=100_000_000), value_name = "N")]
    max_tokens: usize,

    /// Nesting of a document's selections
    #[arg(long, env = "MAX_DEPTH", default_value_t = Limits::default().depth, value_parser = number(1_usize..=500), value_name = "N")]
    max_depth: usize,

    /// Aliased fields of a document
    #[arg(long, env = "MAX_ALIASES", default_value_t = Limits::default().aliases, value_parser = number(0_usize..=1_000_000), value_name = "N")]
    max_aliases: usize,

    /// Fields at the root of an operation
    #[arg(long, env = "MAX_ROOT_FIELDS", default_value_t = Limits::default().root_fields, value_parser = number(1_usize..=1_000_000), value_name = "N")]
    max_root_fields: usize,

    /// Mutations in one request
    #[arg(long, env = "MAX_MUTATIONS", default_value_t = Limits::default().mutations, value_parser = number(0_usize..=1_000_000), value_name = "N")]
    max_mutations: usize,

    /// Items of a list in arguments
    #[arg(long, env = "MAX_LIST_ITEMS", default_value_t = Limits::default().list_items, value_parser = number(1_usize..=100_000_000), value_name = "N")]
    max_list_items: usize,

    /// Directives of a document
    #[arg(long, env = "MAX_DIRECTIVES", default_value_t = Limits::default().directives, value_parser = number(0_usize..=1_000_000), value_name = "N")]
    max_directives: usize,
}

impl DoorArgs {
    /// What the engine is told of these settings.
    pub fn engine(&self) -> EngineSettings {
        let limits = &self.limits;
        EngineSettings {
            timeout: Duration::from_secs(limits.timeout_seconds),
            cached: limits.plan_cache,
            cache_bytes: limits.cache_bytes,
            max_response_bytes: limits.max_response_bytes,
            limits: Limits {
                tokens: limits.max_tokens,
                depth: limits.max_depth,
                aliases: limits.max_aliases,
                root_fields: limits.max_root_fields,
                mutations: limits.max_mutations,
                list_items: limits.max_list_items,
                directives: limits.max_directives,
                cost: limits.max_cost,
            },
            share: !self.no_sharing,
            batch: !self.no_batching,
            deduplicate: !self.no_deduplication,
            show_plans: self.show_plans,
            persisted_queries: !self.no_apq,
            introspection: self.introspection.into(),
            override_labels: self.override_labels.clone(),
            ..EngineSettings::default()
        }
    }

    /// What the door is told of these settings; GraphiQL opens with `graphiql` unless a file says otherwise.
    pub fn door(&self, graphiql: Option<&str>) -> anyhow::Result<DoorSettings> {
        let graphiql = match &self.graphiql_tabs {
            Some(file) => Some(read_graphiql(file).with_context(|| format!("--graphiql-tabs {}", file.display()))?),
            None => graphiql.map(str::to_owned),
        };
        Ok(DoorSettings {
            body_limit: self.limits.body_limit,
            proxy_body_limit: self.limits.proxy_body_limit,
            max_in_flight: self.limits.max_in_flight,
            max_proxied: self.limits.max_proxied,
            proxy_timeout: Duration::from_secs(self.limits.proxy_timeout_seconds),
            body_idle: Duration::from_secs(self.limits.body_idle_seconds),
            max_batch: self.limits.max_batch,
            compress: !self.no_compression,
            cors_origins: self.cors_origins.clone(),
            graphiql,
            ..DoorSettings::default()
        })
    }

    /// How callers are known. `open_fields` may be asked for with an expired token unless flags name others.
    pub fn auth(&self, verifier: Option<Arc<Verifier>>, open_fields: &[&str]) -> Auth {
        let named: Vec<_> = self.expired_token_fields.iter().map(|field| field.trim().to_owned()).collect();
        let open_fields =
            if named.is_empty() { open_fields.iter().map(|field| (*field).to_owned()).collect() } else { named };
        Auth { verifier, proxies: TrustedProxies(self.trusted_proxies.clone()), open_fields }
    }

    /// Serves on `listener` until a signal ends it, on `workers` if there are any: at once that the router lives, and
    /// everything else when `building` has come to its end. What was to be kept until then comes back; nothing if the
    /// signal was first. A failure of what was built ends it too, at once, and is the error then.
    pub async fn serve<K>(
        &self,
        listener: TcpListener,
        workers: Option<&Workers>,
        started: Instant,
        building: impl Future<Output = anyhow::Result<Built<K>>>,
    ) -> anyhow::Result<Option<K>> {
        let (address, signal) = (listener.local_addr()?, stop_signal()?);
        let (startup, opened) = (Startup::default(), OnceLock::<Arc<Door>>::new());
        let failed = Notify::new();
        let stop = async {
            let times = tokio::select! {
                () = signal => self.shutdown.times(),
                () = failed.notified() => Shutdown { delay: Duration::ZERO, drain: Duration::ZERO },
            };
            tracing::info!("ending");
            match opened.get() {
                Some(door) => {
                    door.close();
                    times
                }
                // Nobody was sent here yet.
                None => Shutdown { delay: Duration::ZERO, ..times },
            }
        };
        let mut serving = pin!(server::serve(listener, startup.clone(), workers, self.connections.bounds(), stop));
        let built = tokio::select! {
            built = building => built?,
            () = serving.as_mut() => return Ok(None),
        };
        startup.complete(built.door.app());
        let _ = opened.set(built.door);
        announce((built.greeting)(address));
        let after_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(%address, after_ms, "ready");
        tokio::select! {
            () = serving.as_mut() => Ok(Some(built.kept)),
            error = built.failure => {
                failed.notify_one();
                serving.await;
                Err(error)
            }
        }
    }
}

/// What is served, once it is there.
pub(super) struct Built<K> {
    /// What takes requests in.
    pub door: Arc<Door>,
    /// What is printed once requests are answered at an address.
    pub greeting: Box<dyn FnOnce(SocketAddr) -> String>,
    /// What must live as long as requests are answered.
    pub kept: K,
    /// Completes when requests can be answered no longer.
    pub failure: Pin<Box<dyn Future<Output = anyhow::Error>>>,
}

fn read_graphiql(file: &std::path::Path) -> anyhow::Result<String> {
    Ok(std::fs::read_to_string(file)?.parse::<GraphiqlConfig>()?.to_json())
}
