//! What the domains say of themselves.

use crate::compose::Subgraph;

/// The subgraphs of the shop, with the addresses that they have where each is a process of its own (`compose.yml`).
pub fn subgraphs() -> Vec<Subgraph> {
    let subgraph = |name: &str, port: u16, sdl| Subgraph {
        name: name.to_owned(),
        url: format!("http://{name}:{port}/graphql"),
        sdl,
    };
    vec![
        subgraph("users", 4001, users::sdl()),
        subgraph("products", 4002, products::sdl()),
        subgraph("orders", 4003, orders::sdl()),
    ]
}
