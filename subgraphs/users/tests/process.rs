//! The process `users`, as an operator meets it.

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
};

use kit::testing::databases;

fn run(arguments: &[&str], database_url: &str, input: &str) -> Output {
    let mut process = Command::new(env!("CARGO_BIN_EXE_users"))
        .args(arguments)
        .env("DATABASE_URL", database_url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A process that refuses its flags ends without reading.
    let _ = process.stdin.take().unwrap().write_all(input.as_bytes());
    process.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn the_first_admin_is_made_with_a_password_from_standard_input() {
    for store in databases().await {
        let admin =
            |username: &'static str, email: &'static str| ["create-admin", "--username", username, "--email", email];
        let made = run(&admin("Root", "root@example.org"), &store.url, "correct horse\n");
        assert!(made.status.success(), "{}", text(&made.stderr));
        assert!(text(&made.stdout).starts_with("usr_") && text(&made.stdout).ends_with(" Root\n"));

        for (arguments, password, said) in [
            (
                admin("root", "other@example.org"),
                "correct horse\n",
                "users: username: Another account has this user name.\n",
            ),
            (admin("other", "nowhere"), "correct horse\n", "users: email: This is not an e-mail address.\n"),
            (
                admin("other", "other@example.org"),
                "short\n",
                "users: password: A password has at least 8 characters.\n",
            ),
        ] {
            let refused = run(&arguments, &store.url, password);
            assert_eq!((refused.status.code(), text(&refused.stderr)), (Some(1), said), "{}", store.name);
        }
    }
}

#[test]
fn a_database_that_cannot_be_opened_is_one_clear_line() {
    for url in ["nonsense", "postgres://nobody@127.0.0.1:1/nothing"] {
        let refused = run(&["migrate"], url, "");
        assert_eq!(refused.status.code(), Some(1), "{url}");
        assert_eq!(text(&refused.stderr).lines().count(), 1, "{}", text(&refused.stderr));
    }
}

#[test]
fn help_is_everywhere() {
    for arguments in [&["--help"][..], &["serve", "--help"], &["migrate", "--help"], &["create-admin", "--help"]] {
        let help = run(arguments, "sqlite:unused.sqlite", "");
        assert!(help.status.success() && text(&help.stdout).contains("--database-url"), "{arguments:?}");
    }
}
