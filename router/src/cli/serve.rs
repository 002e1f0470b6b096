//! `rialto serve`: the router alone, in front of subgraphs that run elsewhere.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use clap::Args;
use runtime::{
    cli::number,
    server::{self, Workers},
};
use schema::{service::ServiceSigner, transport::Authorities};

use super::{
    address::{authorities, pair, same_origin},
    compose,
    config::Config,
    door::{Built, DoorArgs},
    identity,
    issuers::TokenArgs,
};
use crate::{
    Rialto,
    assemble::{self, BuildError, Builder},
    cookies::CookieOwner,
    engine::{EngineSettings, SubgraphTarget},
    http::{Door, DoorSettings, Origin, Probe, Proxy},
};

/// Settings of the router alone.
#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// The supergraph's SDL, by any composer. Without it, the subgraphs are composed at the start
    #[arg(long, env = "SUPERGRAPH", value_name = "FILE")]
    supergraph: Option<PathBuf>,

    /// rialto.toml, as for `rialto compose`: the subgraphs' addresses and schemas, and proxied paths
    #[arg(long, env = "RIALTO_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,

    /// A subgraph's address, instead of the one in the supergraph or the configuration (repeatable)
    #[arg(long = "subgraph", env = "SUBGRAPHS", value_delimiter = ',', value_name = "NAME=URL")]
    subgraphs: Vec<String>,

    /// A PEM file of certificate authorities that are trusted, beside those of the web, for calls to subgraphs, proxied
    /// paths and key sets
    #[arg(long, env = "SUBGRAPH_CA", value_name = "FILE")]
    subgraph_ca: Option<PathBuf>,

    /// How long to wait at the start for subgraphs that are asked for their schema, in seconds
    #[arg(
        long,
        env = "SUBGRAPH_WAIT_SECONDS",
        default_value_t = 60,
        value_parser = number(0_u64..=86_400),
        value_name = "N"
    )]
    subgraph_wait_seconds: u64,

    /// A path that somebody else answers, such as `/files=http://products:4002` (repeatable)
    #[arg(long = "proxy", env = "PROXIES", value_delimiter = ',', value_name = "PATH=URL")]
    proxies: Vec<String>,

    /// The Ed25519 private key (PKCS#8 PEM) with which the router proves to subgraphs who it is; made if the file does
    /// not exist. Without it, one that lives as long as the process is used where --revocations-url or --cookie needs one. Its public half is served at /.well-known/service-jwks.json
    #[arg(long, env = "SERVICE_KEY_FILE", value_name = "FILE")]
    service_key_file: Option<PathBuf>,

    /// Ask subgraphs whether they are ready (`/health/ready` beside their GraphQL endpoint) where the router is asked, and
    /// tell in its answer which are not, and why. The router is ready nevertheless
    #[arg(long, env = "REPORT_SUBGRAPHS")]
    report_subgraphs: bool,

    /// A cookie that browsers may show, and the one subgraph that it belongs to, such as `rialto_refresh=users` (repeatable). It
    /// counts only with a POST of JSON whose `Origin` is the router's own (https, or localhost) or a --cors-origin
    #[arg(long = "cookie", env = "COOKIES", value_delimiter = ',', value_name = "NAME=SUBGRAPH")]
    cookies: Vec<CookieOwner>,

    /// Where clients find the router, if a proxy in front of it sends another `Host`: pages from there may have cookies
    #[arg(long, env = "PUBLIC_URL", value_parser = Origin::of_url, value_name = "URL")]
    public_url: Option<Origin>,

    #[command(flatten)]
    tokens: TokenArgs,

    #[command(flatten)]
    door: DoorArgs,
}

impl ServeArgs {
    fn authorities(&self) -> anyhow::Result<Authorities> {
        authorities(self.subgraph_ca.as_deref())
    }
}

pub(super) async fn run(args: ServeArgs) -> anyhow::Result<()> {
    let started = Instant::now();
    let listener = server::listen(args.door.listen).await?;
    let workers = Workers::start()?;
    args.door.serve(listener, Some(&workers), started, build(&args)).await.map(drop)
}

