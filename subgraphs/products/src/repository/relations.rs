//! How rows belong together, for joins.

use sea_orm::{EntityTrait, RelationDef};

use crate::entity::{category, category_member, category_path, image, product, product_category, product_image};

pub fn links_of_product() -> RelationDef {
    RelationDef::from(
        product_category::Entity::belongs_to(product::Entity)
            .from(product_category::Column::ProductId)
            .to(product::Column::Id),
    )
    .rev()
}

pub fn links_of_category() -> RelationDef {
    RelationDef::from(
        product_category::Entity::belongs_to(category::Entity)
            .from(product_category::Column::CategoryId)
            .to(category::Column::Id),
    )
    .rev()
}

pub fn memberships_of_product() -> RelationDef {
    RelationDef::from(
        category_member::Entity::belongs_to(product::Entity)
            .from(category_member::Column::ProductId)
            .to(product::Column::Id),
    )
    .rev()
}

pub fn members_of_category() -> RelationDef {
    RelationDef::from(
        category_member::Entity::belongs_to(category::Entity)
            .from(category_member::Column::CategoryId)
            .to(category::Column::Id),
    )
    .rev()
}

pub fn paths_of_ancestor() -> RelationDef {
    RelationDef::from(
        category_path::Entity::belongs_to(category::Entity)
            .from(category_path::Column::AncestorId)
            .to(category::Column::Id),
    )
    .rev()
}

pub fn links_of_image() -> RelationDef {
    RelationDef::from(
        product_image::Entity::belongs_to(image::Entity).from(product_image::Column::ImageId).to(image::Column::Id),
    )
    .rev()
}
