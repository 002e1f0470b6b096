//! WebP (RFC 9649): a RIFF container of chunks, of which those that a decoder needs are kept.

use super::{
    container::{Bounds, Container},
    icc,
    reader::{Reader, Result},
};
use crate::domain::image::ImageError;

/// Bits of the extended header that announce chunks.
const HAS_ICC: u8 = 0x20;
const HAS_ALPHA: u8 = 0x10;
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;
/// What a chunk of a frame of an animation has before its image.
const FRAME_HEADER: usize = 16;

/// Reads a WebP and leaves Exif and XMP metadata and unknown chunks out.
pub fn read(bytes: &[u8], bounds: &Bounds) -> Result<Container> {
    let mut reader = Reader::new(bytes);
    reader.expect(b"RIFF")?;
    let length = reader.le32()?;
    let mut body = Reader::new(reader.take(length)?);
    reader.finish()?;
    body.expect(b"WEBP")?;

    let mut container = Container::default();
    let (mut chunks, mut canvas, mut header) = (Vec::new(), None, None);
    while !body.rest().is_empty() {
        let (name, data) = chunk(&mut body)?;
        match &name {
            b"VP8X" if chunks.is_empty() && canvas.is_none() => {
                let size = extended(data)?;
                container.pixels = bounds.check(size.0, size.1)?;
                canvas = Some(size);
                header = Some(data);
            }
            b"VP8 " | b"VP8L" => {
                let (width, height) = image_size(name, data)?;
                container.pixels = container.pixels.max(bounds.check(width, height)?);
                container.size = (width, height);
                write_chunk(&mut chunks, name, data);
            }
            b"ANMF" => {
                let (head, image) = data.split_at_checked(FRAME_HEADER).ok_or(ImageError::Broken)?;
                write_chunk(&mut chunks, name, &[head, &frame(image, bounds)?].concat());
                container.frames += 1;
            }
            b"ICCP" if icc::is_profile(data) => {
                container.icc = Some(data.to_vec());
                write_chunk(&mut chunks, name, data);
            }
            b"ANIM" | b"ALPH" => write_chunk(&mut chunks, name, data),
            b"EXIF" => {
                // Some programs write the prefix that Exif has in a JPEG.
                container.exif.get_or_insert_with(|| data.strip_prefix(b"Exif\0\0").unwrap_or(data).to_vec());
            }
            _ => {}
        }
    }
    if let Some((width, height)) = canvas {
        bounds.check_animation(width, height, container.frames)?;
        container.size = (width, height);
    }
    container.frames = container.frames.max(1);
    container.clean = riff(header, container.icc.is_some(), &chunks);
    Ok(container)
}

/// The whole file: an extended header, if there was one, that announces what is still there, and the chunks.
fn riff(header: Option<&[u8]>, has_icc: bool, chunks: &[u8]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    if let Some(header) = header {
        let mut header = header.to_vec();
        header[0] &= !(HAS_EXIF | HAS_XMP | HAS_ICC);
        if has_icc {
            header[0] |= HAS_ICC;
        }
        write_chunk(&mut body, *b"VP8X", &header);
    }
    body.extend(chunks);
    let mut file = Vec::with_capacity(body.len() + 8);
    write_chunk(&mut file, *b"RIFF", &body);
    file
}

/// `encoded`, a still lossy WebP of this size without a profile, with `profile`.
pub fn with_profile(encoded: &[u8], (width, height): (u32, u32), profile: &[u8]) -> Result<Vec<u8>> {
    let (mut body, mut image) = (Reader::new(encoded.get(12..).ok_or(ImageError::Broken)?), Vec::new());
    let mut flags = HAS_ICC;
    while !body.rest().is_empty() {
        let (name, data) = chunk(&mut body)?;
        if name == *b"ALPH" {
            flags |= HAS_ALPHA;
        }
        if name != *b"VP8X" {
            write_chunk(&mut image, name, data);
        }
    }
    let side = |length: u32| (length - 1).to_le_bytes();
    let (width, height) = (side(width), side(height));
    let header = [&[flags, 0, 0, 0][..], &width[..3], &height[..3]].concat();
    let mut chunks = Vec::new();
    write_chunk(&mut chunks, *b"ICCP", profile);
    chunks.extend(image);
    Ok(riff(Some(&header), true, &chunks))
}

/// The chunks of a frame that are its image.
fn frame(bytes: &[u8], bounds: &Bounds) -> Result<Vec<u8>> {
    let (mut reader, mut chunks) = (Reader::new(bytes), Vec::new());
    while !reader.rest().is_empty() {
        let (name, data) = chunk(&mut reader)?;
        if matches!(&name, b"VP8 " | b"VP8L") {
            let (width, height) = image_size(name, data)?;
            bounds.check(width, height)?;
        }
        if matches!(&name, b"VP8 " | b"VP8L" | b"ALPH") {
            write_chunk(&mut chunks, name, data);
        }
    }
    Ok(chunks)
}

/// The canvas of an extended header.
fn extended(data: &[u8]) -> Result<(u32, u32)> {
    let mut reader = Reader::new(data);
    reader.take(4)?;
    let (width, height) = (reader.le24()? + 1, reader.le24()? + 1);
    if reader.rest().is_empty() { Ok((width, height)) } else { Err(ImageError::Broken) }
}

/// The size that a lossy (RFC 6386, section 9.1) or lossless (RFC 9649, section 3.4) image begins with.
fn image_size(name: [u8; 4], data: &[u8]) -> Result<(u32, u32)> {
    let mut reader = Reader::new(data);
    if name == *b"VP8 " {
        reader.take(3)?;
        reader.expect(&[0x9D, 0x01, 0x2A])?;
        return Ok(((reader.le16()? & 0x3FFF).into(), (reader.le16()? & 0x3FFF).into()));
    }
    reader.expect(&[0x2F])?;
    let bits = u32::from_le_bytes(reader.array()?);
    Ok(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
}

/// The next chunk's name and data; a chunk of an odd length is padded with a byte.
fn chunk<'a>(reader: &mut Reader<'a>) -> Result<([u8; 4], &'a [u8])> {
    let (name, length) = (reader.array()?, reader.le32()?);
    let data = reader.take(length)?;
    if length % 2 == 1 {
        reader.byte()?;
    }
    Ok((name, data))
}

fn write_chunk(out: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    out.extend(name);
    out.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend(data);
    if data.len() % 2 == 1 {
        out.push(0);
    }
}
