//! How lists of orders are narrowed and sorted.

use async_graphql::{ID, InputObject};
use kit::{Failure, Result, page::Direction};

use super::status::{OrderSortField, OrderStatus};
use crate::{
    domain::{OrderNumber, UserId},
    repository::list::{OrderFilter, OrderSort},
};

/// The longest list of values in a filter.
const MAX_VALUES: usize = 100;

/// Which orders. All conditions must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrderWhere {
    /// By status, as it is at this moment.
    status: Option<OrderStatusFilter>,
    /// By customer. Without the scope `orders:read` there are only one's own orders to choose from.
    customer_id: Option<OrderCustomerFilter>,
    /// By number.
    number: Option<OrderNumberFilter>,
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

/// Conditions on a customer.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrderCustomerFilter {
    /// Exactly this one.
    eq: Option<ID>,
    /// One of these, at most 100.
    #[graphql(name = "in")]
    one_of: Option<Vec<ID>>,
}

/// Conditions on an order's number.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrderNumberFilter {
    /// This one, in any case, with or without the hyphen.
    eq: Option<String>,
}

/// How a list of orders is sorted.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct OrderSortInput {
    /// By what.
    field: OrderSortField,
    /// Up or down.
    #[graphql(default_with = "Direction::Asc")]
    direction: Direction,
}

impl From<OrderSortInput> for OrderSort {
    fn from(sort: OrderSortInput) -> Self {
        Self { field: sort.field.into(), direction: sort.direction }
    }
}

impl OrderWhere {
    /// The filter in the domain's words; an id of another kind is `BAD_USER_INPUT`.
    pub fn filter(self) -> Result<OrderFilter> {
        let statuses = self.status.map(|status| both(status.eq, status.one_of)).transpose()?.flatten();
        let customers = self.customer_id.map(|customer| both(customer.eq, customer.one_of)).transpose()?.flatten();
        let customer = |id: ID| UserId::parse(&id).map_err(|error| Failure::bad_input(error.to_string()));
        Ok(OrderFilter {
            statuses: statuses.map(|statuses| statuses.into_iter().map(Into::into).collect()),
            customers: customers.map(|ids| ids.into_iter().map(customer).collect()).transpose()?,
            numbers: self
                .number
                .and_then(|number| number.eq)
                .map(|text| OrderNumber::read(&text).into_iter().collect()),
        })
    }
}

/// What satisfies both conditions; `None` where there is none of them.
fn both<T: PartialEq>(eq: Option<T>, one_of: Option<Vec<T>>) -> Result<Option<Vec<T>>> {
    if one_of.as_ref().is_some_and(|values| values.len() > MAX_VALUES) {
        return Err(Failure::bad_input(format!("A filter takes at most {MAX_VALUES} values.")));
    }
    Ok(match (eq, one_of) {
        (Some(value), Some(values)) if !values.contains(&value) => Some(Vec::new()),
        (Some(value), _) => Some(vec![value]),
        (None, values) => values,
    })
}
