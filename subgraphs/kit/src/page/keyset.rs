//! The order of a list, and the conditions that its cursors stand for.

use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait, IntoSimpleExpr as _, Order, QueryFilter as _, QueryOrder as _, Select,
    Value,
    sea_query::{Expr, WindowStatement},
};
use serde_json::Value as Json;

use super::{Direction, Key, PageRequest, key};
use crate::Result;

/// The order of a list: named, by columns that are never null, the last of them unique.
pub struct Keyset<E: EntityTrait> {
    name: String,
    columns: Vec<KeyColumn<E>>,
}

/// Reads a row's value, ready for a cursor.
type Encode<E> = Box<dyn Fn(&<E as EntityTrait>::Model) -> Json + Send + Sync>;

struct KeyColumn<E: EntityTrait> {
    column: E::Column,
    direction: Direction,
    encode: Encode<E>,
    decode: fn(&Json) -> Option<Value>,
}

/// Where rows lie, seen from a cursor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    After,
    Before,
}

/// The sort values of one row.
pub(super) type Place = Vec<Value>;

impl<E: EntityTrait> Keyset<E> {
    /// An order called `name`. A cursor carries the name, and one of another order is refused.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), columns: Vec::new() }
    }

    /// Then by `column`, whose value in a row is `value`. The last call names the id, the tie-break.
    #[must_use]
    pub fn by<V: Key>(mut self, column: E::Column, direction: Direction, value: fn(&E::Model) -> V) -> Self {
        let encode = Box::new(move |row: &E::Model| value(row).encode());
        self.columns.push(KeyColumn { column, direction, encode, decode: |json| V::decode(json).map(Into::into) });
        self
    }

    /// What cursors of this order begin with.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The values of `row`, as in a cursor.
    pub(super) fn values(&self, row: &E::Model) -> impl Iterator<Item = Json> {
        self.columns.iter().map(|column| (column.encode)(row))
    }

    /// The cursor of `row`.
    pub fn cursor(&self, row: &E::Model) -> String {
        key::write(&self.name, self.values(row))
    }

    /// The place that `cursor` stands for.
    pub(super) fn place(&self, cursor: &str) -> Result<Place> {
        self.read(&key::read(&self.name, cursor)?)
    }

    /// The place of these values of a cursor.
    pub(super) fn read(&self, values: &[Json]) -> Result<Place> {
        if values.len() != self.columns.len() {
            return Err(key::bad_cursor());
        }
        let decode = |(column, value): (&KeyColumn<E>, &Json)| (column.decode)(value).ok_or_else(key::bad_cursor);
        self.columns.iter().zip(values).map(decode).collect()
    }

    /// The place of `row`.
    pub(super) fn place_of(&self, row: &E::Model) -> Place {
        self.columns.iter().filter_map(|column| (column.decode)(&(column.encode)(row))).collect()
    }

    /// The rows on one `side` of `place`, with or without the row that is there.
    pub(super) fn beyond(&self, place: &Place, side: Side, inclusive: bool) -> Condition {
        let mut columns = self.columns.iter().zip(place).rev();
        let Some((tie, value)) = columns.next() else { return Condition::all() };
        let last = if inclusive { tie.from(side, value.clone()) } else { tie.strictly(side, value.clone()) };
        // From the tie-break outwards: beyond in this column, or equal and beyond in those that follow.
        let wrap = |inner: Condition, (column, value): (&KeyColumn<E>, &Value)| {
            let equal = Condition::all().add(column.column.eq(value.clone())).add(inner);
            Condition::any().add(column.strictly(side, value.clone())).add(equal)
        };
        columns.fold(Condition::all().add(last), wrap)
    }

    /// `select` between the cursors of `request`.
    pub(super) fn between(&self, mut select: Select<E>, request: &PageRequest) -> Result<Select<E>> {
        for (cursor, side) in [(&request.after, Side::After), (&request.before, Side::Before)] {
            if let Some(cursor) = cursor {
                select = select.filter(self.beyond(&self.place(cursor)?, side, false));
            }
        }
        Ok(select)
    }

    /// `select` in this order, or the other way round.
    pub(super) fn ordered(&self, select: Select<E>, reversed: bool) -> Select<E> {
        self.columns.iter().fold(select, |select, column| select.order_by(column.column, column.order(reversed)))
    }

    /// The same order inside a window.
    pub(super) fn order_window(&self, window: &mut WindowStatement, reversed: bool) {
        for column in &self.columns {
            window.order_by_expr(column.column.into_simple_expr(), column.order(reversed));
        }
    }
}

impl<E: EntityTrait> KeyColumn<E> {
    fn order(&self, reversed: bool) -> Order {
        match if reversed { self.direction.reversed() } else { self.direction } {
            Direction::Asc => Order::Asc,
            Direction::Desc => Order::Desc,
        }
    }

    fn strictly(&self, side: Side, value: Value) -> Expr {
        if self.is_up(side) { self.column.gt(value) } else { self.column.lt(value) }
    }

    /// One comparison, because SQLite looks for rows of a full-text index in one range only.
    fn from(&self, side: Side, value: Value) -> Expr {
        if self.is_up(side) { self.column.gte(value) } else { self.column.lte(value) }
    }

    /// Whether larger values lie on this side.
    fn is_up(&self, side: Side) -> bool {
        (side == Side::After) == (self.direction == Direction::Asc)
    }
}
