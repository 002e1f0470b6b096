//! How lists of orders are narrowed and sorted.

use async_graphql::InputObject;
use kit::{
    Result,
    filter::{IdFilter, TimeFilter, TimeRange, both, each},
    page::Direction,
};

use super::status::{OrderSortField, OrderStatus};
use crate::{domain::OrderNumber, repository::list};

/// Which orders. All conditions must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrderWhere {
    /// By status, as it is at this moment.
    status: Option<OrderStatusFilter>,
    /// By customer. Without the scope `orders:read` there are only one's own orders to choose from.
    customer_id: Option<IdFilter>,
    /// By number.
    number: Option<OrderNumberFilter>,
    /// By the time at which they were placed.
    created_at: Option<TimeFilter>,
    /// By the time of their last change, as it is at this moment: an order that was not paid in time changed when that
    /// time was over.
    updated_at: Option<TimeFilter>,
}

/// Conditions on a status.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrderStatusFilter {
    /// Exactly this one.
    eq: Option<OrderStatus>,
    /// One of these, at most 100.
    #[graphql(name = "in")]
    one_of: Option<Vec<OrderStatus>>,
}

/// Conditions on an order's number.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrderNumberFilter {
    /// This one, in any case, with or without the hyphen.
    eq: Option<String>,
}

/// How a list of orders is sorted.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct OrderSort {
    /// By what.
    field: OrderSortField,
    /// Up or down.
    #[graphql(default_with = "Direction::Asc")]
    direction: Direction,
}

impl From<OrderSort> for list::OrderSort {
    fn from(sort: OrderSort) -> Self {
        Self { field: sort.field.into(), direction: sort.direction }
    }
}

impl OrderWhere {
    /// The filter in the domain's words; an id of another kind, or too many values, are `BAD_USER_INPUT`.
    pub fn filter(self) -> Result<list::OrderFilter> {
        self.conditions().map_err(|failure| failure.below("where"))
    }

    fn conditions(self) -> Result<list::OrderFilter> {
        let status = self.status.map(OrderStatusFilter::statuses).transpose();
        let customer = self.customer_id.map(IdFilter::ids).transpose();
        let number = self.number.and_then(|number| number.eq);
        let range = |time: Option<TimeFilter>, field: &str| {
            time.map_or(Ok(TimeRange::default()), TimeFilter::range).map_err(|failure| failure.below(field))
        };
        Ok(list::OrderFilter {
            statuses: status.map_err(|failure| failure.below("status"))?.flatten(),
            customers: customer.map_err(|failure| failure.below("customerId"))?.flatten(),
            numbers: number.map(|text| OrderNumber::read(&text).into_iter().collect()),
            created_at: range(self.created_at, "createdAt")?,
            updated_at: range(self.updated_at, "updatedAt")?,
        })
    }
}

impl OrderStatusFilter {
    fn statuses(self) -> Result<Option<Vec<crate::domain::OrderStatus>>> {
        let one_of = self.one_of.map(|statuses| each(&statuses, |status| Ok((*status).into()))).transpose()?;
        Ok(both(self.eq.map(Into::into), one_of))
    }
}
