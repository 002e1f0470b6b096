//! One row per image, from the moment its upload is asked for.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::domain::ImageId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "images")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImageId,
    pub file_name: String,
    pub alt: String,
    pub content_type: String,
    pub size: i64,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub frames: Option<i32>,
    pub upload_hash: Option<String>,
    pub upload_secret: Option<String>,
    pub upload_until: Option<DateTime<Utc>>,
    pub claimed_until: Option<DateTime<Utc>>,
    pub sent_digest: Option<String>,
    pub stored_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
