//! Reads a subgraph's answer straight into rows, led by the shapes that the plan expects.
//!
//! Strict JSON (RFC 8259); the last of duplicate keys wins; unknown keys are skipped. UTF-8 is checked once for the
//! whole body. Nothing is decoded unless it must be looked at.

use bytes::Bytes;

use super::rows::{Rows, Value};
pub use crate::json::Malformed;
use crate::{
    graph::TypeId,
    json::{MAX_DEPTH, Scan},
    plan::{Shape, SlotKind},
};

/// What an answer holds.
#[derive(Debug)]
pub struct Answer {
    /// The rows under `data`. There is always a row 0 of shape 0, if perhaps an empty one.
    pub rows: Rows,
    /// What stood at `data`: row 0 of shape 0, or nothing.
    pub data: Value,
    /// The JSON text of `errors`, if it is there and neither null nor empty.
    pub errors: Option<(u32, u32)>,
}

/// Reads a whole response body.
pub fn read(body: &Bytes, shapes: &[Shape]) -> Result<Answer, Malformed> {
    if u32::try_from(body.len()).is_err() {
        return Err(Malformed { what: "more than 4 GiB", at: 0 });
    }
    if let Err(error) = std::str::from_utf8(body) {
        return Err(Malformed { what: "not UTF-8", at: error.valid_up_to() });
    }
    let rows = Rows::new(body.clone(), shapes.iter().map(|shape| shape.slots.len()));
    let mut reader = Reader { scan: Scan::new(body), shapes, rows, scratch: Vec::new() };
    let (data, errors) = reader.response()?;
    if reader.rows.count(0) == 0 {
        reader.rows.add_row(0);
    }
    Ok(Answer { rows: reader.rows, data, errors })
}

/// Whether the value of `errors` tells of none.
fn is_nothing(errors: &[u8]) -> bool {
    let inside = errors.strip_prefix(b"[").and_then(|errors| errors.strip_suffix(b"]"));
    errors == b"null" || inside.is_some_and(|inside| inside.trim_ascii().is_empty())
}

struct Reader<'b> {
    scan: Scan<'b>,
    shapes: &'b [Shape],
    rows: Rows,
    /// Items of the lists that are open.
    scratch: Vec<Value>,
}

