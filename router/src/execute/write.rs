//! One pass over the projection: objects are written as they stand in the rows, nulls propagate by truncation.
//!
//! The same pass writes the client's response and the representations that subgraphs are sent; the latter by the
//! receiver's types, so that a null where the receiver allows none leaves the entity out.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Map, Value as Json};

use super::{
    cause::Cause,
    leaf::{self, Checked},
    progress::{Found, Progress},
    rows::{Rows, Value},
};
use crate::{
    error::{Code, GraphQLError, PathSegment},
    graph::{Supergraph, TypeId},
    plan::{OutputType, Plan, Projected, ProjectedValue},
};

/// More errors than this help nobody.
const MAX_ERRORS: usize = 100;

/// Everything that is read while writing.
pub struct Writer<'r> {
    pub plan: &'r Plan,
    pub graph: &'r Supergraph,
    pub progress: &'r Progress,
    /// The answers of introspection, by response key.
    pub introspection: Option<&'r Map<String, Json>>,
    /// The text so far.
    pub out: Vec<u8>,
    path: Vec<Segment<'r>>,
    /// The indexes since the last key of `path`.
    indexes: Vec<usize>,
    /// The errors so far.
    pub errors: Vec<GraphQLError>,
    /// The fetches whose errors without a path have been told.
    pub told: BTreeSet<usize>,
    /// Why the last value was missing.
    pub last_cause: Option<Arc<Cause>>,
}

#[derive(Clone, Copy)]
enum Segment<'r> {
    Key(&'r Arc<str>),
    Index(usize),
}

/// Where a value stands: the fetch and its shape, row and slot.
#[derive(Clone, Copy)]
struct Place<'r> {
    fetch: usize,
    shape: usize,
    row: u32,
    slot: usize,
    rows: &'r Rows,
}

impl<'r> Writer<'r> {
    /// Ready to write with nothing written.
    pub fn new(
        plan: &'r Plan,
        graph: &'r Supergraph,
        progress: &'r Progress,
        introspection: Option<&'r Map<String, Json>>,
        out: Vec<u8>,
    ) -> Self {
        Self {
            plan,
            graph,
            progress,
            introspection,
            out,
            path: Vec::new(),
            indexes: Vec::new(),
            errors: Vec::new(),
            told: BTreeSet::new(),
            last_cause: None,
        }
    }

    /// Writes an object. False if a null inside must become the object's own; what was written of it is taken back.
    pub fn object(&mut self, projection: usize, base_row: u32) -> bool {
        let start = self.out.len();
        self.out.push(b'{');
        if self.fields(projection, base_row) {
            self.out.push(b'}');
            return true;
        }
        self.out.truncate(start);
        false
    }

    /// Writes the fields of an object without its braces.
    pub fn fields(&mut self, projection: usize, base_row: u32) -> bool {
        let plan = self.plan;
        let projection = &plan.projections[projection];
        let ty = projection.ty.or_else(|| self.progress.type_of(self.plan, projection.typed_by?, base_row));
        let Some(ty) = ty else {
            return self.missing(Some(&internal("The type of this object is not known.")), true);
        };
        let Some((_, fields)) = projection.by_type.iter().find(|(known, _)| *known == ty) else { return true };
        for field in fields.iter() {
            if !self.out.ends_with(b"{") {
                self.out.push(b',');
            }
            self.out.extend_from_slice(field.written.as_bytes());
            self.path.push(Segment::Key(&field.key));
            let written = self.field(field, ty, base_row);
            self.path.pop();
            if !written {
                return false;
            }
        }
        true
    }

    fn field(&mut self, field: &'r Projected, ty: TypeId, base_row: u32) -> bool {
        match &field.what {
            ProjectedValue::Typename => {
                self.out.push(b'"');
                self.out.extend_from_slice(self.graph.info(ty).name.as_bytes());
                self.out.push(b'"');
                true
            }
            ProjectedValue::Introspection => {
                let value = self.introspection.and_then(|values| values.get(&*field.key)).unwrap_or(&Json::Null);
                serde_json::to_writer(&mut self.out, value).is_ok()
            }
            ProjectedValue::Denied { unauthenticated, ty } => {
                let cause = if *unauthenticated {
                    Cause::new(Code::Unauthenticated, "Log in first: this needs a valid access token.", None)
                } else {
                    Cause::new(Code::Forbidden, "You may not see or do this.", None)
                };
                self.missing(Some(&Arc::new(cause)), ty.non_null & 1 == 1)
            }
            ProjectedValue::Value { overlay, slot, ty, child } => self.slot(*overlay, *slot, ty, *child, base_row),
        }
    }

    fn slot(&mut self, overlay: usize, slot: usize, ty: &'r OutputType, child: Option<usize>, base_row: u32) -> bool {
        let known = &self.plan.overlays[overlay];
        let required = ty.non_null & 1 == 1;
        match self.progress.find(self.plan, overlay, base_row) {
            Found::Row(row) => {
                let Some(rows) = self.progress.rows(known.fetch) else { return self.missing(None, required) };
                let place = Place { fetch: known.fetch, shape: known.shape, row, slot, rows };
                let before = std::mem::take(&mut self.indexes);
                let written = self.value(rows.get(known.shape, row, slot), place, ty, 0, child);
                self.indexes = before;
                written
            }
            Found::Missing => self.missing(None, required),
            Found::Failed(cause) => {
                let cause = cause.clone();
                self.told.insert(known.fetch);
                self.missing(Some(&cause), required)
            }
        }
    }

