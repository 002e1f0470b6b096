//! The cost of an operation: how many objects it may return at most, weighted by `@cost`
//! ([cost specification](https://ibm.github.io/graphql-specs/cost-spec.html), in the form of Federation 2.9).
//!
//! An object costs 1, a leaf 0, a mutation 10 once; `@cost` on a field or a type replaces that. A list costs its size
//! times its item; the size is the largest slicing argument, else what `@listSize` assumes, else 10. Where several
//! object types are possible, the most expensive one counts. Arguments are added once: an input object costs 1, a leaf 0.
//! All sums saturate.
//!
//! The estimate is a pure function of the supergraph, the operation and its coerced variables, so that the estimates of
//! a batch can be added. It knows neither plans nor callers.

mod actual;
mod input;
mod size;

use ahash::HashMap;
use apollo_compiler::{
    Name,
    ast::{OperationType, Type},
    executable::{DirectiveList, ExecutableDocument, Field, Operation, Selection, SelectionSet},
    response::JsonMap,
};
use indexmap::IndexMap;

use crate::graph::{FieldCost, Kind, ListSize, Supergraph, TypeId};

/// The size of a list of which nothing is stated.
const LIST_SIZE: u64 = 10;
/// What a mutation costs beside what it returns.
const MUTATION: i64 = 10;
/// The weight of an object or an input object that has none of its own.
const OBJECT: i64 = 1;
/// The largest cost that is told apart: JSON numbers above it are not exact everywhere.
const MOST: i64 = (1 << 53) - 1;
/// More selections than this, fragments followed for each possible type, are not looked at for an estimate.
const ESTIMATE_STEPS: usize = 200_000;
/// More selections and values than this are not looked at for the cost of a response.
const ACTUAL_STEPS: usize = 5_000_000;

/// The estimated cost of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Estimate {
    pub cost: u64,
    /// Whether another request with the same operation may cost something else, by its variables.
    pub varies: bool,
}

/// Why the cost of an operation cannot be told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unknown<'d> {
    /// It has too many selections.
    TooComplex,
    /// A field whose `@listSize` requires one slicing argument has none, or several.
    Slicing(&'d Field, &'d ListSize),
}

type Result<'d, T> = std::result::Result<T, Unknown<'d>>;

/// Computes costs of one operation with the variables of one request.
pub(super) struct Costs<'d> {
    graph: &'d Supergraph,
    document: &'d ExecutableDocument,
    variables: &'d JsonMap,
    /// How many more steps may be made.
    steps: usize,
    varies: bool,
    /// How many fields of several possible types are open: their selections are met once for each.
    alternatives: usize,
    /// The costs of selections below such fields.
    known: HashMap<ValueKey, i64>,
}

/// Everything that the cost of a field's value depends on, within one request.
#[derive(PartialEq, Eq, Hash)]
struct ValueKey {
    sets: Vec<*const SelectionSet>,
    ty: TypeId,
    weight: Option<i64>,
    sized: Option<(*const Name, u64)>,
}

/// The fields of one response key, which are merged (GraphQL specification, section 6.3.2).
struct Group<'d> {
    /// The type that the first was selected of.
    parent: &'d Name,
    fields: Vec<&'d Field>,
}

type Groups<'d> = IndexMap<&'d Name, Group<'d>, ahash::RandomState>;

/// The size that a field's `@listSize` states of lists in the object that it returns.
#[derive(Clone, Copy)]
struct Sized<'d> {
    size: u64,
    fields: &'d [Name],
}

/// What is stated of a field of an object, there or else at the interface through which it was selected.
#[derive(Clone, Copy, Default)]
struct Stated<'d> {
    weight: Option<i64>,
    arguments: &'d [(Name, i64)],
    list_size: Option<&'d ListSize>,
}

impl<'d> Costs<'d> {
    pub fn new(graph: &'d Supergraph, document: &'d ExecutableDocument, variables: &'d JsonMap) -> Self {
        Self {
            graph,
            document,
            variables,
            steps: ESTIMATE_STEPS,
            varies: false,
            alternatives: 0,
            known: HashMap::default(),
        }
    }

