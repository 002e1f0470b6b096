//! Every amount, moment, currency and id that the schema takes, each of them wrong once: a field error in a mutation, an
//! error with a place in a query, and never the words of a library. The schema is walked, so a new field is met too.

use apollo_compiler::{
    Name, Node, Schema,
    ast::{InputValueDefinition, Type},
    schema::ExtendedType,
};
use serde_json::{Map, Value, json};
use tests::{Client, Shop, binaries, client::items};

everywhere! {
    what_is_wrong_in_a_mutation_is_a_user_error_with_its_path,
    what_is_wrong_in_a_query_is_an_error_with_its_place,
}

/// Values that are none of these scalars, and the code that they get in a mutation.
fn wrong(scalar: &str) -> (Vec<Value>, &'static str) {
    match scalar {
        "Decimal" => {
            let texts = ["12,50", "", "1e3", "NaN", "99999999999999999999"].map(Value::from);
            let others = [json!(1e30), json!(true), json!([1]), json!({"a": 1})];
            (texts.into_iter().chain(others).collect(), "INVALID_AMOUNT")
        }
        "DateTime" => (vec![json!("yesterday"), json!("2026-02-30T00:00:00Z"), json!(5), json!([])], "INVALID"),
        "CurrencyCode" => (vec![json!("XYZ"), json!("euro"), json!(7), json!({})], "INVALID_CURRENCY"),
        "ID" => (vec![json!("junk"), json!(""), json!("zzz_01900000000070008000000000000001"), json!(7)], "INVALID_ID"),
        _ => (Vec::new(), ""),
    }
}

/// A place within an argument, from its name on.
type Path = Vec<String>;

/// The schema as clients see it.
fn api() -> Schema {
    let file = binaries::workspace().join("schema/api.graphql");
    let sdl = std::fs::read_to_string(file).expect("the API's schema");
    Schema::parse(sdl, "api.graphql").expect("a schema")
}

/// Every place of a scalar that can be wrong below a value of type `ty`, with the least that makes such a value. An input
/// object that has been met on the way is not entered again.
fn places(schema: &Schema, ty: &Type, path: &Path, met: &[&Name]) -> Vec<(Path, String)> {
    let below = |step: &str| [path.as_slice(), &[step.to_owned()]].concat();
    if ty.is_list() {
        return places(schema, ty.item_type(), &below("0"), met);
    }
    let name = ty.inner_named_type();
    match schema.types.get(name) {
        Some(ExtendedType::InputObject(input)) if !met.contains(&name) => {
            let met = [met, &[name]].concat();
            let fields = input.fields.values();
            fields.flat_map(|field| places(schema, &field.ty, &below(&field.name), &met)).collect()
        }
        _ if wrong(name).0.is_empty() => Vec::new(),
        _ => vec![(path.clone(), name.to_string())],
    }
}

/// A value of type `ty` that holds `value` at `path`, and beside it only what must be there.
fn holding(schema: &Schema, ty: &Type, path: &[String], value: &Value) -> Value {
    let [step, rest @ ..] = path else { return value.clone() };
    if ty.is_list() {
        return json!([holding(schema, ty.item_type(), rest, value)]);
    }
    let Some(ExtendedType::InputObject(input)) = schema.types.get(ty.inner_named_type()) else {
        panic!("{ty} has no field {step}");
    };
    let mut fields = Map::new();
    for (name, field) in &input.fields {
        if name.as_str() == step {
            fields.insert(name.to_string(), holding(schema, &field.ty, rest, value));
        } else if field.ty.is_non_null() && field.default_value.is_none() {
            fields.insert(name.to_string(), least(schema, &field.ty));
        }
    }
    Value::Object(fields)
}

/// The least value of a type that a client may send.
fn least(schema: &Schema, ty: &Type) -> Value {
    if ty.is_list() {
        return json!([]);
    }
    match schema.types.get(ty.inner_named_type()) {
        Some(ExtendedType::InputObject(input)) => {
            let needed = input.fields.values().filter(|field| field.ty.is_non_null() && field.default_value.is_none());
            Value::Object(needed.map(|field| (field.name.to_string(), least(schema, &field.ty))).collect())
        }
        Some(ExtendedType::Enum(known)) => json!(known.values.keys().next().expect("a value").as_str()),
        _ => match ty.inner_named_type().as_str() {
            "Int" => json!(1),
            "Boolean" => json!(false),
            "Decimal" => json!("1"),
            "CurrencyCode" => json!("EUR"),
            _ => json!("some text or other"),
        },
    }
}

