//! Stock: corrections by people.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use kit::{
    Result,
    caller::{RequiresScope, user},
    idempotency::Claim,
};
use uuid::Uuid;

use crate::{
    domain::{ProductId, stock::Change},
    graphql::{
        errors::{ErrorCode, UserError, key_mismatch, path, problem},
        input::Checks,
        product::Product,
        shop,
    },
    repository::stock::{self, Refused},
};

/// The part of `Mutation` that is about stock.
#[derive(Default)]
pub struct StockMutation;

/// A correction of what is on hand: either `delta` or `onHand`.
#[derive(InputObject)]
pub struct AdjustStockInput {
    /// The product.
    product_id: ID,
    /// So many more, or fewer when negative; not 0.
    delta: Option<i32>,
    /// Exactly so many, from 0 to 10,000,000 and not fewer than are reserved.
    on_hand: Option<i32>,
    /// With `onHand`: how many you believe there are. Refused with `STOCK_CHANGED` when there are not.
    expected_on_hand: Option<i32>,
    /// 8 to 255 characters of your choice. The same key with the same input corrects once, however often it is sent.
    idempotency_key: String,
}

/// What `adjustStock` did.
#[derive(SimpleObject)]
pub struct AdjustStockPayload {
    /// The product, with its present stock; null when nothing was written.
    product: Option<Product>,
    /// Whether this had been done before, by the same key.
    replayed: bool,
    /// Why nothing was written; empty when something was.
    user_errors: Vec<UserError>,
}

#[Object]
impl StockMutation {
    /// Corrects what is on hand of a product, once per `idempotencyKey`. For those with the scope `catalog:write`. Codes:
    /// `INVALID_ID`, `PRODUCT_NOT_FOUND`, `INVALID` (neither or both of `delta` and `onHand`), `INVALID_QUANTITY`,
    /// `STOCK_CHANGED`, `STOCK_RESERVED`, `INVALID_IDEMPOTENCY_KEY`, and `IDEMPOTENCY_KEY_MISMATCH` as an
    /// `IdempotencyError`.
    #[graphql(guard = "RequiresScope(\"catalog:write\")", requires_scopes = "catalog:write")]
    async fn adjust_stock(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which product, and by how much or to what.")] input: AdjustStockInput,
    ) -> Result<AdjustStockPayload> {
        let (id, change, claim) = match input.check(user(context)?.id) {
            Ok(checked) => checked,
            Err(errors) => return Ok(AdjustStockPayload::refused(errors)),
        };
        let shop = shop(context);
        let outcome = stock::adjust(&shop.database, &shop.clock, &claim, id, change).await?;
        Ok(match outcome {
            Ok((product, replayed)) => {
                AdjustStockPayload { product: Some(Product(product)), replayed, user_errors: Vec::new() }
            }
            Err(refused) => AdjustStockPayload::refused(vec![explain(refused, change)]),
        })
    }
}

impl AdjustStockPayload {
    fn refused(user_errors: Vec<UserError>) -> Self {
        Self { product: None, replayed: false, user_errors }
    }
}

impl AdjustStockInput {
    fn check(self, actor: Uuid) -> Result<(ProductId, Change, Claim), Vec<UserError>> {
        let mut checks = Checks::default();
        let id = checks.id(&self.product_id, path(["productId"]));
        let change = self.change(&mut checks);
        let expected = self.expected_on_hand;
        let canonical = (self.product_id.as_str(), self.delta, self.on_hand, expected);
        let claim = checks.claim(actor, "adjustStock", &self.idempotency_key, &canonical);
        let checked = || Some((id?, change?, claim?));
        checks.finish(checked())
    }

    fn change(&self, checks: &mut Checks) -> Option<Change> {
        match (self.delta, self.on_hand) {
            (Some(0), None) => {
                checks.add(ErrorCode::InvalidQuantity, "This cannot be 0.", path(["delta"]));
                None
            }
            (Some(_), None) if self.expected_on_hand.is_some() => {
                let message = "What you believe is there goes with a new count, not with a difference.";
                checks.add(ErrorCode::Invalid, message, path(["expectedOnHand"]));
                None
            }
            (Some(delta), None) => Some(Change::By(delta.into())),
            (None, Some(on_hand)) => {
                let on_hand = checks.on_hand("onHand", on_hand)?;
                Some(Change::To { on_hand, expected: self.expected_on_hand.map(i64::from) })
            }
            _ => {
                checks.add(ErrorCode::Invalid, "Give either a difference or a new count.", path([]));
                None
            }
        }
    }
}

fn explain(refused: Refused, change: Change) -> UserError {
    let field = match (refused, change) {
        (Refused::Rule(crate::domain::stock::AdjustError::Moved { .. }), _) => "expectedOnHand",
        (_, Change::By(_)) => "delta",
        (_, Change::To { .. }) => "onHand",
    };
    match refused {
        Refused::NotFound => {
            problem(ErrorCode::ProductNotFound, "There is no such product on sale.", path(["productId"])).into()
        }
        Refused::KeyMismatch => key_mismatch("idempotencyKey"),
        Refused::Rule(error) => problem(error.into(), error.to_string(), path([field])).into(),
    }
}
