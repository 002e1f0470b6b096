//! Which fields an object of a concrete type answers: `CollectFields` (GraphQL specification, section 6.3.2).
//!
//! The truth of `@skip` and `@include` is known before planning, so nothing conditional is left afterwards.

use apollo_compiler::{
    Name, Node,
    ast::{Argument, DirectiveList, Field, FragmentDefinition, Selection, Value},
    collections::{HashMap, HashSet, IndexMap},
};

use crate::graph::{Kind, Supergraph, TypeId};

/// What an operation brings along beside its selection.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The document's fragments.
    pub fragments: &'a HashMap<Name, Node<FragmentDefinition>>,
    /// The variables of `@skip` and `@include` that are true.
    pub truths: &'a HashSet<Name>,
}

/// One response key of a set of concrete types, with everything that was selected under it.
#[derive(Clone, Debug)]
pub struct Collected<'a> {
    /// The response key.
    pub key: Name,
    /// The field.
    pub name: Name,
    /// Its arguments.
    pub arguments: &'a [Node<Argument>],
    /// The concrete types that it was collected for, in the order of their ids.
    pub types: Vec<TypeId>,
    /// The selections below it.
    pub below: Vec<&'a [Selection]>,
}

/// Whether sets of fields can be told in one representation: no object is to tell a field with different arguments, at
/// any depth. Fields of different types may differ.
pub fn agree(graph: &Supergraph, sets: &[&[Selection]]) -> bool {
    let mut fields: Vec<(Option<&[TypeId]>, &Field)> = Vec::new();
    let mut open: Vec<(Option<&[TypeId]>, &[Selection])> = sets.iter().map(|set| (None, *set)).collect();
    while let Some((types, set)) = open.pop() {
        for selection in set {
            match selection {
                Selection::Field(field) => fields.push((types, field)),
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.type_condition.as_ref().and_then(|name| graph.type_id(name));
                    let within = condition.map(|ty| graph.info(ty).possible.as_slice());
                    open.push((within.or(types), &fragment.selection_set));
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    let meet = |one: Option<&[TypeId]>, other: Option<&[TypeId]>| match (one, other) {
        (Some(one), Some(other)) => one.iter().any(|ty| other.contains(ty)),
        _ => true,
    };
    fields.iter().enumerate().all(|(index, (types, field))| {
        fields[..index].iter().filter(|(others, other)| other.name == field.name && meet(*types, *others)).all(
            |(_, other)| {
                field.arguments == other.arguments && agree(graph, &[&field.selection_set, &other.selection_set])
            },
        )
    })
}

/// What several types answer.
pub struct Fields<'a> {
    /// The fields.
    pub entries: Vec<Collected<'a>>,
    /// For each type, its fields (by index) in the order of its response.
    pub orders: Vec<(TypeId, Vec<usize>)>,
    /// How much was looked at to find them.
    pub looked: usize,
}

/// Fields in the order in which one concrete type answers them.
type InOrder<'a> = IndexMap<Name, Vec<&'a Field>>;

/// Collects for all of `types` at once; equal fields of several types become one entry.
pub fn collect<'a>(
    graph: &Supergraph,
    types: &[TypeId],
    selections: &[&'a [Selection]],
    surroundings: Surroundings<'a>,
) -> Fields<'a> {
    let mut entries: Vec<(Collected<'a>, Vec<&'a Field>)> = Vec::new();
    let mut orders = Vec::with_capacity(types.len());
    let mut looked = 0;
    for ty in types {
        let mut fields = InOrder::default();
        let mut seen = HashSet::default();
        for selection in selections {
            looked += collect_one(graph, *ty, selection, surroundings, &mut fields, &mut seen);
        }
        let mut order = Vec::with_capacity(fields.len());
        for (key, fields) in fields {
            let known = entries.iter_mut().position(|(entry, known)| entry.key == key && same(known, &fields));
            looked += entries.len();
            let index = known.unwrap_or_else(|| {
                let first = fields[0];
                let below = fields.iter().map(|field| field.selection_set.as_slice()).filter(|set| !set.is_empty());
                entries.push((
                    Collected {
                        key,
                        name: first.name.clone(),
                        arguments: &first.arguments,
                        types: Vec::new(),
                        below: below.collect(),
                    },
                    fields,
                ));
                entries.len() - 1
            });
            entries[index].0.types.push(*ty);
            order.push(index);
        }
        orders.push((*ty, order));
    }
    Fields { entries: entries.into_iter().map(|(entry, _)| entry).collect(), orders, looked }
}

fn same(one: &[&Field], other: &[&Field]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| std::ptr::eq(*one, *other))
}

