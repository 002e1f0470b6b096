//! Messages from outside, each of which is accepted once by each consumer: whoever sends at least once sends twice.

use sea_orm::{
    ConnectionTrait, DbErr,
    sea_query::{OnConflict, Query},
};

use crate::Clock;

/// Accepts a message in the transaction of its effect; `false`: it has been accepted before, and must have no effect
/// again. `consumer` (at most 64 characters) names who reads it, `message` (at most 255) is its sender's id of it.
pub async fn accept(db: &impl ConnectionTrait, consumer: &str, message: &str, clock: &Clock) -> Result<bool, DbErr> {
    let insert = Query::insert()
        .into_table("inbox")
        .columns(["consumer", "message_id", "received_at"])
        .values_panic([consumer.into(), message.into(), clock.now().into()])
        .on_conflict(OnConflict::columns(["consumer", "message_id"]).do_nothing().to_owned())
        .to_owned();
    Ok(db.execute(&insert).await?.rows_affected() == 1)
}
