//! A password somebody wants to have. It is never shown, logged or compared; only hashed.

use kit::user_error::Bounds;

use super::{Code, Fault};

/// Shorter ones are guessed.
pub const MIN: usize = 8;
/// Longer ones only keep the processor busy.
pub const MAX: usize = 128;

/// A password of acceptable length; every character counts, blanks too.
///
/// It is kept in the form of the profile `OpaqueString` (RFC 8265, section 4.2): canonically equal passwords are equal
/// whatever keyboard they are typed on, and every kind of space is the plain one. Case and width count.
#[derive(Clone)]
pub struct Password(String);

/// `text` in the form of the profile `OpaqueString`: spaces mapped to U+0020, and NFC.
pub fn prepared(text: &str) -> String {
    let space = |c: char| if SPACES.contains(&c) { ' ' } else { c };
    let spaced: String = text.chars().map(space).collect();
    kit::text::normalized(&spaced).unwrap_or(spaced)
}

/// The characters of the general category Zs beyond ASCII.
const SPACES: [char; 16] = [
    '\u{a0}', '\u{1680}', '\u{2000}', '\u{2001}', '\u{2002}', '\u{2003}', '\u{2004}', '\u{2005}', '\u{2006}',
    '\u{2007}', '\u{2008}', '\u{2009}', '\u{200a}', '\u{202f}', '\u{205f}', '\u{3000}',
];

impl Password {
    /// Reads a new password. Composition rules ("one digit, one sign") make passwords worse, so there are none.
    /// Control characters are refused, as the profile has it: they can be typed on few keyboards.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = prepared(text);
        match text.chars().count() {
            0 => Err(Fault::new(Code::Required, "A password is needed.").within(Bounds::at_least(MIN))),
            length if length < MIN => {
                let message = format!("A password has at least {MIN} characters.");
                Err(Fault::new(Code::TooShort, message).within(Bounds::at_least(MIN)))
            }
            length if length > MAX => {
                let message = format!("A password has at most {MAX} characters.");
                Err(Fault::new(Code::TooLong, message).within(Bounds::at_most(MAX)))
            }
            _ if text.chars().any(char::is_control) => {
                Err(Fault::new(Code::Invalid, "A password cannot contain control characters."))
            }
            _ => Ok(Self(text)),
        }
    }

    /// What is hashed.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// What is compared with a hash.
    pub fn as_str(&self) -> &str {
        &self.0
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
        assert_eq!(Password::parse("cafe\u{301}\u{a0}123").unwrap().as_bytes(), "café 123".as_bytes());
        assert_eq!(Password::parse("correct\0horse").unwrap_err().code, Code::Invalid);
        assert_eq!(Password::parse("ＦＵＬＬ width").unwrap().as_bytes(), "ＦＵＬＬ width".as_bytes());
        assert_eq!(format!("{:?}", Password::parse("correct horse").unwrap()), "Password(…)");
    }
}
