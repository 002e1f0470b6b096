//! JPEG (ITU-T T.81): a sequence of segments, of which those that a decoder needs are kept.

mod frame;

use self::frame::Frame;
use super::{
    container::{Bounds, Container},
    icc,
    reader::{Reader, Result},
};
use crate::domain::image::ImageError;

const START: [u8; 2] = [0xFF, 0xD8];
const END: u8 = 0xD9;
const START_OF_SCAN: u8 = 0xDA;
const RESTART_INTERVAL: u8 = 0xDD;
const EXIF: &[u8] = b"Exif\0\0";
const ICC: &[u8] = b"ICC_PROFILE\0";
/// A progressive image has about ten scans. Each costs a pass over all blocks and may be a few bytes long, so that many
/// of them would cost hours.
const MAX_SCANS: usize = 100;
/// The most bytes of a profile in one segment.
const ICC_PART: usize = 65_519;
/// More data than any decoder reads ahead. They are no marker, and no run of equal blocks in any table.
const FILLER: [u8; 64] = [0x55; 64];

/// The parts of the image as they are read.
#[derive(Default)]
struct Parts<'a> {
    jfif: Option<Vec<u8>>,
    adobe: Option<&'a [u8]>,
    exif: Option<&'a [u8]>,
    icc: Vec<(u8, &'a [u8])>,
    /// Frame header, tables and scans, in their order.
    coded: Vec<u8>,
    /// The frame and its pixels, once its header was read.
    frame: Option<(Frame, u64)>,
    scans: usize,
    /// How many units of a scan stand between two restart markers; 0 where there are none.
    restart_interval: u16,
    /// The units of the scan whose header was read last.
    units: u32,
}

/// Reads a JPEG and leaves all application segments and comments out, except the few that say how its colours are meant.
pub fn read(bytes: &[u8], bounds: &Bounds) -> Result<Container> {
    let mut reader = Reader::new(bytes);
    reader.expect(&START)?;
    let mut parts = Parts::default();
    loop {
        let marker = marker(&mut reader)?;
        if marker == END {
            break;
        }
        let length = usize::from(reader.be16()?).checked_sub(2).ok_or(ImageError::Broken)?;
        let payload = reader.take(length)?;
        parts.segment(marker, payload, bounds)?;
        if marker == START_OF_SCAN {
            let data = entropy_coded(&mut reader)?;
            parts.check_restarts(data)?;
            parts.coded.extend(data);
        }
    }
    if !is_known_trailer(reader.rest()) {
        reader.finish()?;
    }
    if !parts.frame.as_ref().is_some_and(|(frame, _)| frame.is_scanned()) {
        return Err(ImageError::Broken);
    }
    Ok(parts.container())
}

/// A clean image with more data at its end than it needs. Decoders take zeros for what is missing before the marker that
/// ends a scan, and do not say so; but an image that is whole looks the same whatever follows its data.
pub fn filled(clean: &[u8]) -> Vec<u8> {
    let (data, end) = clean.split_at(clean.len().saturating_sub(2));
    [data, &FILLER, end].concat()
}

/// The next marker's second byte. Any number of fill bytes may stand before it.
fn marker(reader: &mut Reader<'_>) -> Result<u8> {
    reader.expect(&[0xFF])?;
    loop {
        match reader.byte()? {
            0xFF => {}
            byte => return Ok(byte),
        }
    }
}

/// The data of a scan: up to the next marker that is neither a restart nor a stuffed byte.
fn entropy_coded<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8]> {
    let rest = reader.rest();
    let mut at = 0;
    loop {
        let found = rest[at..].iter().position(|byte| *byte == 0xFF).ok_or(ImageError::Broken)?;
        at += found;
        match rest.get(at + 1) {
            Some(0x00 | 0xD0..=0xD7) => at += 2,
            Some(0xFF) => at += 1,
            Some(_) => return reader.take(at),
            None => return Err(ImageError::Broken),
        }
    }
}

/// What cameras write behind the image: a second image (a preview or a gain map, as the Multi-Picture Format says), or
/// the data of one maker. It is left out like all metadata.
fn is_known_trailer(trailer: &[u8]) -> bool {
    trailer.starts_with(&[0xFF, 0xD8, 0xFF]) || trailer.ends_with(b"SEFT")
}

