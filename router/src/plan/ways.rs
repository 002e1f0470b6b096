//! The ways in which a field can be had at a place, and how each is opened.
//!
//! A way ends in an overlay: a node of some fetch's selection that knows the object at the place. It may be there
//! already, be fetched by a key, or be seen from the parent, whose same field another subgraph answers too.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use apollo_compiler::{
    Name,
    ast::{OperationType, Type},
};

use super::{
    collect::Collected,
    improve::Ban,
    search::{Planner, Resolving, Unplannable},
    state::{FetchKind, NodeId, OverlayId, OverlayKind, Place, PlaceId, Projected, ProjectedField, SelectedField},
};
use crate::graph::{FieldIn, FieldSet, Kind, SubgraphId, TypeId, TypeIn};

/// A field of those concrete types for which it can be had in the same ways.
#[derive(Clone, Debug)]
pub(super) struct Part<'c, 'a> {
    pub field: &'c Collected<'a>,
    pub types: Vec<TypeId>,
}

/// The subgraphs that know a field, whether each requires something for it, and its type there.
type Sources<'g> = Vec<(SubgraphId, bool, &'g Type)>;

/// One way to a field.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// An overlay that is there; what else it must be told.
    Known(OverlayId),
    /// The root of another subgraph.
    Root(SubgraphId),
    /// A fetch by key of objects of these types.
    Entities(SubgraphId, Vec<TypeId>),
    /// The same value as another subgraph sees it from the parent.
    Parent(SubgraphId),
}

/// Where the value of a field stands, by where its object stands.
fn position(above: u64, field: &SelectedField<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    above.hash(&mut hasher);
    field.name.hash(&mut hasher);
    field.arguments.hash(&mut hasher);
    hasher.finish()
}

impl<'a> Planner<'a> {
    /// Splits a field's types into those that share their ways.
    pub fn parts<'c>(&self, place: PlaceId, field: &'c Collected<'a>) -> Vec<Part<'c, 'a>> {
        // The types in the subgraphs take part: one response key must not have two of them.
        let mut parts: Vec<(Sources<'_>, Vec<TypeId>)> = Vec::new();
        for ty in &field.types {
            let local = |subgraph| {
                self.state.places[place].overlays.iter().any(|overlay| {
                    self.state.subgraph_of(*overlay) == subgraph && self.answers(*overlay, *ty, &field.name).is_some()
                })
            };
            let ways: Vec<_> = self
                .graph
                .field(*ty, &field.name)
                .into_iter()
                .flat_map(|info| info.subgraphs.iter())
                .filter(|(subgraph, known)| !known.external || local(**subgraph))
                .map(|(subgraph, known)| (*subgraph, known.requires.is_some(), &known.ty))
                .collect();
            match parts.iter_mut().find(|(known, _)| *known == ways) {
                Some((_, types)) => types.push(*ty),
                None => parts.push((ways, vec![*ty])),
            }
        }
        parts.into_iter().map(|(_, types)| Part { field, types }).collect()
    }

    /// How many ways there seem to be: none to choose first.
    pub fn freedom(&self, place: PlaceId, part: &Part<'_, 'a>) -> usize {
        let name = &part.field.name;
        let is_leaf = part.field.below.is_empty();
        let base = self.state.places[place].overlays.first();
        if is_leaf && base.is_some_and(|base| self.answers_all(*base, part)) {
            return 0;
        }
        let info = part.types.first().and_then(|ty| self.graph.field(*ty, name));
        let sources = info.map_or(0, |info| info.subgraphs.values().filter(|known| !known.external).count());
        let requires = info.is_some_and(|info| info.subgraphs.values().any(|known| known.requires.is_some()));
        // What requires something comes last: it joins a fetch if it can, and must not make that fetch wait.
        sources.max(1) + if requires { 1000 } else { 0 }
    }

