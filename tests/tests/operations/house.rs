//! A shop inside of this process, because only from inside can a fault be put at a statement of one's choice.

use std::sync::Arc;

use kit::{
    database::DatabaseSettings,
    testing::{Fault, TestDatabase, databases},
};
use rialto::{
    auth::Auth,
    embedded::{Databases, Demo, Shop, ShopSettings},
    engine::EngineSettings,
};
use schema::transport::{InProcess, MAX_RESPONSE, call};
use serde_json::{Value, json};
use tests::{
    client::text,
    shop::{new_folder, unique},
};
use uuid::Uuid;

use crate::audit::{self, Books};

/// Such a shop, and somebody who buys there.
pub struct House {
    /// `sqlite` or `postgres`.
    pub kind: &'static str,
    _users: TestDatabase,
    pub products: TestDatabase,
    pub orders: TestDatabase,
    sandbox: TestDatabase,
    /// A product of which there is enough.
    pub product: String,
    demo: Vec<Uuid>,
    shop: Shop,
    app: InProcess<axum::Router>,
    admin: String,
    customer: String,
}

/// How much there is of the product that is sold.
const STOCK: i64 = 100_000;
const PASSWORD: &str = "correct horse battery";

/// A shop on each kind of database.
pub async fn houses() -> Vec<House> {
    let (users, products) = (databases().await, databases().await);
    let (orders, sandboxes) = (databases().await, databases().await);
    let mut houses = Vec::new();
    for ((users, products), (orders, sandbox)) in users.into_iter().zip(products).zip(orders.into_iter().zip(sandboxes))
    {
        houses.push(House::open(users, products, orders, sandbox).await);
    }
    houses
}

impl House {
    #[expect(clippy::default_trait_access, reason = "which types these are is the router's business")]
    async fn open(users: TestDatabase, products: TestDatabase, orders: TestDatabase, sandbox: TestDatabase) -> Self {
        let mut settings = ShopSettings {
            users: Default::default(),
            products: Default::default(),
            orders: Default::default(),
            databases: Databases {
                users: users.url.clone(),
                products: products.url.clone(),
                orders: orders.url.clone(),
                sandbox: sandbox.url.clone(),
            },
            connections: DatabaseSettings { database_lock_seconds: 2, ..DatabaseSettings::default() },
            demo: Demo::Full { password: Some(PASSWORD.to_owned()) },
        };
        settings.products.files_dir = new_folder();
        settings.orders.order_work_pause = 1;
        settings.orders.max_open_orders = 0;
        settings.orders.order_patience = 20;
        settings.orders.payment_doubt = 20;
        let shop = Box::pin(Shop::open(&settings)).await.unwrap();
        let engine = EngineSettings { signer: Some(shop.signer.clone()), ..EngineSettings::default() };
        let auth = Auth { verifier: Some(shop.verifier.clone()), ..Auth::default() };
        let rialto = shop.router().engine(engine).auth(auth).build().await.unwrap();
        let app = InProcess(rialto.into_router());
        let (kind, nothing) = (orders.name, String::new());
        let mut house = Self {
            kind,
            _users: users,
            products,
            orders,
            sandbox,
            shop,
            app,
            product: nothing.clone(),
            demo: Vec::new(),
            admin: nothing.clone(),
            customer: nothing,
        };
        house.demo = audit::orders(&house.orders.database).await;
        house.log_in().await;
        house.product = house.add_product().await;
        house
    }

    /// Both get new tokens, which are good for five minutes.
    pub async fn log_in(&mut self) {
        let document = "mutation LogIn($name: String!, $password: String!) {
            login(input: {login: $name, password: $password}) { accessToken } }";
        for name in ["admin", "demo"] {
            let answer = self.send("", document, &json!({"name": name, "password": PASSWORD})).await;
            let token = format!("Bearer {}", text(&answer["data"]["login"]["accessToken"]));
            *(if name == "admin" { &mut self.admin } else { &mut self.customer }) = token;
        }
    }

    async fn add_product(&self) -> String {
        let document = "mutation Add($input: AddProductInput!) {
            addProduct(input: $input) { product { id } userErrors { code message } } }";
        let price = json!({"amount": "12.50", "currencyCode": "EUR"});
        let input = json!({"title": unique("Lamp"), "description": "Light.", "initialStock": STOCK, "categoryIds": [], "price": price});
        let answer = self.as_admin(document, &json!({"input": input})).await;
        text(&answer["data"]["addProduct"]["product"]["id"]).to_owned()
    }

    pub async fn as_admin(&self, document: &str, variables: &Value) -> Value {
        self.send(&self.admin, document, variables).await
    }

    pub async fn as_customer(&self, document: &str, variables: &Value) -> Value {
        self.send(&self.customer, document, variables).await
    }

    async fn send(&self, token: &str, document: &str, variables: &Value) -> Value {
        let body = json!({"query": document, "variables": variables}).to_string();
        let mut request = http::Request::post("/graphql").header("content-type", "application/json");
        if !token.is_empty() {
            request = request.header("authorization", token);
        }
        let response = call(&self.app, request.body(body.into()).unwrap(), MAX_RESPONSE).await.unwrap();
        serde_json::from_slice(response.body()).unwrap()
    }

    /// What can be audited.
    pub fn books(&self) -> Books<'_> {
        Books {
            kind: self.kind,
            products: &self.products.database,
            orders: &self.orders.database,
            sandbox: &self.sandbox.database,
            product: &self.product,
            stock: STOCK,
            demo: &self.demo,
        }
    }

    /// Lets this happen around the statements of requests to all three domains, and of the sandbox.
    pub fn inject(&self, fault: Option<&Arc<dyn Fault>>) {
        for (_, database) in self.shop.databases() {
            database.inject(fault);
        }
    }

    /// Ends the shop as a process does.
    pub async fn close(self) {
        self.shop.close().await;
    }
}
