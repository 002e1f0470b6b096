//! From an operation to the fetches that answer it.
//!
//! Pure and synchronous: a [`Plan`] depends on the supergraph, the operation, the truth of its `@skip`/`@include`
//! variables and what the caller may not see; never on data. It is printable (`Display`) and made once per such
//! combination. It refuses to know how a subgraph is reached.
//!
//! In the order of the work: `collect` says what is selected, `access` what of it may be seen, `ways` how a field can be
//! had, `tell` what an entity fetch must be told for it, `search` which way is taken, on copies of `state`; `improve`
//! searches over whole plans, `requests` says which fetches travel together, and `compile` makes of it what runs.

mod access;
mod collect;
mod compile;
mod display;
#[cfg(test)]
mod exhaustive;
mod improve;
mod interface_objects;
mod provided;
mod requests;
mod search;
mod shared;
mod state;
mod tell;
mod text;
mod ways;
mod weight;

use std::{
    ops::Range,
    sync::{Arc, atomic::AtomicUsize},
};

use apollo_compiler::{
    Name, Node,
    ast::{OperationDefinition, OperationType},
};

pub(crate) use self::{collect::included, text::head};
pub use self::{
    collect::{Surroundings, condition_variables},
    display::WithoutLiterals,
    search::{Authorization, MAX_WORK, Unplannable},
};
use crate::graph::{BuiltIn, SubgraphId, Supergraph, TypeId};

/// What is done to answer one operation.
#[derive(Debug)]
pub struct Plan {
    /// The requests to subgraphs; each starts when those in its `after` have been answered.
    pub fetches: Vec<Fetch>,
    /// How the answers lie over each other.
    pub overlays: Vec<Overlay>,
    /// What is written of objects; representations included.
    pub projections: Vec<Projection>,
    /// The projection of the client's response.
    pub root: usize,
    /// Whether introspection takes part.
    pub introspection: bool,
    /// How long the last response was, in bytes: the next one will be about as long.
    pub response_size: AtomicUsize,
}

/// One request to one subgraph.
#[derive(Debug)]
pub struct Fetch {
    /// Whom it asks.
    pub subgraph: SubgraphId,
    /// Its name.
    pub name: Arc<str>,
    /// What kind of operation it sends.
    pub kind: OperationType,
    /// The document.
    pub operation: String,
    /// The request's body up to the first variable.
    pub body_prefix: String,
    /// The client's variables that it uses.
    pub variables: Vec<Variable>,
    /// The fetches that must be answered first.
    pub after: Vec<usize>,
    /// The lists of representations that it sends; none for a root operation.
    pub entities: Vec<Entities>,
    /// What its answer looks like; the first is `data`.
    pub shapes: Arc<[Shape]>,
}

/// A variable of the client that a fetch declares.
#[derive(Debug)]
pub struct Variable {
    /// Its name, without the dollar sign.
    pub name: Name,
    /// How a document declares it: `$name:Type`, with the default value if there is one.
    pub declaration: String,
}

/// One `_entities` field of a fetch.
#[derive(Debug)]
pub struct Entities {
    /// The variable that holds the representations. No variable of the operation has this name, nor one that begins
    /// with it and an underscore.
    pub variable: String,
    /// Its selection set: a range of bytes of the fetch's document.
    pub selection: Range<usize>,
    /// The client's variables that the selection set uses: indexes into those of the fetch.
    pub variables: Vec<usize>,
    /// The slot of the root shape that holds the answer.
    pub slot: usize,
    /// The shape of an entity.
    pub shape: usize,
    /// The overlay that the answer becomes.
    pub overlay: usize,
    /// The overlay of the objects that are represented.
    pub base: usize,
    /// Their type, where it is known beforehand.
    pub ty: Option<TypeId>,
    /// The overlay that says what their type is.
    pub typed_by: usize,
    /// For each type of object: its name as JSON, and the projection that writes the rest.
    pub representations: Vec<(TypeId, String, usize)>,
}

/// The body of a request up to the first of its variables.
pub fn body_prefix(document: &str) -> String {
    format!("{{\"query\":{},\"variables\":{{", serde_json::Value::from(document))
}

/// What an object of an answer looks like: its keys, in the order of the selection.
#[derive(Debug, Default, PartialEq)]
pub struct Shape {
    /// One slot per key.
    pub slots: Vec<Slot>,
    /// The types by name that `__typename` may tell.
    pub types: Vec<(Name, TypeId)>,
}

/// One key of a [`Shape`].
#[derive(Debug, PartialEq)]
pub struct Slot {
    /// The key, without quotes.
    pub key: Box<str>,
    /// The key as most servers write it: in quotes, with a colon.
    pub written: Box<str>,
    /// What its value is.
    pub kind: SlotKind,
}

impl Slot {
    /// A slot for a key, without quotes.
    pub fn new(key: &str, kind: SlotKind) -> Self {
        Self { key: key.into(), written: format!("\"{key}\":").into(), kind }
    }
}

/// What a slot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// A value that is copied whole.
    Leaf,
    /// The name of the object's type.
    Typename,
    /// An object of a shape, or lists of such.
    Object(usize),
}

