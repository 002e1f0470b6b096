//! Says `@shareable` and imports what alterations use, so that more of them compose.

use std::collections::BTreeMap;

use apollo_compiler::{
    Name, Node,
    ast::{Definition, Directive, Document, Value},
    name,
};

use super::{Graph, composites};

const USED: [&str; 10] = [
    "@key",
    "@requires",
    "@provides",
    "@external",
    "@shareable",
    "@override",
    "@inaccessible",
    "@interfaceObject",
    "@extends",
    "@tag",
];

/// See the module's description.
pub fn mend(graph: &mut Graph) {
    let mut known: BTreeMap<(Name, Name), usize> = BTreeMap::new();
    for (_, document) in &mut *graph {
        for ty in composites(document).into_iter().filter(|ty| !ty.is_interface) {
            // What one knows as external another may have to share, as it is provided.
            for field in ty.fields.iter() {
                *known.entry((ty.name.clone(), field.name.clone())).or_default() += 1;
            }
        }
    }
    for (_, document) in &mut *graph {
        if !import(document) {
            continue;
        }
        for ty in composites(document).into_iter().filter(|ty| !ty.is_interface) {
            for field in ty.fields.iter_mut() {
                let shared = known.get(&(ty.name.clone(), field.name.clone())).is_some_and(|times| *times > 1);
                let says = ["shareable", "external"].iter().any(|name| field.directives.has(name));
                if shared && !says {
                    field.make_mut().directives.push(Directive::new(name!("shareable")));
                }
            }
        }
    }
}

/// Whether the subgraph links Federation 2, whose directives it then imports.
fn import(document: &mut Document) -> bool {
    let links = document.definitions.iter_mut().filter_map(|definition| match definition {
        Definition::SchemaExtension(schema) => Some(&mut schema.make_mut().directives),
        Definition::SchemaDefinition(schema) => Some(&mut schema.make_mut().directives),
        _ => None,
    });
    for link in links.flat_map(|directives| directives.iter_mut()) {
        let is_federation = |value: &Node<Value>| value.as_str().is_some_and(|url| url.contains("/federation/"));
        if !link.specified_argument_by_name("url").is_some_and(is_federation) {
            continue;
        }
        let imports = link.make_mut().arguments.iter_mut().find(|argument| argument.name == "import");
        let Some(imports) = imports else { return true };
        if let Value::List(names) = imports.make_mut().value.make_mut() {
            let imported = |name: &str| Node::new(Value::String(name.to_owned()));
            for name in USED {
                if !names.iter().any(|known| known.as_str() == Some(name))
                    && names.iter().all(|known| known.as_str().is_some())
                {
                    names.push(imported(name));
                }
            }
        }
        return true;
    }
    false
}
