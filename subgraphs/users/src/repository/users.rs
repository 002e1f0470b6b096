//! Accounts.

use kit::{database::is_unique, text};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _, LikeExpr},
};

use crate::{
    domain::{Code, Email, Fault, Problem, Role, Roles, User, UserId, Username},
    entity::user::{ActiveModel, Column, Entity, Model},
};

/// The longest name that an account can be known by, in characters: an e-mail address.
const MAX_LOGIN: usize = 254;

/// An account with the hash of its password, for those who check or change it.
#[derive(Clone, Debug)]
pub struct Secret {
    /// The account.
    pub user: User,
    /// Argon2id, in PHC form.
    pub password_hash: String,
}

/// Why an account was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Another account has the name, the address, or both.
    #[error("the name or the address is taken")]
    Taken(Vec<Problem>),
    /// Something else.
    #[error(transparent)]
    Database(DbErr),
}

fn username_taken() -> Problem {
    Fault::new(Code::Taken, "Another account has this user name.").at("username")
}

fn email_taken() -> Problem {
    Fault::new(Code::Taken, "Another account has this e-mail address.").at("email")
}

impl From<DbErr> for WriteError {
    fn from(error: DbErr) -> Self {
        if is_unique(&error, "users_username_key", "users.username_key") {
            Self::Taken(vec![username_taken()])
        } else if is_unique(&error, "users_email_key", "users.email_key") {
            Self::Taken(vec![email_taken()])
        } else {
            Self::Database(error)
        }
    }
}

impl From<Model> for User {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            username: Username::stored(row.username),
            email: Email::stored(row.email),
            name: row.name,
            roles: Roles::from_column(&row.roles),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl From<Model> for Secret {
    fn from(mut row: Model) -> Self {
        let password_hash = std::mem::take(&mut row.password_hash);
        Self { user: row.into(), password_hash }
    }
}

/// The accounts with these ids; those that do not exist are left out.
pub async fn by_ids(db: &impl ConnectionTrait, ids: impl IntoIterator<Item = UserId>) -> Result<Vec<User>, DbErr> {
    let rows = Entity::find().filter(Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// The account that somebody means who logs in as `login`: a user name, or an e-mail address if it has an `@`.
pub async fn by_login(db: &impl ConnectionTrait, login: &str) -> Result<Option<Secret>, DbErr> {
    // No account has a name that is no line, and not every database can be asked for one.
    let Ok(login) = text::line(login, MAX_LOGIN) else { return Ok(None) };
    let column = if login.contains('@') { Column::EmailKey } else { Column::UsernameKey };
    let row = Entity::find().filter(column.eq(text::key(&login))).one(db).await?;
    Ok(row.map(Secret::from))
}

/// The account `id` with its secret.
pub async fn with_secret(db: &impl ConnectionTrait, id: UserId) -> Result<Option<Secret>, DbErr> {
    let row = Entity::find_by_id(id).one(db).await?;
    Ok(row.map(Secret::from))
}

/// The account `id`, which nobody else can change until the transaction ends. Everything that changes an account, its
/// addresses or its sessions begins with this, and so happens one after the other.
pub async fn lock(db: &impl ConnectionTrait, id: UserId) -> Result<Option<Secret>, DbErr> {
    let row = Entity::find_by_id(id).lock_exclusive().one(db).await?;
    Ok(row.map(Secret::from))
}

/// The accounts `ids` and all admins, locked as [`lock`] does, in the order of their ids so that nobody waits in a
/// circle.
pub async fn lock_with_admins(db: &impl ConnectionTrait, ids: &[UserId]) -> Result<Vec<User>, DbErr> {
    let wanted = Condition::any().add(Column::Id.is_in(ids.iter().copied())).add(has_role(Role::Admin));
    let rows = Entity::find().filter(wanted).order_by_asc(Column::Id).lock_exclusive().all(db).await?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// Rows whose roles contain `role`; no role's name is a part of another's.
pub fn has_role(role: Role) -> Expr {
    Column::Roles.contains(role.name())
}

/// Rows whose `column`, which holds keys, contains the key `key`.
pub fn contains(column: Column, key: &str) -> Expr {
    let mut pattern = String::from("%");
    for c in key.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    Expr::col((Entity, column)).like(LikeExpr::new(pattern).escape('\\'))
}

/// Refuses a name or address that an account other than `except` has by now, both of them at once. Of those who come at once
/// the index lets one through.
pub async fn insist_on_free(
    db: &impl ConnectionTrait,
    username: &Username,
    email: &Email,
    except: Option<UserId>,
) -> Result<(), WriteError> {
    let (username, email) = (username.key(), email.key());
    let either = Condition::any().add(Column::UsernameKey.eq(&username)).add(Column::EmailKey.eq(&email));
    let mut rows = Entity::find().filter(either).all(db).await.map_err(WriteError::Database)?;
    rows.retain(|row| Some(row.id) != except);
    let by_username = rows.iter().any(|row| row.username_key == username).then(username_taken);
    let by_email = rows.iter().any(|row| row.email_key == email).then(email_taken);
    let taken: Vec<_> = by_username.into_iter().chain(by_email).collect();
    if taken.is_empty() { Ok(()) } else { Err(WriteError::Taken(taken)) }
}

/// Adds an account.
pub async fn insert(db: &impl ConnectionTrait, user: &User, password_hash: String) -> Result<(), WriteError> {
    let row = ActiveModel { password_hash: Set(password_hash), created_at: Set(user.created_at), ..changed(user) };
    Entity::insert(ActiveModel { id: Set(user.id), ..row }).exec_without_returning(db).await?;
    Ok(())
}

/// Writes everything of an account that can change, except its password.
pub async fn update(db: &impl ConnectionTrait, user: &User) -> Result<(), WriteError> {
    Entity::update(changed(user)).exec(db).await?;
    Ok(())
}

/// Writes an account with another password.
pub async fn update_with_password(
    db: &impl ConnectionTrait,
    user: &User,
    password_hash: String,
) -> Result<(), WriteError> {
    Entity::update(ActiveModel { password_hash: Set(password_hash), ..changed(user) }).exec(db).await?;
    Ok(())
}

fn changed(user: &User) -> ActiveModel {
    ActiveModel {
        id: Unchanged(user.id),
        username: Set(user.username.as_str().to_owned()),
        username_key: Set(user.username.key()),
        email: Set(user.email.as_str().to_owned()),
        email_key: Set(user.email.key()),
        name: Set(user.name.clone()),
        roles: Set(user.roles.to_column()),
        version: Set(user.version),
        updated_at: Set(user.updated_at),
        ..Default::default()
    }
}
