//! Where to send things.

use chrono::{DateTime, Utc};
use kit::id::{Id, Kind};

use super::{Code, Fault, Problem, Problems, UserId, country::country_code, text};

const MAX_LINE: usize = 100;
const MAX_POSTAL_CODE: usize = 20;
const MIN_PHONE_DIGITS: usize = 3;
const MAX_PHONE: usize = 32;
/// An address book has an end.
pub const MAX_ADDRESSES: u64 = 50;

/// Marks ids of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressKind {}

impl Kind for AddressKind {
    const PREFIX: &'static str = "adr";
}

/// The id of an address.
pub type AddressId = Id<AddressKind>;

/// An entry of somebody's address book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Which one.
    pub id: AddressId,
    /// Whose.
    pub user_id: UserId,
    /// What to write on the parcel.
    pub destination: Destination,
    /// Whether it is the one to propose. Exactly one is, as soon as there are any.
    pub is_default: bool,
    /// Grows with each change.
    pub version: i32,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What to write on a parcel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Destination {
    /// Who receives it.
    pub recipient: String,
    /// Street and number, mostly.
    pub line1: String,
    /// What else helps to find the door.
    pub line2: Option<String>,
    /// The town.
    pub city: String,
    /// State, province, prefecture, where it is written.
    pub region: Option<String>,
    /// ZIP and the like, where there is one.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country_code: String,
    /// Whom the courier may call.
    pub phone: Option<String>,
}

impl Destination {
    /// The same destination as it will be stored, or everything that is wrong with it.
    pub fn checked(&self) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::default();
        let recipient = problems.check("recipient", text::line(&self.recipient, MAX_LINE));
        let line1 = problems.check("line1", text::line(&self.line1, MAX_LINE));
        let line2 = problems.check("line2", text::optional_line(self.line2.as_deref(), MAX_LINE));
        let city = problems.check("city", text::line(&self.city, MAX_LINE));
        let region = problems.check("region", text::optional_line(self.region.as_deref(), MAX_LINE));
        let postal_code =
            problems.check("postalCode", text::optional_line(self.postal_code.as_deref(), MAX_POSTAL_CODE));
        let country_code = problems.check("countryCode", country_code(&self.country_code));
        let phone = problems.check("phone", phone(self.phone.as_deref()));
        let all = (|| {
            Some(Self {
                recipient: recipient?,
                line1: line1?,
                line2: line2?,
                city: city?,
                region: region?,
                postal_code: postal_code?,
                country_code: country_code?,
                phone: phone?,
            })
        })();
        problems.or(all)
    }
}

fn phone(text: Option<&str>) -> Result<Option<String>, Fault> {
    let Some(phone) = text::optional_line(text, MAX_PHONE)? else { return Ok(None) };
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let allowed = |c: char| c.is_ascii_digit() || " +-/().".contains(c);
    if digits >= MIN_PHONE_DIGITS && phone.chars().all(allowed) {
        Ok(Some(phone))
    } else {
        Err(Fault::new(Code::Invalid, "This is not a telephone number."))
    }
}

/// What is to change of a destination; for parts that may be missing, `Some(None)` takes them away.
#[derive(Clone, Debug, Default)]
pub struct DestinationChange {
    /// Another recipient.
    pub recipient: Option<String>,
    /// Another first line.
    pub line1: Option<String>,
    /// Another second line, or none.
    pub line2: Option<Option<String>>,
    /// Another town.
    pub city: Option<String>,
    /// Another region, or none.
    pub region: Option<Option<String>>,
    /// Another postal code, or none.
    pub postal_code: Option<Option<String>>,
    /// Another country.
    pub country_code: Option<String>,
    /// Another telephone number, or none.
    pub phone: Option<Option<String>>,
}

impl DestinationChange {
    /// `old` with the change made; not checked yet.
    pub fn of(self, old: Destination) -> Destination {
        Destination {
            recipient: self.recipient.unwrap_or(old.recipient),
            line1: self.line1.unwrap_or(old.line1),
            line2: self.line2.unwrap_or(old.line2),
            city: self.city.unwrap_or(old.city),
            region: self.region.unwrap_or(old.region),
            postal_code: self.postal_code.unwrap_or(old.postal_code),
            country_code: self.country_code.unwrap_or(old.country_code),
            phone: self.phone.unwrap_or(old.phone),
        }
    }
}

/// Whether an address is the default after a write: the first one is without asking, and nobody can be left with
/// addresses but no default, so that "not this one" is refused for the present default.
pub fn default_after(asked: Option<bool>, is_default: bool, is_first: bool) -> Result<bool, Fault> {
    match asked {
        _ if is_first => Ok(true),
        Some(false) if is_default => {
            Err(Fault::new(Code::Invalid, "Make another address the default instead of leaving none."))
        }
        Some(asked) => Ok(asked),
        None => Ok(is_default),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Destination {
        Destination {
            recipient: " Ada Lovelace ".into(),
            line1: "12 St James's Square".into(),
            city: "London".into(),
            country_code: "gb".into(),
            phone: Some("+44 (20) 7946-0000".into()),
            ..Destination::default()
        }
    }

    #[test]
    fn a_destination_is_stored_tidily() {
        let checked = home().checked().unwrap();
        assert_eq!((checked.recipient.as_str(), checked.country_code.as_str()), ("Ada Lovelace", "GB"));
        assert_eq!(checked.line2, None);
    }

    #[test]
    fn everything_wrong_is_told() {
        let wrong = Destination {
            recipient: String::new(),
            line1: "x".repeat(101),
            city: "a\tb\u{7}".into(),
            country_code: "XX".into(),
            phone: Some("call me".into()),
            ..home()
        };
        let told: Vec<_> = wrong.checked().unwrap_err().into_iter().map(|p| (p.path[1].clone(), p.code)).collect();
        let expected = [
            ("recipient", Code::Required),
            ("line1", Code::TooLong),
            ("city", Code::Invalid),
            ("countryCode", Code::Invalid),
            ("phone", Code::Invalid),
        ];
        assert_eq!(told, expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn a_change_touches_only_what_it_names() {
        let change = DestinationChange { city: Some("Bath".into()), phone: Some(None), ..DestinationChange::default() };
        let changed = change.of(home());
        assert_eq!(changed, Destination { city: "Bath".into(), phone: None, ..home() });
    }

    #[test]
    fn there_is_always_one_default() {
        assert_eq!(default_after(Some(false), false, true), Ok(true));
        assert_eq!(default_after(None, false, false), Ok(false));
        assert_eq!(default_after(Some(true), false, false), Ok(true));
        assert_eq!(default_after(None, true, false), Ok(true));
        assert!(default_after(Some(false), true, false).is_err());
    }
}
