//! A fault at every statement of a purchase in turn. When it is over the shop sells again by itself, and money, orders and goods
//! agree.

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use kit::testing::Fault;
use sea_orm::{ConnectionTrait as _, DbErr, RuntimeErr, error::SqlxError};
use serde_json::{Value, json};
use tests::{client::text, shop::unique, shopping::somewhere};

use crate::{
    audit::{codes, settled},
    house::{House, houses},
};

/// How soon after the fault is over everything must go well.
const RECOVERY: Duration = Duration::from_secs(10);

/// What goes wrong at a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing: this only counts.
    Nothing,
    /// No file can grow any more: for SQLite an I/O error, as on a disk that is full or broken.
    Disk,
    /// PostgreSQL ends all connections before the statement.
    Terminated,
    /// PostgreSQL takes no more changes.
    ReadOnly,
    /// The statement is executed, but the connection breaks before anybody hears of it.
    AnswerLost,
}

/// A fault at one statement, counted over all three domains.
struct AtStatement {
    kind: Kind,
    at: usize,
    count: AtomicUsize,
    fired: AtomicBool,
    inject: Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>,
}

#[async_trait]
impl Fault for AtStatement {
    async fn before(&self, _: &str) -> Result<(), DbErr> {
        if self.count.fetch_add(1, Ordering::SeqCst) == self.at {
            self.fired.store(true, Ordering::SeqCst);
            (self.inject)().await;
        }
        Ok(())
    }

    async fn after(&self, _: &str) -> Result<(), DbErr> {
        if self.kind == Kind::AnswerLost && self.count.load(Ordering::SeqCst) == self.at + 1 {
            self.count.fetch_add(1, Ordering::SeqCst);
            let error = SqlxError::Io(std::io::ErrorKind::ConnectionReset.into());
            return Err(DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))));
        }
        Ok(())
    }
}

/// Sets the size beyond which no file of this process can be written.
fn limit_files(bytes: &str) {
    let (process, limit) = (std::process::id().to_string(), format!("--fsize={bytes}:"));
    assert!(Command::new("prlimit").args(["--pid", &process, &limit]).status().unwrap().success());
}

/// Ends every connection to the databases of orders and products, and lets new ones write or not.
async fn end_connections(databases: &[kit::Database], read_only: Option<bool>) {
    for database in databases {
        let admin = database.begin_write().await.unwrap();
        admin.execute_unprepared("SET TRANSACTION READ WRITE").await.unwrap();
        if let Some(read_only) = read_only {
            let set = format!(
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = {read_only}', \
                 current_database()); END $$"
            );
            admin.execute_unprepared(&set).await.unwrap();
        }
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        admin.execute_unprepared(end).await.unwrap();
        admin.commit().await.unwrap();
    }
}

impl Kind {
    fn inject(self, house: &House) -> Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync> {
        let databases = [house.orders.database.clone(), house.products.database.clone()];
        Box::new(move || {
            let databases = databases.clone();
            Box::pin(async move {
                match self {
                    Self::Nothing | Self::AnswerLost => {}
                    Self::Disk => limit_files("4096"),
                    Self::Terminated => end_connections(&databases, None).await,
                    Self::ReadOnly => end_connections(&databases, Some(true)).await,
                }
            })
        })
    }

    async fn withdraw(self, house: &House) {
        match self {
            Self::Disk => limit_files("unlimited"),
            Self::ReadOnly => {
                let databases = [house.orders.database.clone(), house.products.database.clone()];
                end_connections(&databases, Some(false)).await;
            }
            Self::Nothing | Self::Terminated | Self::AnswerLost => {}
        }
    }
}

const PLACE: &str = "mutation Place($input: PlaceOrderInput!) {
    placeOrder(input: $input) { order { id status } userErrors { code message } } }";
const PAY: &str = "mutation Pay($input: PayOrderInput!) {
    payOrder(input: $input) { order { id status } payment { status } userErrors { code message } } }";
const REFUND: &str = "mutation Refund($input: RefundOrderInput!) {
    refundOrder(input: $input) { order { id status } userErrors { code message } } }";
const CANCEL: &str = "mutation Cancel($input: CancelOrderInput!) {
    cancelOrder(input: $input) { order { id status } userErrors { code message } } }";

/// Somebody who shops while a fault waits for its statement.
struct Errands<'a> {
    house: &'a House,
    fault: Arc<AtStatement>,
    over: bool,
}

