//! Postal addresses: what is written on a parcel, by one set of rules wherever an address comes in.

use crate::text::{self, TextError};

/// The longest recipient, line, city or region, in characters.
pub const MAX_LINE: usize = 200;
/// The longest postal code, in characters.
pub const MAX_POSTAL_CODE: usize = 32;
/// The longest telephone number, in characters.
pub const MAX_PHONE: usize = 40;
/// The fewest digits of a telephone number.
const MIN_PHONE_DIGITS: usize = 3;

/// The officially assigned codes of ISO 3166-1 alpha-2.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET \
    FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ \
    IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML \
    MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS \
    PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL \
    TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostalAddress {
    /// Who receives the parcel.
    pub recipient: String,
    /// Street and number, mostly.
    pub line1: String,
    /// What else helps to find the door.
    pub line2: Option<String>,
    /// The town.
    pub city: String,
    /// State, province or prefecture, where it is written.
    pub region: Option<String>,
    /// ZIP and the like, where there is one.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2, in upper case.
    pub country_code: String,
    /// Whom the carrier may call.
    pub phone: Option<String>,
}

/// What is wrong with one field of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressProblem {
    /// The field, as the API names it.
    pub field: &'static str,
    /// What is wrong.
    pub error: AddressError,
}

/// The ways in which a field of an address can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The rules of text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// There is no such country: `INVALID_COUNTRY_CODE`.
    #[error("This is not a two-letter country code (ISO 3166-1).")]
    Country,
    /// Something else than digits and the signs between them, or too few digits.
    #[error("This is not a telephone number.")]
    Phone,
}

impl PostalAddress {
    /// The same address as it is stored: every field normalised and trimmed, blank ones absent, the country in upper case.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, in the order of the fields.
    pub fn checked(&self) -> Result<Self, Vec<AddressProblem>> {
        let mut problems = Vec::new();
        let mut required = |field, text: &str| {
            text::line(text, MAX_LINE).map_err(|error| problems.push((field, error.into()))).unwrap_or_default()
        };
        let recipient = required("recipient", &self.recipient);
        let line1 = required("line1", &self.line1);
        let city = required("city", &self.city);
        let mut optional = |field, text: &Option<String>, max| {
            let line = text::optional_line(text.as_deref(), max);
            line.map_err(|error| problems.push((field, error.into()))).unwrap_or_default()
        };
        let line2 = optional("line2", &self.line2, MAX_LINE);
        let region = optional("region", &self.region, MAX_LINE);
        let postal_code = optional("postalCode", &self.postal_code, MAX_POSTAL_CODE);
        let country_code =
            country_code(&self.country_code).map_err(|error| problems.push(("countryCode", error))).unwrap_or_default();
        let phone = phone(self.phone.as_deref()).map_err(|error| problems.push(("phone", error))).unwrap_or_default();
        if problems.is_empty() {
            return Ok(Self { recipient, line1, line2, city, region, postal_code, country_code, phone });
        }
        Err(problems.into_iter().map(|(field, error)| AddressProblem { field, error }).collect())
    }
}

/// The country's code in upper case.
fn country_code(text: &str) -> Result<String, AddressError> {
    let code = text.trim().to_ascii_uppercase();
    if code.is_empty() {
        Err(TextError::Empty.into())
    } else if COUNTRIES.split_ascii_whitespace().any(|known| known == code) {
        Ok(code)
    } else {
        Err(AddressError::Country)
    }
}

fn phone(text: Option<&str>) -> Result<Option<String>, AddressError> {
    let Some(phone) = text::optional_line(text, MAX_PHONE)? else { return Ok(None) };
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let allowed = |c: char| c.is_ascii_digit() || " +-/().".contains(c);
    if digits >= MIN_PHONE_DIGITS && phone.chars().all(allowed) { Ok(Some(phone)) } else { Err(AddressError::Phone) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> PostalAddress {
        PostalAddress {
            recipient: " Ada Lovelace ".into(),
            line1: "12 St James's Square".into(),
            city: "Zu\u{308}rich".into(),
            country_code: " gb ".into(),
            region: Some("  ".into()),
            phone: Some("+44 (20) 7946-0000".into()),
            ..PostalAddress::default()
        }
    }

    fn problems(address: &PostalAddress) -> Vec<(&'static str, AddressError)> {
        address.checked().unwrap_err().into_iter().map(|problem| (problem.field, problem.error)).collect()
    }

    #[test]
    fn an_address_is_stored_tidily() {
        let checked = home().checked().unwrap();
        assert_eq!((checked.recipient.as_str(), checked.country_code.as_str()), ("Ada Lovelace", "GB"));
        assert_eq!((checked.city.as_str(), checked.region), ("Zürich", None));
    }

    #[test]
    fn everything_wrong_is_named() {
        let empty = AddressError::Text(TextError::Empty);
        let blank = problems(&PostalAddress::default());
        assert_eq!(blank, ["recipient", "line1", "city", "countryCode"].map(|field| (field, empty)));
        let wrong = PostalAddress {
            line1: "x".repeat(MAX_LINE + 1),
            line2: Some("\u{202e}".into()),
            city: "a\nBcc: x\u{7}".into(),
            postal_code: Some("\0".into()),
            country_code: "XX".into(),
            phone: Some("call me".into()),
            ..home()
        };
        let not_one_line = AddressError::Text(TextError::NotOneLine);
        assert_eq!(
            problems(&wrong),
            [
                ("line1", AddressError::Text(TextError::TooLong { max: MAX_LINE })),
                ("city", not_one_line),
                ("line2", not_one_line),
                ("postalCode", not_one_line),
                ("countryCode", AddressError::Country),
                ("phone", AddressError::Phone),
            ]
        );
    }

    #[test]
    fn there_are_249_countries_and_no_others() {
        assert_eq!(COUNTRIES.split_ascii_whitespace().count(), 249);
        assert_eq!(country_code(" de ").unwrap(), "DE");
        for code in ["XX", "ZZ", "UK", "EU", "QQ", "XK", "AA", "D", "DEU", "A ", "AD AE", "1T", "é", "D\0", "ＤＥ"] {
            assert_eq!(country_code(code), Err(AddressError::Country), "{code}");
        }
    }
}
