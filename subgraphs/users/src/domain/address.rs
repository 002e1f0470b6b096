//! Where to send things.

use chrono::{DateTime, Utc};
use kit::id::{Id, Kind};

use super::{Code, Fault, UserId};

pub use kit::postal::PostalAddress as Destination;

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
