//! Images of every kind, whole and damaged, with and without metadata.

use std::io::Cursor;

use flate2::Crc;
use image::{Delay, DynamicImage, Frame, ImageFormat, Rgb, RgbImage, codecs::gif::GifEncoder};

use super::*;

const KINDS: [ImageKind; 4] = ImageKind::ALL;
const BOUNDS: Bounds = Bounds { max_side: 8192, max_pixels: 40_000_000 };

/// Two rows of three colours, so that every orientation gives another picture.
fn picture() -> RgbImage {
    let colours = [[200, 0, 0], [0, 200, 0], [0, 0, 200], [200, 200, 0], [0, 200, 200], [200, 0, 200]];
    RgbImage::from_fn(48, 32, |x, y| Rgb(colours[(x / 16 + y / 16 * 3) as usize]))
}

fn encoded(kind: ImageKind) -> Vec<u8> {
    let format = match kind {
        ImageKind::Png => ImageFormat::Png,
        ImageKind::Jpeg => ImageFormat::Jpeg,
        ImageKind::Webp => ImageFormat::WebP,
        ImageKind::Gif => ImageFormat::Gif,
    };
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture()).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn sanitized(kind: ImageKind, bytes: &[u8]) -> Result<Vec<u8>> {
    let image = read(kind, bytes, &BOUNDS)?;
    finish(kind, image, &BOUNDS, 100_000).map(|clean| clean.bytes.to_vec())
}

#[track_caller]
fn decoded(bytes: &[u8]) -> RgbImage {
    image::load_from_memory(bytes).unwrap().to_rgb8()
}

/// `inserted` behind the first `at` bytes.
fn insert(bytes: &[u8], at: usize, inserted: &[u8]) -> Vec<u8> {
    [&bytes[..at], inserted, &bytes[at..]].concat()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker][..], &length, payload].concat()
}

fn png_chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(&name);
    crc.update(data);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], &name, data, &crc.sum().to_be_bytes()].concat()
}

fn riff_chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    [&name[..], &length, data, &vec![0; data.len() % 2]].concat()
}

/// Exif metadata with an orientation and a text.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    tiff.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend(b"taken at home");
    tiff
}

