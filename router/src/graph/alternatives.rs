//! Sets of scopes or policies, of which one must be held whole: what `@requiresScopes` and `@policy` list.

use std::collections::BTreeSet;

/// See the module's description; without those that another makes needless, and never none: who need hold nothing
/// holds the empty set.
pub(crate) type Alternatives<'a> = BTreeSet<BTreeSet<&'a str>>;

/// More than these no two demands make together: each doubles them at worst, and an interface may have hundreds of
/// objects behind it.
const MOST: usize = 1000;

/// The alternatives as they are listed. No list is no demand.
pub(crate) fn of(listed: &[Vec<String>]) -> Alternatives<'_> {
    let all: Alternatives<'_> = listed.iter().map(|set| set.iter().map(String::as_str).collect()).collect();
    if all.is_empty() { [BTreeSet::new()].into() } else { minimal(&all) }
}

/// What several demands are together: each alternative of one with each of the others. Where that is too much to be
/// listed it is all that any of them lists: more than is demanded, so that nothing is shown by it.
pub(crate) fn all_of<'a>(demands: impl Iterator<Item = &'a [Vec<String>]> + Clone) -> Alternatives<'a> {
    let mut all: Alternatives<'a> = [BTreeSet::new()].into();
    for demand in demands.clone() {
        let own = of(demand);
        if all.len() * own.len() > MOST {
            return [demands.flatten().flatten().map(String::as_str).collect()].into();
        }
        all = minimal(&all.iter().flat_map(|one| own.iter().map(move |other| one | other)).collect());
    }
    all
}

/// As they are listed in directives, in order.
pub(crate) fn listed(alternatives: &Alternatives<'_>) -> Vec<Vec<String>> {
    alternatives.iter().map(|set| set.iter().map(|item| (*item).to_owned()).collect()).collect()
}

fn minimal<'a>(all: &Alternatives<'a>) -> Alternatives<'a> {
    let needless = |set: &BTreeSet<&str>| all.iter().any(|other| other != set && other.is_subset(set));
    all.iter().filter(|set| !needless(set)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn together(demands: &[Vec<Vec<String>>]) -> Vec<Vec<String>> {
        listed(&all_of(demands.iter().map(Vec::as_slice)))
    }

    fn demand(sets: &[&[&str]]) -> Vec<Vec<String>> {
        sets.iter().map(|set| set.iter().map(|item| (*item).to_owned()).collect()).collect()
    }

    #[test]
    fn what_another_makes_needless_is_left_out() {
        let (one, other) = (demand(&[&["a"], &["b"]]), demand(&[&["c"], &["a"]]));
        assert_eq!(together(&[one.clone(), other]), demand(&[&["a"], &["b", "c"]]));
        assert_eq!(together(&[one.clone(), one.clone(), demand(&[])]), one);
        assert_eq!(together(&[]), demand(&[&[]]));
    }

    #[test]
    fn what_is_too_much_to_be_listed_is_everything_at_once() {
        let of = |count: usize| (0..count).map(|n| vec![vec![format!("a{n}")], vec![format!("b{n}")]]).collect();
        let nine: Vec<Vec<Vec<String>>> = of(9);
        assert_eq!(together(&nine).len(), 512);
        let many: Vec<Vec<Vec<String>>> = of(60);
        let everything = together(&many);
        assert_eq!((everything.len(), everything[0].len()), (1, 120));
    }
}
