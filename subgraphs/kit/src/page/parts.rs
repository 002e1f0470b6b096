//! A list in parts: all rows of one come before those of the next, and within each there is the same order.
//!
//! A sort by something that no index knows, the rank of a match for example, reads everything to show a page. Where there are
//! only few ranks, each can be a part that an index serves, and a page reads the second only where the first has ended.

use std::sync::Arc;

use sea_orm::{EntityTrait, QueryFilter as _, QuerySelect as _, Select};

use super::{
    Extent, Keyset, Page, PageRequest,
    extent::{Lazy, count, exists},
    fetch::shorten,
    key,
    keyset::{Place, Side},
};
use crate::{Database, Result};

/// A list in parts.
pub struct Parts<E: EntityTrait> {
    keyset: Keyset<E>,
    selects: Vec<Select<E>>,
    whole: Select<E>,
}

/// A row's part, and its place in it.
type Spot = (usize, Place);

impl<E> Parts<E>
where
    E: EntityTrait,
    E::Model: Send + Sync,
{
    /// The rows of these selects, one after the other, each in the order of `keyset`. They are filtered but neither ordered
    /// nor limited, and no row is in two of them. `whole` has the rows of all of them, for whoever counts them.
    pub fn new(keyset: Keyset<E>, selects: Vec<Select<E>>, whole: Select<E>) -> Self {
        Self { keyset, selects, whole }
    }

    /// The page that `request` means: a statement for each part that it touches, and one more for each that a numbered page
    /// skips.
    pub async fn fetch(&self, database: &Database, request: &PageRequest) -> Result<Page<E::Model>> {
        let spot = |cursor: &Option<String>| cursor.as_deref().map(|cursor| self.spot(cursor)).transpose();
        let (after, before) = (spot(&request.after)?, spot(&request.before)?);
        let mut parts: Vec<usize> = (0..self.selects.len()).collect();
        if request.from_back {
            parts.reverse();
        }
        let (mut rows, mut offset) = (Vec::new(), request.offset);
        for part in parts {
            let missing = (request.limit + 1).saturating_sub(rows.len() as u64);
            let Some(select) = self.between(part, after.as_ref(), before.as_ref()) else { continue };
            if missing == 0 {
                break;
            }
            let ordered = self.keyset.ordered(select.clone(), request.from_back);
            let read = ordered.limit(missing).offset(offset).all(database.connection()).await?;
            if offset > 0 {
                let passed = if read.is_empty() { count(database, select).get().await? } else { offset };
                offset = offset.saturating_sub(passed);
            }
            rows.extend(read.into_iter().map(|row| (part, row)));
        }
        let more = shorten(&mut rows, request);
        Ok(self.page(database, request, rows, more, (after, before)))
    }

    fn page(
        &self,
        database: &Database,
        request: &PageRequest,
        rows: Vec<(usize, E::Model)>,
        more: bool,
        (after, before): (Option<Spot>, Option<Spot>),
    ) -> Page<E::Model> {
        let edge = |row: Option<&(usize, E::Model)>| row.map(|(part, row)| (*part, self.keyset.place_of(row)));
        let (first, last) = (edge(rows.first()), edge(rows.last()));
        let (previous, next) = if request.from_back {
            (
                self.ahead(database, more, after.as_ref(), Side::Before),
                self.behind(database, 0, before, last, Side::After),
            )
        } else {
            let offset = request.offset;
            let previous = self.behind(database, offset, after, first, Side::Before);
            (previous, self.ahead(database, more, before.as_ref(), Side::After))
        };
        let total = count(database, self.whole.clone());
        let cursors = rows.iter().map(|(part, row)| self.cursor(*part, row)).collect();
        let rows = rows.into_iter().map(|(_, row)| row).collect();
        Page { rows, cursors, extent: Extent { next, previous, total } }
    }

    /// Whether rows lie behind the page, where the reading began: at a cursor, at an offset, or at the list's own end.
    fn behind(
        &self,
        database: &Database,
        offset: u64,
        limit: Option<Spot>,
        edge: Option<Spot>,
        side: Side,
    ) -> Lazy<bool> {
        match (limit, edge) {
            (None, _) if offset == 0 => Lazy::Known(false),
            (None, Some(_)) => Lazy::Known(true),
            (None, None) => any(database, self.selects.clone()),
            (Some(_), Some(edge)) => any(database, self.beyond(&edge, side, false)),
            (Some(limit), None) => any(database, self.beyond(&limit, side, true)),
        }
    }

    /// Whether the list goes on although the reading met its end: only where that end was a cursor.
    fn ahead(&self, database: &Database, more: bool, end: Option<&Spot>, side: Side) -> Lazy<bool> {
        match end {
            _ if more => Lazy::Known(true),
            Some(end) => any(database, self.beyond(end, side, true)),
            None => Lazy::Known(false),
        }
    }

    /// What of a part lies between two spots; `None` where it lies outside.
    fn between(&self, part: usize, after: Option<&Spot>, before: Option<&Spot>) -> Option<Select<E>> {
        let mut select = self.selects.get(part)?.clone();
        for (spot, side) in [(after, Side::After), (before, Side::Before)] {
            if let Some(spot) = spot {
                select = self.on_side(part, select, spot, side, false)?;
            }
        }
        Some(select)
    }

    /// What lies on one side of a spot, part by part.
    fn beyond(&self, spot: &Spot, side: Side, inclusive: bool) -> Vec<Select<E>> {
        let parts = self.selects.iter().cloned().enumerate();
        parts.filter_map(|(part, select)| self.on_side(part, select, spot, side, inclusive)).collect()
    }

    fn on_side(
        &self,
        part: usize,
        select: Select<E>,
        (limit, place): &Spot,
        side: Side,
        inclusive: bool,
    ) -> Option<Select<E>> {
        match (part.cmp(limit), side) {
            (std::cmp::Ordering::Equal, _) => Some(select.filter(self.keyset.beyond(place, side, inclusive))),
            (std::cmp::Ordering::Greater, Side::After) | (std::cmp::Ordering::Less, Side::Before) => Some(select),
            _ => None,
        }
    }

    fn cursor(&self, part: usize, row: &E::Model) -> String {
        key::write(self.keyset.name(), std::iter::once(part.into()).chain(self.keyset.values(row)))
    }

    fn spot(&self, cursor: &str) -> Result<Spot> {
        let mut values = key::read(self.keyset.name(), cursor)?.into_iter();
        let part = values.next().and_then(|part| part.as_u64()).and_then(|part| usize::try_from(part).ok());
        let part = part.filter(|part| *part < self.selects.len()).ok_or_else(key::bad_cursor)?;
        Ok((part, self.keyset.read(values.as_slice())?))
    }
}

/// Whether any of `selects` has a row. They are asked one after the other.
fn any<E: EntityTrait>(database: &Database, selects: Vec<Select<E>>) -> Lazy<bool> {
    let asked: Arc<[Lazy<bool>]> = selects.into_iter().map(|select| exists(database, select)).collect();
    Lazy::Ask(Arc::new(move || {
        let asked = asked.clone();
        Box::pin(async move {
            for one in &*asked {
                if one.get().await? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }))
}
