//! A disk that is full for a moment, under customers who go on buying: afterwards the shop sells again by itself, and money,
//! orders and goods agree.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use kit::Database;
use tests::{
    Answer, Client, Program, Shop,
    client::text,
    shop::{DEMO_PASSWORD, address, new_folder, unique},
    shopping::{add_product, order_input, pay, place},
};

use crate::audit::{self, Books, settled};

/// A small file system in memory. It is unmounted when this is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None`, with a word why, where this process may not mount anything.
    fn mount(size: &str) -> Option<Self> {
        let folder = new_folder();
        let options = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&folder).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        eprintln!("skipped: the test of a full disk needs the right to mount a file system (root)");
        None
    }

    /// Takes all the room that is left, until the file is removed.
    fn fill(&self) -> PathBuf {
        let file = self.0.join("fill");
        let copied = std::fs::File::create(&file).and_then(|mut to| std::io::copy(&mut std::io::repeat(0), &mut to));
        assert!(copied.is_err(), "the disk is not full");
        file
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// Repeats a request until it is answered, or until told to stop.
async fn insist(is_over: &AtomicBool, ask: impl AsyncFn() -> Answer) -> Option<Answer> {
    loop {
        let answer = ask().await;
        if answer.body.get("errors").is_none() {
            return Some(answer);
        }
        for code in answer.codes() {
            assert!(["UNAVAILABLE", "TIMEOUT"].contains(&code), "{:#}", answer.body);
        }
        if is_over.load(Ordering::SeqCst) {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Buys until told to stop, each order and payment with one key until it is answered. Counts what was paid.
async fn buy(customer: &Client, product: &str, paid: &AtomicUsize, is_over: &AtomicBool) {
    while !is_over.load(Ordering::SeqCst) {
        let (input, key) = (order_input(&[(product, 1)]), unique("pay-key"));
        let Some(placed) = insist(is_over, async || place(customer, &input).await).await else { return };
        let order = text(&placed.payload("placeOrder")["order"]["id"]).to_owned();
        let Some(answer) = insist(is_over, async || pay(customer, &order, "tok_success", &key).await).await else {
            return;
        };
        answer.payload("payOrder");
        paid.fetch_add(1, Ordering::SeqCst);
    }
}

/// Waits until this many more purchases than now were paid.
async fn sells(paid: &AtomicUsize, more: usize) {
    let (before, began) = (paid.load(Ordering::SeqCst), Instant::now());
    while paid.load(Ordering::SeqCst) < before + more {
        assert!(began.elapsed() < Duration::from_secs(30), "the shop does not sell");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn open(disk: &Path) -> Shop {
    let program = Program::new("rialto").args(["--listen", "127.0.0.1:0", "--data", &disk.display().to_string()]);
    let settings =
        [("ORDER_WORK_PAUSE", "1"), ("PAYMENT_DOUBT", "20"), ("ORDER_PATIENCE", "20"), ("MAX_OPEN_ORDERS", "0")];
    let program = settings.iter().fold(program, |program, (name, value)| program.env(name, *value));
    let process = program.env("DEMO_PASSWORD", DEMO_PASSWORD).env("MAX_REGISTRATIONS", "0").start();
    let url = address(&process.says("Rialto is ready"));
    Shop::running(url, DEMO_PASSWORD, [("router", process)])
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_full_disk_the_shop_sells_again_by_itself() {
    const STOCK: i32 = 100_000;
    let Some(disk) = SmallDisk::mount("60m") else { return };
    let shop = open(&disk.0);
    let database = async |name: &str| {
        let file = disk.0.join(name).with_extension("sqlite");
        Database::connect(&format!("sqlite:{}", file.display())).await.unwrap()
    };
    let (products, orders) = (database("products").await, database("orders").await);
    let demo = audit::orders(&orders).await;
    let product = add_product(&shop, "12.50", STOCK).await;
    let mut customers = Vec::new();
    for name in ["ann", "ben", "cid", "dan"] {
        customers.push(shop.customer(name).await);
    }
    let (paid, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let buying =
        futures_util::future::join_all(customers.iter().map(|customer| buy(customer, &product, &paid, &is_over)));
    let breaking = async {
        for _ in 0..3 {
            sells(&paid, 4).await;
            let fill = disk.fill();
            tokio::time::sleep(Duration::from_millis(1500)).await;
            std::fs::remove_file(fill).unwrap();
            sells(&paid, 12).await;
        }
        is_over.store(true, Ordering::SeqCst);
    };
    tokio::join!(buying, breaking);
    let log = shop.log();
    assert!(log.contains("the disk of the database is full"), "{log}");

    let books = Books {
        kind: "sqlite",
        products: &products,
        orders: &orders,
        sandbox: &database("sandbox").await,
        product: &product,
        stock: i64::from(STOCK),
        demo: &demo,
    };
    settled(books).await;
    println!("{} purchases were paid", paid.load(Ordering::SeqCst));
}