impl<'a> Parts<'a> {
    fn segment(&mut self, marker: u8, payload: &'a [u8], bounds: &Bounds) -> Result<()> {
        match marker {
            // Baseline, extended and progressive frames by Huffman's code: what browsers decode.
            0xC0..=0xC2 => {
                if self.frame.is_some() {
                    return Err(ImageError::Broken);
                }
                let frame = Frame::read(payload)?;
                let (width, height) = frame.size();
                let pixels = bounds.check(width, height)?;
                self.frame = Some((frame, pixels));
                self.keep(marker, payload);
            }
            START_OF_SCAN => {
                self.scans += 1;
                let Some((frame, _)) = &mut self.frame else { return Err(ImageError::Broken) };
                if self.scans > MAX_SCANS {
                    return Err(ImageError::Broken);
                }
                self.units = frame.begin_scan(payload)?;
                self.keep(marker, payload);
            }
            RESTART_INTERVAL => {
                self.restart_interval = Reader::new(payload).be16()?;
                self.keep(marker, payload);
            }
            // Tables.
            0xC4 | 0xDB => self.keep(marker, payload),
            0xE0 if payload.starts_with(b"JFIF\0") && payload.len() >= 14 => {
                // Version, unit and density; no thumbnail.
                self.jfif = Some([&payload[..12], &[0, 0]].concat());
            }
            0xE1 if payload.starts_with(EXIF) => {
                self.exif.get_or_insert(&payload[EXIF.len()..]);
            }
            0xE2 if payload.starts_with(ICC) => self.icc_part(&payload[ICC.len()..])?,
            0xEE if payload.starts_with(b"Adobe") && payload.len() >= 12 => self.adobe = Some(&payload[..12]),
            0xE0..=0xEF | 0xFE => {}
            _ => return Err(ImageError::Broken),
        }
        Ok(())
    }

    /// Refuses a scan that ends before its last interval. (Whether that is whole, decoding tells.)
    fn check_restarts(&self, data: &[u8]) -> Result<()> {
        let markers = data.windows(2).filter(|bytes| bytes[0] == 0xFF && matches!(bytes[1], 0xD0..=0xD7)).count();
        let intervals = self.units.div_ceil(u32::from(self.restart_interval).max(1));
        let is_short = self.restart_interval > 0 && markers + 1 < usize::try_from(intervals).unwrap_or(usize::MAX);
        if is_short { Err(ImageError::Broken) } else { Ok(()) }
    }

    fn keep(&mut self, marker: u8, payload: &[u8]) {
        write_segment(&mut self.coded, marker, payload);
    }

    /// One of the numbered parts that a profile is cut into (ICC.1:2022, annex B.4).
    fn icc_part(&mut self, part: &'a [u8]) -> Result<()> {
        let mut reader = Reader::new(part);
        let (number, _count) = (reader.byte()?, reader.byte()?);
        self.icc.push((number, reader.rest()));
        Ok(())
    }

    fn container(mut self) -> Container {
        self.icc.sort_by_key(|(number, _)| *number);
        let icc: Vec<u8> = self.icc.iter().flat_map(|(_, part)| part.iter().copied()).collect();
        let icc = Some(icc).filter(|icc| icc::is_profile(icc));
        let mut clean = START.to_vec();
        if let Some(jfif) = &self.jfif {
            write_segment(&mut clean, 0xE0, jfif);
        }
        if let Some(adobe) = self.adobe {
            write_segment(&mut clean, 0xEE, adobe);
        }
        let parts = icc.as_deref().unwrap_or_default().chunks(ICC_PART);
        let count = u8::try_from(parts.len()).unwrap_or(u8::MAX);
        for (number, part) in (1..=count).zip(parts) {
            write_segment(&mut clean, 0xE2, &[ICC, &[number, count], part].concat());
        }
        clean.extend(self.coded);
        clean.extend([0xFF, END]);
        let (size, pixels) = self.frame.map(|(frame, pixels)| (frame.size(), pixels)).unwrap_or_default();
        Container { clean, size, pixels, frames: 1, exif: self.exif.map(<[u8]>::to_vec), icc }
    }
}

fn write_segment(out: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    out.extend([0xFF, marker]);
    // Every payload was read from a segment, or is cut to fit into one.
    out.extend(u16::try_from(payload.len() + 2).unwrap_or(u16::MAX).to_be_bytes());
    out.extend(payload);
}
