//! Orders, products and the payment provider are made to agree again: after a backup was restored whose databases were cut
//! at different moments, or after a message was lost.
//!
//! `table` says what is wrong and what to do about it, state by state; `read` finds the states out, as of one moment; `act`
//! does one thing at a time and looks again; `scan` goes through all that there is, in pages. It may run while the shop is
//! running, as often as one likes: what is under way is told from what is left over, and every action may be repeated.

mod act;
mod case;
mod cli;
mod read;
mod report;
mod scan;
mod table;

use std::{collections::VecDeque, time::Duration};

use anyhow::Context as _;
use kit::Failure;

use self::{
    act::Done,
    read::Known,
    table::{Action, goods, money},
};
pub use self::{
    cli::RepairArgs,
    report::{Finding, Outcome, Summary, Tell, Told},
};
use crate::{
    domain::{OrderId, PaymentId},
    provider::ProviderDown,
    shop::Shop,
};

/// How many orders, reservations or charges are looked at together.
const PAGE: usize = 200;
/// How many actions one order may take. None takes more than six.
const MAX_STEPS: usize = 12;
/// How many orders are looked at a second time.
const MAX_LATER: usize = 10_000;

/// One look at all that there is.
pub struct Repair<'a> {
    shop: &'a Shop,
    /// Whether anything is changed.
    apply: bool,
    /// Whether a shop that seems to have lost everything is repaired, too.
    force: bool,
    /// How long what may be under way is left alone before it is looked at again.
    pause: Duration,
    /// How long a payment may be in doubt.
    doubt: Duration,
}

/// What is found, and where it goes.
struct Work<'t> {
    tell: &'t mut Tell<'t>,
    summary: Summary,
    /// Orders that may be at work at this moment.
    later: VecDeque<OrderId>,
    /// No order is put off any more.
    is_last_look: bool,
}

impl<'a> Repair<'a> {
    /// A look that changes nothing, unless it is to `apply` what it finds.
    pub fn new(shop: &'a Shop, apply: bool) -> Self {
        let doubt = shop.patience.in_doubt.to_std().unwrap_or_default();
        Self { shop, apply, force: false, pause: Duration::from_secs(3), doubt }
    }

    /// Also where there are no orders, or no charges, at all.
    #[must_use]
    pub fn force(self, force: bool) -> Self {
        Self { force, ..self }
    }

    /// Without a pause before the second look at what may be under way: for whoever sees to the time otherwise.
    #[must_use]
    pub fn at_once(self) -> Self {
        Self { pause: Duration::ZERO, doubt: Duration::ZERO, ..self }
    }

