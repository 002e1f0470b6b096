//! Why an order went on, for programs; the sentence beside it is for people.

use std::str::FromStr;

use super::status::{OrderStatus, UnknownStatus};

/// What made an order go on, or was noted of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The customer placed it.
    Placed,
    /// products holds the goods.
    GoodsReserved,
    /// products refused the goods, or never answered.
    Rejected,
    /// The provider did not say whether it took the money.
    PaymentInDoubt,
    /// The provider did not take the money.
    PaymentDeclined,
    /// The provider took the money.
    PaymentSucceeded,
    /// Nobody paid in time.
    NotPaidInTime,
    /// The customer gave it up.
    CancelledByCustomer,
    /// An administrator gave it up.
    CancelledByAdministrator,
    /// The goods could no longer be held.
    GoodsLost,
    /// The provider turned out to have taken no money.
    NotCharged,
    /// The goods have left.
    Shipped,
    /// The shop gave the money back.
    RefundedByAdministrator,
    /// The provider turned out to have given the money back.
    RefundedByProvider,
    /// The money came when the order had ended, and goes back.
    PaidTooLate,
}

use Cause as C;

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 15] = [
        C::Placed,
        C::GoodsReserved,
        C::Rejected,
        C::PaymentInDoubt,
        C::PaymentDeclined,
        C::PaymentSucceeded,
        C::NotPaidInTime,
        C::CancelledByCustomer,
        C::CancelledByAdministrator,
        C::GoodsLost,
        C::NotCharged,
        C::Shipped,
        C::RefundedByAdministrator,
        C::RefundedByProvider,
        C::PaidTooLate,
    ];

    /// What is written down of a payment: that nobody knows, and how it ended.
    pub const OF_PAYMENTS: [Self; 4] = [C::PaymentInDoubt, C::PaymentDeclined, C::PaymentSucceeded, C::PaidTooLate];

    /// The name in the API and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Placed => "PLACED",
            Self::GoodsReserved => "GOODS_RESERVED",
            Self::Rejected => "REJECTED",
            Self::PaymentInDoubt => "PAYMENT_IN_DOUBT",
            Self::PaymentDeclined => "PAYMENT_DECLINED",
            Self::PaymentSucceeded => "PAYMENT_SUCCEEDED",
            Self::NotPaidInTime => "NOT_PAID_IN_TIME",
            Self::CancelledByCustomer => "CANCELLED_BY_CUSTOMER",
            Self::CancelledByAdministrator => "CANCELLED_BY_ADMINISTRATOR",
            Self::GoodsLost => "GOODS_LOST",
            Self::NotCharged => "NOT_CHARGED",
            Self::Shipped => "SHIPPED",
            Self::RefundedByAdministrator => "REFUNDED_BY_ADMINISTRATOR",
            Self::RefundedByProvider => "REFUNDED_BY_PROVIDER",
            Self::PaidTooLate => "PAID_TOO_LATE",
        }
    }

    /// The usual cause of a transition to `status`: of one that a program has stored that knew no causes, as one does
    /// beside which a newer one is started.
    pub fn usual(status: OrderStatus) -> Self {
        match status {
            OrderStatus::Pending => Self::Placed,
            OrderStatus::Rejected => Self::Rejected,
            OrderStatus::AwaitingPayment => Self::GoodsReserved,
            OrderStatus::PaymentFailed => Self::PaymentDeclined,
            OrderStatus::Paid => Self::PaymentSucceeded,
            OrderStatus::Fulfilled => Self::Shipped,
            OrderStatus::Cancelled => Self::CancelledByCustomer,
            OrderStatus::Expired => Self::NotPaidInTime,
            OrderStatus::Refunded => Self::RefundedByAdministrator,
        }
    }
}

impl FromStr for Cause {
    type Err = UnknownStatus;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == name).ok_or_else(|| UnknownStatus(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_the_database() {
        for cause in Cause::ALL {
            assert_eq!(cause.as_str().parse::<Cause>().unwrap(), cause);
            assert!(cause.as_str().len() <= 32, "{cause:?} fits its column");
        }
        assert!("WHIM".parse::<Cause>().is_err());
    }
}
