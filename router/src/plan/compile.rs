//! From the planner's state to a plan that can be run: slots are numbered, documents written, and entity fetches of
//! one subgraph that become ready together put into one request.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, atomic::AtomicUsize},
};

use apollo_compiler::{
    Node,
    ast::{OperationDefinition, OperationType, Type},
};

use super::{
    Entities, Fetch, Leaf, LinkKind, OutputType, Overlay, Plan, Projected, ProjectedValue, Projection, Shape, Slot,
    SlotKind, body_prefix,
    state::{self, FetchKind, NodeId, OverlayKind, State},
    text,
};
use crate::graph::{Kind, SubgraphId, Supergraph, TypeId};

struct Compiler<'c, 'a> {
    graph: &'c Supergraph,
    state: &'c State<'a>,
    /// Where each fetch of the state went.
    request_of: Vec<usize>,
    /// The shape of each node, within its request.
    shape_of: HashMap<NodeId, usize>,
    /// The subgraph that a projection is written for, where that is not the client.
    receivers: HashMap<usize, SubgraphId>,
}

pub(super) fn compile(
    graph: &Supergraph,
    operation: &Node<OperationDefinition>,
    state: &State<'_>,
    root: usize,
    groups: &[Vec<usize>],
) -> Plan {
    let mut request_of = vec![0; state.fetches.len()];
    for (request, group) in groups.iter().enumerate() {
        for fetch in group {
            request_of[*fetch] = request;
        }
    }
    let mut compiler = Compiler { graph, state, request_of, shape_of: HashMap::new(), receivers: HashMap::new() };
    compiler.find_receivers();
    let prefix = text::own_prefix(operation);
    let fetches = groups.iter().map(|group| compiler.fetch(operation, &prefix, group)).collect();
    let overlays = (0..state.overlays.len()).map(|overlay| compiler.overlay(overlay)).collect();
    let projections: Vec<_> = (0..state.projections.len()).map(|id| compiler.projection(id)).collect();
    let is_introspection = |field: &Projected| matches!(field.what, ProjectedValue::Introspection);
    let introspection = projections[root].by_type.iter().any(|(_, fields)| fields.iter().any(is_introspection));
    Plan { fetches, overlays, projections, root, introspection, response_size: AtomicUsize::new(4096) }
}

impl Compiler<'_, '_> {
    fn fetch(&mut self, operation: &Node<OperationDefinition>, prefix: &str, group: &[usize]) -> Fetch {
        let mut shapes = vec![Shape::default()];
        let mut entities = Vec::new();
        let first = &self.state.fetches[group[0]];
        let kind = match first.kind {
            FetchKind::Root(kind) => {
                shapes.clear();
                self.shape(first.node, &mut shapes);
                kind
            }
            FetchKind::Entities(_) => OperationType::Query,
        };
        let lists = group
            .iter()
            .enumerate()
            .filter(|(_, fetch)| matches!(self.state.fetches[**fetch].kind, FetchKind::Entities(_)));
        let variables: Vec<String> = lists.map(|(number, _)| format!("{prefix}{number}")).collect();
        let nodes: Vec<NodeId> = group.iter().map(|fetch| self.state.fetches[*fetch].node).collect();
        let document = text::document(self.graph, self.state, operation, (kind, first.subgraph), &nodes, &variables);
        for (number, list) in variables.into_iter().zip(document.lists).enumerate() {
            entities.extend(self.entities(group, number, list, &mut shapes));
        }
        let mut after: Vec<usize> = group
            .iter()
            .flat_map(|fetch| &self.state.fetches[*fetch].after)
            .map(|fetch| self.request_of[*fetch])
            .collect();
        after.sort_unstable();
        after.dedup();
        Fetch {
            subgraph: first.subgraph,
            name: self.graph.subgraph(first.subgraph).name.clone(),
            kind,
            body_prefix: body_prefix(&document.text),
            operation: document.text,
            variables: document.variables,
            after,
            entities,
            shapes: shapes.into(),
        }
    }

