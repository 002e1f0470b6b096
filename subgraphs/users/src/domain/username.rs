//! The name by which an account is known.

use kit::{
    text::{self, TextError},
    user_error::Bounds,
};

use super::{Code, Fault};

const MIN: usize = 3;
const MAX: usize = 32;

/// Letters and digits of any script, and `.`, `_`, `-` between them. Never an `@`, by which a log-in tells a user name
/// from an e-mail address; never a combining mark that is no part of a letter, so that one name has one spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    /// Reads what somebody typed.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let invalid = || {
            let message =
                "A user name consists of letters, digits, '.', '_' and '-', and begins with a letter or digit.";
            Fault::new(Code::Invalid, message)
        };
        let text = text::line(text, MAX).map_err(|error| match error {
            TextError::Empty => Fault::new(Code::Required, "Choose a user name.").within(Bounds::at_least(MIN)),
            TextError::TooLong { max } => {
                let message = format!("A user name has at most {max} characters.");
                Fault::new(Code::TooLong, message).within(Bounds::at_most(MAX))
            }
            TextError::NotOneLine | TextError::Unprintable => invalid(),
        })?;
        if text.chars().count() < MIN {
            let message = format!("A user name has at least {MIN} characters.");
            return Err(Fault::new(Code::TooShort, message).within(Bounds::at_least(MIN)));
        }
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
        if !text.chars().all(allowed) || !text.starts_with(char::is_alphanumeric) {
            return Err(invalid());
        }
        Ok(Self(text))
    }

    /// As it was chosen.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What must be unique.
    pub fn key(&self) -> String {
        text::key(&self.0)
    }

    /// A name that was accepted before.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_refused() {
        assert_eq!(Username::parse(" Ada.L_1-x ").unwrap().as_str(), "Ada.L_1-x");
        assert_eq!(Username::parse("Äpfel").unwrap().key(), Username::parse("äPFEL").unwrap().key());
        assert_eq!(Username::parse("jose\u{301}").unwrap().as_str(), "jos\u{e9}");
        for (text, code) in [
            ("", Code::Required),
            ("ab", Code::TooShort),
            (&"a".repeat(33) as &str, Code::TooLong),
            ("a@b.c", Code::Invalid),
            ("two words", Code::Invalid),
            (".dot", Code::Invalid),
            ("nul\0", Code::Invalid),
            ("q\u{308}bc", Code::Invalid),
            ("a\u{200b}bc", Code::Invalid),
            ("\u{202e}abc", Code::Invalid),
        ] {
            assert_eq!(Username::parse(text).unwrap_err().code, code, "{text:?}");
        }
    }
}
