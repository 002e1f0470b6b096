//! Whose access tokens the router believes: `[[issuers]]` of `rialto.toml`, and the short form for one of them.

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use schema::{
    keys::{ALGORITHMS, Algorithm, KeySet},
    revocation::Follower,
    service::ServiceSigner,
    token::{AUDIENCE, ISSUER, Issuer, Verifier},
    transport::Authorities,
};

use super::config::{Config, IssuerConfig};
use crate::{assemble, fetch::SubgraphTarget};

/// How access tokens are verified.
#[derive(Debug, Args)]
#[command(next_help_heading = "Access tokens")]
pub(super) struct TokenArgs {
    /// Where the keys that sign access tokens are published (a JWK set). For several issuers, or for more settings of one,
    /// write [[issuers]] in rialto.toml
    #[arg(long, env = "JWKS_URL", value_name = "URL")]
    jwks_url: Option<String>,

    /// Who must have issued an access token (its `iss`)
    #[arg(long, env = "TOKEN_ISSUER", default_value = ISSUER, value_name = "NAME")]
    issuer: String,

    /// Whom an access token must be for (one of its `aud`; repeatable)
    #[arg(long = "audience", env = "TOKEN_AUDIENCE", default_value = AUDIENCE, value_delimiter = ',', value_name = "NAME")]
    audiences: Vec<String>,

    /// Where the issuer of --jwks-url serves its log of revocations (`http://USERS/internal/revocations` in the shop): sessions
    /// that end there end here within seconds. Without it their access tokens are believed until they expire
    #[arg(long, env = "REVOCATIONS_URL", value_name = "URL", requires = "jwks_url")]
    revocations_url: Option<String>,

    /// Where such a log was not heard for longer, requests with access tokens are answered with UNAVAILABLE, in seconds
    #[arg(
        long,
        env = "REVOCATIONS_TIMEOUT_SECONDS",
        default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(2..=3600),
        value_name = "N"
    )]
    revocations_timeout_seconds: u64,

    /// Enforce no @authenticated, @requiresScopes or @policy: the subgraphs judge alone. Needed to serve a supergraph with
    /// such demands by a router that verifies no tokens
    #[arg(long, env = "NO_AUTHORIZATION")]
    pub no_authorization: bool,
}

impl TokenArgs {
    /// Whether the router calls an issuer in its own name, for which it needs a key.
    pub fn needs_signer(&self, config: &Config) -> bool {
        self.revocations_url.is_some() || config.issuers.iter().any(|issuer| issuer.revocations_url.is_some())
    }

    /// Verifies the tokens of all issuers; `None` where there is none. Logs of revocations are followed from now on.
    pub fn verifier(
        &self,
        config: &Config,
        signer: Option<&Arc<ServiceSigner>>,
        authorities: &Authorities,
    ) -> anyhow::Result<Option<Arc<Verifier>>> {
        let logs = Logs { signer, authorities, patience: Duration::from_secs(self.revocations_timeout_seconds) };
        let issuers = config.issuers.iter().map(|config| issuer(config, &logs));
        let mut issuers = issuers.collect::<anyhow::Result<Vec<_>>>()?;
        if let Some(url) = &self.jwks_url {
            let keys = keys(url, authorities).context("--jwks-url")?;
            ensure!(self.audiences.iter().all(|it| !it.trim().is_empty()), "--audience is empty");
            let issuer = Issuer::new(&*self.issuer, &self.audiences, keys);
            if self.revocations_url.is_none() {
                tracing::warn!(
                    "no --revocations-url: an access token is believed until it expires, also when its session ends"
                );
            }
            issuers.push(logs.follow(issuer, self.revocations_url.as_deref()).context("--revocations-url")?);
        }
        for (index, issuer) in issuers.iter().enumerate() {
            let is_named_before = issuers[..index].iter().any(|other| other.name() == issuer.name());
            ensure!(!is_named_before, "the issuer {:?} is configured twice", issuer.name());
        }
        if issuers.is_empty() {
            tracing::warn!("no --jwks-url and no [[issuers]]: access tokens are forwarded and not verified here");
            return Ok(None);
        }
        Ok(Some(Arc::new(Verifier::of(issuers))))
    }
}

/// How logs of revocations are followed.
struct Logs<'a> {
    signer: Option<&'a Arc<ServiceSigner>>,
    authorities: &'a Authorities,
    /// How long nothing may be heard of one.
    patience: Duration,
}

impl Logs<'_> {
    /// The issuer, with the log at `url` if there is one, which is followed from now on.
    fn follow(&self, issuer: Issuer, url: Option<&str>) -> anyhow::Result<Issuer> {
        let (Some(url), Some(signer)) = (url, self.signer) else { return Ok(issuer) };
        let SubgraphTarget { transport, path } = assemble::at_with(url, self.authorities)?;
        let (follower, revocations) = Follower::new(transport, &path, signer.clone(), self.patience);
        tokio::spawn(follower.run());
        Ok(issuer.revocations(revocations))
    }
}

fn issuer(config: &IssuerConfig, logs: &Logs<'_>) -> anyhow::Result<Issuer> {
    checked(config, logs).with_context(|| format!("the issuer {:?}", config.issuer))
}

fn checked(config: &IssuerConfig, logs: &Logs<'_>) -> anyhow::Result<Issuer> {
    ensure!(!config.issuer.trim().is_empty(), "issuer is empty");
    ensure!(
        !config.audiences.is_empty() && config.audiences.iter().all(|audience| !audience.trim().is_empty()),
        "audiences must name whom its tokens are for: without that, tokens for anybody else would be believed"
    );
    let keys = keys(&config.jwks_url, logs.authorities).context("jwks_url")?;
    let mut issuer = Issuer::new(&*config.issuer, &config.audiences, keys);
    if let Some(names) = &config.algorithms {
        ensure!(!names.is_empty(), "algorithms is empty");
        issuer = issuer.algorithms(names.iter().map(|name| algorithm(name)).collect::<anyhow::Result<_>>()?);
    }
    if let Some(seconds) = config.max_life_seconds {
        ensure!(seconds > 0, "max_life_seconds must be greater than 0");
        issuer = issuer.max_life(seconds);
    }
    if let Some(claim) = &config.scopes_claim {
        ensure!(!claim.is_empty(), "scopes_claim is empty");
        issuer = issuer.scopes_claim(claim);
    }
    logs.follow(issuer, config.revocations_url.as_deref()).context("revocations_url")
}

fn algorithm(name: &str) -> anyhow::Result<Algorithm> {
    let known = name.parse::<Algorithm>().ok().filter(|algorithm| ALGORITHMS.contains(algorithm));
    let Some(known) = known else {
        let names: Vec<_> = ALGORITHMS.iter().map(|algorithm| format!("{algorithm:?}")).collect();
        bail!("algorithms: {name:?} is none of {}", names.join(", "));
    };
    Ok(known)
}

fn keys(url: &str, authorities: &Authorities) -> anyhow::Result<KeySet> {
    let SubgraphTarget { transport, path } = assemble::at_with(url, authorities)?;
    Ok(KeySet::fetched(transport, path))
}
