//! Address books.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};

use crate::{
    domain::{Address, AddressId, Destination, UserId},
    entity::address::{ActiveModel, Column, Entity, Model},
};

impl From<Model> for Address {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            destination: Destination {
                recipient: row.recipient,
                line1: row.line1,
                line2: row.line2,
                city: row.city,
                region: row.region,
                postal_code: row.postal_code,
                country_code: row.country_code,
                phone: row.phone,
            },
            is_default: row.is_default,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The addresses of all these accounts: of each the default first, the others as they were added.
pub async fn of_users(
    db: &impl ConnectionTrait,
    users: impl IntoIterator<Item = UserId>,
) -> Result<Vec<Address>, DbErr> {
    let rows = Entity::find()
        .filter(Column::UserId.is_in(users))
        .order_by_desc(Column::IsDefault)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Address::from).collect())
}

/// The address `id` when it is in the book of `user`.
pub async fn of_user(db: &impl ConnectionTrait, user: UserId, id: AddressId) -> Result<Option<Address>, DbErr> {
    let row = Entity::find_by_id(id).filter(Column::UserId.eq(user)).one(db).await?;
    Ok(row.map(Address::from))
}

/// How many addresses `user` has.
pub async fn count(db: &impl ConnectionTrait, user: UserId) -> Result<u64, DbErr> {
    Entity::find().filter(Column::UserId.eq(user)).count(db).await
}

/// The address of `user` that was added first.
pub async fn oldest(db: &impl ConnectionTrait, user: UserId) -> Result<Option<Address>, DbErr> {
    let row = Entity::find()
        .filter(Column::UserId.eq(user))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .one(db)
        .await?;
    Ok(row.map(Address::from))
}

/// Leaves `user` without a default, for the moment between two of them.
pub async fn clear_default(db: &impl ConnectionTrait, user: UserId) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::IsDefault, Expr::value(false))
        .filter(Column::UserId.eq(user))
        .filter(Column::IsDefault.eq(true))
        .exec(db)
        .await?;
    Ok(())
}

/// Adds an address.
pub async fn insert(db: &impl ConnectionTrait, address: &Address) -> Result<(), DbErr> {
    let row = ActiveModel {
        id: Set(address.id),
        user_id: Set(address.user_id),
        created_at: Set(address.created_at),
        ..changed(address)
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Writes everything of an address that can change.
pub async fn update(db: &impl ConnectionTrait, address: &Address) -> Result<(), DbErr> {
    Entity::update(changed(address)).exec(db).await?;
    Ok(())
}

/// Takes an address away.
pub async fn delete(db: &impl ConnectionTrait, id: AddressId) -> Result<(), DbErr> {
    Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

fn changed(address: &Address) -> ActiveModel {
    let to = address.destination.clone();
    ActiveModel {
        id: Unchanged(address.id),
        recipient: Set(to.recipient),
        line1: Set(to.line1),
        line2: Set(to.line2),
        city: Set(to.city),
        region: Set(to.region),
        postal_code: Set(to.postal_code),
        country_code: Set(to.country_code),
        phone: Set(to.phone),
        is_default: Set(address.is_default),
        version: Set(address.version),
        updated_at: Set(address.updated_at),
        ..Default::default()
    }
}
