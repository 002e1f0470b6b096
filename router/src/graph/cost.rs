//! Weights and list sizes: what a supergraph states by `@cost` and `@listSize`
//! ([cost specification](https://ibm.github.io/graphql-specs/cost-spec.html), in the form of Federation 2.9).
//!
//! It only reads the directives. `operation::cost` computes what an operation costs by them.

use apollo_compiler::{
    Name, Node,
    ast::{Directive, FieldDefinition, Value},
    collections::IndexMap,
    schema::{Component, InputValueDefinition},
};

/// The costs that the supergraph states of one field.
#[derive(Clone, Debug, Default)]
pub struct FieldCost {
    /// The field's `@cost`, which replaces the weight of its type.
    pub weight: Option<i64>,
    /// The arguments that have a `@cost`.
    pub arguments: Vec<(Name, i64)>,
    /// The field's `@listSize`.
    pub list_size: Option<ListSize>,
}

/// How long a list is (`@listSize`).
#[derive(Clone, Debug, Default)]
pub struct ListSize {
    /// The size where no slicing argument is given.
    pub assumed: Option<u64>,
    /// The arguments that bound the size, each as a path: the argument, then fields of input objects
    /// (`input.first`).
    pub slicing: Vec<Vec<Name>>,
    /// The fields of the returned object that are the lists; if there are none, the field itself is the list.
    pub sized: Vec<Name>,
    /// Whether exactly one slicing argument must be given.
    pub requires_one: bool,
}

impl FieldCost {
    /// Reads the directives of a field and its arguments. `None` if they state no cost.
    pub(super) fn read(field: &FieldDefinition) -> Option<Box<Self>> {
        let weights = field.arguments.iter().filter_map(|argument| {
            let weight = weight(argument.directives.iter())?;
            Some((argument.name.clone(), weight))
        });
        let cost = Self {
            weight: weight(field.directives.iter()),
            arguments: weights.collect(),
            list_size: field.directives.get("listSize").map(|directive| ListSize::read(directive)),
        };
        let is_stated = cost.weight.is_some() || cost.list_size.is_some() || !cost.arguments.is_empty();
        is_stated.then(|| Box::new(cost))
    }
}

impl ListSize {
    fn read(directive: &Directive) -> Self {
        let names = |argument| {
            let listed = directive.specified_argument_by_name(argument).and_then(|value| value.as_list());
            listed.unwrap_or_default().iter().filter_map(|name| name.as_str())
        };
        let path = |text: &str| text.split('.').map(|name| Name::new(name).ok()).collect::<Option<Vec<_>>>();
        let slicing: Vec<_> = names("slicingArguments").filter_map(path).collect();
        let requires_one = directive.specified_argument_by_name("requireOneSlicingArgument");
        Self {
            assumed: directive.specified_argument_by_name("assumedSize").and_then(integer).map(size_of),
            requires_one: !slicing.is_empty() && requires_one.and_then(|value| value.to_bool()).unwrap_or(true),
            slicing,
            sized: names("sizedFields").filter_map(|name| Name::new(name).ok()).collect(),
        }
    }
}

/// The weight of an element that has a `@cost`.
pub(super) fn weight<'a>(mut directives: impl Iterator<Item = &'a Node<Directive>>) -> Option<i64> {
    let directive = directives.find(|directive| directive.name == "cost")?;
    integer(directive.specified_argument_by_name("weight")?)
}

/// The weights of an input object's fields, where they have some.
pub(super) fn input_weights(fields: &IndexMap<Name, Component<InputValueDefinition>>) -> Vec<(Name, i64)> {
    let weights = fields.iter().filter_map(|(name, field)| Some((name.clone(), weight(field.directives.iter())?)));
    weights.collect()
}

/// An integer. Federation writes weights as `Int`; the cost specification as strings that hold decimals, which are
/// rounded up.
fn integer(value: &Node<Value>) -> Option<i64> {
    if let Some(number) = value.to_i32() {
        return Some(number.into());
    }
    let number: f64 = match value.as_str() {
        Some(text) => text.trim().parse().ok()?,
        None => value.to_f64()?,
    };
    #[allow(clippy::cast_possible_truncation)] // The conversion saturates; NaN becomes 0.
    Some(number.ceil() as i64)
}

/// A negative size is none.
fn size_of(size: i64) -> u64 {
    u64::try_from(size).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use crate::graph::Supergraph;

    fn supergraph(link: &str, cost: &str, list_size: &str) -> Supergraph {
        let sdl = format!(
            "schema @link(url: \"https://specs.apollo.dev/link/v1.0\") \
            @link(url: \"https://specs.apollo.dev/join/v0.3\", for: EXECUTION) \
            @link(url: \"https://specs.apollo.dev/cost/v0.1\"{link}) {{ query: Query }}
            enum join__Graph {{ A @join__graph(name: \"a\", url: \"\") }}
            scalar S @join__type(graph: A) @{cost}(weight: 9)
            input I @join__type(graph: A) {{ s: S @{cost}(weight: 4) first: Int }}
            type T @join__type(graph: A) @{cost}(weight: -3) {{ n: Int }}
            type Query @join__type(graph: A) {{
              plain: Int
              ts(first: Int, i: I @{cost}(weight: 2)): [T] @{cost}(weight: 5)
                @{list_size}(assumedSize: 7, slicingArguments: [\"first\", \"i.first\"], sizedFields: [\"a\", \"b\"])
            }}"
        );
        Supergraph::parse(&sdl).unwrap()
    }

    #[test]
    fn weights_and_sizes_are_read_under_any_name() {
        for (link, cost, list_size) in [
            (", import: [\"@cost\", \"@listSize\"]", "cost", "listSize"),
            ("", "cost", "cost__listSize"),
            (", as: \"price\"", "price", "price__listSize"),
            (", import: [{name: \"@cost\", as: \"@weighs\"}, {name: \"@listSize\", as: \"@long\"}]", "weighs", "long"),
        ] {
            let graph = supergraph(link, cost, list_size);
            let info = |name: &str| graph.info(graph.type_id(name).unwrap());
            assert_eq!((info("S").weight, info("T").weight), (Some(9), Some(-3)), "{link}");
            assert_eq!(info("I").input_weights, [(apollo_compiler::name!("s"), 4)], "{link}");
            assert!(graph.field(graph.query(), "plain").unwrap().cost.is_none());
            let field = graph.field(graph.query(), "ts").unwrap().cost.as_deref().unwrap();
            assert_eq!((field.weight, field.arguments.len()), (Some(5), 1), "{link}");
            let size = field.list_size.as_ref().unwrap();
            assert_eq!((size.assumed, size.slicing.len(), size.sized.len()), (Some(7), 2, 2), "{link}");
            assert!(size.requires_one && size.slicing[1].len() == 2, "{link}");
        }
    }
}