    /// Looks at everything, and tells what it finds.
    ///
    /// # Errors
    ///
    /// Where a database, products or the provider does not answer.
    pub async fn run<'t>(&self, tell: &'t mut Tell<'t>) -> anyhow::Result<Summary> {
        let mut work = Work { tell, summary: Summary::default(), later: VecDeque::new(), is_last_look: false };
        if !self.force {
            self.refuse_what_seems_lost().await?;
        }
        self.orders(&mut work).await?;
        self.reservations(&mut work).await?;
        self.charges(&mut work).await?;
        self.later(&mut work).await?;
        Ok(work.summary)
    }

    /// One order until nothing is to be done about it.
    async fn order(&self, id: OrderId, work: &mut Work<'_>) -> anyhow::Result<()> {
        for _ in 0..MAX_STEPS {
            let Some(known) = self.read(id).await? else { return Ok(()) };
            match self.decide(&known) {
                Some((_, _, action)) if self.is_under_way(&known, action) && work.put_off(id) => return Ok(()),
                Some(decided) => {
                    if !self.step(id, &known, decided, work).await? {
                        return Ok(());
                    }
                }
                None => return Ok(()),
            }
        }
        work.restless(id);
        Ok(())
    }

    /// What the provider answers, within the time that a charge may take.
    async fn answered<T>(&self, asked: impl Future<Output = Result<T, ProviderDown>>) -> anyhow::Result<T> {
        let answer = tokio::time::timeout(self.shop.patience.charge, asked).await;
        Ok(answer.context("the payment provider does not answer in time")??)
    }

    /// What is to be done next: about a payment first, then about the goods.
    fn decide(&self, known: &Known) -> Option<(Option<PaymentId>, case::Case, Action)> {
        let cases = known.cases(self.shop.clock.now());
        let of_money = cases.iter().find_map(|(about, case)| Some((*about, *case, money(*case)?)));
        of_money.or_else(|| {
            // The payment that took the money, or would.
            let of_goods = cases.iter().find(|(_, case)| !case.paid_otherwise).or_else(|| cases.first())?;
            Some((of_goods.0, of_goods.1, goods(of_goods.1)?))
        })
    }

    /// Whether what was found may be a purchase that is under way. What is done is safe even so; but who only looks wants to
    /// know what is left over.
    fn is_under_way(&self, known: &Known, action: Action) -> bool {
        let young = known.order.as_ref().is_some_and(|order| {
            let newest = known.payments.iter().map(|(payment, _)| payment.updated_at).max();
            let moved = newest.map_or(order.updated_at, |newest| newest.max(order.updated_at));
            moved + self.shop.patience.in_doubt > self.shop.clock.now()
        });
        young && (!self.apply || action == Action::Ask)
    }

    /// Does one thing, or says that it would. Whether the order is to be looked at again.
    async fn step(
        &self,
        id: OrderId,
        known: &Known,
        (about, case, action): (Option<PaymentId>, case::Case, Action),
        work: &mut Work<'_>,
    ) -> anyhow::Result<bool> {
        let subject = id.to_string();
        if !self.apply {
            work.found(Finding { subject, found: case.to_string(), outcome: Outcome::Would(action.plan().to_owned()) });
            return Ok(false);
        }
        let (outcome, again) = match self.act(id, known, about, action).await {
            Ok(Done::Yes(what)) => (Outcome::Done(what), true),
            // The order may have gone on meanwhile, or somebody did not answer.
            Ok(Done::Later(_)) | Err(_) if work.put_off(id) => return Ok(false),
            Ok(Done::Later(why) | Done::No(why)) => (Outcome::Left(why), false),
            Err(error) => (Outcome::Left(format!("{error:#}")), false),
        };
        work.found(Finding { subject, found: case.to_string(), outcome });
        Ok(again)
    }

    /// The second look at what may have been under way.
    async fn later(&self, work: &mut Work<'_>) -> anyhow::Result<()> {
        work.is_last_look = true;
        if work.later.is_empty() {
            return Ok(());
        }
        // A payment in doubt must not be closed before a charge could have come; nothing else takes longer than a moment.
        let pause = if self.apply { self.doubt } else { self.pause };
        (work.tell)(Told::Progress(format!(
            "{} orders may be under way: they are looked at again in {} s",
            work.later.len(),
            pause.as_secs()
        )));
        tokio::time::sleep(pause).await;
        while let Some(id) = work.later.pop_front() {
            self.order(id, work).await?;
        }
        Ok(())
    }
}

impl Work<'_> {
    /// Says that an order has had as many actions as any may take, and still wants one.
    fn restless(&mut self, id: OrderId) {
        self.summary.remaining += 1;
        (self.tell)(Told::Progress(format!("{id} does not come to rest; look at it by hand")));
    }

    /// Puts an order off, once.
    fn put_off(&mut self, id: OrderId) -> bool {
        let room = !self.is_last_look && self.later.len() < MAX_LATER;
        if room {
            self.later.push_back(id);
        }
        room
    }

    fn found(&mut self, finding: Finding) {
        self.summary.count(&finding);
        (self.tell)(Told::Finding(finding));
    }
}

#[allow(clippy::needless_pass_by_value)] // As `map_err` gives it.
fn failed(failure: Failure) -> anyhow::Error {
    anyhow::anyhow!("{failure:?}")
}
