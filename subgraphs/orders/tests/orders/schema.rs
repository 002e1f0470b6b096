//! The schema says what other processes rely on.

#[test]
fn the_sdl_names_the_contract() {
    let sdl = orders::sdl();
    for line in [
        "type Order implements Node @key(fields: \"id\")",
        "type User implements Node @key(fields: \"id\")",
        "type Product implements Node @key(fields: \"id\", resolvable: false)",
        "interface Node {",
        "node(",
        "nodes(",
        "interface UserError",
        "type StockError implements UserError @shareable",
        "type Money @shareable",
        "type PageInfo @shareable",
        "order(",
        "orders(",
        "placeOrder(",
        "payOrder(",
        "cancelOrder(",
        "refundOrder(",
        "fulfillOrder(",
        "@authenticated",
        "@requiresScopes(scopes: [[\"orders:write\"]])",
    ] {
        assert!(sdl.contains(line), "{line} is missing in\n{sdl}");
    }
}

/// GraphiQL is the API's documentation, so nothing may be without a word.
#[test]
fn everything_is_described() {
    let sdl = orders::sdl();
    let (mut inside, mut described) = (false, false);
    for line in sdl.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let quotes = line.matches("\"\"\"").count();
        if inside || quotes > 0 {
            inside ^= quotes % 2 == 1;
            described = !inside;
            continue;
        }
        let exempt = ["schema", "query:", "mutation:", "type Query", "type Mutation", "}", ")", "@", "scalar"];
        assert!(described || exempt.iter().any(|start| line.starts_with(start)), "no description before: {line}");
        described = false;
    }
}
