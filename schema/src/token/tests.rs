//! Tokens that should be believed, and many that should not.

mod external;
mod shop;
