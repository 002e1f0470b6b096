//! A plan in the making: fetches, what they select, and where their answers lie over each other.
//!
//! A *place* is a position of the merged response. The object that stands there may be known to several fetches at
//! once: each contributes an *overlay*, a node of its own selection. The planner tries alternatives on copies of the
//! state, so everything here is plain data.

use std::collections::BTreeSet;

use apollo_compiler::{
    Name, Node,
    ast::{Argument, OperationType, Selection, Type},
};

use super::{
    collect::Collected,
    requests::{count, levels},
    shared::Shared,
};
use crate::graph::{SubgraphId, TypeId};

pub(super) type FetchId = usize;
pub(super) type NodeId = usize;
pub(super) type PlaceId = usize;
pub(super) type OverlayId = usize;
pub(super) type ProjectionId = usize;

/// See the module's description.
#[derive(Debug, Default)]
pub(super) struct State<'a> {
    pub fetches: Shared<Fetch>,
    pub nodes: Shared<SelectionNode<'a>>,
    pub places: Shared<Place>,
    pub overlays: Shared<Overlay<'a>>,
    pub projections: Shared<Projection>,
}

impl Clone for State<'_> {
    fn clone(&self) -> Self {
        let mut copy = Self::default();
        copy.clone_from(self);
        copy
    }

    fn clone_from(&mut self, other: &Self) {
        self.fetches.clone_from(&other.fetches);
        self.nodes.clone_from(&other.nodes);
        self.places.clone_from(&other.places);
        self.overlays.clone_from(&other.overlays);
        self.projections.clone_from(&other.projections);
    }
}

/// One entity or root query of a subgraph.
#[derive(Clone, Debug)]
pub(super) struct Fetch {
    pub subgraph: SubgraphId,
    pub kind: FetchKind,
    /// The fetches whose answers must be there first.
    pub after: BTreeSet<FetchId>,
    pub node: NodeId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FetchKind {
    Root(OperationType),
    Entities(OverlayId),
}

/// The selection set at one point of a fetch.
#[derive(Clone, Debug)]
pub(super) struct SelectionNode<'a> {
    pub fetch: FetchId,
    /// The type in the subgraph's schema; `None` directly under `_entities`.
    pub ty: Option<TypeId>,
    /// The object types that may stand here.
    pub possible: Vec<TypeId>,
    /// What a `@provides` on the way opened although it is external.
    pub provided: Vec<&'a [Selection]>,
    /// Whether `__typename` must be asked for.
    pub typename: bool,
    pub fields: Shared<SelectedField<'a>>,
    /// The place where this node is the base.
    pub place: Option<PlaceId>,
}

#[derive(Clone, Debug)]
pub(super) struct SelectedField<'a> {
    /// The object types it is asked of; `None`: of the node's own type.
    pub types: Option<Vec<TypeId>>,
    pub name: Name,
    pub arguments: &'a [Node<Argument>],
    /// The response key in the subgraph's answer, unique within the node.
    pub alias: Name,
    /// The client's response key that it was selected for first.
    pub key: Name,
    /// What is selected below, for as long as it is the same for all who share the field.
    pub below: Option<Vec<&'a [Selection]>>,
    /// Its type in the subgraph, if it is a leaf.
    pub leaf: Option<Type>,
    pub child: Option<NodeId>,
}

/// A position of the merged response.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The object types that may stand here.
    pub possible: Vec<TypeId>,
    /// What fetches know of the object; the first is where it came from.
    pub overlays: Vec<OverlayId>,
    /// The place, overlay and field that this place is the value of.
    pub parent: Option<(PlaceId, OverlayId, usize)>,
    /// The same for all places that hold the value of the same fields from the root on, whoever fetched it.
    pub position: u64,
    /// Where an interface object stands: the overlay that knows the object behind it, and its possible types.
    pub object: Option<(OverlayId, Vec<TypeId>)>,
}

/// What one fetch knows of the object at a place.
#[derive(Clone, Debug)]
pub(super) struct Overlay<'a> {
    pub place: PlaceId,
    pub node: NodeId,
    pub kind: OverlayKind<'a>,
}

