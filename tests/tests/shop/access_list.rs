//! Who may what: one line for every field at the root of the graph, every entity and every guarded field.
//!
//! What is in the supergraph and not on these lists fails the tests, so nobody adds a field without saying for whom.

use Who::{Everybody, LoggedIn, Orders, Scope};

/// Who may use something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Who {
    /// Whoever asks.
    Everybody,
    /// Every account.
    LoggedIn,
    /// Accounts with this scope: administrators.
    Scope(&'static str),
    /// No client: the process `orders` alone.
    Orders,
}

/// A root field, and a use of it that changes nothing.
pub const ROOT_FIELDS: [(&str, Who, &str); 46] = [
    ("Query.product", Everybody, "product(slug: \"none\") { id }"),
    ("Query.products", Everybody, "products(first: 1) { totalCount }"),
    ("Query.category", Everybody, "category(slug: \"none\") { id }"),
    ("Query.categories", Everybody, "categories { id }"),
    ("Query.reservations", Orders, "reservations(first: 1) { orderId }"),
    (
        "Query.offers",
        Orders,
        "offers(lines: [{productId: \"prd_01900000000070008000000000000fff\", quantity: 1}]) { __typename }",
    ),
    ("Query.quote", Everybody, "quote(input: {items: []}) { userErrors { code } }"),
    ("Query.me", Everybody, "me { id }"),
    ("Query.user", Everybody, "user(id: \"usr_01900000000070008000000000000fff\") { id }"),
    ("Query.users", Scope("users:read"), "users(first: 1) { totalCount }"),
    ("Query.address", LoggedIn, "address(id: \"adr_01900000000070008000000000000fff\") { id }"),
    ("Query.order", LoggedIn, "order(number: \"none\") { id }"),
    ("Query.orders", LoggedIn, "orders(first: 1) { totalCount }"),
    ("Query.node", Everybody, "node(id: \"usr_01900000000070008000000000000fff\") { id }"),
    ("Query.nodes", Everybody, "nodes(ids: [\"ord_01900000000070008000000000000fff\"]) { id }"),
    ("Mutation.register", Everybody, "register(input: {username: \"\", email: \"\", password: \"\"}) { user { id } }"),
    ("Mutation.login", Everybody, "login(input: {login: \"no such account\", password: \"x\"}) { accessToken }"),
    ("Mutation.refreshToken", Everybody, "refreshToken(input: {refreshToken: \"none\"}) { accessToken }"),
    ("Mutation.updateProfile", LoggedIn, "updateProfile(input: {name: \"\"}) { user { id } }"),
    (
        "Mutation.changePassword",
        LoggedIn,
        "changePassword(input: {currentPassword: \"x\", newPassword: \"\"}) { user { id } }",
    ),
    (
        "Mutation.addAddress",
        LoggedIn,
        "addAddress(input: {recipient: \"\", line1: \"\", city: \"\", countryCode: \"\"}) { address { id } }",
    ),
    ("Mutation.updateAddress", LoggedIn, "updateAddress(input: {id: \"none\"}) { address { id } }"),
    ("Mutation.deleteAddress", LoggedIn, "deleteAddress(input: {id: \"none\"}) { address { id } }"),
    (
        "Mutation.setUserRoles",
        Scope("users:write"),
        "setUserRoles(input: {userId: \"none\", roles: []}) { user { id } }",
    ),
    (
        "Mutation.addProduct",
        Scope("catalog:write"),
        "addProduct(input: {title: \"\", price: {amount: \"1\", currencyCode: \"EUR\"}}) { product { id } }",
    ),
    ("Mutation.updateProduct", Scope("catalog:write"), "updateProduct(input: {id: \"none\"}) { product { id } }"),
    ("Mutation.deleteProduct", Scope("catalog:write"), "deleteProduct(input: {id: \"none\"}) { product { id } }"),
    ("Mutation.addCategory", Scope("catalog:write"), "addCategory(input: {name: \"\"}) { category { id } }"),
    ("Mutation.updateCategory", Scope("catalog:write"), "updateCategory(input: {id: \"none\"}) { category { id } }"),
    ("Mutation.deleteCategory", Scope("catalog:write"), "deleteCategory(input: {id: \"none\"}) { category { id } }"),
    (
        "Mutation.adjustStock",
        Scope("catalog:write"),
        "adjustStock(input: {productId: \"none\", delta: 1, idempotencyKey: \"a key of mine\"}) { product { id } }",
    ),
    (
        "Mutation.uploadImage",
        Scope("catalog:write"),
        "uploadImage(input: {filename: \"\", contentType: \"\", size: 0}) { uploadUrl }",
    ),
    ("Mutation.updateImage", Scope("catalog:write"), "updateImage(input: {id: \"none\", alt: \"\"}) { image { id } }"),
    ("Mutation.deleteImage", Scope("catalog:write"), "deleteImage(input: {id: \"none\"}) { image { id } }"),
    (
        "Mutation.reserve",
        Orders,
        "reserve(input: {orderId: \"none\", lines: [], expiresAt: \"2030-01-01T00:00:00Z\"}) { userErrors { code } }",
    ),
    (
        "Mutation.saveAddress",
        Orders,
        "saveAddress(input: {orderId: \"none\", userId: \"none\", \
         address: {recipient: \"\", line1: \"\", city: \"\", countryCode: \"\"}}) { __typename }",
    ),
    ("Mutation.release", Orders, "release(input: {orderId: \"none\"}) { userErrors { code } }"),
    ("Mutation.consume", Orders, "consume(input: {orderId: \"none\"}) { userErrors { code } }"),
    ("Mutation.undoConsume", Orders, "undoConsume(input: {orderId: \"none\"}) { userErrors { code } }"),
    (
        "Mutation.placeOrder",
        LoggedIn,
        "placeOrder(input: {items: [], idempotencyKey: \"a key of mine\"}) { order { id } }",
    ),
    (
        "Mutation.payOrder",
        LoggedIn,
        "payOrder(input: {orderId: \"none\", paymentToken: \"x\", idempotencyKey: \"a key of mine\"}) { order { id } }",
    ),
    (
        "Mutation.cancelOrder",
        LoggedIn,
        "cancelOrder(input: {orderId: \"none\", idempotencyKey: \"a key of mine\"}) { order { id } }",
    ),
    (
        "Mutation.refundOrder",
        Scope("orders:write"),
        "refundOrder(input: {orderId: \"none\", idempotencyKey: \"a key of mine\"}) { order { id } }",
    ),
    ("Mutation.fulfillOrder", Scope("orders:write"), "fulfillOrder(input: {orderId: \"none\"}) { order { id } }"),
    ("Mutation.logout", Everybody, "logout { success }"),
    ("Mutation.logoutEverywhere", LoggedIn, "logoutEverywhere { success }"),
];

/// Guarded fields that are not at the root.
pub const GUARDED: [(&str, Who); 2] =
    [("Stock.onHand", Scope("catalog:write")), ("Stock.reserved", Scope("catalog:write"))];

/// Who can be shown an entity by its key alone, asked of the subgraph itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Entity {
    /// Whoever asks.
    Public,
    /// Its owner, and accounts with a scope.
    Owned,
    /// Its owner alone.
    Private,
    /// The subgraph only adds guarded fields to what it is told.
    Stub,
    /// The subgraph refers to it and resolves nothing.
    Reference,
}

pub const ENTITIES: [(&str, &str, Entity); 9] = [
    ("Address", "ORDERS", Entity::Reference),
    ("Address", "USERS", Entity::Private),
    ("Category", "ORDERS", Entity::Reference),
    ("Category", "PRODUCTS", Entity::Public),
    ("Order", "ORDERS", Entity::Owned),
    ("Product", "ORDERS", Entity::Reference),
    ("Product", "PRODUCTS", Entity::Public),
    ("User", "ORDERS", Entity::Stub),
    ("User", "USERS", Entity::Owned),
];

/// Every scope there is.
pub const SCOPES: [&str; 5] = ["catalog:write", "orders:read", "orders:write", "users:read", "users:write"];
