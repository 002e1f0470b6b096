//! A small subgraph, called as a router in the same process and as anybody from the network.
#![expect(clippy::unused_async, reason = "resolvers are async whether they wait or not")]

use std::{sync::Arc, time::Duration};

use async_graphql::{EmptySubscription, ID, Object, Schema};
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{
    Failure, Result,
    caller::{self, Authenticated, RequiresScope, ServiceOnly, authenticated},
    client::{CallError, GraphQLClient},
    money::{Decimal, MoneyInput},
    testing::{TestClient, TestDatabase, TestKeys, databases},
};

struct Query;
struct Mutation;
struct Thing(String);

#[Object]
impl Thing {
    async fn id(&self) -> ID {
        self.0.clone().into()
    }

    async fn fragile(&self) -> Result<Option<i32>> {
        if self.0 == "broken" { Err(Failure::internal("the disk is on fire").about(&self.0)) } else { Ok(Some(1)) }
    }
}

#[Object]
impl Query {
    async fn open(&self, amount: Option<Decimal>) -> String {
        amount.map(|amount| amount.to_string()).unwrap_or_default()
    }

    #[graphql(guard = "Authenticated", directive = authenticated::apply())]
    async fn me(&self, context: &async_graphql::Context<'_>) -> Result<String> {
        Ok(caller::user(context)?.id.simple().to_string())
    }

    #[graphql(guard = "RequiresScope(\"things:read\")", requires_scopes = "things:read")]
    async fn things(&self) -> Vec<Thing> {
        vec![Thing("a".into())]
    }

    async fn whence(&self, context: &async_graphql::Context<'_>) -> String {
        let caller = caller::caller(context);
        let service = caller.service.as_deref().unwrap_or("nobody");
        let address = caller.address.map(|address| address.to_string()).unwrap_or_default();
        format!("{service} {address} {}", caller.request_id)
    }

    async fn leak(&self) -> async_graphql::Result<i32> {
        Err(sea_orm::DbErr::Custom("password=hunter2".into()))?
    }

    async fn panic(&self, message: Option<String>) -> i32 {
        assert!(message.is_some(), "on purpose");
        0
    }

    async fn never(&self) -> i32 {
        std::future::pending().await
    }

    async fn limited(&self) -> Result<i32> {
        Err(Failure::rate_limited(Duration::from_secs(9)))
    }

    #[graphql(entity)]
    async fn thing(&self, id: ID) -> Option<Thing> {
        (id != "missing").then(|| Thing(id.to_string()))
    }
}

#[Object]
impl Mutation {
    #[graphql(guard = "ServiceOnly(\"orders\")", inaccessible)]
    async fn reserve(&self, price: MoneyInput) -> String {
        price.to_money().map_or_else(|problem| problem.to_string(), |money| money.to_string())
    }
}

async fn app(keys: &TestKeys) -> (TestDatabase, Router) {
    let test = databases().await.remove(0);
    let schema = guard_rails(Schema::build(Query, Mutation, EmptySubscription)).finish();
    let routes = GraphqlRoutes::new(schema, keys.trust("things"), test.database.clone()).body_limit(2000);
    (test, routes.build())
}

#[tokio::test]
async fn the_guards_know_anonymous_customers_and_those_with_a_scope() {
    let (_database, app) = app(&TestKeys::default()).await;
    let (id, anonymous) = (Uuid::from_u128(5), TestClient::new(&app));
    let customer = anonymous.clone().user(id, &["CUSTOMER"], &[]);
    let admin = anonymous.clone().user(id, &["ADMIN"], &["things:read"]);
    assert_eq!(anonymous.send("{ me }", json!({})).await.codes(), ["UNAUTHENTICATED"]);
    assert_eq!(customer.send("{ me }", json!({})).await.data()["me"], id.simple().to_string());
    assert_eq!(anonymous.send("{ things { id } }", json!({})).await.codes(), ["UNAUTHENTICATED"]);
    assert_eq!(customer.send("{ things { id } }", json!({})).await.codes(), ["FORBIDDEN"]);
    assert_eq!(admin.send("{ things { id } }", json!({})).await.data()["things"][0]["id"], "a");
}

