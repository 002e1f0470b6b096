//! Clothes.

use super::{
    Mark,
    Tone::{Accent, Dark, Light, Main, Pale},
    dot, fill, line,
};

/// What the shelves of clothing hold.
pub const DRAWINGS: &[(&str, &[Mark])] = &[
    (
        "T-Shirt",
        &[
            fill(Main, "M36 18 L14 30 L22 48 L32 43 V84 H68 V43 L78 48 L86 30 L64 18 Q50 28 36 18Z"),
            line(Dark, 2.5, "M36 18 Q50 30 64 18"),
            fill(Light, "M32 54 H68 V62 H32Z"),
        ],
    ),
    (
        "Polo Shirt",
        &[
            fill(Main, "M36 18 L14 30 L22 48 L32 43 V84 H68 V43 L78 48 L86 30 L64 18Z"),
            fill(Light, "M36 18 L50 26 L64 18 L60 14 H40Z M36 18 L44 34 L50 26Z M64 18 L56 34 L50 26Z"),
            line(Dark, 2.0, "M50 26 V48"),
            dot(Pale, 50.0, 36.0, 1.8),
            dot(Pale, 50.0, 44.0, 1.8),
            line(Dark, 3.0, "M15 32 L23 46 M85 32 L77 46"),
        ],
    ),
    (
        "Pullover",
        &[
            fill(Main, "M36 18 L20 26 L8 72 L20 76 L30 46 V84 H70 V46 L80 76 L92 72 L80 26 L64 18 Q50 24 36 18Z"),
            fill(Dark, "M30 78 H70 V85 H30Z M9 67 L21 71 L19 77 L7 73Z M91 67 L79 71 L81 77 L93 73Z"),
            line(Accent, 3.0, "M31 46 L37 40 L43 46 L50 40 L57 46 L63 40 L69 46"),
            line(Light, 3.0, "M36 19 Q50 28 64 19"),
        ],
    ),
    (
        "Cardigan",
        &[
            fill(Main, "M36 16 L20 24 L8 72 L20 76 L30 46 V86 H70 V46 L80 76 L92 72 L80 24 L64 16 L50 42Z"),
            fill(Pale, "M36 16 L50 42 L64 16 Q50 22 36 16Z"),
            line(Dark, 3.0, "M36 16 L50 42 L64 16 M50 42 V86"),
            dot(Accent, 54.0, 52.0, 2.2),
            dot(Accent, 54.0, 63.0, 2.2),
            dot(Accent, 54.0, 74.0, 2.2),
            fill(Dark, "M34 62 H45 V73 H34Z"),
        ],
    ),
    (
        "Chinos",
        &[
            fill(Main, "M30 12 H70 L76 88 H57 L50 38 L43 88 H24Z"),
            fill(Dark, "M30 12 H70 V19 H30Z"),
            line(Dark, 2.0, "M50 19 V38 M32 24 Q38 26 40 19 M68 24 Q62 26 60 19"),
            fill(Accent, "M47 13 H53 V18 H47Z"),
        ],
    ),
    (
        "Shorts",
        &[
            fill(Main, "M26 24 H74 L84 74 H54 L50 50 L46 74 H16Z"),
            fill(Dark, "M26 24 H74 V32 H26Z"),
            line(Light, 2.5, "M46 32 L43 44 M54 32 L57 44"),
            line(Light, 3.0, "M18 69 H46 M54 69 H83"),
        ],
    ),
    (
        "Joggers",
        &[
            fill(Main, "M30 14 H70 L72 78 H58 L50 38 L42 78 H28Z"),
            fill(Dark, "M30 14 H70 V22 H30Z M29 78 H41 V87 H29Z M59 78 H71 V87 H59Z"),
            line(Light, 3.0, "M33 24 L32 76 M67 24 L68 76"),
            line(Pale, 2.0, "M48 22 L45 32 M52 22 L55 32"),
        ],
    ),
    (
        "Pleated Trousers",
        &[
            fill(Main, "M32 10 H68 L82 88 H56 L50 36 L44 88 H18Z"),
            fill(Dark, "M32 10 H68 V18 H32Z"),
            line(Dark, 2.0, "M39 18 L32 86 M61 18 L68 86 M50 18 V36"),
            line(Light, 2.0, "M43 18 L40 40 M57 18 L60 40"),
        ],
    ),
    (
        "Overshirt",
        &[
            fill(Main, "M36 16 L18 24 L8 70 L20 74 L30 46 V86 H70 V46 L80 74 L92 70 L82 24 L64 16Z"),
            fill(Dark, "M36 16 L50 24 L64 16 L60 11 H40Z M34 38 H46 V50 H34Z M54 38 H66 V50 H54Z"),
            line(Dark, 2.0, "M50 24 V86"),
            dot(Pale, 50.0, 34.0, 1.8),
            dot(Pale, 50.0, 48.0, 1.8),
            dot(Pale, 50.0, 62.0, 1.8),
            dot(Pale, 50.0, 76.0, 1.8),
        ],
    ),
    (
        "Parka",
        &[
            fill(Dark, "M34 22 Q34 6 50 6 Q66 6 66 22 L60 30 H40Z"),
            fill(Main, "M34 20 L18 28 L10 74 L22 78 L28 50 V92 H72 V50 L78 78 L90 74 L82 28 L66 20 L50 32Z"),
            line(Light, 5.0, "M34 21 Q34 8 50 8 Q66 8 66 21"),
            line(Dark, 2.5, "M50 32 V92 M28 60 H72"),
            fill(Light, "M32 66 H45 V78 H32Z M55 66 H68 V78 H55Z"),
        ],
    ),
    (
        "Raincoat",
        &[
            fill(Dark, "M36 22 Q36 8 50 8 Q64 8 64 22 L50 32Z"),
            fill(Main, "M36 20 L22 26 L10 66 L22 70 L30 48 L22 90 H78 L70 48 L78 70 L90 66 L78 26 L64 20 L50 32Z"),
            line(Dark, 2.5, "M50 32 V90"),
            dot(Accent, 54.0, 44.0, 2.2),
            dot(Accent, 54.0, 58.0, 2.2),
            dot(Accent, 54.0, 72.0, 2.2),
            line(Light, 3.0, "M8 18 L12 10 M20 14 L24 6 M82 14 L86 6 M90 22 L94 14"),
        ],
    ),
    (
        "Vest",
        &[
            fill(Main, "M34 14 L26 18 Q32 36 22 46 V86 H78 V46 Q68 36 74 18 L66 14 L50 30Z"),
            line(Dark, 2.0, "M22 56 H78 M22 66 H78 M22 76 H78 M27 46 H73"),
            line(Dark, 3.0, "M50 30 V86"),
            fill(Light, "M34 14 L50 30 L66 14 L60 9 H40Z"),
        ],
    ),
    (
        "Scarf",
        &[
            fill(Main, "M26 22 Q50 8 74 22 Q80 36 66 42 Q50 48 34 42 Q20 36 26 22Z"),
            fill(Pale, "M36 24 Q50 18 64 24 Q60 32 50 32 Q40 32 36 24Z"),
            fill(Dark, "M34 40 L50 44 L46 86 H28Z"),
            fill(Main, "M52 44 L66 40 L74 76 H56Z"),
            line(Accent, 4.0, "M31 66 L47 68 M30 76 L46 78 M55 62 L70 60"),
            line(Dark, 2.0, "M58 76 V83 M64 76 V83 M70 76 V83 M32 86 V92 M38 86 V92 M44 86 V92"),
        ],
    ),
    (
        "Beanie",
        &[
            fill(Main, "M20 66 Q18 24 50 24 Q82 24 80 66Z"),
            line(Dark, 2.0, "M38 28 Q32 46 34 64 M50 25 V64 M62 28 Q68 46 66 64"),
            fill(Light, "M16 62 H84 V80 Q84 82 82 82 H18 Q16 82 16 80Z"),
            dot(Accent, 50.0, 18.0, 9.0),
        ],
    ),
    (
        "Socks",
        &[
            fill(Dark, "M48 14 H70 V54 L84 70 Q88 80 78 84 Q70 86 64 80 L48 60Z"),
            fill(Main, "M24 14 H46 V56 L60 72 Q64 82 54 86 Q46 88 40 82 L24 62Z"),
            fill(Light, "M24 14 H46 V24 H24Z M48 14 H70 V24 H48Z"),
            line(Accent, 4.0, "M24 34 H46 M24 42 H46 M48 34 H70 M48 42 H70"),
        ],
    ),
    (
        "Gloves",
        &[
            fill(
                Main,
                "M20 86 V56 L10 44 L16 38 L24 46 V22 Q24 18 28 18 Q32 18 32 22 V42 V16 Q32 12 36 12 Q40 12 40 16 V42 V20 Q40 16 44 16 Q48 16 48 20 V86Z",
            ),
            fill(
                Dark,
                "M80 86 V56 L90 44 L84 38 L76 46 V22 Q76 18 72 18 Q68 18 68 22 V42 V16 Q68 12 64 12 Q60 12 60 16 V42 V20 Q60 16 56 16 Q52 16 52 20 V86Z",
            ),
            fill(Light, "M18 74 H49 V86 H18Z M51 74 H82 V86 H51Z"),
            line(Accent, 3.0, "M18 80 H49 M51 80 H82"),
        ],
    ),
];
