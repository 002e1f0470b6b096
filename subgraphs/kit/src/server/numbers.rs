//! Numbers by their text.
//!
//! async-graphql keeps a number that is no integer as a double, literals of documents and JSON numbers of variables alike.
//! After that nobody can tell `1e2` from `100.0` or `12.500` from `12.5`, and long ones have lost digits; but an amount of
//! money is judged by its text. So, before a text is parsed, every such number in it is replaced by its place in a list;
//! afterwards each is replaced by the text in the list, as [`Value::Binary`]. No other value is of that variant, and no
//! scalar takes it but [`Decimal`](crate::money::Decimal), so nothing can be mistaken for anything else: a number where a
//! string is expected is still an error.
//!
//! A text without such numbers, which nearly all are, is only looked through.

use async_graphql::{
    Positioned, ServerError, Value as ConstValue, Variables,
    parser::{
        parse_query,
        types::{Directive, DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet},
    },
};
use async_graphql_value::Value;
use bytes::Bytes;

/// Parses a document; numbers that are no integers are [`Value::Binary`] with their text.
pub(super) fn parse_document(text: &str) -> Result<ExecutableDocument, ServerError> {
    let numbers = Numbers::of(text, Lexis::Graphql);
    let Some((rewritten, numbers)) = numbers else { return Ok(parse_query(text)?) };
    let mut document = parse_query(rewritten)?;
    numbers.restore_document(&mut document);
    Ok(document)
}

/// Reads JSON that contains variables; see [`Rewritten::restore`].
pub(super) fn json(text: &str) -> Option<Rewritten> {
    let (text, numbers) = Numbers::of(text, Lexis::Json)?;
    Some(Rewritten { text, numbers })
}

/// JSON text in which the numbers that are no integers are places in a list.
pub(super) struct Rewritten {
    /// The text to be read instead.
    pub text: String,
    numbers: Numbers,
}

impl Rewritten {
    /// Puts the numbers back into variables that were read from the text.
    pub(super) fn restore(&self, variables: &mut Variables) {
        variables.values_mut().for_each(|value| self.numbers.restore_const(value));
    }
}

/// The texts of the numbers, by their place.
struct Numbers(Vec<Bytes>);

/// Where numbers can stand in a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lexis {
    Graphql,
    Json,
}

impl Numbers {
    /// `text` with places instead of numbers, and these; `None` where there is nothing to replace.
    fn of(text: &str, lexis: Lexis) -> Option<(String, Self)> {
        let mut numbers = Vec::new();
        let mut rewritten = String::new();
        let (mut copied, mut at) = (0, 0);
        while let Some((start, end)) = next_number(text.as_bytes(), at, lexis) {
            at = end;
            let number = &text[start..end];
            if is_integer(number) {
                continue;
            }
            rewritten.push_str(&text[copied..start]);
            // As long as the number was, where that is possible, so that errors behind it are where they were.
            let place = format!("{}.", numbers.len());
            rewritten.push_str(&place);
            rewritten.extend(std::iter::repeat_n('0', number.len().saturating_sub(place.len()).max(1)));
            numbers.push(Bytes::copy_from_slice(number.as_bytes()));
            copied = end;
        }
        if numbers.is_empty() {
            return None;
        }
        rewritten.push_str(&text[copied..]);
        Some((rewritten, Self(numbers)))
    }

