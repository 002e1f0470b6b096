//! A provider that moves no money, for shops that are being built and for tests.
//!
//! It keeps books of its own, in a database that is none of the shop's, as a real provider's are: a shop that is restored
//! from a backup finds in them what really happened to the money. The tokens: `tok_success`, `tok_declined`, and
//! `tok_timeout`, which takes the money and does not say so.

mod address;
mod carry_over;

use anyhow::{Context as _, ensure};
use async_trait::async_trait;
use kit::{
    Clock, Database,
    database::{DatabaseSettings, History},
    money::{Currency, Money},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::{Booked, Booking, Charge, PaymentProvider, ProviderDown, Since};
use crate::{
    domain::PaymentId,
    entity::sandbox_charge::{ActiveModel, Column, Entity, Model},
};

/// The provider of the demo shop.
#[derive(Clone)]
pub struct Sandbox {
    database: Database,
    clock: Clock,
}

/// What stands in the books for the currency of a charge that never came.
const NO_CURRENCY: &str = "XXX";

/// How many connections to the books are enough for requests.
const CONNECTIONS: u32 = 4;

/// The history of the books.
const HISTORY: History<migrations::sandbox::Migrator> = History::new(&[]).among(&migrations::HISTORIES);

/// The code of a charge whose money went back.
const REFUNDED: &str = "REFUNDED";

impl Sandbox {
    /// A sandbox with its books in `database`, which are up to date.
    pub fn new(database: Database, clock: Clock) -> Self {
        Self { database, clock }
    }

    /// Where the books of the shop are whose orders are at `orders`: at `url`, or else beside the orders (`sandbox.sqlite`
    /// in their folder; on PostgreSQL the database `NAME_sandbox` on their server).
    pub fn address(url: Option<&str>, orders: &str) -> anyhow::Result<String> {
        let url = match url {
            Some(url) => url.to_owned(),
            None => address::beside(orders)?,
        };
        ensure!(
            !address::is_same(&url, orders),
            "--sandbox-database-url names the database of orders: the sandbox's books need one of their own, which is \
             not restored with the shop"
        );
        Ok(url)
    }

    /// Opens the books at `url`, and brings them up to date. A PostgreSQL database that is missing is made.
    pub async fn open(url: &str, settings: &DatabaseSettings, clock: Clock) -> anyhow::Result<Self> {
        // A few connections do: nobody holds one for longer than a statement.
        let settings = DatabaseSettings {
            database_connections: Ord::min(settings.database_connections, CONNECTIONS),
            database_worker_connections: 1,
            database_min_connections: 0,
            ..settings.clone()
        };
        kit::database::create_if_missing(url).await.context("the sandbox's books")?;
        let database = Database::connect_with(url, &settings).await.context("the sandbox's books")?;
        HISTORY.migrate(&database).await.context("the sandbox's books")?;
        Ok(Self::new(database, clock))
    }

    /// Moves here what the orders' database holds of the books, where they stood in earlier versions. Says how many
    /// charges that were.
    pub async fn carry_over(&self, orders: &Database) -> anyhow::Result<u64> {
        carry_over::carry_over(orders, &self.database).await.context("the sandbox's books cannot be moved")
    }

    /// The books.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The same sandbox by another clock.
    #[must_use]
    pub fn with_clock(&self, clock: &Clock) -> Self {
        Self { database: self.database.clone(), clock: clock.clone() }
    }

    /// Writes a charge down unless its key is known, and reads what is written there.
    async fn record(&self, key: PaymentId, amount: Option<Money>, declined: Option<&str>) -> Result<Model, DbErr> {
        let row = ActiveModel {
            key: Set(key),
            amount_minor: Set(amount.map_or(0, |amount| amount.minor)),
            currency: Set(amount.map_or(NO_CURRENCY, |amount| amount.currency.code()).to_owned()),
            declined: Set(declined.map(str::to_owned)),
            refunded: Set(false),
            created_at: Set(self.clock.now()),
        };
        Entity::insert(row).on_conflict_do_nothing().exec_without_returning(self.database.writer()).await?;
        let row = Entity::find_by_id(key).one(self.database.connection()).await?;
        row.ok_or_else(|| DbErr::RecordNotFound("a charge that was just written".into()))
    }
}

fn answer(record: Result<Model, DbErr>) -> Charge {
    match record {
        Ok(Model { declined: None, refunded: false, .. }) => Charge::Succeeded,
        Ok(Model { declined: None, refunded: true, .. }) => Charge::Declined { code: REFUNDED.to_owned() },
        Ok(Model { declined: Some(code), .. }) => Charge::Declined { code },
        Err(error) => {
            tracing::error!(%error, "the sandbox cannot keep its books");
            Charge::Unknown
        }
    }
}

fn booked(row: &Model) -> Booked {
    let state = match (&row.declined, row.refunded) {
        (Some(_), _) => Booking::Declined,
        (None, true) => Booking::Refunded,
        (None, false) => Booking::Taken,
    };
    let amount = Currency::parse(&row.currency).map(|currency| Money::new(row.amount_minor, currency));
    Booked { key: row.key, amount, state, at: row.created_at }
}

#[allow(clippy::needless_pass_by_value)] // As `map_err` gives it.
fn down(error: DbErr) -> ProviderDown {
    ProviderDown(error.to_string())
}

#[async_trait]
impl PaymentProvider for Sandbox {
    async fn charge(&self, key: PaymentId, amount: Money, token: &str) -> Charge {
        let declined = match token {
            "tok_success" | "tok_timeout" => None,
            "tok_declined" => Some("CARD_DECLINED"),
            _ => Some("INVALID_TOKEN"),
        };
        let answer = answer(self.record(key, Some(amount), declined).await);
        if token == "tok_timeout" { Charge::Unknown } else { answer }
    }

    async fn lookup(&self, key: PaymentId) -> Charge {
        answer(self.record(key, None, Some("NOT_RECEIVED")).await)
    }

    async fn refund(&self, key: PaymentId) -> Result<(), ProviderDown> {
        let changes = ActiveModel { refunded: Set(true), ..ActiveModel::default() };
        let charge = Entity::update_many().set(changes).filter(Column::Key.eq(key)).filter(Column::Declined.is_null());
        match charge.exec(self.database.writer()).await {
            Ok(updated) if updated.rows_affected == 1 => Ok(()),
            Ok(_) => Err(ProviderDown(format!("no money was ever taken under {key}"))),
            Err(error) => Err(down(error)),
        }
    }

    async fn charges(&self, since: Since, limit: u64) -> Result<Vec<Booked>, ProviderDown> {
        let behind = match since.after {
            None => Condition::all().add(Column::CreatedAt.gte(since.at)),
            Some(key) => Condition::any()
                .add(Column::CreatedAt.gt(since.at))
                .add(Column::CreatedAt.eq(since.at).and(Column::Key.gt(key))),
        };
        let page = Entity::find().filter(behind).order_by_asc(Column::CreatedAt).order_by_asc(Column::Key).limit(limit);
        let rows = page.all(self.database.connection()).await.map_err(down)?;
        Ok(rows.iter().map(booked).collect())
    }

    async fn find(&self, keys: &[PaymentId]) -> Result<Vec<Booked>, ProviderDown> {
        let rows = Entity::find().filter(Column::Key.is_in(keys.iter().copied()));
        let rows = rows.all(self.database.connection()).await.map_err(down)?;
        Ok(rows.iter().map(booked).collect())
    }
}
