//! Decodes gzip (RFC 1952) piece by piece, within a bound that holds for the bytes that come out as well as for those
//! that go in.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;

use super::TransportError;

/// See the module's description.
pub(super) struct Decoder {
    inner: MultiGzDecoder<Bounded>,
    limit: usize,
    taken: usize,
}

impl Decoder {
    /// Decodes to no more than `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { inner: MultiGzDecoder::new(Bounded { bytes: Vec::new(), limit, is_full: false }), limit, taken: 0 }
    }

    /// Takes the next piece of the encoded body.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), TransportError> {
        // What decodes to nothing may not go on for ever either.
        self.taken = self.taken.saturating_add(piece.len());
        if self.taken > self.limit.saturating_add(OVERHEAD) {
            return Err(TransportError::TooLarge { limit: self.limit });
        }
        self.inner.write_all(piece).map_err(|error| self.refused(&error))
    }

    /// The decoded body, if the encoded one was complete. One without any bytes, as `204` has it, decodes to none.
    pub fn finish(mut self) -> Result<Bytes, TransportError> {
        if self.taken == 0 {
            return Ok(Bytes::new());
        }
        match self.inner.try_finish() {
            Ok(()) => Ok(std::mem::take(&mut self.inner.get_mut().bytes).into()),
            Err(error) => Err(self.refused(&error)),
        }
    }

    fn refused(&self, error: &io::Error) -> TransportError {
        if self.inner.get_ref().is_full {
            TransportError::TooLarge { limit: self.limit }
        } else {
            TransportError::Undecodable(error.to_string())
        }
    }
}

/// By how much gzip may be longer than what it holds: its head, its end, and what cannot be compressed.
const OVERHEAD: usize = 64 * 1024;

/// Keeps what is written, and refuses what exceeds the limit.
struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
    is_full: bool,
}

impl Write for Bounded {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + piece.len() > self.limit {
            self.is_full = true;
            return Err(io::Error::other("the decoded body is too large"));
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn decode(pieces: &[&[u8]], limit: usize) -> Result<Bytes, TransportError> {
        let mut decoder = Decoder::new(limit);
        pieces.iter().try_for_each(|piece| decoder.write(piece))?;
        decoder.finish()
    }

    #[test]
    fn pieces_and_members_are_decoded() {
        let encoded = gzip(b"hello");
        assert_eq!(decode(&[&encoded], 5).unwrap(), "hello");
        assert_eq!(decode(&encoded.chunks(1).collect::<Vec<_>>(), 5).unwrap(), "hello");
        assert_eq!(decode(&[&encoded, &encoded], 10).unwrap(), "hellohello");
        assert_eq!(decode(&[], 0).unwrap(), "");
    }

    #[test]
    fn the_bound_holds_for_what_comes_out_and_for_what_goes_in() {
        let bomb = gzip(&vec![0; 10_000_000]);
        assert!(bomb.len() < 20_000);
        assert!(matches!(decode(&[&bomb], 1_000_000), Err(TransportError::TooLarge { limit: 1_000_000 })));
        let nothing = gzip(b"");
        let endless: Vec<&[u8]> = std::iter::repeat_n(&*nothing, 100_000).collect();
        assert!(matches!(decode(&endless, 10), Err(TransportError::TooLarge { limit: 10 })));
    }

    #[test]
    fn what_is_cut_off_or_no_gzip_is_undecodable() {
        let encoded = gzip(b"hello");
        for bad in [&encoded[..encoded.len() - 4], &encoded[..5], b"{\"data\":null}"] {
            assert!(matches!(decode(&[bad], 100), Err(TransportError::Undecodable(_))), "{bad:?}");
        }
    }
}
