//! A small subgraph, called as a router in the same process and as anybody from the network.
#![expect(clippy::unused_async, reason = "resolvers are async whether they wait or not")]

use std::{sync::Arc, time::Duration};

use async_graphql::{EmptySubscription, ID, InputObject, Object, Schema};
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

#[derive(InputObject)]
struct Amounts {
    one: Option<Decimal>,
    list: Option<Vec<Decimal>>,
}

#[Object]
impl Thing {
    async fn id(&self) -> ID {
        self.0.clone().into()
    }

    async fn fragile(&self) -> Result<Option<i32>> {
        if self.0 == "broken" { Err(Failure::internal("the disk is on fire").about(&self.0)) } else { Ok(Some(1)) }
    }
}

struct Many;

#[Object]
impl Many {
    #[graphql(complexity = "crate::page::list_complexity(child_complexity)")]
    async fn below(&self) -> Vec<Many> {
        Vec::new()
    }

    async fn n(&self) -> i32 {
        1
    }
}

#[Object]
impl Query {
    async fn open(&self, amount: Option<Decimal>) -> String {
        amount.map(|amount| amount.to_string()).unwrap_or_default()
    }

    async fn sum(&self, amounts: Vec<Amounts>) -> String {
        let all =
            amounts.into_iter().flat_map(|amounts| amounts.one.into_iter().chain(amounts.list.unwrap_or_default()));
        all.map(|amount| amount.to_string()).collect::<Vec<_>>().join(" ")
    }

    async fn id(&self, id: ID) -> ID {
        id
    }

    async fn count(&self, count: i32) -> i32 {
        count
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

    #[graphql(complexity = "crate::page::connection_complexity(first, last, child_complexity)")]
    async fn many(&self, first: Option<i32>, last: Option<i32>) -> Vec<Many> {
        let _ = (first, last);
        Vec::new()
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
        price.to_money().map_or_else(|problems| problems[0].to_string(), |money| money.to_string())
    }
}

async fn app(keys: &TestKeys) -> (TestDatabase, Router) {
    let test = databases().await.remove(0);
    let schema = guard_rails(Schema::build(Query, Mutation, EmptySubscription)).finish();
    let routes = GraphqlRoutes::new(schema, keys.trust("things"), Health::new()).body_limit(2000);
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
        ("{ sum(amounts: [{one: \"1,5\"}]) }", json!({}), "BAD_USER_INPUT"),
        ("{ leak }", json!({}), "INTERNAL"),
        ("{ panic }", json!({}), "INTERNAL"),
        ("{ limited }", json!({}), "RATE_LIMITED"),
    ] {
        let answer = client.send(query, variables).await;
        assert_eq!(answer.codes(), [code], "{query}: {:#}", answer.body);
        assert_eq!(answer.body["errors"][0]["extensions"]["requestId"], "test");
        assert!(!answer.body.to_string().contains("hunter2"));
        assert!(!answer.body.to_string().contains("occurred while"), "{:#}", answer.body);
    }
}

#[tokio::test]
async fn numbers_are_judged_by_their_text_wherever_they_stand() {
    let (_database, app) = app(&TestKeys::default()).await;
    let client = TestClient::new(&app);
    let (nested, listed) =
        ("query($a: [Amounts!]) { sum(amounts: $a) }", "query($d: [Decimal!]) { sum(amounts: [{list: $d}]) }");
    let mut cases = vec![];
    for (number, is_one) in [
        ("0", true),
        ("12.50", true),
        ("-0.001", true),
        ("-0", true),
        ("1250.00", true),
        ("12.500", true),
        ("123456789012345.678", true),
        ("999999999999999999", true),
        ("1e2", false),
        ("1E2", false),
        ("1.5e-3", false),
        ("0.1234567890123456789", false),
        ("1000000000000000000", false),
        ("100000000000000000000000", false),
        ("1e999", false),
    ] {
        for (query, variables) in [
            (format!("{{ open(amount: {number}) }}"), "{}".to_owned()),
            (format!("query($a: Decimal = {number}) {{ open(amount: $a) }}"), "{}".to_owned()),
            (format!("{{ sum(amounts: [{{one: {number}}}]) }}"), "{}".to_owned()),
            (format!("{{ ...F }} fragment F on Query {{ sum(amounts: {{list: [{number}]}}) }}"), "{}".to_owned()),
            (format!("query($a: [Amounts!] = [{{one: {number}}}]) {{ sum(amounts: $a) }}"), "{}".to_owned()),
            ("query($a: Decimal) { open(amount: $a) }".to_owned(), format!("{{\"a\": {number}}}")),
            (nested.to_owned(), format!("{{\"a\": [{{\"one\": {number}}}]}}")),
            (nested.to_owned(), format!("{{\"a\": {{\"list\": [{number}]}}}}")),
            (listed.to_owned(), format!("{{\"d\": [{number}]}}")),
        ] {
            cases.push((number, is_one, query, variables));
        }
    }
    for (number, is_one, query, variables) in cases {
        let query = serde_json::to_string(&query).unwrap();
        let body = format!("{{\"query\": {query}, \"variables\": {variables}, \"extensions\": {{\"x\": 1.5}}}}");
        // Twice: the second time the document is remembered.
        for _ in 0..2 {
            let answer = client.post(body.clone()).await;
            if is_one {
                let data = answer.data();
                let said = data["open"].as_str().or(data["sum"].as_str()).unwrap();
                assert_eq!(said, if number == "-0" { "0" } else { number }, "{body}");
            } else {
                assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{body}: {}", answer.body);
            }
        }
    }
}

