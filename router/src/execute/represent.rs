//! Representations: what entities are fetched by, written once per distinct entity, and the way back from the answer.

use std::{collections::HashMap, sync::Arc};

use ahash::RandomState;

use super::{
    cause::Cause,
    json::Answer,
    progress::{Fetched, NONE, Progress},
    rows::Value,
    write::Writer,
};
use crate::{
    error::Code,
    graph::{Supergraph, TypeId},
    operation::Variables,
    plan::{Entities, Plan, Variable},
};

/// Which representation each base row became.
#[derive(Debug, Default)]
pub struct Sent {
    /// The index of the representation for each base row, or [`NONE`].
    by_row: Vec<u32>,
    count: u32,
    /// Rows that could not be represented because something else failed.
    blocked: Vec<(u32, Arc<Cause>)>,
}

impl Sent {
    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many representations there are.
    pub fn count(&self) -> usize {
        self.count as usize
    }
}

/// Writes a comma before all but the first.
pub fn separate(out: &mut Vec<u8>, first: &mut bool) {
    if !std::mem::take(first) {
        out.push(b',');
    }
}

/// Writes variables of the client as members of the `variables` object: those that have a value.
pub fn variables<'v>(
    all: &Variables,
    declared: impl IntoIterator<Item = &'v Variable>,
    out: &mut Vec<u8>,
    first: &mut bool,
) {
    for Variable { name, .. } in declared {
        let Some(value) = all.get(name) else { continue };
        separate(out, first);
        out.extend_from_slice(format!("\"{name}\":").as_bytes());
        value.write(out);
    }
}

/// Writes one list of representations as a member of the `variables` object: each distinct one once, if `deduplicate`.
pub fn represent(
    (plan, graph): (&Plan, &Supergraph),
    progress: &Progress,
    part: &Entities,
    deduplicate: bool,
    out: &mut Vec<u8>,
) -> Sent {
    out.extend_from_slice(format!("\"{}\":[", part.variable).as_bytes());
    let base = &plan.overlays[part.base];
    let mut sent = Sent::default();
    if let Some(rows) = progress.rows(base.fetch) {
        let mut known = Known::default();
        let mut writer = Writer::new(plan, graph, progress, None, std::mem::take(out));
        for row in 0..rows.count(base.shape) {
            let ty = part.ty.or_else(|| progress.type_of(plan, part.typed_by, row));
            let start = writer.out.len();
            let index = if one(&mut writer, part, ty, row, sent.count > 0) {
                let from = start + usize::from(sent.count > 0);
                canonical(&mut writer.out, from);
                if let Some(index) = known.same(&writer.out, from, sent.count).filter(|_| deduplicate) {
                    writer.out.truncate(start);
                    index
                } else {
                    sent.count += 1;
                    sent.count - 1
                }
            } else {
                writer.out.truncate(start);
                if let Some(cause) = writer.last_cause.take() {
                    sent.blocked.push((row, cause.elsewhere()));
                }
                NONE
            };
            writer.errors.clear();
            sent.by_row.push(index);
        }
        *out = writer.out;
    }
    out.push(b']');
    sent
}

/// The representations that a list holds: where each stands in the text, and its index; by hash.
#[derive(Default)]
struct Known(HashMap<u64, Vec<(usize, usize, u32)>, RandomState>);

impl Known {
    /// The index of the representation that is equal to what `out` ends with. If there is none, that becomes `index`.
    fn same(&mut self, out: &[u8], from: usize, index: u32) -> Option<u32> {
        let text = &out[from..];
        let seen = self.0.entry(self.0.hasher().hash_one(text)).or_default();
        let same = seen.iter().find(|(from, to, _)| out[*from..*to] == *text).map(|(_, _, index)| *index);
        if same.is_none() {
            seen.push((from, out.len(), index));
        }
        same
    }
}

/// Writes one representation; false if the object is of no type that is asked for, or lacks what must be told.
fn one(writer: &mut Writer<'_>, part: &Entities, ty: Option<TypeId>, row: u32, comma: bool) -> bool {
    writer.last_cause = None;
    let Some((_, name, projection)) = part.representations.iter().find(|(known, _, _)| Some(*known) == ty) else {
        return false;
    };
    if comma {
        writer.out.push(b',');
    }
    writer.out.extend_from_slice(b"{\"__typename\":");
    writer.out.extend_from_slice(name.as_bytes());
    if !writer.fields(*projection, row, false) {
        return false;
    }
    writer.out.push(b'}');
    true
}

