//! Our supergraphs against those that another composer made of the same subgraphs.
//!
//! Both become sets of lines, one for each thing that a supergraph says, and the sets must be equal. What says the
//! same in other words is made the same first, and nothing else is:
//!
//! - the order of everything, white space in selections, and arguments that repeat their default;
//! - a field without `@join__field` is in every subgraph of its type; a `type:` that is the field's own says nothing;
//! - the values of `join__Graph` are read as the names of the subgraphs;
//! - the versions and definitions of the specifications themselves (ours are newer).

use std::{collections::BTreeSet, fmt::Write as _};

use apollo_compiler::{
    Name, Node, Schema,
    ast::{Directive, FieldDefinition, InputValueDefinition, Value},
    schema::ExtendedType,
};

use rialto::{
    graph::Supergraph,
    operation::{Document, Limits},
};

use super::federation::cases;

/// What a supergraph says.
struct Said {
    schema: Schema,
    lines: BTreeSet<String>,
}

fn said(sdl: &str) -> BTreeSet<String> {
    let schema = Schema::parse(sdl, "supergraph.graphql").unwrap_or_else(|error| panic!("{}\n{sdl}", error.errors));
    let mut said = Said { schema: schema.clone(), lines: BTreeSet::new() };
    let roots = &schema.schema_definition;
    for (operation, root) in [("query", &roots.query), ("mutation", &roots.mutation)] {
        said.lines.extend(root.as_ref().map(|root| format!("schema {operation}: {}", root.name)));
    }
    for (name, ty) in &schema.types {
        if !ty.is_built_in() && !name.contains("__") {
            said.ty(name, ty);
        }
    }
    said.lines
}

impl Said {
    fn ty(&mut self, name: &Name, ty: &ExtendedType) {
        let kind = match ty {
            ExtendedType::Scalar(_) => "scalar",
            ExtendedType::Object(_) => "type",
            ExtendedType::Interface(_) => "interface",
            ExtendedType::Union(_) => "union",
            ExtendedType::Enum(_) => "enum",
            ExtendedType::InputObject(_) => "input",
        };
        let description = ty.description().map(|text| text.trim().to_owned()).unwrap_or_default();
        self.lines.insert(format!("{kind} {name} {description:?}"));
        let directives: Vec<&Node<Directive>> = ty.directives().iter().map(|component| &component.node).collect();
        for directive in &directives {
            let text = self.directive(directive, None);
            self.lines.insert(format!("{name} {text}"));
        }
        let graphs: Vec<String> = directives
            .iter()
            .filter(|directive| directive.name == "join__type")
            .filter_map(|directive| Some(self.graph(directive.specified_argument_by_name("graph")?)))
            .collect();
        let graphs: BTreeSet<String> = graphs.into_iter().collect();
        match ty {
            ExtendedType::Object(object) => {
                self.implements(name, object.implements_interfaces.iter().map(|interface| &interface.name));
                object.fields.values().for_each(|field| self.field(name, field, &graphs));
            }
            ExtendedType::Interface(interface) => {
                self.implements(name, interface.implements_interfaces.iter().map(|interface| &interface.name));
                interface.fields.values().for_each(|field| self.field(name, field, &graphs));
            }
            ExtendedType::Union(union) => {
                self.lines.extend(union.members.iter().map(|member| format!("{name} = {}", member.name)));
            }
            ExtendedType::Enum(known) => {
                for value in known.values.values() {
                    let said: Vec<_> =
                        value.directives.iter().map(|directive| self.directive(directive, None)).collect();
                    self.line(&format!("{name}.{}", value.value), value.description.as_deref(), said);
                }
            }
            ExtendedType::InputObject(input) => {
                for field in input.fields.values() {
                    self.input(&format!("{name}.{}", field.name), field, Some(&graphs));
                }
            }
            ExtendedType::Scalar(_) => {}
        }
    }

