//! What reading an image's container gives, without decoding a pixel.

use super::reader::Result;
use crate::domain::{Dimensions, image::ImageError};

/// An image whose container was read and written again without its metadata.
#[derive(Debug, Default)]
pub struct Container {
    /// The container, with nothing but what a decoder needs.
    pub clean: Vec<u8>,
    /// Its width and height, or those of its canvas.
    pub size: (u32, u32),
    /// The pixels of its largest frame, or of its canvas.
    pub pixels: u64,
    /// How many frames it has: one, unless it is animated.
    pub frames: u32,
    /// The Exif metadata that was left out; its orientation has to be applied to the pixels instead.
    pub exif: Option<Vec<u8>>,
    /// The colour profile that was kept.
    pub icc: Option<Vec<u8>>,
}

impl Container {
    /// How large the picture is as its pixels lie.
    pub fn dimensions(&self) -> Dimensions {
        Dimensions { width: self.size.0, height: self.size.1, frames: self.frames }
    }
}

/// Bounds of an image. They are checked against what headers say, before anything is decoded.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Pixels of a side.
    pub max_side: u32,
    /// Pixels of the whole.
    pub max_pixels: u64,
}

/// An animation may have as many pixels in all its frames as so many of the largest images.
const ANIMATION_FACTOR: u64 = 5;

impl Bounds {
    /// For what was admitted once: by bounds that may have been others.
    pub const NONE: Self = Self { max_side: u32::MAX, max_pixels: u64::MAX };

    /// The pixels of an image of this width and height, if it is neither empty nor too large.
    pub fn check(&self, width: u32, height: u32) -> Result<u64> {
        if width == 0 || height == 0 {
            return Err(ImageError::Broken);
        }
        let pixels = u64::from(width) * u64::from(height);
        if width > self.max_side || height > self.max_side || pixels > self.max_pixels {
            return Err(ImageError::Dimensions);
        }
        Ok(pixels)
    }

    /// Refuses an animation of so many frames on a canvas of this size. Every frame counts as the whole canvas, because
    /// that is what showing it costs.
    pub fn check_animation(&self, width: u32, height: u32, frames: u32) -> Result<()> {
        let pixels = u64::from(width) * u64::from(height) * u64::from(frames);
        if frames > 1 && pixels > self.max_pixels.saturating_mul(ANIMATION_FACTOR) {
            return Err(ImageError::Animation);
        }
        Ok(())
    }
}
