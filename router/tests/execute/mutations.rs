//! Mutations over several subgraphs that share a state: each sees what those before it did, and none runs before they
//! are done, entities and all (GraphQL specification, section 6.2.2).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use apollo_compiler::ast::{self, Definition, Selection};
use futures_util::future::BoxFuture;
use rialto::{
    compose::{Subgraph, compose},
    engine::{Engine, EngineSettings, RequestContext, SubgraphTarget},
};
use schema::{Transport, TransportError, transport};
use serde_json::{Map, Value, json};

use crate::random::Random;

const LINK: &str =
    "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", import: [\"@key\", \"@shareable\"])\n";
const SUBGRAPHS: [(&str, &str); 3] = [
    (
        "adder",
        "type Query { now: Number } type Number @key(fields: \"value\") { value: Int! }
        type Mutation { add(by: Int!): Number! noted(by: Int!): Number strictly: Int! }",
    ),
    ("multiplier", "type Number @key(fields: \"value\") { value: Int! } type Mutation { multiply(by: Int!): Number! }"),
    ("reader", "type Number @key(fields: \"value\") { value: Int! state: Int! } type Mutation { read: Int! }"),
];

/// What all subgraphs share.
#[derive(Default)]
struct State {
    number: i64,
    /// How many requests are under way.
    under_way: usize,
    /// What was done, in order: requests begin and end, fields have effects.
    done: Vec<String>,
}

#[derive(Clone)]
struct Server {
    name: &'static str,
    state: Arc<Mutex<State>>,
}

impl Transport for Server {
    fn send(&self, request: transport::Request) -> BoxFuture<'static, Result<transport::Response, TransportError>> {
        let this = self.clone();
        Box::pin(async move {
            {
                let mut state = this.state.lock().unwrap();
                state.under_way += 1;
                assert_eq!(state.under_way, 1, "{} is asked before another answered: {:?}", this.name, state.done);
            }
            tokio::time::sleep(Duration::from_millis(3)).await;
            let answer = this.answer(&serde_json::from_slice(request.body().whole().unwrap()).unwrap());
            tokio::time::sleep(Duration::from_millis(2)).await;
            this.state.lock().unwrap().under_way -= 1;
            Ok(http::Response::new(answer.to_string().into()))
        })
    }
}

impl Server {
    /// As GraphQL says: a root field that may not be null ends the request.
    fn answer(&self, body: &Value) -> Value {
        let document = ast::Document::parse(body["query"].as_str().unwrap(), "fetch.graphql").unwrap();
        let Some(Definition::OperationDefinition(operation)) = document.definitions.first() else { panic!("{body}") };
        let mut data = Map::new();
        for field in operation.selection_set.iter().filter_map(Selection::as_field) {
            let key = field.response_name().to_string();
            match self.field(field, body) {
                Some(value) => _ = data.insert(key, value),
                None => return json!({"data": null, "errors": [{"message": "it cannot be done", "path": [key]}]}),
            }
        }
        json!({ "data": data })
    }

    /// Nothing if it fails.
    fn field(&self, field: &ast::Field, body: &Value) -> Option<Value> {
        let mut state = self.state.lock().unwrap();
        if field.name == "_entities" {
            let number = state.number;
            state.done.push(format!("{} looks", self.name));
            let all = body["variables"]["r0"].as_array().unwrap();
            return Some(all.iter().map(|sent| json!({"value": sent["value"], "state": number})).collect());
        }
        let by = field.arguments.first().map(|argument| match argument.value.as_variable() {
            Some(name) => body["variables"][name.as_str()].as_i64().unwrap(),
            None => i64::from(argument.value.to_i32().unwrap()),
        });
        let by = by.unwrap_or_default();
        match field.name.as_str() {
            "add" | "noted" => state.number += by,
            "multiply" => state.number *= by,
            _ => {}
        }
        state.done.push(format!("{} {by}", field.name));
        let number = state.number;
        match field.name.as_str() {
            "strictly" => None,
            "read" => Some(number.into()),
            // What is to fail adds nothing.
            _ if by == 0 => None,
            _ => Some(json!({"value": number})),
        }
    }
}

struct House {
    engine: Engine,
    state: Arc<Mutex<State>>,
}

fn house() -> House {
    let part =
        |(name, sdl): &(&str, &str)| Subgraph { name: (*name).into(), url: String::new(), sdl: format!("{LINK}{sdl}") };
    let composed = compose(&SUBGRAPHS.iter().map(part).collect::<Vec<_>>()).unwrap();
    let state = Arc::new(Mutex::new(State::default()));
    let targets: HashMap<String, SubgraphTarget> = SUBGRAPHS
        .iter()
        .map(|(name, _)| {
            let transport = Arc::new(Server { name, state: state.clone() });
            ((*name).to_owned(), SubgraphTarget { transport, path: "/".into() })
        })
        .collect();
    Engine::new(&composed.supergraph_sdl, &targets, EngineSettings::default())
        .map(|engine| House { engine, state })
        .unwrap()
}

