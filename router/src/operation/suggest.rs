//! "Did you mean": the names that resemble one that is not known.

/// Longer names are not compared: whoever mistypes does not write as much.
const LONGEST: usize = 100;
/// More suggestions help nobody.
const MOST: usize = 5;

/// A sentence, after a blank, that names what resembles `given`: ` Did you mean "a", "b" or "c"?` Empty, if nothing
/// does.
pub(super) fn did_you_mean<'n>(given: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    if given.len() > LONGEST {
        return String::new();
    }
    let most = given.chars().count() * 2 / 5 + 1;
    let distances = known.into_iter().filter(|name| name.len() <= LONGEST).map(|name| (distance(given, name), name));
    let mut close: Vec<(usize, &str)> = distances.filter(|(distance, _)| *distance <= most).collect();
    close.sort_unstable();
    let names: Vec<String> = close.iter().take(MOST).map(|(_, name)| format!("{name:?}")).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => format!(" Did you mean {only}?"),
        [others @ .., last] => format!(" Did you mean {} or {last}?", others.join(", ")),
    }
}

/// How many letters must be added, taken away, replaced, or swapped with their neighbours (optimal string alignment);
/// 1 if only the case differs.
fn distance(one: &str, other: &str) -> usize {
    if one.eq_ignore_ascii_case(other) {
        return usize::from(one != other);
    }
    let lower = |text: &str| text.chars().map(|letter| letter.to_ascii_lowercase()).collect::<Vec<_>>();
    let (one, other) = (lower(one), lower(other));
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, against) in other.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != against);
            let mut fewest = replaced.min(last[column + 1] + 1).min(next[column] + 1);
            if row > 0 && column > 0 && *letter == other[column - 1] && one[row - 1] == *against {
                fewest = fewest.min(before[column - 1] + 1);
            }
            next.push(fewest);
        }
        before = std::mem::replace(&mut last, next);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_resemble_each_other_are_found() {
        let known = ["productId", "quantity", "product", "note"];
        for (given, expected) in [
            ("prodctId", " Did you mean \"productId\" or \"product\"?"),
            ("productid", " Did you mean \"productId\" or \"product\"?"),
            ("qauntity", " Did you mean \"quantity\"?"),
            ("noet", " Did you mean \"note\"?"),
            ("somethingElse", ""),
            ("", ""),
        ] {
            assert_eq!(did_you_mean(given, known), expected, "{given}");
        }
        assert_eq!(did_you_mean(&"a".repeat(1_000), ["a"]), "");
        let many: Vec<String> = (0..20).map(|number| format!("name{number:02}")).collect();
        assert_eq!(did_you_mean("name", many.iter().map(String::as_str)).matches("name").count(), MOST);
    }
}
