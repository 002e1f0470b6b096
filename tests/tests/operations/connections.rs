//! Connections that say nothing keep nobody from being answered.

use std::{net::TcpStream, time::Duration};

use tests::Client;

use crate::processes::{Folder, Site, ready, start, until_ready};

#[tokio::test]
async fn silent_connections_beyond_the_file_descriptors_keep_nobody_from_being_answered() {
    let (folder, users, products) = (Folder::new(), Site::new(), Site::new());
    let _users = start(&folder.users(&users));
    let process = start(&folder.products(&products, &users).descriptors(256));
    until_ready(&products.url).await;
    let address = products.url.trim_start_matches("http://").to_owned();
    let silent: Vec<_> = (0..330).map(|_| TcpStream::connect(&address).unwrap()).collect();
    for _ in 0..10 {
        let asked = async {
            assert_eq!(ready(&products.url).await.0, 200);
            let answer = Client::anonymous(&products.url).ask("{ categories { name } }").await;
            assert!(answer.data()["categories"].is_array());
        };
        tokio::time::timeout(Duration::from_secs(5), asked).await.expect("an answer in time");
    }
    let told = process.log().matches("all connections are taken").count();
    assert!((1..=10).contains(&told), "{}", process.log());
    drop(silent);
}
