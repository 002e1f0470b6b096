//! Checks that fail for every reason that can be made here, and pass again by themselves.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use schema::{
    RevokedSessions, Transport, TransportError,
    keys::{KeyPair, KeySet, jwks},
    token::{AUDIENCE, ISSUER},
    transport::{Request, Response},
};
use sea_orm::ConnectionTrait as _;
use tokio::time::advance;
use tower::ServiceExt as _;

use super::*;
use crate::testing::{TestDatabase, databases};

/// A check that finds what it is told to, or hangs.
#[derive(Clone, Default)]
struct Script(Arc<Scripted>);

#[derive(Default)]
struct Scripted {
    finds: Mutex<Option<Finding>>,
    runs: AtomicUsize,
}

impl Script {
    fn finds(&self, finding: Option<Finding>) {
        *self.0.finds.lock().unwrap() = finding;
    }

    fn runs(&self) -> usize {
        self.0.runs.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Check for Script {
    fn name(&self) -> &'static str {
        "script"
    }

    async fn run(&self) -> Finding {
        self.0.runs.fetch_add(1, Ordering::SeqCst);
        loop {
            let finding = self.0.finds.lock().unwrap().clone();
            match finding {
                Some(finding) => return finding,
                None => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }
}

async fn ask(health: &Health) -> (StatusCode, Value) {
    let request = http::Request::get(READY_PATH).body(axum::body::Body::empty()).unwrap();
    let response = health.routes().oneshot(request).await.unwrap();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test(start_paused = true)]
async fn many_who_ask_cause_one_run_per_second() {
    let (health, script) = (Health::new(), Script::default());
    script.finds(Some(Finding::pass()));
    health.add(script.clone());
    for _ in 0..3 {
        let asked = join_all((0..50).map(|_| ask(&health))).await;
        assert!(asked.iter().all(|(status, _)| *status == StatusCode::OK));
    }
    assert_eq!(script.runs(), 1);
    advance(Duration::from_secs(1)).await;
    ask(&health).await;
    assert_eq!(script.runs(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_check_that_hangs_is_told_in_time_and_not_begun_again() {
    let (health, script) = (Health::new(), Script::default());
    health.add(script.clone());
    for _ in 0..3 {
        let began = tokio::time::Instant::now();
        let (status, body) = ask(&health).await;
        assert_eq!((status, began.elapsed()), (StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(2)));
        assert_eq!(body["checks"]["script"], json!({"status": "fail", "reason": "no answer within 2 seconds"}));
    }
    assert_eq!(script.runs(), 1);
    script.finds(Some(Finding::pass()));
    advance(Duration::from_millis(200)).await;
    assert_eq!(ask(&health).await.0, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn the_answer_says_what_is_wrong_and_nothing_of_the_detail() {
    let (health, script) = (Health::new(), Script::default());
    health.add(script.clone());
    script.finds(Some(Finding::fail("the disk is full").because("/secret/path")));
    let (status, body) = ask(&health).await;
    let failed = json!({"status": "not ready", "checks": {"script": {"status": "fail", "reason": "the disk is full"}}});
    assert_eq!((status, body), (StatusCode::SERVICE_UNAVAILABLE, failed));
    advance(Duration::from_secs(1)).await;
    script.finds(Some(Finding::warn("late")));
    let (status, body) = ask(&health).await;
    assert_eq!(
        (status, &body["status"], &body["checks"]["script"]["status"]),
        (StatusCode::OK, &json!("ready"), &json!("warn"))
    );
    // Of two checks with one name the one that fails is shown, whichever was added first.
    let second = Script::default();
    second.finds(Some(Finding::fail("gone")));
    health.add(second);
    assert_eq!(ask(&health).await.1["checks"]["script"]["reason"], "gone");
    let ending = Health::new();
    ending.end();
    let (status, body) = ask(&ending).await;
    assert_eq!(
        (status, &body["checks"]["process"]["reason"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!("the process is ending"))
    );
}

#[tokio::test]
async fn a_check_that_panics_fails() {
    struct Wild;
    #[async_trait]
    impl Check for Wild {
        fn name(&self) -> &'static str {
            "wild"
        }

        async fn run(&self) -> Finding {
            panic!("on purpose")
        }
    }
    let health = Health::new();
    health.add(Wild);
    assert_eq!(ask(&health).await.1["checks"]["wild"], json!({"status": "fail", "reason": "the check failed"}));
}

async fn run(test: &TestDatabase, sql: &str) {
    test.database.writer().execute_unprepared(sql).await.unwrap();
}

/// Databases with a table of their own and that of the heartbeat, each with its check.
async fn beating() -> Vec<(TestDatabase, heartbeat::Heartbeat)> {
    let tests = databases().await;
    let mut all = Vec::new();
    for test in tests {
        migrations::heartbeat::create(&sea_orm_migration::SchemaManager::new(test.database.schema())).await.unwrap();
        run(&test, "CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT)").await;
        let tables = Tables::new().table("things", &["id", "name"]);
        let check = heartbeat::Heartbeat::new(test.database.clone(), tables);
        assert_eq!(check.run().await, Finding::pass(), "{}", test.name);
        all.push((test, check));
    }
    all
}

#[track_caller]
fn assert_fails(finding: &Finding, reason: &str) {
    assert_eq!((finding.status, finding.reason.as_deref()), (Status::Fail, Some(reason)), "{finding:?}");
}

#[tokio::test]
async fn a_missing_column_or_table_fails_until_it_is_back() {
    for (test, check) in beating().await {
        run(&test, "ALTER TABLE things DROP COLUMN name").await;
        assert_fails(&check.run().await, "a table or column is missing");
        run(&test, "ALTER TABLE things ADD COLUMN name TEXT").await;
        assert_eq!(check.run().await, Finding::pass(), "{}", test.name);
        run(&test, "ALTER TABLE heartbeat RENAME TO elsewhere").await;
        assert_fails(&check.run().await, "a table or column is missing");
        run(&test, "ALTER TABLE elsewhere RENAME TO heartbeat").await;
        assert_eq!(check.run().await, Finding::pass(), "{}", test.name);
    }
}

#[tokio::test]
async fn a_lock_that_keeps_purchases_from_writing_fails_until_it_is_released() {
    for (test, check) in beating().await {
        let other = Database::connect(&test.url).await.unwrap();
        let held = other.begin_write().await.unwrap();
        if !test.database.is_sqlite() {
            held.execute_unprepared("LOCK TABLE things IN SHARE MODE").await.unwrap();
        }
        let health = Health::new();
        health.add(check);
        let (status, body) = ask(&health).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{}: {body}", test.name);
        let reason = body["checks"]["database"]["reason"].as_str().unwrap();
        let expected = ["a lock is held for too long", "no answer within 2 seconds"];
        assert!(expected.contains(&reason), "{}: {reason}", test.name);
        held.rollback().await.unwrap();
        until_ready(&health, test.name).await;
    }
}

async fn until_ready(health: &Health, what: &str) {
    let began = std::time::Instant::now();
    loop {
        let (status, body) = ask(health).await;
        if status == StatusCode::OK {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{what}: {body}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_read_only_database_fails_until_it_takes_writes() {
    for (test, check) in beating().await {
        let read_only = async |on: bool| {
            let on = if on { "on" } else { "off" };
            if test.database.is_sqlite() {
                return run(&test, &format!("PRAGMA query_only = {on}")).await;
            }
            let sql = format!(
                "DO $$ BEGIN EXECUTE \
                 format('ALTER DATABASE %I SET default_transaction_read_only = {on}', current_database()); END $$"
            );
            let other = Database::connect(&test.url).await.unwrap();
            let changing = other.begin_write().await.unwrap();
            changing.execute_unprepared("SET TRANSACTION READ WRITE").await.unwrap();
            changing.execute_unprepared(&sql).await.unwrap();
            changing.commit().await.unwrap();
            // Those that are connected do not know yet.
            let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                       WHERE datname = current_database() AND pid <> pg_backend_pid()";
            other.writer().execute_unprepared(sql).await.unwrap();
        };
        read_only(true).await;
        assert_fails(&again(&check, Status::Fail, "the database is read-only").await, "the database is read-only");
        read_only(false).await;
        assert_eq!(again(&check, Status::Pass, "").await, Finding::pass(), "{}", test.name);
    }
}

/// Runs the check until it finds this, as connections that were cut have to be noticed first.
async fn again(check: &impl Check, status: Status, reason: &str) -> Finding {
    let mut finding = check.run().await;
    for _ in 0..50 {
        if finding.status == status && finding.reason.as_deref().unwrap_or_default() == reason {
            break;
        }
        finding = check.run().await;
    }
    finding
}

#[tokio::test]
async fn a_folder_that_is_gone_or_has_no_room_fails_until_it_is_well() {
    const GIB: u64 = 1 << 30;
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    let check = disk::FreeSpace::new("disk", &folder, Arc::new(AtomicU64::new(1)));
    assert_fails(&check.run().await, "the folder cannot be read");
    std::fs::create_dir(&folder).unwrap();
    assert_eq!(check.run().await, Finding::pass());
    for (free, total, min, has_room) in [
        (0, 100 * GIB, GIB, false),
        (GIB - 1, 100 * GIB, GIB, false),
        (GIB, 100 * GIB, GIB, true),
        (0, 100 * GIB, 0, true),
        // A twentieth of a small disk is enough.
        (1000, 20_000, GIB, true),
        (999, 20_000, GIB, false),
    ] {
        assert_eq!(disk::has_room(free, total, min), has_room, "{free} {total} {min}");
    }
}

/// A publisher of keys that may be away.
#[derive(Default)]
struct Publisher(Mutex<Option<String>>);

impl Transport for Publisher {
    fn send(&self, _: Request) -> BoxFuture<'static, Result<Response, TransportError>> {
        let body = self.0.lock().unwrap().clone();
        Box::pin(async { body.map(|body| Response::new(body.into())).ok_or(TransportError::Timeout) })
    }
}

#[tokio::test(start_paused = true)]
async fn without_keys_of_access_tokens_nobody_is_ready() {
    let publisher = Arc::new(Publisher::default());
    let keys = KeySet::fetched(publisher.clone(), "/");
    let verifier = Verifier::new(keys, ISSUER, AUDIENCE, Arc::new(RevokedSessions::default()));
    let check = keys::KeysKnown(Arc::new(verifier));
    assert_fails(&check.run().await, "the keys of access tokens are not known");
    *publisher.0.lock().unwrap() = Some(jwks([&KeyPair::generate()]).to_string());
    advance(Duration::from_secs(1)).await;
    assert_eq!(check.run().await, Finding::pass());
    // Once known, they are relied on while their publisher is away.
    *publisher.0.lock().unwrap() = None;
    advance(Duration::from_mins(10)).await;
    assert_eq!(check.run().await, Finding::pass());
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_ends_no_rounds_is_told_by_name() {
    let mut background = Background::none();
    let (often, seldom) = (
        background.announce("expiry", Duration::from_secs(5)),
        background.announce("retention", Duration::from_mins(10)),
    );
    let check = rounds::RecentRounds(background.rounds().clone());
    assert_eq!(check.run().await, Finding::pass());
    advance(Duration::from_secs(36)).await;
    assert_fails(&check.run().await, "the worker expiry has ended no round well for 36 s");
    often.ended();
    assert_eq!(check.run().await, Finding::pass());
    advance(Duration::from_mins(31)).await;
    assert_fails(&check.run().await, "2 workers, such as retention, have ended no round well for 1896 s");
    often.ended();
    seldom.ended();
    assert_eq!(check.run().await, Finding::pass());
}
