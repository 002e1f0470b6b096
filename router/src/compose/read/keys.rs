//! The keys of a subgraph's types.

use apollo_compiler::{Name, ast::Selection, schema::ExtendedType};

use crate::{compose::read::subgraph::SubgraphSchema, graph::parse_field_set};

/// A `@key`.
#[derive(Debug)]
pub(in crate::compose) struct KeyOf {
    pub fields: String,
    pub resolvable: bool,
    /// Whether it stands on an `extend`.
    pub extended: bool,
}

impl KeyOf {
    /// Whether two keys select the same, however they are written.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let said = |key: &Self| parse_field_set(&key.fields).map(|set| ordered(&set)).unwrap_or_default();
        said(self) == said(other)
    }
}

/// What a selection selects, in the order of the alphabet.
fn ordered(selections: &[Selection]) -> Vec<String> {
    let mut all: Vec<String> = selections
        .iter()
        .map(|selection| match selection {
            Selection::Field(field) => format!("{}{{{}}}", field.name, ordered(&field.selection_set).join(" ")),
            Selection::InlineFragment(fragment) => {
                let on = fragment.type_condition.as_ref().map_or("", |condition| condition.as_str());
                format!("... {on}{{{}}}", ordered(&fragment.selection_set).join(" "))
            }
            Selection::FragmentSpread(_) => String::new(),
        })
        .collect();
    all.sort();
    all
}

impl SubgraphSchema {
    pub fn keys(&self, ty: &ExtendedType) -> Vec<KeyOf> {
        let keys = ty.directives().iter().filter(|known| self.names.canonical(&known.name) == Some("key"));
        let keys = keys.filter_map(|directive| {
            let resolvable = directive.specified_argument_by_name("resolvable").and_then(|value| value.to_bool());
            let extended = directive.origin.extension_id().is_some();
            Some(KeyOf { fields: self.selection(directive)?, resolvable: resolvable.unwrap_or(true), extended })
        });
        keys.collect()
    }

    pub fn is_key_field(&self, ty: &ExtendedType, field: &Name) -> bool {
        self.keys(ty).iter().any(|key| {
            parse_field_set(&key.fields).is_ok_and(|set| {
                set.iter().any(|selection| selection.as_field().is_some_and(|known| known.name == *field))
            })
        })
    }
}
