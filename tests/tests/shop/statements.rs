//! What the nested query costs the databases: the same few statements, however many orders and items there are.

use http::Request;
use rialto::{
    auth::Auth,
    embedded::{Databases, Demo, Shop, ShopSettings},
    engine::EngineSettings,
};
use schema::transport::{InProcess, MAX_RESPONSE, call};
use serde_json::{Value, json};
use tests::{client::text, shop::new_folder};

use crate::graph::NESTED;

/// A shop inside of this process, because only from inside can statements be counted.
struct House {
    shop: Shop,
    app: InProcess<axum::Router>,
    token: String,
}

impl House {
    #[expect(clippy::default_trait_access, reason = "which types these are is the router's business")]
    async fn open() -> Self {
        let folder = new_folder();
        let database = |name: &str| format!("sqlite:{}", folder.join(name).with_extension("sqlite").display());
        let mut settings = ShopSettings {
            users: Default::default(),
            products: Default::default(),
            orders: Default::default(),
            databases: Databases {
                users: database("users"),
                products: database("products"),
                orders: database("orders"),
                sandbox: database("sandbox"),
            },
            connections: Default::default(),
            demo: Demo::Full { password: Some("the password".to_owned()) },
        };
        settings.products.files_dir = folder.join("files");
        // Workers that look for work would be counted too.
        settings.orders.order_work_pause = 3600;
        settings.orders.max_open_orders = 0;
        let shop = Box::pin(Shop::open(&settings)).await.unwrap();
        let engine = EngineSettings { signer: Some(shop.signer.clone()), ..EngineSettings::default() };
        let auth = Auth { verifier: Some(shop.verifier.clone()), ..Auth::default() };
        let rialto = shop.router().engine(engine).auth(auth).build().await.unwrap();
        let mut house = Self { shop, app: InProcess(rialto.into_router()), token: String::new() };
        let document = "mutation { login(input: {login: \"admin\", password: \"the password\"}) { accessToken } }";
        let answer = house.query(document, json!({})).await;
        house.token = format!("Bearer {}", text(&answer["login"]["accessToken"]));
        house
    }

    async fn query(&self, document: &str, variables: Value) -> Value {
        let body = json!({"query": document, "variables": variables}).to_string();
        let mut request = Request::post("/graphql").header("content-type", "application/json");
        if !self.token.is_empty() {
            request = request.header("authorization", &self.token);
        }
        let response = call(&self.app, request.body(body.into()).unwrap(), MAX_RESPONSE).await.unwrap();
        let mut answer: Value = serde_json::from_slice(response.body()).unwrap();
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].take()
    }

    async fn place(&self, products: &[String]) {
        let document = "mutation Place($input: PlaceOrderInput!) {
            placeOrder(input: $input) { order { id } userErrors { code message } } }";
        let items: Vec<_> = products.iter().map(|id| json!({"productId": id, "quantity": 1})).collect();
        let key = tests::shop::unique("statement-key");
        let input = json!({"items": items, "shippingAddress": tests::shopping::somewhere(), "idempotencyKey": key});
        let placed = self.query(document, json!({"input": input})).await;
        assert_eq!(placed["placeOrder"]["userErrors"], json!([]));
    }

    /// How many statements an operation costs each domain: the least of several times, as workers look for work meanwhile.
    async fn cost(&self, document: &str, variables: Value) -> Vec<(&'static str, u64)> {
        // What is asked for the first time may have to find out more.
        self.query(document, variables.clone()).await;
        let mut least = Vec::new();
        for _ in 0..5 {
            let before = self.shop.statements();
            self.query(document, variables.clone()).await;
            let after = self.shop.statements();
            let costs = after.into_iter().zip(before).map(|((name, after), (_, before))| (name, after - before));
            least = match least.len() {
                0 => costs.collect(),
                _ => costs.zip(least).map(|((name, cost), (_, least))| (name, cost.min(least))).collect(),
            };
        }
        least
    }
}

fn sum(cost: &[(&str, u64)]) -> u64 {
    cost.iter().map(|(_, statements)| statements).sum()
}

#[tokio::test]
async fn the_nested_query_costs_the_same_for_one_order_and_for_many() {
    let house = House::open().await;
    let found = house.query("{ products(first: 40, where: {inStock: true}) { nodes { id } } }", json!({})).await;
    let products: Vec<_> =
        found["products"]["nodes"].as_array().unwrap().iter().map(|it| text(&it["id"]).to_owned()).collect();
    house.place(&products[..1]).await;
    let one = house.cost(NESTED, json!({"first": 1})).await;
    for orders in 0..24 {
        house.place(&products[orders..orders + 12]).await;
    }
    let many = house.cost(NESTED, json!({"first": 30})).await;
    assert_eq!(one, many, "statements grow with the answer");
    assert!((1..=6).contains(&sum(&many)), "{many:?}");
    println!("the nested query costs {many:?}");
    house.shop.close().await;
}

#[tokio::test]
async fn lists_under_lists_cost_the_same_for_few_and_for_many() {
    let house = House::open().await;
    let shelves = "query Shelves($first: Int!) { categories { name children { name
        products(first: $first) { nodes { title categories { name } images { url } stock { available } } } } } }";
    let (few, many) = (house.cost(shelves, json!({"first": 1})).await, house.cost(shelves, json!({"first": 8})).await);
    assert_eq!(few, many);
    let people = "query People($first: Int!) { users(first: $first) { nodes { username orders(first: 3) { nodes {
        number payments { status } timeline { status } items { product { title } } } } } } }";
    let one = house.cost(people, json!({"first": 2})).await;
    for name in ["ann", "ben", "cid", "dan"] {
        let document = "mutation Register($name: String!, $email: String!) {
            register(input: {username: $name, email: $email, password: \"long enough it is\"}) { userErrors { code } } }";
        house.query(document, json!({"name": name, "email": format!("{name}@shop.example")})).await;
    }
    assert_eq!(house.cost(people, json!({"first": 6})).await, one);
    house.shop.close().await;
}
