//! A shop to test: a database, a clock that stands still, and callers of every kind.

use chrono::{DateTime, Duration};
use kit::{
    Clock, Database,
    testing::{Answer, TestClient, TestDatabase, TestKeys, databases},
};
use products::{Deps, Settings};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

pub const ADMIN: Uuid = Uuid::from_u128(0xad);

/// The most bytes that an image may have in a shop that is tested.
const MAX_BYTES: u32 = 16_000;

pub struct Shop {
    pub name: &'static str,
    pub database: Database,
    pub url: String,
    pub clock: Clock,
    pub settings: Settings,
    pub app: axum::Router,
    pub keys: TestKeys,
    pub anonymous: TestClient,
    pub customer: TestClient,
    pub admin: TestClient,
    pub orders: TestClient,
    _files: TempDir,
    _database: TestDatabase,
}

/// One shop per database.
pub async fn shops() -> Vec<Shop> {
    let mut shops = Vec::new();
    for test in databases().await {
        shops.push(open(test).await);
    }
    shops
}

async fn open(test: TestDatabase) -> Shop {
    let files = tempfile::tempdir().unwrap();
    let settings = Settings {
        files_dir: files.path().join("files"),
        upload_max_bytes: MAX_BYTES,
        max_uploads: 8,
        ..Settings::default()
    };
    let clock = Clock::fixed(DateTime::from_timestamp(1_800_000_000, 0).unwrap());
    let keys = TestKeys::default();
    let database = products::open(&test.url, &kit::database::DatabaseSettings::default()).await.unwrap();
    let deps = Deps { database: database.clone(), clock: clock.clone(), trust: keys.trust("products") };
    let app = products::start(&settings, deps).await.unwrap().app;
    Shop {
        name: test.name,
        url: test.url.clone(),
        database,
        clock,
        settings,
        anonymous: TestClient::new(&app),
        customer: TestClient::new(&app).user(Uuid::from_u128(0xc), &["CUSTOMER"], &[]),
        admin: TestClient::new(&app).user(ADMIN, &["ADMIN"], &["catalog:write"]),
        orders: TestClient::new(&app).service(&keys.signer("orders"), "products"),
        keys,
        app,
        _files: files,
        _database: test,
    }
}

pub fn price(amount: &str) -> Value {
    json!({"amount": amount, "currencyCode": "EUR"})
}

impl Shop {
    /// Runs a mutation of one `input` as an admin and gives its answer.
    pub async fn mutate(&self, name: &str, fields: &str, input: Value) -> Answer {
        mutate(&self.admin, name, fields, input).await
    }

    /// A product that must be accepted, a second after the one before.
    pub async fn add(&self, title: &str, amount: &str, stock: i64) -> Value {
        self.add_with(json!({"title": title, "price": price(amount), "initialStock": stock})).await
    }

    pub async fn add_with(&self, input: Value) -> Value {
        self.clock.advance(Duration::seconds(1));
        let answer = self.mutate("addProduct", "product { id slug version }", input).await;
        answer.payload("addProduct")["product"].clone()
    }

    /// A category that must be accepted.
    pub async fn category(&self, name: &str, parent: Option<&Value>) -> Value {
        let input = json!({"name": name, "parentId": parent});
        let answer = self.mutate("addCategory", "category { id slug }", input).await;
        answer.payload("addCategory")["category"].clone()
    }

    /// `available`, `onHand` and `reserved`.
    pub async fn stock(&self, product: &Value) -> [i64; 3] {
        let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Product { stock { available onHand reserved } } } }";
        let answer = self.admin.send(query, json!({"r": [{"__typename": "Product", "id": product["id"]}]})).await;
        let stock = &answer.data()["_entities"][0]["stock"];
        ["available", "onHand", "reserved"].map(|field| stock[field].as_i64().unwrap())
    }

    /// The titles of `products` with these arguments.
    pub async fn titles(&self, arguments: &str) -> Vec<String> {
        let arguments = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
        let answer =
            self.anonymous.send(&format!("{{ products{arguments} {{ nodes {{ title }} }} }}"), Value::Null).await;
        titles(&answer.data()["products"])
    }
}

pub async fn mutate(client: &TestClient, name: &str, fields: &str, input: Value) -> Answer {
    let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    let errors = "userErrors { __typename code message path ... on StockError { productId requested available } \
                  ... on ReservationStateError { from allowed } ... on ConflictError { currentVersion } }";
    let query = format!("mutation($input: {kind}!) {{ {name}(input: $input) {{ {fields} {errors} }} }}");
    client.send(&query, json!({"input": input})).await
}

pub fn titles(connection: &Value) -> Vec<String> {
    let nodes = connection["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["title"].as_str().unwrap().to_owned()).collect()
}

/// The code and the path of each user error.
pub fn problems(answer: &Answer, mutation: &str) -> Vec<(String, String)> {
    let errors = answer.data()[mutation]["userErrors"].as_array().unwrap();
    let path = |error: &Value| {
        let steps = error["path"].as_array().unwrap();
        steps.iter().map(|step| step.as_str().unwrap()).collect::<Vec<_>>().join(".")
    };
    errors.iter().map(|error| (error["code"].as_str().unwrap().to_owned(), path(error))).collect()
}

/// Asserts that exactly one thing is wrong.
#[track_caller]
pub fn refused(answer: &Answer, mutation: &str, code: &str, path: &str) {
    assert_eq!(problems(answer, mutation), [(code.to_owned(), path.to_owned())], "{:#}", answer.body);
}