    /// What the overlay's subgraph says of a field, if the overlay can be asked for it.
    fn answers(&self, overlay: OverlayId, ty: TypeId, name: &Name) -> Option<&'a FieldIn> {
        let known = self.graph.field_in(ty, name, self.state.subgraph_of(overlay))?;
        if known.external && !self.is_provided(self.state.overlays[overlay].node, ty, name) {
            return None;
        }
        Some(known)
    }

    fn answers_all(&self, overlay: OverlayId, part: &Part<'_, 'a>) -> bool {
        part.types.iter().all(|ty| {
            let subgraph = self.state.subgraph_of(overlay);
            let (node, seen_as) = (self.state.overlays[overlay].node, self.graph.seen_as(*ty, subgraph));
            let is_told = match &self.state.overlays[overlay].kind {
                // Other objects that an interface object stands for may have been told, but not these.
                OverlayKind::Entities(told) if seen_as != *ty => {
                    told.iter().any(|told| [*ty, seen_as].contains(&told.ty))
                }
                _ => true,
            };
            is_told
                && self.spares(overlay, part)
                && self.state.nodes[node].possible.contains(&seen_as)
                && self.answers(overlay, *ty, &part.field.name).is_some_and(|known| known.requires.is_none())
        })
    }

    fn selects(&self, overlay: OverlayId, part: &Part<'_, 'a>) -> bool {
        let fields = &self.state.nodes[self.state.overlays[overlay].node].fields;
        fields.iter().any(|field| field.name == part.field.name && field.arguments == part.field.arguments)
    }

    /// The ways to a part, the most promising first.
    pub fn ways(&self, place: PlaceId, part: &Part<'_, 'a>) -> Vec<Way> {
        let overlays = &self.state.places[place].overlays;
        let overlays: Vec<_> = overlays.iter().filter(|overlay| !self.being_told.contains(overlay)).copied().collect();
        let mut ways: Vec<Way> = Vec::new();
        let known = overlays.iter().filter(|overlay| self.answers_all(**overlay, part));
        let mut known: Vec<_> = known.copied().collect();
        // What is selected already, for a key perhaps, is not asked for twice.
        known.sort_by_key(|overlay| !self.selects(*overlay, part));
        if part.field.below.is_empty()
            && let Some(first) = known.first()
        {
            return vec![Way::Known(*first)];
        }
        ways.extend(known.into_iter().map(Way::Known));
        for subgraph in self.sources(part) {
            if self.is_under_way(place, &part.field.name, subgraph) {
                continue;
            }
            let requires = self.requires(part, subgraph);
            // A fetch by key can be told more: what the field requires, or objects of another type.
            for overlay in overlays.iter().filter(|overlay| self.state.subgraph_of(**overlay) == subgraph) {
                let can_be_told = self.spares(*overlay, part)
                    && match &self.state.overlays[*overlay].kind {
                        // Objects, or the interface object that stands for them, but not both in one list.
                        OverlayKind::Entities(told) => told.iter().all(|told| {
                            part.types.iter().all(|ty| self.graph.is_abstract(*ty) == self.graph.is_abstract(told.ty))
                        }),
                        _ => false,
                    };
                if can_be_told && (requires || !self.answers_all(*overlay, part)) {
                    ways.push(Way::Known(*overlay));
                }
            }
            if self.banned.contains(&Ban::Fetch(self.state.places[place].position, subgraph)) {
                continue;
            }
            if self.is_root(place, part) {
                // A root has no representation that could carry what a field requires.
                if !requires && !overlays.iter().any(|overlay| self.state.subgraph_of(*overlay) == subgraph) {
                    ways.push(Way::Root(subgraph));
                }
                continue;
            }
            let told = self.told_as(place, part, subgraph);
            ways.extend(told.into_iter().map(|types| Way::Entities(subgraph, types)));
            let known = overlays.iter().any(|overlay| self.state.subgraph_of(*overlay) == subgraph);
            let above = self.state.places[place].parent.map(|(parent, _, _)| parent);
            if !requires && !known && above.is_some_and(|above| above != 0 || self.repeatable_root) {
                ways.push(Way::Parent(subgraph));
            }
        }
        ways
    }

    /// Whether a field at a place is being had from a subgraph already, to answer what is needed for it.
    fn is_under_way(&self, place: PlaceId, name: &Name, subgraph: SubgraphId) -> bool {
        let position = self.state.places[place].position;
        self.under_way.iter().any(|known| {
            known.position == position
                && known.subgraph == subgraph
                && known.field.as_ref().is_none_or(|known| known == name)
        })
    }

    /// Whether a part is about the root of queries, which may also stand behind an interface or a union among other
    /// objects: any subgraph can be asked for it at any time.
    fn is_root(&self, place: PlaceId, part: &Part<'_, 'a>) -> bool {
        place == 0 || part.types == [self.graph.query()]
    }

    /// The subgraphs that resolve the field for all types of the part.
    fn sources(&self, part: &Part<'_, 'a>) -> Vec<SubgraphId> {
        let Some(first) = part.types.first().and_then(|ty| self.graph.field(*ty, &part.field.name)) else {
            return Vec::new();
        };
        let resolves = |ty: &TypeId, subgraph| {
            self.graph.field_in(*ty, &part.field.name, subgraph).is_some_and(|known| !known.external)
        };
        first.subgraphs.keys().copied().filter(|subgraph| part.types.iter().all(|ty| resolves(ty, *subgraph))).collect()
    }

    pub fn requires(&self, part: &Part<'_, 'a>, subgraph: SubgraphId) -> bool {
        part.types.iter().any(|ty| {
            self.graph.field_in(*ty, &part.field.name, subgraph).is_some_and(|known| known.requires.is_some())
        })
    }

    /// The keys by which a subgraph resolves objects of a type.
    pub fn keys(&self, ty: TypeId, subgraph: SubgraphId) -> impl Iterator<Item = &'a FieldSet> + use<'a> {
        let known = self.graph.info(ty).subgraphs.get(&subgraph);
        known.into_iter().flat_map(TypeIn::resolvable_keys).map(|key| &key.fields)
    }

    /// Makes a way's overlay exist.
    pub fn open(&mut self, place: PlaceId, part: &Part<'_, 'a>, way: &Way) -> Result<OverlayId, Unplannable> {
        match way {
            Way::Known(overlay) => {
                if !self.answers_all(*overlay, part) {
                    let types = self.told_with(*overlay, part);
                    self.tell(*overlay, &types, &part.field.name)?;
                }
                Ok(*overlay)
            }
            Way::Root(subgraph) => {
                let root = if place == 0 { self.state.places[place].possible.first() } else { part.types.first() };
                let root = root.copied();
                let fetch = self.state.add_fetch(*subgraph, FetchKind::Root(OperationType::Query), root);
                if !self.repeatable_root {
                    // What a mutation answers is seen after it ran.
                    let base = self.state.places[place].overlays.first().map(|base| self.state.fetch_of(*base));
                    self.state.fetches[fetch].after.extend(base);
                }
                Ok(self.state.add_overlay(place, self.state.fetches[fetch].node, OverlayKind::Root))
            }
            Way::Entities(subgraph, types) => {
                self.ask_typename(place);
                let fetch = self.state.add_fetch(*subgraph, FetchKind::Entities(self.state.overlays.len()), None);
                let node = self.state.fetches[fetch].node;
                let overlay = self.state.add_overlay(place, node, OverlayKind::Entities(Vec::new()));
                self.tell(overlay, types, &part.field.name)?;
                Ok(overlay)
            }
            Way::Parent(subgraph) => self.open_from_parent(place, part, *subgraph),
        }
    }

    /// Asks `subgraph` for the same value from the parent's place.
    fn open_from_parent(
        &mut self,
        place: PlaceId,
        part: &Part<'_, 'a>,
        subgraph: SubgraphId,
    ) -> Result<OverlayId, Unplannable> {
        let Some((parent, from, index)) = self.state.places[place].parent else { return Err(self.unreachable(part)) };
        let seen = self.state.nodes[self.state.overlays[from].node].fields[index].clone();
        let types = seen.types.clone().unwrap_or_else(|| self.state.places[parent].possible.clone());
        let field = Collected {
            key: seen.key,
            name: seen.name,
            arguments: seen.arguments,
            types: types.clone(),
            below: vec![&[]],
        };
        let upper = Part { field: &field, types };
        if self.requires(&upper, subgraph) || !self.sources(&upper).contains(&subgraph) {
            return Err(self.unreachable(part));
        }
        let ways = self.ways(parent, &upper);
        let leads = |way: &Way| match way {
            Way::Known(overlay) => self.state.subgraph_of(*overlay) == subgraph,
            Way::Root(other) | Way::Parent(other) | Way::Entities(other, _) => *other == subgraph,
        };
        let candidates: Vec<Way> = ways.into_iter().filter(leads).collect();
        let start = self.state.clone();
        for way in candidates {
            let position = self.state.places[place].position;
            self.under_way.push(Resolving { position, field: Some(part.field.name.clone()), subgraph });
            let opened = self.open(parent, &upper, &way);
            self.under_way.pop();
            if let Ok(overlay) = opened
                && let Some((index, Some(node))) = self.select_node(overlay, &upper)
            {
                return Ok(self.state.add_overlay(place, node, OverlayKind::Zip(overlay, index)));
            }
            self.state = start.clone();
        }
        Err(self.unreachable(part))
    }

    /// Selects a field, with a node of its own if its type has fields.
    fn select_node(&mut self, overlay: OverlayId, part: &Part<'_, 'a>) -> Option<(usize, Option<NodeId>)> {
        let node = self.state.overlays[overlay].node;
        let subgraph = self.state.subgraph_of(overlay);
        let name = &part.field.name;
        let types = self.asked_types(node, part, subgraph);
        let known = part.types.first().and_then(|ty| self.graph.field_in(*ty, name, subgraph))?;
        let result = self.graph.type_id(known.ty.inner_named_type());
        let result =
            result.filter(|ty| matches!(self.graph.info(*ty).kind, Kind::Object | Kind::Interface | Kind::Union));
        let leaf = result.is_none().then_some(&known.ty);
        let index = self.state.select(node, types, part.field, leaf);
        let Some(result) = result else { return Some((index, None)) };
        if let Some(child) = self.state.nodes[node].fields[index].child {
            return Some((index, Some(child)));
        }
        let provided = self.provided_below(node, &part.types, name);
        let possible = self.graph.possible_in(result, subgraph).to_vec();
        let fetch = self.state.nodes[node].fetch;
        let child = self.state.add_node(fetch, Some(result), possible, provided);
        self.state.nodes[node].fields[index].child = Some(child);
        Some((index, Some(child)))
    }

    /// Selects a field of an overlay, with everything below it.
    pub fn select_in(&mut self, overlay: OverlayId, part: &Part<'_, 'a>) -> Result<ProjectedField, Unplannable> {
        let field = part.field;
        let info = part.types.first().and_then(|ty| self.graph.field(*ty, &field.name));
        let ty = info.ok_or_else(|| self.unreachable(part))?.ty.clone();
        let (index, node) = self.select_node(overlay, part).ok_or_else(|| self.unreachable(part))?;
        let child = match node {
            Some(node) => {
                let below = self.place_of(node, overlay, index);
                Some(self.selection(below, &field.below)?)
            }
            None => None,
        };
        Ok(ProjectedField { key: field.key.clone(), what: Projected::Value { overlay, field: index, ty, child } })
    }

    /// The place whose base is `node`, the value of a field of `overlay`.
    fn place_of(&mut self, node: NodeId, overlay: OverlayId, index: usize) -> PlaceId {
        if let Some(place) = self.state.nodes[node].place {
            return place;
        }
        let place = self.state.places.len();
        let above = self.state.overlays[overlay].place;
        let parent = Some((above, overlay, index));
        let field = &self.state.nodes[self.state.overlays[overlay].node].fields[index];
        let position = position(self.state.places[above].position, field);
        let possible = self.state.nodes[node].possible.clone();
        self.state.places.push(Place { possible, overlays: Vec::new(), parent, position, object: None });
        self.state.nodes[node].place = Some(place);
        self.state.add_overlay(place, node, OverlayKind::Base);
        if self.state.nodes[node].possible.len() != 1 {
            self.ask_typename(place);
        }
        place
    }

    /// `None` if the field can be asked of the node's own type, else the object types to ask it of.
    fn asked_types(&self, node: NodeId, part: &Part<'_, 'a>, subgraph: SubgraphId) -> Option<Vec<TypeId>> {
        let node = &self.state.nodes[node];
        let mut types: Vec<TypeId> = part.types.iter().map(|ty| self.graph.seen_as(*ty, subgraph)).collect();
        types.dedup();
        let field = |ty: TypeId| self.graph.field_in(ty, &part.field.name, subgraph);
        // An object may promise more of a field than its interface does, and take more arguments: then it is asked of
        // the object.
        let result = part.types.first().and_then(|ty| field(*ty)).map(|known| known.ty.inner_named_type());
        let takes = |ty: TypeId| {
            let taken = self.graph.field(ty, &part.field.name).map_or(&[][..], |known| &known.arguments);
            part.field.arguments.iter().all(|given| taken.contains(&given.name))
        };
        let own = node.ty.filter(|ty| {
            let all = node.possible.iter().all(|possible| types.contains(possible));
            let same = |known: &FieldIn| !known.external && Some(known.ty.inner_named_type()) == result;
            all && field(*ty).is_some_and(same) && takes(*ty)
        });
        if own.is_some() { None } else { Some(types) }
    }
}
