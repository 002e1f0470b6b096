//! The outbox becomes a table of jobs like any other background work. What has not been delivered is carried over.

use sea_orm_migration::{
    prelude::*,
    schema::{integer, pk_uuid, string_len, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null},
    sea_orm::prelude::{DateTimeUtc, Uuid},
};

use crate::jobs;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        jobs::create(manager).await?;
        carry_over(manager).await?;
        manager.drop_table(Table::drop().table("outbox").to_owned()).await
    }

    /// Goes back only when everything has been delivered: the old table cannot hold what jobs can.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let open = Query::select()
            .column("id")
            .from("jobs")
            .and_where(Expr::col("topic").is_in(["stock", "refund"]))
            .and_where(Expr::col("finished_at").is_null())
            .limit(1)
            .to_owned();
        if manager.get_connection().query_one(&open).await?.is_some() {
            return Err(DbErr::Migration(
                "there are jobs that are not done; let them end before going back".to_owned(),
            ));
        }
        jobs::drop(manager).await?;
        create_outbox(manager).await
    }
}

async fn carry_over(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let undelivered = Query::select()
        .columns(["order_id", "kind", "attempt", "payment_id", "next_try_at", "created_at"])
        .from("outbox")
        .and_where(Expr::col("delivered_at").is_null())
        .order_by("created_at", Order::Asc)
        .order_by("id", Order::Asc)
        .to_owned();
    for row in db.query_all(&undelivered).await? {
        let (kind, attempt): (String, i32) = (row.try_get("", "kind")?, row.try_get("", "attempt")?);
        let payment: Option<Uuid> = row.try_get("", "payment_id")?;
        let (topic, payload) = match (kind.as_str(), payment) {
            ("CONSUME", _) => ("stock", r#"{"effect":"CONSUME"}"#.to_owned()),
            ("RELEASE", _) => ("stock", format!(r#"{{"effect":"RELEASE","attempt":{attempt}}}"#)),
            ("REFUND", Some(payment)) => ("refund", format!(r#"{{"payment":"pay_{}"}}"#, payment.simple())),
            // Nothing wrote such a row; whatever it is, an operator finds it parked.
            (kind, _) => ("stock", format!("{{\"unknown\":{kind:?}}}")),
        };
        let order: Uuid = row.try_get("", "order_id")?;
        let (due_at, created_at): (DateTimeUtc, DateTimeUtc) =
            (row.try_get("", "next_try_at")?, row.try_get("", "created_at")?);
        let insert = Query::insert()
            .into_table("jobs")
            .columns(["topic", "key", "payload", "due_at", "created_at"])
            .values_panic([
                topic.into(),
                format!("ord_{}", order.simple()).into(),
                payload.into(),
                due_at.into(),
                created_at.into(),
            ])
            .to_owned();
        db.execute(&insert).await?;
    }
    Ok(())
}

async fn create_outbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("outbox")
        .col(pk_uuid("id"))
        .col(uuid("order_id"))
        .col(string_len("kind", 16))
        .col(integer("attempt"))
        .col(uuid_null("payment_id"))
        .col(integer("tries").default(0))
        .col(timestamp_with_time_zone("next_try_at"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("delivered_at"))
        .check(Expr::col("kind").is_in(["CONSUME", "RELEASE", "REFUND"]))
        .foreign_key(
            ForeignKey::create()
                .name("outbox_of_order")
                .from("outbox", "order_id")
                .to("orders", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned();
    manager.create_table(table).await?;
    for index in [
        Index::create().name("outbox_by_order").col("order_id").to_owned(),
        Index::create().name("outbox_due").col("next_try_at").and_where(Expr::col("delivered_at").is_null()).to_owned(),
    ] {
        manager.create_index(index.clone().table("outbox").to_owned()).await?;
    }
    Ok(())
}
