//! What has a page of its own here.

use super::{category::Category, product::Product};

kit::node_interface!(Product, Category);
