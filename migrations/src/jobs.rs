//! The tables of background jobs, `jobs` and `inbox`, which several databases have. Once a migration that calls this has
//! landed, it changes no more: what comes later is another function.

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, integer, pk_auto, string_len, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid_null,
    },
};

/// Makes both tables.
pub async fn create(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let jobs = Table::create()
        .table("jobs")
        // Numbers and not random ids: jobs about one key are done in the order in which they were added.
        .col(pk_auto("id").big_integer())
        .col(string_len("topic", 64))
        .col(string_len("key", 255))
        .col(text("payload"))
        .col(boolean("once").default(false))
        .col(integer("tries").default(0))
        .col(timestamp_with_time_zone("due_at"))
        .col(uuid_null("lease"))
        .col(timestamp_with_time_zone_null("leased_until"))
        .col(text_null("last_error"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .col(timestamp_with_time_zone_null("parked_at"))
        .to_owned();
    manager.create_table(jobs).await?;
    let unfinished = || Expr::col("finished_at").is_null();
    for index in [
        Index::create()
            .name("jobs_due")
            .col("topic")
            .col("tries")
            .col("due_at")
            .col("id")
            .and_where(unfinished().and(Expr::col("parked_at").is_null()))
            .to_owned(),
        Index::create().name("jobs_by_key").col("topic").col("key").col("id").and_where(unfinished()).to_owned(),
        Index::create()
            .name("jobs_once")
            .unique()
            .col("topic")
            .col("key")
            .and_where(Expr::cust("finished_at IS NULL AND once"))
            .to_owned(),
        Index::create().name("jobs_finished").col("finished_at").and_where(unfinished().not()).to_owned(),
    ] {
        manager.create_index(index.clone().table("jobs").to_owned()).await?;
    }
    let inbox = Table::create()
        .table("inbox")
        .col(string_len("consumer", 64))
        .col(string_len("message_id", 255))
        .col(timestamp_with_time_zone("received_at"))
        .primary_key(Index::create().name("inbox_pk").col("consumer").col("message_id"))
        .to_owned();
    manager.create_table(inbox).await?;
    manager.create_index(Index::create().name("inbox_received").table("inbox").col("received_at").to_owned()).await
}

/// Drops both tables.
pub async fn drop(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.drop_table(Table::drop().table("inbox").to_owned()).await?;
    manager.drop_table(Table::drop().table("jobs").to_owned()).await
}
