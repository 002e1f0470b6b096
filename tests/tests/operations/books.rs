//! Whether what orders, products and the payment provider have written down agrees, read from their databases by hand.

use std::collections::{HashMap, HashSet};

use kit::Database;
use sea_orm::{QueryResult, Statement};
use uuid::Uuid;

/// The databases of a shop. Nobody else may be using them, if they are to be restored afterwards.
pub struct Books {
    products: Database,
    orders: Database,
    sandbox: Database,
}

/// The demo customer, whose past orders products has never heard of.
const DEMO: Uuid = Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0001);

async fn rows(database: &Database, sql: &str) -> Vec<QueryResult> {
    use sea_orm::ConnectionTrait as _;
    let connection = database.connection();
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    connection.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

fn get<T: sea_orm::TryGetable>(row: &QueryResult, column: &str) -> T {
    row.try_get("", column).unwrap_or_else(|error| panic!("{column}: {error}"))
}

/// What a charge came to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Money {
    Declined,
    Taken,
    Refunded,
}

impl Books {
    pub async fn open(products: &str, orders: &str, sandbox: &str) -> Self {
        let open = async |url: &str| Database::connect(url).await.expect("a database");
        Self { products: open(products).await, orders: open(orders).await, sandbox: open(sandbox).await }
    }

    /// Closes all connections, so that a process may have the files for itself.
    pub async fn close(self) {
        for database in [self.products, self.orders, self.sandbox] {
            database.close().await;
        }
    }

    /// Everything that does not agree.
    pub async fn audit(&self) -> Vec<String> {
        let mut wrong = self.stock().await;
        let orders: HashMap<Uuid, (String, Uuid)> = rows(&self.orders, "SELECT id, status, customer_id FROM orders")
            .await
            .iter()
            .map(|row| (get(row, "id"), (get(row, "status"), get(row, "customer_id"))))
            .collect();
        let goods: HashMap<Uuid, String> = rows(&self.products, "SELECT order_id, state FROM reservations")
            .await
            .iter()
            .map(|row| (get(row, "order_id"), get(row, "state")))
            .collect();
        let (payments, charges) = (self.payments().await, self.charges().await);
        let mut paid = HashSet::new();
        for (id, (order, status)) in &payments {
            let (money, order_status) = (charges.get(id), orders[order].0.as_str());
            let is_sale = matches!(order_status, "PAID" | "FULFILLED");
            if status == "SUCCEEDED" && is_sale && money == Some(&Money::Taken) {
                paid.insert(*order);
            } else if status == "SUCCEEDED" || money == Some(&Money::Taken) {
                wrong.push(format!("payment {id} {status}, charge {money:?}, order {order_status}"));
            }
        }
        for key in charges.iter().filter(|(key, money)| **money == Money::Taken && !payments.contains_key(key)) {
            wrong.push(format!("charge {} without a payment", key.0));
        }
        for (id, (status, customer)) in &orders {
            let held = goods.get(id).map_or("NOTHING", String::as_str);
            let is_right = match status.as_str() {
                "PAID" | "FULFILLED" => paid.contains(id) && (held == "CONSUMED" || *customer == DEMO),
                "AWAITING_PAYMENT" | "PAYMENT_FAILED" => held == "HELD",
                "PENDING" => held != "CONSUMED",
                "REFUNDED" => held != "HELD",
                _ => matches!(held, "NOTHING" | "RELEASED"),
            };
            if !is_right {
                wrong.push(format!("order {id} {status}, goods {held}, paid {}", paid.contains(id)));
            }
        }
        for (id, state) in goods.iter().filter(|(id, state)| *state != "RELEASED" && !orders.contains_key(id)) {
            wrong.push(format!("goods {state} without the order {id}"));
        }
        wrong
    }

    /// How many pieces of a product there are, wherever they are: on the shelf, or taken by orders.
    pub async fn pieces(&self, product: Uuid) -> i64 {
        let of_product = |rows: Vec<QueryResult>, number: &str| {
            let own = rows.into_iter().filter(|row| get::<Uuid>(row, "product_id") == product);
            own.map(|row| get::<i64>(&row, number)).sum::<i64>()
        };
        let on_hand = of_product(rows(&self.products, "SELECT product_id, on_hand FROM stock").await, "on_hand");
        let taken = "SELECT product_id, quantity FROM reservation_lines JOIN reservations USING (order_id) \
                     WHERE state = 'CONSUMED'";
        on_hand + of_product(rows(&self.products, taken).await, "quantity")
    }

    /// Of these payments, which a client was told had succeeded, those whose money was neither kept for a sale nor given back.
    pub async fn forgotten(&self, acknowledged: &[Uuid]) -> Vec<Uuid> {
        let (payments, charges) = (self.payments().await, self.charges().await);
        let is_right = |id: &Uuid| match charges.get(id) {
            Some(Money::Refunded) => true,
            Some(Money::Taken) => payments.get(id).is_some_and(|(_, status)| status == "SUCCEEDED"),
            Some(Money::Declined) | None => false,
        };
        acknowledged.iter().copied().filter(|id| !is_right(id)).collect()
    }

    /// How many charges were given back.
    pub async fn refunded(&self) -> usize {
        self.charges().await.values().filter(|money| **money == Money::Refunded).count()
    }

    async fn payments(&self) -> HashMap<Uuid, (Uuid, String)> {
        let found = rows(&self.orders, "SELECT id, order_id, status FROM payments").await;
        found.iter().map(|row| (get(row, "id"), (get(row, "order_id"), get(row, "status")))).collect()
    }

    async fn charges(&self) -> HashMap<Uuid, Money> {
        let found = rows(&self.sandbox, "SELECT key, declined, refunded FROM sandbox_charges").await;
        let money = |row: &QueryResult| match (get::<Option<String>>(row, "declined"), get(row, "refunded")) {
            (Some(_), _) => Money::Declined,
            (None, true) => Money::Refunded,
            (None, false) => Money::Taken,
        };
        found.iter().map(|row| (get(row, "key"), money(row))).collect()
    }

    /// Products of which another number is reserved than orders hold.
    async fn stock(&self) -> Vec<String> {
        let mut held: HashMap<Uuid, i64> = HashMap::new();
        let lines = "SELECT product_id, quantity FROM reservation_lines JOIN reservations USING (order_id) \
                     WHERE state = 'HELD'";
        for row in rows(&self.products, lines).await {
            *held.entry(get(&row, "product_id")).or_default() += get::<i64>(&row, "quantity");
        }
        let stock = rows(&self.products, "SELECT product_id, on_hand, reserved FROM stock").await;
        let wrong = stock.iter().filter_map(|row| {
            let (id, on_hand, reserved): (Uuid, i64, i64) =
                (get(row, "product_id"), get(row, "on_hand"), get(row, "reserved"));
            let held = held.get(&id).copied().unwrap_or_default();
            (held != reserved || on_hand < reserved)
                .then(|| format!("product {id}: {on_hand} on hand, {reserved} reserved, {held} held"))
        });
        wrong.collect()
    }
}