    /// The number at the place that a double means.
    fn at(&self, number: &serde_json::Number) -> Option<Bytes> {
        let place = number.as_f64().filter(|_| number.is_f64())?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is an index that was written above"
        )]
        self.0.get(place as usize).cloned()
    }

    fn restore_const(&self, value: &mut ConstValue) {
        match value {
            ConstValue::Number(number) => {
                if let Some(text) = self.at(number) {
                    *value = ConstValue::Binary(text);
                }
            }
            ConstValue::List(items) => items.iter_mut().for_each(|item| self.restore_const(item)),
            ConstValue::Object(fields) => fields.values_mut().for_each(|field| self.restore_const(field)),
            _ => {}
        }
    }

    fn restore_value(&self, value: &mut Value) {
        match value {
            Value::Number(number) => {
                if let Some(text) = self.at(number) {
                    *value = Value::Binary(text);
                }
            }
            Value::List(items) => items.iter_mut().for_each(|item| self.restore_value(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.restore_value(field)),
            _ => {}
        }
    }

    fn restore_document(&self, document: &mut ExecutableDocument) {
        match &mut document.operations {
            DocumentOperations::Single(operation) => self.restore_operation(&mut operation.node),
            DocumentOperations::Multiple(operations) => {
                for operation in operations.values_mut() {
                    self.restore_operation(&mut operation.node);
                }
            }
        }
        for fragment in document.fragments.values_mut() {
            self.restore_directives(&mut fragment.node.directives);
            self.restore_selections(&mut fragment.node.selection_set.node);
        }
    }

    fn restore_operation(&self, operation: &mut OperationDefinition) {
        for variable in &mut operation.variable_definitions {
            self.restore_directives(&mut variable.node.directives);
            if let Some(default) = &mut variable.node.default_value {
                self.restore_const(&mut default.node);
            }
        }
        self.restore_directives(&mut operation.directives);
        self.restore_selections(&mut operation.selection_set.node);
    }

    fn restore_selections(&self, selections: &mut SelectionSet) {
        for selection in &mut selections.items {
            match &mut selection.node {
                Selection::Field(field) => {
                    let field = &mut field.node;
                    field.arguments.iter_mut().for_each(|(_, value)| self.restore_value(&mut value.node));
                    self.restore_directives(&mut field.directives);
                    self.restore_selections(&mut field.selection_set.node);
                }
                Selection::FragmentSpread(spread) => self.restore_directives(&mut spread.node.directives),
                Selection::InlineFragment(fragment) => {
                    self.restore_directives(&mut fragment.node.directives);
                    self.restore_selections(&mut fragment.node.selection_set.node);
                }
            }
        }
    }

    fn restore_directives(&self, directives: &mut [Positioned<Directive>]) {
        for directive in directives {
            directive.node.arguments.iter_mut().for_each(|(_, value)| self.restore_value(&mut value.node));
        }
    }
}

/// Whether the number is kept exactly by a parser: an integer of 64 bits. (`-0` is read as a double.)
fn is_integer(number: &str) -> bool {
    number != "-0"
        && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        && (number.len() <= 18 || number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok())
}

