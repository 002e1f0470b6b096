//! Books that still stand among the orders, as they did before they had a database of their own, are moved.
//!
//! The table there stays, empty, so that a program of the release before starts; a later release drops it.

use kit::Database;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use crate::entity::sandbox_charge::{Column, Entity};

/// How many charges are moved at a time.
const BATCH: u64 = 500;

/// Moves all charges from `orders` to `books`, and says how many that were. What the books know already is not changed, so
/// this may be repeated, or be done by several processes at once.
pub(super) async fn carry_over(orders: &Database, books: &Database) -> Result<u64, DbErr> {
    let mut moved = 0;
    loop {
        let page = Entity::find().order_by_asc(Column::Key).limit(BATCH);
        let rows = page.all(orders.connection()).await?;
        if rows.is_empty() {
            break;
        }
        let keys: Vec<_> = rows.iter().map(|row| row.key).collect();
        let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
        Entity::insert_many(rows).on_conflict_do_nothing().exec_without_returning(books.writer()).await?;
        // They are in the books, for good, before they go here.
        let deleted = Entity::delete_many().filter(Column::Key.is_in(keys)).exec(orders.writer()).await?;
        moved += deleted.rows_affected;
    }
    if moved > 0 {
        tracing::info!(charges = moved, "the sandbox's books were moved to a database of their own");
    }
    Ok(moved)
}
