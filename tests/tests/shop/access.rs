//! Who may what, at the router and past it: the supergraph and its processes against the lists of [`crate::access_list`].

use std::collections::BTreeSet;

use apollo_compiler::ast::{Definition, Directive, DirectiveList, Document, ObjectTypeDefinition, Value as Literal};
use serde_json::{Value, json};
use tests::{
    Client, Shop, binaries,
    client::text,
    shopping::{buy, somewhere},
};

use crate::access_list::{
    ENTITIES, Entity, GUARDED, ROOT_FIELDS, SCOPES,
    Who::{self, Everybody, LoggedIn, Orders, Scope},
};

everywhere! { each_role_gets_what_is_its_own, guarded_fields_are_null_for_others }

fn supergraph() -> Document {
    let file = binaries::workspace().join("schema/supergraph.graphql");
    let text = std::fs::read_to_string(&file).expect("schema/supergraph.graphql is there");
    Document::parse(text, file).expect("the supergraph is a schema")
}

fn objects(document: &Document) -> impl Iterator<Item = &ObjectTypeDefinition> {
    document.definitions.iter().filter_map(|definition| match definition {
        Definition::ObjectTypeDefinition(object) => Some(&**object),
        _ => None,
    })
}

/// What the supergraph itself says about a field.
fn declared(directives: &DirectiveList) -> Who {
    if directives.has("inaccessible") {
        return Orders;
    }
    let scope = directives.get("requiresScopes").and_then(|directive| {
        let scopes = directive.specified_argument_by_name("scopes")?.as_list()?.first()?.as_list()?;
        scopes.first()?.as_str().map(|scope| SCOPES.into_iter().find(|known| *known == scope).expect("a known scope"))
    });
    match scope {
        Some(scope) => Scope(scope),
        None if directives.has("authenticated") => LoggedIn,
        None => Everybody,
    }
}

#[test]
fn every_root_field_is_on_the_list() {
    let document = supergraph();
    let roots =
        objects(&document).filter(|object| ["Query", "Mutation", "Subscription"].contains(&object.name.as_str()));
    let found: BTreeSet<_> = roots
        .flat_map(|root| {
            root.fields.iter().map(|field| format!("{}.{} {:?}", root.name, field.name, declared(&field.directives)))
        })
        .collect();
    let listed: BTreeSet<_> = ROOT_FIELDS.iter().map(|(name, who, _)| format!("{name} {who:?}")).collect();
    assert_eq!(found, listed);
}

#[test]
fn every_guarded_field_is_on_the_list() {
    let document = supergraph();
    let inner = objects(&document).filter(|object| !["Query", "Mutation"].contains(&object.name.as_str()));
    let found: BTreeSet<_> = inner
        .flat_map(|object| {
            object
                .fields
                .iter()
                .map(move |field| (format!("{}.{}", object.name, field.name), declared(&field.directives)))
        })
        .filter(|(_, who)| *who != Everybody)
        .map(|(name, who)| format!("{name} {who:?}"))
        .collect();
    let listed: BTreeSet<_> = GUARDED.iter().map(|(name, who)| format!("{name} {who:?}")).collect();
    assert_eq!(found, listed);
}

#[test]
fn every_entity_is_on_the_list() {
    let document = supergraph();
    let keyed = |directive: &&Directive| {
        directive.name == "join__type" && directive.specified_argument_by_name("key").is_some()
    };
    let found: BTreeSet<_> = objects(&document)
        .flat_map(|object| object.directives.iter().map(|node| &**node).filter(keyed).map(move |it| (object, it)))
        .map(|(object, directive)| {
            let argument = |name| directive.specified_argument_by_name(name).map(|value| &**value);
            let Some(Literal::Enum(graph)) = argument("graph") else { panic!("{directive}") };
            let resolvable = argument("resolvable").and_then(Literal::to_bool) != Some(false);
            format!("{} {graph} {resolvable}", object.name)
        })
        .collect();
    let listed: BTreeSet<_> =
        ENTITIES.iter().map(|(name, graph, who)| format!("{name} {graph} {}", *who != Entity::Reference)).collect();
    assert_eq!(found, listed);
}