/// Returns how many selections were looked at.
fn collect_one<'a>(
    graph: &Supergraph,
    ty: TypeId,
    selections: &'a [Selection],
    surroundings: Surroundings<'a>,
    fields: &mut InOrder<'a>,
    seen: &mut HashSet<&'a Name>,
) -> usize {
    let mut looked = selections.len();
    for selection in selections {
        match selection {
            Selection::Field(field) if included(&field.directives, surroundings.truths) => {
                fields.entry(field.response_name().clone()).or_default().push(field);
            }
            Selection::InlineFragment(fragment)
                if included(&fragment.directives, surroundings.truths)
                    && fragment.type_condition.as_ref().is_none_or(|condition| applies(graph, ty, condition)) =>
            {
                looked += collect_one(graph, ty, &fragment.selection_set, surroundings, fields, seen);
            }
            Selection::FragmentSpread(spread) if included(&spread.directives, surroundings.truths) => {
                let Some(fragment) = surroundings.fragments.get(&spread.fragment_name) else { continue };
                if seen.insert(&spread.fragment_name) && applies(graph, ty, &fragment.type_condition) {
                    looked += collect_one(graph, ty, &fragment.selection_set, surroundings, fields, seen);
                }
            }
            _ => {}
        }
    }
    looked
}

/// Whether an object of type `ty` satisfies a type condition.
pub fn applies(graph: &Supergraph, ty: TypeId, condition: &Name) -> bool {
    let Some(id) = graph.type_id(condition) else { return false };
    if id == ty || graph.info(id).kind == Kind::Object {
        return id == ty;
    }
    let possible = &graph.info(id).possible;
    // An interface object satisfies what all objects behind it satisfy.
    let behind = if graph.is_abstract(ty) { graph.info(ty).possible.as_slice() } else { &[ty] };
    !behind.is_empty() && behind.iter().all(|ty| possible.contains(ty))
}

/// Whether a selection on an interface object can only be answered once the object behind it is known.
pub fn needs_object(graph: &Supergraph, ty: TypeId, selections: &[Selection], surroundings: Surroundings<'_>) -> bool {
    let within = |condition: Option<&Name>, below| match condition {
        Some(condition) if !applies(graph, ty, condition) => true,
        _ => needs_object(graph, ty, below, surroundings),
    };
    selections.iter().any(|selection| match selection {
        Selection::Field(field) => field.name == "__typename",
        Selection::InlineFragment(fragment) => within(fragment.type_condition.as_ref(), &fragment.selection_set),
        Selection::FragmentSpread(spread) => surroundings
            .fragments
            .get(&spread.fragment_name)
            .is_some_and(|fragment| within(Some(&fragment.type_condition), &fragment.selection_set)),
    })
}

/// Whether `@skip` and `@include` let a selection through.
pub fn included(directives: &DirectiveList, truths: &HashSet<Name>) -> bool {
    let holds = |name: &str| {
        directives.get(name).and_then(|directive| directive.specified_argument_by_name("if")).map(
            |value| match &**value {
                Value::Boolean(value) => *value,
                Value::Variable(variable) => truths.contains(variable),
                _ => false,
            },
        )
    };
    holds("skip") != Some(true) && holds("include") != Some(false)
}

/// The variables that decide over `@skip` and `@include`, anywhere in `selections`.
pub fn condition_variables(selections: &[Selection], found: &mut Vec<Name>) {
    for selection in selections {
        let (directives, below): (_, &[Selection]) = match selection {
            Selection::Field(field) => (&field.directives, &field.selection_set),
            Selection::InlineFragment(fragment) => (&fragment.directives, &fragment.selection_set),
            Selection::FragmentSpread(spread) => (&spread.directives, &[]),
        };
        for directive in directives.iter().filter(|directive| matches!(directive.name.as_str(), "skip" | "include")) {
            let value = directive.specified_argument_by_name("if");
            if let Some(variable) = value.and_then(|value| value.as_variable())
                && !found.contains(variable)
            {
                found.push(variable.clone());
            }
        }
        condition_variables(below, found);
    }
}
