//! Backups of a database that is being written to, and what becomes of damaged ones.

use std::{fs, path::Path};

use sea_orm::{ConnectionTrait as _, Statement};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use tempfile::TempDir;

use super::*;
use crate::Database;

struct NoHistory;

impl MigratorTrait for NoHistory {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        Vec::new()
    }
}

struct Home {
    folder: TempDir,
    part: Part,
}

impl Home {
    async fn new() -> (Self, Database) {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let url = format!("sqlite:{}", data.join("shop.sqlite").display());
        let database = Database::connect(&url).await.unwrap();
        crate::database::migrate::<NoHistory>(&database).await.unwrap();
        run(&database, "CREATE TABLE pairs (id INTEGER PRIMARY KEY, sum INTEGER NOT NULL, filler TEXT)").await;
        fs::create_dir_all(data.join("files")).unwrap();
        fs::write(data.join("files/one.png"), "one").unwrap();
        fs::write(data.join("files/.part"), "half").unwrap();
        let part = Part::new::<NoHistory>("shop", &url).with_files(data.join("files"));
        (Self { folder, part }, database)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn back_up(&self, name: &str) -> anyhow::Result<Manifest> {
        make(std::slice::from_ref(&self.part), &self.at(name), &mut |_| {}).await
    }

    async fn restore(&self, name: &str, replace: bool) -> anyhow::Result<Manifest> {
        restore(std::slice::from_ref(&self.part), &self.at(name), replace, &mut |_| {}).await
    }
}

async fn run(database: &Database, sql: &str) {
    database.writer().execute_unprepared(sql).await.unwrap();
}

async fn close(database: Database) {
    database.close().await;
}

async fn number(database: &Database, sql: &str) -> i64 {
    let statement = Statement::from_string(sea_orm::DbBackend::Sqlite, sql);
    database.connection().query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_backup_under_load_is_one_moment_and_comes_back_with_its_files() {
    let (home, database) = Home::new().await;
    // Every transaction keeps the sum at zero.
    let writer = database.clone();
    let writing = tokio::spawn(async move {
        for id in 0..400 {
            let tx = writer.begin_write().await.unwrap();
            let insert = |id, sum| format!("INSERT INTO pairs VALUES ({id}, {sum}, printf('%.500c', 'x'))");
            tx.execute_unprepared(&insert(2 * id, id)).await.unwrap();
            tx.execute_unprepared(&insert(2 * id + 1, -id)).await.unwrap();
            tx.commit().await.unwrap();
        }
    });
    let mut made = 0;
    while !writing.is_finished() || made < 2 {
        home.back_up(&format!("backup-{made}")).await.unwrap();
        made += 1;
    }
    writing.await.unwrap();
    #[cfg(unix)]
    assert_eq!(
        (mode(&home.at("backup-0")), mode(&home.at("backup-0/shop.sqlite")), mode(&home.at("backup-0/files/one.png"))),
        (0o700, 0o600, 0o600)
    );
    assert!(!home.at("backup-0/files/.part").exists(), "half a file is none");
    close(database).await;
    for index in 0..made {
        fs::write(home.at("data/files/two.png"), "two").unwrap();
        home.restore(&format!("backup-{index}"), true).await.unwrap();
        let database = Database::connect(&home.part.url).await.unwrap();
        assert_eq!(number(&database, "SELECT coalesce(sum(sum), 0) FROM pairs").await, 0);
        assert_eq!(number(&database, "SELECT count(*) % 2 FROM pairs").await, 0);
        assert_eq!(fs::read_dir(home.at("data/files")).unwrap().count(), 1, "files are those of the backup");
        close(database).await;
    }
}

#[tokio::test]
async fn nothing_is_overwritten_and_nothing_half_is_left() {
    let (home, database) = Home::new().await;
    home.back_up("backup").await.unwrap();
    let refused = home.back_up("backup").await.unwrap_err().to_string();
    assert!(refused.contains("not empty"), "{refused}");
    fs::create_dir(home.at("empty")).unwrap();
    home.back_up("empty").await.unwrap();
    // A file that cannot be read in the middle of it.
    fs::create_dir(home.at("data/files/folder.png")).unwrap();
    fs::remove_file(home.at("data/files/one.png")).unwrap();
    std::os::unix::fs::symlink("nowhere", home.at("data/files/one.png")).unwrap();
    home.back_up("links").await.unwrap();
    assert_eq!(fs::read_dir(home.at("links/files")).unwrap().count(), 0, "links and folders are none of ours");
    run(&database, "DROP TABLE seaql_migrations").await;
    let refused = format!("{:#}", home.back_up("broken").await.unwrap_err());
    assert!(refused.contains("no history"), "{refused}");
    let left: Vec<_> = fs::read_dir(home.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 4, "{left:?}");

    let postgres = Part::new::<NoHistory>("shop", "postgres://shop:secret@host/shop");
    let refused =
        make(std::slice::from_ref(&postgres), &home.at("postgres"), &mut |_| {}).await.unwrap_err().to_string();
    assert!(
        refused.contains("pg_dump") && refused.contains("docs/operations.md") && !refused.contains("secret"),
        "{refused}"
    );
    let refused = restore(&[postgres], &home.at("backup"), true, &mut |_| {}).await.unwrap_err().to_string();
    assert!(refused.contains("pg_dump"), "{refused}");
    let missing = Part::new::<NoHistory>("shop", &format!("sqlite:{}", home.at("none.sqlite").display()));
    let refused = make(&[missing], &home.at("none"), &mut |_| {}).await.unwrap_err().to_string();
    assert!(refused.contains("no database") && !home.at("none.sqlite").exists(), "{refused}");
}

#[tokio::test]
async fn a_restore_touches_nothing_that_is_in_use_or_not_to_be_replaced() {
    let (home, database) = Home::new().await;
    run(&database, "INSERT INTO pairs VALUES (1, 1, 'old')").await;
    home.back_up("backup").await.unwrap();
    run(&database, "INSERT INTO pairs VALUES (2, 2, 'new')").await;
    for replace in [false, true] {
        let refused = home.restore("backup", replace).await.unwrap_err().to_string();
        assert!(refused.contains(if replace { "another process" } else { "--replace" }), "{refused}");
    }
    assert_eq!(number(&database, "SELECT count(*) FROM pairs").await, 2);
    close(database).await;
    home.restore("backup", true).await.unwrap();
    let database = Database::connect(&home.part.url).await.unwrap();
    assert_eq!(number(&database, "SELECT count(*) FROM pairs").await, 1);
    #[cfg(unix)]
    assert_eq!(mode(&home.at("data/shop.sqlite")), 0o600);
    close(database).await;
    let aside = fs::read_dir(home.at("data")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let aside: Vec<_> = aside.filter(|name| name.starts_with("shop.sqlite.replaced-")).collect();
    // In a folder of its own it may be opened again.
    fs::create_dir(home.at("old")).unwrap();
    fs::copy(home.at("data").join(&aside[0]), home.at("old/shop.sqlite")).unwrap();
    let old = Database::connect(&format!("sqlite:{}", home.at("old/shop.sqlite").display())).await.unwrap();
    assert_eq!(number(&old, "SELECT count(*) FROM pairs").await, 2, "what was there is kept");
    // A damaged database is in nobody's way.
    close(old).await;
    fs::write(home.at("data/shop.sqlite"), "this is no database").unwrap();
    home.restore("backup", true).await.unwrap();
}

#[tokio::test]
async fn a_damaged_or_foreign_backup_is_refused_before_anything_is_touched() {
    let (home, database) = Home::new().await;
    home.back_up("backup").await.unwrap();
    close(database).await;
    let before = fs::read(home.at("data/shop.sqlite")).unwrap();
    let manifest = fs::read_to_string(home.at("backup/manifest.json")).unwrap();
    for (file, change) in [("shop.sqlite", b"x".as_slice()), ("files/one.png", b"two")] {
        let right = fs::read(home.at("backup").join(file)).unwrap();
        let mut wrong = right.clone();
        wrong[..change.len()].copy_from_slice(change);
        fs::write(home.at("backup").join(file), &wrong).unwrap();
        let refused = home.restore("backup", true).await.unwrap_err().to_string();
        assert!(refused.contains("damaged") && refused.contains(file), "{refused}");
        fs::write(home.at("backup").join(file), right).unwrap();
    }
    for (from, to, said) in [
        ("\"format\": 1", "\"format\": 2", "form 2"),
        ("\"name\": \"shop\"", "\"name\": \"other\"", "not of shop"),
        ("\"migrations\": []", "\"migrations\": [\"m2099_later\"]", "m2099_later"),
        ("files/one.png", "../../etc/passwd", "no path"),
    ] {
        assert!(manifest.contains(from), "{manifest}");
        fs::write(home.at("backup/manifest.json"), manifest.replace(from, to)).unwrap();
        let refused = format!("{:#}", home.restore("backup", true).await.unwrap_err());
        assert!(refused.contains(said), "{refused}");
    }
    assert!(format!("{:#}", home.restore("nothing", true).await.unwrap_err()).contains("no backup"));
    assert_eq!(fs::read(home.at("data/shop.sqlite")).unwrap(), before);
}