/// Writes the strings from a byte on in one way of escaping, so that equal entities look equal.
fn canonical(out: &mut Vec<u8>, from: usize) {
    if !out[from..].contains(&b'\\') {
        return;
    }
    let text = out.split_off(from);
    let mut rest = text.as_slice();
    while let Some(start) = rest.iter().position(|byte| *byte == b'"') {
        let (before, string) = rest.split_at(start);
        out.extend_from_slice(before);
        let mut end = 1;
        while end < string.len() && string[end] != b'"' {
            end += if string[end] == b'\\' { 2 } else { 1 };
        }
        let (string, after) = string.split_at(string.len().min(end + 1));
        match serde_json::from_slice::<String>(string) {
            Ok(decoded) => out.extend_from_slice(serde_json::Value::from(decoded).to_string().as_bytes()),
            Err(_) => out.extend_from_slice(string),
        }
        rest = after;
    }
    out.extend_from_slice(rest);
}

/// What a subgraph answered instead of an entity for each of `expected` representations; `None` if it did answer so.
pub fn mismatch(answer: &Answer, slot: usize, expected: usize) -> Option<String> {
    match answer.rows.get(0, 0, slot) {
        Value::List(from, to) if (to - from) as usize == expected => None,
        Value::List(from, to) => Some((to - from).to_string()),
        Value::Null => Some("null".to_owned()),
        Value::Absent => Some("nothing".to_owned()),
        _ => Some("something that is not a list".to_owned()),
    }
}

/// Why no entity of a list is known: which one belongs to which representation cannot be told.
pub fn mismatched(subgraph: &str, expected: usize, got: &str) -> Cause {
    let message = format!(
        "The subgraph {subgraph:?} did not answer with one entity for each representation: \
         expected {expected}, got {got}."
    );
    Cause::new(Code::Internal, message, Some(subgraph))
}

/// Links the base rows to the entities that were answered: those of a list that has one for each representation, in
/// their order (Apollo Federation subgraph specification, `Query._entities`).
pub fn link(progress: &mut Progress, plan: &Plan, fetch: usize, part: &Entities, sent: &Sent) {
    for (row, cause) in &sent.blocked {
        progress.causes.insert((part.overlay, *row), vec![cause.clone()]);
    }
    let mut table = vec![NONE; sent.by_row.len()];
    let mut failed = Vec::new();
    if let Fetched::Answered { answer, causes } = &progress.fetched[fetch] {
        let rows = &answer.rows;
        let got = mismatch(answer, part.slot, sent.count());
        let answered = match rows.get(0, 0, part.slot) {
            Value::List(from, to) if got.is_none() => rows.items(from, to),
            _ => &[],
        };
        let is_list = matches!(rows.get(0, 0, part.slot), Value::List(..));
        let mismatched = got.map(|got| Arc::new(mismatched(&plan.fetches[fetch].name, sent.count(), &got)));
        let causes_of = |index: u32| {
            if let Some(mismatched) = mismatched.as_ref().filter(|_| is_list) {
                // By their indexes, the subgraph's errors would be told of the wrong entities.
                return vec![mismatched.clone()];
            }
            let index = [index as usize];
            let index = if mismatched.is_some() { &[][..] } else { &index };
            let own = causes.as_ref().map(|causes| causes.of(0, 0, part.slot, index));
            let mut own: Vec<_> = own.into_iter().flatten().map(|found| found.cause.clone()).collect();
            if own.is_empty() {
                own.extend(causes.iter().flat_map(|causes| causes.for_missing_entity(part.shape)).cloned());
            }
            if own.is_empty() {
                own.extend(mismatched.clone());
            }
            own
        };
        for (row, index) in sent.by_row.iter().enumerate().filter(|(_, index)| **index != NONE) {
            let answer = answered.get(*index as usize);
            if let Some(Value::Row(entity)) = answer {
                table[row] = *entity;
                continue;
            }
            let mut causes = causes_of(*index);
            if causes.is_empty() && !matches!(answer, Some(Value::Null)) {
                let what = "The subgraph answered with something else than an entity.";
                causes.push(Arc::new(Cause::new(Code::Internal, what, None)));
            }
            failed.push((u32::try_from(row).unwrap_or(NONE), causes));
        }
    }
    failed.retain(|(_, causes)| !causes.is_empty());
    for (row, causes) in failed {
        progress.causes.insert((part.overlay, row), causes);
    }
    progress.links[part.overlay] = table;
}
