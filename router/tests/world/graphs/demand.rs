//! A demand as it is written: `@authenticated`, `@requiresScopes` and `@policy`, and what both of two demand.

use std::collections::BTreeSet;

use crate::random::Random;

/// Alternatives, each a set of what is needed.
type Alternatives = BTreeSet<BTreeSet<String>>;

/// Who may see something.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Demand {
    authenticated: bool,
    scopes: Option<Alternatives>,
    policies: Option<Alternatives>,
}

impl Demand {
    /// Some demand.
    pub fn some(random: &mut Random) -> Self {
        let set = |sets: &[&[&str]]| {
            let texts = |set: &&[&str]| set.iter().map(|text| (*text).to_owned()).collect();
            Some(sets.iter().map(texts).collect::<Alternatives>())
        };
        match random.below(12) {
            0..4 => Self { authenticated: true, ..Self::default() },
            4 => Self { policies: set(&[&["p"]]), ..Self::default() },
            5..8 => Self { scopes: set(&[&["a"]]), ..Self::default() },
            8 => Self { scopes: set(&[&["b", "c"]]), authenticated: true, ..Self::default() },
            9 => Self { scopes: set(&[&["a", "b"], &["c"]]), ..Self::default() },
            _ => Self { scopes: set(&[&["a"], &["b", "c"]]), ..Self::default() },
        }
    }

    /// What both demand.
    pub fn and(&mut self, other: &Self) {
        self.authenticated |= other.authenticated;
        self.scopes = both(self.scopes.take(), other.scopes.as_ref());
        self.policies = both(self.policies.take(), other.policies.as_ref());
    }

    /// The directives, in the order of their names.
    pub fn directives(&self) -> Vec<String> {
        let list =
            |sets: &Alternatives| sets.iter().map(|set| set.iter().cloned().collect()).collect::<Vec<Vec<String>>>();
        let authenticated = self.authenticated.then(|| "@authenticated".to_owned());
        let policies = self.policies.as_ref().map(|sets| format!("@policy(policies: {:?})", list(sets)));
        let scopes = self.scopes.as_ref().map(|sets| format!("@requiresScopes(scopes: {:?})", list(sets)));
        [authenticated, policies, scopes].into_iter().flatten().collect()
    }
}

fn both(one: Option<Alternatives>, other: Option<&Alternatives>) -> Option<Alternatives> {
    let (Some(ours), Some(theirs)) = (&one, other) else { return one.or_else(|| other.cloned()) };
    let pairs: Vec<BTreeSet<String>> =
        ours.iter().flat_map(|one| theirs.iter().map(move |other| one | other)).collect();
    // What demands more than another alternative is none.
    let is_least = |set: &BTreeSet<String>| !pairs.iter().any(|other| other != set && other.is_subset(set));
    Some(pairs.iter().filter(|set| is_least(set)).cloned().collect())
}
