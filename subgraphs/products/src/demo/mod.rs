//! A shop to look around in: 288 products on 24 shelves of 6 top categories, the same ones everywhere. Some shelves have
//! parts, which have parts in turn; a product is in the lowest category that it belongs to.
//!
//! The n-th product (from 1) has the id `prd_01900000000070008000` followed by n in twelve hexadecimal digits, so that
//! other domains' demo data can speak of it. Product n lies on shelf `(n - 1) % 24`; every title is one of the
//! shelf's four things in one of its top category's three kinds.

mod drawings;
mod picture;
mod prose;
mod shelves;
mod words;

use std::{num::NonZero, thread::available_parallelism};

use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use kit::{
    Database, Failure, Result,
    money::{Currency, Money},
};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use self::words::SHOP;
use crate::{
    domain::{Description, Dimensions, ImageId, Product, ProductId, Slug, Title},
    repository::seed::{self, Catalogue, SeedImage, SeedProduct},
    storage::Storage,
};

/// How many products the demo has.
pub const PRODUCTS: u32 = 288;

const SHELVES: u32 = 24;
const SHELVES_PER_TOP: u32 = 4;
/// All demo ids begin like this: a `UUIDv7` of June 2024 with nothing random in it.
const BASE: u128 = 0x0190_0000_0000_7000_8000_0000_0000_0000;

/// The id of the n-th product, from 1.
pub fn product_id(n: u32) -> ProductId {
    ProductId::from_uuid(uuid(n))
}

fn uuid(n: u32) -> Uuid {
    Uuid::from_u128(BASE + u128::from(n))
}

/// Fills an empty catalogue; leaves one that has anything in it alone. Says whether it was filled.
pub async fn seed(database: &Database, storage: &dyn Storage) -> Result<bool> {
    if !seed::is_empty(database.connection()).await? {
        return Ok(false);
    }
    let mut catalogue = catalogue()?;
    // Bytes first: a picture that is spoken of is there.
    catalogue.images = draw(&catalogue.products, storage).await?;
    seed::fill(database, catalogue).await
}

/// Draws and keeps a picture of every product, as many at once as there are processors; keeping is mostly waiting for the
/// disk, so twice as many are under way.
async fn draw(products: &[SeedProduct], storage: &dyn Storage) -> Result<Vec<SeedImage>> {
    let processors = available_parallelism().map_or(1, NonZero::get);
    let drawing = stream::iter((1..).zip(products)).map(|(n, seed)| async move {
        let (title, slug) = (seed.product.title.as_str(), seed.product.slug.to_string());
        let bytes = spawn_blocking(move || picture::picture(thing(n).0, &slug)).await.map_err(Failure::internal)??;
        let image = SeedImage {
            id: seed.image,
            file_name: format!("{}.png", seed.image.uuid().simple()),
            alt: format!("{title}, a drawing"),
            size: bytes.len(),
            dimensions: Dimensions { width: picture::SIDE, height: picture::SIDE, frames: 1 },
            created_at: opened(0),
        };
        storage.put(&image.file_name, Bytes::from(bytes)).await.map_err(Failure::internal)?;
        Ok(image)
    });
    drawing.buffered(2 * processors).try_collect().await
}

fn catalogue() -> Result<Catalogue> {
    let currency = Currency::parse("EUR").ok_or_else(|| Failure::internal("no euro"))?;
    Ok(Catalogue {
        categories: (0..6)
            .flat_map(|top| {
                let shelves = (0..SHELVES_PER_TOP).flat_map(move |n| shelves::with_parts(top, n));
                std::iter::once(shelves::top_category(top)).chain(shelves)
            })
            .collect(),
        images: Vec::new(),
        products: (1..=PRODUCTS).map(|n| product(n, currency)).collect(),
    })
}

/// Opening day, and one more product every six hours.
fn opened(n: u32) -> DateTime<Utc> {
    let opening = DateTime::from_timestamp(1_735_718_400, 0).unwrap_or_default();
    opening + Duration::hours(i64::from(n) * 6)
}

/// Other ids than those of the patterns that older programs drew, which browsers may still have.
fn image_id(n: u32) -> ImageId {
    ImageId::from_uuid(uuid(0x1_0000 + n))
}

/// What the n-th product is, and what the cheapest kind of it costs in cents.
fn thing(n: u32) -> (&'static str, i64) {
    let (shelf, round) = ((n - 1) % SHELVES, (n - 1) / SHELVES);
    let words = &SHOP[(shelf / SHELVES_PER_TOP) as usize].shelves[(shelf % SHELVES_PER_TOP) as usize];
    words.things[(round % 4) as usize]
}

fn product(n: u32, currency: Currency) -> SeedProduct {
    let (shelf, round) = ((n - 1) % SHELVES, (n - 1) / SHELVES);
    let top = shelf / SHELVES_PER_TOP;
    let (words, kind) = (&SHOP[top as usize], round / 4);
    let (thing, cents) = thing(n);
    let material = words.kinds[kind as usize];
    let title = Title::trusted(format!("{material} {thing}"));
    let about = prose::about(thing, material, words, shelf % SHELVES_PER_TOP, n);
    let product = Product {
        id: product_id(n),
        slug: Slug::from_title(&title, "demo"),
        title,
        description: Description::trusted(about),
        price: Money::new(price(cents, kind), currency),
        version: 1,
        created_at: opened(n),
        updated_at: opened(n),
        archived_at: None,
    };
    let categories = vec![shelves::lowest(top, shelf % SHELVES_PER_TOP, thing)];
    // Here and there something is sold out.
    let on_hand = if n.is_multiple_of(23) { 0 } else { 20 + i64::from(n * 37 % 180) };
    SeedProduct { product, categories, image: image_id(n), on_hand }
}

/// A better kind costs a fifth more each, and ends on ninety cents again.
fn price(cents: i64, kind: u32) -> i64 {
    let raised = cents * (100 + 20 * i64::from(kind)) / 100;
    if kind == 0 { cents } else { raised - raised % 100 + 90 }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_catalogue_keeps_every_rule() {
        let catalogue = catalogue().unwrap();
        let distinct = |texts: Vec<String>| texts.iter().collect::<HashSet<_>>().len();
        assert_eq!(catalogue.products.len(), 288);
        assert_eq!(distinct(catalogue.products.iter().map(|seed| seed.product.title.key()).collect()), 288);
        assert_eq!(distinct(catalogue.products.iter().map(|seed| seed.product.slug.to_string()).collect()), 288);
        assert_eq!(distinct(catalogue.categories.iter().map(|category| category.slug.to_string()).collect()), 36);
        for seed in &catalogue.products {
            assert!(Title::parse(seed.product.title.as_str()).is_ok());
            assert!(Slug::parse(seed.product.slug.as_str()).is_ok());
            assert!(seed.product.price.minor > 0);
        }
    }

    #[test]
    fn the_first_product_is_the_one_that_others_speak_of() {
        let first = product(1, Currency::parse("EUR").unwrap()).product;
        assert_eq!(first.id.to_string(), "prd_01900000000070008000000000000001");
        assert_eq!(first.title.as_str(), "Pine Dining Chair");
        assert_eq!(first.price.to_string(), "89.90 EUR");
    }
}
