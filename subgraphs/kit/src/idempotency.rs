//! Idempotency keys: the same request again has the same effect, once.
//!
//! A key is claimed in the transaction of its effect and stored with a reference to what the effect made, so both are
//! there or neither. A second request with the same key waits for the first one's transaction, then sees its outcome:
//!
//! ```ignore
//! let transaction = database.begin_write().await?;
//! match idempotency::claim(&transaction, &claim, &clock).await? {
//!     Claimed::New => { let order = place(&transaction).await?; idempotency::finish(&transaction, &claim, order.uuid()).await?; }
//!     Claimed::Replay(order) => { /* answer with its present state, replayed: true */ }
//!     Claimed::Mismatch => { /* IdempotencyError */ }
//! }
//! transaction.commit().await?;
//! ```
//!
//! It refuses to know what the effect was. A domain that keeps its keys in its own tables does not need this module.

use sea_orm::{
    ConnectionTrait, DbErr, DeriveIden, Iden as _,
    sea_query::{ColumnDef, Condition, Expr, ExprTrait as _, Index, OnConflict, Query, SelectStatement, Table},
};
use sea_orm_migration::SchemaManager;
use serde::Serialize;
use uuid::Uuid;

use crate::{Clock, Failure, Result, jobs::Rule, random::sha256_hex, user_error::Bounds};

/// A client's key, for one mutation of one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Whose key it is: keys of different users never meet.
    pub actor: Uuid,
    /// The mutation's name: nor do those of different mutations.
    pub mutation: &'static str,
    /// The client's key.
    pub key: String,
    /// A digest of the input without the key.
    pub fingerprint: String,
}

/// The key is too short or too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This must have {MIN_KEY} to {MAX_KEY} characters, and no control characters.")]
pub struct BadKey;

impl BadKey {
    /// The lengths that a key may have.
    pub const BOUNDS: Bounds = Bounds { min: Some(MIN_KEY), max: Some(MAX_KEY) };
}

/// The shortest key, in characters.
const MIN_KEY: i32 = 8;
/// The longest key, in characters.
const MAX_KEY: i32 = 255;

/// What a key says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// It is new and now taken: do the thing in this transaction, then [`finish`].
    New,
    /// The thing was done; this is the reference that [`finish`] stored.
    Replay(Uuid),
    /// It was used with another input: `IDEMPOTENCY_KEY_MISMATCH`.
    Mismatch,
}

#[derive(DeriveIden)]
enum Row {
    #[sea_orm(iden = "idempotency")]
    Table,
    Actor,
    Mutation,
    Key,
    Fingerprint,
    Reference,
    CreatedAt,
}

impl Claim {
    /// A claim for `input`, which is digested as JSON and must not contain the key itself. Lists whose order means
    /// nothing should be sorted first.
    pub fn new(
        actor: Uuid,
        mutation: &'static str,
        key: &str,
        input: &impl Serialize,
    ) -> std::result::Result<Self, BadKey> {
        let length = i32::try_from(key.chars().count()).unwrap_or(i32::MAX);
        if !(MIN_KEY..=MAX_KEY).contains(&length) || key.contains(char::is_control) {
            return Err(BadKey);
        }
        let canonical = serde_json::to_vec(input).unwrap_or_default();
        Ok(Self { actor, mutation, key: key.to_owned(), fingerprint: sha256_hex(canonical) })
    }

    fn is_this(&self) -> Condition {
        Condition::all()
            .add(Expr::col(Row::Actor).eq(self.actor))
            .add(Expr::col(Row::Mutation).eq(self.mutation))
            .add(Expr::col(Row::Key).eq(self.key.as_str()))
    }
}

/// Takes the key, in the transaction of its effect. A roll-back frees it again.
pub async fn claim(transaction: &impl ConnectionTrait, claim: &Claim, clock: &Clock) -> Result<Claimed> {
    let columns = [Row::Actor, Row::Mutation, Row::Key, Row::Fingerprint, Row::CreatedAt];
    let insert = Query::insert()
        .into_table(Row::Table)
        .columns(columns)
        .values_panic([
            claim.actor.into(),
            claim.mutation.into(),
            claim.key.as_str().into(),
            claim.fingerprint.as_str().into(),
            clock.now().into(),
        ])
        // Not an error: in PostgreSQL it would end the transaction.
        .on_conflict(OnConflict::columns([Row::Actor, Row::Mutation, Row::Key]).do_nothing().to_owned())
        .to_owned();
    if transaction.execute(&insert).await?.rows_affected() == 1 {
        return Ok(Claimed::New);
    }
    let taken = look_up(transaction, claim).await?;
    taken.ok_or_else(|| Failure::internal("an idempotency key is taken by an effect that was never finished"))
}

/// Stores which thing the effect made or changed, in the same transaction.
pub async fn finish(transaction: &impl ConnectionTrait, claim: &Claim, reference: Uuid) -> Result<()> {
    let update =
        Query::update().table(Row::Table).value(Row::Reference, reference).cond_where(claim.is_this()).to_owned();
    match transaction.execute(&update).await?.rows_affected() {
        1 => Ok(()),
        _ => Err(Failure::internal("an idempotency key was finished that nobody had claimed")),
    }
}

/// Frees the key: when the attempt was rejected and its transaction commits all the same.
pub async fn forget(transaction: &impl ConnectionTrait, claim: &Claim) -> Result<()> {
    let delete = Query::delete().from_table(Row::Table).cond_where(claim.is_this()).to_owned();
    transaction.execute(&delete).await?;
    Ok(())
}

