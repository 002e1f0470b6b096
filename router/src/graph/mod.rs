//! The supergraph as data: which subgraph knows which type, which field, by which key.
//!
//! Made from a supergraph's SDL ([join specification](https://specs.apollo.dev/join/v0.5)), whoever composed it. It
//! knows nothing of operations: `plan` asks it what can be had where.

pub(crate) mod alternatives;
pub(crate) mod api;
mod authorization;
mod cost;
mod interface_objects;
mod labels;
pub(crate) mod links;
mod parse;

use std::{collections::BTreeMap, sync::Arc};

use apollo_compiler::{
    Name, Schema,
    ast::{OperationType, Selection, Type},
    collections::{HashMap, IndexMap},
    schema::Implementers,
    validation::Valid,
};

pub use self::{
    authorization::Requirement,
    cost::{FieldCost, ListSize},
    labels::Variants,
};

/// The directive by which a supergraph says what a subgraph calls a root type, where that can be seen: behind an
/// interface or a union the subgraph tells that name in `__typename`, and wants it in fragments. It is of this router's
/// own; others may pass it over.
pub(crate) const ROOT_NAME: &str = "rootType__name";
/// The specification of [`ROOT_NAME`], as supergraphs link it.
pub(crate) const ROOT_NAME_URL: &str = "https://specs.rialto.dev/rootType/v1.0";

/// A subgraph, by its place in [`Supergraph::subgraphs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubgraphId(pub u16);

/// A type, by its place in [`Supergraph::types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

/// A supergraph that was read and understood.
#[derive(Clone)]
pub struct Supergraph {
    /// In the order of the `join__Graph` enum.
    pub subgraphs: Vec<Subgraph>,
    /// Output types and everything that they mention.
    pub types: IndexMap<Name, TypeInfo>,
    query: TypeId,
    mutation: Option<TypeId>,
    subscription: Option<TypeId>,
    /// What clients see: no join directives, nothing inaccessible.
    pub api: Valid<Schema>,
    /// The implementers of each interface of [`Self::api`], for introspection.
    pub implementers: HashMap<Name, Implementers>,
}

/// One subgraph, as the supergraph names it.
#[derive(Clone, Debug)]
pub struct Subgraph {
    /// The name that people gave it.
    pub name: Arc<str>,
    /// Where the supergraph says it is; may be empty.
    pub url: String,
}

/// What kind of type a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An object.
    Object,
    /// An interface.
    Interface,
    /// A union.
    Union,
    /// A scalar that the specification defines.
    BuiltIn(BuiltIn),
    /// An enum.
    Enum,
    /// A custom scalar, or an input object (which no operation selects from).
    Other,
}

/// The scalars whose values a router checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BuiltIn {
    Int,
    Float,
    String,
    Boolean,
    Id,
}

/// A type, and where it is known.
#[derive(Clone, Debug)]
pub struct TypeInfo {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub kind: Kind,
    /// Its fields over all subgraphs, inaccessible ones included: keys and `@requires` may use those.
    pub fields: IndexMap<Name, FieldInfo>,
    /// The subgraphs that know it.
    pub subgraphs: BTreeMap<SubgraphId, TypeIn>,
    /// The object types that a value may have, over all subgraphs; for an object, itself.
    pub possible: Vec<TypeId>,
    /// Whether clients must not learn of it (`@inaccessible`).
    pub hidden: bool,
    /// For an enum: the values that clients may see.
    pub values: Vec<Name>,
    /// Who may see fields of this type.
    pub authorization: Requirement,
    /// Its `@cost`.
    pub weight: Option<i64>,
    /// For an input object: the fields that have a `@cost`.
    pub input_weights: Vec<(Name, i64)>,
}

/// What one subgraph knows of a type.
#[derive(Clone, Debug, Default)]
pub struct TypeIn {
    /// The keys by which it resolves the type as an entity.
    pub keys: Vec<Key>,
    /// The object types that a value may have there.
    pub possible: Vec<TypeId>,
    /// Whether it knows an interface as if it were an object.
    pub is_interface_object: bool,
    /// For a root type that has another name there: that name.
    pub local_name: Option<Name>,
    /// For an object that it does not know: the interface object that stands for it there.
    pub seen_as: Option<TypeId>,
}

impl TypeIn {
    /// The keys by which the subgraph can be asked for objects of the type.
    pub fn resolvable_keys(&self) -> impl Iterator<Item = &Key> + Clone {
        self.keys.iter().filter(|key| key.resolvable)
    }
}

/// A key of an entity in one subgraph.
#[derive(Clone, Debug)]
pub struct Key {
    /// The fields.
    pub fields: FieldSet,
    /// Whether the subgraph answers `_entities` for it.
    pub resolvable: bool,
}

/// The selection of a `@key`, `@requires` or `@provides`.
pub type FieldSet = Arc<[Selection]>;

