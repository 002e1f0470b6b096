//! Operations that put one text at every place of a schema's arguments where a text can stand.
//!
//! A field's arguments are filled with the least that the schema demands, and with the text at one place more. Fields
//! of objects that lie below a root field without required arguments are probed where they lie.

use std::collections::HashMap;

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition},
};
use serde_json::{Map, Value, json};

/// How many fields lie at most above one that is probed.
const DEPTH: usize = 4;

/// Texts that no place of a shop's schema accepts, and that databases, terminals and mails take for something else.
pub const ODD_TEXTS: [&str; 4] = ["\0", "a\0b", "\u{1b}[2J\u{7}\u{85}", "\u{202e}\u{ffff}\u{2028}"];

/// An operation with the text at one place.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The place, such as `Mutation.addProduct(input.title)`.
    pub place: String,
    /// The operation.
    pub query: String,
    /// Its variables, which hold the text.
    pub variables: Value,
    /// The same operation with literals instead of variables.
    pub inline: String,
}

/// What a schema's input types and fields are.
pub struct Probes {
    types: HashMap<String, TypeKind>,
    known: HashMap<String, Value>,
}

impl Probes {
    /// The probes of a subgraph's SDL. `known` are the values of fields and arguments, by their names, that lead far into
    /// the domain: ids of things that exist, above all.
    ///
    /// # Panics
    ///
    /// When the SDL is none.
    pub fn new(sdl: &str, known: &[(&str, Value)]) -> Self {
        // This parser does not know that a schema can be described.
        let sdl = sdl.find("\nschema").map_or(sdl, |end| &sdl[end..]);
        let document = parse_schema(sdl).expect("a subgraph's SDL");
        let types = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(ty) => Some((ty.node.name.node.to_string(), ty.node.kind)),
            _ => None,
        });
        let known = known.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Self { types: types.collect(), known }
    }

    /// One operation for each place, with `text` there.
    pub fn with(&self, text: &str) -> Vec<Probe> {
        let mut probes = Vec::new();
        for root in ["Query", "Mutation"] {
            self.below(root, &[], text, &mut probes);
        }
        probes
    }

    fn fields(&self, ty: &str) -> impl Iterator<Item = &FieldDefinition> {
        let fields = match self.types.get(ty) {
            Some(TypeKind::Object(object)) => object.fields.as_slice(),
            _ => &[],
        };
        fields.iter().map(|field| &field.node)
    }

    /// Probes the fields of `ty`, to which the fields of `path` lead, and those below them.
    fn below(&self, ty: &str, path: &[(&str, &str)], text: &str, probes: &mut Vec<Probe>) {
        for field in self.fields(ty) {
            let name = field.name.node.as_str();
            let result = named(&field.ty.node);
            for argument in &field.arguments {
                let mut places = Vec::new();
                self.places(&argument.node, &[], &mut places);
                probes.extend(places.iter().map(|place| self.probe(ty, field, path, place, text)));
            }
            let is_free = field.arguments.iter().all(|argument| Self::is_optional(&argument.node));
            let is_new = path.iter().all(|(_, above)| *above != result) && !["Query", ty].contains(&result);
            if ty != "Mutation" && is_free && is_new && path.len() < DEPTH {
                self.below(result, &[path, &[(name, result)]].concat(), text, probes);
            }
        }
    }

    /// The paths at and below a value at which a text can stand.
    fn places(&self, value: &InputValueDefinition, path: &[String], places: &mut Vec<Vec<String>>) {
        let path = [path, &[value.name.node.to_string()]].concat();
        match (named(&value.ty.node), self.types.get(named(&value.ty.node))) {
            (_, Some(TypeKind::InputObject(object))) => {
                object.fields.iter().for_each(|field| self.places(&field.node, &path, places));
            }
            ("String" | "ID", _) | (_, Some(TypeKind::Scalar)) => places.push(path),
            _ => {}
        }
    }

    fn is_optional(value: &InputValueDefinition) -> bool {
        value.ty.node.nullable || value.default_value.is_some()
    }

    fn probe(&self, ty: &str, field: &FieldDefinition, path: &[(&str, &str)], place: &[String], text: &str) -> Probe {
        let (mut declared, mut given, mut literals, mut variables) = (vec![], vec![], vec![], Map::new());
        for argument in field.arguments.iter().map(|argument| &argument.node) {
            let name = argument.name.node.as_str();
            if let Some(value) = self.value(argument, Some(place), text) {
                declared.push(format!("${name}: {}", argument.ty.node));
                given.push(format!("{name}: ${name}"));
                literals.push(format!("{name}: {}", self.literal(&argument.ty.node, &value)));
                variables.insert(name.to_owned(), value);
            }
        }
        let selection = self.selection(named(&field.ty.node));
        let selected = |arguments: &[String]| {
            let field = format!("{}({}){selection}", field.name.node, arguments.join(", "));
            path.iter().rev().fold(field, |below, (above, _)| format!("{above} {{ {below} }}"))
        };
        let operation = if ty == "Mutation" { "mutation" } else { "query" };
        Probe {
            place: format!("{ty}.{}({})", field.name.node, place.join(".")),
            query: format!("{operation}({}) {{ {} }}", declared.join(", "), selected(&given)),
            variables: Value::Object(variables),
            inline: format!("{operation} {{ {} }}", selected(&literals)),
        }
    }

    /// A value as it stands in a document. JSON's strings are GraphQL's.
    fn literal(&self, ty: &Type, value: &Value) -> String {
        match (value, self.types.get(named(ty))) {
            (Value::Array(items), _) => {
                let items: Vec<_> = items.iter().map(|item| self.literal(ty, item)).collect();
                format!("[{}]", items.join(", "))
            }
            (Value::Object(given), Some(TypeKind::InputObject(object))) => {
                let fields = object.fields.iter().map(|field| &field.node);
                let given = fields.filter_map(|field| {
                    let name = field.name.node.as_str();
                    Some(format!("{name}: {}", self.literal(&field.ty.node, given.get(name)?)))
                });
                format!("{{{}}}", given.collect::<Vec<_>>().join(", "))
            }
            (Value::String(name), Some(TypeKind::Enum(_))) => name.clone(),
            (other, _) => other.to_string(),
        }
    }

    /// The value of an argument or input field: with the text where `place` leads here, otherwise the least that will do.
    fn value(&self, value: &InputValueDefinition, place: Option<&[String]>, text: &str) -> Option<Value> {
        let name = value.name.node.as_str();
        let inside =
            place.and_then(|place| place.split_first()).filter(|(first, _)| *first == name).map(|(_, rest)| rest);
        if inside.is_none() && Self::is_optional(value) && !self.known.contains_key(name) {
            return None;
        }
        let single = match (inside, self.types.get(named(&value.ty.node))) {
            (Some([]), _) => json!(text),
            (_, Some(TypeKind::InputObject(object))) => {
                let fields = object.fields.iter().map(|field| &field.node);
                fields
                    .filter_map(|field| Some((field.name.node.to_string(), self.value(field, inside, text)?)))
                    .collect()
            }
            _ => return Some(self.least(name, &value.ty.node)),
        };
        Some(if is_list(&value.ty.node) { json!([single]) } else { single })
    }

    fn least(&self, name: &str, ty: &Type) -> Value {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let single = match (named(ty), self.types.get(named(ty))) {
            (_, Some(TypeKind::Enum(values))) => json!(values.values[0].node.value.node.as_str()),
            ("Int" | "Float", _) => json!(1),
            ("Boolean", _) => json!(true),
            ("Decimal", _) => json!("1.00"),
            ("CurrencyCode", _) => json!("EUR"),
            ("DateTime", _) => json!("2030-01-01T00:00:00Z"),
            _ => json!("a text of no meaning"),
        };
        if is_list(ty) { json!([single]) } else { single }
    }

    /// What is selected of a field: enough that everything is read.
    fn selection(&self, ty: &str) -> String {
        let nested = |field: &FieldDefinition| match field.name.node.as_str() {
            "userErrors" => Some("userErrors { code path }"),
            "nodes" => Some("nodes { __typename }"),
            "totalCount" => Some("totalCount"),
            _ => None,
        };
        match self.types.get(ty) {
            Some(TypeKind::Object(_)) => {
                let nested: Vec<_> = self.fields(ty).filter_map(nested).collect();
                format!(" {{ __typename {} }}", nested.join(" "))
            }
            Some(TypeKind::Interface(_) | TypeKind::Union(_)) => " { __typename }".to_owned(),
            _ => String::new(),
        }
    }
}