/// What the key says of effects that are finished, without taking it; `None` when it is free.
pub async fn look_up(connection: &impl ConnectionTrait, claim: &Claim) -> Result<Option<Claimed>> {
    let Some(row) = connection.query_one(&read(claim)).await? else { return Ok(None) };
    let fingerprint: String = row.try_get("", &Row::Fingerprint.to_string())?;
    if fingerprint != claim.fingerprint {
        return Ok(Some(Claimed::Mismatch));
    }
    let reference: Option<Uuid> = row.try_get("", &Row::Reference.to_string())?;
    Ok(reference.map(Claimed::Replay))
}

fn read(claim: &Claim) -> SelectStatement {
    Query::select().columns([Row::Fingerprint, Row::Reference]).from(Row::Table).cond_where(claim.is_this()).to_owned()
}

/// Keys are deleted so long after they were used as what is done is kept. Whoever repeats a request later than that makes a new one.
pub const RETENTION: Rule = Rule {
    table: "idempotency",
    key: &["actor", "mutation", "key"],
    done_before: |time| Condition::all().add(Expr::col(Row::CreatedAt).lt(time)),
    always_after: None,
};

/// Makes the table `idempotency`. A domain's migration calls it; once one has landed, the table changes by new
/// migrations only.
pub async fn create_table(manager: &SchemaManager<'_>) -> std::result::Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table(Row::Table)
        .col(ColumnDef::new(Row::Actor).uuid().not_null())
        .col(ColumnDef::new(Row::Mutation).string_len(64).not_null())
        .col(ColumnDef::new(Row::Key).string_len(255).not_null())
        .col(ColumnDef::new(Row::Fingerprint).string_len(64).not_null())
        .col(ColumnDef::new(Row::Reference).uuid())
        .col(ColumnDef::new(Row::CreatedAt).timestamp_with_time_zone().not_null())
        .primary_key(Index::create().col(Row::Actor).col(Row::Mutation).col(Row::Key));
    manager.create_table(table).await
}

/// Drops the table.
pub async fn drop_table(manager: &SchemaManager<'_>) -> std::result::Result<(), DbErr> {
    manager.drop_table(Table::drop().table(Row::Table).to_owned()).await
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::testing::databases;

    fn claim_of(actor: u128, mutation: &'static str, input: &str) -> Claim {
        Claim::new(Uuid::from_u128(actor), mutation, "key-12345", &input).unwrap()
    }

    fn clock() -> Clock {
        Clock::fixed(DateTime::from_timestamp(1_700_000_000, 0).unwrap())
    }

    #[test]
    fn keys_have_8_to_255_characters() {
        let claim = |key: &str| Claim::new(Uuid::nil(), "payOrder", key, &());
        assert!(claim("12345678").is_ok() && claim(&"ä".repeat(255)).is_ok());
        for key in ["", "1234567", &"x".repeat(256), "1234567\0"] {
            assert_eq!(claim(key), Err(BadKey));
        }
    }

    #[tokio::test]
    async fn the_same_key_has_one_effect_and_a_roll_back_frees_it() {
        for test in databases().await {
            let (database, clock) = (&test.database, clock());
            create_table(&SchemaManager::new(database.schema())).await.unwrap();
            let (mine, thing) = (claim_of(1, "payOrder", "a"), Uuid::from_u128(77));

            let transaction = database.begin_write().await.unwrap();
            assert_eq!(claim(&transaction, &mine, &clock).await.unwrap(), Claimed::New);
            transaction.rollback().await.unwrap();
            assert_eq!(look_up(database.connection(), &mine).await.unwrap(), None, "{}", test.name);

            let transaction = database.begin_write().await.unwrap();
            assert_eq!(claim(&transaction, &mine, &clock).await.unwrap(), Claimed::New);
            finish(&transaction, &mine, thing).await.unwrap();
            transaction.commit().await.unwrap();

            let transaction = database.begin_write().await.unwrap();
            assert_eq!(claim(&transaction, &mine, &clock).await.unwrap(), Claimed::Replay(thing));
            let changed = claim_of(1, "payOrder", "b");
            assert_eq!(claim(&transaction, &changed, &clock).await.unwrap(), Claimed::Mismatch);
            for other in [claim_of(2, "payOrder", "a"), claim_of(1, "cancelOrder", "a")] {
                assert_eq!(claim(&transaction, &other, &clock).await.unwrap(), Claimed::New);
            }
            forget(&transaction, &mine).await.unwrap();
            assert_eq!(claim(&transaction, &changed, &clock).await.unwrap(), Claimed::New);
            transaction.commit().await.unwrap();
            drop_table(&SchemaManager::new(database.schema())).await.unwrap();
        }
    }

    #[tokio::test]
    async fn of_many_at_once_one_is_new() {
        for test in databases().await {
            create_table(&SchemaManager::new(test.database.schema())).await.unwrap();
            let attempt = |number: u128| {
                let database = test.database.clone();
                async move {
                    let transaction = database.begin_write().await.unwrap();
                    let mine = claim_of(1, "placeOrder", "a");
                    let claimed = claim(&transaction, &mine, &clock()).await.unwrap();
                    if claimed == Claimed::New {
                        finish(&transaction, &mine, Uuid::from_u128(number)).await.unwrap();
                    }
                    transaction.commit().await.unwrap();
                    claimed
                }
            };
            let outcomes = futures_util::future::join_all((1..=12).map(attempt)).await;
            let new = outcomes.iter().filter(|outcome| **outcome == Claimed::New).count();
            assert_eq!(new, 1, "{}: {outcomes:?}", test.name);
            assert!(!outcomes.contains(&Claimed::Mismatch));
        }
    }
}