/// A field, and where it can be had.
#[derive(Clone, Debug)]
pub struct FieldInfo {
    /// Its name.
    pub name: Name,
    /// Its type in the supergraph.
    pub ty: Type,
    /// The arguments that every subgraph with the field takes.
    pub arguments: Vec<Name>,
    /// The subgraphs that declare it.
    pub subgraphs: BTreeMap<SubgraphId, FieldIn>,
    /// Who may see it.
    pub authorization: Requirement,
    /// What `@cost` and `@listSize` state of it, if they state anything.
    pub cost: Option<Box<FieldCost>>,
}

/// What one subgraph says of a field.
#[derive(Clone, Debug)]
pub struct FieldIn {
    /// The field's type there, which may be narrower.
    pub ty: Type,
    /// Declared there but resolved elsewhere, unless a `@provides` opens it.
    pub external: bool,
    /// What the subgraph must be told before it can answer.
    pub requires: Option<FieldSet>,
    /// What the subgraph can answer below this field although it is external there.
    pub provides: Option<FieldSet>,
    /// Where the field is about to move: when it is resolved here.
    pub label: Option<OverrideLabel>,
}

/// The label of an `@override`, and which side of it this is.
#[derive(Clone, Debug)]
pub struct OverrideLabel {
    /// The label.
    pub name: Arc<str>,
    /// Whether the field is resolved here while the label is active, or while it is not.
    pub when_active: bool,
}

/// Parses the selection of a `@key`, `@requires` or `@provides`.
pub fn parse_field_set(source: &str) -> Result<FieldSet, InvalidSupergraph> {
    parse::field_set(source)
}

/// Why a supergraph's SDL was not understood.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct InvalidSupergraph(pub String);

impl InvalidSupergraph {
    fn new(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl Supergraph {
    /// Reads a supergraph's SDL.
    pub fn parse(sdl: &str) -> Result<Self, InvalidSupergraph> {
        parse::parse(sdl)
    }

    /// The root type of an operation.
    pub fn root(&self, operation: OperationType) -> Option<TypeId> {
        match operation {
            OperationType::Query => Some(self.query),
            OperationType::Mutation => self.mutation,
            OperationType::Subscription => self.subscription,
        }
    }

    /// Whether anything in it is not for everybody (`@authenticated`, `@requiresScopes`, `@policy`).
    pub fn has_requirements(&self) -> bool {
        self.types
            .values()
            .any(|ty| !ty.authorization.is_public() || ty.fields.values().any(|field| !field.authorization.is_public()))
    }

    /// The root type of queries.
    pub fn query(&self) -> TypeId {
        self.query
    }

    /// A type by its name.
    pub fn type_id(&self, name: &str) -> Option<TypeId> {
        self.types.get_index_of(name).and_then(|index| u32::try_from(index).ok()).map(TypeId)
    }

    /// What is known of a type.
    ///
    /// # Panics
    /// With an id of another supergraph.
    pub fn info(&self, id: TypeId) -> &TypeInfo {
        &self.types[id.0 as usize]
    }

    /// A subgraph.
    ///
    /// # Panics
    /// With an id of another supergraph.
    pub fn subgraph(&self, id: SubgraphId) -> &Subgraph {
        &self.subgraphs[usize::from(id.0)]
    }

    /// What is known of a field of `ty`.
    pub fn field(&self, ty: TypeId, name: &str) -> Option<&FieldInfo> {
        self.info(ty).fields.get(name)
    }

    /// What `subgraph` says of a field of `ty`.
    pub fn field_in(&self, ty: TypeId, name: &str, subgraph: SubgraphId) -> Option<&FieldIn> {
        self.field(ty, name)?.subgraphs.get(&subgraph)
    }

    /// The type by which `subgraph` knows objects of type `ty`: itself, or an interface object.
    pub fn seen_as(&self, ty: TypeId, subgraph: SubgraphId) -> TypeId {
        self.info(ty).subgraphs.get(&subgraph).and_then(|known| known.seen_as).unwrap_or(ty)
    }

    /// What `subgraph` calls a type.
    pub fn name_in(&self, ty: TypeId, subgraph: SubgraphId) -> &Name {
        let info = self.info(ty);
        info.subgraphs.get(&subgraph).and_then(|known| known.local_name.as_ref()).unwrap_or(&info.name)
    }

    /// Whether `ty` is abstract: at a place where it is the type of an object, an interface object stands there.
    pub fn is_abstract(&self, ty: TypeId) -> bool {
        matches!(self.info(ty).kind, Kind::Interface | Kind::Union)
    }

    /// The object types that a value of `ty` may have when it comes from `subgraph`.
    pub fn possible_in(&self, ty: TypeId, subgraph: SubgraphId) -> &[TypeId] {
        self.info(ty).subgraphs.get(&subgraph).map_or(&[], |known| &known.possible)
    }
}
