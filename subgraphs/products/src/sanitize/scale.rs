//! A smaller copy of an image: always a WebP, which every browser shows, with transparency where the image has it.

use fast_image_resize::Resizer;
use image::DynamicImage;
use webp::Encoder;

use super::{
    container::{Bounds, Container},
    pixels,
    reader::Result,
    webp::with_profile,
};
use crate::domain::{ImageKind, image::ImageError};

/// How good a copy is, of 100: at the size at which it is shown, no difference can be seen.
const QUALITY: f32 = 80.0;

/// The image as a WebP of this width and height. The colours stay as they are meant: the profile goes with them.
pub fn scale(kind: ImageKind, container: &Container, (width, height): (u32, u32)) -> Result<Vec<u8>> {
    let (picture, profile) = pixels::decode(kind, container, &Bounds::NONE)?;
    let has_alpha = picture.color().has_alpha();
    let picture: DynamicImage = if has_alpha { picture.into_rgba8().into() } else { picture.into_rgb8().into() };
    let mut small = DynamicImage::new(width, height, picture.color());
    // Transparent pixels have colours too, which the resizer keeps from bleeding into their neighbours.
    Resizer::new().resize(&picture, &mut small, None).map_err(|_| ImageError::Broken)?;
    drop(picture);
    let pixels = small.as_bytes();
    let encoder =
        if has_alpha { Encoder::from_rgba(pixels, width, height) } else { Encoder::from_rgb(pixels, width, height) };
    let webp = encoder.encode_simple(false, QUALITY).map_err(|_| ImageError::Broken)?;
    match profile {
        Some(profile) => with_profile(&webp, (width, height), profile),
        None => Ok(webp.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use image::{ExtendedColorType, ImageEncoder as _, Rgba, RgbaImage, codecs::png::PngEncoder};

    use super::*;
    use crate::sanitize::{png, webp as container};

    /// A profile's header and nothing else.
    fn profile() -> Vec<u8> {
        let mut profile = vec![0; 132];
        profile[3] = 132;
        profile[36..40].copy_from_slice(b"acsp");
        profile
    }

    fn encoded(pixels: &[u8], kind: ExtendedColorType) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = PngEncoder::new(&mut bytes);
        encoder.set_icc_profile(profile()).unwrap();
        encoder.write_image(pixels, 640, 320, kind).unwrap();
        bytes
    }

    #[test]
    fn a_copy_keeps_the_profile_and_the_transparency() {
        let half =
            RgbaImage::from_fn(640, 320, |x, _| if x < 320 { Rgba([200, 0, 0, 255]) } else { Rgba([0, 0, 0, 0]) });
        let whole = vec![90; 640 * 320 * 3];
        for (bytes, has_alpha) in
            [(encoded(&half, ExtendedColorType::Rgba8), true), (encoded(&whole, ExtendedColorType::Rgb8), false)]
        {
            let png = png::read(&bytes, &Bounds::NONE).unwrap();
            let copy = scale(ImageKind::Png, &png.container, (320, 160)).unwrap();
            let read = container::read(&copy, &Bounds::NONE).unwrap();
            assert_eq!((read.size, read.icc), ((320, 160), Some(profile())));
            assert_eq!(read.clean, copy, "nothing but what a decoder needs");
            let decoded = image::load_from_memory(&copy).unwrap();
            assert_eq!(decoded.color().has_alpha(), has_alpha);
            if has_alpha {
                // The colour of what is transparent does not darken the edge.
                let edge = decoded.to_rgba8().get_pixel(158, 80).0;
                assert!(edge[0] > 180 && edge[3] > 240, "{edge:?}");
                assert_eq!(decoded.to_rgba8().get_pixel(170, 80).0[3], 0);
            }
        }
    }
}
