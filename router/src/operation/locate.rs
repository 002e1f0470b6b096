//! Where in the client's document the fields are selected that a path of the response ends in (GraphQL specification,
//! section 7.1.2, "locations").

use apollo_compiler::{
    Name, Node, Schema,
    ast::{Field, Selection},
    collections::HashSet,
};

use super::{Document, Runnable, variables::Variables};
use crate::{error::Location, plan::included};

/// A field that is selected more often is told of the first places only.
const MOST: usize = 10;

/// Finds the fields of one operation.
#[derive(Clone, Copy)]
pub struct Locator<'d> {
    schema: &'d Schema,
    document: &'d Document,
    operation: &'d Runnable,
    variables: &'d Variables,
}

impl<'d> Locator<'d> {
    /// For an operation that runs with these variables.
    pub fn new(schema: &'d Schema, document: &'d Document, operation: &'d Runnable, variables: &'d Variables) -> Self {
        Self { schema, document, operation, variables }
    }

    /// The places of the fields that a path ends in: its response keys, each with the type of the object that it is a
    /// key of, if that is known.
    pub fn locate<'p>(&self, path: impl IntoIterator<Item = (&'p str, Option<&'p Name>)>) -> Vec<Location> {
        let mut fields: Vec<&Node<Field>> = Vec::new();
        let mut sets: Vec<&[Selection]> = vec![&self.operation.written.selection_set];
        let truths = self
            .operation
            .conditions
            .iter()
            .filter(|name| self.variables.get(name).and_then(crate::json::JsonValue::as_bool).unwrap_or(false));
        let truths: HashSet<Name> = truths.cloned().collect();
        for (key, ty) in path {
            fields = self.select(&sets, key, ty, &truths);
            sets = fields.iter().map(|field| field.selection_set.as_slice()).collect();
        }
        let places = fields.iter().filter_map(|field| {
            let place = field.location()?.line_column(&self.document.executable.sources)?;
            Some(Location { line: place.line, column: place.column })
        });
        places.take(MOST).collect()
    }

    /// The fields of an object of a type that are selected under a response key, in their order.
    fn select(
        &self,
        sets: &[&'d [Selection]],
        key: &str,
        ty: Option<&Name>,
        truths: &HashSet<Name>,
    ) -> Vec<&'d Node<Field>> {
        let applies = |condition: Option<&Name>| match (condition, ty) {
            (Some(condition), Some(ty)) => condition == ty || self.schema.is_subtype(condition, ty),
            _ => true,
        };
        let (mut found, mut seen) = (Vec::new(), HashSet::default());
        let mut open: Vec<&Selection> = sets.iter().rev().flat_map(|set| set.iter().rev()).collect();
        while let Some(selection) = open.pop() {
            match selection {
                Selection::Field(field) if field.response_name() == key && included(&field.directives, truths) => {
                    found.push(field);
                }
                Selection::InlineFragment(fragment)
                    if applies(fragment.type_condition.as_ref()) && included(&fragment.directives, truths) =>
                {
                    open.extend(fragment.selection_set.iter().rev());
                }
                Selection::FragmentSpread(spread) if included(&spread.directives, truths) => {
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    let fragment = fragment.filter(|known| applies(Some(&known.type_condition)));
                    if let Some(fragment) = fragment.filter(|known| seen.insert(&known.name)) {
                        open.extend(fragment.selection_set.iter().rev());
                    }
                }
                _ => {}
            }
        }
        found
    }
}
