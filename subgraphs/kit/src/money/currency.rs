//! Currencies of ISO 4217 that have a smallest unit. Gold (`XAU`) and "no currency" (`XXX`) have none.

use std::{fmt, str::FromStr};

use super::MoneyProblem;

/// A currency that one can pay in.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The currency with this three-letter code in upper case.
    pub fn parse(code: &str) -> Option<Self> {
        iso_currency::Currency::from_code(code).filter(|currency| currency.exponent().is_some()).map(Self)
    }

    /// The three-letter code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many digits its amounts have after the point.
    pub fn digits(self) -> u8 {
        self.0.exponent().and_then(|digits| u8::try_from(digits).ok()).unwrap_or_default()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = MoneyProblem;

    fn from_str(code: &str) -> Result<Self, MoneyProblem> {
        Self::parse(code).ok_or(MoneyProblem::UnknownCurrency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_one_can_pay_in_is_a_currency() {
        for (code, digits) in [("EUR", 2), ("JPY", 0), ("KWD", 3)] {
            assert_eq!(Currency::parse(code).map(Currency::digits), Some(digits));
        }
        for code in ["", "eur", "EURO", "XAU", "XXX", "ZZZ"] {
            assert_eq!(Currency::parse(code), None, "{code}");
        }
    }
}
