//! Any answers to the fetches of a few fixed plans: whatever subgraphs say, the client's response is JSON, it has the
//! shape of the operation, and what may not be null is not. Its data are those that the naive executor finds in the same
//! answers; what that misses is told, and of what it does not miss the router itself has nothing to say.
//!
//! Bytes decide what is answered: mostly what was asked for, sometimes anything. So a fuzzer finds its way, and so do
//! random bytes.

use std::sync::{Arc, Mutex, OnceLock};

use apollo_compiler::{
    ExecutableDocument, Schema,
    ast::{self, Definition, OperationType, Type},
    collections::HashSet,
    executable::{Selection, SelectionSet},
    schema::ExtendedType,
    validation::Valid,
};
use futures_util::future::BoxFuture;
use rialto::{
    compose::{Subgraph, compose},
    engine::{Engine, EngineSettings, RequestContext, SubgraphTarget},
    graph::{Requirement, Supergraph},
    operation::{Document, Limits},
    plan::{self, Authorization, Plan, Surroundings},
    request::GraphQLRequest,
};
use schema::{Caller, Transport, TransportError, transport};
use serde_json::{Map, Value, json};

use crate::{naive, value::Value as Plain};

const LINK: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", import: [\"@key\", \
    \"@shareable\", \"@external\", \"@requires\", \"@provides\", \"@interfaceObject\"])\n";

