//! Why each transition happened, for programs. What has been written so far says so in its sentence only.

use sea_orm_migration::{prelude::*, schema::string_len_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A status, how its sentence begins (nothing: any), and the cause that both mean. The first that fits counts.
const CAUSES: [(&str, &str, &str); 15] = [
    ("PENDING", "", "PLACED"),
    ("REJECTED", "", "REJECTED"),
    ("AWAITING_PAYMENT", "", "GOODS_RESERVED"),
    ("PAYMENT_FAILED", "", "PAYMENT_DECLINED"),
    ("PAID", "", "PAYMENT_SUCCEEDED"),
    ("FULFILLED", "", "SHIPPED"),
    ("EXPIRED", "", "NOT_PAID_IN_TIME"),
    ("CANCELLED", "An administrator cancelled", "CANCELLED_BY_ADMINISTRATOR"),
    ("CANCELLED", "The goods could no longer", "GOODS_LOST"),
    ("CANCELLED", "The payment provider has taken no money", "NOT_CHARGED"),
    ("CANCELLED", "", "CANCELLED_BY_CUSTOMER"),
    ("REFUNDED", "The payment succeeded", "PAID_TOO_LATE"),
    ("REFUNDED", "The goods are no longer there", "GOODS_LOST"),
    ("REFUNDED", "The money went back.", "REFUNDED_BY_PROVIDER"),
    ("REFUNDED", "", "REFUNDED_BY_ADMINISTRATOR"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Null is what a program writes that does not know the column.
        let column = Table::alter().table("transitions").add_column(string_len_null("cause", 32)).to_owned();
        manager.alter_table(column).await?;
        let cause = CAUSES.iter().fold(CaseStatement::new(), |case, (status, sentence, cause)| {
            let fits = Expr::col("reason").like(format!("{sentence}%"));
            let fits = if sentence.is_empty() { Expr::val(1).eq(1) } else { fits };
            case.case(Expr::col("status").eq(*status).and(fits), *cause)
        });
        let update = Query::update().table("transitions").value("cause", Expr::Case(Box::new(cause))).to_owned();
        manager.get_connection().execute(&update).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("transitions").drop_column("cause").to_owned()).await
    }
}
