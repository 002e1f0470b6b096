//! Bounds of a client's document; what exceeds one is refused with `COST_EXCEEDED` before it is validated.

use std::collections::BTreeSet;

use apollo_compiler::{
    Name, Node,
    ast::{Definition, Document, Field, FragmentDefinition, OperationDefinition, OperationType, Selection, Value},
    collections::HashMap,
};

use crate::{
    error::{Code, GraphQLError},
    json::JsonValue,
};

/// How large a document may be. Fragments count wherever they are spread.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Tokens of the document.
    pub tokens: usize,
    /// Nesting of selections.
    pub depth: usize,
    /// Aliased fields.
    pub aliases: usize,
    /// Fields at the root.
    pub root_fields: usize,
    /// Fields at the root of a mutation.
    pub mutations: usize,
    /// Items of a list that is given as an argument or inside one.
    pub list_items: usize,
    /// Directives of the document.
    pub directives: usize,
    /// The estimated cost of an operation; 0 for no limit.
    pub cost: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tokens: 15_000,
            depth: 40,
            aliases: 200,
            root_fields: 60,
            mutations: 10,
            list_items: 1_000,
            directives: 200,
            cost: 20_000,
        }
    }
}

pub(super) fn exceeded(what: &str, limit: usize) -> GraphQLError {
    GraphQLError::new(Code::CostExceeded, format!("The operation has too many {what}: at most {limit} are allowed."))
        .with("limit", what)
        .with("maximum", limit)
}

/// The number of fields at the root of an operation, fragments followed.
pub(super) fn root_fields(
    operation: &OperationDefinition,
    fragments: &HashMap<Name, Node<FragmentDefinition>>,
) -> usize {
    let fragments: Fragments<'_> = fragments.iter().collect();
    let mut count = Count::default();
    count.selections(&operation.selection_set, 1, &fragments);
    count.roots
}

/// What is counted of one operation.
#[derive(Default)]
struct Count<'d> {
    aliases: usize,
    directives: usize,
    longest_list: usize,
    depth: usize,
    roots: usize,
    /// The response keys of `__schema` and of `__type`.
    schemas: BTreeSet<&'d Name>,
    types: BTreeSet<&'d Name>,
    /// Fragments on the way down: a cycle is the validator's to report.
    fragments: Vec<&'d Name>,
    /// How many selections are open on the way down, those of fragments included, and how many ever were.
    open: usize,
    most_open: usize,
    steps: usize,
}

/// How often an operation may ask for `__schema`, and for `__type`.
const MAX_SCHEMAS: usize = 1;
const MAX_TYPES: usize = 20;

/// More selections than this, fragments followed, are not counted any further.
const MAX_STEPS: usize = 200_000;

/// More selections inside of each other than this are not followed any deeper: what reads a document is recursive.
const MAX_OPEN: usize = 500;

type Fragments<'d> = HashMap<&'d Name, &'d Node<FragmentDefinition>>;

impl Limits {
    pub(super) fn check(&self, document: &Document) -> Result<(), Vec<GraphQLError>> {
        let fragments: Fragments<'_> = document
            .definitions
            .iter()
            .filter_map(Definition::as_fragment_definition)
            .map(|fragment| (&fragment.name, fragment))
            .collect();
        let mut broken = Vec::new();
        for operation in document.definitions.iter().filter_map(Definition::as_operation_definition) {
            let mut count = Count { directives: operation.directives.len(), ..Count::default() };
            count.selections(&operation.selection_set, 1, &fragments);
            let mut bound = |what, value: usize, limit: usize| {
                if value > limit {
                    broken.push(exceeded(what, limit));
                }
            };
            bound("levels of nesting", count.depth, self.depth);
            bound("aliases", count.aliases, self.aliases);
            bound("directives", count.directives, self.directives);
            bound("items in a list", count.longest_list, self.list_items);
            bound("root fields", count.roots, self.root_fields);
            bound("uses of __schema", count.schemas.len(), MAX_SCHEMAS);
            bound("uses of __type", count.types.len(), MAX_TYPES);
            bound("selections", count.steps, MAX_STEPS);
            bound("fragments and fields inside of each other", count.most_open, MAX_OPEN);
            if operation.operation_type == OperationType::Mutation {
                bound("mutations", count.roots, self.mutations);
            }
        }
        if broken.is_empty() { Ok(()) } else { Err(broken) }
    }

    /// Whether so many mutations may be made by one request.
    pub fn check_mutations(&self, mutations: usize) -> Result<(), GraphQLError> {
        if mutations > self.mutations { Err(exceeded("mutations", self.mutations)) } else { Ok(()) }
    }

    /// Whether an estimated cost is within its limit.
    ///
    /// # Errors
    /// With `COST_EXCEEDED` otherwise.
    pub fn check_cost(&self, estimated: u64) -> Result<(), GraphQLError> {
        if self.cost == 0 || estimated <= self.cost {
            return Ok(());
        }
        let message = format!("The operation may cost {estimated}: at most {} is allowed.", self.cost);
        let error = GraphQLError::new(Code::CostExceeded, message).with("limit", "cost");
        Err(error.with("estimated", estimated).with("maximum", self.cost))
    }

    /// Whether a variable's value keeps to the bound of lists.
    pub fn check_variable(&self, value: &JsonValue) -> Result<(), GraphQLError> {
        match value {
            JsonValue::Array(items) if items.len() > self.list_items => {
                Err(exceeded("items in a list", self.list_items))
            }
            JsonValue::Array(items) => items.iter().try_for_each(|value| self.check_variable(value)),
            JsonValue::Object(fields) => fields.values().try_for_each(|value| self.check_variable(value)),
            _ => Ok(()),
        }
    }
}

impl<'d> Count<'d> {
    fn selections(&mut self, selections: &'d [Selection], depth: usize, fragments: &Fragments<'d>) {
        self.depth = self.depth.max(depth);
        self.most_open = self.most_open.max(self.open + 1);
        if self.open >= MAX_OPEN {
            return;
        }
        self.open += 1;
        for selection in selections {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                break;
            }
            match selection {
                Selection::Field(field) => {
                    if depth == 1 {
                        self.root(field);
                    }
                    self.aliases += usize::from(field.alias.is_some());
                    self.directives += field.directives.len();
                    field.arguments.iter().for_each(|argument| self.value(&argument.value));
                    if !field.selection_set.is_empty() {
                        self.selections(&field.selection_set, depth + 1, fragments);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    self.directives += fragment.directives.len();
                    self.selections(&fragment.selection_set, depth, fragments);
                }
                Selection::FragmentSpread(spread) => {
                    self.directives += spread.directives.len();
                    let Some(fragment) = fragments.get(&spread.fragment_name) else { continue };
                    if !self.fragments.contains(&&fragment.name) {
                        self.fragments.push(&fragment.name);
                        self.selections(&fragment.selection_set, depth, fragments);
                        self.fragments.pop();
                    }
                }
            }
        }
        self.open -= 1;
    }

    fn root(&mut self, field: &'d Field) {
        self.roots += 1;
        // What has one response key is answered once.
        match field.name.as_str() {
            "__schema" => self.schemas.insert(field.response_name()),
            "__type" => self.types.insert(field.response_name()),
            _ => return,
        };
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::List(items) => {
                self.longest_list = self.longest_list.max(items.len());
                for item in items {
                    self.value(item);
                }
            }
            Value::Object(fields) => fields.iter().for_each(|(_, value)| self.value(value)),
            _ => {}
        }
    }
}
