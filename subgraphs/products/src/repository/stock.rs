//! Stock: read for many products at once, corrected by one guarded statement.

use std::collections::HashMap;

use kit::{
    Clock, Database, Result,
    idempotency::{self, Claim, Claimed},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    sea_query::Expr,
};

use super::{Outcome, products, row};
use crate::{
    domain::{
        Product, ProductId, Stock,
        stock::{AdjustError, Change, MAX_ON_HAND},
    },
    entity::stock::{Column, Entity, Model},
};

/// The stock of each product that has one.
pub async fn of_products(connection: &impl ConnectionTrait, ids: &[ProductId]) -> Result<HashMap<ProductId, Stock>> {
    let rows = Entity::find().filter(Column::ProductId.is_in(ids.iter().copied())).all(connection).await?;
    Ok(rows.into_iter().map(|model| (model.product_id, row::stock(&model))).collect())
}

/// Puts the first stock of a new product down.
pub async fn add(connection: &impl ConnectionTrait, product: ProductId, on_hand: i64) -> Result<()> {
    let row = Model { product_id: product, on_hand, reserved: 0 };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(connection).await?;
    Ok(())
}

/// Why nothing was corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such product on sale.
    NotFound,
    /// The new count breaks a rule.
    Rule(AdjustError),
    /// The idempotency key was used with another input.
    KeyMismatch,
}

/// Corrects what is on hand, once per claim; the flag says whether it had been done before.
pub async fn adjust(
    database: &Database,
    clock: &Clock,
    claim: &Claim,
    id: ProductId,
    change: Change,
) -> Outcome<(Product, bool), Refused> {
    let transaction = database.begin_write().await?;
    match idempotency::claim(&transaction, claim, clock).await? {
        Claimed::New => {}
        Claimed::Mismatch => return Ok(Err(Refused::KeyMismatch)),
        Claimed::Replay(product) => {
            let product = products::by_id(&transaction, ProductId::from_uuid(product)).await?;
            return Ok(product.map(|product| (product, true)).ok_or(Refused::NotFound));
        }
    }
    let Some(product) = products::by_id(&transaction, id).await?.filter(|product| product.archived_at.is_none()) else {
        return Ok(Err(Refused::NotFound));
    };
    if !change_row(&transaction, id, change).await? {
        let stock = of_products(&transaction, &[id]).await?.remove(&id).unwrap_or_default();
        // Had the count become right in this very moment, the caller would still have to look again.
        let moved = AdjustError::Moved { on_hand: stock.on_hand };
        return Ok(Err(Refused::Rule(stock.adjusted(change).err().unwrap_or(moved))));
    }
    idempotency::finish(&transaction, claim, id.uuid()).await?;
    transaction.commit().await?;
    Ok(Ok((product, false)))
}

/// One statement that keeps [`Stock::adjusted`]'s rules; `false` where they forbid it.
async fn change_row(connection: &impl ConnectionTrait, id: ProductId, change: Change) -> Result<bool> {
    let (new, expected) = match change {
        Change::By(delta) => (Expr::col(Column::OnHand).add(delta), None),
        Change::To { on_hand, expected } => (Expr::val(on_hand), expected),
    };
    let mut update = Entity::update_many()
        .col_expr(Column::OnHand, new.clone())
        .filter(Column::ProductId.eq(id))
        .filter(new.clone().gte(Expr::col(Column::Reserved)))
        .filter(new.lte(MAX_ON_HAND));
    if let Some(expected) = expected {
        update = update.filter(Column::OnHand.eq(expected));
    }
    Ok(update.exec(connection).await?.rows_affected == 1)
}
