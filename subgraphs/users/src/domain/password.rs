//! A password somebody wants to have. It is never shown, logged or compared; only hashed.

use super::{Code, Fault};

/// Shorter ones are guessed.
pub const MIN: usize = 8;
/// Longer ones only keep the processor busy.
pub const MAX: usize = 128;

/// A password of acceptable length; every character counts, blanks too.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Reads a new password. Composition rules ("one digit, one sign") make passwords worse, so there are none.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        match text.chars().count() {
            0 => Err(Fault::new(Code::Required, "A password is needed.")),
            length if length < MIN => {
                Err(Fault::new(Code::TooShort, format!("A password has at least {MIN} characters.")))
            }
            length if length > MAX => {
                Err(Fault::new(Code::TooLong, format!("A password has at most {MAX} characters.")))
            }
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// What is hashed.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_all_that_counts_and_nothing_is_shown() {
        assert_eq!(Password::parse("").unwrap_err().code, Code::Required);
        assert_eq!(Password::parse("1234567").unwrap_err().code, Code::TooShort);
        assert_eq!(Password::parse(&"x".repeat(129)).unwrap_err().code, Code::TooLong);
        assert_eq!(Password::parse("  blank ").unwrap().as_bytes(), b"  blank ");
        assert_eq!(format!("{:?}", Password::parse("correct horse").unwrap()), "Password(…)");
    }
}
