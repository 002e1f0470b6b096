//! The shape of the category forest: who stands below whom, and which moves keep it a forest.

use std::collections::HashMap;

use super::CategoryId;

/// How many categories may stand above one another, the root included.
pub const MAX_DEPTH: usize = 6;

/// Every category's parent.
#[derive(Debug, Default)]
pub struct Tree {
    parents: HashMap<CategoryId, Option<CategoryId>>,
}

/// Why a category cannot stand where it was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// There is no such parent.
    #[error("There is no such category.")]
    UnknownParent,
    /// The parent is the category itself or stands below it.
    #[error("A category cannot stand below itself.")]
    Cycle,
    /// Something would stand deeper than [`MAX_DEPTH`].
    #[error("Categories may be at most {MAX_DEPTH} levels deep.")]
    TooDeep,
}

impl FromIterator<(CategoryId, Option<CategoryId>)> for Tree {
    fn from_iter<I: IntoIterator<Item = (CategoryId, Option<CategoryId>)>>(pairs: I) -> Self {
        Self { parents: pairs.into_iter().collect() }
    }
}

impl Tree {
    /// Whether a new category may stand below `parent`.
    pub fn may_add(&self, parent: Option<CategoryId>) -> Result<(), TreeError> {
        let Some(parent) = parent else { return Ok(()) };
        let depth = self.depth(parent).ok_or(TreeError::UnknownParent)?;
        if depth + 1 > MAX_DEPTH { Err(TreeError::TooDeep) } else { Ok(()) }
    }

    /// Whether `category`, with everything below it, may move below `parent`.
    pub fn may_move(&self, category: CategoryId, parent: Option<CategoryId>) -> Result<(), TreeError> {
        let Some(parent) = parent else { return Ok(()) };
        let depth = self.depth(parent).ok_or(TreeError::UnknownParent)?;
        if self.path(parent).any(|above| above == category) {
            return Err(TreeError::Cycle);
        }
        if depth + self.height(category) > MAX_DEPTH { Err(TreeError::TooDeep) } else { Ok(()) }
    }

    /// `category` and what stands above it, upwards.
    fn path(&self, category: CategoryId) -> impl Iterator<Item = CategoryId> + '_ {
        std::iter::successors(Some(category), |id| self.parents.get(id).copied().flatten()).take(MAX_DEPTH + 1)
    }

    /// How many levels reach down to `category`, itself included.
    fn depth(&self, category: CategoryId) -> Option<usize> {
        self.parents.contains_key(&category).then(|| self.path(category).count())
    }

    /// How many levels `category` and what is below it take.
    fn height(&self, category: CategoryId) -> usize {
        let below = self.parents.keys().filter_map(|id| self.path(*id).position(|above| above == category));
        below.max().map_or(1, |steps| steps + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> CategoryId {
        CategoryId::from_uuid(uuid::Uuid::from_u128(number))
    }

    /// 1 → 2 → 3, and 4 alone.
    fn tree() -> Tree {
        [(id(1), None), (id(2), Some(id(1))), (id(3), Some(id(2))), (id(4), None)].into_iter().collect()
    }

    #[test]
    fn a_category_cannot_stand_below_itself() {
        assert_eq!(tree().may_move(id(1), Some(id(1))), Err(TreeError::Cycle));
        assert_eq!(tree().may_move(id(1), Some(id(3))), Err(TreeError::Cycle));
        assert_eq!(tree().may_move(id(3), Some(id(4))), Ok(()));
        assert_eq!(tree().may_move(id(3), None), Ok(()));
        assert_eq!(tree().may_move(id(3), Some(id(9))), Err(TreeError::UnknownParent));
    }

    #[test]
    fn the_depth_is_bounded_for_what_moves_along_as_well() {
        let chain: Tree = (1..=6).map(|n| (id(n), (n > 1).then(|| id(n - 1)))).chain([(id(7), None)]).collect();
        assert_eq!(chain.may_add(Some(id(5))), Ok(()));
        assert_eq!(chain.may_add(Some(id(6))), Err(TreeError::TooDeep));
        assert_eq!(chain.may_move(id(1), Some(id(7))), Err(TreeError::TooDeep));
        assert_eq!(chain.may_move(id(2), Some(id(7))), Ok(()));
        assert_eq!(chain.may_add(Some(id(8))), Err(TreeError::UnknownParent));
    }
}
