//! What of a selection the caller may not see, decided for each type of object by itself.
//!
//! Only what the client selects is judged. What the router must know for its own purposes, a key or what a field
//! requires, is not shown; that a field does not tell what it requires to callers who may not see that is composition's
//! to check (`MISSING_TRANSITIVE_AUTH_REQUIREMENTS`). Where one object behind an interface object hides what another
//! shows, the object is found first, and only those that show a field are asked for it.

use apollo_compiler::{Name, ast::Selection};

use super::{
    collect::{Collected, collect},
    search::Planner,
    state::{Projected, ProjectedField},
};
use crate::graph::TypeId;

impl<'a> Planner<'a> {
    /// Takes the types off a field for which it may not be seen. What is written for those, instead.
    pub fn take_denied(&self, field: &mut Collected<'a>) -> Vec<(Vec<TypeId>, ProjectedField)> {
        let mut denied: Vec<(Vec<TypeId>, ProjectedField)> = Vec::new();
        if !self.being_told.is_empty() {
            return denied;
        }
        let key = field.key.clone();
        let name = field.name.clone();
        field.types.retain(|ty| {
            let Some(unauthenticated) = self.denies(*ty, &name) else { return true };
            let Some(known) = self.graph.field(*ty, &name) else { return true };
            let what = Projected::Denied { unauthenticated, ty: known.ty.clone() };
            denied.push((vec![*ty], ProjectedField { key: key.clone(), what }));
            false
        });
        denied
    }

    /// Whether the caller may see a field of all these types, or the router wants it for itself.
    pub fn may_ask(&self, types: &[TypeId], name: &Name) -> bool {
        !self.being_told.is_empty() || types.iter().all(|ty| self.denies(*ty, name).is_none())
    }

    /// Whether something selected of an interface object is refused for some of the objects behind it only, and a
    /// subgraph tells which of them it is.
    pub fn depends_on_object(&self, interface: TypeId, selections: &[&'a [Selection]]) -> bool {
        if !self.being_told.is_empty() || !self.has_home(interface) {
            return false;
        }
        let fields = collect(self.graph, &[interface], selections, self.surroundings).entries;
        fields.iter().any(|field| {
            let mut behind = self.graph.info(interface).possible.iter().map(|object| self.denies(*object, &field.name));
            let first = behind.next();
            behind.any(|other| Some(other) != first)
        })
    }

    /// Whether a field of a type is refused: by its own demand, its type's, or that of its result. True for want of
    /// any token. Where nobody tells what object an interface object stands for, what is refused for one of them is
    /// refused.
    fn denies(&self, ty: TypeId, name: &str) -> Option<bool> {
        let behind = if self.graph.is_abstract(ty) { self.graph.info(ty).possible.as_slice() } else { &[] };
        let behind = behind.iter().filter_map(|object| self.denies(*object, name)).max();
        behind.max(self.denies_itself(ty, name))
    }

    fn denies_itself(&self, ty: TypeId, name: &str) -> Option<bool> {
        let field = self.graph.field(ty, name)?;
        let result = self.graph.type_id(field.ty.inner_named_type()).map(|result| self.graph.info(result));
        let demands = [&self.graph.info(ty).authorization, &field.authorization];
        let all = demands.into_iter().chain(result.map(|result| &result.authorization));
        // Where a token is missing as well as a right, the token comes first.
        all.filter_map(|demand| self.authorization.denies(demand)).max()
    }
}
