//! Inputs into domain types, all problems at once: whoever fills in a form wants to hear of every mistake.

use async_graphql::ID;
use kit::{
    id::{Id, Kind},
    idempotency::{BadKey, Claim},
    money::{Money, MoneyInput, MoneyProblem},
    text::TextError,
    user_error::{Bounds, Problem},
};
use serde::Serialize;
use uuid::Uuid;

use super::errors::{ErrorCode, UserError, path, problem};
use crate::domain::{
    Description, Slug, Title,
    product::check_price,
    slug::{MAX_SLUG, SlugError},
    stock::MAX_ON_HAND,
    text::parse_alt,
};

/// What was wrong so far.
#[derive(Default)]
pub struct Checks {
    problems: Vec<UserError>,
}

impl Checks {
    /// Notes a problem.
    pub fn add(&mut self, code: ErrorCode, message: impl Into<String>, path: Vec<String>) {
        self.problems.push(problem(code, message, path).into());
    }

    /// Notes that something is outside of its bounds.
    pub fn outside(&mut self, bounds: Bounds, code: ErrorCode, message: impl Into<String>, path: Vec<String>) {
        self.problems.push(Problem::new(code, message).at(path).within(bounds).into());
    }

    /// `value`, unless a problem was noted.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<UserError>> {
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => Err(self.problems),
        }
    }

    /// An id of a certain kind.
    pub fn id<K: Kind>(&mut self, id: &ID, path: Vec<String>) -> Option<Id<K>> {
        Id::parse(id).map_err(|error| self.add(ErrorCode::InvalidId, error.to_string(), path)).ok()
    }

    /// A list of ids with a bound.
    pub fn ids<K: Kind>(&mut self, field: &str, ids: &[ID], max: usize) -> Option<Vec<Id<K>>> {
        if ids.len() > max {
            let message = format!("Choose at most {max}.");
            self.outside(Bounds::at_most(max), ErrorCode::TooMany, message, path([field]));
            return None;
        }
        let parsed: Vec<_> =
            ids.iter().enumerate().filter_map(|(index, id)| self.id(id, path([field, &index.to_string()]))).collect();
        (parsed.len() == ids.len()).then_some(parsed)
    }

    /// A title or a name.
    pub fn title(&mut self, field: &str, text: &str) -> Option<Title> {
        let parsed = Title::parse(text);
        self.text(field, parsed)
    }

    /// A description.
    pub fn description(&mut self, text: &str) -> Option<Description> {
        let parsed = Description::parse(text);
        self.text("description", parsed)
    }

    /// An alternative text.
    pub fn alt(&mut self, text: &str) -> Option<String> {
        let parsed = parse_alt(text);
        self.text("alt", parsed)
    }

    fn text<T>(&mut self, field: &str, parsed: Result<T, TextError>) -> Option<T> {
        let refused = |error: TextError| self.outside(error.bounds(), error.into(), error.to_string(), path([field]));
        parsed.map_err(refused).ok()
    }

    /// A slug that somebody chose.
    pub fn slug(&mut self, text: &str) -> Option<Slug> {
        let refused = |error: SlugError, checks: &mut Self| {
            let bounds = match error {
                SlugError::Empty => Bounds::at_least(1),
                SlugError::TooLong => Bounds::at_most(MAX_SLUG),
                SlugError::Malformed => Bounds::default(),
            };
            checks.outside(bounds, error.into(), error.to_string(), path(["slug"]));
        };
        Slug::parse(text).map_err(|error| refused(error, self)).ok()
    }

    /// A price.
    pub fn price(&mut self, input: &MoneyInput) -> Option<Money> {
        match input.to_money() {
            Ok(money) => check_price(money)
                .map_err(|error| self.add(error.into(), error.to_string(), path(["price", "amount"])))
                .ok(),
            Err(problems) => {
                for problem in problems {
                    let unknown = problem == MoneyProblem::UnknownCurrency;
                    let code = if unknown { ErrorCode::InvalidCurrency } else { ErrorCode::InvalidAmount };
                    self.add(code, problem.to_string(), path(["price", problem.field()]));
                }
                None
            }
        }
    }

    /// A number of things on the shelf.
    pub fn on_hand(&mut self, field: &str, count: i32) -> Option<i64> {
        if (0..=MAX_ON_HAND).contains(&i64::from(count)) {
            return Some(count.into());
        }
        let bounds = Bounds { min: Some(0), max: i32::try_from(MAX_ON_HAND).ok() };
        let message = format!("Choose a number from 0 to {MAX_ON_HAND}.");
        self.outside(bounds, ErrorCode::InvalidQuantity, message, path([field]));
        None
    }

    /// A client's idempotency key, for what `canonical` says.
    pub fn claim(
        &mut self,
        actor: Uuid,
        mutation: &'static str,
        key: &str,
        canonical: &impl Serialize,
    ) -> Option<Claim> {
        let claim = Claim::new(actor, mutation, key, canonical);
        claim
            .map_err(|error| {
                let (code, at) = (ErrorCode::InvalidIdempotencyKey, path(["idempotencyKey"]));
                self.outside(BadKey::BOUNDS, code, error.to_string(), at);
            })
            .ok()
    }
}

/// `Some(None)` where nothing was given, `Some(Some(…))` where it is right, `None` where it is wrong.
#[expect(clippy::option_option, reason = "the outer one is \"wrong\", the inner one is \"absent\"")]
pub fn optional<T, U>(given: Option<T>, check: impl FnOnce(T) -> Option<U>) -> Option<Option<U>> {
    match given {
        None => Some(None),
        Some(value) => check(value).map(Some),
    }
}
