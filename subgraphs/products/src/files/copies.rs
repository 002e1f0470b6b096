//! Smaller copies of images: made when somebody asks for one for the first time, and kept.
//!
//! An image has at most as many as there are [`WIDTHS`](crate::domain::image::WIDTHS). Of one image one is made at a time,
//! and all wait for the same bound of what is decoded at once as uploads do. Several processes that share a folder may make
//! the same copy at the same time: each writes a whole file and renames it, and both are equal.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::Semaphore;

use super::{refusal::Refusal, store::to_the_end};
use crate::{
    domain::{Image, ImageKind},
    repository::images,
    shop::Shop,
    storage::{copy_of, image_names},
};

/// How many copies may be waited for at once.
const PLACES: usize = 64;

/// The copies that are being made. Clones share them.
#[derive(Clone, Debug)]
pub struct Copies {
    places: Arc<Semaphore>,
    /// Whose turn it is, by image; those that nobody holds any more are forgotten when the next is added.
    turns: Arc<Mutex<HashMap<String, Weak<Turn>>>>,
}

type Turn = tokio::sync::Mutex<()>;

impl Default for Copies {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(PLACES)), turns: Arc::default() }
    }
}

impl Copies {
    fn turn(&self, stem: &str) -> Arc<Turn> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = turns.get(stem).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::new(Turn::default());
        turns.insert(stem.to_owned(), Arc::downgrade(&turn));
        turn
    }
}

/// Makes the copy called `name`, unless somebody else does so meanwhile, and says how many bytes it has. There is none of
/// what is no image, or would not become smaller.
pub async fn make(shop: &Shop, name: &str) -> Result<u64, Refusal> {
    let (stem, width) = copy_of(name).ok_or_else(Refusal::not_found)?;
    let image = images::stored_as(shop.database.connection(), &image_names(stem)).await?;
    let image = image.ok_or_else(Refusal::not_found)?;
    let size = image.dimensions.and_then(|dimensions| dimensions.scaled_to(width)).ok_or_else(Refusal::not_found)?;
    let place = shop.copies.places.clone().try_acquire_owned().map_err(|_| Refusal::busy())?;
    let (shop, name, turn) = (shop.clone(), name.to_owned(), shop.copies.turn(stem));
    // Whoever hangs up has begun something that the next one who asks is glad of.
    to_the_end(async move {
        let (_place, _turn) = (place, turn.lock().await);
        match shop.storage.length(&name).await.map_err(Refusal::internal)? {
            Some(length) => Ok(length),
            None => copy(&shop, &image, size, &name).await,
        }
    })
    .await
}

async fn copy(shop: &Shop, image: &Image, size: (u32, u32), name: &str) -> Result<u64, Refusal> {
    let kind = ImageKind::by_extension(&image.file_name).ok_or_else(Refusal::not_found)?;
    let bytes = shop.storage.read(&image.file_name, 0..u64::MAX).await.map_err(Refusal::internal)?;
    let bytes = bytes.ok_or_else(Refusal::not_found)?;
    let copy = shop.sanitizer.scale(kind, bytes, size).await?;
    let copy = copy.map_err(|error| Refusal::internal(format!("{} cannot be scaled: {error}", image.file_name)))?;
    let length = copy.len() as u64;
    shop.storage.put(name, copy).await.map_err(Refusal::internal)?;
    // Whoever deletes the image meanwhile takes away the copies that are there by then.
    if !images::is_stored(shop.database.connection(), &image.file_name).await? {
        shop.storage.remove(name).await.map_err(Refusal::internal)?;
        return Err(Refusal::not_found());
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn of_one_image_one_copy_is_made_at_a_time() {
        let copies = Copies::default();
        let (first, second, other) = (copies.turn("a"), copies.turn("a"), copies.turn("b"));
        let held = first.lock().await;
        assert!(second.try_lock().is_err());
        assert!(other.try_lock().is_ok());
        drop(held);
        assert!(second.try_lock().is_ok());
        drop((first, second, other));
        copies.turn("c");
        assert_eq!(copies.turns.lock().unwrap().len(), 1, "what nobody holds is forgotten");
    }
}
