//! Rows to domain types and back. What was checked before it was stored is trusted when it is read.

use chrono::{DateTime, Utc};
use kit::{
    Failure, Result,
    money::{Currency, Money},
};

use crate::{
    domain::{
        Category, Description, Dimensions, Image, Product, Slug, Stock, Title,
        category::sibling_key,
        reservation::{Line, Reservation, ReservationState},
    },
    entity::{category, image, product, reservation, reservation_line, stock},
};

pub fn money(minor: i64, currency: &str) -> Result<Money> {
    let currency = Currency::parse(currency).ok_or_else(|| Failure::internal(format!("currency {currency:?}")))?;
    Ok(Money::new(minor, currency))
}

pub fn product(row: product::Model) -> Result<Product> {
    Ok(Product {
        id: row.id,
        title: Title::trusted(row.title),
        slug: Slug::trusted(row.slug),
        description: Description::trusted(row.description),
        price: money(row.price_minor, &row.currency)?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        archived_at: row.archived_at,
    })
}

pub fn product_row(product: &Product) -> product::Model {
    product::Model {
        id: product.id,
        title: product.title.as_str().to_owned(),
        title_key: product.title.key(),
        slug: product.slug.as_str().to_owned(),
        description: product.description.as_str().to_owned(),
        price_minor: product.price.minor,
        currency: product.price.currency.code().to_owned(),
        price_digits: product.price.currency.digits().into(),
        version: product.version,
        created_at: product.created_at,
        updated_at: product.updated_at,
        archived_at: product.archived_at,
    }
}

pub fn category(row: category::Model) -> Category {
    Category {
        id: row.id,
        parent: row.parent_id,
        name: Title::trusted(row.name),
        slug: Slug::trusted(row.slug),
        description: Description::trusted(row.description),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

pub fn category_row(category: &Category) -> category::Model {
    category::Model {
        id: category.id,
        parent_id: category.parent,
        name: category.name.as_str().to_owned(),
        sibling_key: sibling_key(category.parent, &category.name),
        slug: category.slug.as_str().to_owned(),
        description: category.description.as_str().to_owned(),
        version: category.version,
        created_at: category.created_at,
        updated_at: category.updated_at,
    }
}

pub fn stock(row: &stock::Model) -> Stock {
    Stock { on_hand: row.on_hand, reserved: row.reserved }
}

pub fn image(row: image::Model) -> Image {
    let side = |length: Option<i32>| u32::try_from(length?).ok();
    let dimensions =
        || Some(Dimensions { width: side(row.width)?, height: side(row.height)?, frames: side(row.frames)? });
    let dimensions = dimensions();
    Image { id: row.id, file_name: row.file_name, alt: row.alt, dimensions, stored_at: row.stored_at }
}

/// How a number of pixels or frames is stored. None that is admitted comes near the limit.
pub fn count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

pub fn reservation(row: &reservation::Model, lines: Vec<reservation_line::Model>) -> Result<Reservation> {
    let state = ReservationState::parse(&row.state)
        .ok_or_else(|| Failure::internal(format!("reservation state {:?}", row.state)))?;
    let lines = lines.into_iter().map(line).collect::<Result<_>>()?;
    Ok(Reservation { order: row.order_id, state, attempt: row.attempt, expires_at: row.expires_at, lines })
}

fn line(row: reservation_line::Model) -> Result<Line> {
    Ok(Line {
        product: row.product_id,
        title: Title::trusted(row.title),
        quantity: row.quantity,
        unit_price: money(row.unit_price_minor, &row.currency)?,
    })
}

pub fn reservation_row(reservation: &Reservation, now: DateTime<Utc>) -> reservation::Model {
    reservation::Model {
        order_id: reservation.order,
        state: reservation.state.as_str().to_owned(),
        attempt: reservation.attempt,
        expires_at: reservation.expires_at,
        created_at: now,
        updated_at: now,
    }
}

pub fn line_rows(reservation: &Reservation) -> Vec<reservation_line::Model> {
    let row = |(position, line): (i32, &Line)| reservation_line::Model {
        order_id: reservation.order,
        product_id: line.product,
        position,
        quantity: line.quantity,
        title: line.title.as_str().to_owned(),
        unit_price_minor: line.unit_price.minor,
        currency: line.unit_price.currency.code().to_owned(),
    };
    (0..).zip(&reservation.lines).map(row).collect()
}