/// A profile's header and nothing else.
fn profile() -> Vec<u8> {
    let mut profile = vec![0; 132];
    profile[3] = 132;
    profile[36..40].copy_from_slice(b"acsp");
    profile
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A WebP of these chunks, with an extended header that has these flags.
fn extended_webp(flags: u8, chunks: &[Vec<u8>]) -> Vec<u8> {
    let header = riff_chunk(*b"VP8X", &[flags, 0, 0, 0, 47, 0, 0, 31, 0, 0]);
    riff_chunk(*b"RIFF", &[b"WEBP".to_vec(), header, chunks.concat()].concat())
}

/// The chunk with the image of a WebP that has no other.
fn webp_image() -> Vec<u8> {
    encoded(ImageKind::Webp)[12..].to_vec()
}

/// The picture with metadata of every sort: an orientation, a text, a comment, and a profile where the kind has one.
fn with_metadata(kind: ImageKind, orientation: u8, profile: &[u8]) -> Vec<u8> {
    let bytes = encoded(kind);
    match kind {
        ImageKind::Jpeg => {
            let exif = segment(0xE1, &[b"Exif\0\0", &exif(orientation)[..]].concat());
            let xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>secret</x>");
            let comment = segment(0xFE, b"secret");
            // In two parts, the second first.
            let (first, second) = profile.split_at(profile.len() / 2);
            let part = |number, part: &[u8]| segment(0xE2, &[b"ICC_PROFILE\0", &[number, 2][..], part].concat());
            insert(&bytes, 2, &[exif, xmp, comment, part(2, second), part(1, first)].concat())
        }
        ImageKind::Png => {
            let texts = [png_chunk(*b"tEXt", b"Comment\0secret"), png_chunk(*b"teST", b"secret")].concat();
            let icc = png_chunk(*b"iCCP", &[b"secret\0\0", &deflated(profile)[..]].concat());
            let gamma = png_chunk(*b"gAMA", &45_455_u32.to_be_bytes());
            insert(&bytes, 33, &[icc, gamma, texts, png_chunk(*b"eXIf", &exif(orientation))].concat())
        }
        ImageKind::Webp => {
            let image = webp_image();
            let chunks = [
                riff_chunk(*b"ICCP", profile),
                image,
                riff_chunk(*b"EXIF", &exif(orientation)),
                riff_chunk(*b"XMP ", b"<x>secret</x>"),
                riff_chunk(*b"ABCD", b"secret"),
            ];
            extended_webp(0x2C, &chunks)
        }
        ImageKind::Gif => {
            let blocks = [
                &b"\x21\xFE\x06secret\0"[..],
                b"\x21\xFF\x0bXMP DataXMP\x06secret\0",
                b"\x21\x01\x0c\0\0\0\0\0\0\0\0\0\0\0\0\x06secret\0",
            ];
            let palette = 3 << ((bytes[10] & 7) + 1);
            let at = 13 + if bytes[10] & 0x80 == 0 { 0 } else { palette };
            insert(&bytes, at, &blocks.concat())
        }
    }
}

#[test]
fn the_pixels_that_are_sent_are_those_that_are_served() {
    for kind in KINDS {
        let sent = encoded(kind);
        let clean = sanitized(kind, &sent).unwrap();
        assert_eq!(ImageKind::by_content(&clean), Some(kind));
        assert_eq!(decoded(&clean), decoded(&sent), "{kind:?}");
        assert_eq!(sanitized(kind, &clean).unwrap(), clean, "{kind:?}: what is clean stays as it is");
    }
}

#[test]
fn metadata_stay_behind_and_profiles_stay() {
    for kind in KINDS {
        let profile = profile();
        let sent = with_metadata(kind, 1, &profile);
        assert!(contains(&sent, "secret"), "{kind:?}");
        let clean = sanitized(kind, &sent).unwrap();
        assert!(!contains(&clean, "secret") && !contains(&clean, "home"), "{kind:?}");
        assert_eq!(decoded(&clean), decoded(&encoded(kind)), "{kind:?}");
        let image = read(kind, &clean, &BOUNDS).unwrap();
        assert_eq!(image.container.icc.is_some(), kind != ImageKind::Gif, "{kind:?}");
        // What only looks like a profile may be anything.
        let sent = with_metadata(kind, 1, &[b'A'; 132]);
        let image = read(kind, &sanitized(kind, &sent).unwrap(), &BOUNDS).unwrap();
        assert_eq!(image.container.icc, None, "{kind:?}");
    }
    let png = with_metadata(ImageKind::Png, 1, &profile());
    assert!(contains(&sanitized(ImageKind::Png, &png).unwrap(), "gAMA"), "it says how colours are meant");
}

#[test]
fn an_image_is_turned_as_its_metadata_ask() {
    for kind in [ImageKind::Png, ImageKind::Jpeg, ImageKind::Webp] {
        for orientation in 2..=8 {
            let clean = sanitized(kind, &with_metadata(kind, orientation, &profile())).unwrap();
            let mut expected = DynamicImage::from(picture());
            expected.apply_orientation(image::metadata::Orientation::from_exif(orientation).unwrap());
            let (expected, turned) = (expected.to_rgb8(), decoded(&clean));
            assert_eq!(turned.dimensions(), expected.dimensions(), "{kind:?} {orientation}");
            for (x, y) in [(4, 4), (4, turned.height() - 4), (turned.width() - 4, 4)] {
                let difference =
                    |channel: usize| turned.get_pixel(x, y)[channel].abs_diff(expected.get_pixel(x, y)[channel]);
                assert!((0..3).all(|channel| difference(channel) < 30), "{kind:?} {orientation} {x} {y}");
            }
            let image = read(kind, &clean, &BOUNDS).unwrap();
            assert_eq!((image.container.exif, image.container.icc), (None, Some(profile())), "{kind:?}");
        }
        // An orientation that does not exist is none.
        let clean = sanitized(kind, &with_metadata(kind, 9, &profile())).unwrap();
        assert_eq!(decoded(&clean), decoded(&encoded(kind)), "{kind:?}");
    }
    let png = sanitized(ImageKind::Png, &with_metadata(ImageKind::Png, 6, &profile())).unwrap();
    assert!(contains(&png, "gAMA"));
}

#[test]
fn what_is_not_whole_is_refused() {
    for kind in KINDS {
        let whole = encoded(kind);
        for length in (0..whole.len()).step_by(3).chain([whole.len() - 1]) {
            assert!(sanitized(kind, &whole[..length]).is_err(), "{kind:?}: {length} of {} bytes", whole.len());
        }
        // The right beginning, and then something else.
        let magic = &whole[..12];
        let html = [magic, b"<html><script>alert(1)</script></html>"].concat();
        assert!(sanitized(kind, &html).is_err(), "{kind:?}");
        for other in KINDS.into_iter().filter(|other| *other != kind) {
            assert_eq!(sanitized(other, &whole), Err(ImageError::Content), "{kind:?} as {other:?}");
        }
    }
    assert!(sanitized(ImageKind::Gif, b"GIF89a=1;alert(1)//").is_err());
    assert!(sanitized(ImageKind::Png, b"\x89PNG\r\n\x1a\n").is_err());
    // A JPEG whose data are no code of its tables: a decoder that is lenient shows them in grey.
    let jpeg = encoded(ImageKind::Jpeg);
    let scan = jpeg.windows(2).position(|bytes| bytes == [0xFF, 0xDA]).unwrap() + 14;
    let damaged = [&jpeg[..scan], &[0xFF, 0].repeat(60), &[0xFF, 0xD9]].concat();
    assert_eq!(sanitized(ImageKind::Jpeg, &damaged), Err(ImageError::Broken));
    // Data that do not fit their checksum.
    let mut png = encoded(ImageKind::Png);
    let middle = png.len() / 2;
    png[middle] ^= 1;
    assert_eq!(sanitized(ImageKind::Png, &png), Err(ImageError::Broken));
}

const PROGRESSIVE: &[u8] = include_bytes!("../../tests/pictures/progressive.jpg");
/// With a marker after every second unit.
const RESTARTS: &[u8] = include_bytes!("../../tests/pictures/restarts.jpg");

/// Where the data of a JPEG's last scan begin.
fn last_scan(jpeg: &[u8]) -> usize {
    let header = jpeg.windows(2).rposition(|bytes| bytes == [0xFF, 0xDA]).unwrap() + 2;
    header + usize::from(u16::from_be_bytes([jpeg[header], jpeg[header + 1]]))
}

#[test]
fn a_jpeg_that_is_cut_off_and_closed_again_is_refused() {
    let baseline = encoded(ImageKind::Jpeg);
    for (name, whole) in [("baseline", &baseline[..]), ("progressive", PROGRESSIVE), ("restarts", RESTARTS)] {
        assert_eq!(sanitized(ImageKind::Jpeg, whole).unwrap(), whole, "{name}");
        // The last byte may be nothing but the fill of the byte before.
        for end in last_scan(whole)..whole.len() - 3 {
            let closed = [&whole[..end], &[0xFF, 0xD9]].concat();
            assert_eq!(
                sanitized(ImageKind::Jpeg, &closed),
                Err(ImageError::Broken),
                "{name}: {end} of {}",
                whole.len()
            );
        }
    }
    // Without any of its scans.
    let first = PROGRESSIVE.windows(2).position(|bytes| bytes == [0xFF, 0xDA]).unwrap();
    let none = [&PROGRESSIVE[..first], &[0xFF, 0xD9]].concat();
    assert_eq!(sanitized(ImageKind::Jpeg, &none), Err(ImageError::Broken));
}

#[test]
fn other_images_that_are_cut_off_and_closed_again_are_refused() {
    /// The last bytes end the data and hold a checksum of them: without those, no pixel is missing.
    const END: usize = 8;
    // The compressed data of the only chunk, shorter, in a chunk that is whole.
    let png = encoded(ImageKind::Png);
    let data = png.windows(4).position(|bytes| bytes == b"IDAT").unwrap() + 4;
    let length = u32::from_be_bytes(png[data - 8..data - 4].try_into().unwrap()) as usize;
    for kept in 0..length - END {
        let chunk = png_chunk(*b"IDAT", &png[data..data + kept]);
        let closed = [&png[..data - 8], &chunk, &png[png.len() - 12..]].concat();
        assert_eq!(sanitized(ImageKind::Png, &closed), Err(ImageError::Broken), "PNG: {kept} of {length}");
    }
    let image = webp_image();
    for kept in 8..image.len() - END {
        let chunk = riff_chunk(*b"VP8L", &image[8..kept]);
        let closed = riff_chunk(*b"RIFF", &[b"WEBP".to_vec(), chunk].concat());
        assert_eq!(sanitized(ImageKind::Webp, &closed), Err(ImageError::Broken), "WebP: {kept} of {}", image.len());
    }
    // The data of the only frame, in blocks of at most 255 bytes after the size of a code.
    let gif = encoded(ImageKind::Gif);
    let descriptor = gif.iter().rposition(|byte| *byte == 0x2C).unwrap();
    let palette = gif[descriptor + 9];
    let data = descriptor + 11 + if palette & 0x80 == 0 { 0 } else { 3 << ((palette & 7) + 1) };
    let length = usize::from(gif[data]);
    assert_eq!(gif[data + length + 1..], [0, 0x3B], "one block");
    for kept in 1..length - END {
        let block = [&[u8::try_from(kept).unwrap()], &gif[data + 1..=data + kept]].concat();
        let closed = [&gif[..data], &block, &[0, 0x3B]].concat();
        assert_eq!(sanitized(ImageKind::Gif, &closed), Err(ImageError::Broken), "GIF: {kept} of {length}");
    }
}

#[test]
fn nothing_stands_behind_the_end() {
    for kind in KINDS {
        for other in [&b"<script>alert(1)</script>"[..], b"PK\x03\x04archive", b"%PDF-1.7"] {
            let polyglot = [&encoded(kind), other].concat();
            assert_eq!(sanitized(kind, &polyglot), Err(ImageError::TrailingBytes), "{kind:?}");
        }
        let padded = [&encoded(kind)[..], &[0; 16]].concat();
        assert_eq!(sanitized(kind, &padded), sanitized(kind, &encoded(kind)), "{kind:?}");
    }
    // What cameras write behind an image is left out.
    let jpeg = encoded(ImageKind::Jpeg);
    for trailer in [&jpeg[..], b"maker's dataSEFT"] {
        let sent = [&jpeg, trailer].concat();
        assert_eq!(sanitized(ImageKind::Jpeg, &sent), sanitized(ImageKind::Jpeg, &jpeg));
    }
}

#[test]
fn dimensions_are_bounded_before_anything_is_decoded() {
    let patch = |kind, at: usize, size: &[u8]| {
        let mut bytes = encoded(kind);
        bytes[at..at + size.len()].copy_from_slice(size);
        if kind == ImageKind::Png {
            let header = png_chunk(*b"IHDR", &bytes[16..29]);
            bytes[8..33].copy_from_slice(&header);
        }
        bytes
    };
    let jpeg = encoded(ImageKind::Jpeg);
    let frame = jpeg.windows(2).position(|bytes| bytes == [0xFF, 0xC0]).unwrap() + 5;
    let side = |side: u32| side.to_be_bytes();
    for (kind, bytes, error) in [
        (ImageKind::Png, patch(ImageKind::Png, 16, &[side(60_000), side(60_000)].concat()), ImageError::Dimensions),
        (ImageKind::Png, patch(ImageKind::Png, 16, &[side(8193), side(1)].concat()), ImageError::Dimensions),
        (ImageKind::Png, patch(ImageKind::Png, 16, &[side(6400), side(6400)].concat()), ImageError::Dimensions),
        (ImageKind::Png, patch(ImageKind::Png, 16, &[side(0), side(0)].concat()), ImageError::Broken),
        (ImageKind::Jpeg, patch(ImageKind::Jpeg, frame, &[0xFF, 0xFF, 0xFF, 0xFF]), ImageError::Dimensions),
        (ImageKind::Jpeg, patch(ImageKind::Jpeg, frame, &[0, 0]), ImageError::Broken),
        (ImageKind::Gif, patch(ImageKind::Gif, 6, &[0xFF, 0xFF, 0xFF, 0xFF]), ImageError::Dimensions),
        (ImageKind::Gif, patch(ImageKind::Gif, 6, &[0, 0]), ImageError::Broken),
        // The size of a lossless image: 14 bits each.
        (ImageKind::Webp, patch(ImageKind::Webp, 21, &[0xFF, 0xFF, 0xFF, 0x0F]), ImageError::Dimensions),
    ] {
        assert_eq!(sanitized(kind, &bytes), Err(error), "{kind:?}");
    }
}

fn animated_gif(frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder.set_repeat(image::codecs::gif::Repeat::Infinite).unwrap();
    let frame = |n: u8| {
        let picture = RgbImage::from_pixel(8, 8, Rgb([n, 0, 0]));
        Frame::from_parts(DynamicImage::from(picture).to_rgba8(), 0, 0, Delay::from_numer_denom_ms(100, 1))
    };
    encoder.encode_frames((0..frames).map(|n| frame(u8::try_from(n).unwrap()))).unwrap();
    drop(encoder);
    bytes
}

fn animated_webp(chunks: &[Vec<u8>]) -> Vec<u8> {
    // At the origin, 48 by 32, 100 ms.
    let head = [0, 0, 0, 0, 0, 0, 47, 0, 0, 31, 0, 0, 100, 0, 0, 0];
    let frame = riff_chunk(*b"ANMF", &[&head[..], &webp_image()].concat());
    let animation = riff_chunk(*b"ANIM", &[0; 6]);
    extended_webp(0x02, &[&[animation, frame.clone(), frame][..], chunks].concat())
}

/// The picture, and the same once more as a second frame.
fn animated_png() -> Vec<u8> {
    let png = encoded(ImageKind::Png);
    let data = png.windows(4).position(|bytes| bytes == b"IDAT").unwrap();
    let length = u32::from_be_bytes(png[data - 4..data].try_into().unwrap()) as usize;
    let control = |number: u32| {
        let sizes = [number, 48, 32, 0, 0].map(u32::to_be_bytes).concat();
        png_chunk(*b"fcTL", &[&sizes[..], &[0, 1, 0, 10, 0, 0]].concat())
    };
    let head = [png_chunk(*b"acTL", &[2_u32, 0].map(u32::to_be_bytes).concat()), control(0)].concat();
    let second = [&2_u32.to_be_bytes()[..], &png[data + 4..data + 4 + length]].concat();
    let end = png.len() - 12;
    let with_second = insert(&png, end, &[control(1), png_chunk(*b"fdAT", &second)].concat());
    insert(&with_second, 33, &head)
}

#[test]
fn animations_stay_whole() {
    for (kind, bytes, frames) in [
        (ImageKind::Gif, animated_gif(5), 5),
        (ImageKind::Webp, animated_webp(&[]), 2),
        (ImageKind::Png, animated_png(), 2),
    ] {
        let clean = sanitized(kind, &bytes).unwrap();
        assert_eq!(read(kind, &clean, &BOUNDS).unwrap().container.frames, frames, "{kind:?}");
        assert_eq!(clean, bytes, "{kind:?}");
    }
    assert!(contains(&sanitized(ImageKind::Gif, &animated_gif(5)).unwrap(), "NETSCAPE2.0"));
    let turned = animated_webp(&[riff_chunk(*b"EXIF", &exif(6))]);
    assert_eq!(sanitized(ImageKind::Webp, &turned), Err(ImageError::TurnedAnimation));
    // A frame that is announced and does not come.
    let mut png = animated_png();
    let missing = png_chunk(*b"acTL", &[3_u32, 0].map(u32::to_be_bytes).concat());
    png[33..33 + missing.len()].copy_from_slice(&missing);
    assert!(sanitized(ImageKind::Png, &png).is_err());
}

#[test]
fn an_animation_is_bounded_by_all_its_frames() {
    let bounds = Bounds { max_pixels: 64, ..BOUNDS };
    assert!(read(ImageKind::Gif, &animated_gif(5), &bounds).is_ok());
    assert_eq!(read(ImageKind::Gif, &animated_gif(6), &bounds).err(), Some(ImageError::Animation));
    let bounds = Bounds { max_pixels: 48 * 32 - 1, ..BOUNDS };
    assert_eq!(read(ImageKind::Webp, &animated_webp(&[]), &bounds).err(), Some(ImageError::Dimensions));
}

#[test]
fn a_picture_that_grows_when_it_is_turned_is_refused() {
    let image = read(ImageKind::Webp, &with_metadata(ImageKind::Webp, 6, &profile()), &BOUNDS).unwrap();
    assert_eq!(finish(ImageKind::Webp, image, &BOUNDS, 10), Err(ImageError::Turned));
}

#[tokio::test]
async fn large_and_small_images_share_the_permits() {
    for megapixels in [1, 2, 40] {
        let sanitizer = Sanitizer::new(Bounds { max_pixels: megapixels * MEGAPIXEL, ..BOUNDS }, 100_000);
        let images = (0..8).map(|n| {
            let (sanitizer, kind) = (sanitizer.clone(), KINDS[n % 4]);
            async move { sanitizer.clean(kind, encoded(kind).into()).await.unwrap().is_ok() }
        });
        let clean = futures_util::future::join_all(images).await;
        assert_eq!(clean, [true; 8], "{megapixels}");
        assert_eq!(sanitizer.weight(megapixels * MEGAPIXEL), u32::try_from(megapixels).unwrap());
    }
}
