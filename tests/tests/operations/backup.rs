//! A backup under load, a restore, a repair: afterwards all agree, and nobody's money is lost.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use kit::testing::{TestDatabase, databases};
use tests::{
    Client, Process, Program, Shop,
    client::text,
    composition::{Composition, Machine},
    process::Ended,
    shop::{DEMO_PASSWORD, address, new_folder, unique},
    shopping::{add_product, buy, cancel, pay_order, place_order},
};
use uuid::Uuid;

use crate::books::Books;

/// Pieces of the product that everybody buys.
const STOCK: i32 = 100_000;

/// Customers who buy until they are told to stop.
struct Load {
    is_over: Arc<AtomicBool>,
    purchases: Arc<AtomicUsize>,
    buyers: Vec<tokio::task::JoinHandle<Vec<Uuid>>>,
}

impl Load {
    async fn start(shop: &Shop, product: &str) -> Self {
        let (is_over, purchases) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let mut buyers = Vec::new();
        for _ in 0..4 {
            let (client, product) = (shop.customer("buyer").await, product.to_owned());
            buyers.push(tokio::spawn(buy_until(client, product, is_over.clone(), purchases.clone())));
        }
        Self { is_over, purchases, buyers }
    }

    /// Waits until so many more purchases have been made.
    async fn more(&self, purchases: usize) {
        let until = self.purchases.load(Ordering::SeqCst) + purchases;
        while self.purchases.load(Ordering::SeqCst) < until {
            assert!(self.buyers.iter().all(|buyer| !buyer.is_finished()), "a buyer was refused");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Ends it; the payments that succeeded as far as the customers know.
    async fn end(self) -> Vec<Uuid> {
        self.is_over.store(true, Ordering::SeqCst);
        let mut acknowledged = Vec::new();
        for buyer in self.buyers {
            acknowledged.extend(buyer.await.expect("a buyer who is served"));
        }
        acknowledged
    }
}

async fn buy_until(
    client: Client,
    product: String,
    is_over: Arc<AtomicBool>,
    purchases: Arc<AtomicUsize>,
) -> Vec<Uuid> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        let order = place_order(&client, &[(&product, 1 + number % 2)]).await;
        let id = text(&order["id"]);
        match number % 6 {
            0 => {}
            1 => drop(cancel(&client, id, &unique("cancel-key")).await.payload("cancelOrder")),
            2 => drop(pay_order(&client, id, "tok_timeout").await),
            _ => {
                let paid = pay_order(&client, id, "tok_success").await;
                assert_eq!(paid["payment"]["status"], "SUCCEEDED", "{paid:#}");
                acknowledged.push(uuid(text(&paid["payment"]["id"])));
            }
        }
        purchases.fetch_add(1, Ordering::SeqCst);
    }
    acknowledged
}

/// The UUID in an id.
fn uuid(id: &str) -> Uuid {
    Uuid::parse_str(id.rsplit('_').next().unwrap_or_default()).expect("an id ends in a UUID")
}

/// Runs a command to its end while others go on.
async fn run(program: Program) -> Ended {
    tokio::task::spawn_blocking(move || program.run()).await.expect("a command ends")
}

#[track_caller]
fn assert_status(ended: &Ended, status: i32) {
    assert_eq!(ended.status.code(), Some(status), "{}\n{}", ended.stdout, ended.stderr);
}

fn path(path: &Path) -> String {
    path.display().to_string()
}

/// Insists that all agree, that no piece is lost, and no money.
async fn assert_right(books: &Books, product: &str, acknowledged: &[Uuid]) {
    let wrong = books.audit().await;
    assert!(wrong.is_empty(), "{} things do not agree: {:#?}", wrong.len(), &wrong[..wrong.len().min(20)]);
    assert_eq!(books.forgotten(acknowledged).await, Vec::<Uuid>::new(), "of {} payments", acknowledged.len());
    assert_eq!(books.pieces(uuid(product)).await, i64::from(STOCK));
}

/// The shop in one process in the folder `data`.
fn one(data: &Path) -> (Shop, Program) {
    let program = Program::new("rialto").args(["--listen", "127.0.0.1:0", "--data", &path(data)]);
    let program = program.env("DEMO_PASSWORD", DEMO_PASSWORD).env("MAX_REGISTRATIONS", "0");
    let program = program.env("MAX_OPEN_ORDERS", "0").env("MAX_OPEN_UNITS", "0").env("ORDER_WORK_PAUSE", "1");
    (open(&program), program)
}

