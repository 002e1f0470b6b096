//! Sessions and their refresh tokens (by digest).

use chrono::{DateTime, Utc};
use kit::random;
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{CaseStatement, Expr},
};
use uuid::Uuid;

use crate::{
    domain::{Session, SessionId, UserId, session::Progress},
    entity::{refresh_token, session},
};

/// Sessions that one statement gives new `sid`s; each takes three parameters.
const SESSIONS_PER_STATEMENT: usize = 200;
/// Refresh tokens that one statement takes back.
const MAX_OLDER: u64 = 100;

/// Which of an account's sessions.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// All of them.
    All,
    /// The one with this id.
    One(SessionId),
    /// The one whose access tokens carry this `sid`.
    WithAccess(Uuid),
    /// All but the one whose access tokens carry this `sid`.
    OtherThan(Uuid),
}

impl From<session::Model> for Session {
    fn from(row: session::Model) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            access_id: row.access_id,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
        }
    }
}

/// Begins a session.
pub async fn insert(db: &impl ConnectionTrait, session: &Session, now: DateTime<Utc>) -> Result<(), DbErr> {
    let row = session::ActiveModel {
        id: Set(session.id),
        user_id: Set(session.user_id),
        access_id: Set(session.access_id),
        created_at: Set(now),
        expires_at: Set(session.expires_at),
        ended_at: Set(session.ended_at),
    };
    session::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The session whose access tokens carry `sid`.
pub async fn by_access(db: &impl ConnectionTrait, sid: Uuid) -> Result<Option<Session>, DbErr> {
    let row = session::Entity::find().filter(session::Column::AccessId.eq(sid)).one(db).await?;
    Ok(row.map(Session::from))
}

/// The session that a refresh token continues, and how far the token is.
pub async fn by_token(db: &impl ConnectionTrait, digest: &str) -> Result<Option<(Session, Progress)>, DbErr> {
    let Some(token) = refresh_token::Entity::find_by_id(digest).one(db).await? else { return Ok(None) };
    let Some(session) = session::Entity::find_by_id(token.session_id).one(db).await? else { return Ok(None) };
    let progress = if token.used_at.is_none() { Progress::New } else { progress_of_used(db, digest).await? };
    Ok(Some((session.into(), progress)))
}

async fn progress_of_used(db: &impl ConnectionTrait, digest: &str) -> Result<Progress, DbErr> {
    let successors = successors(digest).all(db).await?;
    let is_used = |token: &refresh_token::Model| token.used_at.is_some() || token.access_used_at.is_some();
    // Of a token that was exchanged before successors were noted down, nothing is known: the worst is assumed.
    let succeeded = successors.is_empty() || successors.iter().any(is_used);
    Ok(if succeeded { Progress::Succeeded } else { Progress::Exchanged })
}

fn successors(digest: &str) -> Select<refresh_token::Entity> {
    refresh_token::Entity::find().filter(refresh_token::Column::Replaces.eq(digest))
}

/// A pair of tokens that is given out, by digests.
#[derive(Clone, Debug)]
pub struct IssuedPair {
    /// The session that the refresh token continues.
    pub session: SessionId,
    /// Of the refresh token.
    pub refresh: String,
    /// Of the access token.
    pub access: String,
    /// Of the refresh token that the pair is given for, if it is for one.
    pub replaces: Option<String>,
}

/// Notes down a pair of tokens.
pub async fn add_pair(db: &impl ConnectionTrait, pair: IssuedPair, now: DateTime<Utc>) -> Result<(), DbErr> {
    let row = refresh_token::ActiveModel {
        digest: Set(pair.refresh),
        session_id: Set(pair.session),
        created_at: Set(now),
        used_at: Set(None),
        replaces: Set(pair.replaces),
        access_digest: Set(Some(pair.access)),
        access_used_at: Set(None),
    };
    refresh_token::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Marks a refresh token as exchanged; the first time counts.
pub async fn use_token(db: &impl ConnectionTrait, digest: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::UsedAt, Expr::value(now))
        .filter(refresh_token::Column::Digest.eq(digest))
        .filter(refresh_token::Column::UsedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Takes back all but the `newest` refresh tokens that were given for the one with this digest.
pub async fn keep_newest_successors(db: &impl ConnectionTrait, digest: &str, newest: u64) -> Result<(), DbErr> {
    let older = successors(digest)
        .order_by_desc(refresh_token::Column::CreatedAt)
        .order_by_desc(refresh_token::Column::Digest)
        .offset(newest)
        // SQLite knows no offset without a limit.
        .limit(MAX_OLDER)
        .all(db)
        .await?;
    if older.is_empty() {
        return Ok(());
    }
    let digests = older.into_iter().map(|token| token.digest);
    refresh_token::Entity::delete_many().filter(refresh_token::Column::Digest.is_in(digests)).exec(db).await?;
    Ok(())
}

/// Notes down that the access token with this digest was shown.
pub async fn use_access(db: &impl ConnectionTrait, digest: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::AccessUsedAt, Expr::value(now))
        .filter(refresh_token::Column::AccessDigest.eq(digest))
        .filter(refresh_token::Column::AccessUsedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Lets a session go on until `expires_at`.
pub async fn extend(db: &impl ConnectionTrait, session: SessionId, expires_at: DateTime<Utc>) -> Result<(), DbErr> {
    let row = session::ActiveModel { id: Unchanged(session), expires_at: Set(expires_at), ..Default::default() };
    session::Entity::update(row).exec(db).await?;
    Ok(())
}

/// Ends living sessions of `user`; the answer is the `sid`s of those that it ended.
pub async fn end(
    db: &impl ConnectionTrait,
    user: UserId,
    which: Which,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, DbErr> {
    let ended = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now))
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::EndedAt.is_null());
    let ended = match which {
        Which::All => ended,
        Which::One(id) => ended.filter(session::Column::Id.eq(id)),
        Which::WithAccess(sid) => ended.filter(session::Column::AccessId.eq(sid)),
        Which::OtherThan(sid) => ended.filter(session::Column::AccessId.ne(sid)),
    };
    Ok(ended.exec_with_returning(db).await?.into_iter().map(|row| row.access_id).collect())
}

/// Gives every living session of `user` a new `sid`, so that its present access tokens can be withdrawn while it goes
/// on; the answer is the old ones. The account must be locked.
pub async fn renew_access(db: &impl ConnectionTrait, user: UserId, now: DateTime<Utc>) -> Result<Vec<Uuid>, DbErr> {
    let sessions = living(user, now).all(db).await?;
    for some in sessions.chunks(SESSIONS_PER_STATEMENT) {
        let renewed = some.iter().fold(CaseStatement::new(), |renewed, session| {
            renewed.case(session::Column::Id.eq(session.id), Expr::value(random::uuid()))
        });
        session::Entity::update_many()
            .col_expr(session::Column::AccessId, renewed.into())
            .filter(session::Column::Id.is_in(some.iter().map(|session| session.id)))
            .exec(db)
            .await?;
    }
    Ok(sessions.into_iter().map(|session| session.access_id).collect())
}

fn living(user: UserId, now: DateTime<Utc>) -> Select<session::Entity> {
    session::Entity::find()
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
}