/// Makes the router, which may mean to wait for subgraphs.
async fn build(args: &ServeArgs) -> anyhow::Result<Built<()>> {
    let config = args.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
    let signer = match &args.service_key_file {
        Some(file) => Some(identity::signer(file)?),
        None => (args.tokens.needs_signer(&config) || !args.cookies.is_empty()).then(identity::temporary),
    };
    let verifier = args.tokens.verifier(&config, signer.as_ref(), &args.authorities()?)?;
    // Where nobody is verified, nobody can be let through either: the subgraphs decide alone.
    let authorize = verifier.is_some() && !args.tokens.no_authorization;
    let settings = EngineSettings { signer: signer.clone(), authorize, ..args.door.engine() };
    let auth = args.door.auth(verifier, &[]);
    let building = subgraphs(args, &config)?.engine(settings).build();
    let rialto = building.await.map_err(|error| explained(error, args))?;
    ensure!(
        authorize || args.tokens.no_authorization || !rialto.engine().graph().has_requirements(),
        "the supergraph demands @authenticated, @requiresScopes or @policy, but no access tokens are verified here: give \
         --jwks-url or [[issuers]], or --no-authorization to leave the judgement to the subgraphs"
    );
    let settings = DoorSettings {
        proxies: proxies(args, &config, rialto.addresses(), signer.as_ref())?,
        probes: if args.report_subgraphs { probes(args, rialto.addresses())? } else { Vec::new() },
        cookies: args.cookies.clone(),
        public_origin: args.public_url.clone(),
        service_keys: signer.as_ref().map(|signer| schema::keys::jwks([signer.key_pair()])),
        ..args.door.door(None)?
    };
    let door = Door::new(rialto.engine().clone(), auth, settings);
    let greeting = Box::new(|address: SocketAddr| format!("Rialto is ready: http://{address}/graphql"));
    Ok(Built { door, greeting, kept: (), failure: Box::pin(std::future::pending()) })
}

/// What is served: a supergraph from a file, else what the subgraphs compose to. An address of a subgraph is a flag's, else
/// the configuration's, else the supergraph's.
fn subgraphs(args: &ServeArgs, config: &Config) -> anyhow::Result<Builder> {
    let patience = Duration::from_secs(args.subgraph_wait_seconds);
    let mut builder = Rialto::builder().patience(patience).authorities(args.authorities()?);
    if let Some(file) = &args.supergraph {
        let read = std::fs::read_to_string(file);
        builder = builder.supergraph(read.with_context(|| format!("cannot read the supergraph {}", file.display()))?);
    }
    let mut urls = BTreeMap::new();
    for (name, subgraph) in &config.subgraphs {
        urls.insert(name.as_str(), subgraph.url.as_str());
        if args.supergraph.is_none()
            && let Some(sdl) = subgraph.schema().with_context(|| format!("the subgraph {name:?}"))?
        {
            builder = builder.schema(name, sdl);
        }
    }
    for entry in &args.subgraphs {
        let (name, url) = pair(entry, "--subgraph")?;
        urls.insert(name, url);
    }
    Ok(urls.into_iter().fold(builder, |builder, (name, url)| builder.subgraph_at(name, url)))
}

/// The error with what somebody at a command line can do about it.
fn explained(error: BuildError, args: &ServeArgs) -> anyhow::Error {
    match (error, &args.supergraph) {
        (BuildError::Composition(errors), _) => compose::told(&errors),
        (BuildError::Nothing, _) => {
            anyhow::anyhow!(
                "there is nothing to serve: give --supergraph FILE, or --config FILE with [subgraphs.NAME] in it"
            )
        }
        (error @ BuildError::NoAddress(_), _) => anyhow::anyhow!("{error}: give one with --subgraph NAME=URL"),
        (error @ BuildError::Supergraph(_), Some(file)) => {
            anyhow::Error::new(error).context(file.display().to_string())
        }
        (error, _) => error.into(),
    }
}

/// Asks each subgraph whether it is ready, at its own address.
fn probes(args: &ServeArgs, addresses: &BTreeMap<String, String>) -> anyhow::Result<Vec<Probe>> {
    let authorities = args.authorities()?;
    let probe = |(name, url): (&String, &String)| {
        let SubgraphTarget { transport, .. } = assemble::at_with(url, &authorities)?;
        Ok(Probe { name: name.clone(), transport, path: "/health/ready".to_owned(), is_required: false })
    };
    addresses.iter().map(probe).collect()
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
    let authorities = args.authorities()?;
    let proxy = |(prefix, url): (&str, &str)| {
        let named = || format!("the proxied path {prefix}");
        let SubgraphTarget { transport, path } = assemble::at_with(url, &authorities).with_context(named)?;
        let (base, prefix) = (Proxy::checked_base(&path).with_context(named)?, Proxy::checked_prefix(prefix)?);
        // A path that belongs to a known subgraph is told who the client is, under the router's own signature.
        let owner = addresses.iter().find(|(_, address)| same_origin(address, url)).map(|(name, _)| name.clone());
        Ok(Proxy { prefix, base, transport, signer: signer.cloned().zip(owner) })
    };
    wanted.into_iter().map(proxy).collect()
}
