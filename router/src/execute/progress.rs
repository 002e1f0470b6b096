//! How far a request is: which fetches were answered, and which of their rows belong to which objects.

use std::{collections::HashMap, sync::Arc};

use super::{
    cause::{Cause, Causes},
    json::Answer,
    rows::{Rows, Value},
};
use crate::{
    error::Code,
    graph::TypeId,
    plan::{LinkKind, Plan, SlotKind},
};

/// A row that is not there although nothing failed: the subgraph knows no such entity, or could not be asked.
pub const NONE: u32 = u32::MAX;

/// The state of one fetch.
#[derive(Debug)]
pub enum Fetched {
    /// Not answered yet, or there was nothing to ask.
    Nothing,
    /// No answer came.
    Failed(Arc<Cause>),
    /// An answer, perhaps with errors.
    Answered {
        /// Its data; other requests may look at the same.
        answer: Arc<Answer>,
        /// Its errors, if there are any.
        causes: Option<Box<Causes>>,
    },
}

/// See the module's description.
#[derive(Debug)]
pub struct Progress {
    /// By fetch.
    pub fetched: Vec<Fetched>,
    /// By overlay: the row for each row of the place's base. Empty where no table is needed.
    pub links: Vec<Vec<u32>>,
    /// Why an overlay has no row for a base row, where something failed.
    pub causes: HashMap<(usize, u32), Vec<Arc<Cause>>>,
}

/// What an overlay knows of an object.
pub enum Found<'p> {
    /// This row.
    Row(u32),
    /// Nothing, and that is no fault.
    Missing,
    /// Nothing, because of this.
    Failed(&'p [Arc<Cause>]),
}

impl Progress {
    /// Nothing fetched.
    pub fn new(plan: &Plan) -> Self {
        Self {
            fetched: plan.fetches.iter().map(|_| Fetched::Nothing).collect(),
            links: vec![Vec::new(); plan.overlays.len()],
            causes: HashMap::new(),
        }
    }

    /// The rows of a fetch, once it was answered.
    pub fn rows(&self, fetch: usize) -> Option<&Rows> {
        match &self.fetched[fetch] {
            Fetched::Answered { answer, .. } => Some(&answer.rows),
            _ => None,
        }
    }

    /// The errors of a fetch that was answered, if there are any.
    pub fn causes(&self, fetch: usize) -> Option<&Causes> {
        match &self.fetched[fetch] {
            Fetched::Answered { causes, .. } => causes.as_deref(),
            _ => None,
        }
    }

