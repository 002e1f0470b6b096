//! Who sees an account, by every path that leads to one.

use kit::testing::TestClient;
use schema::service::ServiceSigner;
use serde_json::{Value, json};

use crate::house::House;

const ENTITIES: &str = "query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on User { id username } } }";

async fn by_entity(client: &TestClient, ids: &[&str]) -> Value {
    let representations: Vec<_> = ids.iter().map(|id| json!({"__typename": "User", "id": id})).collect();
    let answer = client.send(ENTITIES, json!({"representations": representations})).await;
    answer.data()["_entities"].clone()
}

async fn by_id(client: &TestClient, id: &str) -> Value {
    let answer = client.send("query ($id: ID!) { user(id: $id) { username } }", json!({"id": id})).await;
    answer.data()["user"].clone()
}

#[tokio::test]
async fn an_account_is_for_its_owner_and_for_admins() {
    for house in House::all().await {
        let (ada, own) = house.customer("ada").await;
        let (bob, other) = house.customer("bob").await;
        let (_, admin) = house.admin("root").await;
        let (ada, bob) = (ada.id.to_string(), bob.id.to_string());
        let ids = [
            bob.as_str(),
            "nonsense",
            &ada,
            "adr_01890000000070008000000000000001",
            "usr_01890000000070008000000000000009",
        ];
        let row = |id: &str, username: &str| json!({"id": id, "username": username});

        let seen = by_entity(&house.bearer(&own.access), &ids).await;
        assert_eq!(seen, json!([null, null, row(&ada, "ada"), null, null]));
        let seen = by_entity(&house.bearer(&other.access), &ids).await;
        assert_eq!(seen, json!([row(&bob, "bob"), null, null, null, null]));
        let seen = by_entity(&house.bearer(&admin.access), &ids).await;
        assert_eq!(seen, json!([row(&bob, "bob"), null, row(&ada, "ada"), null, null]));
        let nothing = json!([null, null, null, null, null]);
        assert_eq!(by_entity(&house.anonymous(), &ids).await, nothing);
        // A service asks with the person's own token; its own opens nothing.
        for signer in ["router", "orders"] {
            let signer: &ServiceSigner = &house.services.signer(signer);
            assert_eq!(by_entity(&house.anonymous().service(signer, "users"), &ids).await, nothing);
            let for_ada = house.bearer(&own.access).service(signer, "users");
            assert_eq!(by_entity(&for_ada, &ids[2..3]).await, json!([row(&ada, "ada")]));
        }

        for (client, seen) in [
            (house.bearer(&own.access), json!({"username": "ada"})),
            (house.bearer(&admin.access), json!({"username": "ada"})),
            (house.bearer(&other.access), Value::Null),
            (house.anonymous(), Value::Null),
        ] {
            assert_eq!(by_id(&client, &ada).await, seen);
            assert_eq!(by_id(&client, "usr_01890000000070008000000000000009").await, Value::Null);
        }
    }
}

#[tokio::test]
async fn the_id_of_something_else_is_bad_input() {
    for house in House::all().await {
        for id in ["nonsense", "adr_01890000000070008000000000000001"] {
            let answer = house.anonymous().send("query ($id: ID!) { user(id: $id) { id } }", json!({"id": id})).await;
            assert_eq!(answer.codes(), ["BAD_USER_INPUT"]);
        }
    }
}

#[tokio::test]
async fn many_entities_and_their_books_cost_one_statement_each() {
    for house in House::all().await.into_iter().map(House::at_rest) {
        let (_, admin) = house.admin("root").await;
        let mut ids = Vec::new();
        for n in 0..5 {
            ids.push(house.account(&format!("customer{n}"), users::domain::Roles::customer()).await.id.to_string());
        }
        let representations: Vec<_> = ids.iter().map(|id| json!({"__typename": "User", "id": id})).collect();
        let query = "query ($representations: [_Any!]!) { _entities(representations: $representations) {
            ... on User { name roles addresses { city } } } }";
        // That a token is shown for the first time is noted down once.
        assert!(house.me(&admin.access).await.is_empty());
        let before = house.statements();
        let answer = house.bearer(&admin.access).send(query, json!({"representations": representations})).await;
        assert_eq!(answer.data()["_entities"].as_array().unwrap().len(), 5);
        assert_eq!(house.statements() - before, 2, "{}", house.name);
    }
}

#[test]
fn the_sdl_says_who_may() {
    let sdl = users::sdl();
    for line in [
        "type User implements Node @key(fields: \"id\")",
        "me: User\n",
        "logoutEverywhere: LogoutEverywherePayload! @authenticated",
        "@requiresScopes(scopes: [[\"users:read\"]])",
        "@requiresScopes(scopes: [[\"users:write\"]])",
    ] {
        assert!(sdl.contains(line), "{line}\n{sdl}");
    }
    assert!(!sdl.contains("passwordHash"));
}
