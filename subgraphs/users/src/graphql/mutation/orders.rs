//! What the service orders says, invisible to clients.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use kit::{
    Result,
    caller::ServiceOnly,
    id::{Id, Kind},
};

use crate::{
    accounts::{Accounts, Outcome},
    domain::{Destination, UserId},
    graphql::{
        errors::{UserError, settle},
        mutation::input_id,
    },
};

/// The part of `Mutation` that is for orders.
#[derive(Default)]
pub struct OrdersMutation;

/// Marks ids of orders, which another domain owns.
enum OrderKind {}

impl Kind for OrderKind {
    const PREFIX: &'static str = "ord";
}

/// Which address goes into whose book, and for which order.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub struct SaveAddressInput {
    /// The order (`ord_…`). The same one again changes nothing.
    order_id: ID,
    /// Its customer (`usr_…`).
    user_id: ID,
    /// The address that it goes to.
    address: SavedAddressInput,
}

/// The address of an order.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub struct SavedAddressInput {
    /// Who receives parcels.
    recipient: String,
    /// Street and number.
    line1: String,
    /// What did not fit into the first line.
    line2: Option<String>,
    /// Town.
    city: String,
    /// State, province or county.
    region: Option<String>,
    /// Postal code.
    postal_code: Option<String>,
    /// The country's two-letter code (ISO 3166-1).
    country_code: String,
    /// For the carrier.
    phone: Option<String>,
}

/// What `saveAddress` did.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub struct SaveAddressPayload {
    /// Whether the address has been dealt with, now or before; false when it is not wanted.
    success: bool,
    /// Why it is not wanted; empty when it has been dealt with.
    user_errors: Vec<UserError>,
}

#[Object]
impl OrdersMutation {
    /// Puts the address of an order into its customer's book, where no equal one is. Idempotent by the order. For the
    /// service `orders` only. Codes: `INVALID_ID`, `NOT_FOUND`, `REQUIRED`, `TOO_LONG`, `INVALID`,
    /// `INVALID_COUNTRY_CODE`, and `TOO_MANY` after 50 addresses.
    #[graphql(inaccessible, guard = "ServiceOnly(\"orders\")")]
    async fn save_address(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which address, and whose.")] input: SaveAddressInput,
    ) -> Result<SaveAddressPayload> {
        let (done, user_errors) = settle(save(context, input).await)?;
        Ok(SaveAddressPayload { success: done.is_some(), user_errors })
    }
}

async fn save(context: &Context<'_>, input: SaveAddressInput) -> Outcome<()> {
    let order: Id<OrderKind> = input_id("orderId", &input.order_id)?;
    let user: UserId = input_id("userId", &input.user_id)?;
    let given = input.address;
    let destination = Destination {
        recipient: given.recipient,
        line1: given.line1,
        line2: given.line2,
        city: given.city,
        region: given.region,
        postal_code: given.postal_code,
        country_code: given.country_code,
        phone: given.phone,
    };
    context.data_unchecked::<Accounts>().save_address(&order.to_string(), user, destination).await
}
