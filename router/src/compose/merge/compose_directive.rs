//! `@composeDirective`: which directives of their own the subgraphs want carried into the supergraph.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::{
    Node,
    ast::{DirectiveDefinition, DirectiveList},
};

use crate::compose::{
    error::ErrorCode,
    hint::HintCode,
    merge::{applied, model::Merged},
    read::{
        link::{Link, Version},
        specs,
        subgraph::SubgraphSchema,
    },
};

/// A directive that goes into the supergraph, under the name that the subgraphs have for it.
#[derive(Debug)]
pub(in crate::compose) struct Composed {
    pub definition: Node<DirectiveDefinition>,
    /// The specification that it comes from, and its name there.
    pub identity: String,
    pub original: String,
    pub version: Version,
}

/// One wish of one subgraph.
struct Wish<'s> {
    subgraph: &'s SubgraphSchema,
    link: &'s Link,
    local: &'s str,
    original: &'s str,
    definition: &'s Node<DirectiveDefinition>,
}

/// Finds what is to be carried on; tells of wishes that cannot be fulfilled.
pub(in crate::compose) fn find(subgraphs: &[SubgraphSchema], merged: &mut Merged) {
    let taken: BTreeSet<String> = merged.names.values().cloned().collect();
    let mut wishes: Vec<Wish<'_>> = Vec::new();
    for subgraph in subgraphs {
        wishes.extend(subgraph.composed().filter_map(|name| wish(subgraph, name, &taken, merged)));
    }
    let mut by_origin: BTreeMap<(&str, &str), Vec<&Wish<'_>>> = BTreeMap::new();
    for wish in &wishes {
        by_origin.entry((&wish.link.identity, wish.original)).or_default().push(wish);
    }
    for ((identity, original), wishes) in by_origin {
        if is_agreed(subgraphs, &wishes, merged)
            && let Some(newest) = wishes.iter().rev().max_by_key(|wish| wish.link.version)
        {
            let composed = Composed {
                definition: bare(newest.definition),
                identity: identity.to_owned(),
                original: original.to_owned(),
                version: newest.link.version,
            };
            if merged.composed.insert(newest.local.to_owned(), composed).is_some() {
                let text = "two specifications have a directive that is called so here: import one under another name";
                refuse(merged, newest.local, &names(&wishes), text);
            }
        }
    }
}

/// A definition without what its subgraph says of it in its own terms.
fn bare(definition: &Node<DirectiveDefinition>) -> Node<DirectiveDefinition> {
    let mut bare = definition.clone();
    for argument in &mut bare.make_mut().arguments {
        argument.make_mut().directives = DirectiveList::default();
    }
    bare
}

fn refuse(merged: &mut Merged, name: &str, subgraphs: &[&str], text: impl Into<String>) {
    let coordinate = if name.is_empty() { "@composeDirective".to_owned() } else { format!("@{name}") };
    merged.error(ErrorCode::DirectiveCompositionError, coordinate, subgraphs, text);
}

fn wish<'s>(
    subgraph: &'s SubgraphSchema,
    written: &'s str,
    taken: &BTreeSet<String>,
    merged: &mut Merged,
) -> Option<Wish<'s>> {
    let mut refuse = |name: &str, text: String| {
        refuse(merged, name, &[&subgraph.name], text);
        None
    };
    let Some(local) = written.strip_prefix('@').filter(|name| !name.is_empty()) else {
        return refuse(written, format!("@composeDirective(name: {written:?}) names no directive: write \"@name\""));
    };
    let source = subgraph.links.iter().find_map(|link| Some((link, link.original(local)?)));
    if source.is_some_and(|(link, _)| specs::is_federations(link)) || subgraph.names.canonical(local).is_some() {
        let is_carried_on = subgraph.names.canonical(local).is_some_and(|name| applied::MERGED.contains(&name));
        if !is_carried_on {
            return refuse(
                local,
                "federation's own directives cannot be carried on: remove @composeDirective".to_owned(),
            );
        }
        let text = "federation carries the directive on by itself: @composeDirective can be removed";
        merged.hint(HintCode::DirectiveCompositionInfo, format!("@{local}"), &[&subgraph.name], text);
        return None;
    }
    let Some(definition) = subgraph.schema.directive_definitions.get(local) else {
        return refuse(
            local,
            "the subgraph does not define the directive: define it, or remove @composeDirective".to_owned(),
        );
    };
    let Some((link, original)) = source else {
        return refuse(local, "the directive comes from no specification: @link one that imports it".to_owned());
    };
    if taken.contains(local) {
        return refuse(
            local,
            "the supergraph has federation's directive of this name: import this one under another".to_owned(),
        );
    }
    Some(Wish { subgraph, link, local, original, definition })
}

fn names<'s>(wishes: &[&Wish<'s>]) -> Vec<&'s str> {
    wishes.iter().map(|wish| wish.subgraph.name.as_str()).collect()
}

/// Whether the wishes for one directive can be one: the same name, and versions that are compatible.
fn is_agreed(subgraphs: &[SubgraphSchema], wishes: &[&Wish<'_>], merged: &mut Merged) -> bool {
    let Some(first) = wishes.first() else { return false };
    if wishes.iter().any(|wish| wish.local != first.local) {
        let each = wishes.iter().map(|wish| format!("@{} in {}", wish.local, wish.subgraph.name));
        let text =
            format!("the directive is called {}: import it under one name", each.collect::<Vec<_>>().join(" and "));
        refuse(merged, first.original, &names(wishes), text);
        return false;
    }
    let linking = subgraphs.iter().flat_map(|subgraph| subgraph.links.iter().map(move |link| (subgraph, link)));
    let others: Vec<_> = linking.filter(|(_, link)| link.identity == first.link.identity).collect();
    let composes = |(subgraph, link): &&(&SubgraphSchema, &Link)| {
        subgraph.composed().filter_map(|name| name.strip_prefix('@')).any(|name| link.original(name).is_some())
    };
    let (composing, idle): (Vec<_>, Vec<_>) = others.iter().partition(composes);
    let is_other = |(_, link): &(&SubgraphSchema, &Link)| link.version.0 != first.link.version.0;
    let idle: Vec<&str> = idle.iter().filter(|other| is_other(other)).map(|(other, _)| other.name.as_str()).collect();
    if !idle.is_empty() {
        let text = "another major version is linked here, but nothing of it is carried on: one version would let it";
        merged.hint(HintCode::DirectiveCompositionInfo, format!("@{}", first.local), &idle, text);
    }
    if composing.iter().any(is_other) {
        let each = composing
            .iter()
            .map(|(subgraph, link)| format!("v{}.{} in {}", link.version.0, link.version.1, subgraph.name));
        let text = format!(
            "{} is linked as {}, which are not compatible: link one major version",
            first.link.identity,
            each.collect::<Vec<_>>().join(" and ")
        );
        let involved: Vec<&str> = composing.iter().map(|(subgraph, _)| subgraph.name.as_str()).collect();
        refuse(merged, first.local, &involved, text);
        return false;
    }
    let differing = others.iter().filter(|(_, link)| {
        link.imports.iter().any(|(element, local)| {
            element.strip_prefix('@') == Some(first.original) && local.strip_prefix('@') != Some(first.local)
        })
    });
    let differing: Vec<&str> = differing.map(|(subgraph, _)| subgraph.name.as_str()).collect();
    if !differing.is_empty() {
        let text = "the directive has another name in a subgraph that does not carry it on: one name would let it";
        merged.hint(HintCode::DirectiveCompositionWarn, format!("@{}", first.local), &differing, text);
    }
    true
}
