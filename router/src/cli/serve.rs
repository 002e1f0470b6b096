//! `rialto serve`: the router alone, in front of subgraphs that run elsewhere.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use anyhow::{Context as _, bail};
use apollo_compiler::ast;
use clap::Args;
use schema::{
    RevokedSessions,
    keys::KeySet,
    service::ServiceSigner,
    token::{AUDIENCE, ISSUER, Verifier},
};

use super::{
    address::{pair, same_origin, transport},
    config::Config,
    door::DoorArgs,
    identity,
};
use crate::{
    auth::Auth,
    engine::{Engine, EngineSettings, SubgraphTarget},
    http::{Door, DoorSettings, Proxy, server},
};

/// Settings of the router alone.
#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// The supergraph's SDL, by any composer
    #[arg(long, env = "SUPERGRAPH", value_name = "FILE")]
    supergraph: PathBuf,

    /// rialto.toml, for the addresses of subgraphs and for proxied paths
    #[arg(long, env = "RIALTO_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,

    /// A subgraph's address, instead of the one in the supergraph (repeatable)
    #[arg(long = "subgraph", env = "SUBGRAPHS", value_delimiter = ',', value_name = "NAME=URL")]
    subgraphs: Vec<String>,

    /// A path that somebody else answers, such as `/files=http://products:4002` (repeatable)
    #[arg(long = "proxy", env = "PROXIES", value_delimiter = ',', value_name = "PATH=URL")]
    proxies: Vec<String>,

    /// The key set that signs access tokens. Without it the router verifies nobody: it forwards the Authorization
    /// header and leaves the judgement to the subgraphs
    #[arg(long, env = "JWKS_URL", value_name = "URL")]
    jwks_url: Option<String>,

    /// Who must have issued an access token
    #[arg(long, env = "TOKEN_ISSUER", default_value = ISSUER, value_name = "NAME")]
    issuer: String,

    /// Whom an access token must be for
    #[arg(long, env = "TOKEN_AUDIENCE", default_value = AUDIENCE, value_name = "NAME")]
    audience: String,

    /// The Ed25519 private key (PKCS#8 PEM) with which the router proves to subgraphs who it is; made if the file does
    /// not exist. Its public half is served at /.well-known/service-jwks.json
    #[arg(long, env = "SERVICE_KEY_FILE", value_name = "FILE")]
    service_key_file: Option<PathBuf>,

    #[command(flatten)]
    door: DoorArgs,
}

pub(super) async fn run(args: ServeArgs) -> anyhow::Result<()> {
    let started = Instant::now();
    let listener = server::listen(args.door.listen).await?;
    let config = args.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
    let supergraph = std::fs::read_to_string(&args.supergraph)
        .with_context(|| format!("cannot read the supergraph {}", args.supergraph.display()))?;
    let addresses = addresses(&args, &config, &supergraph)?;
    let signer = args.service_key_file.as_deref().map(identity::signer).transpose()?;
    // Where nobody is verified, nobody can be let through either: the subgraphs decide alone.
    let authorize = args.jwks_url.is_some();
    let settings = EngineSettings { signer: signer.clone(), authorize, ..args.door.engine() };
    let engine = Engine::new(&supergraph, &targets(&addresses)?, settings)
        .with_context(|| format!("{}", args.supergraph.display()))?;
    let auth = Auth { verifier: verifier(&args)?, proxies: args.door.proxies() };
    let settings = DoorSettings {
        proxies: proxies(&args, &config, &addresses, signer.as_ref())?,
        service_keys: signer.as_ref().map(|signer| schema::keys::jwks([signer.key_pair()])),
        ..args.door.door(None)?
    };
    let door = Door::new(Arc::new(engine), auth, settings);
    let hello = |address: SocketAddr| format!("Rialto is ready: http://{address}/graphql");
    args.door.serve(listener, &door, started, hello).await
}

