//! A shop with everybody around it, and the people who buy there.

use std::sync::{Arc, atomic::Ordering};

use chrono::{DateTime, TimeDelta};
use kit::{
    Clock,
    database::DatabaseSettings,
    testing::{Answer, TestClient, TestDatabase, TestKeys, databases},
};
use migrations::orders::Migrator;
use orders::{
    Deps, Settings,
    provider::{PaymentProvider, Sandbox},
    shop::Shop,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fakes::{Products, Stock, Users};

pub const ADA: Uuid = Uuid::from_u128(0xada);
pub const BOB: Uuid = Uuid::from_u128(0xb0b);
pub const ADMIN: Uuid = Uuid::from_u128(0xad1);
pub const ADDRESS: &str = "adr_00000000000000000000000000000001";
pub const LAMP: &str = "prd_00000000000000000000000000000001";
pub const CHAIR: &str = "prd_00000000000000000000000000000002";
pub const YEN: &str = "prd_00000000000000000000000000000003";
pub const DEAR: &str = "prd_00000000000000000000000000000004";
pub const GONE: &str = "prd_000000000000000000000000000000ff";

pub struct World {
    pub kind: &'static str,
    pub clock: Clock,
    pub shop: Shop,
    pub products: Products,
    pub users: Users,
    pub sandbox: Sandbox,
    pub keys: TestKeys,
    pub app: axum::Router,
    pub test: TestDatabase,
}

/// A world on each database, with the sandbox as provider.
pub async fn worlds() -> Vec<World> {
    worlds_with(|| None).await
}

/// A world on each database.
pub async fn worlds_with(provider: impl Fn() -> Option<Arc<dyn PaymentProvider>>) -> Vec<World> {
    worlds_where(&Settings::default(), provider).await
}

/// A world on each database, with these settings.
pub async fn worlds_where(settings: &Settings, provider: impl Fn() -> Option<Arc<dyn PaymentProvider>>) -> Vec<World> {
    let mut worlds = Vec::new();
    for test in databases().await {
        kit::database::migrate::<Migrator>(&test.database).await.unwrap();
        worlds.push(World::new(test, settings, provider()).await);
    }
    worlds
}

/// The sandbox with its books beside the test's database.
pub async fn sandbox(test: &TestDatabase, clock: &Clock) -> Sandbox {
    Sandbox::open(&Sandbox::address(None, &test.url).unwrap(), &DatabaseSettings::default(), clock.clone())
        .await
        .unwrap()
}

impl World {
    async fn new(test: TestDatabase, settings: &Settings, provider: Option<Arc<dyn PaymentProvider>>) -> Self {
        let keys = TestKeys::default();
        let products = Products::new(&keys.trust("products"));
        let users = Users::new(ADA, ADDRESS);
        let clock = Clock::fixed(DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let sandbox = sandbox(&test, &clock).await;
        let deps = Deps {
            database: test.database.clone(),
            clock: clock.clone(),
            trust: keys.trust("orders"),
            products: Arc::new(products.line.clone()),
            users: Arc::new(users.line.clone()),
            signer: keys.signer("orders"),
            provider: provider.unwrap_or_else(|| Arc::new(sandbox.clone())),
        };
        for (product, title, price, currency, on_hand) in [
            (LAMP, "Lamp", "12.50", "EUR", 10),
            (CHAIR, "Chair", "99.90", "EUR", 3),
            (YEN, "Fan", "1250", "JPY", 10),
            (DEAR, "Palace", "90000000000000.00", "EUR", 9999),
        ] {
            let stock = Stock { title, price, currency, on_hand, reserved: 0 };
            products.books().stock.insert(product.to_owned(), stock);
        }
        let (shop, app) = orders::assemble(settings, deps);
        Self { kind: test.name, clock, shop, products, users, sandbox, keys, app, test }
    }

    pub fn user(&self, id: Uuid) -> TestClient {
        let authorization = self.keys.authorization(id, &["CUSTOMER"], &[]);
        TestClient::new(&self.app).user(id, &["CUSTOMER"], &[]).header("authorization", &authorization)
    }

    pub fn ada(&self) -> TestClient {
        self.user(ADA)
    }

    pub fn bob(&self) -> TestClient {
        self.user(BOB)
    }

    pub fn admin(&self) -> TestClient {
        TestClient::new(&self.app).user(ADMIN, &["ADMIN"], &["orders:read", "orders:write"])
    }

    pub fn anonymous(&self) -> TestClient {
        TestClient::new(&self.app)
    }

    /// Ada's order of these things, awaiting payment.
    pub async fn order(&self, items: &[(&str, i64)]) -> String {
        self.order_of(ADA, items).await
    }

    pub async fn order_of(&self, user: Uuid, items: &[(&str, i64)]) -> String {
        let answer = place(&self.user(user), wish(items, &key())).await;
        let order = &answer.payload("placeOrder")["order"];
        assert_eq!(order["status"], "AWAITING_PAYMENT", "{answer:?}");
        // Two orders of one moment would be listed in any order.
        self.clock.advance(TimeDelta::milliseconds(1));
        order["id"].as_str().unwrap().to_owned()
    }

    /// Ada's order, paid.
    pub async fn paid(&self) -> String {
        let order = self.order(&[(LAMP, 2)]).await;
        let answer = pay(&self.ada(), &order, "tok_success", &key()).await;
        assert_eq!(answer.payload("payOrder")["order"]["status"], "PAID", "{answer:?}");
        order
    }

    /// The order as an admin sees it.
    pub async fn see(&self, order: &str) -> Value {
        self.admin().send(ORDER, json!({"id": order})).await.data()["order"].clone()
    }

    pub async fn status(&self, order: &str) -> String {
        self.see(order).await["status"].as_str().unwrap().to_owned()
    }

    /// The statuses that the order has had; what was noted while the status stayed is left out.
    pub async fn story(&self, order: &str) -> Vec<String> {
        let order = self.see(order).await;
        let texts = |row: &Value| row["status"].as_str().unwrap().to_owned();
        let mut story: Vec<_> = order["timeline"].as_array().unwrap().iter().map(texts).collect();
        story.dedup();
        story
    }

    /// The statuses of the order's payments.
    pub async fn payments(&self, order: &str) -> Vec<String> {
        let order = self.see(order).await;
        let texts = |row: &Value| row["status"].as_str().unwrap().to_owned();
        order["payments"].as_array().unwrap().iter().map(texts).collect()
    }

    pub fn products_down(&self, down: bool) {
        self.products.line.down.store(down, Ordering::SeqCst);
    }

    /// Lets the time of every unpaid order run out, and then some.
    pub fn wait(&self) {
        self.clock.advance(TimeDelta::minutes(31));
    }
}

/// A key that nobody has used.
pub fn key() -> String {
    format!("key-{}", kit::random::uuid().simple())
}

pub fn address() -> Value {
    json!({"recipient": "Ada", "line1": "Calle 1", "city": "Venezia", "countryCode": "IT"})
}

/// The input of `placeOrder`.
pub fn wish(items: &[(&str, i64)], key: &str) -> Value {
    let items: Vec<_> =
        items.iter().map(|(product, quantity)| json!({"productId": product, "quantity": quantity})).collect();
    json!({"items": items, "shippingAddress": address(), "idempotencyKey": key})
}

const FIELDS: &str = "id number status total { amount currencyCode } expiresAt createdAt \
    items { title quantity unitPrice { amount currencyCode } lineTotal { amount } product { id } } \
    shippingAddress { recipient line1 city postalCode countryCode } customer { id } \
    payments { id status amount { amount } failureCode } timeline { status at reason }";
const ERRORS: &str = "userErrors { __typename code message path \
    ... on StockError { productId requested available } ... on StateError { from allowed } \
    ... on PaymentStateError { paymentStatus allowedPaymentStatuses } }";
pub const ORDER: &str = "query($id: ID!) { order(id: $id) { id number status total { amount currencyCode } expiresAt \
    createdAt updatedAt version items { title quantity lineTotal { amount } } payments { id status failureCode } \
    timeline { status at reason } } }";

async fn send(client: &TestClient, mutation: &str, kind: &str, extra: &str, input: Value) -> Answer {
    let document = format!(
        "mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ order {{ {FIELDS} }} {extra} {ERRORS} }} }}"
    );
    client.send(&document, json!({"input": input})).await
}

pub async fn place(client: &TestClient, input: Value) -> Answer {
    send(client, "placeOrder", "PlaceOrder", "replayed presentTotal { amount currencyCode }", input).await
}

pub async fn pay(client: &TestClient, order: &str, token: &str, key: &str) -> Answer {
    let input = json!({"orderId": order, "paymentToken": token, "idempotencyKey": key});
    let extra = "replayed payment { id status failureCode amount { amount currencyCode } }";
    send(client, "payOrder", "PayOrder", extra, input).await
}

pub async fn cancel(client: &TestClient, order: &str, key: &str) -> Answer {
    let input = json!({"orderId": order, "idempotencyKey": key});
    send(client, "cancelOrder", "CancelOrder", "replayed", input).await
}

pub async fn cancel_because(client: &TestClient, order: &str, reason: &str, key: &str) -> Answer {
    let input = json!({"orderId": order, "reason": reason, "idempotencyKey": key});
    send(client, "cancelOrder", "CancelOrder", "replayed", input).await
}

pub async fn refund(client: &TestClient, order: &str, key: &str) -> Answer {
    let input = json!({"orderId": order, "reason": "It did not fit.", "idempotencyKey": key});
    send(client, "refundOrder", "RefundOrder", "replayed", input).await
}

pub async fn fulfill(client: &TestClient, order: &str) -> Answer {
    send(client, "fulfillOrder", "FulfillOrder", "", json!({"orderId": order})).await
}

/// The only user error of an answer that wrote nothing.
#[track_caller]
pub fn only_error<'a>(answer: &'a Answer, mutation: &str) -> &'a Value {
    let payload = &answer.data()[mutation];
    assert_eq!(payload["order"], Value::Null, "{payload:#}");
    assert_eq!(payload["userErrors"].as_array().unwrap().len(), 1, "{payload:#}");
    &payload["userErrors"][0]
}