    /// One list of entities of a request.
    fn entities(
        &mut self,
        group: &[usize],
        number: usize,
        (variable, (selection, variables)): (String, (Range<usize>, Vec<usize>)),
        shapes: &mut Vec<Shape>,
    ) -> Option<Entities> {
        let (state, graph) = (self.state, self.graph);
        let known = &state.fetches[group[number]];
        let FetchKind::Entities(overlay) = known.kind else { return None };
        let OverlayKind::Entities(told) = &state.overlays[overlay].kind else { return None };
        let shape = self.shape(known.node, shapes);
        let key = if group.len() == 1 { "_entities".to_owned() } else { format!("e{number}") };
        shapes[0].slots.push(Slot::new(&key, SlotKind::Object(shape)));
        let place = state.overlays[overlay].place;
        let base = state.places[place].overlays[0];
        let name = |told: &state::Representation<'_>| {
            format!("\"{}\"", graph.info(graph.seen_as(told.ty, known.subgraph)).name)
        };
        let standing = told.first().map(|told| told.ty).filter(|ty| graph.is_abstract(*ty));
        let object = state.places[place].object.as_ref().map(|(overlay, _)| *overlay);
        let typed_by = object.unwrap_or(base);
        let ty = standing.or_else(|| self.known_type(typed_by));
        let representations = told.iter().map(|told| (told.ty, name(told), told.projection)).collect();
        Some(Entities {
            variable,
            selection,
            variables,
            slot: number,
            shape,
            overlay,
            base,
            ty,
            typed_by,
            representations,
        })
    }

    fn shape(&mut self, node: NodeId, shapes: &mut Vec<Shape>) -> usize {
        let id = shapes.len();
        shapes.push(Shape::default());
        self.shape_of.insert(node, id);
        let known = &self.state.nodes[node];
        let mut slots = Vec::with_capacity(known.fields.len() + 1);
        if known.typename {
            slots.push(Slot::new("__typename", SlotKind::Typename));
        }
        for field in known.fields.iter() {
            let kind = field.child.map_or(SlotKind::Leaf, |child| SlotKind::Object(self.shape(child, shapes)));
            slots.push(Slot::new(&field.alias, kind));
        }
        let subgraph = self.state.fetches[known.fetch].subgraph;
        let types = known.possible.iter().map(|ty| (self.graph.name_in(*ty, subgraph).clone(), *ty)).collect();
        shapes[id] = Shape { slots, types };
        id
    }

    fn slot(&self, overlay: usize, field: usize) -> usize {
        field + usize::from(self.state.nodes[self.state.overlays[overlay].node].typename)
    }

    /// The type of an overlay's objects, unless they say it themselves.
    fn known_type(&self, overlay: usize) -> Option<TypeId> {
        let node = &self.state.nodes[self.state.overlays[overlay].node];
        node.possible.first().copied().filter(|_| !node.typename && node.possible.len() == 1)
    }

    fn overlay(&self, id: usize) -> Overlay {
        let overlay = &self.state.overlays[id];
        let link = match &overlay.kind {
            OverlayKind::Root => LinkKind::Root,
            OverlayKind::Base => LinkKind::Base,
            OverlayKind::Entities(_) => LinkKind::Entities,
            OverlayKind::Zip(other, index) => {
                let place = &self.state.places[overlay.place];
                let (_, parent, field) = place.parent.expect("what is zipped has a parent");
                LinkKind::Zip {
                    base: place.overlays[0],
                    parent,
                    slot: self.slot(parent, field),
                    other: *other,
                    other_slot: self.slot(*other, *index),
                }
            }
        };
        let fetch = self.request_of[self.state.nodes[overlay.node].fetch];
        Overlay { fetch, shape: self.shape_of[&overlay.node], link }
    }

    /// Representations are written for the subgraph that gets them, by its types.
    fn find_receivers(&mut self) {
        let state = self.state;
        for (id, overlay) in state.overlays.iter().enumerate() {
            let OverlayKind::Entities(told) = &overlay.kind else { continue };
            let mut found: Vec<usize> = told.iter().map(|told| told.projection).collect();
            while let Some(projection) = found.pop() {
                self.receivers.insert(projection, state.subgraph_of(id));
                for field in state.projections[projection].by_type.iter().flat_map(|(_, fields)| fields) {
                    if let state::Projected::Value { child: Some(child), .. } = &field.what {
                        found.push(*child);
                    }
                }
            }
        }
    }

    fn projection(&self, id: usize) -> Projection {
        let projection = &self.state.projections[id];
        let receiver = self.receivers.get(&id).copied();
        let place = &self.state.places[projection.place];
        let base =
            place.overlays.first().copied().filter(|base| matches!(self.state.overlays[*base].kind, OverlayKind::Base));
        let typed_by = projection.typed_by.or(base);
        let ty = match (projection.typed_by, projection.by_type.as_slice()) {
            (None, [(only, _)]) if base.is_none() || self.graph.is_abstract(*only) => Some(*only),
            _ => typed_by.and_then(|overlay| self.known_type(overlay)),
        };
        let mut by_type: Vec<(_, Arc<[Projected]>)> = Vec::new();
        // What clients must not learn of is written for subgraphs only.
        let shown = |(ty, _): &&(TypeId, _)| receiver.is_some() || !self.graph.info(*ty).hidden;
        let shown: Vec<_> = projection.by_type.iter().filter(shown).collect();
        for (index, (ty, fields)) in shown.iter().enumerate() {
            let same = shown[..index].iter().position(|(_, other)| other == fields);
            let fields = same.map_or_else(
                || fields.iter().map(|field| self.projected(field, *ty, receiver)).collect(),
                |index| by_type[index].1.clone(),
            );
            by_type.push((*ty, fields));
        }
        Projection { typed_by, ty, by_type }
    }

    fn projected(&self, field: &state::ProjectedField, owner: TypeId, to: Option<SubgraphId>) -> Projected {
        let received = to.and_then(|to| self.graph.field_in(owner, &field.key, to));
        let what = match &field.what {
            state::Projected::Typename => ProjectedValue::Typename,
            state::Projected::Introspection => ProjectedValue::Introspection,
            state::Projected::Denied { unauthenticated, ty } => {
                ProjectedValue::Denied { unauthenticated: *unauthenticated, ty: self.output(ty) }
            }
            state::Projected::Value { overlay, field, ty, child } => {
                let mut ty = self.output(received.map_or(ty, |received| &received.ty));
                if received.is_some() && matches!(ty.leaf, Leaf::Enum(_)) {
                    // Among subgraphs there may be values that no client sees.
                    ty.leaf = Leaf::Custom;
                }
                ProjectedValue::Value { overlay: *overlay, slot: self.slot(*overlay, *field), ty, child: *child }
            }
        };
        Projected { key: field.key.as_str().into(), written: format!(",\"{}\":", field.key).into(), what }
    }

    fn output(&self, ty: &Type) -> OutputType {
        let (mut non_null, mut lists, mut inner) = (0, 0, ty);
        loop {
            non_null |= u32::from(inner.is_non_null()) << lists;
            match inner {
                Type::List(item) | Type::NonNullList(item) if lists < 31 => {
                    lists += 1;
                    inner = item;
                }
                _ => break,
            }
        }
        let info = self.graph.types.get(ty.inner_named_type());
        let leaf = match info.map(|info| info.kind) {
            Some(Kind::Object | Kind::Interface | Kind::Union) => Leaf::Composite,
            Some(Kind::BuiltIn(scalar)) => Leaf::BuiltIn(scalar),
            Some(Kind::Enum) => Leaf::Enum(info.map(|info| info.values.as_slice()).unwrap_or_default().into()),
            Some(Kind::Other) | None => Leaf::Custom,
        };
        OutputType { non_null, lists, leaf }
    }
}
