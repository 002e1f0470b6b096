//! What the engine may be told to do or to leave, and whatever that is: the answers are the same.

use rialto::engine::EngineSettings;

use crate::random::Random;

/// One way of running the engine.
#[allow(clippy::struct_excessive_bools)] // Switches, each by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Switches {
    /// Plans and documents are remembered.
    pub cache: bool,
    /// Equal representations are sent once.
    pub deduplicate: bool,
    /// Equal reads under way become one.
    pub share: bool,
    /// A subgraph is asked for several lists at once.
    pub batch: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self { cache: true, deduplicate: true, share: true, batch: true }
    }
}

impl Switches {
    /// Every combination.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..16).map(|bits: u8| Self {
            cache: bits & 1 > 0,
            deduplicate: bits & 2 > 0,
            share: bits & 4 > 0,
            batch: bits & 8 > 0,
        })
    }

    /// Any combination but the usual one.
    pub fn other(random: &mut Random) -> Self {
        let others: Vec<Self> = Self::all().filter(|switches| *switches != Self::default()).collect();
        *random.pick(&others)
    }

    /// The usual settings with these switches.
    pub fn set(self, settings: EngineSettings) -> EngineSettings {
        let cached = if self.cache { settings.cached } else { 0 };
        EngineSettings { cached, deduplicate: self.deduplicate, share: self.share, batch: self.batch, ..settings }
    }
}
