//! What has a page of its own here.

use super::{address::Address, user::User};

kit::node_interface!(User, Address);
