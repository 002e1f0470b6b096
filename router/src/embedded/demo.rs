//! Something to look at: the demo accounts, a catalogue, a few orders.

use anyhow::Context as _;
use kit::{Clock, Database};
use orders::provider::Sandbox;
use users::accounts::Accounts;

use super::ShopSettings;

/// What a start fills the shop with. What is there already is left alone.
#[derive(Clone, Debug)]
pub enum Demo {
    /// Nothing.
    None,
    /// Accounts, catalogue and orders.
    Full {
        /// The password of the demo accounts; without one, new accounts get a random one.
        password: Option<String>,
    },
}

/// How somebody gets in.
#[derive(Clone, Debug)]
pub struct LogIn {
    /// The password of the accounts `demo` and `admin`, when this start has set it.
    pub password: Option<String>,
}

/// Fills what is empty.
pub(super) async fn fill(
    settings: &ShopSettings,
    accounts: &Accounts,
    (products, orders, sandbox): (&Database, &Database, &Sandbox),
    clock: &Clock,
) -> anyhow::Result<Option<LogIn>> {
    let Demo::Full { password } = &settings.demo else { return Ok(None) };
    let password = users::seed_demo(accounts, password.as_deref()).await.context("the demo accounts")?;
    products::seed_demo(&settings.products, products).await?;
    orders::seed_demo(orders, sandbox, clock).await.context("the demo orders")?;
    Ok(Some(LogIn { password }))
}
