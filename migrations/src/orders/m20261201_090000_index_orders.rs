//! Indexes for lists of orders by the time of their last change, for a customer's unpaid orders, and for rejected ones
//! that are old enough to be deleted.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const NAMES: [&str; 4] =
    ["orders_by_update", "orders_of_customer_by_update", "orders_open_of_customer", "orders_rejected"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Without parameters, so that a query that says the same is known to be served by the index.
        let open = Expr::cust("status IN ('PENDING', 'AWAITING_PAYMENT', 'PAYMENT_FAILED')");
        let rejected = Expr::cust("status = 'REJECTED'");
        let [by_update, of_customer_by_update, open_of_customer, rejected_by_update] = NAMES;
        for index in [
            Index::create().name(by_update).col("updated_at").col("id").to_owned(),
            Index::create().name(of_customer_by_update).col("customer_id").col("updated_at").col("id").to_owned(),
            Index::create().name(open_of_customer).col("customer_id").and_where(open).to_owned(),
            Index::create().name(rejected_by_update).col("updated_at").and_where(rejected).to_owned(),
        ] {
            manager.create_index(index.clone().table("orders").to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in NAMES {
            manager.drop_index(Index::drop().name(name).table("orders").to_owned()).await?;
        }
        Ok(())
    }
}