#[derive(Clone, Debug)]
pub(super) enum OverlayKind<'a> {
    /// The root object of an operation.
    Root,
    /// The object came with this fetch.
    Base,
    /// Fetched by representation.
    Entities(Vec<Representation<'a>>),
    /// The same value seen by another subgraph, matched by position under the parent: overlay and field there.
    Zip(OverlayId, usize),
}

/// What a subgraph is told about objects of one type.
#[derive(Clone, Debug)]
pub(super) struct Representation<'a> {
    pub ty: TypeId,
    pub fields: Vec<&'a [Selection]>,
    pub projection: ProjectionId,
}

/// What is written of an object: to the client, or into a representation.
#[derive(Clone, Debug)]
pub(super) struct Projection {
    pub place: PlaceId,
    /// The overlay that says what the object's type is, if it is not the base.
    pub typed_by: Option<OverlayId>,
    pub by_type: Vec<(TypeId, Vec<ProjectedField>)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct ProjectedField {
    pub key: Name,
    pub what: Projected,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Projected {
    Typename,
    Introspection,
    /// The caller may not see it; true: for want of any token.
    Denied {
        unauthenticated: bool,
        ty: Type,
    },
    Value {
        overlay: OverlayId,
        field: usize,
        ty: Type,
        child: Option<ProjectionId>,
    },
}

/// What decides between two plans, the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost {
    /// Fetches on the longest path.
    pub hops: usize,
    /// Requests, those that travel together counted once.
    pub fetches: usize,
    /// Kinds of representations: types of objects that subgraphs are asked about by key.
    pub representations: usize,
    /// Fields that are selected of entities.
    pub entity_fields: usize,
    /// How late the fetches begin, all together: what waits for less leaves room for what is still to be planned.
    pub lateness: usize,
    /// Selected fields.
    pub fields: usize,
}

impl<'a> State<'a> {
    pub fn subgraph_of(&self, overlay: OverlayId) -> SubgraphId {
        self.fetches[self.nodes[self.overlays[overlay].node].fetch].subgraph
    }

    pub fn fetch_of(&self, overlay: OverlayId) -> FetchId {
        self.nodes[self.overlays[overlay].node].fetch
    }

    pub fn add_fetch(&mut self, subgraph: SubgraphId, kind: FetchKind, ty: Option<TypeId>) -> FetchId {
        let fetch = self.fetches.len();
        let possible = ty.into_iter().collect();
        let node = self.add_node(fetch, ty, possible, Vec::new());
        self.fetches.push(Fetch { subgraph, kind, after: BTreeSet::new(), node });
        fetch
    }