    /// The most that an operation may cost.
    pub fn estimate(mut self, operation: &'d Operation) -> Result<'d, Estimate> {
        let Some(root) = self.graph.root(operation.operation_type) else {
            return Ok(Estimate { cost: 0, varies: false });
        };
        let selected = self.selections(&[&operation.selection_set], root, None)?;
        Ok(Estimate { cost: total(operation, selected), varies: self.varies })
    }

    /// The cost of what is selected of an object of type `ty`.
    fn selections(&mut self, sets: &[&'d SelectionSet], ty: TypeId, sized: Option<Sized<'d>>) -> Result<'d, i64> {
        let mut sum = 0_i64;
        for group in self.collect(sets, ty)?.values() {
            sum = sum.saturating_add(self.field(ty, group, sized)?);
        }
        Ok(sum)
    }

    fn field(&mut self, ty: TypeId, group: &Group<'d>, sized: Option<Sized<'d>>) -> Result<'d, i64> {
        let field = group.fields[0];
        if field.name.starts_with("__") {
            return self.introspection(&group.selection_sets());
        }
        let stated = self.stated(ty, group);
        let own = stated.list_size.map(|list| self.size(list, field)).transpose()?;
        let above = sized.filter(|sized| sized.fields.contains(&field.name)).map(|sized| sized.size);
        let count = repeated(&field.definition.ty, above.or(own).unwrap_or(LIST_SIZE));
        let below = stated.list_size.zip(own).map(|(list, size)| Sized { size, fields: &list.sized });
        let each = self.value(field.definition.ty.inner_named_type(), &group.selection_sets(), stated.weight, below)?;
        let arguments = self.arguments(field, stated.arguments);
        Ok(each.saturating_mul(count).saturating_add(arguments).max(0))
    }

    /// The cost of one value that a field returns: the most expensive of the possible types.
    fn value(
        &mut self,
        ty: &Name,
        sets: &[&'d SelectionSet],
        weight: Option<i64>,
        sized: Option<Sized<'d>>,
    ) -> Result<'d, i64> {
        let graph = self.graph;
        let Some(id) = graph.type_id(ty) else { return Ok(weight.unwrap_or(0)) };
        if !is_composite(graph, id) {
            return Ok(weight.or(graph.info(id).weight).unwrap_or(0));
        }
        let key = (self.alternatives > 0).then(|| ValueKey {
            sets: sets.iter().map(|set| std::ptr::from_ref(*set)).collect(),
            ty: id,
            weight,
            sized: sized.map(|sized| (sized.fields.as_ptr(), sized.size)),
        });
        if let Some(known) = key.as_ref().and_then(|key| self.known.get(key)) {
            return Ok(*known);
        }
        let possible = possible(graph, id);
        let several = usize::from(possible.len() > 1);
        self.alternatives += several;
        let mut most = i64::MIN;
        for ty in possible.iter().copied() {
            let own = weight.or(graph.info(ty).weight).unwrap_or(OBJECT);
            most = most.max(own.saturating_add(self.selections(sets, ty, sized)?));
        }
        self.alternatives -= several;
        self.known.extend(key.map(|key| (key, most)));
        Ok(most)
    }

