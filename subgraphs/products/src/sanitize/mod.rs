//! From a file that somebody sends to an image that the shop serves.
//!
//! 1. The container is read ([`jpeg`], [`png`], [`gif`], [`webp`]): dimensions are checked before a pixel is decoded,
//!    and it is written again with nothing but what a decoder needs. Exif, XMP, comments, thumbnails and unknown parts
//!    stay behind; a well-formed ICC profile ([`icc`]) stays. Bytes behind the image's end are refused, so that no file
//!    is an image and an archive or a page at once.
//! 2. All pixels of all frames are decoded ([`pixels`]), so that what is cut off or damaged is refused.
//! 3. Where Exif metadata ask for another orientation, the pixels are turned and encoded anew: a JPEG with quality 92,
//!    PNG and WebP without loss. Nothing else is encoded anew: the pixels that were sent are the pixels that are served,
//!    and an animation (GIF, WebP or APNG) stays whole.
//!
//! Smaller copies are made of what was cleaned ([`scale`]).
//!
//! Decoding happens away from the threads that serve requests, and only for so many pixels at a time.

mod container;
mod gif;
mod icc;
mod jpeg;
mod pixels;
mod png;
mod reader;
mod scale;
#[cfg(test)]
mod tests;
mod webp;

use std::{num::NonZero, sync::Arc, thread::available_parallelism};

use bytes::Bytes;
use kit::Failure;
use tokio::{sync::Semaphore, task::spawn_blocking};

pub use self::container::Bounds;
use self::{container::Container, reader::Result};
use crate::domain::{Dimensions, ImageKind, image::ImageError};

const MEGAPIXEL: u64 = 1_000_000;
/// A turned PNG or WebP is encoded without loss, which may make it larger than what was sent: by at most this factor of
/// the largest upload.
const GROWTH: usize = 4;

/// Checks images and takes their metadata away. Clones share the bound of what is decoded at once.
#[derive(Clone, Debug)]
pub struct Sanitizer {
    bounds: Bounds,
    max_bytes: usize,
    /// One permit for each megapixel of the largest image.
    permits: Arc<Semaphore>,
    /// How many permits there are.
    most: u32,
}

/// An image as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clean {
    /// All of it.
    pub bytes: Bytes,
    /// How large it is.
    pub dimensions: Dimensions,
}

/// An image whose container was read.
struct Image {
    container: Container,
    /// Of a PNG: the chunks that say how its colours are meant.
    colour: Vec<u8>,
}

impl Sanitizer {
    /// For images within `bounds`, of at most `max_bytes` bytes.
    pub fn new(bounds: Bounds, max_bytes: usize) -> Self {
        let most = megapixels(bounds.max_pixels);
        let permits = usize::try_from(most).unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS);
        Self { bounds, max_bytes, permits: Arc::new(Semaphore::new(permits)), most }
    }

    /// The image in `bytes` as it will be served, or why it is none.
    pub async fn clean(&self, kind: ImageKind, bytes: Bytes) -> kit::Result<Result<Clean>> {
        let bounds = self.bounds;
        let max_bytes = self.max_bytes.saturating_mul(GROWTH);
        self.work(kind, bytes, bounds, move |image| finish(kind, image, &bounds, max_bytes)).await
    }

    /// How large a cleaned image is.
    pub async fn measure(&self, kind: ImageKind, bytes: Bytes) -> kit::Result<Result<Dimensions>> {
        let reading = spawn_blocking(move || read(kind, &bytes, &Bounds::NONE));
        Ok(reading.await.map_err(Failure::internal)?.map(|image| image.container.dimensions()))
    }

    /// A copy of a cleaned image in this width and height.
    pub async fn scale(&self, kind: ImageKind, bytes: Bytes, size: (u32, u32)) -> kit::Result<Result<Bytes>> {
        let scale = move |image: Image| scale::scale(kind, &image.container, size).map(Bytes::from);
        self.work(kind, bytes, Bounds::NONE, scale).await
    }

    /// Reads the container, and then does the work that decodes, when it is its turn.
    async fn work<T: Send + 'static>(
        &self,
        kind: ImageKind,
        bytes: Bytes,
        bounds: Bounds,
        decode: impl FnOnce(Image) -> Result<T> + Send + 'static,
    ) -> kit::Result<Result<T>> {
        let reading = spawn_blocking(move || read(kind, &bytes, &bounds));
        let image = match reading.await.map_err(Failure::internal)? {
            Ok(image) => image,
            Err(error) => return Ok(Err(error)),
        };
        let permits = self.permits.clone().acquire_many_owned(self.weight(image.container.pixels));
        let permits = permits.await.map_err(Failure::internal)?;
        // The permits travel into the work, so that a client who hangs up does not let in more work than allowed.
        let decoding = spawn_blocking(move || {
            let _permits = permits;
            decode(image)
        });
        decoding.await.map_err(Failure::internal)
    }

    /// How many permits an image of so many pixels needs. Small ones take more than their size, so that no more are
    /// decoded at once than there are processors.
    fn weight(&self, pixels: u64) -> u32 {
        let processors = available_parallelism().map_or(1, NonZero::get);
        let share = megapixels(self.bounds.max_pixels) / u32::try_from(processors).unwrap_or(u32::MAX);
        // What was admitted by wider bounds takes all there are.
        megapixels(pixels).max(share).min(self.most)
    }
}

fn megapixels(pixels: u64) -> u32 {
    u32::try_from(pixels.div_ceil(MEGAPIXEL)).unwrap_or(u32::MAX)
}

/// Reads the container and checks what its headers say.
fn read(kind: ImageKind, bytes: &[u8], bounds: &Bounds) -> Result<Image> {
    kind.check(bytes)?;
    let mut colour = Vec::new();
    let container = match kind {
        ImageKind::Jpeg => jpeg::read(bytes, bounds)?,
        ImageKind::Gif => gif::read(bytes, bounds)?,
        ImageKind::Webp => webp::read(bytes, bounds)?,
        ImageKind::Png => {
            let png = png::read(bytes, bounds)?;
            colour = png.colour;
            png.container
        }
    };
    Ok(Image { container, colour })
}

/// Decodes the pixels, and turns them where they have to be.
fn finish(kind: ImageKind, image: Image, bounds: &Bounds, max_bytes: usize) -> Result<Clean> {
    let Image { container, colour } = image;
    pixels::prove(kind, &container, bounds)?;
    let dimensions = container.dimensions();
    let Some(orientation) = pixels::orientation(&container) else {
        return Ok(Clean { bytes: container.clean.into(), dimensions });
    };
    let turned = pixels::turn(kind, &container, &colour, orientation, bounds)?;
    if turned.len() > max_bytes {
        return Err(ImageError::Turned);
    }
    Ok(Clean { bytes: turned.into(), dimensions: pixels::turned(dimensions, orientation) })
}
