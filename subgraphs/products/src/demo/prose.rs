//! What the demo says about its products.

use super::words::{Promise, Top};

/// A few sentences about a thing of a material; `n` varies them.
pub fn about(thing: &str, material: &str, top: &Top, shelf: u32, n: u32) -> String {
    let (material, thing) = (material.to_lowercase(), thing.to_lowercase());
    let plural = is_plural(&thing);
    let subject = if plural { capital(&material) } else { format!("{} {material}", article(&material)) };
    let promise = match (top.shelves[shelf as usize].promise, plural) {
        (Promise::Lasts, false) => {
            format!("It is made in small runs, can be repaired, and comes with a guarantee of {} years.", 2 + n % 9)
        }
        (Promise::Lasts, true) => {
            format!("They are made in small runs, can be repaired, and come with a guarantee of {} years.", 2 + n % 9)
        }
        (Promise::Grows, _) => format!("They sprout within {} days and keep for two years in a dry place.", 8 + n % 9),
    };
    format!("{subject} {thing} for every day. {} {promise}", top.about)
}

/// "An" before what is spoken with a vowel at its beginning.
fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o']) || word.starts_with("heir") { "An" } else { "A" }
}

fn is_plural(thing: &str) -> bool {
    thing.ends_with('s') && !thing.ends_with("ss") && !thing.contains(" of ")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{super::words::SHOP, *};

    #[test]
    fn articles_and_numbers_are_right() {
        let about = |thing, material, top: usize, shelf| about(thing, material, &SHOP[top], shelf, 1);
        let outdoor = "For the hills, the lake and the way there.";
        assert_eq!(
            about("Backpack", "Alpine", 3, 1),
            format!(
                "An alpine backpack for every day. {outdoor} It is made in small runs, can be repaired, and comes with a guarantee of 3 years."
            )
        );
        for (thing, material, beginning) in [
            ("Compass", "Trail", "A trail compass for"),
            ("Chest of Drawers", "Oak", "An oak chest of drawers for"),
            ("Socks", "Merino", "Merino socks for"),
            ("Flower Pot", "Heirloom", "An heirloom flower pot for"),
        ] {
            assert!(about(thing, material, 0, 0).starts_with(beginning), "{thing}");
        }
        assert!(
            about("Herb Seeds", "Classic", 5, 1)
                .ends_with("They sprout within 9 days and keep for two years in a dry place.")
        );
    }
}
