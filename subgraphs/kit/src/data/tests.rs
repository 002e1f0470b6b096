//! Folders with identities, as processes meet them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use futures_util::future::join_all;
use sea_orm::{
    ConnectionTrait as _,
    sqlx::{Connection as _, Executor as _, SqliteConnection, sqlite::SqliteConnectOptions},
};

use super::*;
use crate::Database;

fn url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

async fn open(file: &Path) -> anyhow::Result<Database> {
    Database::connect(&url(file)).await
}

/// Opens a database, writes a row and ends, so that nothing is left in the write-ahead log.
async fn fill(file: &Path) {
    let database = open(file).await.unwrap();
    let table = format!("{}_migrations", file.file_stem().unwrap().display());
    database.writer().execute_unprepared(&format!("CREATE TABLE IF NOT EXISTS {table} (version TEXT)")).await.unwrap();
    close(database).await;
}

async fn close(database: Database) {
    database.close().await;
}

/// A database as it was before there were identities.
async fn old(file: &Path) {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    connection.execute("CREATE TABLE some_migrations (version TEXT)").await.unwrap();
    connection.close().await.unwrap();
}

/// The identity that a database carries.
async fn id_of(file: &Path) -> uuid::Uuid {
    match mark::look(file).await.unwrap() {
        decide::Found::Database { mark: Some((id, _)), .. } => id,
        other => panic!("{other:?}"),
    }
}

fn three(folder: &Path) -> [PathBuf; 3] {
    ["users", "products", "orders"].map(|name| folder.join(name).with_extension("sqlite"))
}

#[track_caller]
fn assert_refused(result: anyhow::Result<Database>, part: &str) {
    let error = format!("{:#}", result.expect_err("it was opened"));
    assert!(error.contains(part) && error.contains("--new"), "{error}");
}

fn id(folder: &Path) -> uuid::Uuid {
    identity::Contents::read(folder).id.unwrap()
}