fn open(program: &Program) -> Shop {
    let process = program.start();
    let url = address(&process.says("Rialto is ready"));
    Shop::running(url, DEMO_PASSWORD, [("router", process)])
}

fn command(data: &Path, args: &[&str]) -> Program {
    Program::new("rialto").args(args.iter().copied()).args(["--data", &path(data)])
}

#[tokio::test]
async fn one_process_is_backed_up_under_load_restored_and_repaired() {
    let folder = new_folder();
    let (data, backup) = (folder.join("data"), folder.join("backup"));
    let (shop, program) = one(&data);
    let product = add_product(&shop, "12.50", STOCK).await;
    let load = Load::start(&shop, &product).await;
    load.more(30).await;
    let made = run(command(&data, &["backup", &path(&backup)])).await;
    assert_status(&made, 0);
    load.more(30).await;
    let refused = run(command(&data, &["restore", "--replace", &path(&backup)])).await;
    assert_status(&refused, 1);
    assert!(refused.stderr.contains("another process"), "{}", refused.stderr);
    load.more(5).await;
    let acknowledged = load.end().await;
    assert!(shop.process("router").stop().status.success());

    assert_status(&run(command(&data, &["restore", &path(&backup)])).await, 1);
    assert_status(&run(command(&data, &["restore", "--replace", &path(&backup)])).await, 0);
    // What was bought after the backup is forgotten, and its money is not.
    let looked = run(command(&data, &["repair", "--dry-run"])).await;
    assert_status(&looked, 3);
    assert!(looked.stdout.contains("EUR TAKEN: would give the money back"), "{}", looked.stdout);
    assert_status(&run(command(&data, &["repair", "--apply"])).await, 0);
    let again = run(command(&data, &["repair", "--dry-run"])).await;
    assert_status(&again, 0);
    let url = |name: &str| format!("sqlite:{}", path(&data.join(name).with_extension("sqlite")));
    let books = Books::open(&url("products"), &url("orders"), &url("sandbox")).await;
    assert_right(&books, &product, &acknowledged).await;
    assert!(books.refunded().await >= 20, "what came after the backup is refunded");
    books.close().await;

    let shop = open(&program);
    buy(&shop, "later").await;
    assert!(shop.process("router").stop().status.success());
}

