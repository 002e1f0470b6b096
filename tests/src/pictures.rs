//! Pictures to upload.

/// A whole PNG of so many bytes: one row of grey pixels, not compressed.
///
/// # Panics
///
/// When it cannot have so few or so many.
pub fn png(size: usize) -> Vec<u8> {
    let width = size.checked_sub(69).filter(|width| (1..=8192).contains(width)).expect("70 to 8261 bytes");
    // The row's filter, and its pixels.
    let mut row = vec![0_u8];
    row.resize(1 + width, 7);
    let width = u32::try_from(width).expect("at most 8192").to_be_bytes();
    let header = [&width[..], &1_u32.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(*b"IHDR", &header), &chunk(*b"IDAT", &zlib(&row)), &chunk(*b"IEND", &[])]
        .concat()
}

fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [&name[..], data].concat();
    let crc = named.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    });
    let length = u32::try_from(data.len()).expect("a few bytes").to_be_bytes();
    [&length[..], &named, &(!crc).to_be_bytes()].concat()
}

/// One stored block.
fn zlib(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("a few bytes");
    let (a, b) = data.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    let sum = (b << 16 | a).to_be_bytes();
    [&[0x78, 0x01, 0x01][..], &length.to_le_bytes(), &(!length).to_le_bytes(), data, &sum].concat()
}
