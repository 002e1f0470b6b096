//! Where an order goes, copied when it is placed: what becomes of the customer's address book later is no matter.

/// A complete address. Made only by [`ShippingAddress::new`], or read back from where one was stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShippingAddress {
    /// Who receives the goods.
    pub recipient: String,
    /// Street and number.
    pub line1: String,
    /// What did not fit into the first line.
    pub line2: Option<String>,
    /// Town.
    pub city: String,
    /// State, province or county, where post needs one.
    pub region: Option<String>,
    /// Postal code, where there are any.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2, upper case.
    pub country_code: String,
    /// For the carrier.
    pub phone: Option<String>,
}

/// What is wrong with one field of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressProblem {
    /// The field, as the API names it.
    pub field: &'static str,
    /// What is wrong.
    pub fault: AddressFault,
}

/// The ways in which a field can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressFault {
    /// It must be given.
    Missing,
    /// Longer than this many characters.
    TooLong(usize),
    /// Not two letters.
    Country,
}

impl ShippingAddress {
    /// Trims every field, turns blank ones into absent ones, and says everything that is wrong.
    pub fn new(raw: Self) -> Result<Self, Vec<AddressProblem>> {
        let mut problems = Vec::new();
        let mut text = |field, value: String, limit: usize, required: bool| {
            let value = value.trim().to_owned();
            if required && value.is_empty() {
                problems.push(AddressProblem { field, fault: AddressFault::Missing });
            } else if value.chars().count() > limit {
                problems.push(AddressProblem { field, fault: AddressFault::TooLong(limit) });
            }
            value
        };
        let recipient = text("recipient", raw.recipient, 200, true);
        let line1 = text("line1", raw.line1, 200, true);
        let city = text("city", raw.city, 200, true);
        let mut optional = |field, value: Option<String>, limit| {
            Some(text(field, value.unwrap_or_default(), limit, false)).filter(|value| !value.is_empty())
        };
        let line2 = optional("line2", raw.line2, 200);
        let region = optional("region", raw.region, 200);
        let postal_code = optional("postalCode", raw.postal_code, 32);
        let phone = optional("phone", raw.phone, 40);
        let country_code = raw.country_code.trim().to_ascii_uppercase();
        if country_code.is_empty() {
            problems.push(AddressProblem { field: "countryCode", fault: AddressFault::Missing });
        } else if country_code.len() != 2 || !country_code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            problems.push(AddressProblem { field: "countryCode", fault: AddressFault::Country });
        }
        if problems.is_empty() {
            Ok(Self { recipient, line1, line2, city, region, postal_code, country_code, phone })
        } else {
            Err(problems)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valid() -> ShippingAddress {
        ShippingAddress {
            recipient: " Ada ".into(),
            line1: "Riva 1".into(),
            city: "Venezia".into(),
            country_code: "it".into(),
            region: Some("  ".into()),
            ..ShippingAddress::default()
        }
    }

    #[test]
    fn an_address_is_tidied() {
        let address = ShippingAddress::new(valid()).unwrap();
        assert_eq!((address.recipient.as_str(), address.country_code.as_str()), ("Ada", "IT"));
        assert_eq!(address.region, None);
    }

    #[test]
    fn every_fault_is_named() {
        let faults = |address| {
            ShippingAddress::new(address).unwrap_err().into_iter().map(|problem| problem.field).collect::<Vec<_>>()
        };
        assert_eq!(faults(ShippingAddress::default()), ["recipient", "line1", "city", "countryCode"]);
        assert_eq!(faults(ShippingAddress { line2: Some("x".repeat(201)), ..valid() }), ["line2"]);
        for country in ["ITA", "1T", "é"] {
            assert_eq!(faults(ShippingAddress { country_code: country.into(), ..valid() }), ["countryCode"]);
        }
    }
}
