//! Images, from the moment an upload is asked for until it is stored, and which products show them in which order.

use sea_orm_migration::{
    async_trait::async_trait,
    prelude::*,
    schema::{
        big_integer, integer, pk_uuid, string, string_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
        uuid,
    },
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(images()).await?;
        for column in ["file_name", "upload_hash"] {
            let index =
                Index::create().name(format!("images_{column}")).table("images").col(column).unique().to_owned();
            manager.create_index(index).await?;
        }
        manager.create_table(product_images()).await?;
        let index = Index::create().name("product_images_image_id").table("product_images").col("image_id").to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("product_images").to_owned()).await?;
        manager.drop_table(Table::drop().table("images").to_owned()).await
    }
}

fn images() -> TableCreateStatement {
    Table::create()
        .table("images")
        .col(pk_uuid("id"))
        .col(string("file_name"))
        .col(string("alt"))
        .col(string("content_type"))
        .col(big_integer("size"))
        // The one-time URL's secret, hashed; empty once nothing more may be uploaded.
        .col(string_null("upload_hash"))
        .col(timestamp_with_time_zone_null("upload_until"))
        .col(timestamp_with_time_zone_null("stored_at"))
        .col(timestamp_with_time_zone("created_at"))
        .to_owned()
}

fn product_images() -> TableCreateStatement {
    Table::create()
        .table("product_images")
        .col(uuid("product_id"))
        .col(uuid("image_id"))
        .col(integer("position"))
        .primary_key(Index::create().col("product_id").col("image_id"))
        .foreign_key(
            ForeignKey::create()
                .name("product_images_product")
                .from("product_images", "product_id")
                .to("products", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .name("product_images_image")
                .from("product_images", "image_id")
                .to("images", "id")
                .on_delete(ForeignKeyAction::Restrict),
        )
        .to_owned()
}
