//! Pictures of the demo's products: the drawing of a thing in colours that follow from the product's slug. The same product
//! has the same picture everywhere.

use std::io::Cursor;

use image::{
    DynamicImage, RgbaImage,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};
use kit::{Failure, Result};
use kurbo::{BezPath, PathEl};
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform};

use super::drawings::{self, Mark, Tone};

/// The width and height of a picture, in pixels.
pub const SIDE: u32 = 400;

/// The side of the square on which things are drawn.
const CANVAS: f32 = 100.0;

/// The colours of one picture.
struct Palette {
    hue: f32,
}

impl Palette {
    fn of(slug: &str) -> Self {
        // FNV-1a: every letter moves the hue, and the same slug has the same one in every program.
        let hash = slug.bytes().fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        Self { hue: f32::from(u16::try_from(hash % 360).unwrap_or_default()) }
    }

    fn tone(&self, tone: Tone) -> Color {
        match tone {
            Tone::Main => self.colour(0.0, 0.50, 0.50),
            Tone::Dark => self.colour(0.0, 0.48, 0.29),
            Tone::Light => self.colour(0.0, 0.58, 0.72),
            Tone::Pale => self.colour(0.0, 0.40, 0.97),
            Tone::Accent => self.colour(155.0, 0.62, 0.56),
            Tone::Warm => colour(22.0, 0.85, 0.56),
            Tone::Leaf => colour(128.0, 0.38, 0.50),
        }
    }

    fn background(&self) -> Color {
        self.colour(0.0, 0.42, 0.91)
    }

    fn spot(&self) -> Color {
        self.colour(0.0, 0.42, 0.85)
    }

    /// A colour so many degrees from the picture's own.
    fn colour(&self, turn: f32, saturation: f32, lightness: f32) -> Color {
        colour(self.hue + turn, saturation, lightness)
    }
}

/// Hue (in degrees), saturation and lightness as red, green and blue.
fn colour(hue: f32, saturation: f32, lightness: f32) -> Color {
    let hue = hue % 360.0 / 30.0;
    let reach = saturation * lightness.min(1.0 - lightness);
    let channel = |offset: f32| {
        let at = (offset + hue) % 12.0;
        lightness - reach * (at - 3.0).min(9.0 - at).clamp(-1.0, 1.0)
    };
    Color::from_rgba(channel(0.0), channel(8.0), channel(4.0), 1.0).unwrap_or(Color::WHITE)
}

/// The picture of a thing, as a PNG.
pub fn picture(thing: &str, slug: &str) -> Result<Vec<u8>> {
    encode(pixmap(thing, slug)?)
}

fn pixmap(thing: &str, slug: &str) -> Result<Pixmap> {
    let palette = Palette::of(slug);
    let mut pixmap = Pixmap::new(SIDE, SIDE).ok_or_else(|| Failure::internal("no room for a picture"))?;
    pixmap.fill(palette.background());
    let scale = pixel_scale();
    let shape = |pixmap: &mut Pixmap, path: &Path, colour| {
        pixmap.fill_path(path, &paint(colour), FillRule::Winding, scale, None);
    };
    if let Some(spot) = PathBuilder::from_circle(CANVAS / 2.0, CANVAS / 2.0, CANVAS * 0.44) {
        shape(&mut pixmap, &spot, palette.spot());
    }
    // What stands on the ground throws a shadow.
    let ground = Rect::from_xywh(18.0, 86.0, 64.0, 8.0).and_then(PathBuilder::from_oval);
    if let Some(ground) = ground {
        shape(&mut pixmap, &ground, palette.colour(0.0, 0.35, 0.76));
    }
    // Drawn a little smaller than the square, so that nothing touches its edge.
    let inset = scale.pre_concat(Transform::from_row(0.84, 0.0, 0.0, 0.84, 8.0, 9.0));
    for mark in drawings::of(thing) {
        draw(&mut pixmap, mark, &palette, inset)?;
    }
    Ok(pixmap)
}

fn pixel_scale() -> Transform {
    let side = f32::from(u16::try_from(SIDE).unwrap_or(u16::MAX));
    Transform::from_scale(side / CANVAS, side / CANVAS)
}

fn paint(colour: Color) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(colour);
    paint
}

fn draw(pixmap: &mut Pixmap, mark: &Mark, palette: &Palette, transform: Transform) -> Result<()> {
    match *mark {
        Mark::Fill(tone, text) => {
            pixmap.fill_path(&path(text)?, &paint(palette.tone(tone)), FillRule::Winding, transform, None);
        }
        Mark::Line(tone, width, text) => {
            let stroke = Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
            pixmap.stroke_path(&path(text)?, &paint(palette.tone(tone)), &stroke, transform, None);
        }
        Mark::Dot(tone, x, y, radius) => {
            let disc = PathBuilder::from_circle(x, y, radius).ok_or_else(|| Failure::internal("an empty disc"))?;
            pixmap.fill_path(&disc, &paint(palette.tone(tone)), FillRule::Winding, transform, None);
        }
    }
    Ok(())
}

/// A path that is written as in SVG.
fn path(text: &str) -> Result<Path> {
    let written = BezPath::from_svg(text).map_err(|error| Failure::internal(format!("{error}: {text}")))?;
    let mut path = PathBuilder::new();
    #[expect(clippy::cast_possible_truncation, reason = "a place on the canvas is no exact value")]
    let at = |point: kurbo::Point| (point.x as f32, point.y as f32);
    for element in written.elements() {
        match *element {
            PathEl::MoveTo(end) => path.move_to(at(end).0, at(end).1),
            PathEl::LineTo(end) => path.line_to(at(end).0, at(end).1),
            PathEl::QuadTo(control, end) => path.quad_to(at(control).0, at(control).1, at(end).0, at(end).1),
            PathEl::CurveTo(first, second, end) => {
                let (first, second, end) = (at(first), at(second), at(end));
                path.cubic_to(first.0, first.1, second.0, second.1, end.0, end.1);
            }
            PathEl::ClosePath => path.close(),
        }
    }
    path.finish().ok_or_else(|| Failure::internal(format!("an empty path: {text}")))
}

/// Without transparency, of which there is none.
fn encode(pixmap: Pixmap) -> Result<Vec<u8>> {
    let pixels = RgbaImage::from_raw(SIDE, SIDE, pixmap.take());
    let pixels = DynamicImage::from(pixels.ok_or_else(|| Failure::internal("a picture of another size"))?).into_rgb8();
    let mut png = Cursor::new(Vec::new());
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::NoFilter);
    pixels.write_with_encoder(encoder).map_err(Failure::internal)?;
    Ok(png.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ImageKind;

    #[test]
    fn a_product_has_the_same_picture_always_and_another_than_others() {
        let tent = picture("Tent", "alpine-tent").unwrap();
        assert_eq!(ImageKind::by_content(&tent), Some(ImageKind::Png));
        assert_eq!(picture("Tent", "alpine-tent").unwrap(), tent);
        assert_ne!(picture("Tent", "trail-tent").unwrap(), tent);
        assert_ne!(picture("Backpack", "alpine-tent").unwrap(), tent);
        assert!(tent.len() < 16 * 1024, "{}", tent.len());
        let decoded = image::load_from_memory(&tent).unwrap();
        assert_eq!((decoded.width(), decoded.height()), (SIDE, SIDE));
    }

    #[test]
    fn what_is_not_known_comes_in_a_parcel() {
        assert!(picture("Spaceship", "spaceship").is_ok());
    }
}
