//! One pass over the projection: objects are written as they stand in the rows, nulls propagate by truncation.
//!
//! The same pass writes the client's response and the representations that subgraphs are sent; the latter by the
//! receiver's types, so that a null where the receiver allows none leaves the entity out.

mod path;
mod serial;

use std::{collections::BTreeSet, sync::Arc};

use apollo_compiler::response::{JsonMap, JsonValue as Json};

use super::{
    cause::Cause,
    leaf::{self, Checked},
    progress::{Found, Progress},
    rows::{Rows, Value},
};
use crate::{
    error::{Code, GraphQLError},
    graph::{Supergraph, TypeId},
    operation::Locator,
    plan::{OutputType, Plan, Projected, ProjectedValue, SlotKind},
};

/// The length of a scalar, in bytes, up to which it is not checked by itself whether the response is still within its limit.
const SMALL: usize = 256;

/// Everything that is read while writing.
pub struct Writer<'r> {
    pub plan: &'r Plan,
    pub graph: &'r Supergraph,
    pub progress: &'r Progress,
    /// The answers of introspection, by response key.
    pub introspection: Option<&'r JsonMap>,
    /// Says where in the client's document a field stands.
    pub locator: Option<Locator<'r>>,
    /// The text so far.
    pub out: Vec<u8>,
    path: Vec<Segment<'r>>,
    /// The indexes since the last key of `path`.
    indexes: Vec<usize>,
    /// The errors so far.
    pub errors: Vec<GraphQLError>,
    /// How many more there were.
    pub unlisted: usize,
    /// The most bytes that may be written.
    pub limit: usize,
    /// The fetches whose errors without a path have been told.
    told: BTreeSet<usize>,
    /// Why the last value was missing.
    pub last_cause: Option<Arc<Cause>>,
    /// Whether the last object was left out because those who should know it do not, which is no fault.
    unknown: bool,
}

#[derive(Clone, Copy)]
enum Segment<'r> {
    /// A response key of an object of this type.
    Key(&'r Arc<str>, TypeId),
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

/// The row that the last field came from.
struct Looked<'r> {
    overlay: usize,
    slots: &'r [Value],
    rows: &'r Rows,
}

/// What is written of the objects that a fetch knows by a shape.
#[derive(Clone, Copy)]
struct Seen {
    fetch: usize,
    shape: usize,
    projection: usize,
}

impl<'r> Writer<'r> {
    /// Ready to write with nothing written.
    pub fn new(
        plan: &'r Plan,
        graph: &'r Supergraph,
        progress: &'r Progress,
        introspection: Option<&'r JsonMap>,
        out: Vec<u8>,
    ) -> Self {
        Self {
            plan,
            graph,
            progress,
            introspection,
            locator: None,
            out,
            path: Vec::new(),
            indexes: Vec::new(),
            errors: Vec::new(),
            unlisted: 0,
            limit: usize::MAX,
            told: BTreeSet::new(),
            last_cause: None,
            unknown: false,
        }
    }

    /// Writes an object. False if a null inside must become the object's own; what was written of it is taken back.
    pub fn object(&mut self, projection: usize, base_row: u32) -> bool {
        let start = self.out.len();
        self.out.push(b'{');
        if self.fields(projection, base_row, true) {
            self.out.push(b'}');
            return true;
        }
        self.out.truncate(start);
        false
    }