#[tokio::test]
async fn processes_that_start_together_on_nothing_agree() {
    for _ in 0..10 {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("a/data");
        for result in join_all(three(&folder).iter().map(|file| open(file))).await {
            close(result.unwrap()).await;
        }
        assert!(is_ours(&folder));
        assert_eq!(fs::read_dir(home.path().join("a")).unwrap().count(), 1, "no draft is left");
        for result in join_all(three(&folder).iter().map(|file| open(file))).await {
            result.unwrap();
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_and_what_was_open_is_corrected() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    let file = folder.join("users.sqlite");
    let database = open(&file).await.unwrap();
    database.writer().execute_unprepared("CREATE TABLE things (id INTEGER)").await.unwrap();
    assert_eq!(mode(&folder), 0o700);
    let entries = || fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    assert_eq!(entries().count(), 4, "the database, its log, its shared memory, the identity");
    for path in entries() {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    // As they were made once.
    fs::write(folder.join("service.pem"), "key").unwrap();
    fs::write(folder.join("notes.txt"), "of the operator").unwrap();
    set(&folder, 0o777);
    entries().for_each(|path| set(&path, 0o666));
    let again = open(&file).await.unwrap();
    assert_eq!(mode(&folder), 0o700);
    for path in entries() {
        let expected = if path.ends_with("notes.txt") { 0o666 } else { 0o600 };
        assert_eq!(mode(&path), expected, "{}", path.display());
    }
    close(again).await;

    // A folder of somebody else is left as it is; the database in it is ours.
    let given = home.path().join("given");
    fs::create_dir(&given).unwrap();
    set(&given, 0o755);
    fs::write(given.join("other.pem"), "key").unwrap();
    set(&given.join("other.pem"), 0o644);
    for _ in 0..2 {
        let file = given.join("users.sqlite");
        close(open(&file).await.unwrap()).await;
        assert_eq!((mode(&given), mode(&file), mode(&given.join("other.pem"))), (0o755, 0o600, 0o644));
        set(&file, 0o640);
    }
    assert!(!is_ours(&given));
    // Where everybody may write, each database has an identity of its own.
    let shared = home.path().join("shared");
    fs::create_dir(&shared).unwrap();
    set(&shared, 0o1777);
    old(&shared.join("somebody.sqlite")).await;
    for name in ["one.sqlite", "two.sqlite"] {
        close(open(&shared.join(name)).await.unwrap()).await;
        assert!(shared.join(format!("{name}.identity")).exists() && !shared.join(FILE_NAME).exists());
    }
    fs::remove_file(shared.join("one.sqlite")).unwrap();
    assert!(open(&shared.join("one.sqlite")).await.is_err());
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_of_before_there_were_identities_is_corrected_if_rialto_made_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let home = tempfile::tempdir().unwrap();
    for (name, other, expected) in [("ours", None, 0o700), ("shared", Some("notes.txt"), 0o755)] {
        let folder = home.path().join(name);
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        if let Some(other) = other {
            fs::write(folder.join(other), "").unwrap();
        }
        old(&folder.join("users.sqlite")).await;
        fs::set_permissions(folder.join("users.sqlite"), fs::Permissions::from_mode(0o644)).unwrap();
        close(open(&folder.join("users.sqlite")).await.unwrap()).await;
        assert_eq!((mode(&folder), mode(&folder.join("users.sqlite"))), (expected, 0o600), "{name}");
    }
}

#[tokio::test]
async fn a_lost_empty_or_foreign_file_is_refused_until_it_is_back_or_begun_anew() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    let [users, products, orders] = three(&folder);
    for file in [&users, &products, &orders] {
        fill(file).await;
    }
    let kept = home.path().join("kept.sqlite");
    fs::rename(&orders, &kept).unwrap();
    assert_refused(open(&orders).await, "orders.sqlite is missing");
    assert!(!orders.exists(), "nothing is made");
    fs::write(&orders, "").unwrap();
    assert_refused(open(&orders).await, "orders.sqlite is empty");
    fs::copy(&users, &orders).unwrap();
    assert_refused(open(&orders).await, "is a copy of another");
    let elsewhere = home.path().join("elsewhere/orders.sqlite");
    fill(&elsewhere).await;
    fs::copy(&elsewhere, &orders).unwrap();
    assert_refused(open(&orders).await, "is not the database that belongs");
    fs::remove_file(&orders).unwrap();
    old(&orders).await;
    assert_refused(open(&orders).await, "is not the database that belongs");

    begin_anew(&url(&orders)).await.unwrap();
    begin_anew(&url(&users)).await.unwrap();
    fill(&orders).await;
    let names: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    let aside: Vec<_> = names.iter().filter(|name| name.contains(".aside-")).collect();
    assert!(aside.len() == 1 && aside[0].starts_with("orders.sqlite.aside-"), "{names:?}");
    // What was lost and found is right again.
    fs::rename(&kept, &orders).unwrap();
    for file in [&users, &products, &orders] {
        fill(file).await;
    }
}

#[tokio::test]
async fn data_without_an_identity_is_adopted_once_by_all_who_come() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    fs::create_dir(&folder).unwrap();
    let [users, products, orders] = three(&folder);
    old(&users).await;
    old(&products).await;
    assert_refused(open(&orders).await, "while there are other databases");
    let (one, two) = tokio::join!(open(&users), open(&products));
    close(one.unwrap()).await;
    close(two.unwrap()).await;
    fs::remove_file(&products).unwrap();
    assert_refused(open(&products).await, "is missing");
    // Now the folder is known, and who was never there is new.
    fill(&orders).await;
    // The identity is lost with a database: the others still tell.
    fs::remove_file(folder.join(FILE_NAME)).unwrap();
    fs::remove_file(&orders).unwrap();
    assert_refused(open(&orders).await, "while there are other databases");
    let before = id_of(&users).await;
    fill(&users).await;
    assert_eq!(id(&folder), before);
}

#[tokio::test]
async fn a_lost_file_of_an_old_folder_can_be_begun_anew() {
    let home = tempfile::tempdir().unwrap();
    let [users, _, orders] = three(home.path());
    old(&users).await;
    begin_anew(&url(&orders)).await.unwrap();
    fill(&orders).await;
    fill(&users).await;
}

#[tokio::test]
async fn a_start_that_was_broken_off_is_no_loss() {
    let home = tempfile::tempdir().unwrap();
    let [users, products, _] = three(home.path());
    fill(&users).await;
    let line = |text: &str| {
        let mut file = fs::File::options().append(true).open(home.path().join(FILE_NAME)).unwrap();
        std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    };
    line("making products.sqlite\n");
    fs::write(&products, "").unwrap();
    fill(&products).await;
    line("making orders.sqlite\nfile ord");
    fill(&home.path().join("orders.sqlite")).await;
    fs::remove_file(home.path().join("orders.sqlite")).unwrap();
    assert_refused(open(&home.path().join("orders.sqlite")).await, "is missing");
}

#[tokio::test]
async fn a_backup_becomes_part_of_the_folder_that_it_is_restored_to() {
    let home = tempfile::tempdir().unwrap();
    let (old, new) = (home.path().join("old"), home.path().join("new"));
    let [users, products, _] = three(&old);
    for file in [&users, &products] {
        fill(file).await;
    }
    // Into a folder that goes on, beside a database that is not restored.
    let other = new.join("sandbox.sqlite");
    fill(&other).await;
    for file in three(&new) {
        fill(&file).await;
    }
    let before = id(&new);
    fs::copy(&users, new.join("users.sqlite")).unwrap();
    assert_refused(open(&new.join("users.sqlite")).await, "is not the database");
    settle(&new.join("users.sqlite")).await.unwrap();
    fill(&new.join("users.sqlite")).await;
    fill(&other).await;
    assert_eq!((id(&new), id(&old) == before), (before, false));
    // Into a new folder, by a command or by hand; what was not restored is new there.
    for is_by_hand in [false, true] {
        let folder = home.path().join(format!("again-{is_by_hand}"));
        fs::create_dir(&folder).unwrap();
        for file in [&users, &products] {
            let restored = folder.join(file.file_name().unwrap());
            fs::copy(file, &restored).unwrap();
            if !is_by_hand {
                settle(&restored).await.unwrap();
            }
        }
        fill(&folder.join("users.sqlite")).await;
        fill(&folder.join("products.sqlite")).await;
        fill(&folder.join("sandbox.sqlite")).await;
    }
}

#[tokio::test]
async fn a_file_that_goes_away_while_it_is_open_is_noticed() {
    let home = tempfile::tempdir().unwrap();
    let [users, products, orders] = three(home.path());
    let (gone, replaced, unlogged) =
        (open(&users).await.unwrap(), open(&products).await.unwrap(), open(&orders).await.unwrap());
    unlogged.writer().execute_unprepared("CREATE TABLE things (id INTEGER)").await.unwrap();
    for database in [&gone, &replaced, &unlogged] {
        database.begin_write().await.unwrap().commit().await.unwrap();
    }
    fs::remove_file(&users).unwrap();
    let copy = home.path().join("copy");
    fs::copy(&products, &copy).unwrap();
    fs::rename(&copy, &products).unwrap();
    for database in [&gone, &replaced] {
        assert!(database.begin_write().await.is_err());
        assert!(database.ping().await.unwrap_err().to_string().contains("was removed or replaced"));
    }
    if cfg!(target_os = "linux") {
        fs::remove_file(home.path().join("orders.sqlite-wal")).unwrap();
        assert!(unlogged.ping().await.unwrap_err().to_string().contains("orders.sqlite-wal was removed"));
    }
    assert!(watch::lost().await.to_string().contains("was removed or replaced"));
    assert!(!users.exists(), "nobody makes it anew");
}
