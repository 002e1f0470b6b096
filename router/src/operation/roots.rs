//! What an operation asks for at its root.

use apollo_compiler::{ast::Selection, collections::HashSet};

use super::{Document, Runnable};

impl Document {
    /// Whether every field at the root of `operation`, `__typename` aside, is one of `fields`, and at least one is there.
    /// Conditions do not count: what is skipped was asked for all the same.
    pub fn asks_only_for(&self, operation: &Runnable, fields: &[String]) -> bool {
        let mut asks = false;
        let mut visited = HashSet::default();
        let mut pending = vec![&operation.written.selection_set];
        while let Some(selections) = pending.pop() {
            for selection in selections {
                match selection {
                    Selection::Field(field) if field.name == "__typename" => {}
                    Selection::Field(field) => {
                        if !fields.iter().any(|known| field.name == known.as_str()) {
                            return false;
                        }
                        asks = true;
                    }
                    Selection::InlineFragment(fragment) => pending.push(&fragment.selection_set),
                    Selection::FragmentSpread(spread) => {
                        let fragment = self.fragments.get(&spread.fragment_name);
                        pending.extend(
                            fragment.filter(|_| visited.insert(&spread.fragment_name)).map(|it| &it.selection_set),
                        );
                    }
                }
            }
        }
        asks
    }
}
