//! Pictures without a picture library: a palette, a pattern, and the few chunks that make them a PNG (RFC 2083).

/// The width and height of a picture, in pixels.
pub const SIDE: u32 = 64;

/// A square of two colours, of which `seed` chooses both and the pattern.
pub fn picture(seed: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend(SIDE.to_be_bytes());
    header.extend(SIDE.to_be_bytes());
    // One bit per pixel, by palette; the usual compression and filter, not interlaced.
    header.extend([1, 3, 0, 0, 0]);
    chunk(&mut png, *b"IHDR", &header);
    let [light, dark] = colours(seed);
    chunk(&mut png, *b"PLTE", &[light, dark].concat());
    chunk(&mut png, *b"IDAT", &zlib(&pixels(seed)));
    chunk(&mut png, *b"IEND", &[]);
    png
}

/// Each row: the filter "none", then a bit per pixel.
fn pixels(seed: u32) -> Vec<u8> {
    let (scale, shift) = (4 + seed % 5, seed % 7);
    let dark = |x: u32, y: u32| (x * (1 + seed % 3) / scale + y / scale + x * y * shift / 97).is_multiple_of(2);
    let mut rows = Vec::new();
    for y in 0..SIDE {
        rows.push(0);
        for byte in 0..SIDE / 8 {
            rows.push((0..8).fold(0_u8, |bits, bit| bits << 1 | u8::from(dark(byte * 8 + bit, y))));
        }
    }
    rows
}

fn colours(seed: u32) -> [[u8; 3]; 2] {
    let tone = |step: u32| u8::try_from(seed.wrapping_mul(step) % 96).unwrap_or_default();
    let [r, g, b] = [tone(37), tone(61), tone(89)];
    [[160 + r, 160 + g, 160 + b], [r, g, b]]
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    png.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let start = png.len();
    png.extend(kind);
    png.extend(data);
    let sum = crc32(&png[start..]);
    png.extend(sum.to_be_bytes());
}

/// One stored block: the format asks for zlib, not for compression.
fn zlib(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    let mut stream = vec![0x78, 0x01, 0x01];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(data);
    stream.extend(adler32(data).to_be_bytes());
    stream
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

fn adler32(bytes: &[u8]) -> u32 {
    let step = |(a, b): (u32, u32), byte: &u8| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    };
    let (a, b) = bytes.iter().fold((1, 0), step);
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ImageKind;

    #[test]
    fn the_sums_are_the_known_ones() {
        assert_eq!(crc32(b"IEND"), 0xAE42_6082);
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
    }

    #[test]
    fn a_picture_is_a_png_and_seeds_differ() {
        assert_eq!(ImageKind::by_content(&picture(1)), Some(ImageKind::Png));
        assert_ne!(picture(1), picture(2));
        assert!(picture(1).len() < 1000);
    }
}