impl House {
    async fn run(&self, query: &str) -> Value {
        *self.state.lock().unwrap() = State::default();
        let answer = self.engine.execute(query.into(), RequestContext::anonymous()).await;
        serde_json::from_slice(&answer.body).unwrap()
    }

    fn done(&self) -> Vec<String> {
        self.state.lock().unwrap().done.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn each_mutation_sees_what_those_before_it_did() {
    let house = house();
    let mutation = "mutation { five: add(by: 5) { value } ten: multiply(by: 2) { value } twelve: add(by: 2) { value }
        read again: read five_more: add(by: 5) { value state } last: multiply(by: 3) { state } }";
    let data = json!({"five": {"value": 5}, "ten": {"value": 10}, "twelve": {"value": 12}, "read": 12, "again": 12,
        "five_more": {"value": 17, "state": 17}, "last": {"state": 51}});
    assert_eq!(house.run(mutation).await, json!({ "data": data }));
    let done =
        ["add 5", "multiply 2", "add 2", "read 0", "read 0", "add 5", "reader looks", "multiply 3", "reader looks"];
    assert_eq!(house.done(), done);
}

#[tokio::test(start_paused = true)]
async fn random_sequences_end_where_they_should() {
    let house = house();
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let (mut text, mut data, mut done, mut number) = (String::new(), Map::new(), Vec::new(), 0);
        for at in 0..=random.below(8) {
            let by = i64::try_from(1 + random.below(4)).unwrap();
            let (name, looks) = (*random.pick(&["add", "multiply", "noted", "read"]), random.chance(30));
            match name {
                "add" | "noted" => number += by,
                "multiply" => number *= by,
                _ => {}
            }
            let (selection, value) = match (name, looks) {
                ("read", _) => (format!("k{at}: read "), json!(number)),
                (_, true) => {
                    (format!("k{at}: {name}(by: {by}) {{ state value }} "), json!({"state": number, "value": number}))
                }
                (_, false) => (format!("k{at}: {name}(by: {by}) {{ value }} "), json!({"value": number})),
            };
            text += &selection;
            data.insert(format!("k{at}"), value);
            done.push(if name == "read" { "read 0".to_owned() } else { format!("{name} {by}") });
            done.extend((looks && name != "read").then(|| "reader looks".to_owned()));
        }
        assert_eq!(house.run(&format!("mutation {{ {text} }}")).await, json!({ "data": data }), "{seed}: {text}");
        assert_eq!(house.done(), done, "{seed}: {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn equal_mutations_under_two_names_run_twice_and_under_one_name_once() {
    let house = house();
    let answer =
        house.run("mutation { a: add(by: 1) { value } b: add(by: 1) { state } a: add(by: 1) { state } }").await;
    assert_eq!(answer, json!({"data": {"a": {"value": 1, "state": 1}, "b": {"state": 2}}}));
    assert_eq!(house.done(), ["add 1", "reader looks", "add 1", "reader looks"]);
}

#[tokio::test(start_paused = true)]
async fn after_a_mutation_that_may_not_be_null_but_is_no_other_runs() {
    let house = house();
    for failing in ["strictly", "bad: add(by: 0) { value }", "bad: multiply(by: 0) { state }"] {
        let answer = house
            .run(&format!(
                "mutation {{ read one: add(by: 1) {{ state }} {failing} multiply(by: 2) {{ value }} last: read }}"
            ))
            .await;
        assert_eq!(answer["data"], Value::Null, "{failing}: {answer}");
        let errors = answer["errors"].as_array().unwrap();
        let key = failing.split(':').next().unwrap();
        assert_eq!((errors.len(), &errors[0]["path"]), (1, &json!([key])), "{answer}");
        let done = house.done();
        assert_eq!(done[..3], ["read 0", "add 1", "reader looks"]);
        assert_eq!(done.len(), 4, "nothing runs after {failing}: {done:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_mutation_that_is_null_and_may_be_the_others_run() {
    let house = house();
    let answer = house.run("mutation { noted(by: 0) { state } add(by: 2) { value } last: read }").await;
    assert_eq!(answer["data"], json!({"noted": null, "add": {"value": 2}, "last": 2}));
    assert_eq!(answer["errors"][0]["path"], json!(["noted"]));
    assert_eq!(house.done(), ["noted 0", "add 2", "read 0"]);
}
