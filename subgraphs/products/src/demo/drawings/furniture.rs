//! Furniture.

use super::{
    Mark,
    Tone::{Accent, Dark, Leaf, Light, Main, Pale},
    dot, fill, line,
};

/// What the shelves of furniture hold.
pub const DRAWINGS: &[(&str, &[Mark])] = &[
    (
        "Dining Chair",
        &[
            line(Dark, 5.0, "M34 14 V58 L31 88 M66 14 V58 L69 88"),
            fill(Main, "M34 17 H66 V25 H34Z M34 30 H66 V37 H34Z M29 54 H71 L74 63 H26Z"),
        ],
    ),
    (
        "Lounge Chair",
        &[
            line(Dark, 4.0, "M28 76 V87 M72 76 V87"),
            fill(Main, "M26 30 Q26 20 36 20 H64 Q74 20 74 30 V66 H26Z"),
            fill(Light, "M30 52 Q30 48 34 48 H66 Q70 48 70 52 V66 H30Z"),
            fill(Dark, "M16 48 Q16 42 23 42 Q30 42 30 48 V77 H16Z M70 48 Q70 42 77 42 Q84 42 84 48 V77 H70Z"),
            fill(Main, "M30 64 H70 V77 H30Z"),
        ],
    ),
    (
        "Rocking Chair",
        &[
            line(Dark, 4.0, "M16 76 Q50 98 86 74 M36 60 L32 84 M68 60 L70 83 M30 42 H66 V58"),
            fill(Main, "M22 14 H30 L39 58 H31Z M30 55 H74 V63 H30Z"),
        ],
    ),
    (
        "Bar Stool",
        &[
            line(Dark, 5.0, "M38 30 L28 88 M62 30 L72 88 M50 30 V88"),
            line(Accent, 4.0, "M33 64 H67"),
            fill(Main, "M33 20 H67 Q73 20 73 26 Q73 33 67 33 H33 Q27 33 27 26 Q27 20 33 20Z"),
        ],
    ),
    (
        "Dining Table",
        &[
            line(Dark, 6.0, "M20 46 V86 M80 46 V86"),
            fill(Light, "M20 46 H80 V54 H20Z"),
            fill(Main, "M10 39 H90 V47 H10Z"),
            fill(Accent, "M38 29 H62 Q60 39 50 39 Q40 39 38 29Z"),
        ],
    ),
    (
        "Coffee Table",
        &[
            line(Dark, 5.0, "M32 60 L24 84 M68 60 L76 84 M50 62 V86"),
            fill(Dark, "M12 56 A38 10 0 1 0 88 56 A38 10 0 1 0 12 56Z"),
            fill(Main, "M12 52 A38 10 0 1 0 88 52 A38 10 0 1 0 12 52Z"),
            fill(Pale, "M40 40 H54 V48 Q54 52 47 52 Q40 52 40 48Z"),
            line(Pale, 2.0, "M54 42 Q60 43 54 48"),
        ],
    ),
    (
        "Side Table",
        &[
            line(Dark, 5.0, "M50 46 V82 M34 85 H66"),
            fill(Dark, "M26 45 A24 7 0 1 0 74 45 A24 7 0 1 0 26 45Z"),
            fill(Main, "M26 42 A24 7 0 1 0 74 42 A24 7 0 1 0 26 42Z"),
            line(Leaf, 3.0, "M50 24 Q42 20 40 12 M50 24 Q56 16 62 14 M50 26 V10"),
            fill(Accent, "M44 24 H56 L54 42 H46Z"),
        ],
    ),
    (
        "Writing Desk",
        &[
            line(Dark, 5.0, "M17 44 V87 M83 44 V87"),
            fill(Light, "M56 47 H84 V64 H56Z"),
            fill(Main, "M10 40 H90 V48 H10Z"),
            dot(Dark, 70.0, 56.0, 2.5),
            fill(Accent, "M22 34 H44 V40 H22Z M25 28 H42 V34 H25Z"),
            fill(Pale, "M58 36 H78 V40 H58Z"),
        ],
    ),
    (
        "Bookcase",
        &[
            fill(Dark, "M22 12 H78 V88 H22Z"),
            fill(Pale, "M27 17 H73 V37 H27Z M27 41 H73 V61 H27Z M27 65 H73 V84 H27Z"),
            fill(Main, "M29 21 H35 V37 H29Z M43 19 H49 V37 H43Z M52 45 H58 V61 H52Z M30 69 H36 V84 H30Z"),
            fill(Accent, "M36 23 H42 V37 H36Z M30 44 H36 V61 H30Z M60 46 H66 V61 H60Z M37 67 H43 V84 H37Z"),
            fill(Light, "M56 26 H70 V37 H56Z M38 48 H44 V61 H38Z M52 72 H70 V84 H52Z"),
        ],
    ),
    (
        "Sideboard",
        &[
            line(Dark, 4.0, "M18 74 L16 86 M82 74 L84 86"),
            fill(Main, "M8 42 H92 V75 H8Z"),
            line(Dark, 2.0, "M36 42 V75 M64 42 V75"),
            dot(Pale, 32.0, 58.0, 2.0),
            dot(Pale, 40.0, 58.0, 2.0),
            dot(Pale, 68.0, 58.0, 2.0),
            fill(Accent, "M68 30 H80 L78 42 H70Z"),
            line(Leaf, 3.0, "M74 30 Q70 20 74 14 M74 30 Q80 24 84 22"),
        ],
    ),
    (
        "Shoe Rack",
        &[
            line(Dark, 5.0, "M18 34 V88 M82 34 V88"),
            fill(Main, "M16 50 H84 V54 H16Z M16 76 H84 V80 H16Z"),
            fill(Accent, "M24 50 V40 H32 Q36 45 46 46 V50Z M54 76 V66 H62 Q66 71 76 72 V76Z"),
            fill(Light, "M54 50 V40 H62 Q66 45 76 46 V50Z M24 76 V60 H33 V70 Q40 70 46 72 V76Z"),
        ],
    ),
    (
        "Chest of Drawers",
        &[
            line(Dark, 5.0, "M28 80 V88 M72 80 V88"),
            fill(Dark, "M18 18 H82 V24 H18Z"),
            fill(Main, "M21 24 H79 V82 H21Z"),
            fill(Light, "M26 29 H74 V43 H26Z M26 47 H74 V61 H26Z M26 65 H74 V78 H26Z"),
            line(Dark, 2.5, "M44 36 H56 M44 54 H56 M44 72 H56"),
        ],
    ),
    (
        "Floor Lamp",
        &[
            fill(Light, "M30 36 H70 L84 70 H16Z"),
            line(Dark, 3.0, "M50 34 V86"),
            fill(Dark, "M34 85 H66 V89 H34Z"),
            fill(Main, "M39 10 H61 L71 37 H29Z"),
        ],
    ),
    (
        "Desk Lamp",
        &[
            line(Dark, 4.0, "M36 84 L28 56 L54 32"),
            fill(Dark, "M20 83 H52 V89 H20Z"),
            dot(Accent, 28.0, 56.0, 4.0),
            fill(Light, "M66 50 L88 76 H48 L54 50Z"),
            fill(Main, "M48 28 L60 20 Q76 30 72 50 L52 46Z"),
        ],
    ),
    (
        "Pendant Lamp",
        &[
            line(Dark, 2.5, "M50 4 V34"),
            fill(Light, "M24 62 H76 L90 88 H10Z"),
            dot(Accent, 50.0, 62.0, 7.0),
            fill(Main, "M46 30 H54 Q78 36 80 62 H20 Q22 36 46 30Z"),
        ],
    ),
    (
        "Wall Lamp",
        &[
            fill(Dark, "M18 34 H27 V76 H18Z"),
            line(Dark, 4.0, "M27 62 Q46 72 56 54"),
            fill(Light, "M38 50 H76 L88 80 H28Z"),
            fill(Main, "M46 22 H68 L78 52 H36Z"),
        ],
    ),
];
