//! The shop in this process, with ten orders to ask for.

use std::{path::Path, sync::Arc};

use clap::Parser;
use rialto::{
    embedded::{Databases, Demo, Shop, ShopSettings},
    engine::{Engine, EngineSettings, RequestContext},
    request::GraphQLRequest,
};
use schema::Caller;
use serde_json::{Value, json};

/// What the benchmark asks: ten orders with their items, the items' products with their categories, and the customer.
pub const NESTED: &str =
    "{ orders(first: 10) { nodes { id number status total { amount currencyCode } customer { id username }
    items { title quantity unitPrice { amount currencyCode }
        product { id title slug price { amount currencyCode } categories { id name } } } } } }";

const PASSWORD: &str = "bench-password";

#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    users: users::Settings,
    #[command(flatten)]
    products: products::Settings,
    #[command(flatten)]
    orders: orders::Settings,
}

pub struct Bench {
    pub shop: Shop,
    pub engine: Arc<Engine>,
    pub context: RequestContext,
}

impl Bench {
    pub async fn open(folder: &Path) -> Self {
        let mut defaults = Defaults::parse_from(["bench"]);
        defaults.products.files_dir = folder.join("files");
        let url = |name: &str| format!("sqlite:{}", folder.join(name).with_extension("sqlite").display());
        let settings = ShopSettings {
            users: defaults.users,
            products: defaults.products,
            orders: defaults.orders,
            databases: Databases {
                users: url("users"),
                products: url("products"),
                orders: url("orders"),
                sandbox: url("sandbox"),
            },
            connections: kit::database::DatabaseSettings::default(),
            demo: Demo::Full { password: Some(PASSWORD.into()) },
        };
        let shop = Box::pin(Shop::open(&settings)).await.unwrap();
        let settings = EngineSettings { signer: Some(shop.signer.clone()), ..EngineSettings::default() };
        let engine = shop.router().engine(settings).build().await.unwrap().engine().clone();
        let context = RequestContext {
            caller: Arc::new(Caller { request_id: "bench".into(), ..Caller::default() }),
            authorization: None,
            cookies: None,
            allow_mutations: true,
            arrived: None,
        };
        let mut bench = Self { shop, engine, context };
        bench.register().await;
        bench.place_orders().await;
        bench
    }

    pub async fn run(&self, query: &str) -> Value {
        let answer = self.engine.execute(Self::request(query), self.context.clone()).await;
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"].clone()
    }

    pub fn request(query: &str) -> GraphQLRequest {
        GraphQLRequest { query: Some(query.to_owned()), ..GraphQLRequest::default() }
    }

    /// A customer with no orders yet.
    async fn register(&mut self) {
        let input =
            format!("username: \"bench\", email: \"bench@example.com\", password: {PASSWORD:?}, name: \"Bench\"");
        self.run(&format!("mutation {{ register(input: {{{input}}}) {{ user {{ id }} }} }}")).await;
        let input = format!("login: \"bench\", password: {PASSWORD:?}");
        let data = self.run(&format!("mutation {{ login(input: {{{input}}}) {{ accessToken }} }}")).await;
        let token = data["login"]["accessToken"].as_str().unwrap().to_owned();
        let viewer = self.shop.verifier.verify(&token).await.unwrap();
        self.context.caller = Arc::new(Caller { viewer, request_id: "bench".into(), ..Caller::default() });
        self.context.authorization = Some(format!("Bearer {token}").parse().unwrap());
    }

    async fn place_orders(&self) {
        let data = self.run("{ products(first: 40, where: {inStock: true}) { nodes { id } } }").await;
        let products: Vec<&str> =
            data["products"]["nodes"].as_array().unwrap().iter().map(|n| n["id"].as_str().unwrap()).collect();
        for order in 0..10 {
            let items: Vec<String> =
                (0..3).map(|item| format!("{{productId: {:?}, quantity: 1}}", products[order * 3 + item])).collect();
            let address = json!({"recipient": "B", "line1": "1", "city": "C", "countryCode": "DE"});
            let address = format!(
                "recipient: {}, line1: {}, city: {}, countryCode: {}",
                address["recipient"], address["line1"], address["city"], address["countryCode"]
            );
            let data = self
                .run(&format!(
                    "mutation {{ placeOrder(input: {{items: [{}], shippingAddress: {{{address}}}, idempotencyKey: \"bench-{order:04}\"}})
                        {{ order {{ id }} userErrors {{ message }} }} }}",
                    items.join(" ")
                ))
                .await;
            assert!(data["placeOrder"]["order"]["id"].is_string(), "{data}");
        }
    }
}