    pub fn add_node(
        &mut self,
        fetch: FetchId,
        ty: Option<TypeId>,
        possible: Vec<TypeId>,
        provided: Vec<&'a [Selection]>,
    ) -> NodeId {
        let node =
            SelectionNode { fetch, ty, possible, provided, typename: false, fields: Shared::default(), place: None };
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    pub fn add_overlay(&mut self, place: PlaceId, node: NodeId, kind: OverlayKind<'a>) -> OverlayId {
        let id = self.overlays.len();
        self.overlays.push(Overlay { place, node, kind });
        self.places[place].overlays.push(id);
        id
    }

    /// Selects a field, or finds it selected already.
    ///
    /// Objects under two response keys are shared only if the same is selected of both: else a failure below one would
    /// null the other, too.
    pub fn select(
        &mut self,
        node: NodeId,
        types: Option<Vec<TypeId>>,
        wanted: &Collected<'a>,
        leaf: Option<&Type>,
    ) -> usize {
        let Collected { key, name, arguments, below, .. } = wanted;
        let Fetch { kind, node: root, .. } = &self.fetches[self.nodes[node].fetch];
        // A mutation that is asked for twice is to happen twice.
        let is_effect = *kind == FetchKind::Root(OperationType::Mutation) && *root == node;
        let fields = &mut self.nodes[node].fields;
        let together = |field: &SelectedField<'_>| {
            leaf.is_some() || field.key == *key || field.below.as_ref().is_some_and(|known| known == below)
        };
        let same = |field: &SelectedField<'_>| {
            !is_effect && field.name == *name && field.arguments == *arguments && together(field)
        };
        let known = fields.iter().position(|field| same(field) && (field.types.is_none() || field.types == types));
        // Equal leaves of several types share a response key.
        let shared = || fields.iter().position(|field| same(field) && leaf.is_some() && field.leaf.as_ref() == leaf);
        if let Some(index) = known.or_else(shared) {
            match (&mut fields[index].types, types) {
                (Some(known), Some(types)) => {
                    known.extend(types);
                    known.sort_unstable();
                    known.dedup();
                }
                (known, None) => *known = None,
                (None, Some(_)) => {}
            }
            fields[index].below.take_if(|known| known != below);
            return index;
        }
        let taken = |alias: &str| fields.iter().any(|field| field.alias == alias);
        let mut alias = name.clone();
        // Most names with smaller numbers are taken.
        let mut number = fields.iter().filter(|field| field.name == *name).count().saturating_sub(1);
        while taken(&alias) {
            number += 1;
            alias = Name::new(&format!("{name}_{number}")).expect("a name with a number is a name");
        }
        let (leaf, name, key, below) = (leaf.cloned(), name.clone(), key.clone(), Some(below.clone()));
        fields.push(SelectedField { types, name, arguments, alias, key, below, leaf, child: None });
        fields.len() - 1
    }

    /// Lets `fetch` wait for `others`. False (and nothing done) if they wait for it.
    pub fn wait_for(&mut self, fetch: FetchId, others: &BTreeSet<FetchId>) -> bool {
        if others.is_subset(&self.fetches[fetch].after) {
            return true;
        }
        if others.iter().any(|other| self.waits_for(*other, fetch)) {
            return false;
        }
        self.fetches[fetch].after.extend(others);
        true
    }

    /// Whether `fetch` is, or has to wait for, `other`.
    fn waits_for(&self, fetch: FetchId, other: FetchId) -> bool {
        let (mut open, mut seen) = (vec![fetch], vec![false; self.fetches.len()]);
        while let Some(fetch) = open.pop() {
            if fetch == other {
                return true;
            }
            if !std::mem::replace(&mut seen[fetch], true) {
                open.extend(&self.fetches[fetch].after);
            }
        }
        false
    }

    /// The fetches that a projection reads from.
    pub fn sources(&self, projection: ProjectionId, found: &mut BTreeSet<FetchId>) {
        let Projection { place, typed_by, by_type } = &self.projections[projection];
        for overlay in self.places[*place].overlays.first().into_iter().chain(typed_by) {
            found.insert(self.fetch_of(*overlay));
        }
        for (_, fields) in by_type {
            for field in fields {
                if let Projected::Value { overlay, child, .. } = &field.what {
                    found.insert(self.fetch_of(*overlay));
                    if let Some(child) = child {
                        self.sources(*child, found);
                    }
                }
            }
        }
    }

    /// About how much a copy takes, and knowing what it costs.
    pub fn size(&self) -> usize {
        let items = self.nodes.len() + self.places.len() + self.overlays.len() + self.projections.len();
        items + 10 * self.fetches.len()
    }

    pub fn cost(&self) -> Cost {
        let levels = levels(&self.fetches);
        let told = self.overlays.iter().map(|overlay| match &overlay.kind {
            OverlayKind::Entities(told) => told.len(),
            _ => 0,
        });
        let of_entities = |node: &&SelectionNode<'_>| matches!(self.fetches[node.fetch].kind, FetchKind::Entities(_));
        Cost {
            hops: levels.iter().copied().max().unwrap_or(0),
            fetches: count(&self.fetches, &levels),
            representations: told.sum(),
            entity_fields: self.nodes.iter().filter(of_entities).map(|node| node.fields.len()).sum(),
            lateness: levels.iter().sum(),
            fields: self.nodes.iter().map(|node| node.fields.len()).sum(),
        }
    }
}
