//! What can be done.

use async_graphql::{Context, Object};
use kit::{
    Result,
    caller::{Authenticated, RequiresScope, caller, user, viewer},
    client::Authorization,
};

use super::{
    errors::outcome,
    input::{CancelOrderInput, FulfillOrderInput, PayOrderInput, RefundOrderInput},
    order::Order,
    payload::{CancelOrderPayload, FulfillOrderPayload, PayOrderPayload, PlaceOrderPayload, RefundOrderPayload},
    payment::Payment,
    place_input::PlaceOrderInput,
};
use crate::{
    domain,
    loader::{Found, Siblings},
    purchase,
    shop::Shop,
};

/// The root of all changes.
pub struct Mutation;

#[Object]
impl Mutation {
    /// Orders goods: they are reserved until `expiresAt`, at the prices of this moment. For users who are logged in.
    ///
    /// Idempotent by `idempotencyKey`; where the answer was `UNAVAILABLE`, the same key takes the order up again. A
    /// refused attempt does not use the key up.
    ///
    /// User errors: `INVALID_ID`, `REQUIRED`, `TOO_LONG`, `INVALID`, `TOO_MANY_ITEMS`, `INVALID_QUANTITY`, `ADDRESS_AMBIGUOUS`,
    /// `ADDRESS_NOT_FOUND`, `INVALID_COUNTRY_CODE`, `INVALID_CURRENCY`, `INVALID_AMOUNT`, `PRODUCT_NOT_FOUND`,
    /// `INSUFFICIENT_STOCK` (`StockError`), `CURRENCY_MISMATCH`, `PRICE_CHANGED` (`PriceError`), `TOTAL_CHANGED`,
    /// `TOTAL_TOO_LARGE`, `TOO_MANY_OPEN_ORDERS`, `INVALID_IDEMPOTENCY_KEY`, `IDEMPOTENCY_KEY_MISMATCH`
    /// (`IdempotencyError`). Errors: `UNAUTHENTICATED`, `UNAVAILABLE`. `quote` tells most of them before.
    #[graphql(guard = "Authenticated", directive = kit::caller::authenticated::apply())]
    async fn place_order(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to order, and where it goes.")] input: PlaceOrderInput,
    ) -> Result<PlaceOrderPayload> {
        let shop = shop(context);
        let done = async {
            let wish = input.check(user(context)?.id)?;
            let authorization = context.data_opt::<Authorization>().and_then(|header| header.0.as_deref());
            purchase::place(shop, &wish, caller(context), authorization).await
        };
        Ok(match outcome(done.await)? {
            Ok(done) => PlaceOrderPayload {
                order: Some(alone(shop, done.thing)),
                replayed: done.replayed,
                ..PlaceOrderPayload::default()
            },
            Err(refused) => refused.into(),
        })
    }

    /// Tries to pay one of your orders in full. For users who are logged in.
    ///
    /// Idempotent by `idempotencyKey`. A declined payment is no user error: `payment` has status FAILED, the order
    /// `PAYMENT_FAILED`, and it can be tried again with another key until `expiresAt`. Where the provider does not answer,
    /// the payment is PENDING; until that is cleared up, another attempt is a `PaymentStateError`.
    ///
    /// User errors: `INVALID_ID`, `NOT_FOUND`, `REQUIRED`, `TOO_LONG`, `INVALID`, `INVALID_STATE` (`StateError`,
    /// `PaymentStateError`), `INVALID_IDEMPOTENCY_KEY`, `IDEMPOTENCY_KEY_MISMATCH` (`IdempotencyError`). Errors: `UNAUTHENTICATED`.
    #[graphql(guard = "Authenticated", directive = kit::caller::authenticated::apply())]
    async fn pay_order(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which order, and with what.")] input: PayOrderInput,
    ) -> Result<PayOrderPayload> {
        let shop = shop(context);
        let done = async { purchase::pay(shop, input.check(user(context)?.id)?, viewer(context)).await };
        Ok(match outcome(done.await)? {
            Ok(done) => {
                let order = alone(shop, done.thing.order);
                let payment = Payment { payment: done.thing.payment, siblings: order.0.siblings.clone() };
                let (order, payment) = (Some(order), Some(payment));
                PayOrderPayload { order, payment, replayed: done.replayed, user_errors: Vec::new() }
            }
            Err(refused) => refused.into(),
        })
    }

