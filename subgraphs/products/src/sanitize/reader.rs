//! A cursor over the bytes of an image container. A read past the end is an error, never a panic.

use crate::domain::image::ImageError;

/// The outcome of a read.
pub type Result<T> = std::result::Result<T, ImageError>;

/// Reads a container from the front.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A cursor at the first byte of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What was not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(ImageError::Broken)?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| ImageError::Broken)
    }

    /// The next byte.
    pub fn byte(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    /// The next two bytes, most significant first.
    pub fn be16(&mut self) -> Result<u16> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    /// The next four bytes, most significant first, as a length.
    pub fn be32(&mut self) -> Result<usize> {
        usize::try_from(u32::from_be_bytes(self.array()?)).map_err(|_| ImageError::Broken)
    }

    /// The next two bytes, least significant first.
    pub fn le16(&mut self) -> Result<u16> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    /// The next three bytes, least significant first.
    pub fn le24(&mut self) -> Result<u32> {
        let [low, middle, high] = self.array()?;
        Ok(u32::from_le_bytes([low, middle, high, 0]))
    }

    /// The next four bytes, least significant first, as a length.
    pub fn le32(&mut self) -> Result<usize> {
        usize::try_from(u32::from_le_bytes(self.array()?)).map_err(|_| ImageError::Broken)
    }

    /// Fails unless the next bytes are `expected`.
    pub fn expect(&mut self, expected: &[u8]) -> Result<()> {
        if self.take(expected.len())? == expected { Ok(()) } else { Err(ImageError::Broken) }
    }

    /// Fails where anything but zero padding is left: bytes behind an image's end belong to no image, and are how one
    /// file is an image to one program and an archive or a page to another.
    pub fn finish(self) -> Result<()> {
        if self.rest.iter().all(|byte| *byte == 0) { Ok(()) } else { Err(ImageError::TrailingBytes) }
    }
}
