//! Graphs that nobody thought of: those of the cases with some of what the subgraphs say altered at random.
//!
//! Most alterations compose to something with another meaning, and some to nothing. Which, only composition knows; what
//! composes must then be answered as its data say.

mod edits;
mod mend;

use std::collections::BTreeMap;

use apollo_compiler::{
    Name, Node,
    ast::{Definition, DirectiveList, Document, FieldDefinition},
};

use crate::{
    federation::{Case, try_compose},
    random::{Random, hash},
};

/// Those alterations of cases that compose, so many tried of each, and the seeds that they came from.
pub fn cases(of: &[Case], first: u64, tries: u64) -> Vec<(Case, u64)> {
    let mut made = Vec::new();
    for (case, seed) in of.iter().flat_map(|case| (first..first + tries).map(move |seed| (case, seed))) {
        let subgraphs = alter(&case.name, &case.subgraphs, seed);
        if let Ok(supergraph) = try_compose(&subgraphs) {
            let name = format!("{}, altered {seed}", case.name);
            made.push((Case { name, subgraphs, supergraph, queries: Vec::new() }, seed));
        }
    }
    let all = of.len() * usize::try_from(tries).expect("a few");
    println!("{} of {all} alterations compose", made.len());
    assert!(all < 100 || made.len() * 4 > all, "{} of {all} alterations compose", made.len());
    made
}

/// The subgraphs' SDLs, altered in up to four places.
fn alter(name: &str, sdls: &BTreeMap<String, String>, seed: u64) -> BTreeMap<String, String> {
    let mut random = Random::new(hash(seed, name));
    let mut graph: Graph = sdls.iter().map(|(name, sdl)| (name.clone(), document(sdl))).collect();
    let edits = 1 + random.below(4);
    let mut made = 0;
    // Some find nothing to alter.
    for _ in 0..edits * 4 {
        made += usize::from(edits::edit(&mut graph, &mut random));
        if made == edits {
            break;
        }
    }
    mend::mend(&mut graph);
    graph.into_iter().map(|(name, document)| (name, document.to_string())).collect()
}

fn document(sdl: &str) -> Document {
    Document::parse(sdl, "subgraph.graphql").unwrap_or_else(|error| panic!("{error}"))
}

/// The documents of all subgraphs, by name.
type Graph = Vec<(String, Document)>;

/// An object or interface, as one definition or extension of it says.
struct Composite<'d> {
    name: Name,
    is_interface: bool,
    implements: &'d mut Vec<Name>,
    directives: &'d mut DirectiveList,
    fields: &'d mut Vec<Node<FieldDefinition>>,
}

impl Composite<'_> {
    fn field(&self, name: &str) -> Option<&Node<FieldDefinition>> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// The objects and interfaces of a subgraph.
fn composites<'d>(document: &'d mut Document) -> Vec<Composite<'d>> {
    macro_rules! composite {
        ($node:ident, $is_interface:literal) => {{
            let inside = $node.make_mut();
            Composite {
                name: inside.name.clone(),
                is_interface: $is_interface,
                implements: &mut inside.implements_interfaces,
                directives: &mut inside.directives,
                fields: &mut inside.fields,
            }
        }};
    }
    let open = |definition: &'d mut Definition| match definition {
        Definition::ObjectTypeDefinition(node) => Some(composite!(node, false)),
        Definition::ObjectTypeExtension(node) => Some(composite!(node, false)),
        Definition::InterfaceTypeDefinition(node) => Some(composite!(node, true)),
        Definition::InterfaceTypeExtension(node) => Some(composite!(node, true)),
        _ => None,
    };
    document.definitions.iter_mut().filter_map(open).collect()
}