#[tokio::test]
async fn from_the_network_only_what_is_proved_is_believed() {
    let keys = TestKeys::default();
    let (_database, app) = app(&keys).await;
    let stranger = TestClient::from_network(&app);
    let lies = stranger.clone().user(Uuid::nil(), &[], &[]).header("rialto-client-address", "1.2.3.4");
    let lies = lies.header("x-request-id", "mine").header("rialto-service", "nonsense");
    let answer = lies.send("{ whence me }", json!({})).await;
    assert_eq!(answer.codes(), ["UNAUTHENTICATED"]);
    let whence = answer.body["data"]["whence"].as_str().unwrap();
    assert!(whence.starts_with("nobody  ") && !whence.contains("mine"), "{whence}");

    let token = keys.authorization(Uuid::from_u128(5), &["ADMIN"], &["things:read"]);
    let user = stranger.clone().header("authorization", &token);
    assert_eq!(user.send("{ things { id } }", json!({})).await.data()["things"][0]["id"], "a");
    let forged = stranger.clone().header("authorization", &TestKeys::default().authorization(Uuid::nil(), &[], &[]));
    let answer = forged.send("{ open }", json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.codes()), (401, vec!["UNAUTHENTICATED"]));

    let router = stranger.service(&keys.signer("router"), "things").header("rialto-client-address", "1.2.3.4");
    let answer = router.header("x-request-id", "mine").send("{ whence }", json!({})).await;
    assert_eq!(answer.data()["whence"], "router 1.2.3.4 mine");
}

#[tokio::test]
async fn a_service_token_opens_what_is_for_services_in_process_too() {
    let keys = TestKeys::default();
    let (_database, app) = app(&keys).await;
    let query = "mutation ($price: MoneyInput!) { reserve(price: $price) }";
    let price = json!({"price": {"amount": "12.5", "currencyCode": "EUR"}});
    let customer = TestClient::new(&app).user(Uuid::from_u128(5), &["CUSTOMER"], &[]);
    assert_eq!(customer.send(query, price.clone()).await.codes(), ["FORBIDDEN"]);
    for client in [TestClient::new(&app), TestClient::from_network(&app)] {
        assert_eq!(client.send(query, price.clone()).await.codes(), ["UNAUTHENTICATED"]);
        let router = client.clone().service(&keys.signer("router"), "things");
        assert_eq!(router.send(query, price.clone()).await.codes(), ["FORBIDDEN"]);
        let elsewhere = client.clone().service(&keys.signer("orders"), "elsewhere");
        assert_eq!(elsewhere.send(query, price.clone()).await.codes(), ["UNAUTHENTICATED"]);
        let orders = client.service(&keys.signer("orders"), "things");
        assert_eq!(orders.send(query, price.clone()).await.data()["reserve"], "12.50 EUR");
        let unknown = json!({"price": {"amount": 1, "currencyCode": "ZZZ"}});
        assert_eq!(orders.send(query, unknown).await.data()["reserve"], "There is no such currency.");
    }
}

#[tokio::test]
async fn every_error_has_a_code_and_a_request_id_and_none_tells_too_much() {
    let (_database, app) = app(&TestKeys::default()).await;
    let client = TestClient::new(&app);
    let deep = format!("{{ {} }}", "a { ".repeat(60) + "a" + &" }".repeat(60));
    for (query, variables, code) in [
        ("{ open", json!({}), "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", json!({}), "GRAPHQL_VALIDATION_FAILED"),
        (&*deep, json!({}), "COST_EXCEEDED"),
        ("query ($a: Decimal) { open(amount: $a) }", json!({"a": "1e3"}), "BAD_USER_INPUT"),
        ("{ open(amount: \"1_000\") }", json!({}), "BAD_USER_INPUT"),
        ("{ open(amount: true) }", json!({}), "BAD_USER_INPUT"),
        ("{ leak }", json!({}), "INTERNAL"),
        ("{ panic }", json!({}), "INTERNAL"),
        ("{ limited }", json!({}), "RATE_LIMITED"),
    ] {
        let answer = client.send(query, variables).await;
        assert_eq!(answer.codes(), [code], "{query}: {:#}", answer.body);
        assert_eq!(answer.body["errors"][0]["extensions"]["requestId"], "test");
        assert!(!answer.body.to_string().contains("hunter2"));
    }
    assert_eq!(client.send("{ open(amount: 12.50) }", json!({})).await.data()["open"], "12.5");
}