/// The name at the end of a type's lists.
fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(item),
    }
}

fn is_list(ty: &Type) -> bool {
    matches!(ty.base, BaseType::List(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_of_the_arguments_has_a_probe() {
        let sdl = "scalar Decimal enum E { A } input In { a: String! b: [ID!] c: Deep n: Int! e: E! d: Decimal = \"1\" } \
            input Deep { t: [String!]! } type Mutation { m(input: In!): P } type P { userErrors: [String!]! } \
            type Query { shelf: Shelf things(first: Int, ids: [ID!]!): [Int] } type Shelf { back: Query books(q: String): Int }";
        let probes = Probes::new(sdl, &[("ids", json!(["known"]))]).with("!");
        let shown: Vec<_> = probes.iter().map(|probe| (probe.place.as_str(), probe.variables.clone())).collect();
        let least = |name: &str, value: Value| {
            let mut least = json!({"a": "a text of no meaning", "e": "A", "n": 1});
            least[name] = value;
            json!({"input": least})
        };
        assert_eq!(
            shown,
            [
                ("Shelf.books(q)", json!({"q": "!"})),
                ("Query.things(ids)", json!({"ids": ["!"]})),
                ("Mutation.m(input.a)", least("a", json!("!"))),
                ("Mutation.m(input.b)", least("b", json!(["!"]))),
                ("Mutation.m(input.c.t)", least("c", json!({"t": ["!"]}))),
                ("Mutation.m(input.d)", least("d", json!("!"))),
            ]
        );
        assert_eq!(probes[0].query, "query($q: String) { shelf { books(q: $q) } }");
        let inline = "mutation { m(input: {a: \"!\", n: 1, e: A}) { __typename userErrors { code path } } }";
        assert_eq!(probes[2].inline, inline);
        assert_eq!(
            probes[2].query,
            "mutation($input: In!) { m(input: $input) { __typename userErrors { code path } } }"
        );
    }
}