/// The address of each subgraph of the supergraph: from a flag, else the configuration, else the supergraph.
fn addresses(args: &ServeArgs, config: &Config, supergraph: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let mut addresses = subgraphs_of(supergraph, &args.supergraph)?;
    let configured = config.subgraphs.iter().map(|(name, subgraph)| (name.as_str(), subgraph.url.as_str()));
    let flags: Vec<_> = args.subgraphs.iter().map(|entry| pair(entry, "--subgraph")).collect::<Result<_, _>>()?;
    for (name, url) in configured.chain(flags) {
        match addresses.get_mut(name) {
            Some(address) => url.clone_into(address),
            None => bail!("the supergraph has no subgraph {name:?}; it has {}", known(&addresses)),
        }
    }
    if let Some((name, _)) = addresses.iter().find(|(_, url)| url.is_empty()) {
        bail!("no address is known for the subgraph {name:?}: give one with --subgraph {name}=URL");
    }
    Ok(addresses)
}

fn known(addresses: &BTreeMap<String, String>) -> String {
    addresses.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The names and addresses in a supergraph's `join__Graph` enum.
fn subgraphs_of(supergraph: &str, file: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let document = ast::Document::parse(supergraph, file).map_err(|invalid| {
        let first = invalid.errors.iter().next().map(|error| error.to_json().message).unwrap_or_default();
        anyhow::anyhow!("{} is not a GraphQL schema: {first}", file.display())
    })?;
    let graphs = document.definitions.iter().find_map(|definition| match definition {
        ast::Definition::EnumTypeDefinition(graphs) if graphs.name == "join__Graph" => Some(graphs),
        _ => None,
    });
    let graphs = graphs.with_context(|| format!("{} is not a supergraph: it has no join__Graph", file.display()))?;
    let named = |directive: &ast::Directive, argument: &str| {
        directive.specified_argument_by_name(argument).and_then(|value| value.as_str().map(str::to_owned))
    };
    Ok(graphs
        .values
        .iter()
        .filter_map(|value| {
            let graph = value.directives.get("join__graph")?;
            Some((named(graph, "name")?, named(graph, "url").unwrap_or_default()))
        })
        .collect())
}

fn targets(addresses: &BTreeMap<String, String>) -> anyhow::Result<HashMap<String, SubgraphTarget>> {
    let target = |(name, url): (&String, &String)| {
        let (transport, path) = transport(url).with_context(|| format!("the subgraph {name:?}"))?;
        Ok((name.clone(), SubgraphTarget { transport, path }))
    };
    addresses.iter().map(target).collect()
}

fn verifier(args: &ServeArgs) -> anyhow::Result<Option<Arc<Verifier>>> {
    let Some(url) = &args.jwks_url else {
        tracing::warn!("no --jwks-url: access tokens are forwarded and not verified here");
        return Ok(None);
    };
    let (transport, path) = transport(url).context("--jwks-url")?;
    let revoked = Arc::new(RevokedSessions::default());
    let verifier = Verifier::new(KeySet::fetched(transport, path), &args.issuer, &args.audience, revoked);
    Ok(Some(Arc::new(verifier)))
}

/// Flags add to the configuration's paths and replace equal ones.
fn proxies(
    args: &ServeArgs,
    config: &Config,
    addresses: &BTreeMap<String, String>,
    signer: Option<&Arc<ServiceSigner>>,
) -> anyhow::Result<Vec<Proxy>> {
    let mut wanted: BTreeMap<&str, &str> =
        config.proxy.iter().map(|(prefix, url)| (prefix.as_str(), url.as_str())).collect();
    for entry in &args.proxies {
        let (prefix, url) = pair(entry, "--proxy")?;
        wanted.insert(prefix, url);
    }
    let proxy = |(prefix, url): (&str, &str)| {
        let (transport, _) = transport(url).with_context(|| format!("the proxied path {prefix}"))?;
        let prefix = Proxy::checked_prefix(prefix)?;
        // A path that belongs to a known subgraph is told who the client is, under the router's own signature.
        let owner = addresses.iter().find(|(_, address)| same_origin(address, url)).map(|(name, _)| name.clone());
        Ok(Proxy { prefix, transport, signer: signer.cloned().zip(owner) })
    };
    wanted.into_iter().map(proxy).collect()
}
