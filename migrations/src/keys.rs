//! Columns of unique keys, computed anew from the texts that they are keys of.
//!
//! The function that makes keys here is a copy of what it was when these migrations landed, because a migration does the
//! same for ever. When the rule changes again, a new migration brings its own.

use std::fmt::Write as _;

use sea_orm_migration::{prelude::*, sea_orm::prelude::Uuid};
use unicode_normalization::UnicodeNormalization as _;

/// How many rows are read at a time.
const PAGE: u64 = 500;

/// A column of keys.
pub(crate) struct KeyColumn {
    /// The table, which has a column `id` of UUIDs.
    pub table: &'static str,
    /// The column that holds the texts.
    pub text: &'static str,
    /// The column that holds the keys.
    pub key: &'static str,
    /// Which rows are looked at.
    pub rows: fn() -> Condition,
    /// Whether two of these rows cannot have one key.
    pub unique: bool,
    /// The key of a text, the first argument; the second is the key that the row has.
    pub key_of: fn(&str, &str) -> String,
}

/// A row whose key is to change.
struct Change {
    id: Uuid,
    key: String,
}

impl KeyColumn {
    /// Gives every row the key of its text. Where another row has that key, the row keeps the key that it has, which is
    /// logged: nobody but the shop can tell which of the two is to be called otherwise. Of rows that want one key, the
    /// oldest gets it.
    pub(crate) async fn recompute(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let mut waiting = self.changes(db).await?;
        loop {
            let before = waiting.len();
            let mut refused = Vec::new();
            for change in waiting {
                if self.is_free(db, &change.key).await? {
                    self.write(db, &change).await?;
                } else {
                    refused.push(change);
                }
            }
            waiting = refused;
            // One that found its key free may have freed another's.
            if waiting.is_empty() || waiting.len() == before {
                break;
            }
        }
        for Change { id, .. } in waiting {
            let (table, column) = (self.table, self.text);
            tracing::warn!(table, column, %id, "another row has this text in another form of Unicode: both are kept");
        }
        Ok(())
    }

    /// The rows whose key is another than that of their text, the oldest first.
    async fn changes(&self, db: &SchemaManagerConnection<'_>) -> Result<Vec<Change>, DbErr> {
        let mut changes = Vec::new();
        let mut last: Option<Uuid> = None;
        loop {
            let mut page = Query::select();
            page.columns(["id", self.text, self.key]).from(self.table).cond_where((self.rows)());
            page.order_by("id", Order::Asc).limit(PAGE);
            if let Some(last) = last {
                page.and_where(Expr::col("id").gt(last));
            }
            let rows = db.query_all(&page).await?;
            for row in &rows {
                let id: Uuid = row.try_get("", "id")?;
                let (text, old): (String, String) = (row.try_get("", self.text)?, row.try_get("", self.key)?);
                let key = (self.key_of)(&text, &old);
                if key != old {
                    changes.push(Change { id, key });
                }
                last = Some(id);
            }
            if rows.is_empty() {
                return Ok(changes);
            }
        }
    }

    async fn is_free(&self, db: &SchemaManagerConnection<'_>, key: &str) -> Result<bool, DbErr> {
        if !self.unique {
            return Ok(true);
        }
        let mut holder = Query::select();
        holder.column("id").from(self.table).cond_where((self.rows)()).and_where(Expr::col(self.key).eq(key)).limit(1);
        Ok(db.query_one(&holder).await?.is_none())
    }

    async fn write(&self, db: &SchemaManagerConnection<'_>, change: &Change) -> Result<(), DbErr> {
        let mut update = Query::update();
        update.table(self.table).value(self.key, change.key.as_str()).and_where(Expr::col("id").eq(change.id));
        db.execute(&update).await?;
        Ok(())
    }
}

/// The key of a text: in NFC, without case, without characters that nobody sees, its white space single blanks.
pub(crate) fn key(text: &str) -> String {
    let visible = text.nfc().filter(|c| !is_ignorable(*c));
    let folded: String = visible.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
    let mut key = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        let _ = write!(key, "{}{word}", if key.is_empty() { "" } else { " " });
    }
    key.nfc().collect()
}

/// Unicode's `Default_Ignorable_Code_Point`.
pub(crate) fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
