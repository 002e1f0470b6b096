//! Failed log-ins, and registrations. Counting is one statement, so that no failure of many at once is lost.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{CaseStatement, Expr, ExprTrait as _, OnConflict},
};

use crate::{
    domain::throttle::{Failures, Subject},
    entity::login_attempt::{ActiveModel, Column, Entity, Model},
};

impl From<Model> for Failures {
    fn from(row: Model) -> Self {
        Self { count: row.failures.try_into().unwrap_or_default(), window_ends_at: row.window_ends_at }
    }
}

/// What was counted for each of `subjects`, in their order.
pub async fn read(db: &impl ConnectionTrait, subjects: &[Subject]) -> Result<Vec<Option<Failures>>, DbErr> {
    let keys: Vec<String> = subjects.iter().map(Subject::key).collect();
    let rows = Entity::find().filter(Column::Subject.is_in(keys.iter().map(String::as_str))).all(db).await?;
    let of = |key: &String| rows.iter().find(|row| row.subject == *key).cloned().map(Failures::from);
    Ok(keys.iter().map(of).collect())
}

/// Counts a failure, in the present window or a new one, and says how many there are now.
pub async fn count(
    db: &impl ConnectionTrait,
    subject: &Subject,
    now: DateTime<Utc>,
    window: Duration,
) -> Result<Failures, DbErr> {
    let ends = TimeDelta::from_std(window).ok().and_then(|window| now.checked_add_signed(window)).unwrap_or(now);
    let first = ActiveModel { subject: Set(subject.key()), failures: Set(1), window_ends_at: Set(ends) };
    let present = |column| Expr::col((Entity, column));
    let over = || present(Column::WindowEndsAt).lte(now);
    let failures = CaseStatement::new().case(over(), 1).finally(present(Column::Failures).add(1));
    let window_ends_at = CaseStatement::new().case(over(), Expr::value(ends)).finally(present(Column::WindowEndsAt));
    let again = OnConflict::column(Column::Subject)
        .value(Column::Failures, failures)
        .value(Column::WindowEndsAt, window_ends_at)
        .to_owned();
    let row = Entity::insert(first).on_conflict(again).exec_with_returning(db).await?;
    Ok(row.into())
}

/// Forgets all failures of `subjects`.
pub async fn forget(db: &impl ConnectionTrait, subjects: &[&Subject]) -> Result<(), DbErr> {
    let keys = subjects.iter().map(|subject| subject.key());
    Entity::delete_many().filter(Column::Subject.is_in(keys)).exec(db).await?;
    Ok(())
}
