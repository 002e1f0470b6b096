//! A position in JSON text, moved on by one token at a time (RFC 8259). Knows nothing of answers and shapes.

use std::borrow::Cow;

use super::{MAX_DEPTH, Malformed};

/// A position in JSON text that is known to be UTF-8.
pub struct Scan<'b> {
    text: &'b [u8],
    at: usize,
}

impl<'b> Scan<'b> {
    /// At the beginning of `text`.
    pub fn new(text: &'b [u8]) -> Self {
        Self { text, at: 0 }
    }

    pub(crate) fn text(&self, span: (u32, u32)) -> &'b [u8] {
        &self.text[span.0 as usize..span.1 as usize]
    }

    pub(crate) fn malformed(&self, what: &'static str) -> Malformed {
        Malformed { what, at: self.at }
    }

    #[inline]
    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.text.get(self.at) {
            self.at += 1;
        }
    }

    /// The next byte that is not white space.
    #[inline]
    pub fn peek(&mut self) -> Result<u8, Malformed> {
        self.space();
        self.text.get(self.at).copied().ok_or(self.malformed("ends too early"))
    }

    /// Passes `byte`.
    #[inline]
    pub fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.peek()? != byte {
            return Err(self.malformed("unexpected character"));
        }
        self.at += 1;
        Ok(())
    }

    /// Passes the separator before the next item, or the end of the list.
    pub fn item(&mut self, first: &mut bool) -> Result<bool, Malformed> {
        self.separated(first, b']')
    }

    #[inline]
    pub(crate) fn separated(&mut self, first: &mut bool, end: u8) -> Result<bool, Malformed> {
        let next = self.peek()?;
        if next == end {
            self.at += 1;
            return Ok(false);
        }
        if !std::mem::take(first) {
            self.expect(b',')?;
        }
        Ok(true)
    }

    /// The next key of an object with its colon, or `None` at the object's end.
    pub(crate) fn key(&mut self, first: &mut bool) -> Result<Option<Cow<'b, str>>, Malformed> {
        if self.separated(first, b'}')? { self.member().map(Some) } else { Ok(None) }
    }

    /// A key with its colon.
    pub(crate) fn member(&mut self) -> Result<Cow<'b, str>, Malformed> {
        self.peek()?;
        let key = self.string()?;
        self.expect(b':')?;
        Ok(key)
    }

    /// Passes `written` if it stands here to the letter.
    pub(crate) fn passes(&mut self, written: &str) -> bool {
        self.space();
        let stands = self.text[self.at..].starts_with(written.as_bytes());
        if stands {
            self.at += written.len();
        }
        stands
    }

    /// A string, decoded.
    pub(crate) fn string(&mut self) -> Result<Cow<'b, str>, Malformed> {
        let start = self.at;
        let plain = self.pass_string()?;
        let raw = &self.text[start..self.at];
        if plain {
            return std::str::from_utf8(&raw[1..raw.len() - 1])
                .map(Cow::Borrowed)
                .map_err(|_| self.malformed("not UTF-8"));
        }
        serde_json::from_slice(raw).map(Cow::Owned).map_err(|_| self.malformed("bad escape"))
    }

    /// Passes a string; true if nothing in it is escaped.
    fn pass_string(&mut self) -> Result<bool, Malformed> {
        self.expect(b'"')?;
        let mut plain = true;
        loop {
            self.pass_plain();
            match self.text.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(plain);
                }
                Some(b'\\') => {
                    plain = false;
                    self.pass_escape()?;
                }
                Some(0..0x20) => return Err(self.malformed("control character in a string")),
                Some(_) => self.at += 1,
                None => return Err(self.malformed("ends within a string")),
            }
        }
    }

    /// Passes whatever means only itself in a string, eight bytes at a time.
    #[inline]
    fn pass_plain(&mut self) {
        const ONES: u64 = u64::MAX / 255;
        let has_zero = |word: u64| word.wrapping_sub(ONES) & !word;
        while let Some(chunk) = self.text.get(self.at..).and_then(<[u8]>::first_chunk::<8>) {
            let word = u64::from_le_bytes(*chunk);
            let quote = has_zero(word ^ (ONES * u64::from(b'"')));
            let escape = has_zero(word ^ (ONES * u64::from(b'\\')));
            let control = word.wrapping_sub(ONES * 0x20) & !word;
            // The high bit of each byte that is one of these; the lowest is never wrong.
            let special = (quote | escape | control) & (ONES << 7);
            if special != 0 {
                self.at += special.trailing_zeros() as usize / 8;
                return;
            }
            self.at += 8;
        }
    }

    fn pass_escape(&mut self) -> Result<(), Malformed> {
        match self.text.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => {
                let digits = self.text.get(self.at + 2..self.at + 6);
                if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                    return Err(self.malformed("bad escape"));
                }
                self.at += 6;
            }
            _ => return Err(self.malformed("bad escape")),
        }
        Ok(())
    }

    /// Passes any value and tells where it stands.
    pub fn skip(&mut self, depth: usize) -> Result<(u32, u32), Malformed> {
        if depth > MAX_DEPTH {
            return Err(self.malformed("nested too deeply"));
        }
        let byte = self.peek()?;
        let start = self.at;
        match byte {
            b'"' => {
                self.pass_string()?;
            }
            b'{' => {
                self.at += 1;
                let mut first = true;
                while self.separated(&mut first, b'}')? {
                    self.peek()?;
                    self.pass_string()?;
                    self.expect(b':')?;
                    self.skip(depth + 1)?;
                }
            }
            b'[' => {
                self.at += 1;
                let mut first = true;
                while self.item(&mut first)? {
                    self.skip(depth + 1)?;
                }
            }
            b't' => self.pass_word(b"true")?,
            b'f' => self.pass_word(b"false")?,
            b'n' => self.pass_word(b"null")?,
            _ => self.pass_number()?,
        }
        #[allow(clippy::cast_possible_truncation)] // The body is shorter than 4 GiB.
        Ok((start as u32, self.at as u32))
    }

    pub(crate) fn pass_word(&mut self, word: &[u8]) -> Result<(), Malformed> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.malformed("unexpected word"));
        }
        self.at += word.len();
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at == start { Err(self.malformed("a digit is missing")) } else { Ok(()) }
    }

    fn pass_number(&mut self) -> Result<(), Malformed> {
        if self.text.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        if self.text.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.text.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.text.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.text.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    pub(crate) fn end(&mut self) -> Result<(), Malformed> {
        self.space();
        if self.at == self.text.len() { Ok(()) } else { Err(self.malformed("something follows the value")) }
    }
}
