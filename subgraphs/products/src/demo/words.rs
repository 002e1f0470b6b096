//! The words that the demo catalogue is made of.

/// A top category.
pub struct Top {
    /// Its name.
    pub name: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// What its products can be; the first is the cheapest.
    pub kinds: [&'static str; 3],
    /// What stands below it.
    pub shelves: [Shelf; 4],
}

/// A category below a top category.
pub struct Shelf {
    /// Its name.
    pub name: &'static str,
    /// Its things, and what the cheapest kind costs in cents.
    pub things: [(&'static str, i64); 4],
    /// What stands below it.
    pub parts: &'static [Part],
    /// What all its things have in common, in the singular or the plural.
    pub promise: Promise,
}

/// A category below a shelf, or below another part.
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// Which of the shelf's things lie in it, those of its own parts left out.
    pub things: &'static [&'static str],
    /// What stands below it.
    pub parts: &'static [Part],
}

/// What can be said of a thing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// It lasts.
    Lasts,
    /// It grows.
    Grows,
}

const fn shelf(name: &'static str, things: [(&'static str, i64); 4]) -> Shelf {
    Shelf { name, things, parts: &[], promise: Promise::Lasts }
}

const fn part(name: &'static str, things: &'static [&'static str]) -> Part {
    Part { name, things, parts: &[] }
}

impl Shelf {
    const fn parted(self, parts: &'static [Part]) -> Self {
        Self { parts, ..self }
    }
}

/// The whole shop.
pub const SHOP: [Top; 6] = [
    Top {
        name: "Furniture",
        about: "Things to sit on, eat at and live with for a long time.",
        kinds: ["Pine", "Oak", "Walnut"],
        shelves: [
            shelf(
                "Chairs",
                [("Dining Chair", 8990), ("Lounge Chair", 24900), ("Rocking Chair", 19900), ("Bar Stool", 7990)],
            ),
            shelf(
                "Tables",
                [("Dining Table", 44900), ("Coffee Table", 15900), ("Side Table", 6990), ("Writing Desk", 32900)],
            ),
            shelf(
                "Storage",
                [("Bookcase", 18900), ("Sideboard", 37900), ("Shoe Rack", 4990), ("Chest of Drawers", 27900)],
            ),
            shelf("Lighting", [("Floor Lamp", 9990), ("Desk Lamp", 4590), ("Pendant Lamp", 7590), ("Wall Lamp", 3990)])
                .parted(&[part("Ceiling & Wall", &["Pendant Lamp", "Wall Lamp"])]),
        ],
    },
    Top {
        name: "Kitchen",
        about: "Honest tools for people who cook every day.",
        kinds: ["Steel", "Ceramic", "Copper"],
        shelves: [
            shelf("Cookware", [("Saucepan", 3990), ("Frying Pan", 4590), ("Stock Pot", 6990), ("Casserole", 8990)]),
            shelf("Tableware", [("Dinner Plate", 1290), ("Soup Bowl", 990), ("Mug", 890), ("Serving Platter", 2490)]),
            shelf("Knives & Tools", [("Chef's Knife", 5990), ("Bread Knife", 3990), ("Ladle", 1290), ("Peeler", 790)]),
            shelf(
                "Coffee & Tea",
                [("Teapot", 3490), ("Coffee Dripper", 1990), ("Coffee Grinder", 4990), ("Tea Infuser", 990)],
            )
            .parted(&[part("Coffee", &["Coffee Dripper", "Coffee Grinder"]), part("Tea", &["Teapot", "Tea Infuser"])]),
        ],
    },
    Top {
        name: "Clothing",
        about: "Plain clothes, well made.",
        kinds: ["Cotton", "Linen", "Merino"],
        shelves: [
            shelf("Tops", [("T-Shirt", 1990), ("Polo Shirt", 3490), ("Pullover", 5990), ("Cardigan", 6990)]),
            shelf("Trousers", [("Chinos", 5990), ("Shorts", 3490), ("Joggers", 4490), ("Pleated Trousers", 7990)]),
            shelf("Outerwear", [("Overshirt", 7990), ("Parka", 18900), ("Raincoat", 12900), ("Vest", 6490)]),
            shelf("Accessories", [("Scarf", 2990), ("Beanie", 1990), ("Socks", 990), ("Gloves", 2490)]).parted(&[
                Part {
                    name: "For Winter",
                    things: &["Gloves"],
                    parts: &[part("Hats & Scarves", &["Scarf", "Beanie"])],
                },
            ]),
        ],
    },
    Top {
        name: "Outdoor",
        about: "For the hills, the lake and the way there.",
        kinds: ["Trail", "Alpine", "Expedition"],
        shelves: [
            shelf("Camping", [("Tent", 14900), ("Sleeping Bag", 8990), ("Camp Stove", 5990), ("Hammock", 4990)])
                .parted(&[part("Sleeping Outside", &["Sleeping Bag", "Hammock"])]),
            shelf("Bags", [("Backpack", 7990), ("Duffel Bag", 6490), ("Hip Pack", 2990), ("Dry Bag", 1990)]),
            shelf(
                "Bottles",
                [("Water Bottle", 1790), ("Vacuum Flask", 2990), ("Hydration Bladder", 2490), ("Camp Cup", 1290)],
            ),
            shelf("Navigation", [("Compass", 1990), ("Headlamp", 3490), ("Map Case", 1490), ("Altimeter", 9990)]),
        ],
    },
    Top {
        name: "Stationery",
        about: "Paper and what belongs to it.",
        kinds: ["Recycled", "Pocket", "Archival"],
        shelves: [
            shelf("Notebooks", [("Notebook", 890), ("Sketchbook", 1490), ("Diary", 1990), ("Ring Binder", 690)]),
            shelf("Pens", [("Fountain Pen", 3990), ("Ballpoint Pen", 990), ("Pencil Set", 1290), ("Brush Pen", 790)]),
            shelf("Desk", [("Letter Tray", 1990), ("Pen Holder", 1290), ("Desk Mat", 2990), ("Tape Dispenser", 1490)]),
            shelf("Cards", [("Greeting Card", 390), ("Postcard Set", 990), ("Envelope Set", 590), ("Gift Wrap", 490)]),
        ],
    },
    Top {
        name: "Garden",
        about: "From the first seed to the last evening outside.",
        kinds: ["Classic", "Terracotta", "Heirloom"],
        shelves: [
            shelf("Pots", [("Flower Pot", 1290), ("Planter", 3490), ("Hanging Basket", 1990), ("Window Box", 2490)]),
            Shelf {
                name: "Seeds",
                things: [("Tomato Seeds", 390), ("Herb Seeds", 290), ("Wildflower Seeds", 490), ("Pumpkin Seeds", 350)],
                parts: &[],
                promise: Promise::Grows,
            },
            shelf(
                "Hand Tools",
                [("Trowel", 1490), ("Pruning Shears", 2990), ("Watering Can", 2490), ("Garden Fork", 3990)],
            ),
            shelf(
                "Outdoor Living",
                [("Lantern", 2990), ("Fire Bowl", 12900), ("Bird Feeder", 1990), ("Picnic Blanket", 3490)],
            ),
        ],
    },
];
