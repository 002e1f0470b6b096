//! Interface objects in plans: objects that some subgraphs know only by their interface, without their types.

use apollo_compiler::Name;

use super::{
    collect::Collected,
    improve::Ban,
    search::{Planner, Unplannable},
    state::{OverlayId, OverlayKind, Place, PlaceId},
    ways::{Part, Way},
};
use crate::graph::{SubgraphId, TypeId};

/// The objects behind those of an overlay, and the interface that its subgraph knows them by.
struct SelectedAs {
    types: Vec<TypeId>,
    interface: Option<TypeId>,
}

impl<'a> Planner<'a> {
    /// Fetches the object behind an interface object from a subgraph that knows the interface as one.
    pub fn find_object(&mut self, place: PlaceId, interface: TypeId) -> Result<(), Unplannable> {
        let info = self.graph.info(interface);
        let position = self.state.places[place].position;
        let homes = info.subgraphs.iter().filter(|(subgraph, known)| {
            let is_keyed = known.resolvable_keys().next().is_some();
            is_keyed && !known.is_interface_object && !self.banned.contains(&Ban::Fetch(position, **subgraph))
        });
        let homes: Vec<_> = homes.map(|(subgraph, known)| (*subgraph, &known.possible)).collect();
        let name = info.name.clone();
        let field = Collected { key: name.clone(), name, arguments: &[], types: vec![interface], below: Vec::new() };
        let part = Part { field: &field, types: vec![interface] };
        let found = self.cheapest(&homes, |planner, (subgraph, possible)| {
            let overlay = planner.open(place, &part, &Way::Entities(*subgraph, vec![interface]))?;
            let node = planner.state.overlays[overlay].node;
            planner.state.nodes[node].typename = true;
            planner.state.nodes[node].possible.extend(possible.iter());
            planner.state.places[place].object = Some((overlay, (*possible).clone()));
            Ok(())
        })?;
        found.ok_or_else(|| Unplannable::Unreachable(format!("{}.__typename", info.name)))
    }

    /// Whether a subgraph could tell the object behind an interface object.
    pub fn has_home(&self, interface: TypeId) -> bool {
        let mut homes = self.graph.info(interface).subgraphs.values();
        homes.any(|known| !known.is_interface_object && known.resolvable_keys().next().is_some())
    }

    /// As what types a subgraph can be told the objects of a part: their own, or before it the interface for whose
    /// objects it cares alone, if all of them take part; all must have keys.
    pub fn told_as(&self, place: PlaceId, part: &Part<'_, 'a>, subgraph: SubgraphId) -> Vec<Vec<TypeId>> {
        let is_keyed = |ty: &TypeId| self.keys(*ty, subgraph).next().is_some();
        let Place { object, possible, .. } = &self.state.places[place];
        let interface = possible.first().filter(|interface| {
            object.as_ref().is_some_and(|(_, types)| types.iter().all(|ty| part.types.contains(ty)))
                && part.types.iter().all(|ty| self.graph.seen_as(*ty, subgraph) == **interface)
        });
        let all = interface.map(|interface| vec![*interface]).into_iter().chain([part.types.clone()]);
        all.filter(|types| types.iter().all(is_keyed)).collect()
    }

    /// Whether what is asked of an interface object is asked of no object for which nobody wants it, or does no harm
    /// there: where a field that may not be null fails, the whole object is null, and what the caller may not see of an
    /// object is not asked of it.
    pub fn spares(&self, overlay: OverlayId, part: &Part<'_, 'a>) -> bool {
        let (subgraph, SelectedAs { types, interface: Some(interface) }) =
            (self.state.subgraph_of(overlay), self.selected_as(overlay, part))
        else {
            return true;
        };
        let is_harmless =
            |name: &Name| self.graph.field_in(interface, name, subgraph).is_none_or(|known| !known.ty.is_non_null());
        let fields = &self.state.nodes[self.state.overlays[overlay].node].fields;
        let more: Vec<TypeId> = part.types.iter().filter(|ty| !types.contains(ty)).copied().collect();
        let others: Vec<TypeId> = types.into_iter().filter(|ty| !part.types.contains(ty)).collect();
        let spared = |name: &Name, of: &[TypeId]| of.is_empty() || is_harmless(name) && self.may_ask(of, name);
        spared(&part.field.name, &others) && fields.iter().all(|field| spared(&field.name, &more))
    }

    /// Which objects stand behind an overlay's, if it knows them by an interface object and somebody tells their types.
    fn selected_as(&self, overlay: OverlayId, part: &Part<'_, 'a>) -> SelectedAs {
        let known = &self.state.overlays[overlay];
        let subgraph = self.state.subgraph_of(overlay);
        let seen_as = part.types.first().map(|ty| (*ty, self.graph.seen_as(*ty, subgraph)));
        let interface = seen_as.filter(|(ty, seen_as)| ty != seen_as).map(|(_, seen_as)| seen_as);
        let behind = || self.state.places[known.place].object.iter().flat_map(|(_, types)| types).copied();
        let types = match &known.kind {
            OverlayKind::Entities(told) => told
                .iter()
                .flat_map(|told| if Some(told.ty) == interface { behind().collect() } else { vec![told.ty] })
                .collect(),
            _ => behind().collect(),
        };
        SelectedAs { types, interface }
    }
}
