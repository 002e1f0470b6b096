//! One event is one line, whatever stands in it.
//!
//! Log lines hold texts of clients and of other services. A line feed in one of them could forge a line, an escape
//! sequence could hide one from whoever reads the log at a terminal. So control characters are written as escapes, here,
//! where every line of every program passes, rather than wherever a text is logged.

use std::{
    borrow::Cow,
    fmt::Write as _,
    io::{self, Write},
};

/// Writes an event as one line. The formatter gives each event in one piece, with a line feed at its end.
pub(super) struct Line<W> {
    out: W,
    /// Whether escape sequences are the formatter's own, for colours; it escapes those in texts itself then.
    is_coloured: bool,
}

impl<W> Line<W> {
    pub fn new(out: W, is_coloured: bool) -> Self {
        Self { out, is_coloured }
    }
}

impl<W: Write> Write for Line<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        self.out.write_all(one_line(&text, self.is_coloured).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn one_line(event: &str, is_coloured: bool) -> Cow<'_, str> {
    let line = event.strip_suffix('\n').unwrap_or(event);
    let is_harmless = |letter: char| !letter.is_control() || is_coloured && letter == '\u{1b}';
    if line.chars().all(is_harmless) {
        return Cow::Borrowed(event);
    }
    let mut escaped = String::with_capacity(event.len() + 16);
    for letter in line.chars() {
        match letter {
            letter if is_harmless(letter) => escaped.push(letter),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            // As JSON writes it, too.
            letter => _ = write!(escaped, "\\u{:04x}", u32::from(letter)),
        }
    }
    escaped.push('\n');
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(event: &str, is_coloured: bool) -> String {
        let mut out = Vec::new();
        Line::new(&mut out, is_coloured).write_all(event.as_bytes()).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_event_is_one_line_whatever_stands_in_it() {
        assert_eq!(written("INFO said a=\"é\"\n", false), "INFO said a=\"é\"\n");
        assert_eq!(
            written("said \r\n2026-01-01 ERROR forged\t\u{1b}[2K\u{7f}\u{9b}\0\n", false),
            "said \\r\\n2026-01-01 ERROR forged\\t\\u001b[2K\\u007f\\u009b\\u0000\n"
        );
        assert_eq!(written("\u{1b}[32m INFO\u{1b}[0m a\nb\n", true), "\u{1b}[32m INFO\u{1b}[0m a\\nb\n");
        assert_eq!(written("", false), "");
    }
}
