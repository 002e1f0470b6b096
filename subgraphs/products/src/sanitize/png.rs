//! PNG (third edition, APNG included): a sequence of chunks, of which those that a decoder needs are kept.

use std::io::Read as _;

use flate2::{Crc, bufread::ZlibDecoder};

use super::{
    container::{Bounds, Container},
    icc,
    reader::{Reader, Result},
};
use crate::domain::image::ImageError;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Everything up to the end of the first chunk, which is the header.
const HEADER_END: usize = SIGNATURE.len() + 4 + 4 + 13 + 4;

/// Chunks that say how pixels are coded, shown and animated.
const KEPT: [&[u8; 4]; 10] = [b"PLTE", b"IDAT", b"tRNS", b"bKGD", b"pHYs", b"sBIT", b"acTL", b"fcTL", b"fdAT", b"IEND"];
/// Chunks that say how colours are meant, beside a profile.
const COLOUR: [&[u8; 4]; 6] = [b"cHRM", b"gAMA", b"sRGB", b"cICP", b"mDCV", b"cLLI"];

/// A PNG's container, and how its colours are meant.
pub struct Png {
    /// The container.
    pub container: Container,
    /// The chunks that an image that is encoded anew needs, so that its colours stay.
    pub colour: Vec<u8>,
}

/// Reads a PNG and leaves texts, times, Exif metadata and unknown chunks out.
pub fn read(bytes: &[u8], bounds: &Bounds) -> Result<Png> {
    let mut reader = Reader::new(bytes);
    reader.expect(SIGNATURE)?;
    let mut container = Container { clean: SIGNATURE.to_vec(), ..Container::default() };
    let (width, height) = header(&mut reader, &mut container.clean)?;
    container.pixels = bounds.check(width, height)?;
    container.size = (width, height);
    let mut colour = Vec::new();
    loop {
        let (name, data) = chunk(&mut reader)?;
        if KEPT.contains(&&name) {
            write_chunk(&mut container.clean, name, data);
        } else if COLOUR.contains(&&name) {
            write_chunk(&mut container.clean, name, data);
            write_chunk(&mut colour, name, data);
        }
        match &name {
            b"IEND" => break,
            b"fcTL" => container.frames += 1,
            b"eXIf" => container.exif = Some(data.to_vec()),
            b"iCCP" => {
                container.icc = profile(data);
                if container.icc.is_some() {
                    let compressed = after_name(data).unwrap_or_default();
                    write_chunk(&mut container.clean, *b"iCCP", &[b"ICC profile\0\0", compressed].concat());
                }
            }
            // An upper-case first letter says that nobody can show the image who does not know the chunk.
            [b'A'..=b'Z', ..] if !KEPT.contains(&&name) => return Err(ImageError::Broken),
            _ => {}
        }
    }
    reader.finish()?;
    container.frames = container.frames.max(1);
    bounds.check_animation(width, height, container.frames)?;
    Ok(Png { container, colour })
}

/// The image's width and height.
fn header(reader: &mut Reader<'_>, clean: &mut Vec<u8>) -> Result<(u32, u32)> {
    let (name, data) = chunk(reader)?;
    if name != *b"IHDR" || data.len() != 13 {
        return Err(ImageError::Broken);
    }
    write_chunk(clean, name, data);
    let mut header = Reader::new(data);
    Ok((u32::from_be_bytes(header.array()?), u32::from_be_bytes(header.array()?)))
}

/// The next chunk's name and data, if its checksum is right.
fn chunk<'a>(reader: &mut Reader<'a>) -> Result<([u8; 4], &'a [u8])> {
    let length = reader.be32()?;
    let name: [u8; 4] = reader.array()?;
    let data = reader.take(length)?;
    if u32::from_be_bytes(reader.array()?) != checksum(name, data) {
        return Err(ImageError::Broken);
    }
    Ok((name, data))
}

fn write_chunk(out: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    out.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend(name);
    out.extend(data);
    out.extend(checksum(name, data).to_be_bytes());
}

fn checksum(name: [u8; 4], data: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(&name);
    crc.update(data);
    crc.sum()
}

/// The compressed profile in a chunk `iCCP`, which begins with a name and the method of compression.
fn after_name(data: &[u8]) -> Option<&[u8]> {
    let name = data.iter().position(|byte| *byte == 0)?;
    data.get(name + 1..)?.strip_prefix(&[0])
}

/// The profile, unless it is too long, malformed, or followed by anything.
fn profile(data: &[u8]) -> Option<Vec<u8>> {
    let mut compressed = after_name(data)?;
    let mut profile = Vec::new();
    let bound = u64::try_from(icc::MAX_LENGTH).ok()? + 1;
    ZlibDecoder::new(&mut compressed).take(bound).read_to_end(&mut profile).ok()?;
    (compressed.is_empty() && icc::is_profile(&profile)).then_some(profile)
}

/// `encoded`, a PNG that was written here, with `colour` behind its header.
pub fn with_colour(encoded: &[u8], colour: &[u8]) -> Vec<u8> {
    match encoded.split_at_checked(HEADER_END) {
        Some((header, rest)) => [header, colour, rest].concat(),
        None => encoded.to_vec(),
    }
}
