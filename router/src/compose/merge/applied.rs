//! Merges the directives that go into the supergraph: what something costs, other marks that clients or routers need,
//! and what the subgraphs ask to be carried on. Who may see something is [`access`](super::access)'s.

use std::collections::BTreeSet;

use apollo_compiler::{
    Node,
    ast::{Directive, Value},
};
use indexmap::IndexMap;

use crate::compose::{hint::HintCode, merge::model::Merged, read::subgraph::SubgraphSchema, text};

/// The directives of one element in each subgraph that has it.
pub(in crate::compose) type Applied<'s> = [(&'s SubgraphSchema, Vec<&'s Node<Directive>>)];

/// The directives of federation that go into the supergraph.
pub(in crate::compose) const MERGED: [&str; 7] =
    ["tag", "inaccessible", "authenticated", "requiresScopes", "policy", "cost", "listSize"];

/// The directives of the supergraph's element, as they are written, but for those of its access.
pub(in crate::compose) fn merge(coordinate: &str, applied: &Applied<'_>, merged: &mut Merged) -> Vec<String> {
    let mut written: Vec<String> = Vec::new();
    for name in ["inaccessible", "tag"] {
        for (_, directive) in meaning(applied, name) {
            let local = merged.name_of(name);
            let text = match directive.specified_argument_by_name("name").and_then(|name| name.as_str()) {
                Some(tag) => format!("@{local}(name: {})", text::string(tag)),
                None => format!("@{local}"),
            };
            merged.features.insert(name);
            if !written.contains(&text) {
                written.push(text);
            }
        }
    }
    written.extend(of_graphql("deprecated", coordinate, applied, merged));
    written.extend(of_graphql("specifiedBy", coordinate, applied, merged));
    written.extend(cost(coordinate, applied, merged));
    written.extend(list_size(coordinate, applied, merged));
    written.extend(cache_tags(applied, merged));
    written.extend(composed(coordinate, applied, merged));
    written
}

pub(super) type Found<'s> = Vec<(&'s SubgraphSchema, &'s Node<Directive>)>;

/// The applications of a directive of federation.
pub(super) fn meaning<'s>(applied: &Applied<'s>, name: &str) -> Found<'s> {
    let all = applied.iter().flat_map(|(subgraph, directives)| directives.iter().map(|known| (*subgraph, *known)));
    all.filter(|(subgraph, directive)| subgraph.names.canonical(&directive.name) == Some(name)).collect()
}

/// Notes that the supergraph uses a directive, and tells if its arguments were merged.
pub(super) fn told(coordinate: &str, name: &'static str, found: &Found<'_>, merged: &mut Merged) {
    merged.features.insert(name);
    let different: BTreeSet<String> = found.iter().map(|(_, known)| arguments(known)).collect();
    if different.len() > 1 {
        let text = format!("@{name} has different arguments, which the supergraph merges by their rules");
        merged.hint(HintCode::MergedNonRepeatableDirectiveArguments, coordinate, &subgraphs(found), text);
    }
}

fn subgraphs<'s>(found: &Found<'s>) -> Vec<&'s str> {
    let mut names: Vec<&str> = found.iter().map(|(subgraph, _)| subgraph.name.as_str()).collect();
    names.dedup();
    names
}

/// The arguments, in the order of their names.
fn arguments(directive: &Directive) -> String {
    let mut arguments: Vec<String> =
        directive.arguments.iter().map(|known| format!("{}: {}", known.name, known.value)).collect();
    arguments.sort();
    arguments.join(", ")
}

/// What a directive says where it may be said once: what most subgraphs say, the first of them if as many say other
/// things.
fn agreed<'s>(coordinate: &str, name: &str, found: &Found<'s>, merged: &mut Merged) -> Option<&'s Node<Directive>> {
    let said: Vec<String> = found.iter().map(|(_, known)| arguments(known)).collect();
    let count = |text: &String| said.iter().filter(|other| *other == text).count();
    let most = said.iter().map(count).max()?;
    let chosen = said.iter().position(|text| count(text) == most)?;
    if said.iter().any(|text| *text != said[chosen]) {
        let text = format!("@{name} has different arguments; the supergraph has: {}", said[chosen]);
        merged.hint(HintCode::InconsistentNonRepeatableDirectiveArguments, coordinate, &subgraphs(found), text);
    }
    Some(found[chosen].1)
}

