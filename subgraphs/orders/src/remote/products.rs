//! The stock: held for an order, then sold or freed. All commands may be repeated, late, or out of order.

use chrono::{DateTime, Utc};
use kit::{
    Failure,
    client::GraphQLClient,
    money::{Currency, Decimal, Money},
};
use schema::Caller;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::domain::{OrderId, ProductId, Snapshot};

const RESERVE: &str = "mutation Reserve($input: ReserveInput!) { reserve(input: $input) { \
    reservation { lines { productId title quantity unitPrice { amount currencyCode } } } \
    userErrors { __typename code message path ... on StockError { productId requested available } } } }";
const OFFERS: &str = "query Offers($lines: [ReserveLineInput!]!) { offers(lines: $lines) { \
    lines { productId title quantity unitPrice { amount currencyCode } available } \
    userErrors { __typename code message path ... on StockError { productId requested available } } } }";
const RELEASE: &str =
    "mutation Release($input: ReleaseInput!) { release(input: $input) { userErrors { code message } } }";
const CONSUME: &str =
    "mutation Consume($input: ConsumeInput!) { consume(input: $input) { userErrors { code message } } }";
const UNDO_CONSUME: &str =
    "mutation UndoConsume($input: UndoConsumeInput!) { undoConsume(input: $input) { userErrors { code message } } }";

/// The products subgraph.
#[derive(Clone)]
pub struct Products(pub GraphQLClient);

/// One product of a basket, as products sells it at this moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Which product.
    pub product: ProductId,
    /// How many are wanted, or held.
    pub quantity: i32,
    /// Its title and price.
    pub snapshot: Snapshot,
}

/// The same of which none is held yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Offered {
    /// What is offered.
    pub offer: Offer,
    /// How many there are, whether they are enough or not.
    pub available: i32,
}

/// Why nothing is held.
#[derive(Debug)]
pub enum NotHeld {
    /// products says no, for these reasons.
    Refused(Vec<Reason>),
    /// Nobody knows whether anything is held.
    Failed(Failure),
}

/// One reason of products, in its words.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// Its code.
    pub code: String,
    /// Its sentence.
    pub message: String,
    /// Where in the reservation that was asked for.
    #[serde(default)]
    path: Option<Vec<String>>,
    /// The product that there is too little of.
    pub product_id: Option<ProductId>,
    /// How many were asked for.
    pub requested: Option<i32>,
    /// How many there are.
    pub available: Option<i32>,
}

impl Reason {
    /// The index of the line that it is about, and the field.
    pub fn place(&self) -> Option<(usize, &str)> {
        match self.path.as_deref()? {
            [_, lines, index, field @ ..] if lines == "lines" => {
                Some((index.parse().ok()?, field.first().map_or("productId", String::as_str)))
            }
            _ => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    reservation: Option<Reservation>,
    user_errors: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reservation {
    lines: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    product_id: ProductId,
    title: String,
    quantity: i32,
    unit_price: Price,
    /// Of offers only.
    #[serde(default)]
    available: i32,
}

#[derive(Deserialize)]
struct OffersData {
    offers: Offers,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Offers {
    lines: Vec<Line>,
    user_errors: Vec<Reason>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Price {
    amount: String,
    currency_code: String,
}

impl Price {
    fn money(&self) -> Option<Money> {
        let currency = Currency::parse(&self.currency_code)?;
        Money::from_decimal(Decimal::parse(&self.amount).ok()?, currency).ok()
    }
}

impl Products {
    /// Holds all of `lines` for the order, or none.
    pub async fn reserve(
        &self,
        order: OrderId,
        attempt: i32,
        lines: impl IntoIterator<Item = (ProductId, i32)>,
        expires_at: DateTime<Utc>,
        caller: &Caller,
    ) -> Result<Vec<Offer>, NotHeld> {
        let lines = json_lines(lines);
        let input = json!({"orderId": order, "attempt": attempt, "lines": lines, "expiresAt": expires_at});
        let payload = self.call("reserve", RESERVE, input, caller).await.map_err(NotHeld::Failed)?;
        match payload.reservation {
            _ if !payload.user_errors.is_empty() => Err(NotHeld::Refused(payload.user_errors)),
            Some(reservation) => {
                reservation.lines.into_iter().map(offer).collect::<Result<_, _>>().map_err(NotHeld::Failed)
            }
            None => Err(NotHeld::Failed(malformed("neither a reservation nor a reason why not"))),
        }
    }

    /// Those of `lines` that are sold, and why not all of them could be held at this moment. None is.
    pub async fn offers(
        &self,
        lines: impl IntoIterator<Item = (ProductId, i32)>,
        caller: &Caller,
    ) -> Result<(Vec<Offered>, Vec<Reason>), Failure> {
        let variables = json!({"lines": json_lines(lines)});
        let answer = self.0.call::<OffersData>(OFFERS, variables, &own(caller), None).await?.offers;
        let offered = |line: Line| {
            let available = line.available;
            offer(line).map(|offer| Offered { offer, available })
        };
        Ok((answer.lines.into_iter().map(offered).collect::<Result<_, _>>()?, answer.user_errors))
    }

    /// Frees what is held for the order, if anything is.
    pub async fn release(&self, order: OrderId, attempt: i32, caller: &Caller) -> Result<(), Failure> {
        self.command("release", RELEASE, json!({"orderId": order, "attempt": attempt}), caller).await
    }

    /// Sells what is held for the order.
    pub async fn consume(&self, order: OrderId, caller: &Caller) -> Result<(), Failure> {
        self.command("consume", CONSUME, json!({"orderId": order}), caller).await
    }

    /// Puts back on the shelf, held, what was sold for the order.
    pub async fn undo_consume(&self, order: OrderId, caller: &Caller) -> Result<(), Failure> {
        self.command("undoConsume", UNDO_CONSUME, json!({"orderId": order}), caller).await
    }

    async fn command(&self, name: &str, document: &str, input: Value, caller: &Caller) -> Result<(), Failure> {
        match self.call(name, document, input, caller).await?.user_errors.first() {
            None => Ok(()),
            Some(reason) => Err(Failure::internal(format_args!("{name}: {}: {}", reason.code, reason.message))),
        }
    }

    async fn call(&self, name: &str, document: &str, input: Value, caller: &Caller) -> Result<Payload, Failure> {
        let (variables, own) = (json!({"input": input}), own(caller));
        let answer = self.0.call::<std::collections::HashMap<String, Payload>>(document, variables, &own, None);
        let mut data = answer.await?;
        data.remove(name).ok_or_else(|| Failure::internal(format_args!("products did not answer {name}")))
    }
}

/// What is asked of products is ours, not the customer's: only the request's id travels on.
fn own(caller: &Caller) -> Caller {
    Caller { request_id: caller.request_id.clone(), ..Caller::default() }
}

fn json_lines(lines: impl IntoIterator<Item = (ProductId, i32)>) -> Vec<Value> {
    lines.into_iter().map(|(product, quantity)| json!({"productId": product, "quantity": quantity})).collect()
}

fn offer(line: Line) -> Result<Offer, Failure> {
    let unit_price = line.unit_price.money().ok_or_else(|| malformed("a price that is none"))?;
    let snapshot = Snapshot { title: line.title, unit_price };
    Ok(Offer { product: line.product_id, quantity: line.quantity, snapshot })
}

fn malformed(what: &str) -> Failure {
    Failure::internal(format_args!("products answered {what}"))
}
