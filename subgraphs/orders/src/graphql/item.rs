//! A line of an order in the schema.

use async_graphql::{ID, Object};
use kit::money::Money;

use super::stubs::Product;
use crate::domain::Item;

/// One product of an order, as it was called and priced when the order was placed.
pub struct OrderItem(pub Item);

/// One product of an order, as it was called and priced when the order was placed. `title`, `unitPrice` and `lineTotal`
/// are null only while the order is PENDING, or was cancelled then.
#[Object]
impl OrderItem {
    /// The item's id.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The product's title of then.
    async fn title(&self) -> Option<&str> {
        self.0.snapshot.as_ref().map(|snapshot| snapshot.title.as_str())
    }

    /// How many.
    async fn quantity(&self) -> i32 {
        self.0.quantity
    }

    /// The price of one piece of then.
    async fn unit_price(&self) -> Option<Money> {
        self.0.snapshot.as_ref().map(|snapshot| snapshot.unit_price)
    }

    /// The price of all pieces.
    async fn line_total(&self) -> Option<Money> {
        self.0.line_total()
    }

    /// The product as it is now, also when it is no longer sold.
    async fn product(&self) -> Option<Product> {
        Some(Product::new(self.0.product))
    }
}
