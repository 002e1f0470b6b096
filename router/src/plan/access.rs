//! What of a selection the caller may not see, decided for each type of object by itself.
//!
//! Only what the client selects is judged. What the router must know for its own purposes, a key or what a field
//! requires, is not shown; that a field does not tell what it requires to callers who may not see that is composition's
//! to check (`MISSING_TRANSITIVE_AUTH_REQUIREMENTS`).

use super::{
    collect::Collected,
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

    /// Whether a field of a type is refused: by its own demand, its type's, or that of its result. True for want of
    /// any token. An interface object stands for objects of all types behind it: what is refused for one is refused.
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