const SUBGRAPHS: [(&str, &str); 4] = [
    (
        "a",
        "type Query { items: [Item] item: Item! any: [[Any!]] shop: Shop @shareable node: Node }
        type Mutation { make(n: Int): Item }
        union Any = Item | Note
        interface Node @key(fields: \"id\") { id: ID! count: Int }
        type Item implements Node @key(fields: \"id\") { id: ID! count: Int size: Int! color: Color tags: [String!] }
        type Page implements Node @key(fields: \"id\") { id: ID! count: Int }
        type Note @key(fields: \"id\") { id: ID! text: String! color: Color! }
        type Shop @shareable { name: String parts: [Part] }
        type Part @shareable { x: Int }
        enum Color { RED BLUE }",
    ),
    (
        "b",
        "type Query { shop: Shop @shareable }
        type Mutation { mend(n: Int): Item! }
        type Item @key(fields: \"id\") { id: ID! size: Int! @external label: String @requires(fields: \"size\") other: Item note: Note! }
        type Note @key(fields: \"id\") { id: ID! words: [[Int!]]! }
        type Shop @shareable { parts: [Part] open: Boolean! }
        type Part @shareable { y: Float! item: Item }",
    ),
    (
        "c",
        "type Node @key(fields: \"id\") @interfaceObject { id: ID! rank: Int! }
        type Query { ranked: [Node!] }",
    ),
    (
        "d",
        "scalar Any2
        type Item @key(fields: \"id\") { id: ID! free: Any2 }",
    ),
];

const OPERATIONS: [&str; 7] = [
    "{ items { id size color tags label other { label count note { words } } free } }",
    "{ item { name: id rank other { id rank free } } again: item { size note { id } } }",
    "{ any { __typename ... on Item { size label rank } ... on Note { text color words } } }",
    "{ shop { name open parts { x y item { id size rank } } } }",
    "{ node { __typename id rank ... on Item { label } } ranked { __typename id count rank ... on Item { tags } } }",
    "mutation { make { id label } mend(n: 2) { size rank } last: make(n: 3) { color } }",
    "{ items { __typename other { other { other { size label } } } } ranked { rank } }",
];

/// What decides: one byte after the other, and zeros when there are no more.
#[derive(Default)]
struct Decisions {
    bytes: Vec<u8>,
    at: usize,
}

impl Decisions {
    fn next(&mut self) -> u8 {
        self.at += 1;
        self.bytes.get(self.at - 1).copied().unwrap_or_default()
    }

    /// A whole answer to a request.
    fn answer(&mut self, body: &Value) -> Vec<u8> {
        let text = body["query"].as_str().expect("a document");
        let document = ast::Document::parse(text, "fetch.graphql").expect("what is sent is GraphQL");
        let Some(Definition::OperationDefinition(operation)) = document.definitions.first() else {
            panic!("{text} is no operation")
        };
        let data = match self.next() {
            250.. => Value::Null,
            _ => self.object(&operation.selection_set, body, 0),
        };
        let mut answer = json!({ "data": data });
        if self.next() > 200 {
            let errors: Vec<Value> = (0..=self.next() % 3).map(|_| self.error()).collect();
            answer["errors"] = if self.next() > 250 { json!("none") } else { errors.into() };
        }
        let mut bytes = answer.to_string().into_bytes();
        if self.next() > 245 {
            let at = usize::from(self.next()) * bytes.len() / 256;
            // How a number is written must not matter: the naive executor knows its value only.
            bytes[at] = match self.next() {
                b'.' | b'e' | b'E' => b'0',
                other => other,
            };
        }
        bytes
    }

    fn error(&mut self) -> Value {
        let step = |decided: u8| match decided % 12 {
            0..4 => json!(decided % 4),
            step => {
                json!(["items", "_entities", "other", "shop", "parts", "label", "size", "note"][usize::from(step) - 4])
            }
        };
        let path: Vec<Value> = (0..self.next() % 5).map(|_| step(self.next())).collect();
        match self.next() % 8 {
            0 => json!({ "message": 7 }),
            1 => json!({ "message": "no path" }),
            2 => json!({ "message": "p", "path": path, "extensions": { "representation": self.next() % 4 } }),
            _ => json!({ "message": "p", "path": path, "extensions": { "code": "CODE" } }),
        }
    }

    fn object(&mut self, set: &[ast::Selection], body: &Value, depth: u8) -> Value {
        let mut object = Map::new();
        for selection in set {
            match selection {
                ast::Selection::Field(field) => {
                    let value = self.field(field, body, depth);
                    if self.next() < 250 {
                        object.insert(field.response_name().to_string(), value);
                    }
                }
                ast::Selection::InlineFragment(fragment) if self.next() < 200 => {
                    if let Value::Object(more) = self.object(&fragment.selection_set, body, depth) {
                        object.extend(more);
                    }
                }
                _ => {}
            }
        }
        object.into()
    }

    fn field(&mut self, field: &ast::Field, body: &Value, depth: u8) -> Value {
        if field.name == "_entities" {
            let list = field.arguments.first().and_then(|argument| argument.value.as_variable());
            let sent = list.and_then(|name| body["variables"][name.as_str()].as_array()).map_or(0, Vec::len);
            let length = if self.next() > 245 { usize::from(self.next() % 5) } else { sent };
            return (0..length).map(|_| self.composite(&field.selection_set, body, depth)).collect();
        }
        if field.selection_set.is_empty() {
            return self.leaf(&field.name);
        }
        self.composite(&field.selection_set, body, depth)
    }

    fn composite(&mut self, set: &[ast::Selection], body: &Value, depth: u8) -> Value {
        match self.next() {
            0..130 => self.object(set, body, depth + 1),
            130..225 if depth < 4 => (0..self.next() % 4).map(|_| self.composite(set, body, depth + 1)).collect(),
            225..240 => Value::Null,
            _ => self.leaf("anything"),
        }
    }

    fn leaf(&mut self, name: &str) -> Value {
        let (decided, number) = (self.next(), self.next());
        match decided {
            0..200 => match name {
                "__typename" => json!(["Item", "Page", "Note", "Node", "Shop"][usize::from(number) % 5]),
                "id" if number > 200 => json!(number),
                "size" | "count" | "rank" | "x" => json!(i32::from(number) << (number % 24)),
                "y" => json!(f64::from(number) / 8.0),
                "open" => json!(number > 100),
                "color" => json!(["RED", "BLUE", "GREEN"][usize::from(number) % 3]),
                "tags" => (0..number % 4).map(|at| if at > 2 { Value::Null } else { json!("t\u{1}\"") }).collect(),
                "words" => json!([[number, number], null, []]),
                _ => json!(format!("{}\"é\\", number % 3)),
            },
            200..225 => Value::Null,
            225..235 => json!(i64::from(number) << 40),
            235..240 => json!({ "deep": [number] }),
            240..245 => json!([null, number, [true]]),
            245..250 => json!(number > 9),
            _ => json!("RED"),
        }
    }
}

/// What was asked and answered: an equal question has an equal answer.
#[derive(Default)]
struct Told {
    decisions: Decisions,
    /// By the subgraph's name and the request's body; no answer, if the subgraph cannot be reached.
    answers: Vec<(&'static str, Plain, Option<Vec<u8>>)>,
}

impl Told {
    fn answer(&self, name: &str, body: &Plain) -> Option<&Option<Vec<u8>>> {
        self.answers.iter().find(|(known, asked, _)| *known == name && asked == body).map(|(_, _, answer)| answer)
    }
}

#[derive(Clone)]
struct Answering {
    name: &'static str,
    told: Arc<Mutex<Told>>,
}

impl Transport for Answering {
    fn send(&self, request: transport::Request) -> BoxFuture<'static, Result<transport::Response, TransportError>> {
        let told = &mut *self.told.lock().unwrap();
        let sent = request.body().whole().expect("a request for GraphQL is whole");
        let body = Plain::parse(sent).expect("what is sent is JSON");
        if told.answer(self.name, &body).is_none() {
            let decided = match told.decisions.next() {
                253.. => None,
                _ => Some(told.decisions.answer(&serde_json::from_slice(sent).expect("JSON"))),
            };
            told.answers.push((self.name, body.clone(), decided));
        }
        let answer = told.answer(self.name, &body).and_then(Option::clone);
        let answer = answer.map(|body| http::Response::new(body.into()));
        Box::pin(std::future::ready(answer.ok_or_else(|| TransportError::Unreachable("decided".into()))))
    }
}

struct House {
    engine: Engine,
    /// One that sends what the naive executor does: each place's entity.
    plain: Engine,
    plans: Vec<Plan>,
    told: Arc<Mutex<Told>>,
    runtime: tokio::runtime::Runtime,
}

/// Everybody may see everything.
struct Everything;

impl Authorization for Everything {
    fn denies(&self, _: &Requirement) -> Option<bool> {
        None
    }
}

fn house() -> House {
    let part =
        |(name, sdl): &(&str, &str)| Subgraph { name: (*name).into(), url: String::new(), sdl: format!("{LINK}{sdl}") };
    let parts: Vec<Subgraph> = SUBGRAPHS.iter().map(part).collect();
    let composed = compose(&parts).unwrap_or_else(|errors| panic!("{errors:?}"));
    let told: Arc<Mutex<Told>> = Arc::default();
    let target = |name| {
        let transport = Arc::new(Answering { name, told: told.clone() });
        (name.to_owned(), SubgraphTarget { transport, path: "/".into() })
    };
    let targets = SUBGRAPHS.iter().map(|(name, _)| target(*name)).collect();
    let engine = |deduplicate| {
        let settings = EngineSettings { deduplicate, ..EngineSettings::default() };
        Engine::new(&composed.supergraph_sdl, &targets, settings).expect("a supergraph")
    };
    let (engine, plain) = (engine(true), engine(false));
    let plans = OPERATIONS.iter().map(|operation| planned(engine.graph(), operation)).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    House { engine, plain, plans, told, runtime }
}

fn planned(graph: &Supergraph, operation: &str) -> Plan {
    let document = Document::read(graph, operation, &Limits::default()).expect("a document");
    let runnable = document.operation(None).expect("one operation");
    let surroundings = Surroundings { fragments: &document.fragments, truths: &HashSet::default() };
    plan::plan(graph, &runnable.written, surroundings, &Everything).expect("a plan")
}

/// Runs the operation that the first byte chooses, its fetches answered as the others decide. Says what is wrong with
/// the response, or whether it holds data.
pub fn judge(bytes: &[u8]) -> Result<bool, String> {
    static HOUSE: OnceLock<Mutex<House>> = OnceLock::new();
    let house = HOUSE.get_or_init(|| Mutex::new(house())).lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let first = usize::from(*first);
    let (chosen, compares) = (first % OPERATIONS.len(), !(first / OPERATIONS.len()).is_multiple_of(4));
    let operation = OPERATIONS[chosen];
    *house.told.lock().unwrap() = Told { decisions: Decisions { bytes: rest.to_vec(), at: 0 }, answers: Vec::new() };
    let request = GraphQLRequest { query: Some(operation.to_owned()), ..GraphQLRequest::default() };
    let context = RequestContext {
        caller: Arc::new(Caller::default()),
        authorization: None,
        cookies: None,
        allow_mutations: true,
        arrived: None,
    };
    let engine = if compares { &house.plain } else { &house.engine };
    let answer = house.runtime.block_on(engine.execute(request, context));
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let told: Value = serde_json::from_slice(&answer.body).map_err(|error| format!("{operation}\n{error}: {text}"))?;
    let judged = response(&house.engine.graph().api, operation, &told);
    let judged =
        if compares { judged.and_then(|whole| house.compare(chosen, &answer.body).map(|()| whole)) } else { judged };
    judged.map_err(|why| {
        let said = &house.told.lock().unwrap().answers;
        let said = said.iter().map(|(name, body, answer)| {
            let answer = answer.as_deref().map_or("nothing".into(), String::from_utf8_lossy);
            format!("{name} was asked {body}\n   and said {answer}\n")
        });
        format!("{operation}\n{why}\n{text}\n{}", said.collect::<String>())
    })
}

/// What the router says of its own accord, where the naive executor must miss something, too.
const OWN_WORDS: [&str; 5] = [
    "A field that is never null had no value.",
    "The subgraph answered with a value of another type.",
    "The type of this object is not known.",
    "Two subgraphs tell lists of different lengths.",
    "The subgraph answered with something else than an entity.",
];

impl House {
    /// Compares a response with the naive executor's.
    fn compare(&self, chosen: usize, body: &[u8]) -> Result<(), String> {
        let plan = &self.plans[chosen];
        let told = &*self.told.lock().unwrap();
        let of_plan = |query: &str| plan.fetches.iter().any(|fetch| fetch.operation == query);
        if told.answers.iter().any(|(_, body, _)| !body.get("query").and_then(Plain::text).is_some_and(of_plan)) {
            // Lists, or entities, were asked for singly, which the naive executor does not do.
            return Ok(());
        }
        let (mut strange, mut asked) = (Vec::new(), 0);
        let naive = naive::run(plan, self.engine.graph(), &Plain::Object(Vec::new()), &mut |name, body| {
            let Some(answer) = told.answer(name, body) else {
                strange.push(format!("the naive executor asks {name} {body}"));
                return Plain::Null;
            };
            asked += 1;
            answer.as_ref().and_then(|answer| Plain::parse(answer).ok()).unwrap_or(Plain::Null)
        });
        // Only the engine stops at a mutation that nulls all data.
        let stops = plan.fetches[0].kind == OperationType::Mutation && naive.data == Plain::Null;
        if let Some(strange) = strange.first().filter(|_| !stops) {
            return Err(strange.clone());
        }
        if asked < told.answers.len() {
            return Err(format!("the naive executor asks {asked} times"));
        }
        let response = Plain::parse(body)?;
        let differ = |why: &str| Err(format!("{why}\nnaively {naive}"));
        if response.get("data") != Some(&naive.data) {
            return differ("the naive executor has other data");
        }
        let errors = response.get("errors").map_or(&[][..], Plain::items);
        let path = |error: &Plain| error.get("path").map_or(&[][..], Plain::items).to_vec();
        let own = errors.iter().filter(|error| {
            error.get("message").and_then(Plain::text).is_some_and(|message| OWN_WORDS.contains(&message))
        });
        let is_missed = |path: &[Plain]| naive.errors.iter().any(|error| path.starts_with(&error.path));
        if let Some(error) = own.into_iter().find(|error| !is_missed(&path(error))) {
            return differ(&format!("nothing is missed naively by {error}"));
        }
        // What a subgraph told of a list is told of the list, though it was one of its items that was missing.
        let is_told =
            |place: &[Plain]| errors.iter().map(path).any(|path| path.starts_with(place) || place.starts_with(&path));
        match naive.nulled().into_iter().find(|place| !is_told(place)) {
            Some(place) if errors.len() <= naive::MOST_ERRORS && !stops => {
                differ(&format!("nothing is told of {}", Plain::List(place.to_vec())))
            }
            _ => Ok(()),
        }
    }
}

fn response(api: &Valid<Schema>, operation: &str, told: &Value) -> Result<bool, String> {
    let document = ExecutableDocument::parse_and_validate(api, operation, "operation.graphql").expect("valid");
    let set = &document.operations.get(None).expect("one operation").selection_set;
    let data = told.get("data").ok_or("no data")?;
    let errors = told.get("errors").map(|errors| errors.as_array().filter(|all| !all.is_empty()).ok_or("no errors"));
    let errors = errors.transpose()?.map_or(&[][..], Vec::as_slice);
    if errors.len() > 101 || errors.iter().any(|error| !error["message"].is_string()) {
        return Err("the errors are none".into());
    }
    let steps = errors.iter().flat_map(|error| error["path"].as_array().into_iter().flatten());
    if !steps.into_iter().all(|step| step.is_string() || step.is_u64()) {
        return Err("a path is none".into());
    }
    match data {
        Value::Null if errors.is_empty() => Err("null without an error".into()),
        Value::Null => Ok(false),
        data => object(api, &[set], data).map(|()| true),
    }
}

/// Whether an object has the fields that were selected of its type, and no others.
fn object(api: &Valid<Schema>, sets: &[&SelectionSet], value: &Value) -> Result<(), String> {
    let Value::Object(shown) = value else { return Err(format!("{value} is no object")) };
    // Abstract types with fragments are always asked for their name here.
    let ty = match api.types.get(&sets[0].ty) {
        Some(ExtendedType::Object(object)) => object.name.to_string(),
        _ => value["__typename"].as_str().unwrap_or(&sets[0].ty).to_owned(),
    };
    let mut fields: Vec<(&str, &Type, Vec<&SelectionSet>)> = Vec::new();
    let mut open: Vec<&Selection> = sets.iter().flat_map(|set| &set.selections).rev().collect();
    while let Some(selection) = open.pop() {
        match selection {
            Selection::Field(field) => {
                let key = field.response_key().as_str();
                match fields.iter_mut().find(|(known, _, _)| *known == key) {
                    Some((_, _, below)) => below.push(&field.selection_set),
                    None => fields.push((key, &field.definition.ty, vec![&field.selection_set])),
                }
            }
            Selection::InlineFragment(fragment) => {
                let on = fragment.type_condition.as_ref();
                if on.is_none_or(|on| **on == *ty || api.is_subtype(on, &ty)) {
                    open.extend(fragment.selection_set.selections.iter().rev());
                }
            }
            Selection::FragmentSpread(_) => return Err("named fragments are not used here".into()),
        }
    }
    if shown.len() != fields.len() {
        return Err(format!("{value} has other fields than were selected of {ty}"));
    }
    fields.iter().try_for_each(|(key, ty, below)| {
        let value = shown.get(*key).ok_or_else(|| format!("{key} is missing in {value}"))?;
        completed(api, ty, below, value).map_err(|why| format!("{key}: {why}"))
    })
}

/// Whether a value is one of its type.
fn completed(api: &Valid<Schema>, ty: &Type, below: &[&SelectionSet], value: &Value) -> Result<(), String> {
    if value.is_null() {
        return if ty.is_non_null() { Err(format!("null, but it is {ty}")) } else { Ok(()) };
    }
    if ty.is_list() {
        let items = value.as_array().ok_or_else(|| format!("{value} is no list"))?;
        return items.iter().try_for_each(|item| completed(api, ty.item_type(), below, item));
    }
    if !below[0].selections.is_empty() {
        return object(api, below, value);
    }
    let name = ty.inner_named_type();
    let fits = match (name.as_str(), api.types.get(name)) {
        ("Int", _) => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        ("Float", _) => value.is_number(),
        ("Boolean", _) => value.is_boolean(),
        ("String" | "ID", _) => value.is_string(),
        (_, Some(ExtendedType::Enum(known))) => value.as_str().is_some_and(|name| known.values.contains_key(name)),
        _ => true,
    };
    if fits { Ok(()) } else { Err(format!("{value} is no {ty}")) }
}