#[tokio::test]
async fn what_is_no_request_is_refused_as_a_whole() {
    let (_database, app) = app(&TestKeys::default()).await;
    let client = TestClient::new(&app);
    for body in ["", "[]", "[{\"query\":\"{open}\"}]", "{}", "{\"query\":7}"] {
        let answer = client.post(body).await;
        assert_eq!((answer.status.as_u16(), answer.codes()), (400, vec!["BAD_USER_INPUT"]), "{body}");
    }
    let nulls = r#"{"query":"{ open }","variables":null,"operationName":null,"extensions":null}"#;
    assert_eq!(client.post(nulls).await.data()["open"], "");
    let answer = client.post(format!("{{\"query\":\"{}\"}}", " ".repeat(3000))).await;
    assert_eq!((answer.status.as_u16(), answer.codes()), (413, vec!["PAYLOAD_TOO_LARGE"]));
}

#[tokio::test]
async fn nobody_works_longer_than_the_caller_waits() {
    let (_database, app) = app(&TestKeys::default()).await;
    let client = TestClient::new(&app);
    let answer = client.clone().header("rialto-deadline-ms", "20").send("{ never }", json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.codes()), (504, vec!["TIMEOUT"]));
    assert_eq!(answer.body["errors"][0]["extensions"]["requestId"], "test");
    for patient in ["60000", "soon", "-1"] {
        let answer = client.clone().header("rialto-deadline-ms", patient).send("{ open }", json!({})).await;
        assert_eq!(answer.data()["open"], "", "{patient}");
    }
}

#[tokio::test]
async fn an_error_below_entities_names_its_representation() {
    let (_database, app) = app(&TestKeys::default()).await;
    let client = TestClient::new(&app);
    let query = "query ($r: [_Any!]!) { ours: _entities(representations: $r) { ... on Thing { id fragile } } }";
    let thing = |id| json!({"__typename": "Thing", "id": id});
    let answer = client.send(query, json!({"r": [thing("a"), thing("missing"), thing("broken")]})).await;
    assert_eq!(answer.codes(), ["INTERNAL"]);
    assert_eq!(answer.body["errors"][0]["extensions"]["representation"], 2);
    assert_eq!(answer.body["data"]["ours"][1], json!(null));
    assert_eq!(answer.body["data"]["ours"][0]["fragile"], 1);
}

#[tokio::test]
async fn the_subgraph_answers_its_finished_sdl() {
    let (_database, app) = app(&TestKeys::default()).await;
    let answer = TestClient::new(&app).send("{ s: _service { text: sdl } }", json!({})).await;
    let sdl = answer.data()["s"]["text"].as_str().unwrap();
    assert!(sdl.starts_with("extend schema @link(") && sdl.contains("\"@authenticated\""), "{sdl}");
    assert_eq!(sdl, crate::sdl::of(&Schema::new(Query, Mutation, EmptySubscription)));
}

#[tokio::test]
async fn one_subgraph_calls_another_and_carries_who_asked() {
    let keys = TestKeys::default();
    let (_database, app) = app(&keys).await;
    let transport = Arc::new(schema::transport::InProcess(app));
    let client = GraphQLClient { transport, signer: Some(keys.signer("orders")), audience: "things".into() };
    let caller = schema::Caller { service: Some("router".into()), request_id: "r1".into(), ..Default::default() };
    let answer: serde_json::Value = client.call("{ whence }", json!({}), &caller, None).await.unwrap();
    assert_eq!(answer["whence"], "orders  r1");
    let refused = client.call::<serde_json::Value>("{ me }", json!({}), &caller, None).await.unwrap_err();
    assert!(refused.has_code("UNAUTHENTICATED"));
    let trouble = client.call::<serde_json::Value>("{ leak }", json!({}), &caller, None).await.unwrap_err();
    assert!(matches!(trouble, CallError::Unavailable { .. }));
}

#[tokio::test]
async fn health_tells_life_from_readiness() {
    use tower::ServiceExt as _;
    let (_database, app) = app(&TestKeys::default()).await;
    for path in ["/health/live", "/health/ready"] {
        let request = http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        assert_eq!(app.clone().oneshot(request).await.unwrap().status(), 200, "{path}");
    }
}
