//! The folder of SQLite files: who can read it, and what happens when a file is lost.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tests::{
    Client, Process, Program,
    process::Ended,
    shop::{DEMO_PASSWORD, address, new_folder},
};

fn rialto(data: &Path) -> Program {
    let program = Program::new("rialto").args(["--listen", "127.0.0.1:0", "--data", &data.display().to_string()]);
    program.env("DEMO_PASSWORD", DEMO_PASSWORD)
}

/// A process of one domain whose data are in `folder`, as in the README.
fn domain(name: &str, folder: &Path) -> Program {
    let program = Program::new(name).args(["--listen", "127.0.0.1:0"]).directory(folder);
    if name == "users" { program } else { program.env("JWKS_URL", "http://127.0.0.1:9/.well-known/jwks.json") }
}

#[track_caller]
fn assert_refused(ended: &Ended, part: &str) {
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let line = ended.stderr.lines().last().unwrap_or_default();
    assert!(line.contains(part), "{}", ended.stderr);
}

fn remove(data: &Path, name: &str) {
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(data.join(format!("{name}.sqlite{end}")));
    }
}

#[cfg(unix)]
fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        if path.metadata().unwrap().permissions().mode() & 0o077 != 0 {
            found.push(path.clone());
        }
        if path.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    found
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_data() {
    use std::os::unix::fs::PermissionsExt as _;
    let data = new_folder().join("data");
    let process = rialto(&data).start();
    process.says("Rialto is ready");
    assert!(fs::read_dir(data.join("files")).unwrap().count() > 10);
    assert_eq!(open_to_others(&data), [""; 0].map(PathBuf::from));
    process.stop();
    let all: Vec<_> = ["", "users.sqlite", "rialto.identity", "files"].map(|name| data.join(name)).into();
    let images: Vec<_> = fs::read_dir(data.join("files")).unwrap().map(|entry| entry.unwrap().path()).collect();
    for path in all.iter().chain(&images) {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let again = rialto(&data).start();
    again.says("Rialto is ready");
    assert_eq!(open_to_others(&data), [""; 0].map(PathBuf::from));
    let log = again.stop().stderr;
    assert!(log.contains("only its owner can") && log.contains("users.sqlite"), "{log}");
    // A folder of somebody else.
    let given = new_folder();
    fs::set_permissions(&given, fs::Permissions::from_mode(0o755)).unwrap();
    let process = rialto(&given).start();
    process.says("Rialto is ready");
    assert_eq!(open_to_others(&given), std::slice::from_ref(&given));
}

#[tokio::test]
async fn a_lost_database_is_no_new_one() {
    let data = new_folder().join("data");
    let first = rialto(&data).start();
    Client::anonymous(&address(&first.says("Rialto is ready"))).register("alice").await;
    assert!(first.stop().status.success());
    remove(&data, "orders");
    for _ in 0..2 {
        assert_refused(&rialto(&data).run(), "orders.sqlite is missing");
        assert!(!data.join("orders.sqlite").exists());
    }
    fs::write(data.join("orders.sqlite"), "").unwrap();
    assert_refused(&rialto(&data).run(), "orders.sqlite is empty");
    let other = new_folder().join("data");
    let process = rialto(&other).start();
    process.says("Rialto is ready");
    assert!(process.stop().status.success());
    fs::copy(other.join("orders.sqlite"), data.join("orders.sqlite")).unwrap();
    assert_refused(&rialto(&data).run(), "is not the database that belongs to its folder");
    // Who says so begins it anew, and the others are what they were.
    let anew = rialto(&data).args(["--new"]).start();
    let url = address(&anew.says("Rialto is ready"));
    let admin = Client::anonymous(&url).log_in("admin", DEMO_PASSWORD).await;
    let users = admin.ask("{ users(first: 5) { totalCount } }").await;
    assert_eq!(users.data()["users"]["totalCount"], 3);
    let names: Vec<_> = fs::read_dir(&data).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().any(|name| name.starts_with("orders.sqlite.aside-")), "{names:?}");
    assert!(anew.stop().status.success());
    let again = rialto(&data).start();
    again.says("Rialto is ready");
}

#[test]
fn processes_share_a_folder_in_any_order_and_at_once() {
    for _ in 0..3 {
        let home = new_folder();
        let names = ["orders", "products", "users"];
        let all: Vec<Process> = names.iter().map(|name| domain(name, &home).start()).collect();
        for process in all {
            process.says("is ready");
            assert!(process.stop().status.success());
        }
        remove(&home.join("data"), "products");
        assert_refused(&domain("products", &home).run(), "products.sqlite is missing");
        let others = ["users", "orders"].map(|name| domain(name, &home).start());
        let products = domain("products", &home).args(["--new"]).start();
        for process in others.iter().chain([&products]) {
            process.says("is ready");
        }
    }
}

#[test]
fn a_process_whose_file_goes_away_ends_and_says_so() {
    for name in ["users", "products", "orders"] {
        let home = new_folder();
        let process = domain(name, &home).start();
        process.says("is ready");
        remove(&home.join("data"), name);
        assert_refused(&process.ended(), "was removed or replaced while it was open");
        assert_refused(&process.again().ended(), "is missing");
    }
    let data = new_folder().join("data");
    let process = rialto(&data).start();
    process.says("Rialto is ready");
    let copy = data.join("copy");
    fs::copy(data.join("users.sqlite"), &copy).unwrap();
    fs::rename(&copy, data.join("users.sqlite")).unwrap();
    assert_refused(&process.ended(), "users.sqlite was removed or replaced");
}
