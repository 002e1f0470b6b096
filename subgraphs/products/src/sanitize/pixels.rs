//! Decoding the pixels of an image whose container was read: the proof that they are all there, and turning them.

use std::{
    hash::{DefaultHasher, Hasher as _},
    io::Cursor,
};

use image::{
    AnimationDecoder, DynamicImage, ImageDecoder, ImageEncoder, Limits,
    codecs::{
        gif::GifDecoder,
        jpeg::JpegEncoder,
        png::{PngDecoder, PngEncoder},
        webp::{WebPDecoder, WebPEncoder},
    },
    metadata::Orientation,
};
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use super::{
    container::{Bounds, Container},
    jpeg, png,
    reader::Result,
};
use crate::domain::{Dimensions, ImageKind, image::ImageError};

/// The memory of a decoder beside the image's own: intermediate rows and frames.
const MAX_ALLOCATION: u64 = 1024 * 1024 * 1024;
/// How good a JPEG is that had to be turned: no difference can be seen, and it grows little.
const JPEG_QUALITY: u8 = 92;

/// Decodes all frames, so that what is cut off or damaged is found.
pub fn prove(kind: ImageKind, container: &Container, bounds: &Bounds) -> Result<()> {
    let bytes = container.clean.as_slice();
    match kind {
        ImageKind::Jpeg => {
            let picture = |bytes: &[u8]| Ok(digest(&jpeg(bytes, bounds)?.0));
            if picture(bytes)? == picture(&jpeg::filled(bytes))? { Ok(()) } else { Err(ImageError::Broken) }
        }
        ImageKind::Gif => frames(limited(GifDecoder::new(Cursor::new(bytes)), bounds)?, container.frames),
        ImageKind::Png => {
            let decoder = || limited(PngDecoder::with_limits(Cursor::new(bytes), limits(bounds)), bounds);
            if decoder()?.is_apng().map_err(broken)? {
                frames(decoder()?.apng().map_err(broken)?, container.frames)?;
            }
            still(decoder()?).map(drop)
        }
        ImageKind::Webp => {
            let decoder = limited(WebPDecoder::new(Cursor::new(bytes)), bounds)?;
            if decoder.has_animation() {
                frames(decoder, container.frames)
            } else if container.frames > 1 {
                Err(ImageError::Broken)
            } else {
                still(decoder).map(drop)
            }
        }
    }
}

/// The orientation that the image's metadata ask for, if it is not the one that the pixels have.
pub fn orientation(container: &Container) -> Option<Orientation> {
    let orientation = container.exif.as_deref().and_then(Orientation::from_exif_chunk);
    orientation.filter(|orientation| *orientation != Orientation::NoTransforms)
}

/// How large a picture is when it was turned.
pub fn turned(dimensions: Dimensions, orientation: Orientation) -> Dimensions {
    let is_on_its_side = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    let Dimensions { width, height, frames } = dimensions;
    if is_on_its_side { Dimensions { width: height, height: width, frames } } else { dimensions }
}

/// The image with its pixels turned, encoded anew: a JPEG as a good JPEG, all others without loss.
pub fn turn(
    kind: ImageKind,
    container: &Container,
    colour: &[u8],
    orientation: Orientation,
    bounds: &Bounds,
) -> Result<Vec<u8>> {
    if container.frames > 1 {
        return Err(ImageError::TurnedAnimation);
    }
    let (mut picture, profile) = decode(kind, container, bounds)?;
    picture.apply_orientation(orientation);
    let mut turned = Vec::new();
    match kind {
        ImageKind::Jpeg => encode(&picture, JpegEncoder::new_with_quality(&mut turned, JPEG_QUALITY), profile)?,
        ImageKind::Png => {
            encode(&picture, PngEncoder::new(&mut turned), profile)?;
            turned = png::with_colour(&turned, colour);
        }
        ImageKind::Webp => encode(&picture, WebPEncoder::new_lossless(&mut turned), profile)?,
        // It has no Exif metadata, and so no orientation.
        ImageKind::Gif => return Err(ImageError::Broken),
    }
    Ok(turned)
}

