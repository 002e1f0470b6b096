//! Things for outdoors.

use super::{
    Mark,
    Tone::{Accent, Dark, Light, Main, Pale, Warm},
    dot, fill, line,
};

/// What the shelves for outdoors hold.
pub const DRAWINGS: &[(&str, &[Mark])] = &[
    (
        "Tent",
        &[
            fill(Main, "M50 18 L92 82 H8Z"),
            fill(Dark, "M50 18 L66 82 H34Z"),
            fill(Light, "M50 18 L34 82 H28Z M50 18 L66 82 H72Z"),
            line(Dark, 2.5, "M50 18 L46 10 M50 18 L54 10 M8 82 L2 88 M92 82 L98 88"),
            fill(Accent, "M50 52 L58 82 H42Z"),
        ],
    ),
    (
        "Sleeping Bag",
        &[
            fill(Main, "M32 30 Q32 8 50 8 Q68 8 68 30 L76 78 Q76 92 50 92 Q24 92 24 78Z"),
            fill(Light, "M38 32 Q38 16 50 16 Q62 16 62 32 Q50 40 38 32Z"),
            fill(Pale, "M41 28 Q41 21 50 21 Q59 21 59 28 Q50 33 41 28Z"),
            line(Dark, 2.0, "M30 48 Q50 56 70 48 M28 62 Q50 70 72 62 M26 76 Q50 84 74 76"),
            line(Accent, 3.0, "M62 36 L66 70"),
        ],
    ),
    (
        "Camp Stove",
        &[
            line(Dark, 4.0, "M30 56 L22 84 M70 56 L78 84 M50 58 V70"),
            fill(Main, "M36 68 H64 V84 Q64 88 60 88 H40 Q36 88 36 84Z"),
            fill(Dark, "M26 52 H74 V58 H26Z"),
            fill(Warm, "M38 52 Q34 42 44 34 Q44 42 50 40 Q52 32 50 26 Q64 36 62 52Z"),
            fill(Light, "M45 52 Q44 46 50 42 Q56 46 55 52Z"),
            line(Dark, 3.0, "M64 78 H76"),
        ],
    ),
    (
        "Hammock",
        &[
            fill(Dark, "M8 14 H15 V90 H8Z M85 14 H92 V90 H85Z"),
            line(Pale, 2.0, "M14 30 L28 46 M14 30 L24 52 M86 30 L72 46 M86 30 L76 52"),
            fill(Main, "M22 46 Q50 66 78 46 Q76 74 50 76 Q24 74 22 46Z"),
            fill(Accent, "M23 54 Q50 74 77 54 L75 61 Q50 80 25 61Z"),
            line(Light, 3.0, "M22 46 Q50 66 78 46"),
        ],
    ),
    (
        "Backpack",
        &[
            line(Dark, 5.0, "M40 20 Q40 9 50 9 Q60 9 60 20"),
            fill(Dark, "M18 46 Q18 42 26 42 V78 Q18 78 18 72Z M82 46 Q82 42 74 42 V78 Q82 78 82 72Z"),
            fill(Main, "M26 40 Q26 16 50 16 Q74 16 74 40 V80 Q74 88 66 88 H34 Q26 88 26 80Z"),
            fill(Light, "M34 56 H66 V78 Q66 82 62 82 H38 Q34 82 34 78Z"),
            fill(Dark, "M26 40 Q50 52 74 40 V45 Q50 57 26 45Z M34 62 H66 V65 H34Z"),
            fill(Accent, "M46 45 H54 V56 H46Z"),
        ],
    ),
    (
        "Duffel Bag",
        &[
            line(Dark, 5.0, "M34 44 Q34 24 50 24 Q66 24 66 44"),
            fill(Main, "M22 42 H78 Q92 44 92 62 Q92 80 78 82 H22 Q8 80 8 62 Q8 44 22 42Z"),
            fill(Dark, "M31 42 H37 V82 H31Z M63 42 H69 V82 H63Z"),
            line(Light, 3.0, "M22 50 H78"),
            fill(Accent, "M43 58 H57 V72 H43Z"),
        ],
    ),
    (
        "Hip Pack",
        &[
            line(Dark, 5.0, "M6 38 Q50 22 94 38"),
            fill(Main, "M16 40 Q50 28 84 40 L78 70 Q76 76 68 76 H32 Q24 76 22 70Z"),
            fill(Light, "M26 56 H74 L71 70 Q70 72 66 72 H34 Q30 72 29 70Z"),
            line(Dark, 2.5, "M22 47 Q50 37 78 47"),
            fill(Accent, "M76 44 H82 V52 H76Z"),
        ],
    ),
    (
        "Dry Bag",
        &[
            fill(Dark, "M28 18 H72 V28 H28Z"),
            line(Dark, 4.0, "M32 18 Q50 4 68 18"),
            fill(Main, "M28 28 H72 L76 82 Q76 90 50 90 Q24 90 24 82Z"),
            fill(Light, "M34 34 H40 V82 H32Z"),
            dot(Accent, 56.0, 58.0, 11.0),
            fill(Pale, "M56 49 Q64 60 56 65 Q48 60 56 49Z"),
        ],
    ),
    (
        "Water Bottle",
        &[
            fill(Dark, "M42 8 H58 V20 H42Z"),
            fill(Main, "M40 22 H60 Q70 28 70 40 V82 Q70 90 62 90 H38 Q30 90 30 82 V40 Q30 28 40 22Z"),
            fill(Light, "M36 42 H42 V80 H36Z"),
            fill(Accent, "M30 54 H70 V70 H30Z"),
            line(Dark, 3.0, "M58 12 Q72 10 70 24"),
        ],
    ),
    (
        "Vacuum Flask",
        &[
            fill(Dark, "M36 8 H64 V26 H36Z"),
            fill(Light, "M36 26 H64 V31 H36Z"),
            fill(Main, "M34 31 H66 Q70 34 70 40 V84 Q70 90 64 90 H36 Q30 90 30 84 V40 Q30 34 34 31Z"),
            fill(Pale, "M36 42 H41 V82 H36Z"),
            line(Dark, 4.0, "M70 44 Q86 44 86 58 Q86 72 70 72"),
        ],
    ),
    (
        "Hydration Bladder",
        &[
            fill(Main, "M34 12 H66 Q72 12 72 20 V74 Q72 82 64 82 H36 Q28 82 28 74 V20 Q28 12 34 12Z"),
            fill(Light, "M33 40 Q50 34 67 40 V73 Q67 77 62 77 H38 Q33 77 33 73Z"),
            fill(Dark, "M34 10 H66 V18 H34Z"),
            dot(Dark, 50.0, 30.0, 7.0),
            line(Accent, 4.0, "M50 80 Q52 94 70 92 Q90 90 86 66 Q84 52 90 44"),
        ],
    ),
    (
        "Camp Cup",
        &[
            line(Dark, 5.0, "M70 42 H86 V64 H68"),
            fill(Main, "M24 34 H74 L70 80 Q70 84 66 84 H32 Q28 84 28 80Z"),
            fill(Dark, "M22 30 H76 V36 H22Z"),
            dot(Pale, 38.0, 50.0, 2.0),
            dot(Pale, 52.0, 60.0, 2.0),
            dot(Pale, 62.0, 48.0, 2.0),
            dot(Pale, 40.0, 70.0, 2.0),
            dot(Pale, 60.0, 74.0, 2.0),
        ],
    ),
    (
        "Compass",
        &[
            dot(Dark, 50.0, 54.0, 36.0),
            dot(Main, 50.0, 54.0, 32.0),
            dot(Pale, 50.0, 54.0, 25.0),
            fill(Dark, "M44 10 H56 V19 H44Z"),
            fill(Accent, "M64 36 L54 58 L46 50Z"),
            fill(Light, "M36 72 L46 50 L54 58Z"),
            dot(Dark, 50.0, 54.0, 3.0),
            line(Dark, 2.0, "M50 31 V35 M50 73 V77 M27 54 H31 M69 54 H73"),
        ],
    ),
    (
        "Headlamp",
        &[
            line(Main, 8.0, "M12 50 Q12 22 50 22 Q88 22 88 50 Q88 64 78 70 M12 50 Q12 64 22 70"),
            line(Dark, 2.0, "M20 38 Q34 26 50 26 Q66 26 80 38"),
            fill(Dark, "M32 44 H68 V78 Q68 82 64 82 H36 Q32 82 32 78Z"),
            dot(Light, 50.0, 62.0, 14.0),
            dot(Pale, 50.0, 62.0, 8.0),
            fill(Accent, "M44 39 H56 V44 H44Z"),
        ],
    ),
    (
        "Map Case",
        &[
            line(Dark, 3.0, "M28 18 Q50 -2 72 18"),
            fill(Dark, "M20 16 H80 V90 H20Z"),
            fill(Pale, "M26 24 H74 V84 H26Z"),
            fill(Light, "M26 58 Q40 46 50 60 Q62 72 74 56 V84 H26Z"),
            line(Main, 3.0, "M30 78 Q40 60 46 52 Q54 40 68 34"),
            fill(Accent, "M68 24 Q74 26 72 32 L68 40 L64 32 Q62 26 68 24Z"),
        ],
    ),
    (
        "Altimeter",
        &[
            fill(Dark, "M38 4 H62 V28 H38Z M38 72 H62 V96 H38Z"),
            dot(Main, 50.0, 50.0, 31.0),
            dot(Pale, 50.0, 50.0, 25.0),
            fill(Light, "M31 64 L44 46 L52 56 L60 42 L70 64 Q60 75 50 75 Q38 75 31 64Z"),
            line(Accent, 3.0, "M50 50 L60 32"),
            dot(Dark, 50.0, 50.0, 3.0),
            fill(Dark, "M80 46 H86 V54 H80Z"),
        ],
    ),
];