impl Errands<'_> {
    /// Sends a mutation until it is answered, with the same key. What fails may only say that it may go well later.
    async fn insist(&mut self, as_admin: bool, document: &str, field: &str, input: Value) -> Value {
        let (kind, at) = (self.fault.kind, self.fault.at);
        let mut since = Instant::now();
        loop {
            let variables = json!({"input": input});
            let answer = if as_admin {
                self.house.as_admin(document, &variables).await
            } else {
                self.house.as_customer(document, &variables).await
            };
            if !self.over && self.fault.fired.load(Ordering::SeqCst) {
                self.house.inject(None);
                kind.withdraw(self.house).await;
                (self.over, since) = (true, Instant::now());
            }
            let codes = codes(&answer);
            if codes.is_empty() {
                let payload = &answer["data"][field];
                assert_eq!(payload["userErrors"], json!([]), "{kind:?} at {at}: {answer:#}");
                return payload["order"].clone();
            }
            let honest = codes.iter().all(|code| ["UNAVAILABLE", "TIMEOUT"].contains(&code.as_str()));
            assert!(honest, "{}: {kind:?} at {at}: {answer:#}", self.house.kind);
            assert!(since.elapsed() < RECOVERY, "{}: {kind:?} at {at} is over, and still {answer:#}", self.house.kind);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn place(&mut self) -> String {
        let items = [json!({"productId": self.house.product, "quantity": 2})];
        let input = json!({"items": items, "shippingAddress": somewhere(), "idempotencyKey": unique("place-key")});
        let order = self.insist(false, PLACE, "placeOrder", input).await;
        assert_eq!(order["status"], "AWAITING_PAYMENT");
        text(&order["id"]).to_owned()
    }

    /// One order that is paid and, where the money is known to be there, refunded; and one that is cancelled.
    async fn run(&mut self) {
        let order = self.place().await;
        let input = json!({"orderId": order, "paymentToken": "tok_success", "idempotencyKey": unique("pay-key")});
        let paid = self.insist(false, PAY, "payOrder", input).await;
        // Otherwise nobody knows yet whether the money was taken; it will be found out.
        if paid["status"] == "PAID" {
            let input = json!({"orderId": order, "idempotencyKey": unique("refund-key")});
            assert_eq!(self.insist(true, REFUND, "refundOrder", input).await["status"], "REFUNDED");
        }
        let order = self.place().await;
        let input = json!({"orderId": order, "idempotencyKey": unique("cancel-key")});
        assert_eq!(self.insist(false, CANCEL, "cancelOrder", input).await["status"], "CANCELLED");
    }
}

/// Shops once with a fault at this statement; says how many statements there were.
async fn shop(house: &House, kind: Kind, at: usize) -> usize {
    let fault = Arc::new(AtStatement {
        kind,
        at,
        count: AtomicUsize::new(0),
        fired: AtomicBool::new(false),
        inject: kind.inject(house),
    });
    let injected: Arc<dyn Fault> = fault.clone();
    house.inject(Some(&injected));
    Errands { house, fault: fault.clone(), over: false }.run().await;
    house.inject(None);
    fault.count.load(Ordering::SeqCst)
}

/// Shops with the fault at each statement in turn, and then looks whether everything agrees.
async fn everywhere(house: &mut House, kind: Kind) {
    let statements = shop(house, Kind::Nothing, usize::MAX).await;
    assert!(statements > 30, "a purchase has {statements} statements");
    let began = Instant::now();
    for at in 0..statements {
        if at % 20 == 0 {
            house.log_in().await;
        }
        shop(house, kind, at).await;
    }
    println!("{}: {kind:?} at {statements} statements in {:.1} s", house.kind, began.elapsed().as_secs_f64());
    settled(house.books()).await;
    shop(house, Kind::Nothing, usize::MAX).await;
    settled(house.books()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_at_any_statement() {
    for mut house in houses().await {
        everywhere(&mut house, Kind::AnswerLost).await;
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_end_before_any_statement() {
    for mut house in houses().await.into_iter().filter(|house| house.kind == "postgres") {
        everywhere(&mut house, Kind::Terminated).await;
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_read_only_from_any_statement_on() {
    for mut house in houses().await.into_iter().filter(|house| house.kind == "postgres") {
        everywhere(&mut house, Kind::ReadOnly).await;
        house.close().await;
    }
}

/// In a process of its own, as the limit holds for all files of a process. There a failing write is an error and no signal.
#[test]
fn a_disk_that_fails_from_any_statement_on() {
    const CHILD: &str = "TEST_IN_A_PROCESS_WITH_LIMITED_FILES";
    if std::env::var_os(CHILD).is_some() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        return runtime.block_on(async {
            for mut house in houses().await.into_iter().filter(|house| house.kind == "sqlite") {
                everywhere(&mut house, Kind::Disk).await;
                house.close().await;
            }
        });
    }
    if Command::new("prlimit").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "prlimit (util-linux) is missing");
        return eprintln!("skipped: the test of a failing disk needs prlimit, of util-linux");
    }
    let mut child = Command::new("sh");
    child.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]).arg(std::env::current_exe().unwrap());
    child.args(["--exact", "purchase::a_disk_that_fails_from_any_statement_on", "--nocapture"]);
    let output = child.env(CHILD, "1").output().unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
