//! Merges what directives say about who may see something, and other marks that clients or routers need.

use apollo_compiler::{Node, ast::Directive};

use super::{model::Merged, subgraph::SubgraphSchema};

/// The directives of one element in each subgraph that has it.
type Applied<'s> = [(&'s SubgraphSchema, Vec<&'s Node<Directive>>)];

/// The directives of the supergraph's element, as they are written. `@authenticated` and scopes add up: what one
/// subgraph demands holds for all (conjunction of the alternatives).
pub(super) fn merge(applied: &Applied<'_>, merged: &mut Merged) -> Vec<String> {
    let mut written: Vec<String> = Vec::new();
    let mut scopes: Option<Vec<Vec<String>>> = None;
    let mut policies: Option<Vec<Vec<String>>> = None;
    for (subgraph, directives) in applied {
        for directive in directives {
            match subgraph.names.canonical(&directive.name) {
                Some("inaccessible") => push(&mut written, "@inaccessible".into(), "inaccessible", merged),
                Some("authenticated") => push(&mut written, "@authenticated".into(), "authenticated", merged),
                Some("tag") => {
                    let name = directive.specified_argument_by_name("name").and_then(|name| name.as_str());
                    push(&mut written, format!("@tag(name: {:?})", name.unwrap_or_default()), "tag", merged);
                }
                Some("requiresScopes") => scopes = Some(and(scopes.take(), &alternatives(directive, "scopes"))),
                Some("policy") => policies = Some(and(policies.take(), &alternatives(directive, "policies"))),
                _ if directive.name == "deprecated"
                    && !written.iter().any(|known| known.starts_with("@deprecated")) =>
                {
                    written.push(directive.serialize().no_indent().to_string());
                }
                _ => {}
            }
        }
    }
    if let Some(sets) = scopes {
        push(&mut written, format!("@requiresScopes(scopes: {sets:?})"), "requiresScopes", merged);
    }
    if let Some(sets) = policies {
        push(&mut written, format!("@policy(policies: {sets:?})"), "policy", merged);
    }
    written
}

fn push(written: &mut Vec<String>, directive: String, feature: &'static str, merged: &mut Merged) {
    merged.features.insert(feature);
    if !written.contains(&directive) {
        written.push(directive);
    }
}

fn alternatives(directive: &Directive, argument: &str) -> Vec<Vec<String>> {
    let sets = directive.specified_argument_by_name(argument).and_then(|value| value.as_list()).unwrap_or_default();
    let set = |value: &Node<apollo_compiler::ast::Value>| {
        let items = value.as_list().unwrap_or_default();
        items.iter().filter_map(|item| item.as_str()).map(str::to_owned).collect()
    };
    sets.iter().map(set).collect()
}

/// Both must hold: every alternative of one with every alternative of the other.
fn and(known: Option<Vec<Vec<String>>>, more: &[Vec<String>]) -> Vec<Vec<String>> {
    let Some(known) = known else { return more.to_vec() };
    let mut both: Vec<Vec<String>> = Vec::new();
    for one in &known {
        for other in more {
            let mut set: Vec<String> = one.iter().chain(other).cloned().collect();
            set.sort();
            set.dedup();
            if !both.contains(&set) {
                both.push(set);
            }
        }
    }
    both
}