    fn implements<'a>(&mut self, name: &Name, interfaces: impl Iterator<Item = &'a Name>) {
        self.lines.extend(interfaces.map(|interface| format!("{name} implements {interface}")));
    }

    fn field(&mut self, ty: &Name, field: &FieldDefinition, graphs: &BTreeSet<String>) {
        let coordinate = format!("{ty}.{}", field.name);
        self.lines.insert(format!("{coordinate}: {}", field.ty));
        let mut directives: Vec<String> =
            field.directives.iter().map(|directive| self.directive(directive, Some(&field.ty.to_string()))).collect();
        everywhere(&mut directives, graphs);
        self.line(&coordinate, field.description.as_deref(), directives);
        for argument in &field.arguments {
            self.input(&format!("{coordinate}({}:)", argument.name), argument, None);
        }
    }

    fn input(&mut self, coordinate: &str, input: &InputValueDefinition, graphs: Option<&BTreeSet<String>>) {
        let default = input.default_value.as_ref().map(ToString::to_string).unwrap_or_default();
        self.lines.insert(format!("{coordinate}: {} = {default}", input.ty));
        let mut directives: Vec<String> =
            input.directives.iter().map(|directive| self.directive(directive, Some(&input.ty.to_string()))).collect();
        if let Some(graphs) = graphs {
            everywhere(&mut directives, graphs);
        }
        self.line(coordinate, input.description.as_deref(), directives);
    }

    fn line(&mut self, coordinate: &str, description: Option<&str>, directives: Vec<String>) {
        self.lines.insert(format!("{coordinate} {:?}", description.unwrap_or_default().trim()));
        self.lines.extend(directives.into_iter().map(|directive| format!("{coordinate} {directive}")));
    }

    /// A directive, its arguments sorted, without those that say nothing.
    fn directive(&self, directive: &Directive, own_type: Option<&str>) -> String {
        let mut arguments: Vec<String> = Vec::new();
        for argument in &directive.arguments {
            let told = match (argument.name.as_str(), &*argument.value) {
                ("graph", value) => self.graph(value),
                ("resolvable", Value::Boolean(true))
                | ("extension" | "external" | "usedOverridden" | "isInterfaceObject", Value::Boolean(false)) => {
                    continue;
                }
                ("type", Value::String(ty)) if Some(ty.as_str()) == own_type => continue,
                ("key" | "requires" | "provides", Value::String(fields)) => one_spaced(fields),
                (_, value) => value.to_string(),
            };
            arguments.push(format!("{}: {told}", argument.name));
        }
        arguments.sort();
        format!("@{}({})", directive.name, arguments.join(", "))
    }

    fn graph(&self, value: &Value) -> String {
        let graphs = self.schema.get_enum("join__Graph").expect("the graphs");
        let graph = value.as_enum().and_then(|name| graphs.values.get(name)).expect("a graph");
        let join = graph.directives.get("join__graph").expect("its name");
        join.specified_argument_by_name("name").and_then(|name| name.as_str()).expect("its name").to_owned()
    }
}

/// Says of a field without `@join__field` what that means.
fn everywhere(directives: &mut Vec<String>, graphs: &BTreeSet<String>) {
    if !directives.iter().any(|directive| directive.starts_with("@join__field")) {
        directives.extend(graphs.iter().map(|graph| format!("@join__field(graph: {graph})")));
    }
}

fn one_spaced(fields: &str) -> String {
    let spaced = fields.replace(',', " ").replace('{', " { ").replace('}', " } ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn our_supergraphs_say_what_the_reference_says() {
    let mut different = String::new();
    for case in cases() {
        let (ours, reference) = (said(&case.composed()), said(&case.supergraph));
        if ours == reference {
            continue;
        }
        let _ = writeln!(different, "=== {}", case.name);
        for line in ours.difference(&reference) {
            let _ = writeln!(different, "  ours alone:      {line}");
        }
        for line in reference.difference(&ours) {
            let _ = writeln!(different, "  reference alone: {line}");
        }
    }
    assert!(different.is_empty(), "{different}");
}

#[test]
fn the_listed_operations_are_valid_in_both_or_neither() {
    for case in cases() {
        let [ours, reference] =
            [&case.composed(), &case.supergraph].map(|sdl| Supergraph::parse(sdl).expect("a supergraph"));
        for listed in &case.queries {
            let text = listed["query"].as_str().expect("a query");
            let [ours, reference] =
                [&ours, &reference].map(|graph| Document::read(graph, text, &Limits::default()).is_ok());
            assert_eq!(ours, reference, "{}: {text}", case.name);
        }
    }
}
