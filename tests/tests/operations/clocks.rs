//! Clocks that differ: within a minute nobody notices, beyond it whoever refuses says why, with both times.

use tests::{Client, forge};

use crate::processes::{Folder, Site, start};

#[tokio::test]
async fn a_service_whose_clock_is_off_is_refused_with_both_times_in_the_log() {
    let (folder, users) = (Folder::new(), Site::new());
    let orders = Site::new();
    let key = forge::key_file(&folder.0.join("orders.pem"));
    // orders runs only to publish its key.
    let program = folder.subgraph("orders", &orders).env("JWKS_URL", users.jwks());
    let _orders = start(&program.env("SERVICE_KEY_FILE", folder.0.join("orders.pem").display().to_string()));
    let process = start(&folder.users(&users).env("TRUSTED_SERVICES", format!("orders={}", orders.jwks())));
    let ask = async |seconds| {
        let token = forge::skewed_service_token("orders", &key, "users", seconds);
        let client = Client::anonymous(&users.url).with_header("rialto-service", &token);
        client.get(schema::revocation::LOG_PATH).await.status().as_u16()
    };
    for seconds in [-60, -30, 0, 30, 58] {
        assert_eq!(ask(seconds).await, 200, "{seconds}");
    }
    assert!(!process.log().contains("refused"), "{}", process.log());
    for (seconds, words) in [(75, "in the future"), (86_400, ""), (-86_400, "the token is over"), (-75, "")] {
        assert_eq!(ask(seconds).await, 403, "{seconds}");
        assert!(process.log().contains(words), "{}", process.log());
    }
    // Of each cause one line per second, whatever comes.
    for _ in 0..50 {
        ask(75).await;
    }
    let log = process.log();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("a service token was refused")).collect();
    assert!((2..20).contains(&lines.len()), "{log}");
    for part in ["orders", &key.kid, "its iat is 20", "our clock says 20"] {
        assert!(lines.iter().all(|line| line.contains(part)), "{part}: {lines:#?}");
    }
}
