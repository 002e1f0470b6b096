//! Every combination of states is repaired, in a model of what each action does, and ends where all agree.

use super::*;

/// Every combination that there can be.
fn cases() -> Vec<Case> {
    let orders = [Standing::Missing, Standing::Overdue].into_iter().chain(O::ALL.map(Standing::Is));
    let all_goods = [Goods::Nothing, Goods::Held, Goods::HeldAhead, Goods::Consumed, Goods::Released];
    let payments = [None].into_iter().chain(P::ALL.map(Some)).collect::<Vec<_>>();
    let all_money = [Money::Unknown, Money::Declined, Money::Taken, Money::Refunded];
    let mut cases = Vec::new();
    for order in orders {
        for goods in all_goods {
            for payment in &payments {
                for money in all_money {
                    let in_doubt = *payment == Some(P::Pending);
                    cases.push(Case { order, goods, payment: *payment, money, paid_otherwise: false, in_doubt });
                }
            }
        }
    }
    cases
}

/// What carrying `action` out makes of the case, where the goods can be had again or not.
fn done(case: Case, action: Action, in_stock: bool) -> Case {
    let is = |status| Standing::Is(status);
    let sold = |case: Case| Case { order: is(O::Paid), payment: Some(P::Succeeded), in_doubt: false, ..case };
    match action {
        Action::RefundCharge => Case { money: Money::Refunded, ..case },
        Action::Ask => Case { money: Money::Declined, ..case },
        Action::Fail => {
            let order = if case.order == is(O::AwaitingPayment) { is(O::PaymentFailed) } else { case.order };
            Case { order, payment: Some(P::Failed), in_doubt: false, ..case }
        }
        Action::Succeed => match case.order {
            Standing::Overdue | Standing::Is(O::AwaitingPayment | O::PaymentFailed) => sold(case),
            Standing::Is(O::Expired) if !matches!(case.goods, Goods::Nothing | Goods::Released) => sold(case),
            Standing::Is(O::Expired) if in_stock => Case { goods: Goods::Held, ..sold(case) },
            Standing::Is(O::Expired) => Case { order: is(O::Refunded), goods: Goods::Released, ..sold(case) },
            Standing::Is(O::Cancelled) => Case { order: is(O::Refunded), ..sold(case) },
            order => Case { order, ..sold(case) },
        },
        Action::Reopen => Case { payment: Some(P::Pending), in_doubt: true, ..case },
        Action::MarkRefunded => {
            let order = match case.order {
                Standing::Is(from) if from.may_become(O::Refunded) => is(O::Refunded),
                order => order,
            };
            Case { order, payment: Some(P::Refunded), ..case }
        }
        Action::Void => {
            let order = if case.order == is(O::Paid) { is(O::Cancelled) } else { case.order };
            Case { order, payment: case.payment.map(|_| P::Failed), ..case }
        }
        Action::Expire => Case { order: is(O::Expired), ..case },
        Action::Release => Case { goods: Goods::Released, ..case },
        Action::Consume => Case { goods: Goods::Consumed, ..case },
        Action::TakeAgain if in_stock => Case { goods: Goods::Consumed, ..case },
        Action::TakeAgain => {
            Case { order: is(O::Refunded), money: Money::Refunded, payment: Some(P::Refunded), ..case }
        }
        Action::HoldAgain if in_stock => Case { goods: Goods::Held, ..case },
        Action::HoldAgain => Case { order: is(O::Cancelled), ..case },
        Action::UndoConsume | Action::Adopt => Case { goods: Goods::Held, ..case },
        Action::Person => case,
    }
}

/// The end of a case, and how many steps led there.
fn repaired(case: Case, in_stock: bool) -> (Case, usize) {
    let (mut case, mut steps) = (case, 0);
    while let Some(action) = next(case).filter(|action| *action != Action::Person) {
        case = done(case, action, in_stock);
        steps += 1;
        assert!(steps < 12, "{case} goes round and round");
    }
    (case, steps)
}