    /// Writes the fields of an object without its braces; `first` if nothing stands before them.
    pub fn fields(&mut self, id: usize, base_row: u32, mut first: bool) -> bool {
        let plan = self.plan;
        let projection = &plan.projections[id];
        let ty = projection.ty.or_else(|| self.progress.type_of(self.plan, projection.typed_by?, base_row));
        let Some(ty) = ty else {
            self.without_type(projection.typed_by, id, base_row);
            return false;
        };
        let Some((_, fields)) = projection.by_type.iter().find(|(known, _)| *known == ty) else {
            // Nothing is selected of some objects; but no object is of an abstract type, whoever says so, and of some
            // types clients must not learn.
            let is_object = !self.graph.is_abstract(ty) && !self.graph.info(ty).hidden;
            if !is_object {
                self.without_type(None, id, base_row);
            }
            return is_object;
        };
        let mut looked = None;
        for field in fields.iter() {
            // The comma is written with the key, except before the first.
            let comma = usize::from(std::mem::take(&mut first));
            self.out.extend_from_slice(&field.written.as_bytes()[comma..]);
            let before = self.out.len();
            if self.plain(field, base_row, &mut looked) {
                // Small ones are counted with their object: most fields are such.
                if self.out.len() - before > SMALL && self.is_full() {
                    return false;
                }
                continue;
            }
            self.path.push(Segment::Key(&field.key, ty));
            let written = self.field(field, ty, id, base_row);
            self.path.pop();
            if !written || self.is_full() {
                return false;
            }
        }
        !self.is_full()
    }

    /// Whether more was written than may be. It stays so: the rest is given up, and the limit is 0 from then on.
    #[inline]
    pub fn is_full(&mut self) -> bool {
        let is_full = self.out.len() > self.limit;
        if is_full {
            self.limit = 0;
        }
        is_full
    }

    /// Writes a scalar that is as it should be: most fields are such, and most neighbours come from one row. False
    /// (and nothing written) for all others.
    #[inline]
    fn plain(&mut self, field: &'r Projected, base_row: u32, looked: &mut Option<Looked<'r>>) -> bool {
        let ProjectedValue::Value { overlay, slot, ty, child: None } = &field.what else { return false };
        if looked.as_ref().is_none_or(|looked| looked.overlay != *overlay) {
            let known = &self.plan.overlays[*overlay];
            let Found::Row(row) = self.progress.find(self.plan, *overlay, base_row) else { return false };
            let Some(rows) = self.progress.rows(known.fetch) else { return false };
            *looked = Some(Looked { overlay: *overlay, slots: rows.slots(known.shape, row), rows });
        }
        let Some(Looked { slots, rows, .. }) = looked else { return false };
        let Value::Leaf(from, to) = slots[*slot] else { return false };
        let text = rows.text(from, to);
        let plain = ty.lists == 0 && leaf::check(&ty.leaf, text) == Checked::Plain;
        if plain {
            self.out.extend_from_slice(text);
        }
        plain
    }

    /// Leaves out an object of which nobody tells the type: without an error if those who should do not know it.
    fn without_type(&mut self, typed_by: Option<usize>, projection: usize, base_row: u32) {
        let progress = self.progress;
        match typed_by.map(|overlay| (overlay, progress.find(self.plan, overlay, base_row))) {
            Some((_, Found::Missing)) => self.unknown = true,
            Some((overlay, Found::Failed(causes))) => {
                let known = &self.plan.overlays[overlay];
                let seen = Seen { fetch: known.fetch, shape: known.shape, projection };
                self.failed(causes, seen, self.path.len());
            }
            _ => {
                let cause = internal("The type of this object is not known.");
                self.last_cause = Some(cause.clone());
                self.error(&cause, None);
            }
        }
    }

    /// Tells why an object, whose own path has so many steps, is not known to a fetch.
    fn failed(&mut self, causes: &[Arc<Cause>], seen: Seen, kept: usize) {
        for cause in causes {
            // What nulled the whole object stands at the field that failed, if the client asked for it.
            let path = if cause.from_root {
                self.path_from_root(seen.fetch, cause)
            } else {
                self.path_below(kept, &[], &cause.below, Some(seen))
            };
            // What failed above this place is there for the client: only its part here is not.
            let path = path.filter(|path| path.len() >= self.path.len() || !self.is_below(path));
            self.last_cause = Some(cause.clone());
            self.error(cause, path);
        }
    }