    /// Gives up an order before it is paid; its goods are free again. For users who are logged in: their own orders, and
    /// anybody's for administrators (scope `orders:write`). The timeline says who gave the order up, and why.
    ///
    /// Idempotent by `idempotencyKey`. Should a payment that is still PENDING turn out to have succeeded, the money goes
    /// back.
    ///
    /// User errors: `INVALID_ID`, `NOT_FOUND`, `TOO_LONG`, `INVALID_STATE` (`StateError`), `INVALID_IDEMPOTENCY_KEY`,
    /// `IDEMPOTENCY_KEY_MISMATCH` (`IdempotencyError`). Errors: `UNAUTHENTICATED`.
    #[graphql(guard = "Authenticated", directive = kit::caller::authenticated::apply())]
    async fn cancel_order(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which order.")] input: CancelOrderInput,
    ) -> Result<CancelOrderPayload> {
        let shop = shop(context);
        let done = async { purchase::cancel(shop, &input.check(user(context)?.id)?, viewer(context)).await };
        Ok(match outcome(done.await)? {
            Ok(done) => CancelOrderPayload {
                order: Some(alone(shop, done.thing)),
                replayed: done.replayed,
                user_errors: Vec::new(),
            },
            Err(refused) => refused.into(),
        })
    }

    /// Gives the money of a paid or fulfilled order back, in full. For administrators (scope `orders:write`).
    ///
    /// Idempotent by `idempotencyKey`. The order is REFUNDED at once, its payment when the provider has confirmed.
    /// Goods that come back are counted in with `adjustStock`.
    ///
    /// User errors: `INVALID_ID`, `NOT_FOUND`, `TOO_LONG`, `INVALID`, `INVALID_STATE` (`StateError`), `INVALID_IDEMPOTENCY_KEY`,
    /// `IDEMPOTENCY_KEY_MISMATCH` (`IdempotencyError`). Errors: `UNAUTHENTICATED`, `FORBIDDEN`.
    #[graphql(guard = "RequiresScope(domain::order::SCOPE_WRITE)", requires_scopes = "orders:write")]
    async fn refund_order(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which order, and why.")] input: RefundOrderInput,
    ) -> Result<RefundOrderPayload> {
        let shop = shop(context);
        let done = async { purchase::refund(shop, &input.check(user(context)?.id)?).await };
        Ok(match outcome(done.await)? {
            Ok(done) => RefundOrderPayload {
                order: Some(alone(shop, done.thing)),
                replayed: done.replayed,
                user_errors: Vec::new(),
            },
            Err(refused) => refused.into(),
        })
    }

    /// Marks a paid order as shipped. For administrators (scope `orders:write`).
    ///
    /// User errors: `INVALID_ID`, `NOT_FOUND`, `INVALID_STATE` (`StateError`). Errors: `UNAUTHENTICATED`, `FORBIDDEN`.
    #[graphql(guard = "RequiresScope(domain::order::SCOPE_WRITE)", requires_scopes = "orders:write")]
    async fn fulfill_order(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which order.")] input: FulfillOrderInput,
    ) -> Result<FulfillOrderPayload> {
        let shop = shop(context);
        let done = async { purchase::fulfill(shop, input.check()?).await };
        Ok(match outcome(done.await)? {
            Ok(order) => FulfillOrderPayload { order: Some(alone(shop, order)), user_errors: Vec::new() },
            Err(refused) => refused.into(),
        })
    }
}

fn shop<'a>(context: &Context<'a>) -> &'a Shop {
    context.data_unchecked::<Shop>()
}

/// An order that nobody read others with, as of now.
fn alone(shop: &Shop, order: domain::Order) -> Order {
    let order = order.as_of(shop.clock.now());
    let siblings = Siblings::new(shop.database.clone(), vec![order.id]);
    Order(Found { order, siblings })
}