/// The errors of a request, whose messages are checked on the way.
fn errors(answer: &tests::Answer) -> Vec<Value> {
    let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
    for error in &errors {
        let message = error["message"].as_str().expect("a message");
        assert!(!message.contains("(occurred") && !message.starts_with("Failed to parse"), "{message}");
    }
    errors
}

async fn what_is_wrong_in_a_mutation_is_a_user_error_with_its_path(shop: &Shop) {
    let schema = api();
    let admin = shop.admin().await;
    let fields = |root| &schema.get_object(root).expect("a root").fields;
    let mutations = fields("Mutation").iter().map(|field| ("mutation", field));
    // A query that takes an input, as `quote` does, answers as a mutation would.
    let queries = fields("Query").iter().map(|field| ("query", field));
    let mut tried = 0;
    for (operation, (name, field)) in mutations.chain(queries) {
        let Some(input) = field.argument_by_name("input") else { continue };
        let document = format!(
            "{operation} Try($input: {}) {{ answer: {name}(input: $input) {{ userErrors {{ code path message }} }} }}",
            input.ty
        );
        for (path, scalar) in places(&schema, &input.ty, &vec!["input".to_owned()], &[]) {
            let (values, code) = wrong(&scalar);
            for value in values {
                let input = holding(&schema, &input.ty, &path[1..], &value);
                let answer = admin.query(&document, json!({"input": input})).await;
                assert!(errors(&answer).is_empty(), "{name} {path:?} {value}: {:#}", answer.body);
                let told = items(&answer.body["data"]["answer"]["userErrors"]);
                let is_told = told.iter().any(|error| error["code"] == code && error["path"] == json!(path));
                assert!(is_told, "{name} {path:?} {value}: {told:#?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried}");
}

async fn what_is_wrong_in_a_query_is_an_error_with_its_place(shop: &Shop) {
    let schema = api();
    let admin = shop.admin().await;
    let queries = schema.get_object("Query").expect("queries");
    let mut tried = 0;
    for (name, query) in &queries.fields {
        for argument in query.arguments.iter().filter(|argument| argument.name != "input") {
            for (path, scalar) in places(&schema, &argument.ty, &vec![argument.name.to_string()], &[]) {
                for value in wrong(&scalar).0 {
                    let asked = Asked { schema: &schema, name, query: &query.ty, argument, path: &path, value: &value };
                    asked.is_refused_with_its_place(&admin).await;
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 40, "{tried}");
}

/// One wrong value in one argument of a query.
struct Asked<'t> {
    schema: &'t Schema,
    name: &'t Name,
    query: &'t Type,
    argument: &'t Node<InputValueDefinition>,
    path: &'t Path,
    value: &'t Value,
}

impl Asked<'_> {
    async fn is_refused_with_its_place(&self, admin: &Client) {
        let Self { schema, name, argument, path, value, .. } = self;
        let is_object = schema.types.get(self.query.inner_named_type()).is_some_and(|ty| !ty.is_leaf());
        let selection = if is_object { "{ __typename }" } else { "" };
        let document = format!(
            "query Try($value: {}) {{ beside: __typename answer: {name}({}: $value) {selection} }}",
            argument.ty, argument.name
        );
        let given = holding(schema, &argument.ty, &path[1..], value);
        let answer = admin.query(&document, json!({"value": given})).await;
        let told = errors(&answer);
        let [error] = told.as_slice() else { panic!("{name} {path:?} {value}: {:#}", answer.body) };
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{name} {path:?} {value}: {error:#}");
        assert_eq!(error["extensions"]["inputPath"], json!(path), "{name} {value}: {error:#}");
        if !self.query.is_non_null() {
            assert_eq!(answer.body["data"]["beside"], "Query", "the rest is there: {:#}", answer.body);
        }
    }
}