/// Databases of the four on this machine's PostgreSQL, if there is one.
async fn postgres(names: &[&'static str]) -> Option<Vec<(&'static str, TestDatabase)>> {
    let mut made = Vec::new();
    for name in names {
        made.push((*name, databases().await.into_iter().find(|database| database.name == "postgres")?));
    }
    Some(made)
}

fn urls(databases: &[(&'static str, TestDatabase)]) -> BTreeMap<String, String> {
    databases.iter().map(|(name, database)| ((*name).to_owned(), database.url.clone())).collect()
}

fn start(machine: &Machine, composition: &Composition, name: &str) -> Process {
    let program = machine.program(name, &composition.services[name]).env("MAX_REGISTRATIONS", "0");
    let process = program.env("MAX_OPEN_ORDERS", "0").env("MAX_OPEN_UNITS", "0").start();
    process.says("is ready");
    process
}

/// Runs one of PostgreSQL's own programs.
async fn tool(program: &'static str, args: Vec<String>) {
    let output = tokio::task::spawn_blocking(move || Command::new(program).args(args).output()).await;
    let output = output.expect("a command ends").expect("PostgreSQL's programs are there");
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Four processes on PostgreSQL; the three databases are dumped in this order.
async fn dumped_restored_and_repaired(order: [&'static str; 3]) {
    let Some(before) = postgres(&["users", "products", "orders", "sandbox"]).await else {
        eprintln!("skipped, because this needs a PostgreSQL");
        return;
    };
    if Command::new("pg_dump").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "pg_dump is missing");
        return eprintln!("skipped, because this needs pg_dump");
    }
    let composition = Composition::read();
    let machine = Machine::new(&composition, urls(&before));
    let users = start(&machine, &composition, "users");
    let said = users.says("password");
    let line = said.lines().find(|line| line.contains("password")).unwrap_or_default();
    let password = line.rsplit(' ').next().unwrap_or_default().to_owned();
    let mut processes = vec![("users", users)];
    for name in ["products", "orders", "router"] {
        processes.push((name, start(&machine, &composition, name)));
    }
    let shop = Shop::running(machine.url("router"), &password, processes);
    let product = add_product(&shop, "12.50", STOCK).await;
    let load = Load::start(&shop, &product).await;
    load.more(20).await;
    let dumps = new_folder();
    let dump = |name: &str| path(&dumps.join(format!("{name}.dump")));
    for name in order {
        let url =
            before.iter().find(|(it, _)| *it == name).map(|(_, database)| database.url.clone()).expect("a database");
        tool("pg_dump", vec!["--format=custom".into(), format!("--file={}", dump(name)), url]).await;
        load.more(10).await;
    }
    load.more(10).await;
    let acknowledged = load.end().await;
    for name in ["router", "orders", "products", "users"] {
        assert!(shop.process(name).stop().status.success(), "{name}");
    }

    let mut after = postgres(&order).await.expect("the PostgreSQL that was there before");
    for (name, database) in &after {
        tool("pg_restore", vec![format!("--dbname={}", database.url), dump(name)]).await;
    }
    after.extend(before.into_iter().filter(|(name, _)| *name == "sandbox"));
    let machine = Machine::new(&composition, urls(&after));
    let _users = start(&machine, &composition, "users");
    let _products = start(&machine, &composition, "products");
    for (args, status) in [("--dry-run", 3), ("--apply", 0), ("--dry-run", 0)] {
        let mut service = composition.services["orders"].clone();
        service.command = format!("orders repair {args}");
        assert_status(&run(machine.program("orders", &service)).await, status);
    }
    let of =
        |wanted: &str| after.iter().find(|(name, _)| *name == wanted).map(|(_, it)| it.url.clone()).unwrap_or_default();
    let books = Books::open(&of("products"), &of("orders"), &of("sandbox")).await;
    assert_right(&books, &product, &acknowledged).await;
    books.close().await;
    let orders = start(&machine, &composition, "orders");
    let router = start(&machine, &composition, "router");
    let shop = Shop::running(machine.url("router"), &password, [("orders", orders), ("router", router)]);
    buy(&shop, "later").await;
}

#[tokio::test]
async fn four_processes_are_repaired_whose_goods_were_cut_first() {
    dumped_restored_and_repaired(["products", "orders", "users"]).await;
}

#[tokio::test]
async fn four_processes_are_repaired_whose_orders_were_cut_first() {
    dumped_restored_and_repaired(["orders", "products", "users"]).await;
}

#[tokio::test]
async fn each_process_backs_up_and_restores_its_own_database() {
    let folder = new_folder();
    for name in ["users", "products", "orders"] {
        let database = format!("sqlite:{}", path(&folder.join(name).join("rows.sqlite")));
        let files: PathBuf = folder.join(name).join("files");
        let program = |args: &[&str]| {
            let program = Program::new(name).args(args.iter().copied()).env("DATABASE_URL", &database);
            if name == "products" { program.env("FILES_DIR", path(&files)) } else { program }
        };
        let backup = path(&folder.join(format!("{name}-backup")));
        assert_status(&run(program(&["backup", &backup])).await, 1);
        assert_status(&run(program(&["migrate"])).await, 0);
        assert_status(&run(program(&["backup", &backup])).await, 0);
        assert_status(&run(program(&["backup", &backup])).await, 1);
        assert_status(&run(program(&["restore", &backup])).await, 1);
        assert_status(&run(program(&["restore", "--replace", &backup])).await, 0);
        assert_status(&run(program(&["migrate"])).await, 0);
        let other = if name == "users" { "orders" } else { "users" };
        let foreign = run(Program::new(other).args(["restore", "--replace", &backup])).await;
        assert!(foreign.stderr.contains(&format!("not of {other}")), "{}", foreign.stderr);
        let postgres = "postgres://nobody:secret@127.0.0.1:1/none";
        let refused = run(program(&["backup", "--database-url", postgres, &path(&folder.join("never"))])).await;
        assert_status(&refused, 1);
        assert!(refused.stderr.contains("pg_dump") && !refused.stderr.contains("secret"), "{}", refused.stderr);
    }
}