fn of_graphql(name: &str, coordinate: &str, applied: &Applied<'_>, merged: &mut Merged) -> Option<String> {
    let all = applied.iter().flat_map(|(subgraph, directives)| directives.iter().map(|known| (*subgraph, *known)));
    let found: Found<'_> = all.filter(|(_, directive)| directive.name == name).collect();
    Some(agreed(coordinate, name, &found, merged)?.serialize().no_indent().to_string())
}

/// The highest weight that any subgraph gives.
fn cost(coordinate: &str, applied: &Applied<'_>, merged: &mut Merged) -> Option<String> {
    let found = meaning(applied, "cost");
    let weight = |directive: &Directive| directive.specified_argument_by_name("weight")?.to_i32();
    let highest = found.iter().filter_map(|(_, directive)| weight(directive)).max()?;
    told(coordinate, "cost", &found, merged);
    Some(format!("@{}(weight: {highest})", merged.name_of("cost")))
}

/// The longest list that any subgraph assumes, all arguments that slice it and all fields that are sized; one slicing
/// argument is required if all subgraphs require it.
fn list_size(coordinate: &str, applied: &Applied<'_>, merged: &mut Merged) -> Option<String> {
    let found = meaning(applied, "listSize");
    if found.is_empty() {
        return None;
    }
    told(coordinate, "listSize", &found, merged);
    let of = |name: &str| {
        let values = found.iter().filter_map(move |(_, directive)| directive.specified_argument_by_name(name));
        values.collect::<Vec<_>>()
    };
    let mut written = Vec::new();
    if let Some(size) = of("assumedSize").iter().filter_map(|size| size.to_i32()).max() {
        written.push(format!("assumedSize: {size}"));
    }
    for name in ["slicingArguments", "sizedFields"] {
        let mut all: Vec<&str> = Vec::new();
        let lists = of(name);
        for item in lists.iter().filter_map(|list| list.as_list()).flatten().filter_map(|item| item.as_str()) {
            if !all.contains(&item) {
                all.push(item);
            }
        }
        if !lists.iter().all(|list| list.is_null()) {
            written.push(format!("{name}: {}", text::strings(all)));
        }
    }
    if of("requireOneSlicingArgument").iter().any(|required| required.to_bool() == Some(false)) {
        written.push("requireOneSlicingArgument: false".to_owned());
    }
    let local = merged.name_of("listSize");
    Some(if written.is_empty() { format!("@{local}") } else { format!("@{local}({})", written.join(", ")) })
}

/// What caches go by is each subgraph's own, so the supergraph says whose it is.
fn cache_tags(applied: &Applied<'_>, merged: &mut Merged) -> Vec<String> {
    let mut tags: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for (subgraph, directive) in meaning(applied, "cacheTag") {
        if let Some(format) = directive.specified_argument_by_name("format").and_then(|format| format.as_str()) {
            let graphs = tags.entry(format).or_default();
            if !graphs.contains(&subgraph.graph.as_str()) {
                graphs.push(&subgraph.graph);
            }
        }
    }
    if !tags.is_empty() {
        merged.features.insert("cacheTag");
    }
    let write = |(format, graphs): (&str, Vec<&str>)| {
        let format = Value::String(format.to_owned());
        let format = format.serialize().no_indent();
        let graphs = graphs.join(", ");
        format!("@join__directive(graphs: [{graphs}], name: \"federation__cacheTag\", args: {{format: {format}}})")
    };
    tags.into_iter().map(write).collect()
}

/// What `@composeDirective` carries on.
fn composed(coordinate: &str, applied: &Applied<'_>, merged: &mut Merged) -> Vec<String> {
    let mut written = Vec::new();
    let names: Vec<(String, bool)> =
        merged.composed.iter().map(|(name, known)| (name.clone(), known.definition.repeatable)).collect();
    for (name, repeatable) in names {
        let all = applied.iter().flat_map(|(subgraph, directives)| directives.iter().map(|known| (*subgraph, *known)));
        let found: Found<'_> = all
            .filter(|(subgraph, directive)| directive.name == name.as_str() && subgraph.composes(&directive.name))
            .collect();
        let text = |directive: &Node<Directive>| directive.serialize().no_indent().to_string();
        if repeatable {
            for (_, directive) in &found {
                if !written.contains(&text(directive)) {
                    written.push(text(directive));
                }
            }
        } else {
            written.extend(agreed(coordinate, &name, &found, merged).map(text));
        }
    }
    written
}
