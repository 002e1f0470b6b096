//! A shelf of the shop.

use chrono::{DateTime, Utc};

use super::{CategoryId, Description, Slug, Title};

/// A category; its products and children are found by its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its id.
    pub id: CategoryId,
    /// The category that it stands below.
    pub parent: Option<CategoryId>,
    /// Its name, unlike every sibling's.
    pub name: Title,
    /// Its address, unlike every other category's.
    pub slug: Slug,
    /// What it is about.
    pub description: Description,
    /// Counts its changes from 1.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What no two categories may share: the parent and the name, without regard to case.
pub fn sibling_key(parent: Option<CategoryId>, name: &Title) -> String {
    parent.map_or_else(|| format!("/{}", name.key()), |parent| format!("{parent}/{}", name.key()))
}
