//! Things for the kitchen.

use super::{
    Mark,
    Tone::{Accent, Dark, Leaf, Light, Main, Pale, Warm},
    dot, fill, line,
};

/// What the shelves of the kitchen hold.
pub const DRAWINGS: &[(&str, &[Mark])] = &[
    (
        "Saucepan",
        &[
            line(Dark, 6.0, "M66 46 H94"),
            fill(Main, "M14 38 H68 V66 Q68 74 60 74 H22 Q14 74 14 66Z"),
            fill(Light, "M20 44 H26 V66 H20Z"),
            fill(Dark, "M11 35 H71 V40 H11Z"),
            line(Light, 2.5, "M30 28 Q26 22 30 16 M42 28 Q38 22 42 16 M54 28 Q50 22 54 16"),
        ],
    ),
    (
        "Frying Pan",
        &[
            line(Dark, 7.0, "M62 62 L88 88"),
            dot(Dark, 42.0, 42.0, 31.0),
            dot(Main, 42.0, 42.0, 26.0),
            fill(Pale, "M28 38 Q30 26 42 28 Q58 26 56 42 Q58 56 44 54 Q26 56 28 38Z"),
            dot(Warm, 42.0, 41.0, 7.0),
        ],
    ),
    (
        "Stock Pot",
        &[
            line(Dark, 5.0, "M18 46 H10 V54 H18 M82 46 H90 V54 H82"),
            fill(Main, "M18 34 H82 V78 Q82 86 74 86 H26 Q18 86 18 78Z"),
            fill(Light, "M25 42 H32 V78 H25Z"),
            fill(Dark, "M14 30 H86 V36 H14Z M24 30 Q26 22 50 22 Q74 22 76 30Z"),
            dot(Accent, 50.0, 18.0, 5.0),
        ],
    ),
    (
        "Casserole",
        &[
            line(Dark, 5.0, "M16 54 H7 M84 54 H93"),
            fill(Main, "M14 46 H86 V66 Q86 80 72 80 H28 Q14 80 14 66Z"),
            fill(Dark, "M10 43 H90 V49 H10Z"),
            fill(Light, "M18 43 Q20 30 50 30 Q80 30 82 43Z"),
            fill(Accent, "M42 25 H58 V30 H42Z"),
        ],
    ),
    (
        "Dinner Plate",
        &[
            dot(Main, 50.0, 50.0, 38.0),
            dot(Pale, 50.0, 50.0, 34.0),
            dot(Light, 50.0, 50.0, 23.0),
            dot(Pale, 50.0, 50.0, 21.0),
        ],
    ),
    (
        "Soup Bowl",
        &[
            fill(Dark, "M38 78 H62 V84 H38Z"),
            fill(Main, "M12 46 H88 Q86 80 56 80 H44 Q14 80 12 46Z"),
            fill(Accent, "M12 46 A38 9 0 1 0 88 46 A38 9 0 1 0 12 46Z"),
            fill(Light, "M18 46 A32 6 0 1 0 82 46 A32 6 0 1 0 18 46Z"),
            line(Pale, 2.5, "M40 32 Q36 25 40 18 M52 32 Q48 25 52 18 M64 32 Q60 25 64 18"),
        ],
    ),
    (
        "Mug",
        &[
            line(Dark, 6.0, "M66 38 Q88 38 86 54 Q84 68 66 66"),
            fill(Main, "M22 28 H68 V76 Q68 84 60 84 H30 Q22 84 22 76Z"),
            fill(Light, "M22 44 H68 V58 H22Z"),
            fill(Dark, "M22 28 A23 5 0 1 0 68 28 A23 5 0 1 0 22 28Z"),
        ],
    ),
    (
        "Serving Platter",
        &[
            fill(Dark, "M6 56 A44 24 0 1 0 94 56 A44 24 0 1 0 6 56Z"),
            fill(Main, "M6 52 A44 24 0 1 0 94 52 A44 24 0 1 0 6 52Z"),
            fill(Pale, "M16 52 A34 16 0 1 0 84 52 A34 16 0 1 0 16 52Z"),
            dot(Warm, 40.0, 50.0, 7.0),
            dot(Warm, 56.0, 54.0, 7.0),
            line(Leaf, 3.0, "M48 46 Q54 34 64 36 M36 42 Q34 34 28 34"),
        ],
    ),
    (
        "Chef's Knife",
        &[
            fill(Pale, "M8 50 Q30 30 62 32 V54 H12Z"),
            line(Light, 2.0, "M12 53 H62"),
            fill(Dark, "M62 30 H66 V56 H62Z"),
            fill(Main, "M66 33 H90 Q95 40 92 48 H66Z"),
            dot(Pale, 74.0, 40.0, 2.0),
            dot(Pale, 84.0, 40.0, 2.0),
        ],
    ),
    (
        "Bread Knife",
        &[
            fill(
                Pale,
                "M6 44 H64 V58 L60 54 L56 58 L52 54 L48 58 L44 54 L40 58 L36 54 L32 58 L28 54 L24 58 L20 54 L16 58 L10 54Z",
            ),
            fill(Main, "M64 40 H92 Q96 46 92 56 Q80 52 64 56Z"),
            dot(Light, 72.0, 47.0, 2.0),
            dot(Light, 84.0, 47.0, 2.0),
            fill(Accent, "M18 72 Q18 64 30 64 H70 Q82 64 82 72 Q82 76 78 76 V86 H22 V76 Q18 76 18 72Z"),
        ],
    ),
    (
        "Ladle",
        &[
            line(Main, 5.0, "M66 12 Q58 40 48 62"),
            line(Dark, 4.0, "M66 14 Q70 6 76 12"),
            fill(Dark, "M18 58 H62 Q62 84 40 84 Q18 84 18 58Z"),
            fill(Light, "M18 58 A22 6 0 1 0 62 58 A22 6 0 1 0 18 58Z"),
        ],
    ),
    (
        "Peeler",
        &[
            fill(Main, "M44 48 H56 V82 Q56 90 50 90 Q44 90 44 82Z"),
            line(Dark, 4.0, "M36 14 V32 Q38 46 50 48 Q62 46 64 32 V14"),
            fill(Pale, "M34 20 H66 V28 H34Z"),
            line(Dark, 2.0, "M36 24 H64"),
            line(Accent, 4.0, "M72 24 Q86 30 78 42 Q70 52 82 60 Q90 68 80 78"),
        ],
    ),
    (
        "Teapot",
        &[
            line(Dark, 5.0, "M74 42 Q94 40 92 56 Q90 70 72 70"),
            fill(Main, "M28 50 L10 36 L14 32 L34 42Z"),
            fill(Main, "M26 56 Q26 34 50 34 Q76 34 76 56 Q76 82 50 82 Q26 82 26 56Z"),
            fill(Light, "M34 36 Q50 26 66 36 Q50 42 34 36Z"),
            dot(Accent, 50.0, 27.0, 5.0),
            fill(Dark, "M36 80 H64 V86 H36Z"),
        ],
    ),
    (
        "Coffee Dripper",
        &[
            fill(Main, "M22 20 H78 L58 52 H42Z"),
            fill(Dark, "M18 16 H82 V22 H18Z M34 52 H66 V57 H34Z"),
            line(Light, 2.5, "M36 26 L46 48 M50 26 V48 M64 26 L54 48"),
            fill(Pale, "M32 60 H68 V82 Q68 88 62 88 H38 Q32 88 32 82Z"),
            fill(Accent, "M32 72 H68 V82 Q68 88 62 88 H38 Q32 88 32 82Z"),
        ],
    ),
    (
        "Coffee Grinder",
        &[
            line(Dark, 4.0, "M50 26 V14 H78"),
            dot(Accent, 80.0, 14.0, 5.0),
            fill(Light, "M34 38 Q34 24 50 24 Q66 24 66 38Z"),
            fill(Dark, "M30 38 H70 V44 H30Z"),
            fill(Main, "M24 44 H76 V86 H24Z"),
            fill(Light, "M34 60 H66 V78 H34Z"),
            dot(Dark, 50.0, 69.0, 3.0),
        ],
    ),
    (
        "Tea Infuser",
        &[
            line(Dark, 2.0, "M50 44 Q44 30 54 22 Q62 14 76 18"),
            fill(Accent, "M74 10 H90 V28 H74Z"),
            dot(Main, 50.0, 64.0, 22.0),
            fill(Dark, "M28 62 H72 V66 H28Z"),
            dot(Pale, 42.0, 54.0, 2.0),
            dot(Pale, 50.0, 52.0, 2.0),
            dot(Pale, 58.0, 54.0, 2.0),
            dot(Pale, 42.0, 75.0, 2.0),
            dot(Pale, 50.0, 78.0, 2.0),
            dot(Pale, 58.0, 75.0, 2.0),
        ],
    ),
];
