//! What is wrong with an order, its goods, a payment and its charge, each of which another database or another company
//! knows, and what to do about it. Pure: states in, one action out. Whoever carries it out looks again, until there is none.
//!
//! What the provider says of the money is the truth, and all else follows it:
//!
//! | payment | charge | what is done |
//! |---|---|---|
//! | none, FAILED | taken | the money goes back: nobody has, or will have, anything for it |
//! | PENDING | taken | the payment succeeds: sold, held again and sold, or refunded |
//! | PENDING | declined, refunded | the payment fails |
//! | PENDING | unknown | the provider is asked, which closes the key |
//! | SUCCEEDED | taken | right for a sale; of an order that is still unpaid, it is settled again; of one that is over, it goes back |
//! | SUCCEEDED | refunded | payment and order become REFUNDED |
//! | SUCCEEDED | declined, unknown | the sale is void, unless the goods have left: that is for a person to decide |
//! | REFUNDED | taken | the money goes back |
//! | REFUNDED | refunded, … | right; an order that is still a sale becomes REFUNDED |
//!
//! | order | nothing held | HELD | CONSUMED | RELEASED |
//! |---|---|---|---|---|
//! | none, REJECTED, CANCELLED, EXPIRED | right | release | undo, then release | right |
//! | PENDING | right: products has not answered yet | right | undo | right |
//! | `AWAITING_PAYMENT`, `PAYMENT_FAILED` | hold again, else cancel | right | undo | hold again, else cancel |
//! | the same, its time over | expire | expire | expire | expire |
//! | PAID, FULFILLED | take again, else refund | consume | right | take again, else refund |
//! | REFUNDED | right | release | right: what comes back is counted in by hand | right |
//!
//! The goods of an order that has a payment in doubt wait until that is settled.

use super::case::{Case, Goods, Money, Standing};
use crate::domain::{OrderStatus as O, PaymentStatus as P};

/// One thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Give back what was charged.
    RefundCharge,
    /// The payment has succeeded: the order goes on as if the answer had come now.
    Succeed,
    /// The payment has failed.
    Fail,
    /// Ask the provider, which closes the key.
    Ask,
    /// The payment is PENDING again, to be settled anew.
    Reopen,
    /// Payment and order are REFUNDED, as the provider says.
    MarkRefunded,
    /// Payment FAILED, sale CANCELLED: no money was taken.
    Void,
    /// The time of an unpaid order is over.
    Expire,
    /// The goods are free.
    Release,
    /// The goods are sold.
    Consume,
    /// The goods are held and sold, or the money goes back.
    TakeAgain,
    /// The goods are held, or the order is cancelled.
    HoldAgain,
    /// The goods are on the shelf again, and held.
    UndoConsume,
    /// The hold that products has is the order's.
    Adopt,
    /// Somebody has to decide.
    Person,
}

/// The next thing to do about an order with at most one payment; `None`: all is right, or will be by itself.
#[cfg(test)]
fn next(case: Case) -> Option<Action> {
    money(case).or_else(|| goods(case))
}

/// The next thing to do about a payment, or about an order that should have one.
pub fn money(case: Case) -> Option<Action> {
    // A payment belongs to an order, and goes with it.
    let payment = case.payment.filter(|_| case.order != Standing::Missing);
    match (payment, case.money) {
        (None | Some(P::Failed | P::Refunded), Money::Taken) => Some(Action::RefundCharge),
        (None | Some(P::Failed), _) if case.paid_otherwise => None,
        (None | Some(P::Failed), _) | (Some(P::Succeeded), Money::Declined | Money::Unknown) => {
            unpaid(case.order, payment)
        }
        (Some(P::Pending), Money::Taken) => Some(Action::Succeed),
        (Some(P::Pending), Money::Declined | Money::Refunded) => Some(Action::Fail),
        (Some(P::Pending), Money::Unknown) => Some(Action::Ask),
        (Some(P::Succeeded), Money::Taken) => match case.order {
            Standing::Is(O::Paid | O::Fulfilled) => None,
            Standing::Is(O::AwaitingPayment | O::PaymentFailed | O::Expired) | Standing::Overdue => {
                Some(Action::Reopen)
            }
            _ => Some(Action::RefundCharge),
        },
        (Some(P::Succeeded), Money::Refunded) => Some(Action::MarkRefunded),
        (Some(P::Refunded), _) => {
            let becomes = matches!(case.order, Standing::Is(from) if from.may_become(O::Refunded));
            becomes.then_some(Action::MarkRefunded)
        }
    }
}

/// There is no money behind this payment, or no payment at all.
fn unpaid(order: Standing, payment: Option<P>) -> Option<Action> {
    match order {
        Standing::Is(O::Fulfilled) => Some(Action::Person),
        Standing::Is(O::Paid) => Some(Action::Void),
        _ => (payment == Some(P::Succeeded)).then_some(Action::Void),
    }
}

/// The next thing to do about the goods of an order, once there is nothing to do about its payments.
pub fn goods(case: Case) -> Option<Action> {
    let waits = case.in_doubt && case.order != Standing::Missing;
    match (case.order, case.goods) {
        (Standing::Overdue, _) => Some(Action::Expire),
        (Standing::Is(O::Paid | O::Fulfilled), goods) => match goods {
            Goods::Consumed => None,
            Goods::Held | Goods::HeldAhead => Some(Action::Consume),
            Goods::Nothing | Goods::Released => Some(Action::TakeAgain),
        },
        _ if waits => None,
        (Standing::Is(O::Refunded), Goods::Consumed) => None,
        (_, Goods::Consumed) => Some(Action::UndoConsume),
        (Standing::Is(O::Pending | O::AwaitingPayment | O::PaymentFailed), Goods::HeldAhead) => Some(Action::Adopt),
        (Standing::Is(O::AwaitingPayment | O::PaymentFailed), Goods::Nothing | Goods::Released) => {
            Some(Action::HoldAgain)
        }
        (Standing::Is(O::Pending | O::AwaitingPayment | O::PaymentFailed), _)
        | (_, Goods::Nothing | Goods::Released) => None,
        (_, Goods::Held | Goods::HeldAhead) => Some(Action::Release),
    }
}

impl Action {
    /// What it does, after "would".
    pub fn plan(self) -> &'static str {
        match self {
            Self::RefundCharge => "give the money back",
            Self::Succeed => "settle the payment as succeeded, because the provider has the money",
            Self::Fail => "settle the payment as failed, because the provider has no money of it",
            Self::Ask => "ask the provider what became of the payment, and close it",
            Self::Reopen => "settle the payment anew",
            Self::MarkRefunded => "mark payment and order as refunded, as the provider has them",
            Self::Void => "void the sale, because the provider has taken no money",
            Self::Expire => "expire the order",
            Self::Release => "release the goods",
            Self::Consume => "consume the goods",
            Self::TakeAgain => "take the goods from the stock again, or else give the money back",
            Self::HoldAgain => "hold the goods again, or else cancel the order",
            Self::UndoConsume => "put the goods back on the shelf",
            Self::Adopt => "take over the hold that products has",
            Self::Person => "leave it to you: the goods have left, and the provider has taken no money",
        }
    }
}

#[cfg(test)]
mod tests;