/// Where the next number from `at` on begins and ends.
fn next_number(text: &[u8], mut at: usize, lexis: Lexis) -> Option<(usize, usize)> {
    while let Some(byte) = text.get(at) {
        at = match byte {
            b'"' => string_end(text, at, lexis),
            b'#' if lexis == Lexis::Graphql => {
                at + text[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(text.len() - at)
            }
            b'0'..=b'9' | b'-' => {
                let end = number_end(text, at);
                // A minus alone is a mistake that the parser finds.
                if end > at + usize::from(*byte == b'-') {
                    return Some((at, end));
                }
                at + 1
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => {
                at + run(&text[at..], |byte| byte.is_ascii_alphanumeric() || byte == b'_')
            }
            _ => at + 1,
        };
    }
    None
}

/// Where the string that begins at `at` ends; the end of the text where it does not.
fn string_end(text: &[u8], at: usize, lexis: Lexis) -> usize {
    let block = lexis == Lexis::Graphql && text[at..].starts_with(b"\"\"\"");
    let mut at = at + if block { 3 } else { 1 };
    while let Some(byte) = text.get(at) {
        if block {
            let rest = &text[at..];
            if rest.starts_with(b"\"\"\"") {
                return at + 3;
            }
            at += if rest.starts_with(b"\\\"\"\"") { 4 } else { 1 };
        } else {
            match byte {
                b'"' => return at + 1,
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
    }
    text.len()
}

/// Where the number that begins at `at` ends: `-?digits(.digits)?([eE][+-]?digits)?`.
fn number_end(text: &[u8], at: usize) -> usize {
    let digits = |at: usize| run(text.get(at..).unwrap_or_default(), |byte| byte.is_ascii_digit());
    let is = |at: usize, bytes: &[u8]| text.get(at).is_some_and(|byte| bytes.contains(byte));
    let start = at + usize::from(is(at, b"-"));
    let mut end = start + digits(start);
    if end == start {
        return at;
    }
    if is(end, b".") && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    if is(end, b"eE") {
        let exponent = end + 1 + usize::from(is(end + 1, b"+-"));
        if digits(exponent) > 0 {
            end = exponent + digits(exponent);
        }
    }
    end
}

/// How many bytes from the front satisfy `which`.
fn run(text: &[u8], which: impl Fn(u8) -> bool) -> usize {
    text.iter().position(|byte| !which(*byte)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts of the numbers that are no integers, in a document as it is parsed.
    fn rewritten(text: &str, lexis: Lexis) -> Option<(String, Vec<String>)> {
        let (text, numbers) = Numbers::of(text, lexis)?;
        let numbers = numbers.0.iter().map(|number| String::from_utf8(number.to_vec()).unwrap()).collect();
        Some((text, numbers))
    }

    #[test]
    fn numbers_are_found_outside_of_strings_names_and_comments() {
        let text =
            "{ a1e5(x: 1.50, y: \"2.5 \\\" 3.5\", z: \"\"\" 4.5 \\\"\"\" 5.5 \"\"\") # 6.5\n b(l: [1e2,-7.25E-3 8]) }";
        let (text, numbers) = rewritten(text, Lexis::Graphql).unwrap();
        assert_eq!(numbers, ["1.50", "1e2", "-7.25E-3"]);
        let expected =
            "{ a1e5(x: 0.00, y: \"2.5 \\\" 3.5\", z: \"\"\" 4.5 \\\"\"\" 5.5 \"\"\") # 6.5\n b(l: [1.0,2.000000 8]) }";
        assert_eq!(text, expected);
        assert!(rewritten("{ a(x: 1, y: -20, z: \"1.5\", b: 9223372036854775807) }", Lexis::Graphql).is_none());
        let (_, numbers) = rewritten(
            r#"{"query":"{ a(x: 1.5) }","variables":{"a\"1.5":[-0,1E+9,100000000000000000000]}}"#,
            Lexis::Json,
        )
        .unwrap();
        assert_eq!(numbers, ["-0", "1E+9", "100000000000000000000"]);
    }

    #[test]
    fn what_is_no_text_of_its_kind_is_left_to_the_parser() {
        for text in ["\"1.5", "\"\"\" 1.5", "{ a(x: -) }", "-", "\"\\", "1.", "1.5.5", "..1", "1e", "{ a(x: 1.e5) }"] {
            for lexis in [Lexis::Graphql, Lexis::Json] {
                let _ = Numbers::of(text, lexis);
            }
            assert!(parse_document(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_place_of_a_document_keeps_the_text() {
        let document = "query A($d: D = 1.10, $l: [D] = [{a: 1.20}]) @d(x: 1.30) { a(x: 1.40) @d(x: 1.50) { ... @d(x: 1.60) { \
            b(x: [{y: 1.70, z: [1.80]}]) } ...F @d(x: 1.90) } } query B { c(x: 2.10) } fragment F on T @d(x: 2.20) { d(x: 2.30) }";
        let shown = format!("{:?}", parse_document(document).unwrap());
        for number in ["1.10", "1.20", "1.30", "1.40", "1.50", "1.60", "1.70", "1.80", "1.90", "2.10", "2.20", "2.30"] {
            assert!(shown.contains(&format!("Binary(b\"{number}\")")), "{number}: {shown}");
        }
        assert!(!shown.contains("Number("), "{shown}");
    }

    #[test]
    fn errors_behind_a_number_are_where_they_were() {
        let error = parse_document("{ a(x: 1.5000, y: 1e5) ! }").unwrap_err();
        let plain = parse_document("{ a(x: 150000, y: 100) ! }").unwrap_err();
        assert_eq!(error.locations, plain.locations);
    }
}
