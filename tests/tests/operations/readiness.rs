//! Ready means that it can sell: each fault makes a subgraph unready, with its reason, and is over when it is repaired.

use std::process::Command;

use kit::testing::databases;
use sea_orm::ConnectionTrait as _;
use serde_json::json;
use tests::{Program, shop::address};

use crate::processes::{Folder, Site, ready, start, until, until_failing, until_ready};

#[tokio::test]
async fn without_keys_a_subgraph_is_not_ready_and_lives() {
    let (folder, users, products) = (Folder::new(), Site::new(), Site::new());
    let _products = start(&folder.products(&products, &users));
    until_failing(&products.url, "keys", "the keys of access tokens are not known").await;
    assert_eq!(tests::Client::anonymous(&products.url).get("/health/live").await.status().as_u16(), 200);
    let running = start(&folder.users(&users));
    until_ready(&products.url).await;
    // What is known is relied on.
    running.stop();
    assert_eq!(ready(&products.url).await.0, 200);
}

#[tokio::test]
async fn a_folder_of_files_that_is_gone_is_told_also_by_the_router() {
    let folder = Folder::new();
    let data = folder.0.join("data");
    let shop = Program::new("rialto").args(["--listen", "127.0.0.1:0", "--data"]).args([data.display().to_string()]);
    let process = shop.start();
    let url = address(&process.says("Rialto is ready"));
    until_ready(&url).await;
    let (files, moved) = (data.join("files"), data.join("elsewhere"));
    std::fs::rename(&files, &moved).unwrap();
    let body = until(&url, 503, |body| body["reasons"]["products"]["files"].is_string()).await;
    assert_eq!(body["subgraphs"], json!({"users": "ready", "products": "not ready", "orders": "ready"}));
    std::fs::rename(&moved, &files).unwrap();
    until_ready(&url).await;
}

#[tokio::test]
async fn a_missing_column_and_a_lock_are_told_on_both_databases() {
    for test in databases().await {
        let (folder, users, products) = (Folder::new(), Site::new(), Site::new());
        let _users = start(&folder.users(&users));
        let _products = start(&folder.products(&products, &users).env("DATABASE_URL", &test.url));
        until_ready(&products.url).await;
        let db = test.database.writer();
        db.execute_unprepared("ALTER TABLE stock RENAME COLUMN reserved TO elsewhere").await.unwrap();
        until_failing(&products.url, "database", "a table or column is missing").await;
        db.execute_unprepared("ALTER TABLE stock RENAME COLUMN elsewhere TO reserved").await.unwrap();
        until_ready(&products.url).await;
        let held = test.database.begin_write().await.unwrap();
        if !test.database.is_sqlite() {
            held.execute_unprepared("LOCK TABLE stock").await.unwrap();
        }
        until(&products.url, 503, |body| body["checks"]["database"]["status"] == "fail").await;
        held.rollback().await.unwrap();
        until_ready(&products.url).await;
    }
}

#[tokio::test]
async fn a_full_disk_is_told_until_there_is_room_again() {
    let Some(disk) = SmallDisk::mount() else { return };
    let (folder, users, products) = (Folder::new(), Site::new(), Site::new());
    let _users = start(&folder.users(&users));
    let database = format!("sqlite:{}", disk.0.join("products.sqlite").display());
    let _products = start(&folder.products(&products, &users).env("DATABASE_URL", database));
    until_ready(&products.url).await;
    let fill = disk.0.join("fill");
    let filled = Command::new("sh").arg("-c").arg(format!("cat /dev/zero > '{}'", fill.display())).output().unwrap();
    assert!(!filled.status.success(), "the disk has no end");
    until_failing(&products.url, "disk", "the disk is full").await;
    std::fs::remove_file(&fill).unwrap();
    until_ready(&products.url).await;
}

/// A disk of a few megabytes, which is gone with this value.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tests::shop::new_folder();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(&folder).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        assert!(std::env::var_os("CI").is_none(), "no small disk can be mounted");
        eprintln!("skipped: the test of a full disk needs the right to mount a small one");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Whoever still has files there keeps them until it ends.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).output();
    }
}
