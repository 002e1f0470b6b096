//! The database's history, forwards and backwards.

use ::migrations::users::Migrator;
use kit::{
    database::{History, State},
    testing::databases,
};
use sea_orm::ConnectionTrait as _;
use sea_orm_migration::{MigratorTrait as _, SchemaManager};
use users::{HISTORY, Settings};

use crate::house::{House, PASSWORD};

const TABLES: [&str; 9] = [
    "users",
    "addresses",
    "sessions",
    "refresh_tokens",
    "withdrawn_access",
    "withdrawal_counter",
    "login_attempts",
    "signing_keys",
    "published_keys",
];

#[tokio::test]
async fn up_and_down_and_up() {
    for store in databases().await {
        let db = store.database.schema();
        let manager = SchemaManager::new(db);
        for there in [true, false, true] {
            if there {
                Migrator::up(db, None).await.unwrap();
            } else {
                Migrator::down(db, None).await.unwrap();
            }
            for table in TABLES {
                assert_eq!(manager.has_table(table).await.unwrap(), there, "{table} on {}", store.name);
            }
        }
        House::on(store, Settings::default()).await.customer("ada").await;
    }
}

/// The migration that computes keys anew, once more.
async fn recompute(house: &House) {
    let db = house.store.database.schema();
    let forget = "DELETE FROM users_migrations WHERE version = 'm20261201_090000_recompute_keys'";
    assert_eq!(db.execute_unprepared(forget).await.unwrap().rows_affected(), 1);
    Migrator::up(db, None).await.unwrap();
}

#[tokio::test]
async fn stored_names_get_the_keys_of_today_and_collisions_are_kept() {
    for house in House::all().await {
        let db = house.store.database.schema();
        let old = async |name: &str, text: &str, key: &str| {
            house.customer(name).await;
            let set = format!("UPDATE users SET username = '{text}', username_key = '{key}' WHERE username = '{name}'");
            assert_eq!(db.execute_unprepared(&set).await.unwrap().rows_affected(), 1);
        };
        // Hangul in both forms, which could be registered side by side, and a name that nobody else has.
        old("one", "\u{1112}\u{1161}\u{11ab}nim", "\u{1112}\u{1161}\u{11ab}nim").await;
        old("two", "\u{d55c}nim", "\u{d55c}nim").await;
        old("three", "\u{1100}\u{1161}nim", "\u{1100}\u{1161}nim").await;
        assert_eq!(house.login("\u{ac00}nim", PASSWORD).await.user_error_codes("login"), ["INVALID_CREDENTIALS"]);
        recompute(&house).await;
        house.tokens("\u{ac00}nim").await;
        house.tokens("\u{1100}\u{1161}NIM").await;
        // The second keeps its key, so the name leads to it, and the first to its e-mail address only.
        house.tokens("\u{d55c}nim").await;
        house.tokens("one@example.org").await;
        recompute(&house).await;
    }
}

/// What a newer release has left behind: migrations that this program does not know, some with a word on who can work
/// with them.
async fn newer(store: &kit::testing::TestDatabase, migrations: &[(&str, Option<&str>)]) {
    let db = store.database.writer();
    for (name, needs) in migrations {
        let sql = format!("INSERT INTO users_migrations (version, applied_at) VALUES ('{name}', 0)");
        db.execute_unprepared(&sql).await.unwrap();
        if let Some(needs) = needs {
            let sql = format!("INSERT INTO users_compatibility (version, needs) VALUES ('{name}', '{needs}')");
            db.execute_unprepared(&sql).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_program_starts_on_the_database_of_a_newer_release_that_suits_it() {
    let known = History::<Migrator>::known();
    let (old, last) = (known[3].as_str(), known.last().unwrap().as_str());
    for (migrations, refused) in [
        (vec![("m20990101_000000_one", Some(last))], None),
        (
            vec![("m20990101_000000_one", Some(old)), ("m20990101_000000_two", Some(last)), ("m2100_three", Some(old))],
            None,
        ),
        (vec![("m20990101_000000_one", None)], Some("m20990101_000000_one")),
        (vec![("m20990101_000000_one", Some(last)), ("m20990102_000000_two", None)], Some("m20990102_000000_two")),
        // It needs programs that know another one which this one does not know either.
        (vec![("m20990102_000000_two", Some("m20990101_000000_one"))], Some("m20990102_000000_two")),
    ] {
        for store in databases().await {
            users::open(&store.url, &kit::database::DatabaseSettings::default()).await.unwrap();
            newer(&store, &migrations).await;
            let opened = users::open(&store.url, &kit::database::DatabaseSettings::default()).await;
            match refused {
                None => drop(House::on(store, Settings::default()).await.customer("ada").await),
                Some(name) => {
                    let error = format!("{:#}", opened.unwrap_err());
                    assert!(error.contains(name) && error.contains("does not know"), "{}: {error}", store.name);
                }
            }
        }
    }
}

#[tokio::test]
async fn the_database_is_taken_back_and_nothing_is_lost_unless_that_was_said() {
    const BEFORE: &str = "m20261201_110000_number_withdrawn_access";
    for store in databases().await {
        users::open(&store.url, &kit::database::DatabaseSettings::default()).await.unwrap();
        let house = House::on(store, Settings::default()).await;
        house.customer("ada").await;
        let database = &house.store.database;
        let down = async |to, yes| HISTORY.down(database.schema(), to, yes).await;
        let states = async || History::<Migrator>::states(database.schema()).await.unwrap();
        let applied = async || states().await.iter().filter(|(_, state)| *state == State::Applied).count();
        let all = applied().await;
        let error = down("m20260101_000000_nothing", true).await.unwrap_err().to_string();
        let newest = History::<Migrator>::known().pop().unwrap();
        assert!(error.contains("has no migration") && error.contains(&newest), "{error}");
        let error = down(BEFORE, false).await.unwrap_err().to_string();
        assert!(
            error.contains("the column signing_keys.active_at with 1 values") && error.contains("--yes"),
            "{error}"
        );
        assert_eq!(applied().await, all, "{}: nothing was done", house.name);
        house.tokens("ada").await;

        let (undone, lost) = down(BEFORE, true).await.unwrap();
        assert!(
            lost.contains(&"the column signing_keys.active_at with 1 values".to_owned()),
            "{}: {lost:?}",
            house.name
        );
        assert!(undone.len() > 1 && undone.last().unwrap() == "m20261201_150000_time_signing_keys", "{undone:?}");
        assert_eq!(applied().await, all - undone.len(), "{}", house.name);
        assert_eq!(states().await.last().unwrap().1, State::Pending);
        users::open(&house.store.url, &kit::database::DatabaseSettings::default()).await.unwrap();
        house.tokens("ada").await;
        assert_eq!(applied().await, all);
        // With nothing in them, tables go without a question.
        for sql in ["UPDATE signing_keys SET active_at = NULL", "DELETE FROM published_keys", "DELETE FROM heartbeat"] {
            database.writer().execute_unprepared(sql).await.unwrap();
        }
        assert_eq!(down(BEFORE, false).await.unwrap().1, [""; 0]);
    }
}
