//! The reader of subgraphs' answers against `serde_json`: the same bodies accepted and refused, the same values read.
//!
//! There is room between the two in one place only: text that is JSON by its grammar, but of which `serde_json` makes
//! no value (half a surrogate pair, a number beyond every float, deep nesting). The reader may take it or leave it.

use bytes::Bytes;
use rialto::{
    execute::{
        json::{self, Answer},
        rows::Value,
    },
    plan::{Shape, SlotKind},
};
use serde::de::IgnoredAny;
use serde_json::Value as Json;

/// Whether a body was accepted, or what the reader did wrong.
pub fn judge(body: &[u8], shapes: &[Shape]) -> Result<bool, String> {
    let told = json::read(&Bytes::copy_from_slice(body), shapes);
    let grammatical = serde_json::from_slice::<IgnoredAny>(body).is_ok() && std::str::from_utf8(body).is_ok();
    let object = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    match (told, serde_json::from_slice::<Json>(body)) {
        (Ok(_), _) if !grammatical => Err("what is not JSON was accepted".into()),
        (Ok(_), _) if !object => Err("what is no object was accepted".into()),
        (Err(error), Ok(_)) if object => Err(format!("refused: {error}")),
        (Ok(answer), Ok(expected)) => compare(&answer, &expected, shapes).map(|()| true),
        (told, _) => Ok(told.is_ok()),
    }
}

fn compare(answer: &Answer, expected: &Json, shapes: &[Shape]) -> Result<(), String> {
    let reader = Reader { answer, shapes };
    reader.value(answer.data, SlotKind::Object(0), expected.get("data")).map_err(|why| format!("data{why}"))?;
    let errors = expected.get("errors").filter(|errors| !errors.is_null() && **errors != Json::Array(Vec::new()));
    match (answer.errors, errors) {
        (None, None) => Ok(()),
        (Some((from, to)), Some(errors)) if reader.text(from, to)? == *errors => Ok(()),
        (told, errors) => Err(format!("the errors are {told:?} instead of {errors:?}")),
    }
}

struct Reader<'a> {
    answer: &'a Answer,
    shapes: &'a [Shape],
}

impl Reader<'_> {
    fn text(&self, from: u32, to: u32) -> Result<Json, String> {
        let text = self.answer.rows.text(from, to);
        let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
        if text.trim() != text {
            return Err(format!(" has white space around {text:?}"));
        }
        serde_json::from_str(text).map_err(|error| format!(" is no value: {text:?}: {error}"))
    }

    /// Compares what a slot holds with what should be there; says where they differ.
    fn value(&self, told: Value, kind: SlotKind, expected: Option<&Json>) -> Result<(), String> {
        let differ = || Err(format!(" is {told:?} instead of {expected:?}"));
        let Some(expected) = expected else { return if told == Value::Absent { Ok(()) } else { differ() } };
        match (kind, told, expected) {
            (SlotKind::Object(shape), Value::Row(row), Json::Object(_)) => self.row(shape, row, expected),
            (SlotKind::Object(_), Value::List(from, to), Json::Array(items)) => {
                let told = self.answer.rows.items(from, to);
                if told.len() != items.len() {
                    return differ();
                }
                let mut pairs = told.iter().zip(items).enumerate();
                pairs.try_for_each(|(index, (told, expected))| {
                    self.value(*told, kind, Some(expected)).map_err(|why| format!("[{index}]{why}"))
                })
            }
            (SlotKind::Object(_) | SlotKind::Leaf, Value::Null, Json::Null)
            | (SlotKind::Typename, Value::Null | Value::Wrong, Json::Null)
            | (SlotKind::Object(_), Value::Wrong, Json::Bool(_) | Json::Number(_) | Json::String(_)) => Ok(()),
            (SlotKind::Leaf, Value::Leaf(from, to), _) if self.text(from, to)? == *expected => Ok(()),
            _ => differ(),
        }
    }

    fn row(&self, shape: usize, row: u32, expected: &Json) -> Result<(), String> {
        let known = &self.shapes[shape];
        for (index, slot) in known.slots.iter().enumerate() {
            let told = self.answer.rows.get(shape, row, index);
            let expected = expected.get(&*slot.key);
            let compared = match (slot.kind, expected) {
                (SlotKind::Typename, Some(Json::String(name))) => {
                    let ty = known.types.iter().find(|(known, _)| known.as_str() == name).map(|(_, ty)| *ty);
                    if told == Value::Type(ty) { Ok(()) } else { Err(format!(" is {told:?} instead of {name:?}")) }
                }
                (SlotKind::Typename, Some(Json::Null)) | (SlotKind::Object(_) | SlotKind::Leaf, _) | (_, None) => {
                    self.value(told, slot.kind, expected)
                }
                (SlotKind::Typename, Some(_)) if told == Value::Wrong => Ok(()),
                (SlotKind::Typename, Some(other)) => Err(format!(" is {told:?} instead of {other}")),
            };
            compared.map_err(|why| format!(".{}{why}", slot.key))?;
        }
        Ok(())
    }
}
