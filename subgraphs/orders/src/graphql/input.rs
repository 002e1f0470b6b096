//! What mutations on an existing order are told, and how it becomes the domain's words.
//!
//! Everything that is wrong with an input is said at once.

use async_graphql::{ID, InputObject};
use kit::{
    idempotency::{BadKey, Claim},
    text::{self, TextError},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    domain::{OrderId, payment::MAX_TOKEN},
    purchase::{CancelOrder, PayOrder, RefundOrder},
    refusal::{Denied, ErrorCode, Refusal},
};

/// The longest reason for a refund or a cancellation.
const MAX_REASON: usize = 400;

/// Which order to pay, and with what.
#[derive(Clone, Debug, InputObject)]
pub struct PayOrderInput {
    /// The order's id.
    pub order_id: ID,
    /// What the payment provider gave for the customer's means of payment. In the sandbox: `tok_success`, `tok_declined`,
    /// `tok_timeout`.
    pub payment_token: String,
    /// 8 to 255 characters. The same key again answers with the same attempt.
    pub idempotency_key: String,
}

/// Which order to cancel.
#[derive(Clone, Debug, InputObject)]
pub struct CancelOrderInput {
    /// The order's id.
    pub order_id: ID,
    /// Why, at most 400 characters; the customer reads it in the timeline.
    pub reason: Option<String>,
    /// 8 to 255 characters. The same key again answers with the same order.
    pub idempotency_key: String,
}

/// Which order to refund.
#[derive(Clone, Debug, InputObject)]
pub struct RefundOrderInput {
    /// The order's id.
    pub order_id: ID,
    /// Why, one line of at most 400 characters; the customer reads it in the timeline.
    pub reason: Option<String>,
    /// 8 to 255 characters. The same key again answers with the same order.
    pub idempotency_key: String,
}

/// Which order has been shipped.
#[derive(Clone, Debug, InputObject)]
pub struct FulfillOrderInput {
    /// The order's id.
    pub order_id: ID,
}

impl PayOrderInput {
    /// The wish, or all that is wrong with it.
    pub fn check(self, actor: Uuid) -> Result<PayOrder, Denied> {
        let mut problems = Problems::default();
        let order = problems.collect(order(&self.order_id));
        let token = text::line(&self.payment_token, MAX_TOKEN);
        let token = problems.collect(token.map_err(|error| text_refusal(error, "paymentToken")));
        let input = json!({"orderId": *self.order_id, "paymentToken": token});
        let claim = problems.collect(claim(actor, "payOrder", &self.idempotency_key, &input));
        problems.end(order.zip(token).zip(claim).map(|((order, token), claim)| PayOrder { order, token, claim }))
    }
}

impl CancelOrderInput {
    /// The wish, or all that is wrong with it.
    pub fn check(self, actor: Uuid) -> Result<CancelOrder, Denied> {
        let mut problems = Problems::default();
        let order = problems.collect(order(&self.order_id));
        let reason = problems.collect(reason(self.reason.as_deref()));
        // Without a reason the digest is that of the keys which were stored before reasons could be given.
        let input = match &reason {
            Some(Some(reason)) => json!({"orderId": *self.order_id, "reason": reason}),
            _ => json!({"orderId": *self.order_id}),
        };
        let claim = problems.collect(claim(actor, "cancelOrder", &self.idempotency_key, &input));
        problems.end(order.zip(reason).zip(claim).map(|((order, reason), claim)| CancelOrder { order, reason, claim }))
    }
}

impl RefundOrderInput {
    /// The wish, or all that is wrong with it.
    pub fn check(self, actor: Uuid) -> Result<RefundOrder, Denied> {
        let mut problems = Problems::default();
        let order = problems.collect(order(&self.order_id));
        let reason = problems.collect(reason(self.reason.as_deref()));
        let input = json!({"orderId": *self.order_id, "reason": reason.as_ref().and_then(Option::as_ref)});
        let claim = problems.collect(claim(actor, "refundOrder", &self.idempotency_key, &input));
        problems.end(order.zip(reason).zip(claim).map(|((order, reason), claim)| RefundOrder { order, reason, claim }))
    }
}

impl FulfillOrderInput {
    /// The order, or what is wrong with its id.
    pub fn check(&self) -> Result<OrderId, Denied> {
        Ok(order(&self.order_id)?)
    }
}

fn order(id: &ID) -> Result<OrderId, Refusal> {
    OrderId::parse(id).map_err(|error| Refusal::input(ErrorCode::InvalidId, error.to_string(), ["input", "orderId"]))
}

/// The code of a text that is refused.
pub(super) fn text_code(error: TextError) -> ErrorCode {
    match error {
        TextError::Empty => ErrorCode::Required,
        TextError::TooLong { .. } => ErrorCode::TooLong,
        TextError::NotOneLine | TextError::Unprintable => ErrorCode::Invalid,
    }
}

fn text_refusal(error: TextError, field: &str) -> Refusal {
    Refusal::outside(error.bounds(), text_code(error), error.to_string(), ["input", field])
}

/// A reason for the timeline; a blank one is none.
fn reason(given: Option<&str>) -> Result<Option<String>, Refusal> {
    text::optional_line(given, MAX_REASON).map_err(|error| text_refusal(error, "reason"))
}

/// Takes a key for `input`, in which the key itself does not occur.
pub(super) fn claim(actor: Uuid, mutation: &'static str, key: &str, input: &impl Serialize) -> Result<Claim, Refusal> {
    Claim::new(actor, mutation, key, input).map_err(|error| {
        let path = ["input", "idempotencyKey"];
        Refusal::outside(BadKey::BOUNDS, ErrorCode::InvalidIdempotencyKey, error.to_string(), path)
    })
}

/// All that is wrong with one input.
#[derive(Default)]
pub(super) struct Problems(Vec<Refusal>);

impl Problems {
    /// One more.
    pub fn add(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// The value, unless it is one more problem.
    pub fn collect<T>(&mut self, checked: Result<T, Refusal>) -> Option<T> {
        checked.map_err(|refusal| self.0.push(refusal)).ok()
    }

    /// The whole, which is there unless a part of it was a problem.
    pub fn end<T>(self, whole: Option<T>) -> Result<T, Denied> {
        match whole {
            Some(whole) if self.0.is_empty() => Ok(whole),
            _ => Err(self.0.into()),
        }
    }
}