    /// The row of an overlay for an object, by the object's base row.
    pub fn find(&self, plan: &Plan, overlay: usize, base_row: u32) -> Found<'_> {
        let known = &plan.overlays[overlay];
        let row = match known.link {
            LinkKind::Base => return Found::Row(base_row),
            LinkKind::Root => {
                return match &self.fetched[known.fetch] {
                    Fetched::Answered { .. } => Found::Row(0),
                    Fetched::Failed(cause) => Found::Failed(std::slice::from_ref(cause)),
                    Fetched::Nothing => Found::Missing,
                };
            }
            LinkKind::Entities | LinkKind::Zip { .. } => self.links[overlay].get(base_row as usize).copied(),
        };
        match row {
            Some(row) if row != NONE => Found::Row(row),
            _ => match (self.causes.get(&(overlay, base_row)), &self.fetched[known.fetch]) {
                (Some(causes), _) => Found::Failed(causes),
                (None, Fetched::Failed(cause)) => Found::Failed(std::slice::from_ref(cause)),
                _ => Found::Missing,
            },
        }
    }

    /// The run-time type of an object, as an overlay of its place tells it.
    pub fn type_of(&self, plan: &Plan, overlay: usize, base_row: u32) -> Option<TypeId> {
        let known = &plan.overlays[overlay];
        let shape = &plan.fetches[known.fetch].shapes[known.shape];
        let says = shape.slots.first().is_some_and(|slot| slot.kind == SlotKind::Typename);
        match (says, self.find(plan, overlay, base_row), self.rows(known.fetch)) {
            (true, Found::Row(row), Some(rows)) => match rows.get(known.shape, row, 0) {
                Value::Type(ty) => ty,
                _ => None,
            },
            _ => None,
        }
    }

    /// Matches the rows of a value that two fetches know, by its position under the parent.
    pub fn zip(&mut self, plan: &Plan, overlay: usize) {
        let LinkKind::Zip { base, parent, slot, other, other_slot } = plan.overlays[overlay].link else { return };
        let (above, above_other) = (&plan.overlays[parent], &plan.overlays[other]);
        // What lies above may be linked itself, once other answers are there.
        let waits = |overlay: usize| {
            let linked = matches!(plan.overlays[overlay].link, LinkKind::Entities | LinkKind::Zip { .. });
            linked && self.links[overlay].is_empty()
        };
        if waits(parent) || waits(other) {
            return;
        }
        let (Some(rows), Some(others)) = (self.rows(above.fetch), self.rows(above_other.fetch)) else { return };
        let mut table = vec![NONE; rows.count(plan.overlays[base].shape) as usize];
        let mut failed: Vec<(u32, Vec<Arc<Cause>>)> = Vec::new();
        // Rows of the overlay above, by rows of the place's base: either may be linked itself.
        let bases = self.base_rows(plan, parent);
        for base_row in 0..bases {
            let Found::Row(row) = self.find(plan, parent, base_row) else { continue };
            let (other_row, why) = match self.find(plan, other, base_row) {
                Found::Row(row) => (Some(row), None),
                Found::Failed(causes) => (None, Some(causes)),
                Found::Missing => (None, None),
            };
            let value = rows.get(above.shape, row, slot);
            let other_value = other_row.map_or(Value::Absent, |row| others.get(above_other.shape, row, other_slot));
            let mut unmatched = Unmatched::default();
            match_values(rows, value, others, other_value, &mut table, &mut unmatched);
            for (row, indexes) in unmatched.rows {
                let told = self.causes(above_other.fetch).zip(other_row).map_or_else(Vec::new, |(causes, row)| {
                    let found = causes.of(above_other.shape, row, other_slot, &indexes).into_iter();
                    found.map(|found| found.cause.clone()).collect()
                });
                let mut told = why.map_or(told, <[_]>::to_vec);
                if told.is_empty() && unmatched.lengths_differ {
                    told.push(Arc::new(Cause::new(
                        Code::Internal,
                        "Two subgraphs tell lists of different lengths.",
                        None,
                    )));
                }
                failed.extend((!told.is_empty()).then_some((row, told)));
            }
        }
        self.links[overlay] = table;
        self.causes.extend(failed.into_iter().map(|(row, causes)| ((overlay, row), causes)));
    }

    /// How many objects stand at the place of an overlay, as its base counts them.
    fn base_rows(&self, plan: &Plan, overlay: usize) -> u32 {
        let known = &plan.overlays[overlay];
        match known.link {
            LinkKind::Root => 1,
            LinkKind::Base => self.rows(known.fetch).map_or(0, |rows| rows.count(known.shape)),
            LinkKind::Entities | LinkKind::Zip { .. } => u32::try_from(self.links[overlay].len()).unwrap_or(0),
        }
    }
}

/// Rows that have no counterpart, each with its indexes in the lists around it.
#[derive(Default)]
struct Unmatched {
    rows: Vec<(u32, Vec<usize>)>,
    indexes: Vec<usize>,
    lengths_differ: bool,
}

fn match_values(rows: &Rows, value: Value, others: &Rows, other: Value, table: &mut [u32], unmatched: &mut Unmatched) {
    match (value, other) {
        (Value::Row(row), Value::Row(other)) => table[row as usize] = other,
        (Value::Row(row), _) => unmatched.rows.push((row, unmatched.indexes.clone())),
        (Value::List(from, to), other) => {
            let items = rows.items(from, to);
            let (other_items, is_list) = match other {
                Value::List(from, to) => (others.items(from, to), true),
                _ => (&[][..], false),
            };
            // Lists of different lengths do not show the same value: nothing can be matched.
            let same = items.len() == other_items.len();
            unmatched.lengths_differ |= is_list && !same;
            for (index, value) in items.iter().enumerate() {
                let other = other_items.get(index).filter(|_| same).copied().unwrap_or(Value::Absent);
                unmatched.indexes.push(index);
                match_values(rows, *value, others, other, table, unmatched);
                unmatched.indexes.pop();
            }
        }
        _ => {}
    }
}
