//! Makes a failing operation smaller for as long as it fails.

use apollo_compiler::{Schema, validation::Valid};

use crate::{
    ast::{Field, Operation, Selection},
    operations,
};

/// No more operations than these are tried.
const TRIES: usize = 2_000;

/// The smallest valid operation that is found to fail.
pub async fn shrink(api: &Valid<Schema>, operation: &Operation, fails: impl AsyncFn(&Operation) -> bool) -> Operation {
    let (mut smallest, mut tries) = (operation.clone(), 0);
    'smaller: loop {
        for smaller in smaller(&smallest) {
            tries += 1;
            if tries > TRIES {
                break 'smaller;
            }
            if operations::is_valid(api, &smaller) && fails(&smaller).await {
                smallest = smaller;
                continue 'smaller;
            }
        }
        break;
    }
    smallest
}

/// All operations that are one step smaller, the largest steps first.
fn smaller(operation: &Operation) -> Vec<Operation> {
    let mut found = Vec::new();
    for selections in below(&operation.selections) {
        found.push(Operation { selections, ..operation.clone() });
    }
    for (index, fragment) in operation.fragments.iter().enumerate() {
        for selections in below(&fragment.below) {
            let mut smaller = operation.clone();
            smaller.fragments[index].below = selections;
            found.push(smaller);
        }
    }
    for operation in &mut found {
        operation.tidy();
    }
    found
}

/// A selection set with one thing less.
fn below(selections: &[Selection]) -> Vec<Vec<Selection>> {
    let mut found = Vec::new();
    if selections.len() > 1 {
        for index in 0..selections.len() {
            let mut fewer = selections.to_vec();
            fewer.remove(index);
            found.push(fewer);
        }
    }
    for (index, selection) in selections.iter().enumerate() {
        for instead in simpler(selection) {
            let mut changed = selections.to_vec();
            changed.splice(index..=index, instead);
            found.push(changed);
        }
    }
    found
}

/// What may stand in place of a selection.
fn simpler(selection: &Selection) -> Vec<Vec<Selection>> {
    let mut found = Vec::new();
    match selection {
        Selection::Field(field) => {
            if field.alias.is_some() {
                found.push(vec![Selection::Field(Field { alias: None, ..field.clone() })]);
            }
            if !field.conditions.is_empty() {
                found.push(vec![Selection::Field(Field { conditions: Vec::new(), ..field.clone() })]);
            }
            for index in 0..field.arguments.len() {
                let mut fewer = field.clone();
                fewer.arguments.remove(index);
                found.push(vec![Selection::Field(fewer)]);
            }
            for below in below(&field.below) {
                found.push(vec![Selection::Field(Field { below, ..field.clone() })]);
            }
            if !field.below.is_empty() {
                let below = vec![Selection::Field(Field::plain("__typename"))];
                if field.below.len() > 1 {
                    found.push(vec![Selection::Field(Field { below, ..field.clone() })]);
                }
            }
        }
        Selection::Inline { on, conditions, below: inner } => {
            found.push(inner.clone());
            if !conditions.is_empty() {
                found.push(vec![Selection::Inline { on: on.clone(), conditions: Vec::new(), below: inner.clone() }]);
            }
            for below in below(inner) {
                found.push(vec![Selection::Inline { on: on.clone(), conditions: conditions.clone(), below }]);
            }
        }
        Selection::Spread { name, conditions } => {
            if !conditions.is_empty() {
                found.push(vec![Selection::Spread { name: name.clone(), conditions: Vec::new() }]);
            }
        }
    }
    found
}
