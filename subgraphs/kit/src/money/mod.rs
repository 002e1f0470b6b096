//! Money: whole minor units and a currency. Never a float, never rounded.
//!
//! On the wire an amount is a [`Decimal`], always with the currency's own digits (`"12.50"`, JPY `"1250"`); in the
//! database it is a `BIGINT` of minor units and a three-letter code. Sums are checked: what does not fit is `None`.

mod currency;
mod decimal;
mod graphql;

pub use currency::Currency;
pub use decimal::{Decimal, NotDecimal};
pub use graphql::{CurrencyCode, MoneyInput};

/// An amount in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// The amount in the currency's smallest unit: cents, or yen.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

/// Why an amount and a code are no [`Money`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyProblem {
    /// ISO 4217 knows no such currency, or none that has a smallest unit.
    #[error("There is no such currency.")]
    UnknownCurrency,
    /// The amount is no number.
    #[error(transparent)]
    NotDecimal(#[from] NotDecimal),
    /// The amount is finer than the currency.
    #[error("{}", too_many_digits(*currency))]
    TooManyDigits {
        /// The currency in question.
        currency: Currency,
    },
    /// The amount is larger than can be kept.
    #[error("This amount is too large.")]
    OutOfRange,
}

fn too_many_digits(currency: Currency) -> String {
    match currency.digits() {
        0 => format!("An amount in {currency} is a whole number."),
        digits => format!("An amount in {currency} can have at most {digits} digits after the point."),
    }
}

impl MoneyProblem {
    /// The input field at fault.
    pub fn field(self) -> &'static str {
        match self {
            Self::UnknownCurrency => "currencyCode",
            Self::NotDecimal(_) | Self::TooManyDigits { .. } | Self::OutOfRange => "amount",
        }
    }
}

impl Money {
    /// `minor` units of `currency`.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in `currency`.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// `amount` in `currency`, refused where the currency has fewer digits than are written.
    pub fn from_decimal(amount: Decimal, currency: Currency) -> Result<Self, MoneyProblem> {
        if amount.scale() > currency.digits() {
            return Err(MoneyProblem::TooManyDigits { currency });
        }
        let factor = 10_i64.pow((currency.digits() - amount.scale()).into());
        let minor = amount.units().checked_mul(factor).ok_or(MoneyProblem::OutOfRange)?;
        Ok(Self { minor, currency })
    }

    /// The amount with the currency's digits.
    pub fn amount(self) -> Decimal {
        Decimal::new(self.minor, self.currency.digits())
    }

    /// The sum; `None` where it does not fit or the currencies differ.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        (self.currency == other.currency).then_some(())?;
        Some(Self { minor: self.minor.checked_add(other.minor)?, ..self })
    }

    /// The difference; `None` where it does not fit or the currencies differ.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        (self.currency == other.currency).then_some(())?;
        Some(Self { minor: self.minor.checked_sub(other.minor)?, ..self })
    }

    /// `times` as much; `None` where it does not fit.
    #[must_use]
    pub fn checked_mul(self, times: i64) -> Option<Self> {
        Some(Self { minor: self.minor.checked_mul(times)?, ..self })
    }

    /// Whether there is nothing.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Whether it is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    fn money(amount: &str, code: &str) -> Result<Money, MoneyProblem> {
        Money::from_decimal(Decimal::parse(amount).unwrap(), currency(code))
    }

    #[test]
    fn an_amount_always_has_the_digits_of_its_currency() {
        for (input, code, minor, output) in [
            ("12.5", "EUR", 1250, "12.50"),
            ("12", "EUR", 1200, "12.00"),
            ("0.05", "USD", 5, "0.05"),
            ("-0.05", "USD", -5, "-0.05"),
            ("1250", "JPY", 1250, "1250"),
            ("1.234", "KWD", 1234, "1.234"),
        ] {
            let money = money(input, code).unwrap();
            assert_eq!(money.minor, minor);
            assert_eq!(money.amount().to_string(), output);
        }
    }

    #[test]
    fn finer_than_the_currency_and_larger_than_can_be_kept_are_refused() {
        assert_eq!(money("1.5", "JPY"), Err(MoneyProblem::TooManyDigits { currency: currency("JPY") }));
        // Even where the digits say nothing: there is no rounding, so there is no guessing either.
        assert_eq!(money("1.500", "EUR"), Err(MoneyProblem::TooManyDigits { currency: currency("EUR") }));
        assert_eq!(money("922337203685477580", "EUR"), Err(MoneyProblem::OutOfRange));
        let problem = money("1.555", "EUR").unwrap_err();
        assert_eq!(
            (problem.to_string().as_str(), problem.field()),
            ("An amount in EUR can have at most 2 digits after the point.", "amount")
        );
    }

    #[test]
    fn arithmetic_is_checked() {
        let (one, yen) = (money("1.00", "EUR").unwrap(), money("1", "JPY").unwrap());
        assert_eq!(one.checked_add(one).unwrap().amount().to_string(), "2.00");
        assert_eq!(one.checked_sub(one), Some(Money::zero(one.currency)));
        assert_eq!(one.checked_mul(3).unwrap().to_string(), "3.00 EUR");
        assert_eq!(one.checked_add(yen), None);
        assert_eq!(one.checked_mul(i64::MAX), None);
        assert_eq!(Money::new(i64::MAX, one.currency).checked_add(one), None);
    }
}
