//! The demo's categories: tops, shelves below them, and parts of shelves at any depth.

use super::{
    opened, uuid,
    words::{Part, SHOP, Shelf},
};
use crate::domain::{Category, CategoryId, Description, Slug, Title};

fn top_id(top: u32) -> CategoryId {
    CategoryId::from_uuid(uuid(top + 1))
}

fn shelf_id(top: u32, shelf: u32) -> CategoryId {
    CategoryId::from_uuid(uuid((top + 1) * 0x100 + shelf + 1))
}

/// The n-th of a shelf's parts, counted from 0 as they are met from above.
fn part_id(top: u32, shelf: u32, n: u32) -> CategoryId {
    CategoryId::from_uuid(uuid((top + 1) * 0x1_0000 + (shelf + 1) * 0x100 + n + 1))
}

/// A top category.
pub fn top_category(top: u32) -> Category {
    let words = &SHOP[top as usize];
    category(top_id(top), None, words.name, words.about.to_owned())
}

/// A shelf and everything below it, parents before their children.
pub fn with_parts(top: u32, shelf: u32) -> Vec<Category> {
    let Shelf { name, things, parts, .. } = &SHOP[top as usize].shelves[shelf as usize];
    let things: Vec<&str> = things.iter().map(|(thing, _)| *thing).collect();
    let mut all = vec![category(shelf_id(top, shelf), Some(top_id(top)), name, about(top, &things))];
    walk(parts, shelf_id(top, shelf), top, shelf, &mut all);
    all
}

fn walk(parts: &[Part], parent: CategoryId, top: u32, shelf: u32, all: &mut Vec<Category>) {
    for part in parts {
        // The shelf itself is the first of all.
        let id = part_id(top, shelf, u32::try_from(all.len() - 1).unwrap_or(u32::MAX));
        all.push(category(id, Some(parent), part.name, about(top, &things_of(part))));
        walk(part.parts, id, top, shelf, all);
    }
}

/// The lowest category that one of a shelf's things belongs to.
pub fn lowest(top: u32, shelf: u32, thing: &str) -> CategoryId {
    let mut parts = Vec::new();
    list(SHOP[top as usize].shelves[shelf as usize].parts, &mut parts);
    let part = (0..).zip(parts).find(|(_, part)| part.things.contains(&thing));
    part.map_or_else(|| shelf_id(top, shelf), |(n, _)| part_id(top, shelf, n))
}

/// All parts in the order in which [`walk`] meets them.
fn list(parts: &'static [Part], all: &mut Vec<&'static Part>) {
    for part in parts {
        all.push(part);
        list(part.parts, all);
    }
}

/// Everything that lies in a part or below it.
fn things_of(part: &Part) -> Vec<&'static str> {
    part.things.iter().copied().chain(part.parts.iter().flat_map(things_of)).collect()
}

/// "Cotton, linen, merino: scarf, beanie and gloves."
fn about(top: u32, things: &[&str]) -> String {
    let things: Vec<String> = things.iter().map(|thing| thing.to_lowercase()).collect();
    let list = match things.as_slice() {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        things => things.concat(),
    };
    format!("{}: {list}.", SHOP[top as usize].kinds.join(", "))
}

fn category(id: CategoryId, parent: Option<CategoryId>, name: &str, about: String) -> Category {
    let name = Title::trusted(name.to_owned());
    Category {
        id,
        parent,
        slug: Slug::from_title(&name, "demo"),
        name,
        description: Description::trusted(about),
        version: 1,
        created_at: opened(0),
        updated_at: opened(0),
    }
}
