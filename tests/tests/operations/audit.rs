//! Whether money, orders and goods agree.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait as _, QueryResult, Statement};
use tests::client::text;
use uuid::Uuid;

/// What is looked at.
#[derive(Clone, Copy)]
pub struct Books<'a> {
    /// `sqlite` or `postgres`.
    pub kind: &'static str,
    pub products: &'a kit::Database,
    pub orders: &'a kit::Database,
    /// The books of the provider that takes the money.
    pub sandbox: &'a kit::Database,
    /// The product that was sold, and how much of it there was.
    pub product: &'a str,
    pub stock: i64,
    /// The orders of the demo shop, for which nothing was ever reserved.
    pub demo: &'a [Uuid],
}

/// The orders that there are.
pub async fn orders(database: &kit::Database) -> Vec<Uuid> {
    rows(database, "SELECT id FROM orders").await.iter().map(|row| id_of(row, "id")).collect()
}

/// How long background workers may take to close what a fault left open: a payment is in doubt for 20 seconds.
const PATIENCE: Duration = Duration::from_secs(90);

async fn rows(database: &kit::Database, sql: &str) -> Vec<QueryResult> {
    let statement = Statement::from_string(database.connection().get_database_backend(), sql.to_owned());
    database.connection().query_all_raw(statement).await.unwrap()
}

async fn count(database: &kit::Database, sql: &str) -> i64 {
    rows(database, sql).await[0].try_get("", "n").unwrap()
}

/// What is still open: orders and payments between two states, and jobs that are not done. (Those that come back for
/// ever are not counted.)
async fn open(books: Books<'_>) -> Vec<(&'static str, i64)> {
    let open = [
        ("pending orders", "SELECT count(*) AS n FROM orders WHERE status = 'PENDING'"),
        ("pending payments", "SELECT count(*) AS n FROM payments WHERE status = 'PENDING'"),
        (
            "jobs",
            "SELECT count(*) AS n FROM jobs WHERE finished_at IS NULL AND topic NOT IN ('retention', 'release-orphans')",
        ),
    ];
    let mut found = Vec::new();
    for (what, sql) in open {
        found.push((what, count(books.orders, sql).await));
    }
    found.retain(|(_, number)| *number > 0);
    found
}

/// Waits until background workers have closed what faults have left open, and then looks at everything.
pub async fn settled(books: Books<'_>) {
    let began = Instant::now();
    loop {
        let open = open(books).await;
        if open.is_empty() {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "{}: never closed: {open:?}", books.kind);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    stock(books).await;
    money(books).await;
}

/// What is reserved is held by somebody, and what was sold is gone.
async fn stock(books: Books<'_>) {
    let Books { kind, products, .. } = books;
    let wrong = "SELECT count(*) AS n FROM stock WHERE reserved < 0 OR reserved > on_hand OR reserved <> (
        SELECT coalesce(sum(line.quantity), 0) FROM reservation_lines line
        JOIN reservations held ON held.order_id = line.order_id
        WHERE held.state = 'HELD' AND line.product_id = stock.product_id)";
    assert_eq!(count(products, wrong).await, 0, "{kind}: stock that nothing holds, or that is not there");
    let product: Uuid = books.product[4..].parse().unwrap();
    let sum = async |sql| {
        let rows = rows(products, sql).await;
        let ours = rows.iter().filter(|row| row.try_get::<Uuid>("", "product_id").unwrap() == product);
        ours.map(|row| row.try_get::<i64>("", "n").unwrap()).sum::<i64>()
    };
    let sold = "SELECT line.product_id AS product_id, line.quantity AS n FROM reservation_lines line
        JOIN reservations done ON done.order_id = line.order_id WHERE done.state = 'CONSUMED'";
    let on_hand = "SELECT product_id, on_hand AS n FROM stock";
    assert_eq!(sum(on_hand).await, books.stock - sum(sold).await, "{kind}: goods came or went without a sale");
}

/// What the provider did with the money of an order, by payment: the payment's status, and whether the money went back.
type Taken<'a> = Vec<(&'a str, bool)>;

/// Every order, its money and its goods agree, and no money was taken that no order knows.
async fn money(books: Books<'_>) {
    let Books { kind, products, orders, sandbox, .. } = books;
    let reservations = rows(products, "SELECT order_id, state FROM reservations").await;
    let reservations: HashMap<Uuid, String> =
        reservations.iter().map(|row| (id_of(row, "order_id"), text_of(row, "state"))).collect();
    // What was declined took none.
    let charges = rows(sandbox, "SELECT key, refunded FROM sandbox_charges WHERE declined IS NULL").await;
    let charges: HashMap<Uuid, bool> =
        charges.iter().map(|row| (id_of(row, "key"), row.try_get("", "refunded").unwrap())).collect();
    let mut payments = HashMap::<Uuid, Vec<(Uuid, String)>>::new();
    for row in rows(orders, "SELECT id, order_id, status FROM payments").await {
        payments.entry(id_of(&row, "order_id")).or_default().push((id_of(&row, "id"), text_of(&row, "status")));
    }
    let (mut known, mut seen) = (0, Vec::new());
    for row in rows(orders, "SELECT id, status FROM orders").await {
        let (id, status) = (id_of(&row, "id"), text_of(&row, "status"));
        let of_order = payments.get(&id).into_iter().flatten();
        let taken: Taken<'_> = of_order
            .filter_map(|(payment, status)| charges.get(payment).map(|refunded| (status.as_str(), *refunded)))
            .collect();
        let goods = reservations.get(&id).map(String::as_str);
        known += taken.len();
        seen.push(id);
        let is_demo = books.demo.contains(&id);
        assert!(is_demo || agree(&status, goods, &taken), "{kind}: {status}, goods {goods:?}, charges {taken:?}");
    }
    assert_eq!(known, charges.len(), "{kind}: charges that no order knows");
    let orphans = reservations.iter().filter(|(order, state)| *state == "HELD" && !seen.contains(order));
    assert_eq!(orphans.count(), 0, "{kind}: goods are held for orders that are not there");
}

fn agree(status: &str, goods: Option<&str>, taken: &Taken<'_>) -> bool {
    match status {
        "PAID" | "FULFILLED" => *taken == [("SUCCEEDED", false)] && goods == Some("CONSUMED"),
        "REFUNDED" => *taken == [("REFUNDED", true)] && goods == Some("CONSUMED"),
        "AWAITING_PAYMENT" | "PAYMENT_FAILED" => taken.is_empty() && goods == Some("HELD"),
        _ => taken.iter().all(|(_, refunded)| *refunded) && !matches!(goods, Some("HELD" | "CONSUMED")),
    }
}

fn text_of(row: &QueryResult, column: &str) -> String {
    row.try_get("", column).unwrap()
}

fn id_of(row: &QueryResult, column: &str) -> Uuid {
    row.try_get("", column).unwrap()
}

/// The codes of an answer's errors.
pub fn codes(answer: &serde_json::Value) -> Vec<String> {
    let errors = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    errors.iter().map(|error| text(&error["extensions"]["code"]).to_owned()).collect()
}