/// Whether orders, products and the provider agree.
fn is_right(case: Case) -> bool {
    let payment = case.payment.filter(|_| case.order != Standing::Missing);
    let is_sale = matches!(case.order, Standing::Is(O::Paid | O::Fulfilled));
    let money = match payment {
        None | Some(P::Failed) => case.money != Money::Taken && !is_sale,
        Some(P::Pending) => false,
        Some(P::Succeeded) => case.money == Money::Taken && is_sale,
        // Also an order that was never paid is REFUNDED once its money went back.
        Some(P::Refunded) => {
            let may_be_refunded = matches!(case.order, Standing::Is(from) if from.may_become(O::Refunded));
            case.money != Money::Taken && !may_be_refunded
        }
    };
    let goods = match case.order {
        Standing::Overdue => false,
        Standing::Missing | Standing::Is(O::Rejected | O::Cancelled | O::Expired) => {
            matches!(case.goods, Goods::Nothing | Goods::Released)
        }
        Standing::Is(O::Pending) => !matches!(case.goods, Goods::Consumed | Goods::HeldAhead),
        Standing::Is(O::AwaitingPayment | O::PaymentFailed) => case.goods == Goods::Held,
        Standing::Is(O::Paid | O::Fulfilled) => case.goods == Goods::Consumed,
        Standing::Is(O::Refunded) => !matches!(case.goods, Goods::Held | Goods::HeldAhead),
    };
    money && goods
}

#[test]
fn from_every_combination_of_states_all_agree_in_the_end() {
    let cases = cases();
    assert_eq!(cases.len(), 11 * 5 * 5 * 4);
    for case in cases {
        for in_stock in [true, false] {
            let (end, _) = repaired(case, in_stock);
            if next(end) == Some(Action::Person) {
                // Nobody can say whether these goods come back, or will be paid.
                assert_eq!(case.order, Standing::Is(O::Fulfilled), "{case}");
                assert!(!(case.money == Money::Taken && case.payment == Some(P::Succeeded)), "{case}");
                continue;
            }
            assert!(is_right(end), "{case}\n → {end} ({in_stock})");
        }
    }
}

#[test]
fn what_is_right_is_left_alone() {
    for case in cases() {
        let (_, steps) = repaired(case, true);
        assert_eq!(is_right(case), steps == 0 && next(case).is_none(), "{case}: {:?}", next(case));
    }
}

#[test]
fn money_that_was_taken_is_kept_for_a_sale_or_goes_back_and_is_never_forgotten() {
    for case in cases().into_iter().filter(|case| case.money == Money::Taken) {
        for in_stock in [true, false] {
            let (end, _) = repaired(case, in_stock);
            let is_sale = matches!(end.order, Standing::Is(O::Paid | O::Fulfilled));
            assert!(
                if is_sale { end.money == Money::Taken || next(end).is_some() } else { end.money == Money::Refunded },
                "{case}\n → {end}"
            );
        }
    }
    // What a customer was told: it counts wherever the goods are still to be had.
    for status in [O::AwaitingPayment, O::PaymentFailed, O::Expired] {
        for goods in [Goods::Nothing, Goods::Held, Goods::Consumed, Goods::Released] {
            let case = Case {
                order: Standing::Is(status),
                goods,
                payment: Some(P::Pending),
                money: Money::Taken,
                paid_otherwise: false,
                in_doubt: true,
            };
            let (end, _) = repaired(case, true);
            assert_eq!((end.order, end.goods), (Standing::Is(O::Paid), Goods::Consumed), "{case}");
        }
    }
}

#[test]
fn goods_wait_for_a_payment_in_doubt() {
    for case in cases().into_iter().filter(|case| case.order != Standing::Missing) {
        let doubtful = Case { payment: None, money: Money::Unknown, in_doubt: true, paid_otherwise: true, ..case };
        let action = next(doubtful);
        let is_sale = matches!(case.order, Standing::Is(O::Paid | O::Fulfilled));
        assert!(action.is_none() || is_sale || action == Some(Action::Expire), "{doubtful}: {action:?}");
    }
}

#[test]
fn a_failed_attempt_beside_a_paid_one_means_nothing_unless_it_took_money_too() {
    for money in [Money::Unknown, Money::Declined, Money::Refunded, Money::Taken] {
        let case = Case {
            order: Standing::Is(O::Paid),
            goods: Goods::Consumed,
            payment: Some(P::Failed),
            money,
            paid_otherwise: true,
            in_doubt: false,
        };
        let expected = (money == Money::Taken).then_some(Action::RefundCharge);
        assert_eq!(next(case), expected, "{case}");
    }
}
