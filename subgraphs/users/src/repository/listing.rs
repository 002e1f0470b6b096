//! The list of all accounts: its filters and its orders.

use kit::{
    Database,
    page::{Direction, Keyset, Page, PageRequest},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};

use super::users::{contains, has_role};
use crate::{
    domain::{
        User,
        listing::{TextFilter, UserField, UserFilter},
    },
    entity::user::{Column, Entity, Model},
};

/// One page of the accounts that `filter` lets through.
pub async fn page(
    database: &Database,
    filter: &UserFilter,
    field: UserField,
    direction: Direction,
    request: &PageRequest,
) -> kit::Result<Page<User>> {
    let mut select = Entity::find();
    select = by_text(select, Column::UsernameKey, &filter.username);
    select = by_text(select, Column::EmailKey, &filter.email);
    if let Some(role) = filter.role {
        select = select.filter(has_role(role));
    }
    let page = keyset(field, direction).fetch(database, select, request).await?;
    Ok(page.map(User::from))
}

fn by_text(mut select: Select<Entity>, column: Column, filter: &TextFilter) -> Select<Entity> {
    if let Some(text) = &filter.eq {
        select = select.filter(column.eq(text));
    }
    if let Some(text) = &filter.contains {
        select = select.filter(contains(column, text));
    }
    select
}

fn keyset(field: UserField, direction: Direction) -> Keyset<Entity> {
    let arrow = match direction {
        Direction::Asc => "asc",
        Direction::Desc => "desc",
    };
    let set = match field {
        UserField::CreatedAt => {
            Keyset::new(format!("created_at:{arrow}")).by(Column::CreatedAt, direction, |row: &Model| row.created_at)
        }
        UserField::Username => {
            Keyset::new(format!("username:{arrow}"))
                .by(Column::UsernameKey, direction, |row: &Model| row.username_key.clone())
        }
        UserField::Email => {
            Keyset::new(format!("email:{arrow}")).by(Column::EmailKey, direction, |row: &Model| row.email_key.clone())
        }
    };
    set.by(Column::Id, direction, |row: &Model| row.id)
}
