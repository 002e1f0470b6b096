//! The command line of the process `products`.

use clap::{Args, Parser, Subcommand};
use kit::{
    Clock,
    cli::{ProcessArgs, init_logging, output},
    server::serve,
    trust::{TrustArgs, jwks_route},
};
use products::{Deps, Settings};

const PORT: u16 = 4002;

/// Categories, products, images, stock and reservations
#[derive(Parser)]
#[command(name = "products", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Subcommand)]
enum Command {
    /// Bring the database up to date and serve it (what happens without a command, too)
    Serve(Box<Serve>),
    /// Bring the database up to date and end
    Migrate(Store),
    /// Print the subgraph's schema and end
    Sdl,
}

#[derive(Args)]
struct Store {
    /// sqlite:PATH or postgres://…
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite:data/products.sqlite", value_name = "URL")]
    database_url: String,
}

#[derive(Args)]
struct Serve {
    #[command(flatten)]
    process: ProcessArgs,
    #[command(flatten)]
    store: Store,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    settings: Settings,

    /// Fill an empty catalogue with the demo shop
    #[arg(long, env = "DEMO")]
    demo: bool,
}

impl Cli {
    /// Does what was asked for.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            None => self.serve.run().await,
            Some(Command::Serve(serve)) => serve.run().await,
            Some(Command::Migrate(store)) => products::open(&store.database_url).await.map(drop),
            Some(Command::Sdl) => output::print(products::sdl()),
        }
    }
}

impl Serve {
    async fn run(self) -> anyhow::Result<()> {
        init_logging(&self.process.log)?;
        let signer = self.trust.signer("products")?;
        let trust = self.trust.trust("products", self.trust.revocations(&signer)?)?;
        let database = products::open(&self.store.database_url).await?;
        if self.demo {
            products::seed_demo(&self.settings, &database).await?;
        }
        let mut subgraph = products::start(&self.settings, Deps { database, clock: Clock::system(), trust }).await?;
        // It calls nobody but users, for the log of revocations.
        subgraph.app = subgraph.app.merge(jwks_route([signer.key_pair()]));
        serve(subgraph, self.process.listen_or(PORT), self.process.shutdown.times()).await
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn every_number_has_bounds() {
        assert_eq!(kit::cli::unbounded_numbers(&Cli::command()), [""; 0]);
    }
}
