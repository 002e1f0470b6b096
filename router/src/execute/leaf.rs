//! Checks scalars and enums as they pass (GraphQL specification, section 3.5, "Result coercion").

use apollo_compiler::Name;

use crate::{
    graph::BuiltIn,
    json::{self, Scan},
    plan::Leaf,
};

/// How a leaf may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// As it is.
    Plain,
    /// In quotes: a numeric `ID`.
    Quoted,
    /// As this integer: an `Int` that is written with a point or an exponent.
    Int(i32),
    /// Not at all.
    Wrong,
}

/// Whether `text`, the JSON of a value that is not null, is a value of `leaf`.
#[inline]
pub fn check(leaf: &Leaf, text: &[u8]) -> Checked {
    let is_string = text.first() == Some(&b'"');
    let fits = match leaf {
        Leaf::Custom => true,
        Leaf::Composite => false,
        Leaf::BuiltIn(BuiltIn::String) => is_string,
        Leaf::BuiltIn(BuiltIn::Id) => {
            if !is_string && is_integer(text) {
                return Checked::Quoted;
            }
            is_string
        }
        Leaf::BuiltIn(BuiltIn::Boolean) => text == b"true" || text == b"false",
        Leaf::BuiltIn(BuiltIn::Int) => {
            if !is_integer(text) {
                return check_int(text);
            }
            // Nine digits always fit.
            text.len() <= 9 || std::str::from_utf8(text).is_ok_and(|text| text.parse::<i32>().is_ok())
        }
        Leaf::BuiltIn(BuiltIn::Float) => matches!(text.first(), Some(b'-' | b'0'..=b'9')) && is_finite(text),
        Leaf::Enum(values) => is_string && is_one_of(values, text),
    };
    if fits { Checked::Plain } else { Checked::Wrong }
}

/// An `Int` that is not written as an integer (GraphQL specification, section 3.5.1: a service may coerce `1.0`, as
/// nothing is lost by it).
#[cold]
fn check_int(text: &[u8]) -> Checked {
    let is_number = matches!(text.first(), Some(b'-' | b'0'..=b'9'));
    let int = std::str::from_utf8(text).ok().filter(|_| is_number).and_then(json::int);
    int.map_or(Checked::Wrong, Checked::Int)
}

/// Whether a number is one that a float can be: no more than the largest.
fn is_finite(number: &[u8]) -> bool {
    // Without an exponent it takes more than 300 digits to go beyond.
    let is_plain = number.len() < 300 && !number.iter().any(|byte| byte.eq_ignore_ascii_case(&b'e'));
    is_plain || std::str::from_utf8(number).is_ok_and(|number| number.parse().is_ok_and(f64::is_finite))
}

fn is_one_of(values: &[Name], string: &[u8]) -> bool {
    if string.contains(&b'\\') {
        let decoded = serde_json::from_slice::<String>(string);
        return decoded.is_ok_and(|name| values.iter().any(|value| *value == *name));
    }
    values.iter().any(|value| value.as_bytes() == &string[1..string.len() - 1])
}

fn is_integer(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// The items of a list that is still JSON text; `None` if it is no list.
pub fn items(text: &[u8]) -> Option<Vec<&[u8]>> {
    let mut scan = Scan::new(text);
    scan.expect(b'[').ok()?;
    let (mut items, mut first) = (Vec::new(), true);
    while scan.item(&mut first).ok()? {
        let (from, to) = scan.skip(0).ok()?;
        items.push(&text[from as usize..to as usize]);
    }
    Some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_checked() {
        let int = Leaf::BuiltIn(BuiltIn::Int);
        for right in ["-12", "0", "999999999", "-99999999", "2147483647", "-2147483648"] {
            assert_eq!(check(&int, right.as_bytes()), Checked::Plain, "{right}");
        }
        for (integral, value) in [("1.0", 1), ("-1e2", -100), ("2147483647.0", i32::MAX)] {
            assert_eq!(check(&int, integral.as_bytes()), Checked::Int(value), "{integral}");
        }
        for wrong in
            ["2147483648", "-2147483649", "9999999999", "2147483648.0", "1.5", "\"1\"", "\"1.0\"", "true", "[1.0]"]
        {
            assert_eq!(check(&int, wrong.as_bytes()), Checked::Wrong, "{wrong}");
        }
        assert_eq!(check(&Leaf::BuiltIn(BuiltIn::Id), b"7"), Checked::Quoted);
        assert_eq!(check(&Leaf::BuiltIn(BuiltIn::Id), b"\"7\""), Checked::Plain);
        assert_eq!(check(&Leaf::BuiltIn(BuiltIn::Id), b"7.5"), Checked::Wrong);
        assert_eq!(check(&Leaf::BuiltIn(BuiltIn::String), b"7"), Checked::Wrong);
        for (number, expected) in [("1e9", Checked::Plain), ("-1E+308", Checked::Plain), ("1e999", Checked::Wrong)] {
            assert_eq!(check(&Leaf::BuiltIn(BuiltIn::Float), number.as_bytes()), expected, "{number}");
        }
        let long = "9".repeat(400);
        assert_eq!(check(&Leaf::BuiltIn(BuiltIn::Float), long.as_bytes()), Checked::Wrong);
        assert_eq!(check(&Leaf::Custom, b"{\"a\":[1]}"), Checked::Plain);
        let values = Leaf::Enum([apollo_compiler::name!("RED")].into());
        assert_eq!(check(&values, b"\"RED\""), Checked::Plain);
        assert_eq!(check(&values, br#""R\u0045D""#), Checked::Plain);
        for wrong in [r#""BLUE""#, r#""\u0042LUE""#, "RED", "7"] {
            assert_eq!(check(&values, wrong.as_bytes()), Checked::Wrong, "{wrong}");
        }
    }

    #[test]
    fn lists_of_leaves_are_taken_apart() {
        assert_eq!(items(b"[1, [2], \"a,b\"]").unwrap(), [b"1".as_slice(), b"[2]", b"\"a,b\""]);
        assert_eq!(items(b"1"), None);
    }
}
