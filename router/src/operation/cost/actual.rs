//! What an operation has cost: as estimated, but with the lengths of the lists that came, and nothing for null.

use apollo_compiler::executable::{Operation, SelectionSet};
use serde_json::{Map, Value as Json};

use super::{ACTUAL_STEPS, Costs, Group, Groups, OBJECT, Result, is_composite, possible, total};
use crate::graph::TypeId;

impl<'d> Costs<'d> {
    /// The cost of an operation by the `data` of its response.
    pub fn actual(mut self, operation: &'d Operation, data: &Json) -> Result<'d, u64> {
        self.steps = ACTUAL_STEPS;
        let selected = match (self.graph.root(operation.operation_type), data) {
            (Some(root), Json::Object(object)) => {
                let groups = self.collect(&[&operation.selection_set], root)?;
                self.actual_fields(root, &groups, object)?
            }
            _ => 0,
        };
        Ok(total(operation, selected))
    }

    fn actual_fields(&mut self, ty: TypeId, groups: &Groups<'d>, object: &Map<String, Json>) -> Result<'d, i64> {
        let mut sum = 0_i64;
        for (key, group) in groups {
            self.step()?;
            if let Some(value) = object.get(key.as_str()) {
                sum = sum.saturating_add(self.actual_field(ty, group, value)?);
            }
        }
        Ok(sum)
    }

    fn actual_field(&mut self, ty: TypeId, group: &Group<'d>, value: &Json) -> Result<'d, i64> {
        let field = group.fields[0];
        if field.name.starts_with("__") {
            return self.introspection(&group.selection_sets());
        }
        let stated = self.stated(ty, group);
        let values = match self.graph.type_id(field.definition.ty.inner_named_type()) {
            Some(ty) => self.actual_value(ty, &group.selection_sets(), stated.weight, value)?,
            None => 0,
        };
        Ok(values.saturating_add(self.arguments(field, stated.arguments)).max(0))
    }

    fn actual_value(
        &mut self,
        ty: TypeId,
        sets: &[&'d SelectionSet],
        weight: Option<i64>,
        value: &Json,
    ) -> Result<'d, i64> {
        self.step()?;
        match value {
            Json::Null => Ok(0),
            Json::Array(items) => {
                let mut sum = 0_i64;
                for item in items {
                    sum = sum.saturating_add(self.actual_value(ty, sets, weight, item)?);
                }
                Ok(sum)
            }
            Json::Object(object) if is_composite(self.graph, ty) => self.actual_object(ty, sets, weight, object),
            _ => Ok(weight.or(self.graph.info(ty).weight).unwrap_or(0)),
        }
    }

    /// The cost of an object. Where its type is not known, it is one whose selected fields are those that came; of
    /// several such types the most expensive one.
    fn actual_object(
        &mut self,
        ty: TypeId,
        sets: &[&'d SelectionSet],
        weight: Option<i64>,
        object: &Map<String, Json>,
    ) -> Result<'d, i64> {
        let graph = self.graph;
        let mut most = 0;
        for ty in possible(graph, ty).iter().copied() {
            let groups = self.collect(sets, ty)?;
            if !comes_of(&groups, object, &graph.info(ty).name) {
                continue;
            }
            let own = weight.or(graph.info(ty).weight).unwrap_or(OBJECT);
            most = most.max(own.saturating_add(self.actual_fields(ty, &groups, object)?));
        }
        Ok(most)
    }
}

/// Whether an object in a response may be of the type of which these fields are selected.
fn comes_of(groups: &Groups<'_>, object: &Map<String, Json>, ty: &str) -> bool {
    groups.len() == object.len()
        && groups.iter().all(|(key, group)| match object.get(key.as_str()) {
            Some(Json::String(name)) if group.fields[0].name == "__typename" => name == ty,
            known => known.is_some(),
        })
}
