//! A list that is cheap to copy: the planner tries its choices on copies of all it knows.

use std::{
    ops::{Index, IndexMut},
    rc::Rc,
};

/// Copies share their items until one of them changes an item.
#[derive(Debug)]
pub(super) struct Shared<T>(Vec<Rc<T>>);

impl<T> Shared<T> {
    pub fn push(&mut self, item: T) {
        self.0.push(Rc::new(item));
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.0.iter().map(|item| &**item)
    }
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }

    fn clone_from(&mut self, other: &Self) {
        self.0.clone_from(&other.0);
    }
}

impl<T> Index<usize> for Shared<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        &self.0[at]
    }
}

impl<T: Clone> IndexMut<usize> for Shared<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        Rc::make_mut(&mut self.0[at])
    }
}
