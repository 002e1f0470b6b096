//! The list of all accounts: its filters and its orders.

use kit::{
    Database,
    filter::{TextTest, TimeRange},
    page::{Direction, Keyset, Page, PageRequest},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait as _, Select};

use super::users::{contains, has_role};
use crate::{
    domain::{
        User,
        listing::{UserField, UserFilter},
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
    select = by_time(select, Column::CreatedAt, filter.created_at);
    select = by_time(select, Column::UpdatedAt, filter.updated_at);
    if let Some(role) = filter.role {
        select = select.filter(has_role(role));
    }
    let page = keyset(field, direction).fetch(database, select, request).await?;
    Ok(page.map(User::from))
}

fn by_text(select: Select<Entity>, column: Column, test: &TextTest) -> Select<Entity> {
    let select = select.apply_if(test.one_of.as_ref(), |select, keys| select.filter(column.is_in(keys)));
    select.apply_if(test.contains.as_ref(), |select, key| select.filter(contains(column, key)))
}

fn by_time(select: Select<Entity>, column: Column, TimeRange { gte, lte }: TimeRange) -> Select<Entity> {
    let select = select.apply_if(gte, |select, time| select.filter(column.gte(time)));
    select.apply_if(lte, |select, time| select.filter(column.lte(time)))
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
