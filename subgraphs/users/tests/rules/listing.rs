//! The list of all accounts.

use kit::testing::Answer;
use serde_json::{Value, json};
use users::domain::Roles;

use crate::house::{House, Tokens};

const QUERY: &str = "query ($first: Int, $after: String, $page: Int, $where: UserWhere, $sort: UserSort) {
    users(first: $first, after: $after, page: $page, where: $where, sort: $sort) {
        nodes { username } pageInfo { hasNextPage hasPreviousPage endCursor } totalCount } }";

async fn list(house: &House, admin: &Tokens, variables: Value) -> Answer {
    house.bearer(&admin.access).send(QUERY, variables).await
}

fn names(answer: &Answer) -> Vec<String> {
    let nodes = answer.data()["users"]["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["username"].as_str().unwrap().to_owned()).collect()
}

async fn crowd(house: &House) -> Tokens {
    let (_, admin) = house.admin("root").await;
    for name in ["Zoe", "adam", "Ben_1", "bENxx", "Émile"] {
        house.clock.advance(chrono::TimeDelta::seconds(1));
        house.account(name, Roles::customer()).await;
    }
    admin
}

#[tokio::test]
async fn admins_page_through_all_accounts() {
    for house in House::all().await {
        let admin = crowd(&house).await;
        let first = list(&house, &admin, json!({"first": 4})).await;
        assert_eq!(names(&first), ["root", "Zoe", "adam", "Ben_1"]);
        let users = &first.data()["users"];
        assert_eq!((&users["totalCount"], &users["pageInfo"]["hasNextPage"]), (&json!(6), &json!(true)));
        let next = list(&house, &admin, json!({"first": 4, "after": users["pageInfo"]["endCursor"]})).await;
        assert_eq!(names(&next), ["bENxx", "Émile"]);
        assert_eq!(next.data()["users"]["pageInfo"]["hasPreviousPage"], true);
        let numbered = list(&house, &admin, json!({"first": 4, "page": 2})).await;
        assert_eq!(names(&numbered), names(&next));
    }
}

#[tokio::test]
async fn filters_and_orders_do_not_regard_case() {
    for house in House::all().await {
        let admin = crowd(&house).await;
        for (filter, expected) in [
            (json!({"username": {"contains": "BEN"}}), vec!["Ben_1", "bENxx"]),
            (json!({"username": {"contains": "n_"}}), vec!["Ben_1"]),
            (json!({"username": {"eq": "ÉMILE"}}), vec!["Émile"]),
            (json!({"username": {"contains": "E\u{301}m"}}), vec!["Émile"]),
            (json!({"email": {"eq": "zoe@example.org"}}), vec!["Zoe"]),
            (json!({"role": "ADMIN"}), vec!["root"]),
            (json!({"username": {"contains": "%"}}), vec![]),
            (json!({"username": {"in": ["ZOE", "\u{e9}mile", "nobody"]}}), vec!["Zoe", "Émile"]),
            (json!({"username": {"in": ["zoe", "adam"], "eq": "ADAM"}}), vec!["adam"]),
            (json!({"email": {"in": []}}), vec![]),
        ] {
            assert_eq!(names(&list(&house, &admin, json!({"where": filter})).await), expected, "{}", house.name);
        }
        let at = |user: &str| json!({"where": {"username": {"eq": user}}});
        let times = "query ($where: UserWhere) { users(where: $where) { nodes { createdAt updatedAt } } }";
        let ben = house.bearer(&admin.access).send(times, at("ben_1")).await;
        let ben = ben.data()["users"]["nodes"][0].clone();
        for field in ["createdAt", "updatedAt"] {
            let only = |range: Value| json!({"where": {field: range}});
            let since = list(&house, &admin, only(json!({"gte": ben[field]}))).await;
            assert_eq!(names(&since), ["Ben_1", "bENxx", "Émile"], "{field} on {}", house.name);
            let until = list(&house, &admin, only(json!({"gte": ben[field], "lte": ben[field]}))).await;
            assert_eq!(names(&until), ["Ben_1"], "{field} on {}", house.name);
        }
        let sort = json!({"sort": {"field": "CREATED_AT", "direction": "DESC"}, "first": 2});
        assert_eq!(names(&list(&house, &admin, sort).await), ["Émile", "bENxx"]);
        let sort = json!({"sort": {"field": "USERNAME"}, "first": 3});
        assert_eq!(names(&list(&house, &admin, sort).await)[0], "adam");
    }
}

#[tokio::test]
async fn it_is_for_admins_and_minds_its_limits() {
    for house in House::all().await {
        let admin = crowd(&house).await;
        let customer = house.tokens("zoe").await;
        assert_eq!(list(&house, &customer, json!({})).await.codes(), ["FORBIDDEN"]);
        assert_eq!(house.anonymous().send(QUERY, json!({})).await.codes(), ["UNAUTHENTICATED"]);
        for (variables, code) in [
            (json!({"after": "nonsense"}), "BAD_USER_INPUT"),
            (json!({"first": 101}), "BAD_USER_INPUT"),
            (json!({"page": 1001}), "PAGE_TOO_DEEP"),
            (json!({"where": {"email": {"contains": "\u{0}"}}}), "BAD_USER_INPUT"),
            (json!({"where": {"username": {"eq": "a\nb"}}}), "BAD_USER_INPUT"),
            (json!({"where": {"username": {"eq": "x".repeat(201)}}}), "BAD_USER_INPUT"),
        ] {
            assert_eq!(list(&house, &admin, variables).await.codes(), [code]);
        }
        let many = json!({"where": {"email": {"in": ["a", "\u{0}"]}}});
        let refused = list(&house, &admin, many).await;
        let place = &refused.body["errors"][0]["extensions"]["inputPath"];
        assert_eq!(place, &json!(["where", "email", "in", "1"]), "{:#}", refused.body);
    }
}
