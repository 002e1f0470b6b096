//! The complexity of fields that return lists, for `#[graphql(complexity = "…")]`: async-graphql counts each field once
//! by itself, however long the list is above it. All results are bounded, so that its own sums cannot overflow.

use super::DEFAULT_FIRST;

/// The largest complexity of one field.
const MOST: usize = 1 << 40;

/// The complexity of a connection: what is selected below it, for each item that is asked for.
pub fn connection_complexity(first: Option<i32>, last: Option<i32>, below: usize) -> usize {
    // What is negative is refused before anything is read.
    let size = first.max(last).map_or(DEFAULT_FIRST, |size| u32::try_from(size).unwrap_or(0));
    times(usize::try_from(size).unwrap_or(MOST), below)
}

/// The complexity of a list that the domain keeps short: what is selected below it, as often as a page is long.
pub fn list_complexity(below: usize) -> usize {
    times(DEFAULT_FIRST as usize, below)
}

fn times(size: usize, below: usize) -> usize {
    size.saturating_mul(below).saturating_add(1).min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_multiply_what_is_below_and_never_overflow() {
        assert_eq!(connection_complexity(None, None, 3), 31);
        assert_eq!(connection_complexity(Some(100), Some(5), 3), 301);
        assert_eq!(connection_complexity(None, Some(2), 3), 7);
        assert_eq!(connection_complexity(Some(-1), None, 3), 1);
        assert_eq!(list_complexity(2), 21);
        assert_eq!(connection_complexity(Some(i32::MAX), None, usize::MAX), MOST);
        assert_eq!(list_complexity(MOST), MOST);
    }
}