    /// Writes a value or an item of it; `depth` lists are open around it.
    fn value(&mut self, value: Value, at: Place<'r>, ty: &'r OutputType, depth: u32, child: Option<usize>) -> bool {
        let required = ty.non_null >> depth & 1 == 1;
        match value {
            Value::List(from, to) if depth < ty.lists => {
                let start = self.out.len();
                self.out.push(b'[');
                for (index, item) in at.rows.items(from, to).iter().enumerate() {
                    if index > 0 {
                        self.out.push(b',');
                    }
                    self.path.push(Segment::Index(index));
                    self.indexes.push(index);
                    let written = self.value(*item, at, ty, depth + 1, child);
                    self.indexes.pop();
                    self.path.pop();
                    if !written {
                        self.out.truncate(start);
                        return self.null(required);
                    }
                }
                self.out.push(b']');
                true
            }
            Value::Row(row) if depth == ty.lists => match child {
                Some(child) => {
                    let indexes = std::mem::take(&mut self.indexes);
                    let written = self.object(child, row);
                    self.indexes = indexes;
                    written || self.null(required)
                }
                None => self.wrong(at, required),
            },
            Value::Leaf(from, to) if child.is_none() => self.leaf(at.rows.text(from, to), at, ty, depth),
            Value::Null | Value::Absent => {
                let cause = self.cause_at(at, value == Value::Absent);
                self.missing(cause.as_ref(), required)
            }
            _ => self.wrong(at, required),
        }
    }

    /// Writes a leaf, or a list of leaves that is still text.
    fn leaf(&mut self, text: &'r [u8], at: Place<'r>, ty: &'r OutputType, depth: u32) -> bool {
        let required = ty.non_null >> depth & 1 == 1;
        if text == b"null" {
            let cause = self.cause_at(at, false);
            return self.missing(cause.as_ref(), required);
        }
        if depth == ty.lists {
            return match leaf::check(&ty.leaf, text) {
                Checked::Plain => {
                    self.out.extend_from_slice(text);
                    true
                }
                Checked::Quoted => {
                    self.out.push(b'"');
                    self.out.extend_from_slice(text);
                    self.out.push(b'"');
                    true
                }
                Checked::Wrong => self.wrong(at, required),
            };
        }
        let Some(items) = leaf::items(text) else { return self.wrong(at, required) };
        let start = self.out.len();
        self.out.push(b'[');
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            self.path.push(Segment::Index(index));
            self.indexes.push(index);
            let written = self.leaf(item, at, ty, depth + 1);
            self.indexes.pop();
            self.path.pop();
            if !written {
                self.out.truncate(start);
                return self.null(required);
            }
        }
        self.out.push(b']');
        true
    }

    /// Why there is nothing at a place, as its subgraph told it.
    fn cause_at(&mut self, at: Place<'r>, absent: bool) -> Option<Arc<Cause>> {
        let causes = self.progress.causes(at.fetch)?;
        let own = causes.of(at.shape, at.row, at.slot, &self.indexes).cloned();
        own.or_else(|| {
            let loose = causes.loose.first().filter(|_| absent || !self.told.contains(&at.fetch))?;
            self.told.insert(at.fetch);
            Some(loose.clone())
        })
    }

    /// Writes null where it is allowed.
    fn null(&mut self, required: bool) -> bool {
        if !required {
            self.out.extend_from_slice(b"null");
        }
        !required
    }

    /// A value that is not there: an error if there is a cause or null is not allowed.
    fn missing(&mut self, cause: Option<&Arc<Cause>>, required: bool) -> bool {
        if let Some(cause) = cause {
            self.last_cause = Some(cause.clone());
            self.error(cause);
        } else if required {
            self.error(&internal("A field that is never null had no value."));
        }
        self.null(required)
    }

    fn wrong(&mut self, at: Place<'r>, required: bool) -> bool {
        let cause = self.cause_at(at, false);
        let cause = cause.unwrap_or_else(|| internal("The subgraph answered with a value of another type."));
        self.missing(Some(&cause), required)
    }

    fn error(&mut self, cause: &Cause) {
        if self.errors.len() >= MAX_ERRORS {
            return;
        }
        let path = self.path.iter().map(|segment| match segment {
            Segment::Key(key) => PathSegment::Key((*key).clone()),
            Segment::Index(index) => PathSegment::Index(*index),
        });
        self.errors.push(GraphQLError {
            message: cause.message.clone(),
            locations: Vec::new(),
            path: path.collect(),
            extensions: cause.extensions.clone(),
        });
    }
}

fn internal(message: &str) -> Arc<Cause> {
    Arc::new(Cause::new(Code::Internal, message, None))
}
