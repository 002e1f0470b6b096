//! Where errors happened, by the client's names: a subgraph tells paths through its own answer, whose keys are not the
//! client's and whose objects may stand elsewhere in the response.

use std::sync::Arc;

use super::{Seen, Segment, Writer};
use crate::{
    error::{GraphQLError, Location, PathSegment},
    execute::cause::Cause,
    json::JsonValue as Json,
    plan::{LinkKind, ProjectedValue, SlotKind},
};

/// More errors than this help nobody.
const MAX_ERRORS: usize = 100;

impl Writer<'_> {
    /// The path of what nulled the whole answer of a fetch.
    pub(super) fn path_from_root(&self, fetch: usize, cause: &Cause) -> Option<Vec<PathSegment>> {
        self.path_below(0, &[], &cause.below, Some(Seen { fetch, shape: 0, projection: self.plan.root }))
    }

    /// Whether the place that is written lies at or below a path.
    pub(super) fn is_below(&self, path: &[PathSegment]) -> bool {
        path.len() <= self.path.len() && self.path.iter().zip(path).all(|(own, other)| own.told() == *other)
    }

    /// A path from the first `kept` steps of this one on: through lists, then below, by the client's names and as far
    /// as the client's selection goes. `None` if it is not deeper.
    pub(super) fn path_below(
        &self,
        kept: usize,
        indexes: &[usize],
        below: &[Json],
        from: Option<Seen>,
    ) -> Option<Vec<PathSegment>> {
        if indexes.is_empty() && below.is_empty() {
            return None;
        }
        let mut path: Vec<PathSegment> = self.path[..kept].iter().map(Segment::told).collect();
        path.extend(indexes.iter().map(|index| PathSegment::Index(*index)));
        let mut from = from;
        for step in below {
            if let Some(index) = step.as_u64().and_then(|index| usize::try_from(index).ok()) {
                path.push(PathSegment::Index(index));
                continue;
            }
            let Some((key, next)) = step.as_str().zip(from).and_then(|(key, seen)| self.named(key, seen)) else {
                break;
            };
            path.push(PathSegment::Key(key));
            from = next;
        }
        Some(path)
    }

    /// What the client calls a key of the subgraph's answer, and what it sees below.
    fn named(&self, key: &str, Seen { fetch, shape, projection }: Seen) -> Option<(Arc<str>, Option<Seen>)> {
        let slots = &self.plan.fetches[fetch].shapes[shape].slots;
        let slot = slots.iter().position(|slot| *slot.key == *key)?;
        let fields = self.plan.projections[projection].by_type.iter().flat_map(|(_, fields)| fields.iter());
        fields.into_iter().find_map(|field| {
            let ProjectedValue::Value { overlay, slot: known, child, .. } = &field.what else { return None };
            let overlay = &self.plan.overlays[*overlay];
            let own = (overlay.fetch, overlay.shape, *known) == (fetch, shape, slot);
            if !own && !child.is_some_and(|child| self.is_zipped(child, fetch, shape, slot)) {
                return None;
            }
            let next = match (slots[slot].kind, child) {
                (SlotKind::Object(shape), Some(projection)) => Some(Seen { fetch, shape, projection: *projection }),
                _ => None,
            };
            Some((field.key.clone(), next))
        })
    }

    /// Whether a part of the objects that a projection writes is had from a slot of another fetch.
    fn is_zipped(&self, projection: usize, fetch: usize, shape: usize, slot: usize) -> bool {
        let mut fields = self.plan.projections[projection].by_type.iter().flat_map(|(_, fields)| fields.iter());
        fields.any(|field| {
            let ProjectedValue::Value { overlay, .. } = &field.what else { return false };
            let LinkKind::Zip { other, other_slot, .. } = self.plan.overlays[*overlay].link else { return false };
            let other = &self.plan.overlays[other];
            (other.fetch, other.shape, other_slot) == (fetch, shape, slot)
        })
    }

    /// Lists what was told and nulled nothing.
    pub fn tell_the_rest(&mut self) {
        let progress = self.progress;
        for fetch in 0..progress.fetched.len() {
            let Some(causes) = progress.causes(fetch) else { continue };
            for cause in &causes.loose {
                if self.errors.iter().all(|known| known.message != cause.message) {
                    self.error(cause, None);
                }
            }
            for cause in &causes.beside {
                let path = self.path_from_root(fetch, cause);
                self.error(cause, path);
            }
        }
    }

    /// Lists an error at `path`, or else at the place that is written, unless it is listed there already.
    pub(super) fn error(&mut self, cause: &Cause, path: Option<Vec<PathSegment>>) {
        if self.errors.len() >= MAX_ERRORS {
            self.unlisted += 1;
            return;
        }
        let path = path.unwrap_or_else(|| self.path.iter().map(Segment::told).collect());
        if self.errors.iter().any(|known| known.path == path && known.message == cause.message) {
            return;
        }
        let (message, extensions) = (cause.message.clone(), cause.extensions.clone());
        self.errors.push(GraphQLError { message, locations: self.locations(&path), path, extensions });
    }

    /// Where the fields are selected that a path ends in.
    fn locations(&self, path: &[PathSegment]) -> Vec<Location> {
        let Some(locator) = self.locator else { return Vec::new() };
        // As far as the path is the one that is written, the types of its objects are known.
        let ty = |index: usize, key: &str| match self.path.get(index) {
            Some(Segment::Key(known, ty)) if ***known == *key => Some(&self.graph.info(*ty).name),
            _ => None,
        };
        let keys = path.iter().enumerate().filter_map(|(index, segment)| match segment {
            PathSegment::Key(key) => Some((&**key, ty(index, key))),
            PathSegment::Index(_) => None,
        });
        locator.locate(keys)
    }
}

impl Segment<'_> {
    fn told(&self) -> PathSegment {
        match self {
            Self::Key(key, _) => PathSegment::Key((*key).clone()),
            Self::Index(index) => PathSegment::Index(*index),
        }
    }
}