/// What one fetch knows of the objects at a place.
#[derive(Debug)]
pub struct Overlay {
    /// The fetch.
    pub fetch: usize,
    /// The shape of its objects.
    pub shape: usize,
    /// How its rows are found from the place's base rows.
    pub link: LinkKind,
}

/// How an overlay's rows belong to the objects at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// The root object: row 0.
    Root,
    /// The place's objects came with it: the same row.
    Base,
    /// By representation.
    Entities,
    /// By position under the parent: the place's base overlay is the value of `slot` in `parent`, this overlay is
    /// the value of `other_slot` in `other`, an overlay of the same place as `parent`.
    Zip {
        /// The base overlay of this place.
        base: usize,
        /// The overlay above the base.
        parent: usize,
        /// Its slot.
        slot: usize,
        /// The overlay above this one.
        other: usize,
        /// Its slot.
        other_slot: usize,
    },
}

/// What is written of the objects at one place.
#[derive(Debug)]
pub struct Projection {
    /// The overlay that says what the object's type is; `None` at the root.
    pub typed_by: Option<usize>,
    /// The object's type where it is known beforehand.
    pub ty: Option<TypeId>,
    /// The fields of each type.
    pub by_type: Vec<(TypeId, Arc<[Projected]>)>,
}

/// One field that is written.
#[derive(Debug)]
pub struct Projected {
    /// The response key.
    pub key: Arc<str>,
    /// The same as it is written: after a comma, in quotes, with a colon.
    pub written: Box<str>,
    /// Where its value comes from.
    pub what: ProjectedValue,
}

/// Where a written value comes from.
#[derive(Debug)]
pub enum ProjectedValue {
    /// The name of the object's type.
    Typename,
    /// The schema.
    Introspection,
    /// Nowhere: the caller may not see it.
    Denied {
        /// Whether a token would help.
        unauthenticated: bool,
        /// Its type.
        ty: OutputType,
    },
    /// A slot of an overlay.
    Value {
        /// The overlay.
        overlay: usize,
        /// The slot of its shape.
        slot: usize,
        /// The type it must have.
        ty: OutputType,
        /// What is written of it, if it is an object.
        child: Option<usize>,
    },
}

/// A type as the writer needs it.
#[derive(Clone, Debug)]
pub struct OutputType {
    /// Whether the value may not be null, then its items, and so on inwards: bit 0 is the outermost.
    pub non_null: u32,
    /// How many lists are around it.
    pub lists: u32,
    /// What is inside.
    pub leaf: Leaf,
}

/// The innermost kind of a value.
#[derive(Clone, Debug)]
pub enum Leaf {
    /// A scalar that is checked.
    BuiltIn(BuiltIn),
    /// An enum and its values.
    Enum(Arc<[Name]>),
    /// A scalar that is copied as it is.
    Custom,
    /// An object.
    Composite,
}

impl Plan {
    /// How many requests stand on the longest path: as many round trips an answer takes at least.
    pub fn hops(&self) -> usize {
        let mut levels: Vec<usize> = Vec::with_capacity(self.fetches.len());
        for fetch in &self.fetches {
            levels.push(fetch.after.iter().map(|before| levels[*before]).max().unwrap_or(0) + 1);
        }
        levels.into_iter().max().unwrap_or(0)
    }
}

/// Whether the lists of entities that a subgraph can be asked at once travel together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Batching {
    /// In one request.
    Together,
    /// In a request each.
    Single,
}

/// Plans `operation`.
pub fn plan(
    graph: &Supergraph,
    operation: &Node<OperationDefinition>,
    surroundings: Surroundings<'_>,
    authorization: &dyn Authorization,
) -> Result<Plan, Unplannable> {
    plan_within(MAX_WORK, graph, operation, surroundings, authorization, Batching::Together)
}

/// Plans `operation` if that takes no more work than `budget`, in units of about ten nanoseconds; it is
/// [`Unplannable::TooComplex`] otherwise.
pub fn plan_within(
    budget: usize,
    graph: &Supergraph,
    operation: &Node<OperationDefinition>,
    surroundings: Surroundings<'_>,
    authorization: &dyn Authorization,
    batching: Batching,
) -> Result<Plan, Unplannable> {
    let (state, root) = improve::best(budget, graph, operation, surroundings, authorization)?;
    let requests = match batching {
        Batching::Together => requests::requests(&state.fetches),
        Batching::Single => requests::singly(&state.fetches),
    };
    Ok(compile::compile(graph, operation, &state, root, &requests))
}

/// Whether `operation` can be planned: the first plan that is found says so, whatever it costs.
pub fn find_any(
    graph: &Supergraph,
    operation: &Node<OperationDefinition>,
    surroundings: Surroundings<'_>,
    authorization: &dyn Authorization,
) -> Result<(), Unplannable> {
    // As if all trials were spent: the first way that works is taken.
    let mut planner =
        search::Planner { trials: search::TRIALS, ..improve::planner(graph, surroundings, authorization) };
    planner.operation(operation.operation_type, &operation.selection_set).map(|_| ())
}
