//! The log of withdrawn access: which `sid`s are refused before their time, in the order of commits.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};
use uuid::Uuid;

use crate::entity::{withdrawal_counter, withdrawn_access};

/// One entry of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The `sid`.
    pub access_id: Uuid,
    /// When the last of its tokens has expired.
    pub until: DateTime<Utc>,
    /// Its place in the log; 0 where it is older than the log.
    pub position: i64,
}

/// Rows that one statement inserts; each takes three parameters.
const ROWS_PER_STATEMENT: usize = 1000;
/// The row of the counter.
const COUNTER: i16 = 1;

/// Appends `sids`, whose tokens are refused from now on; nobody needs to know after `until`. The log is held until the
/// transaction ends, so this comes last in it.
pub async fn append(db: &impl ConnectionTrait, sids: &[Uuid], until: DateTime<Utc>) -> Result<(), DbErr> {
    if sids.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(sids.len()).unwrap_or(i64::MAX);
    let taken = withdrawal_counter::Entity::update_many()
        .col_expr(withdrawal_counter::Column::Last, Expr::col(withdrawal_counter::Column::Last).add(count))
        .filter(withdrawal_counter::Column::Id.eq(COUNTER))
        .exec_with_returning(db)
        .await?;
    let last = taken.first().map(|row| row.last);
    let last = last.ok_or_else(|| DbErr::RecordNotFound("the counter of withdrawals".to_owned()))?;
    let numbered: Vec<_> = sids.iter().zip(last - count + 1..).collect();
    for some in numbered.chunks(ROWS_PER_STATEMENT) {
        let rows = some.iter().map(|(sid, position)| withdrawn_access::ActiveModel {
            access_id: Set(**sid),
            until: Set(until),
            position: Set(*position),
        });
        withdrawn_access::Entity::insert_many(rows)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// At most `limit` entries after `position` that somebody needs to know at `now`, in order.
pub async fn after(
    db: &impl ConnectionTrait,
    position: i64,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Withdrawal>, DbErr> {
    let rows = withdrawn_access::Entity::find()
        .filter(withdrawn_access::Column::Position.gt(position))
        .filter(withdrawn_access::Column::Until.gt(now))
        .order_by_asc(withdrawn_access::Column::Position)
        .order_by_asc(withdrawn_access::Column::AccessId)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Withdrawal::from).collect())
}

/// The place of the last entry that was committed.
pub async fn last(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let row = withdrawal_counter::Entity::find_by_id(COUNTER).one(db).await?;
    Ok(row.map_or(0, |row| row.last))
}

impl From<withdrawn_access::Model> for Withdrawal {
    fn from(row: withdrawn_access::Model) -> Self {
        Self { access_id: row.access_id, until: row.until, position: row.position }
    }
}
