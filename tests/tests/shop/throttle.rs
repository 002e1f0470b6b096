//! Guessing passwords from one place, as the router sees places: in one process, and where it vouches for them to another.

use tests::{
    Client, Process, Program,
    binaries::workspace,
    client::PASSWORD,
    ports::free_port,
    shop::{address, new_folder},
};

const BOUND: (&str, &str) = ("LOGIN_FAILURES_PER_ADDRESS", "3");

/// Three failures from one address, of three accounts, close that address and no other.
async fn closes_one_address_only(url: &str) {
    let alice = Client::anonymous(url).register("alice").await;
    let from = |address: &str| Client::anonymous(url).with_header("x-forwarded-for", address);
    let (here, there) = (from("203.0.113.1"), from("203.0.113.2"));
    for name in ["nobody", "somebody", "anybody"] {
        let wrong = here.try_log_in(name, "not the password").await;
        assert_eq!(wrong.user_error("login")["code"], "INVALID_CREDENTIALS", "{name}");
    }
    let closed = here.try_log_in(&alice.username, PASSWORD).await;
    assert_eq!(closed.code(), "RATE_LIMITED");
    // Whoever writes another address to the left of the proxy's stays where they are.
    assert_eq!(from("203.0.113.9, 203.0.113.1").try_log_in(&alice.username, PASSWORD).await.code(), "RATE_LIMITED");
    assert_eq!(there.log_in(&alice.username, PASSWORD).await.user_id, alice.user_id);
}

#[tokio::test]
async fn too_many_failures_close_an_address_in_one_process() {
    let shop = Program::new("rialto").args(["--ephemeral", "--no-demo", "--listen", "127.0.0.1:0"]);
    let shop = shop.args(["--trusted-proxy", "127.0.0.1"]).env(BOUND.0, BOUND.1).start();
    closes_one_address_only(&address(&shop.says("Rialto is ready"))).await;
}

/// The router signs whom it speaks for; the other subgraphs are not needed for this and do not run.
#[tokio::test]
async fn too_many_failures_close_an_address_in_several() {
    let (folder, port) = (new_folder(), free_port());
    let trust = format!("router=http://127.0.0.1:{port}/.well-known/service-jwks.json");
    let users = Program::new("users").args(["--listen", "127.0.0.1:0", "--trust", &trust]).env(BOUND.0, BOUND.1);
    let database = format!("sqlite:{}", folder.join("users.sqlite").display());
    let users = users.env("DATABASE_URL", database).start();
    let router = router(port, &address(&users.says("is ready")), &folder.join("router.pem").display().to_string());
    closes_one_address_only(&address(&router.says("Rialto is ready"))).await;
}

fn router(port: u16, users: &str, key: &str) -> Process {
    let supergraph = workspace().join("schema/supergraph.graphql").display().to_string();
    let program = Program::new("rialto").args(["serve", "--supergraph", &supergraph, "--trusted-proxy", "127.0.0.1"]);
    let program = program.args(["--listen", &format!("127.0.0.1:{port}"), "--service-key-file", key]);
    let program = program.args(["--jwks-url", &format!("{users}/.well-known/jwks.json")]);
    program.args(["--subgraph", &format!("users={users}/graphql")]).start()
}
