//! Things for the garden.

use super::{
    Mark,
    Tone::{Accent, Dark, Leaf, Light, Main, Pale, Warm},
    dot, fill, line,
};

/// What the shelves of the garden hold.
pub const DRAWINGS: &[(&str, &[Mark])] = &[
    (
        "Flower Pot",
        &[
            line(Leaf, 4.0, "M50 50 V26 M50 42 Q36 40 32 28 M50 38 Q64 36 68 24"),
            dot(Accent, 50.0, 20.0, 9.0),
            dot(Pale, 50.0, 20.0, 3.5),
            fill(Leaf, "M32 28 Q26 18 34 14 Q42 24 32 28Z M68 24 Q62 14 72 10 Q78 20 68 24Z"),
            fill(Main, "M28 56 H72 L66 88 H34Z"),
            fill(Dark, "M24 48 H76 V58 H24Z"),
        ],
    ),
    (
        "Planter",
        &[
            fill(
                Leaf,
                "M22 52 Q14 28 28 22 Q34 38 30 52Z M42 52 Q34 20 50 12 Q62 28 56 52Z M70 52 Q66 30 78 22 Q88 36 78 52Z",
            ),
            line(Dark, 2.5, "M26 52 Q24 38 27 28 M50 52 V20 M74 52 Q74 38 77 28"),
            fill(Main, "M14 50 H86 V86 H14Z"),
            line(Dark, 2.0, "M14 62 H86 M14 74 H86"),
            fill(Dark, "M18 86 H26 V91 H18Z M74 86 H82 V91 H74Z"),
        ],
    ),
    (
        "Hanging Basket",
        &[
            line(Dark, 2.5, "M50 6 L20 50 M50 6 L80 50 M50 6 V50"),
            fill(Leaf, "M16 50 Q14 34 30 38 Q40 26 50 36 Q62 26 70 38 Q88 34 84 50Z"),
            dot(Accent, 32.0, 44.0, 5.0),
            dot(Accent, 52.0, 41.0, 5.0),
            dot(Accent, 70.0, 45.0, 5.0),
            fill(Main, "M14 50 H86 Q84 84 50 84 Q16 84 14 50Z"),
            line(Dark, 2.0, "M18 60 H82 M26 72 H74"),
            line(Leaf, 3.0, "M24 52 Q20 66 26 78 M78 52 Q82 62 76 72"),
        ],
    ),
    (
        "Window Box",
        &[
            line(Leaf, 3.0, "M22 56 V34 M38 56 V28 M54 56 V36 M70 56 V26 M82 56 V38"),
            dot(Accent, 22.0, 32.0, 7.0),
            dot(Pale, 38.0, 26.0, 7.0),
            dot(Accent, 54.0, 34.0, 7.0),
            dot(Pale, 70.0, 24.0, 7.0),
            dot(Accent, 82.0, 36.0, 7.0),
            fill(Leaf, "M10 56 Q18 44 26 54 Q34 42 42 54 Q50 44 58 54 Q66 42 74 54 Q84 44 90 56Z"),
            fill(Main, "M8 54 H92 L88 82 H12Z"),
            fill(Dark, "M6 52 H94 V58 H6Z"),
        ],
    ),
    (
        "Tomato Seeds",
        &[
            fill(Pale, "M24 10 H76 V90 H24Z"),
            fill(Main, "M24 10 H76 V24 H24Z M24 80 H76 V90 H24Z"),
            dot(Warm, 50.0, 54.0, 17.0),
            fill(Leaf, "M50 42 L40 34 L48 36 L50 30 L52 36 L60 34Z"),
            line(Light, 3.0, "M40 50 Q42 44 48 43"),
        ],
    ),
    (
        "Herb Seeds",
        &[
            fill(Pale, "M24 10 H76 V90 H24Z"),
            fill(Main, "M24 10 H76 V24 H24Z M24 80 H76 V90 H24Z"),
            line(Leaf, 3.0, "M50 74 V34"),
            fill(
                Leaf,
                "M50 44 Q36 44 34 32 Q48 30 50 44Z M50 44 Q64 44 66 32 Q52 30 50 44Z M50 60 Q34 60 32 46 Q48 46 50 60Z M50 60 Q66 60 68 46 Q52 46 50 60Z",
            ),
            dot(Accent, 50.0, 32.0, 4.0),
        ],
    ),
    (
        "Wildflower Seeds",
        &[
            fill(Pale, "M24 10 H76 V90 H24Z"),
            fill(Main, "M24 10 H76 V24 H24Z M24 80 H76 V90 H24Z"),
            line(Leaf, 2.5, "M38 76 V50 M52 76 V42 M64 76 V56"),
            dot(Accent, 38.0, 46.0, 7.0),
            dot(Light, 52.0, 38.0, 8.0),
            dot(Main, 64.0, 52.0, 6.0),
            dot(Pale, 38.0, 46.0, 2.5),
            dot(Dark, 52.0, 38.0, 3.0),
            dot(Pale, 64.0, 52.0, 2.0),
        ],
    ),
    (
        "Pumpkin Seeds",
        &[
            fill(Pale, "M24 10 H76 V90 H24Z"),
            fill(Main, "M24 10 H76 V24 H24Z M24 80 H76 V90 H24Z"),
            fill(Warm, "M30 58 Q30 42 42 42 Q50 38 58 42 Q70 42 70 58 Q70 74 50 74 Q30 74 30 58Z"),
            line(Dark, 2.0, "M44 43 Q38 58 44 73 M56 43 Q62 58 56 73"),
            line(Leaf, 4.0, "M50 42 Q50 34 56 32"),
        ],
    ),
    (
        "Trowel",
        &[
            fill(Main, "M58 14 L70 6 L82 22 L70 32Z"),
            line(Dark, 4.0, "M70 26 L52 48"),
            fill(Light, "M42 40 L62 56 Q54 82 24 88 Q18 62 42 40Z"),
            line(Dark, 2.5, "M50 50 L30 80"),
        ],
    ),
    (
        "Pruning Shears",
        &[
            fill(Light, "M48 48 Q28 34 30 8 Q50 22 54 42Z"),
            fill(Pale, "M54 48 Q72 36 66 12 Q54 26 48 42Z"),
            line(Main, 7.0, "M48 48 Q34 64 36 90"),
            line(Dark, 7.0, "M54 48 Q70 64 66 90"),
            dot(Accent, 51.0, 46.0, 5.0),
        ],
    ),
    (
        "Watering Can",
        &[
            line(Dark, 5.0, "M34 40 Q34 18 56 18 Q80 18 80 44"),
            fill(Main, "M28 40 H76 V82 Q76 86 72 86 H32 Q28 86 28 82Z"),
            fill(Dark, "M28 66 L10 38 L16 34 L28 48Z"),
            fill(Light, "M4 38 L16 26 L20 32 L10 42Z"),
            line(Dark, 4.0, "M76 50 Q94 50 90 66 Q88 76 76 76"),
            fill(Light, "M34 48 H40 V78 H34Z"),
            dot(Accent, 58.0, 62.0, 8.0),
        ],
    ),
    (
        "Garden Fork",
        &[
            line(Dark, 4.0, "M32 54 V88 M44 54 V92 M56 54 V92 M68 54 V88 M32 54 H68"),
            line(Main, 6.0, "M50 54 V14"),
            line(Main, 6.0, "M36 12 H64"),
            fill(Accent, "M45 44 H55 V54 H45Z"),
        ],
    ),
    (
        "Lantern",
        &[
            line(Dark, 3.0, "M36 24 Q36 8 50 8 Q64 8 64 24"),
            fill(Dark, "M30 24 H70 L76 34 H24Z M24 80 H76 V88 H24Z"),
            fill(Light, "M30 34 H70 V80 H30Z"),
            fill(Warm, "M50 44 Q60 56 56 66 Q54 72 50 72 Q46 72 44 66 Q40 56 50 44Z"),
            fill(Pale, "M50 58 Q54 64 50 70 Q46 64 50 58Z"),
            line(Main, 4.0, "M30 34 V80 M70 34 V80"),
        ],
    ),
    (
        "Fire Bowl",
        &[
            fill(Warm, "M30 54 Q22 34 38 24 Q38 36 46 34 Q44 18 54 8 Q56 24 64 30 Q76 40 70 54Z"),
            fill(Light, "M42 54 Q38 44 48 36 Q50 44 54 42 Q60 48 58 54Z"),
            fill(Main, "M10 52 H90 Q84 78 50 78 Q16 78 10 52Z"),
            line(Dark, 5.0, "M28 72 L22 90 M72 72 L78 90"),
            fill(Dark, "M8 50 H92 V56 H8Z"),
        ],
    ),
    (
        "Bird Feeder",
        &[
            line(Dark, 2.5, "M50 4 V14"),
            fill(Dark, "M50 10 L84 38 H16Z"),
            fill(Light, "M28 38 H72 V72 H28Z"),
            fill(Accent, "M28 54 Q40 46 50 54 Q60 46 72 54 V72 H28Z"),
            fill(Main, "M18 72 H82 V80 H18Z M26 38 H31 V72 H26Z M69 38 H74 V72 H69Z"),
            fill(Dark, "M80 60 Q88 56 92 62 L98 62 L92 66 Q90 72 82 72Z"),
        ],
    ),
    (
        "Picnic Blanket",
        &[
            fill(Main, "M24 26 H88 L76 84 H12Z"),
            line(Pale, 4.0, "M39 30 L29 80 M55 30 L45 80 M71 30 L61 80 M24 42 H81 M20 58 H78 M17 73 H75"),
            line(Dark, 2.0, "M24 26 H88 L76 84 H12Z"),
            fill(Warm, "M52 34 Q52 30 58 30 Q64 30 64 36 Q62 46 58 48 Q52 44 52 34Z"),
        ],
    ),
];