    fn stated(&self, ty: TypeId, group: &Group<'d>) -> Stated<'d> {
        let (graph, name) = (self.graph, &group.fields[0].name);
        let of = |ty: TypeId| graph.field(ty, name)?.cost.as_deref();
        let own = of(ty);
        let inherited = graph.type_id(group.parent).filter(|parent| *parent != ty).and_then(of);
        let list_size = |cost: &'d FieldCost| cost.list_size.as_ref();
        Stated {
            weight: own.or(inherited).and_then(|cost| cost.weight),
            arguments: own.or(inherited).map_or(&[], |cost| &cost.arguments),
            list_size: own.and_then(list_size).or_else(|| inherited.and_then(list_size)),
        }
    }

    /// What introspection costs: its objects, each counted once, as the schema bounds its lists.
    fn introspection(&mut self, sets: &[&'d SelectionSet]) -> Result<'d, i64> {
        let mut sum = i64::from(!sets.is_empty());
        let mut open: Vec<&'d SelectionSet> = sets.to_vec();
        while let Some(set) = open.pop() {
            for selection in &set.selections {
                self.step()?;
                match selection {
                    Selection::Field(field) if field.selection_set.selections.is_empty() => {}
                    Selection::Field(field) => {
                        sum = sum.saturating_add(OBJECT);
                        open.push(&field.selection_set);
                    }
                    Selection::InlineFragment(fragment) => open.push(&fragment.selection_set),
                    Selection::FragmentSpread(spread) => {
                        open.extend(
                            self.document.fragments.get(&spread.fragment_name).map(|known| &known.selection_set),
                        );
                    }
                }
            }
        }
        Ok(sum)
    }

    /// The fields that are selected of an object of type `ty` (`CollectFields`, section 6.3.2).
    fn collect(&mut self, sets: &[&'d SelectionSet], ty: TypeId) -> Result<'d, Groups<'d>> {
        let (mut groups, mut spread) = (Groups::default(), Vec::new());
        for set in sets {
            self.collect_into(set, ty, &mut groups, &mut spread)?;
        }
        Ok(groups)
    }

    fn collect_into(
        &mut self,
        set: &'d SelectionSet,
        ty: TypeId,
        groups: &mut Groups<'d>,
        spread: &mut Vec<&'d Name>,
    ) -> Result<'d, ()> {
        for selection in &set.selections {
            self.step()?;
            if !self.is_included(selection.directives()) {
                continue;
            }
            match selection {
                Selection::Field(field) => {
                    let group = groups.entry(field.response_key());
                    group.or_insert_with(|| Group { parent: &set.ty, fields: Vec::new() }).fields.push(field);
                }
                Selection::InlineFragment(fragment) => {
                    if fragment.type_condition.as_ref().is_none_or(|condition| self.applies(condition, ty)) {
                        self.collect_into(&fragment.selection_set, ty, groups, spread)?;
                    }
                }
                Selection::FragmentSpread(named) => {
                    let Some(fragment) = self.document.fragments.get(&named.fragment_name) else { continue };
                    if !spread.contains(&&named.fragment_name) && self.applies(fragment.type_condition(), ty) {
                        spread.push(&named.fragment_name);
                        self.collect_into(&fragment.selection_set, ty, groups, spread)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether a fragment's type condition holds for an object of type `ty`.
    fn applies(&self, condition: &Name, ty: TypeId) -> bool {
        let condition = self.graph.type_id(condition);
        condition.is_some_and(|known| known == ty || self.graph.info(known).possible.binary_search(&ty).is_ok())
    }

    /// `@skip` and `@include` (sections 3.13.1 and 3.13.2).
    fn is_included(&mut self, directives: &'d DirectiveList) -> bool {
        let mut condition = |name: &str| {
            let value = &directives.get(name)?.specified_argument_by_name("if")?;
            if let Some(variable) = value.as_variable() {
                self.varies = true;
                return Some(
                    self.variables
                        .get(variable.as_str())
                        .and_then(apollo_compiler::response::serde_json_bytes::Value::as_bool)
                        .unwrap_or(false),
                );
            }
            value.to_bool()
        };
        !condition("skip").unwrap_or(false) && condition("include").unwrap_or(true)
    }

    fn step(&mut self) -> Result<'d, ()> {
        self.steps = self.steps.checked_sub(1).ok_or(Unknown::TooComplex)?;
        Ok(())
    }
}

impl<'d> Group<'d> {
    fn selection_sets(&self) -> Vec<&'d SelectionSet> {
        self.fields.iter().map(|field| &field.selection_set).filter(|set| !set.selections.is_empty()).collect()
    }
}

/// The cost of an operation by what its selections cost.
fn total(operation: &Operation, selected: i64) -> u64 {
    let own = if operation.operation_type == OperationType::Mutation { MUTATION } else { 0 };
    selected.saturating_add(own).clamp(0, MOST).unsigned_abs()
}

/// How many values a field returns: its list's size; lists inside of lists have the size of which nothing is stated.
fn repeated(ty: &Type, size: u64) -> i64 {
    let count = |size: u64| i64::try_from(size).unwrap_or(i64::MAX);
    let mut ty = ty;
    let mut repeated = 1_i64;
    let mut size = size;
    while ty.is_list() {
        repeated = repeated.saturating_mul(count(size));
        size = LIST_SIZE;
        ty = ty.item_type();
    }
    repeated
}

fn is_composite(graph: &Supergraph, ty: TypeId) -> bool {
    matches!(graph.info(ty).kind, Kind::Object | Kind::Interface | Kind::Union)
}

/// The types that an object of type `ty` may have; where nobody knows them, `ty` itself.
fn possible(graph: &Supergraph, ty: TypeId) -> std::borrow::Cow<'_, [TypeId]> {
    let known = &graph.info(ty).possible;
    if known.is_empty() { vec![ty].into() } else { known.into() }
}

#[cfg(test)]
mod tests;
