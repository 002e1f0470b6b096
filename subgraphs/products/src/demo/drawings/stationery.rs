//! Stationery.

use super::{
    Mark,
    Tone::{Accent, Dark, Light, Main, Pale},
    dot, fill, line,
};

/// What the shelves of stationery hold.
pub const DRAWINGS: &[(&str, &[Mark])] = &[
    (
        "Notebook",
        &[
            fill(Pale, "M28 14 H78 V90 H28Z"),
            fill(Main, "M24 10 H74 V86 H24Z"),
            fill(Dark, "M24 10 H32 V86 H24Z"),
            fill(Light, "M40 24 H66 V38 H40Z"),
            line(Accent, 3.0, "M66 10 V86"),
        ],
    ),
    (
        "Sketchbook",
        &[
            fill(Dark, "M16 22 H84 V88 H16Z"),
            fill(Pale, "M20 26 H80 V84 H20Z"),
            line(Dark, 3.0, "M26 16 V30 M36 16 V30 M46 16 V30 M56 16 V30 M66 16 V30 M76 16 V30"),
            line(Main, 3.0, "M28 72 Q38 44 48 62 Q56 76 62 54 Q66 42 72 50"),
            dot(Accent, 66.0, 42.0, 5.0),
        ],
    ),
    (
        "Diary",
        &[
            fill(Main, "M22 12 H70 Q76 12 76 18 V84 Q76 90 70 90 H22Z"),
            fill(Dark, "M22 12 H30 V90 H22Z"),
            fill(Light, "M68 44 H84 V58 H68Z"),
            dot(Dark, 74.0, 51.0, 3.0),
            fill(Pale, "M38 26 H62 V40 H38Z"),
            line(Accent, 3.0, "M40 90 V98"),
        ],
    ),
    (
        "Ring Binder",
        &[
            fill(Main, "M26 10 H68 V90 H26Z"),
            fill(Dark, "M68 10 H80 V90 H68Z"),
            fill(Pale, "M36 22 H58 V52 H36Z"),
            line(Dark, 2.0, "M40 30 H54 M40 37 H54 M40 44 H50"),
            dot(Light, 47.0, 72.0, 7.0),
            dot(Dark, 47.0, 72.0, 3.5),
        ],
    ),
    (
        "Fountain Pen",
        &[
            fill(Main, "M66 10 L86 30 L50 66 L30 46Z"),
            fill(Dark, "M72 4 L92 24 L84 32 L64 12Z"),
            fill(Accent, "M34 42 L54 62 L50 66 L30 46Z"),
            fill(Pale, "M30 46 L50 66 L18 80Z"),
            line(Dark, 2.0, "M18 80 L36 60"),
            line(Dark, 3.0, "M10 90 Q30 80 44 88 Q58 94 72 86"),
        ],
    ),
    (
        "Ballpoint Pen",
        &[
            fill(Main, "M68 12 L84 28 L42 70 L26 54Z"),
            fill(Dark, "M69 11 L77 3 L93 19 L85 27Z M26 54 L42 70 L22 78Z"),
            line(Light, 3.0, "M78 30 L58 50"),
            fill(Accent, "M38 42 L54 58 L48 64 L32 48Z"),
            line(Main, 2.5, "M16 86 Q34 78 48 88 Q62 94 78 84"),
        ],
    ),
    (
        "Pencil Set",
        &[
            fill(Main, "M18 34 H32 V84 H18Z"),
            fill(Accent, "M43 34 H57 V84 H43Z"),
            fill(Dark, "M68 34 H82 V84 H68Z"),
            fill(Pale, "M18 34 L25 14 L32 34Z M43 34 L50 14 L57 34Z M68 34 L75 14 L82 34Z"),
            fill(Dark, "M22.5 21 L25 14 L27.5 21Z M47.5 21 L50 14 L52.5 21Z M72.5 21 L75 14 L77.5 21Z"),
            fill(Light, "M18 78 H32 V88 H18Z M43 78 H57 V88 H43Z M68 78 H82 V88 H68Z"),
        ],
    ),
    (
        "Brush Pen",
        &[
            fill(Main, "M70 8 L86 24 L48 62 L32 46Z"),
            fill(Light, "M38 40 L54 56 L46 64 L30 48Z"),
            fill(Dark, "M30 48 L46 64 Q34 72 18 78 Q24 62 30 48Z"),
            line(Accent, 7.0, "M12 88 Q34 78 52 86 Q66 92 86 80"),
        ],
    ),
    (
        "Letter Tray",
        &[
            fill(Dark, "M14 30 H20 V86 H14Z M80 30 H86 V86 H80Z"),
            fill(Main, "M14 48 H86 V54 H14Z M14 80 H86 V86 H14Z"),
            fill(Pale, "M24 40 H76 V48 H24Z M24 70 H76 V80 H24Z"),
            fill(Accent, "M30 34 H72 V40 H30Z"),
            line(Light, 2.0, "M28 44 H60 M28 75 H66"),
        ],
    ),
    (
        "Pen Holder",
        &[
            fill(Accent, "M34 14 H42 V50 H34Z"),
            fill(Pale, "M34 14 L38 4 L42 14Z"),
            fill(Dark, "M50 20 L57 18 L62 50 H54Z"),
            fill(Light, "M64 10 L71 12 L66 50 H59Z"),
            fill(Main, "M24 42 H76 L72 86 Q72 90 68 90 H32 Q28 90 28 86Z"),
            fill(Dark, "M22 40 H78 V46 H22Z"),
        ],
    ),
    (
        "Desk Mat",
        &[
            fill(Dark, "M6 32 H94 V80 H6Z"),
            fill(Main, "M9 35 H91 V77 H9Z"),
            fill(Light, "M18 44 H58 V66 H18Z"),
            line(Pale, 2.0, "M22 50 H54 M22 56 H54 M22 62 H46"),
            fill(Accent, "M70 48 Q70 43 75 43 Q80 43 80 48 V60 Q80 65 75 65 Q70 65 70 60Z"),
        ],
    ),
    (
        "Tape Dispenser",
        &[
            fill(Main, "M10 82 Q8 40 36 36 Q54 36 60 62 L88 58 L92 82Z"),
            dot(Dark, 38.0, 58.0, 22.0),
            dot(Pale, 38.0, 58.0, 18.0),
            dot(Accent, 38.0, 58.0, 9.0),
            line(Light, 4.0, "M44 38 Q66 38 90 56"),
            fill(Dark, "M6 82 H94 V88 H6Z"),
        ],
    ),
    (
        "Greeting Card",
        &[
            fill(Dark, "M58 14 L84 20 V88 L58 84Z"),
            fill(Pale, "M16 14 H60 V86 H16Z"),
            fill(Accent, "M38 62 Q18 46 26 36 Q34 30 38 40 Q42 30 50 36 Q58 46 38 62Z"),
            line(Main, 2.5, "M26 72 H50"),
            line(Light, 2.0, "M21 19 H55 V81 H21Z"),
        ],
    ),
    (
        "Postcard Set",
        &[
            fill(Dark, "M24 14 H92 V58 H24Z"),
            fill(Main, "M16 24 H84 V68 H16Z"),
            fill(Pale, "M8 36 H76 V82 H8Z"),
            fill(Light, "M12 40 H40 V78 H12Z"),
            fill(Main, "M12 78 L22 58 L30 68 L36 60 L40 66 V78Z"),
            fill(Accent, "M60 42 H70 V54 H60Z"),
            line(Dark, 2.0, "M46 62 H70 M46 69 H70 M46 76 H62"),
        ],
    ),
    (
        "Envelope Set",
        &[
            fill(Dark, "M22 16 H92 V60 H22Z"),
            fill(Main, "M8 32 H78 V82 H8Z"),
            fill(Light, "M8 32 L43 62 L78 32Z"),
            line(Dark, 2.0, "M8 82 L34 56 M78 82 L52 56"),
            dot(Accent, 43.0, 58.0, 6.0),
        ],
    ),
    (
        "Gift Wrap",
        &[
            fill(Main, "M16 34 H84 V86 H16Z"),
            fill(Dark, "M12 28 H88 V42 H12Z"),
            fill(Accent, "M44 28 H56 V86 H44Z"),
            fill(Accent, "M50 28 Q26 24 28 14 Q38 8 50 28Z M50 28 Q74 24 72 14 Q62 8 50 28Z"),
            dot(Pale, 28.0, 56.0, 3.0),
            dot(Pale, 34.0, 72.0, 3.0),
            dot(Pale, 68.0, 54.0, 3.0),
            dot(Pale, 74.0, 72.0, 3.0),
        ],
    ),
];
