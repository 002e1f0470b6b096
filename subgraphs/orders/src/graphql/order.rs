//! An order in the schema.

use async_graphql::{Context, ID, Object, SimpleObject};
use kit::time::Timestamp;
use kit::{Result, money::Money};

use super::{
    item::OrderItem,
    payment::Payment,
    status::{OrderAction, OrderStatus, OrderTransitionCause},
    stubs::User,
};
use crate::{
    domain::{self, Action},
    loader::Found,
    repository,
    shop::Shop,
};

/// A purchase. Its customer sees it, and administrators (scope `orders:read`); for everybody else it does not exist.
///
/// Amounts exclude tax and shipping.
pub struct Order(pub Found);

/// Where an order goes: a copy made when it was placed.
pub struct ShippingAddress(domain::ShippingAddress);

/// A change of an order's status, or something that was noted of it while the status stayed (`PAYMENT_IN_DOUBT`, a further
/// `PAYMENT_DECLINED`).
#[derive(SimpleObject)]
pub struct OrderTransition {
    /// The status from then on.
    status: OrderStatus,
    /// When.
    at: Timestamp,
    /// Why, for programs.
    cause: OrderTransitionCause,
    /// Why, in a sentence.
    reason: Option<String>,
}

/// A purchase. Its customer sees it, and administrators (scope `orders:read`); for everybody else it does not exist.
/// Amounts exclude tax and shipping.
#[Object]
impl Order {
    /// The order's id.
    pub async fn id(&self) -> ID {
        self.0.order.id.to_string().into()
    }

    /// The number that people read out on the telephone.
    async fn number(&self) -> &str {
        self.0.order.number.as_str()
    }

    /// Where the order stands at this moment: one that was not paid by `expiresAt` is EXPIRED from then on.
    async fn status(&self) -> OrderStatus {
        self.0.order.status.into()
    }

    /// The sum of the items, frozen when the order was placed, without tax and shipping. Null only while the order is
    /// PENDING, or was cancelled then.
    async fn total(&self) -> Option<Money> {
        self.0.order.total
    }

    /// What was ordered, one item per product.
    #[graphql(complexity = "kit::page::list_complexity(child_complexity)")]
    async fn items(&self) -> Result<Vec<OrderItem>> {
        Ok(self.0.siblings.items(self.0.order.id).await?.into_iter().map(OrderItem).collect())
    }

    /// Where the order goes: a copy made when it was placed.
    async fn shipping_address(&self) -> ShippingAddress {
        ShippingAddress(self.0.order.address.clone())
    }

    /// Whose order it is. Whether their account can be seen is up to users.
    async fn customer(&self) -> Option<User> {
        Some(User::new(self.0.order.customer))
    }

    /// Every attempt to pay, oldest first.
    #[graphql(complexity = "kit::page::list_complexity(child_complexity)")]
    async fn payments(&self) -> Result<Vec<Payment>> {
        let (siblings, payments) = (&self.0.siblings, self.0.siblings.payments(self.0.order.id).await?);
        Ok(payments.into_iter().map(|payment| Payment { payment, siblings: siblings.clone() }).collect())
    }

    /// What the viewer could do with the order at this moment, in the order of the enum: exactly what the mutation of
    /// that name would accept from them now. Empty where it is nothing.
    async fn allowed_actions(&self, context: &Context<'_>) -> Result<Vec<OrderAction>> {
        let (order, now) = (&self.0.order, context.data_unchecked::<Shop>().clock.now());
        let payments = self.0.siblings.payments(order.id).await?;
        // At most one has not failed; see `payments_one_open_or_taken`.
        let payment = payments.iter().find(|payment| payment.status != domain::PaymentStatus::Failed);
        let viewer = kit::caller::viewer(context);
        let allowed = Action::ALL.into_iter().filter(|action| action.is_allowed(order, payment, viewer, now));
        Ok(allowed.map(Into::into).collect())
    }

    /// Whether it is not known yet if a payment of the order succeeded; `Payment.nextCheckAt` says when to look again.
    async fn payment_pending(&self) -> Result<bool> {
        let payments = self.0.siblings.payments(self.0.order.id).await?;
        Ok(payments.iter().any(|payment| payment.status == domain::PaymentStatus::Pending))
    }

    /// Every status that the order has had, oldest first, and what was noted between.
    #[graphql(complexity = "kit::page::list_complexity(child_complexity)")]
    async fn timeline(&self) -> Result<Vec<OrderTransition>> {
        Ok(self.0.siblings.timeline(&self.0.order).await?.into_iter().map(Into::into).collect())
    }

    /// When the order expires unless it is paid, and its goods are free again. Null while it is PENDING.
    async fn expires_at(&self) -> Option<Timestamp> {
        self.0.order.expires_at.map(Into::into)
    }

    /// When the order was placed.
    async fn created_at(&self) -> Timestamp {
        self.0.order.created_at.into()
    }

    /// When its timeline last moved.
    async fn updated_at(&self) -> Timestamp {
        self.0.order.updated_at.into()
    }

    /// Counts what happened to it, as its timeline does.
    async fn version(&self) -> i32 {
        self.0.order.version
    }
}

/// Where an order goes: a copy made when it was placed.
#[Object]
impl ShippingAddress {
    /// Who receives the goods.
    async fn recipient(&self) -> &str {
        &self.0.recipient
    }

    /// Street and number.
    async fn line1(&self) -> &str {
        &self.0.line1
    }

    /// What did not fit into the first line.
    async fn line2(&self) -> Option<&str> {
        self.0.line2.as_deref()
    }

    /// Town.
    async fn city(&self) -> &str {
        &self.0.city
    }

    /// State, province or county, where post needs one.
    async fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// Postal code, where there are any.
    async fn postal_code(&self) -> Option<&str> {
        self.0.postal_code.as_deref()
    }

    /// The country's two-letter code (ISO 3166-1) in upper case.
    async fn country_code(&self) -> &str {
        &self.0.country_code
    }

    /// For the carrier.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }
}

impl From<repository::transition::Transition> for OrderTransition {
    fn from(transition: repository::transition::Transition) -> Self {
        let repository::transition::Transition { status, at, cause, reason, .. } = transition;
        Self { status: status.into(), at: at.into(), cause: cause.into(), reason }
    }
}
