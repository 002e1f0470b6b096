//! A provider that moves no money, for shops that are being built and for tests.
//!
//! It keeps books of its own, in a table that nothing else looks at, so that asking it again means something. The
//! tokens: `tok_success`, `tok_declined`, and `tok_timeout`, which takes the money and does not say so.

use async_trait::async_trait;
use kit::{Clock, Database, money::Money};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _};

use super::{Charge, PaymentProvider, ProviderDown};
use crate::{
    domain::PaymentId,
    entity::sandbox_charge::{ActiveModel, Column, Entity, Model},
};

/// The provider of the demo shop.
pub struct Sandbox {
    database: Database,
    clock: Clock,
}

impl Sandbox {
    /// A sandbox with its books in `database`.
    pub fn new(database: Database, clock: Clock) -> Self {
        Self { database, clock }
    }

    /// Writes a charge down unless its key is known, and reads what is written there.
    async fn record(&self, key: PaymentId, amount: Option<Money>, declined: Option<&str>) -> Result<Model, DbErr> {
        let row = ActiveModel {
            key: Set(key),
            amount_minor: Set(amount.map_or(0, |amount| amount.minor)),
            currency: Set(amount.map_or("XXX", |amount| amount.currency.code()).to_owned()),
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
        Ok(Model { declined: None, .. }) => Charge::Succeeded,
        Ok(Model { declined: Some(code), .. }) => Charge::Declined { code },
        Err(error) => {
            tracing::error!(%error, "the sandbox cannot keep its books");
            Charge::Unknown
        }
    }
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
            Err(error) => Err(ProviderDown(error.to_string())),
        }
    }
}
