//! E-mail addresses: enough of their form that a typing mistake is found; whether one exists, only a letter could tell.

use kit::{
    text::{self, TextError},
    user_error::Bounds,
};

use super::{Code, Fault};

const MAX: usize = 254;
const MAX_LOCAL: usize = 64;
const MAX_LABEL: usize = 63;

/// Something that can be an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads what somebody typed.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let invalid = || Fault::new(Code::Invalid, "This is not an e-mail address.");
        let too_long = || {
            let message = format!("An e-mail address has at most {MAX} characters.");
            Fault::new(Code::TooLong, message).within(Bounds::at_most(MAX))
        };
        let text = text::line(text, MAX).map_err(|error| match error {
            TextError::Empty => Fault::new(Code::Required, "An e-mail address is needed.").within(error.bounds()),
            TextError::TooLong { .. } => too_long(),
            TextError::NotOneLine | TextError::Unprintable => invalid(),
        })?;
        // Mail systems count bytes.
        if text.len() > MAX {
            return Err(too_long());
        }
        let well_formed = text.split_once('@').is_some_and(|(local, domain)| is_local(local) && is_domain(domain));
        if well_formed { Ok(Self(text)) } else { Err(invalid()) }
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What must be unique. Mail systems could tell cases of the local part apart; none that people use does.
    pub fn key(&self) -> String {
        text::key(&self.0)
    }

    /// An address that was accepted before.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

fn is_local(local: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    !local.is_empty()
        && local.len() <= MAX_LOCAL
        && local.chars().all(allowed)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= MAX_LABEL
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.contains('.') && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_refused() {
        for text in ["ada@example.org", "a.b+tag@sub.example.co.uk", "müller@bücher.example"] {
            assert_eq!(Email::parse(text).unwrap().as_str(), text);
        }
        assert_eq!(Email::parse("mu\u{308}ller@bu\u{308}cher.example").unwrap().as_str(), "müller@bücher.example");
        assert_eq!(Email::parse("Ada@Example.ORG").unwrap().key(), Email::parse("ada@example.org").unwrap().key());
        for text in
            ["ada", "@example.org", "ada@", "ada@example", "a b@example.org", "a@b@example.org", "a..b@example.org"]
        {
            assert_eq!(Email::parse(text).unwrap_err().code, Code::Invalid, "{text}");
        }
        for text in ["ada@-example.org", "ada@example..org", "ada@exa\0mple.org", "<ada@example.org>"] {
            assert_eq!(Email::parse(text).unwrap_err().code, Code::Invalid, "{text:?}");
        }
        assert_eq!(Email::parse("  ").unwrap_err().code, Code::Required);
        assert_eq!(Email::parse(&format!("{}@example.org", "a".repeat(250))).unwrap_err().code, Code::TooLong);
    }
}