impl Reader<'_> {
    fn response(&mut self) -> Result<(Value, Option<(u32, u32)>), Malformed> {
        let (mut data, mut errors) = (Value::Absent, None);
        self.scan.expect(b'{')?;
        let mut first = true;
        while let Some(key) = self.scan.key(&mut first)? {
            match key.as_ref() {
                "data" => {
                    self.rows.clear();
                    data = self.value(SlotKind::Object(0), 0)?;
                }
                "errors" => {
                    let span = self.scan.skip(0)?;
                    errors = (!is_nothing(self.scan.text(span))).then_some(span);
                }
                _ => {
                    self.scan.skip(0)?;
                }
            }
        }
        self.scan.end()?;
        Ok((data, errors))
    }

    fn value(&mut self, kind: SlotKind, depth: usize) -> Result<Value, Malformed> {
        if depth > MAX_DEPTH {
            return Err(self.scan.malformed("nested too deeply"));
        }
        let first = self.scan.peek()?;
        match (kind, first) {
            (_, b'n') => self.scan.pass_word(b"null").map(|()| Value::Null),
            (SlotKind::Object(shape), b'{') => self.object(shape, depth).map(Value::Row),
            (SlotKind::Object(_), b'[') => self.list(kind, depth),
            (SlotKind::Object(_), _) => self.scan.skip(depth).map(|_| Value::Wrong),
            (_, _) => self.scan.skip(depth).map(|(from, to)| Value::Leaf(from, to)),
        }
    }

    fn list(&mut self, kind: SlotKind, depth: usize) -> Result<Value, Malformed> {
        self.scan.expect(b'[')?;
        let open = self.scratch.len();
        let mut first = true;
        while self.scan.item(&mut first)? {
            let value = self.value(kind, depth + 1)?;
            self.scratch.push(value);
        }
        let list = self.rows.add_items(&self.scratch[open..]);
        self.scratch.truncate(open);
        Ok(list)
    }

    fn object(&mut self, shape: usize, depth: usize) -> Result<u32, Malformed> {
        self.scan.expect(b'{')?;
        let row = self.rows.add_row(shape);
        let shapes = self.shapes;
        let slots = &shapes[shape].slots;
        let (mut first, mut next) = (true, 0);
        while self.scan.separated(&mut first, b'}')? {
            // Most servers write the keys as they were asked for: without white space, in this order.
            let slot = if slots.get(next).is_some_and(|slot| self.scan.passes(&slot.written)) {
                next
            } else {
                let key = self.scan.member()?;
                let Some(slot) = slots.iter().position(|slot| *slot.key == *key) else {
                    self.scan.skip(depth)?;
                    continue;
                };
                slot
            };
            next = slot + 1;
            let value = match slots[slot].kind {
                SlotKind::Typename => self.typename(&shapes[shape], depth)?,
                kind => self.value(kind, depth + 1)?,
            };
            self.rows.set(shape, row, slot, value);
        }
        Ok(row)
    }

    fn typename(&mut self, shape: &Shape, depth: usize) -> Result<Value, Malformed> {
        if self.scan.peek()? != b'"' {
            self.scan.skip(depth)?;
            return Ok(Value::Wrong);
        }
        let name = self.scan.string()?;
        let known = shape.types.iter().find(|(known, _)| known.as_str() == name);
        Ok(Value::Type(known.map(|(_, ty): &(_, TypeId)| *ty)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Slot;

    fn shapes() -> Vec<Shape> {
        let slot = Slot::new;
        let root = Shape { slots: vec![slot("users", SlotKind::Object(1))], types: Vec::new() };
        let user = Shape {
            slots: vec![slot("__typename", SlotKind::Typename), slot("name", SlotKind::Leaf)],
            types: vec![(apollo_compiler::name!("User"), TypeId(3))],
        };
        vec![root, user]
    }

    fn parse(body: &'static str) -> Result<Answer, Malformed> {
        read(&Bytes::from_static(body.as_bytes()), &shapes())
    }

    #[test]
    fn lists_of_objects_become_rows() {
        let body = r#" {"data": {"more": [1, {"x": "}"}], "users": [{"__typename":"User","name":"A\"b"}, null,
            {"n\u0061me": {"deep": [true]}, "__typename": "Other"}, 7]}, "errors": null} "#;
        let answer = parse(body).unwrap();
        assert_eq!((answer.data, answer.errors), (Value::Row(0), None));
        let Value::List(from, to) = answer.rows.get(0, 0, 0) else { panic!("no list") };
        assert_eq!(answer.rows.items(from, to), [Value::Row(0), Value::Null, Value::Row(1), Value::Wrong]);
        assert_eq!(answer.rows.get(1, 0, 0), Value::Type(Some(TypeId(3))));
        assert_eq!(answer.rows.get(1, 1, 0), Value::Type(None));
        let Value::Leaf(from, to) = answer.rows.get(1, 0, 1) else { panic!("no leaf") };
        assert_eq!(answer.rows.text(from, to), br#""A\"b""#);
        let Value::Leaf(from, to) = answer.rows.get(1, 1, 1) else { panic!("no leaf") };
        assert_eq!(answer.rows.text(from, to), br#"{"deep": [true]}"#);
    }

    #[test]
    fn what_serde_json_refuses_is_refused() {
        for body in [
            "",
            "{",
            "[]",
            "{}x",
            "{\"data\":}",
            "{\"data\":{},}",
            "{\"data\":{\"a\":01}}",
            "{\"a\":\"\\x\"}",
            "{\"a\":\"\\u12\"}",
            "{\"a\":\"\t\"}",
            "{\"a\":tru}",
            "{\"a\":-}",
            "{\"a\":1.}",
            "{\"a\":1e}",
            "{\"a\" 1}",
            "{a:1}",
            "{\"data\":[1 2]}",
        ] {
            assert!(parse(body).is_err(), "{body}");
        }
        let deep: &'static str = format!("{{\"a\":{}{}}}", "[".repeat(500), "]".repeat(500)).leak();
        assert!(parse(deep).is_err());
    }

    #[test]
    fn an_answer_without_data_is_still_an_answer() {
        let answer = parse(r#"{"errors":[{"message":"no"}]}"#).unwrap();
        assert_eq!(answer.data, Value::Absent);
        assert!(answer.errors.is_some());
        assert_eq!(parse(r#"{"data":null}"#).unwrap().data, Value::Null);
        assert_eq!(parse(r#"{"data":5}"#).unwrap().data, Value::Wrong);
    }
}
