//! Money in the schema: the scalars `Decimal` and `CurrencyCode`, the object `Money`, the input `MoneyInput`.

use async_graphql::{InputObject, InputValueError, InputValueResult, Object, Scalar, ScalarType, Value};

use super::{Currency, Decimal, Money, MoneyProblem, NotDecimal};
use crate::{
    error::Code,
    given::{Given, Readable},
};

/// A plain decimal number of at most 18 digits, as a string (`"12.50"`). Input may be a string or a number, which is judged
/// by its text like a string: `12.500` has three digits after the point. An exponent, a plus sign or grouping is refused:
/// a `userError` in the input of a mutation, `BAD_USER_INPUT` elsewhere. Amounts of money always have the digits of their
/// currency.
#[Scalar(name = "Decimal", specified_by_url = "https://www.w3.org/TR/xmlschema11-2/#decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let code = |error| InputValueError::custom(error).with_extension("code", Code::BadUserInput.as_str());
        Self::read(&value).map_err(code)
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

impl Readable for Decimal {
    type Error = NotDecimal;

    fn read(value: &Value) -> Result<Self, NotDecimal> {
        match value {
            Value::String(text) => Self::parse(text),
            // The text of a number that is no integer; see `server::numbers`.
            Value::Binary(text) => std::str::from_utf8(text).map_err(|_| NotDecimal).and_then(Self::parse),
            Value::Number(number) if !number.is_f64() => Self::parse(&number.to_string()),
            // A double, of which the text is lost, did not come in through the server. All else is no number.
            _ => Err(NotDecimal),
        }
    }
}

/// A currency's three-letter code in upper case (ISO 4217), such as `EUR`.
///
/// As input it is only a text until [`MoneyInput::to_money`] has looked it up, so that a currency that does not exist
/// becomes a `userError` with a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrencyCode(String);

/// A currency's three-letter code in upper case (ISO 4217), such as `EUR`. In the input of a mutation, one that does not
/// exist is a `userError`.
#[Scalar(name = "CurrencyCode", specified_by_url = "https://www.iso.org/iso-4217-currency-codes.html")]
impl ScalarType for CurrencyCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(code) => Ok(Self(code)),
            Value::Null => Err(InputValueError::expected_type(Value::Null)),
            // No currency is written so.
            other => Ok(Self(other.to_string())),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl CurrencyCode {
    /// The currency, where there is one.
    pub fn to_currency(&self) -> Result<Currency, MoneyProblem> {
        self.0.parse()
    }
}

impl From<Currency> for CurrencyCode {
    fn from(currency: Currency) -> Self {
        Self(currency.code().to_owned())
    }
}

/// An amount in one currency.
#[Object(name = "Money", shareable)]
impl Money {
    /// The amount, always with the digits of its currency: "12.50" EUR, "1250" JPY.
    #[graphql(name = "amount")]
    async fn graphql_amount(&self) -> Decimal {
        self.amount()
    }

    /// The currency.
    async fn currency_code(&self) -> CurrencyCode {
        self.currency.into()
    }
}

/// An amount in one currency.
#[derive(Clone, Debug, PartialEq, Eq, InputObject)]
pub struct MoneyInput {
    /// The amount, with no more digits after the point than the currency has.
    pub amount: Given<Decimal>,
    /// The currency.
    pub currency_code: CurrencyCode,
}

impl MoneyInput {
    /// The money, or all that is wrong with it; [`MoneyProblem::field`] names the field at fault.
    pub fn to_money(&self) -> Result<Money, Vec<MoneyProblem>> {
        match (self.amount.read().map_err(MoneyProblem::from), self.currency_code.to_currency()) {
            (Ok(amount), Ok(currency)) => Money::from_decimal(amount, currency).map_err(|problem| vec![problem]),
            (amount, currency) => Err(amount.err().into_iter().chain(currency.err()).collect()),
        }
    }
}
