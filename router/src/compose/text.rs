//! Strings and field sets as a supergraph writes them.

use std::fmt::Write as _;

use crate::graph::parse_field_set;

/// A GraphQL string value with its quotes (<https://spec.graphql.org/draft/#sec-String-Value>), on one line and with no
/// escapes but those that every edition of the specification knows.
pub(super) fn string(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for letter in value.chars() {
        match letter {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(text, "\\u{:04X}", u32::from(control));
            }
            other => text.push(other),
        }
    }
    text.push('"');
    text
}

/// A list of string values.
pub(super) fn strings<'t>(values: impl IntoIterator<Item = &'t str>) -> String {
    let values: Vec<String> = values.into_iter().map(string).collect();
    format!("[{}]", values.join(", "))
}

/// A field set on one line, without comments; strings in it stay as they are. What cannot be parsed is refused
/// elsewhere, and stays as it is.
pub(super) fn field_set(set: &str) -> String {
    match parse_field_set(set) {
        Ok(selections) => {
            let written: Vec<String> =
                selections.iter().map(|known| known.serialize().no_indent().to_string()).collect();
            written.join(" ")
        }
        Err(_) => set.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use apollo_compiler::ast::Document;

    use super::*;

    #[test]
    fn strings_come_back_as_they_were() {
        for value in ["", "plain", "\"\\/", "a\nb\r\tc", "\0\u{1}\u{7f}\u{85}", "é e\u{301} \u{10ffff} 😀", "{a}#"] {
            let text = string(value);
            assert!(!text.contains(['\n', '\0']) && !text.contains("\\u{"), "{text}");
            let document = Document::parse(format!("{{ f(x: {text}) }}"), "string.graphql").unwrap();
            let operation = document.definitions[0].as_operation_definition().unwrap();
            let field = operation.selection_set[0].as_field().unwrap();
            assert_eq!(field.arguments[0].value.as_str(), Some(value), "{text}");
        }
        assert_eq!(strings(["a", "\""]), "[\"a\", \"\\\"\"]");
    }

    #[test]
    fn field_sets_keep_their_strings_and_lose_their_comments() {
        for (set, written) in [
            (" id \n, u{ a  b } ", "id u { a b }"),
            ("price(note: \"a  b\")", "price(note: \"a  b\")"),
            ("a # the first\n b # the last", "a b"),
            ("... on T { x(list: [1,2], of: {k: \"#\"}) }", "... on T { x(list: [1, 2], of: {k: \"#\"}) }"),
        ] {
            assert_eq!(field_set(set), written);
        }
    }
}
