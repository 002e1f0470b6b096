//! What the demo's products look like: a few shapes on a square of 100 by 100, in tones of one colour. Paths are written as
//! in SVG.

mod clothing;
mod furniture;
mod garden;
mod kitchen;
mod outdoor;
mod stationery;

/// One shape of a drawing.
pub enum Mark {
    /// A path that is filled.
    Fill(Tone, &'static str),
    /// A path that is drawn with a round pen of this width.
    Line(Tone, f32, &'static str),
    /// A disc: its centre and its radius.
    Dot(Tone, f32, f32, f32),
}

/// A tone of a picture's palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// The colour itself.
    Main,
    /// Its shadow.
    Dark,
    /// Its light.
    Light,
    /// Nearly white.
    Pale,
    /// A colour that stands out from the others.
    Accent,
    /// What burns or is ripe: the same in all pictures.
    Warm,
    /// What grows: the same in all pictures.
    Leaf,
}

const fn fill(tone: Tone, path: &'static str) -> Mark {
    Mark::Fill(tone, path)
}

const fn line(tone: Tone, width: f32, path: &'static str) -> Mark {
    Mark::Line(tone, width, path)
}

const fn dot(tone: Tone, x: f32, y: f32, radius: f32) -> Mark {
    Mark::Dot(tone, x, y, radius)
}

/// What has no drawing of its own comes in a parcel.
const PARCEL: &[Mark] = &[
    fill(Tone::Main, "M14 32 H86 V84 H14Z"),
    fill(Tone::Dark, "M14 32 L24 20 H76 L86 32Z"),
    fill(Tone::Light, "M44 20 H56 L58 32 V50 H42 V32Z"),
    line(Tone::Accent, 4.0, "M60 74 H78 M60 66 H70"),
];

/// The drawing of a thing by its name.
pub fn of(thing: &str) -> &'static [Mark] {
    find(thing).unwrap_or(PARCEL)
}

fn find(thing: &str) -> Option<&'static [Mark]> {
    let all = [
        furniture::DRAWINGS,
        kitchen::DRAWINGS,
        clothing::DRAWINGS,
        outdoor::DRAWINGS,
        stationery::DRAWINGS,
        garden::DRAWINGS,
    ];
    all.into_iter().flatten().find(|(name, _)| *name == thing).map(|(_, marks)| *marks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::words::SHOP;

    #[test]
    fn every_thing_of_the_shop_has_a_drawing() {
        for shelf in SHOP.iter().flat_map(|top| &top.shelves) {
            for (thing, _) in shelf.things {
                assert!(find(thing).is_some(), "{thing}");
            }
        }
    }
}
