//! What there is of the things that somebody wants, and why they cannot be had: for a quote and for a reservation alike.

use std::collections::HashMap;

use kit::money::Money;

use super::{
    Product, ProductId, Stock, Title,
    reservation::{Line, Wanted},
};

/// A wanted product that is on sale.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// What is wanted of it.
    pub wanted: Wanted,
    /// Its title.
    pub title: Title,
    /// The price of one.
    pub unit_price: Money,
    /// How many there are, whether they are enough or not.
    pub available: i64,
}

/// Why wanted things cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// This product is not on sale.
    NotOnSale(Wanted),
    /// There are too few of this one; so many there are.
    Short(Wanted, i64),
    /// The products have prices in several currencies.
    Currencies,
}

/// The wanted products that are on sale.
pub(crate) fn offers(wanted: &[Wanted], products: &[Product], stocks: &HashMap<ProductId, Stock>) -> Vec<Offer> {
    let on_sale = on_sale(products);
    let offer = |want: &Wanted| {
        let product = on_sale.get(&want.product)?;
        let available = stocks.get(&want.product).map_or(0, |stock| stock.available());
        Some(Offer { wanted: *want, title: product.title.clone(), unit_price: product.price, available })
    };
    wanted.iter().filter_map(offer).collect()
}

/// Everything that keeps the wanted things from being had, in the order in which they are wanted.
pub fn obstacles(wanted: &[Wanted], offers: &[Offer]) -> Vec<Obstacle> {
    let of_line = |want: &Wanted| match offers.iter().find(|offer| offer.wanted.product == want.product) {
        None => Some(Obstacle::NotOnSale(*want)),
        Some(offer) => (offer.available < want.quantity).then_some(Obstacle::Short(*want, offer.available)),
    };
    let currencies = is_mixed(offers.iter().map(|offer| offer.unit_price)).then_some(Obstacle::Currencies);
    wanted.iter().filter_map(of_line).chain(currencies).collect()
}

/// The lines of a reservation of all wanted things; `None` where there is an obstacle that is not about their number.
pub fn lines(wanted: &[Wanted], products: &[Product]) -> Option<Vec<Line>> {
    let on_sale = on_sale(products);
    let line = |want: &Wanted| {
        let product = on_sale.get(&want.product)?;
        let title = product.title.clone();
        Some(Line { product: want.product, title, quantity: want.quantity, unit_price: product.price })
    };
    let lines: Vec<Line> = wanted.iter().map(line).collect::<Option<_>>()?;
    (!is_mixed(lines.iter().map(|line| line.unit_price))).then_some(lines)
}

fn on_sale(products: &[Product]) -> HashMap<ProductId, &Product> {
    let on_sale = products.iter().filter(|product| product.archived_at.is_none());
    on_sale.map(|product| (product.id, product)).collect()
}

fn is_mixed(mut prices: impl Iterator<Item = Money>) -> bool {
    let Some(first) = prices.next() else { return false };
    prices.any(|price| price.currency != first.currency)
}
