//! One line of text within bounds.

use super::{Code, Fault};

/// `text` without blanks around it, when it is a line of at most `max` characters that says anything.
pub fn line(text: &str, max: usize) -> Result<String, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Fault::new(Code::Required, "This cannot be empty."));
    }
    if text.chars().count() > max {
        return Err(Fault::new(Code::TooLong, format!("This can have at most {max} characters.")));
    }
    if text.chars().any(char::is_control) {
        return Err(Fault::new(Code::Invalid, "This must be a single line without control characters."));
    }
    Ok(text.to_owned())
}

/// As [`line`], but nothing is a fine answer too: an empty text counts as none.
pub fn optional_line(text: Option<&str>, max: usize) -> Result<Option<String>, Fault> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => line(text, max).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_bounded() {
        assert_eq!(line("  Ada Lovelace ", 12).unwrap(), "Ada Lovelace");
        assert_eq!(line(" ", 12).unwrap_err().code, Code::Required);
        assert_eq!(line("äöüäöü", 5).unwrap_err().code, Code::TooLong);
        assert_eq!(line("a\nb", 5).unwrap_err().code, Code::Invalid);
        assert_eq!(line("a\0b", 5).unwrap_err().code, Code::Invalid);
        assert_eq!(optional_line(Some("  "), 5), Ok(None));
        assert_eq!(optional_line(None, 5), Ok(None));
        assert_eq!(optional_line(Some(" x "), 5), Ok(Some("x".into())));
    }
}