/// The first picture, and the profile of its colours if it has one that still fits them.
pub fn decode<'a>(
    kind: ImageKind,
    container: &'a Container,
    bounds: &Bounds,
) -> Result<(DynamicImage, Option<&'a Vec<u8>>)> {
    let bytes = container.clean.as_slice();
    let (picture, keeps_profile) = match kind {
        ImageKind::Jpeg => jpeg(bytes, bounds)?,
        ImageKind::Png => (still(limited(PngDecoder::new(Cursor::new(bytes)), bounds)?)?, true),
        ImageKind::Webp => (still(limited(WebPDecoder::new(Cursor::new(bytes)), bounds)?)?, true),
        ImageKind::Gif => (still(limited(GifDecoder::new(Cursor::new(bytes)), bounds)?)?, true),
    };
    Ok((picture, container.icc.as_ref().filter(|_| keeps_profile)))
}

fn encode(picture: &DynamicImage, mut encoder: impl ImageEncoder, icc: Option<&Vec<u8>>) -> Result<()> {
    if let Some(icc) = icc {
        // An encoder that cannot write profiles gives an image in the usual colours.
        let _ = encoder.set_icc_profile(icc.clone());
    }
    picture.write_with_encoder(encoder).map_err(broken)
}

/// The picture, and whether its colours are still those of its profile (a profile of four inks fits no RGB).
///
/// `image` asks this decoder to go on where data are damaged, and shows grey; here that is an error.
fn jpeg(bytes: &[u8], bounds: &Bounds) -> Result<(DynamicImage, bool)> {
    let side = usize::try_from(bounds.max_side).unwrap_or(usize::MAX);
    let options = DecoderOptions::default().set_strict_mode(true).set_max_width(side).set_max_height(side);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(broken)?;
    let input = decoder.input_colorspace().ok_or(ImageError::Broken)?;
    let output = if input == ColorSpace::Luma { ColorSpace::Luma } else { ColorSpace::RGB };
    decoder.set_options(options.jpeg_set_out_colorspace(output));
    let pixels = decoder.decode().map_err(broken)?;
    let (width, height) = decoder.dimensions().ok_or(ImageError::Broken)?;
    let side = |length: usize| u32::try_from(length).map_err(|_| ImageError::Broken);
    let (width, height) = (side(width)?, side(height)?);
    let picture = if output == ColorSpace::Luma {
        image::GrayImage::from_raw(width, height, pixels).map(DynamicImage::from)
    } else {
        image::RgbImage::from_raw(width, height, pixels).map(DynamicImage::from)
    };
    let keeps_profile = !matches!(input, ColorSpace::CMYK | ColorSpace::YCCK);
    Ok((picture.ok_or(ImageError::Broken)?, keeps_profile))
}

/// Tells two pictures apart, so that only one is in memory at a time.
fn digest(picture: &DynamicImage) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(picture.as_bytes());
    hasher.finish()
}

fn still(decoder: impl ImageDecoder) -> Result<DynamicImage> {
    DynamicImage::from_decoder(decoder).map_err(broken)
}

/// Decodes one frame after the other; there must be as many as the container has.
fn frames<'a>(decoder: impl AnimationDecoder<'a>, expected: u32) -> Result<()> {
    let mut count = 0;
    for frame in decoder.into_frames() {
        frame.map_err(broken)?;
        count += 1;
    }
    if count == expected { Ok(()) } else { Err(ImageError::Broken) }
}

fn limited<D: ImageDecoder>(decoder: image::ImageResult<D>, bounds: &Bounds) -> Result<D> {
    let mut decoder = decoder.map_err(broken)?;
    decoder.set_limits(limits(bounds)).map_err(broken)?;
    Ok(decoder)
}

fn limits(bounds: &Bounds) -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(bounds.max_side);
    limits.max_image_height = Some(bounds.max_side);
    limits.max_alloc = Some(MAX_ALLOCATION);
    limits
}

/// The cause is for nobody: a client learns that the file is broken, and it is the client's.
fn broken<E>(_: E) -> ImageError {
    ImageError::Broken
}
