//! A subgraph's answer as flat rows of slots: nothing is copied out of the body, nothing is a tree.

use bytes::Bytes;

use crate::graph::TypeId;

/// The answer to one fetch.
#[derive(Debug, Default)]
pub struct Rows {
    body: Bytes,
    shapes: Vec<ShapeRows>,
    items: Vec<Value>,
}

#[derive(Debug, Default)]
struct ShapeRows {
    width: usize,
    count: u32,
    slots: Vec<Value>,
}

/// What a slot, or an item of a list, holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// The key was not there.
    Absent,
    /// `null`.
    Null,
    /// A value that was neither null nor of the expected shape.
    Wrong,
    /// JSON text in the body, from a byte up to another.
    Leaf(u32, u32),
    /// The type that `__typename` named; `None` if the shape knows no such type.
    Type(Option<TypeId>),
    /// A row of the slot's shape.
    Row(u32),
    /// Items, from one up to another.
    List(u32, u32),
}

impl Rows {
    /// No rows yet, for shapes of these widths.
    pub fn new(body: Bytes, widths: impl Iterator<Item = usize>) -> Self {
        let shapes = widths.map(|width| ShapeRows { width, ..ShapeRows::default() }).collect();
        Self { body, shapes, items: Vec::new() }
    }

    /// The text that the rows were read from.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Forgets all rows.
    pub fn clear(&mut self) {
        for rows in &mut self.shapes {
            rows.slots.clear();
            rows.count = 0;
        }
        self.items.clear();
    }

    /// Adds a row of absent slots.
    pub fn add_row(&mut self, shape: usize) -> u32 {
        let rows = &mut self.shapes[shape];
        rows.slots.resize(rows.slots.len() + rows.width, Value::Absent);
        rows.count += 1;
        rows.count - 1
    }

    /// Fills a slot; the last value wins.
    pub fn set(&mut self, shape: usize, row: u32, slot: usize, value: Value) {
        let rows = &mut self.shapes[shape];
        rows.slots[row as usize * rows.width + slot] = value;
    }

    /// Reads a slot.
    pub fn get(&self, shape: usize, row: u32, slot: usize) -> Value {
        let rows = &self.shapes[shape];
        rows.slots[row as usize * rows.width + slot]
    }

    /// All slots of a row.
    pub fn slots(&self, shape: usize, row: u32) -> &[Value] {
        let rows = &self.shapes[shape];
        let start = row as usize * rows.width;
        &rows.slots[start..start + rows.width]
    }

    /// How many rows of a shape there are.
    pub fn count(&self, shape: usize) -> u32 {
        self.shapes[shape].count
    }

    /// Adds a list.
    pub fn add_items(&mut self, items: &[Value]) -> Value {
        let start = self.items.len();
        self.items.extend_from_slice(items);
        #[allow(clippy::cast_possible_truncation)] // The body is shorter than 4 GiB, and so is any list in it.
        Value::List(start as u32, self.items.len() as u32)
    }

    /// The items of a list.
    pub fn items(&self, from: u32, to: u32) -> &[Value] {
        &self.items[from as usize..to as usize]
    }

    /// The JSON text of a leaf.
    pub fn text(&self, from: u32, to: u32) -> &[u8] {
        &self.body[from as usize..to as usize]
    }
}
