//! What a basket would cost, in the schema.

use async_graphql::{ID, InputObject, Object, SimpleObject};
use kit::money::{Money, MoneyInput};

use super::{
    basket_input::{OrderItemInput, wanted},
    errors::UserError,
    input::Problems,
    stubs::Product,
};
use crate::{
    domain::{basket::Line, item::line_total},
    purchase::{Quote, Quoted},
    refusal::{Denied, Refusal},
    remote::Offered,
};

/// What somebody thinks of ordering.
#[derive(Clone, Debug, InputObject)]
pub struct QuoteInput {
    /// From 1 to 100 items; those of one product are added up.
    pub items: Vec<OrderItemInput>,
    /// What they expect to pay: `TOTAL_CHANGED` where the total differs.
    pub expected_total: Option<MoneyInput>,
}

/// What a basket would cost at this moment, and why it could not be ordered.
#[derive(Default, SimpleObject)]
pub struct QuotePayload {
    /// One line per product, in the order in which the items name them; none where the input cannot be read.
    #[graphql(complexity = "kit::page::list_complexity(child_complexity)")]
    lines: Vec<QuoteLine>,
    /// The sum of the lines that are sold, at the quantities that are wanted, without tax and shipping. It is what an order
    /// would cost as long as there are no `userErrors`. Null where there is no sum.
    total: Option<Money>,
    /// Why this could not be ordered, all at once, as `placeOrder` would say it. Empty: it could.
    user_errors: Vec<UserError>,
}

/// One product of a basket, as it is sold at this moment.
pub struct QuoteLine {
    line: Line,
    offered: Option<Offered>,
    refusals: Vec<Refusal>,
}

impl QuotePayload {
    /// The answer to an input that cannot be read.
    pub fn refused(user_errors: Vec<UserError>) -> Self {
        Self { user_errors, ..Self::default() }
    }
}

impl QuoteInput {
    /// The wish, or all that is wrong with it.
    pub fn check(&self) -> Result<Quote, Denied> {
        let mut problems = Problems::default();
        let wanted = wanted(&self.items, self.expected_total.as_ref(), &mut problems);
        problems.end(wanted.map(|(basket, expected)| Quote { basket, expected }))
    }

    /// What was found, with what is wrong at the lines that it is about.
    pub fn answer(&self, quoted: Quoted) -> QuotePayload {
        let Quoted { lines, terms } = quoted;
        let about = |line: &Line| {
            let items = self.items.iter().enumerate();
            let own = items.filter(|(_, item)| *item.product_id == line.product.to_string());
            let own: Vec<String> = own.map(|(index, _)| index.to_string()).collect();
            let is_about = |refusal: &&Refusal| match refusal.problem().path.as_slice() {
                [_, items, index, ..] => items == "items" && own.contains(index),
                _ => false,
            };
            terms.refusals.iter().filter(is_about).cloned().collect()
        };
        QuotePayload {
            lines: lines
                .into_iter()
                .map(|(line, offered)| QuoteLine { refusals: about(&line), line, offered })
                .collect(),
            total: terms.total,
            user_errors: terms.refusals.iter().cloned().map(Into::into).collect(),
        }
    }
}

/// One product of a basket, as it is sold at this moment. What is null is so because it is not sold.
#[Object]
impl QuoteLine {
    /// The product's id.
    async fn product_id(&self) -> ID {
        self.line.product.to_string().into()
    }

    /// The product; null where it is not sold.
    async fn product(&self) -> Option<Product> {
        // Of an id that is nobody's, products would have nothing to say.
        self.offered.as_ref().map(|_| Product::new(self.line.product))
    }

    /// The product's title.
    async fn title(&self) -> Option<&str> {
        self.offered.as_ref().map(|offered| offered.offer.snapshot.title.as_str())
    }

    /// How many are wanted.
    async fn quantity(&self) -> i32 {
        self.line.quantity
    }

    /// The price of one piece.
    async fn unit_price(&self) -> Option<Money> {
        self.offered.as_ref().map(|offered| offered.offer.snapshot.unit_price)
    }

    /// The price of all pieces; null also where it is too large.
    async fn line_total(&self) -> Option<Money> {
        line_total(self.offered.as_ref()?.offer.snapshot.unit_price, self.line.quantity)
    }

    /// How many there are, whether they are enough or not. They are reserved for nobody.
    async fn available(&self) -> i32 {
        self.offered.as_ref().map_or(0, |offered| offered.available)
    }

    /// Those of the quote's `userErrors` that are about this line.
    async fn user_errors(&self) -> Vec<UserError> {
        self.refusals.iter().cloned().map(Into::into).collect()
    }
}