/// The code with which somebody is refused, if that is so.
fn expected(who: Who, role: Role) -> Option<&'static str> {
    match (who, role) {
        (Orders, _) => Some("GRAPHQL_VALIDATION_FAILED"),
        (Everybody, _) | (_, Role::Admin) | (LoggedIn, Role::Customer) => None,
        (LoggedIn | Scope(_), Role::Nobody) => Some("UNAUTHENTICATED"),
        (Scope(_), Role::Customer) => Some("FORBIDDEN"),
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Role {
    Nobody,
    Customer,
    Admin,
}

async fn each_role_gets_what_is_its_own(shop: &Shop) {
    let clients = [
        (Role::Nobody, shop.anonymous()),
        (Role::Customer, shop.customer("customer").await),
        (Role::Admin, shop.admin().await),
    ];
    for (name, who, usage) in ROOT_FIELDS {
        for (role, client) in &clients {
            // To log out is to log out, and nobody logs the shared administrator out.
            let client = match (name.contains("logout"), role) {
                (true, Role::Customer) => &shop.customer("leaving").await,
                (true, Role::Admin) => continue,
                _ => client,
            };
            let answer = client.ask(&document(name, usage)).await;
            assert_eq!(refusal(&answer.body), expected(who, *role), "{name} as {role:?}: {:#}", answer.body);
        }
    }
}

fn document(name: &str, usage: &str) -> String {
    if name.starts_with("Query.") { format!("{{ {usage} }}") } else { format!("mutation {{ {usage} }}") }
}

/// Only what says "not you"; other errors are none of this test's business.
fn refusal(body: &Value) -> Option<&str> {
    let refusals = ["UNAUTHENTICATED", "FORBIDDEN", "GRAPHQL_VALIDATION_FAILED"];
    body["errors"][0]["extensions"]["code"].as_str().filter(|code| refusals.contains(code))
}

async fn guarded_fields_are_null_for_others(shop: &Shop) {
    let product = tests::shopping::add_product(shop, "5", 3).await;
    let document = "query Stock($id: ID!) { product(id: $id) { id stock { available onHand reserved } } }";
    let ask = async |client: &Client| client.query(document, json!({"id": product})).await;
    let expected = |on_hand: Value, reserved: Value| json!({"product": {"id": product, "stock": {"available": 3, "onHand": on_hand, "reserved": reserved}}});
    assert_eq!(*ask(&shop.admin().await).await.data(), expected(json!(3), json!(0)));
    for (client, code) in [(shop.anonymous(), "UNAUTHENTICATED"), (shop.customer("alice").await, "FORBIDDEN")] {
        let answer = ask(&client).await;
        assert_eq!(answer.body["data"], expected(Value::Null, Value::Null));
        assert!(!answer.codes().is_empty() && answer.codes().iter().all(|it| *it == code), "{:#}", answer.body);
    }
}

/// Who reaches a subgraph past the router is judged there again, by the same list.
#[tokio::test]
async fn subgraphs_judge_for_themselves() {
    let shop = Shop::four();
    let document = supergraph();
    let roots: Vec<_> = objects(&document).filter(|it| ["Query", "Mutation"].contains(&it.name.as_str())).collect();
    let clients = [(Role::Nobody, shop.anonymous()), (Role::Customer, shop.customer("customer").await)];
    for (name, who, usage) in ROOT_FIELDS {
        let (root, field) = name.split_once('.').expect("a coordinate");
        let field = roots.iter().find(|it| it.name == root).and_then(|it| it.fields.iter().find(|it| it.name == field));
        let graph = field.and_then(|it| it.directives.get("join__field")?.specified_argument_by_name("graph"));
        let Some(Literal::Enum(graph)) = graph.map(|graph| &**graph) else { panic!("{name} is nobody's") };
        for (role, client) in &clients {
            let client = if name.contains("logout") { &shop.customer("leaving").await } else { client };
            if name.contains("logout") && *role == Role::Nobody {
                continue;
            }
            let answer =
                client.at(&shop.subgraphs[graph.to_lowercase().as_str()]).ask(&self::document(name, usage)).await;
            let expected = match (who, role) {
                (Orders, Role::Nobody) => Some("UNAUTHENTICATED"),
                (Orders, Role::Customer) => Some("FORBIDDEN"),
                _ => expected(who, *role),
            };
            assert_eq!(refusal(&answer.body), expected, "{name} as {role:?}: {:#}", answer.body);
        }
    }
}

#[tokio::test]
async fn subgraphs_show_entities_to_their_owners_only() {
    let shop = Shop::four();
    let (alice, order) = buy(shop, "alice").await;
    let (bob, admin) = (shop.customer("bob").await, shop.admin().await);
    let product = &order["items"][0]["product"]["id"];
    let category = shop.anonymous().ask("{ categories { id } }").await;
    let category = &category.data()["categories"][0]["id"];
    let address = alice.add_address(&somewhere()).await;
    for (name, graph, who) in ENTITIES {
        let (id, fields) = match name {
            "Order" => (text(&order["id"]), "number"),
            "Product" => (text(product), "title"),
            "Category" => (text(category), "name"),
            "Address" => (address.as_str(), "city"),
            _ if graph == "USERS" => (alice.user_id.as_str(), "email"),
            _ => (alice.user_id.as_str(), "orders { totalCount }"),
        };
        let document =
            format!("query($all: [_Any!]!) {{ _entities(representations: $all) {{ ... on {name} {{ {fields} }} }} }}");
        let variables = json!({"all": [{"__typename": name, "id": id}]});
        for (role, client) in [("nobody", &shop.anonymous()), ("bob", &bob), ("alice", &alice), ("admin", &admin)] {
            let answer =
                client.at(&shop.subgraphs[graph.to_lowercase().as_str()]).query(&document, variables.clone()).await;
            let shown = &answer.body["data"]["_entities"][0];
            let is_shown = match who {
                Entity::Stub => shown["orders"].is_object(),
                _ => shown.is_object(),
            };
            let may = match who {
                Entity::Public => true,
                Entity::Reference => false,
                Entity::Owned | Entity::Stub => ["alice", "admin"].contains(&role),
                Entity::Private => role == "alice",
            };
            assert_eq!(is_shown, may, "{name} of {graph} as {role}: {:#}", answer.body);
        }
    }
}
