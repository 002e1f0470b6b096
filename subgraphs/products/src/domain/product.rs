//! A thing that is for sale, or once was.

use chrono::{DateTime, Utc};
use kit::money::Money;

use super::{Description, ProductId, Slug, Title};

/// The highest price, in minor units: with the most units that one order may hold, sums stay far inside 64 bits.
pub const MAX_PRICE_MINOR: i64 = 100_000_000_000;
/// How many categories a product may be in.
pub const MAX_CATEGORIES: usize = 20;
/// How many images a product may show.
pub const MAX_IMAGES: usize = 20;

/// A product; its categories, images and stock are found by its id.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Its title, unlike that of every other product on sale.
    pub title: Title,
    /// Its address, unlike that of every other product on sale.
    pub slug: Slug,
    /// What it is.
    pub description: Description,
    /// What one of it costs at this moment.
    pub price: Money,
    /// Counts its changes from 1.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Since when it is no longer for sale.
    pub archived_at: Option<DateTime<Utc>>,
}

/// Why an amount cannot be a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// Below zero.
    #[error("A price cannot be less than nothing.")]
    Negative,
    /// Above [`MAX_PRICE_MINOR`].
    #[error("A price cannot be as high as this.")]
    TooHigh,
}

/// Refuses amounts that no product can cost. Zero is a price.
pub fn check_price(price: Money) -> Result<Money, PriceError> {
    match price.minor {
        ..0 => Err(PriceError::Negative),
        minor if minor > MAX_PRICE_MINOR => Err(PriceError::TooHigh),
        _ => Ok(price),
    }
}
