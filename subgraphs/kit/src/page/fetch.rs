//! One page of one list: one statement.

use sea_orm::{EntityTrait, QueryFilter as _, QuerySelect as _, Select};

use super::{
    Extent, Keyset, Page, PageRequest,
    extent::{Lazy, count, exists},
    keyset::Side,
};
use crate::{Database, Result};

impl<E> Keyset<E>
where
    E: EntityTrait,
    E::Model: Send + Sync,
{
    /// One page of `select`, which is filtered but neither ordered nor limited. One statement; `totalCount` and a
    /// `hasPreviousPage` that is not plain to see cost another when, and only when, they are asked for.
    pub async fn fetch(&self, database: &Database, select: Select<E>, request: &PageRequest) -> Result<Page<E::Model>> {
        let part = self.ordered(self.between(select.clone(), request)?, request.from_back);
        // One row more than wanted tells whether there is more.
        let mut rows = part.limit(request.limit + 1).offset(request.offset).all(database.connection()).await?;
        let more = shorten(&mut rows, request);
        let total = count(database, select.clone());
        self.page(database, &select, request, rows, more, total)
    }

    /// A page of rows that were read, given whether there were `more` in the direction of reading.
    pub(super) fn page(
        &self,
        database: &Database,
        select: &Select<E>,
        request: &PageRequest,
        rows: Vec<E::Model>,
        more: bool,
        total: Lazy<u64>,
    ) -> Result<Page<E::Model>> {
        let cursors: Vec<String> = rows.iter().map(|row| self.cursor(row)).collect();
        let (behind, ahead) = if request.from_back { (Side::After, Side::Before) } else { (Side::Before, Side::After) };
        let behind = self.behind(database, select, request, &cursors, behind)?;
        let ahead = if more { Lazy::Known(true) } else { self.ahead(database, select, request, ahead)? };
        let (previous, next) = if request.from_back { (ahead, behind) } else { (behind, ahead) };
        Ok(Page { rows, cursors, extent: Extent { next, previous, total } })
    }

    /// Whether rows lie behind the page, where the reading began.
    fn behind(
        &self,
        database: &Database,
        select: &Select<E>,
        request: &PageRequest,
        cursors: &[String],
        side: Side,
    ) -> Result<Lazy<bool>> {
        let (limit, edge) = match side {
            Side::Before => (&request.after, cursors.first()),
            Side::After => (&request.before, cursors.last()),
        };
        let select = match (limit, edge) {
            (None, _) if request.offset == 0 => return Ok(Lazy::Known(false)),
            (None, Some(_)) => return Ok(Lazy::Known(true)),
            // A numbered page beyond the end: the whole list, if there is any, lies before it.
            (None, None) => select.clone(),
            (Some(_), Some(edge)) => select.clone().filter(self.beyond(&self.place(edge)?, side, false)),
            (Some(limit), None) => select.clone().filter(self.beyond(&self.place(limit)?, side, true)),
        };
        Ok(exists(database, select))
    }

    /// Whether the list goes on although the reading met its end: only where that end was a cursor.
    fn ahead(&self, database: &Database, select: &Select<E>, request: &PageRequest, side: Side) -> Result<Lazy<bool>> {
        let end = if side == Side::After { &request.before } else { &request.after };
        let Some(end) = end else { return Ok(Lazy::Known(false)) };
        Ok(exists(database, select.clone().filter(self.beyond(&self.place(end)?, side, true))))
    }
}

/// Takes the extra row away and puts the rest into the list's order; says whether there was one.
pub(super) fn shorten<T>(rows: &mut Vec<T>, request: &PageRequest) -> bool {
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    if request.from_back {
        rows.reverse();
    }
    more
}