    fn field(&mut self, field: &'r Projected, ty: TypeId, projection: usize, base_row: u32) -> bool {
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
            ProjectedValue::Value { overlay, slot, ty, child } => {
                let known = &self.plan.overlays[*overlay];
                let seen = Seen { fetch: known.fetch, shape: known.shape, projection };
                self.slot((*overlay, *slot), ty, *child, seen, base_row)
            }
        }
    }

    fn slot(
        &mut self,
        (overlay, slot): (usize, usize),
        ty: &'r OutputType,
        child: Option<usize>,
        seen: Seen,
        base_row: u32,
    ) -> bool {
        let required = ty.non_null & 1 == 1;
        match self.progress.find(self.plan, overlay, base_row) {
            Found::Row(row) => {
                let Some(rows) = self.progress.rows(seen.fetch) else { return self.missing(None, required) };
                let place = Place { fetch: seen.fetch, shape: seen.shape, row, slot, rows };
                let before = std::mem::take(&mut self.indexes);
                let written = self.value(rows.get(seen.shape, row, slot), place, ty, 0, child);
                self.indexes = before;
                written
            }
            Found::Missing => self.missing(None, required),
            Found::Failed(causes) => {
                self.told.insert(seen.fetch);
                self.failed(causes, seen, self.path.len() - 1);
                self.null(required)
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
                    if !written || self.is_full() {
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
                    if written {
                        return true;
                    }
                    if std::mem::take(&mut self.unknown) {
                        return self.missing(None, required);
                    }
                    self.null(required)
                }
                None => self.wrong(at, required),
            },
            Value::Leaf(from, to) if child.is_none() => self.leaf(at.rows.text(from, to), at, ty, depth),
            Value::Null | Value::Absent => self.nothing(at, value == Value::Absent, child, required),
            _ => self.wrong(at, required),
        }
    }

    /// Writes a leaf, or a list of leaves that is still text.
    fn leaf(&mut self, text: &'r [u8], at: Place<'r>, ty: &'r OutputType, depth: u32) -> bool {
        let required = ty.non_null >> depth & 1 == 1;
        if text == b"null" {
            return self.nothing(at, false, None, required);
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
                Checked::Int(int) => {
                    self.out.extend_from_slice(int.to_string().as_bytes());
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

    /// Writes null, with an error for everything that the subgraph told of it.
    fn nothing(&mut self, at: Place<'r>, absent: bool, child: Option<usize>, required: bool) -> bool {
        if self.told_of(at, absent, child) { self.null(required) } else { self.missing(None, required) }
    }

    /// Tells why there is nothing at a place, as its subgraph told it. False if it told nothing.
    fn told_of(&mut self, at: Place<'r>, absent: bool, child: Option<usize>) -> bool {
        let Some(causes) = self.progress.causes(at.fetch) else { return false };
        let all = if at.shape == 0 { causes.of_all() } else { &[] };
        for cause in all {
            // The first field that is missing may be the last that is written: it tells for its neighbours, too.
            let path = self.path_from_root(at.fetch, cause);
            self.last_cause = Some(cause.clone());
            self.error(cause, path);
        }
        if !all.is_empty() {
            return true;
        }
        let found = causes.of(at.shape, at.row, at.slot, &self.indexes);
        for known in &found {
            let inside = match (self.plan.fetches[at.fetch].shapes[at.shape].slots[at.slot].kind, child) {
                (SlotKind::Object(shape), Some(projection)) => Some(Seen { fetch: at.fetch, shape, projection }),
                _ => None,
            };
            let path = self.path_below(self.path.len(), known.indexes, &known.cause.below, inside);
            self.last_cause = Some(known.cause.clone());
            self.error(known.cause, path);
        }
        if !found.is_empty() {
            return true;
        }
        let Some(loose) = causes.loose.first().filter(|_| absent || !self.told.contains(&at.fetch)) else {
            return false;
        };
        self.told.insert(at.fetch);
        self.last_cause = Some(loose.clone());
        self.error(loose, None);
        true
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
            self.error(cause, None);
        } else if required {
            self.error(&internal("A field that is never null had no value."), None);
        }
        self.null(required)
    }

    fn wrong(&mut self, at: Place<'r>, required: bool) -> bool {
        if self.told_of(at, false, None) {
            return self.null(required);
        }
        let cause = internal("The subgraph answered with a value of another type.");
        self.missing(Some(&cause), required)
    }
}

fn internal(message: &str) -> Arc<Cause> {
    Arc::new(Cause::new(Code::Internal, message, None))
}