#[tokio::test]
async fn a_number_is_still_no_text_no_integer_and_no_id() {
    let (_database, app) = app(&TestKeys::default()).await;
    let client = TestClient::new(&app);
    for query in ["{ panic(message: 1.5) }", "{ id(id: 1.5) }", "{ count(count: 1.0) }", "{ count(count: 1e0) }"] {
        assert_eq!(client.send(query, json!({})).await.codes(), ["GRAPHQL_VALIDATION_FAILED"], "{query}");
    }
    for (ty, field) in [("String", "panic(message: $v)"), ("ID!", "id(id: $v)"), ("Int!", "count(count: $v)")] {
        let answer = client.send(&format!("query($v: {ty}) {{ {field} }}"), json!({"v": 1.5})).await;
        assert!(
            matches!(answer.codes()[..], ["BAD_USER_INPUT" | "GRAPHQL_VALIDATION_FAILED"]),
            "{field} {}",
            answer.body
        );
    }
    let answer = client.send("query($v: Int!) { a: count(count: $v) b: count(count: -7) }", json!({"v": 3})).await;
    assert_eq!(answer.data(), &json!({"a": 3, "b": -7}));
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
async fn nobody_works_for_ever_for_those_who_say_nothing() {
    let (_database, app) = app(&TestKeys::default()).await;
    // The request asks no database: nothing but the clock ends it.
    tokio::time::pause();
    let started = tokio::time::Instant::now();
    let answer = TestClient::new(&app).send("{ never }", json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.codes()), (504, vec!["TIMEOUT"]));
    assert_eq!(started.elapsed().as_secs(), 30);
}

#[tokio::test]
async fn lists_within_lists_and_long_lists_of_entities_are_refused() {
    let (_database, app) = app(&TestKeys::default()).await;
    let client = TestClient::new(&app);
    let nested = |times: usize| (0..times).fold("n".to_owned(), |inner, _| format!("below {{ {inner} }}"));
    let first = "query ($n: Int) { many(first: $n) { below { below { n } } } }";
    for (query, variables, codes) in [
        (format!("{{ many(first: 100) {{ {} }} }}", nested(2)), json!({}), vec![]),
        (format!("{{ many(first: 100) {{ {} }} }}", nested(5)), json!({}), vec!["COST_EXCEEDED"]),
        (format!("{{ many(last: 2147483647) {{ {} }} }}", nested(20)), json!({}), vec!["COST_EXCEEDED"]),
        (first.to_owned(), json!({"n": 100}), vec![]),
        (first.to_owned(), json!({"n": 100_000}), vec!["COST_EXCEEDED"]),
        (first.to_owned(), json!({"n": -1}), vec![]),
        (
            format!(
                "{{ {} }}",
                (0..5)
                    .map(|n| format!("a{n}: many(first: 2147483647) {{ {} }} ", nested(12)))
                    .collect::<Vec<_>>()
                    .concat()
            ),
            json!({}),
            vec!["COST_EXCEEDED"],
        ),
    ] {
        assert_eq!(client.send(&query, variables).await.codes(), codes, "{query}");
    }
    // The bound of representations needs more room for the body than this small subgraph has.
    let schema = guard_rails(Schema::build(Query, Mutation, EmptySubscription)).finish();
    let large = GraphqlRoutes::new(schema, TestKeys::default().trust("things"), Health::new()).build();
    let client = TestClient::new(&large);
    let things = |count: usize| json!({"r": vec![json!({"__typename": "Thing", "id": "a"}); count]});
    let one = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Thing { id } } }";
    let two = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Thing { id } } ... { b: _entities(representations: $r) { ... on Thing { id } } } }";
    assert!(client.send(one, things(1_000)).await.codes().is_empty());
    assert_eq!(client.send(one, things(20_001)).await.codes(), ["COST_EXCEEDED"]);
    assert_eq!(client.send(two, things(10_001)).await.codes(), ["COST_EXCEEDED"]);
    let written = "{__typename:\"Thing\",id:\"a\"}".repeat(20_001);
    let literal = format!("{{ _entities(representations: [{written}]) {{ ... on Thing {{ id }} }} }}");
    assert_eq!(client.send(&literal, json!({})).await.codes(), ["COST_EXCEEDED"]);
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
    assert!(sdl.contains("\nschema @link(") && sdl.contains("\"@authenticated\""), "{sdl}");
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
    let health = Health::new();
    health.end();
    let schema = guard_rails(Schema::build(Query, Mutation, EmptySubscription)).finish();
    let app = GraphqlRoutes::new(schema, TestKeys::default().trust("things"), health).build();
    for (path, status) in [("/health/live", 200), ("/health/ready", 503)] {
        let request = http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        assert_eq!(app.clone().oneshot(request).await.unwrap().status(), status, "{path}");
    }
}
