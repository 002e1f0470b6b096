//! What a repair tells: a line for each thing that it finds, and numbers at the end.

use std::fmt;

/// Where it is told. It is called often, and must not take long.
pub type Tell<'t> = dyn FnMut(Told) + Send + 't;

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Something was wrong.
    Finding(Finding),
    /// How far it has come.
    Progress(String),
}

/// Something that was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The id of the order, or of the payment that there is not.
    pub subject: String,
    /// The states that do not agree.
    pub found: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of something that was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing: this is what would be done.
    Would(String),
    /// This was done.
    Done(String),
    /// Nothing could be done, for this reason.
    Left(String),
}

/// How much was looked at, and found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Orders that were looked at.
    pub orders: u64,
    /// Reservations that were looked at.
    pub reservations: u64,
    /// Charges that were looked at.
    pub charges: u64,
    /// Things that were put right.
    pub repaired: u64,
    /// Things that are still wrong.
    pub remaining: u64,
}

impl Summary {
    pub(super) fn count(&mut self, finding: &Finding) {
        match finding.outcome {
            Outcome::Done(_) => self.repaired += 1,
            Outcome::Would(_) | Outcome::Left(_) => self.remaining += 1,
        }
    }

    /// Whether nothing is wrong any more.
    pub fn is_clean(&self) -> bool {
        self.remaining == 0
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, found, outcome } = self;
        match outcome {
            Outcome::Would(what) => write!(f, "{subject}  {found}: would {what}"),
            Outcome::Done(what) => write!(f, "{subject}  {found}: {what}"),
            Outcome::Left(why) => write!(f, "{subject}  {found}: left as it is: {why}"),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { orders, reservations, charges, repaired, remaining } = self;
        write!(
            f,
            "{repaired} steps done, {remaining} left ({orders} orders, {reservations} reservations in use and {charges} \
             charges looked at)"
        )
    }
}
