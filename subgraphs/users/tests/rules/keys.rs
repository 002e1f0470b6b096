//! The key that signs access tokens.

use std::sync::Arc;

use kit::Clock;
use schema::{
    RevokedSessions,
    keys::KeySet,
    token::{AUDIENCE, ISSUER, Verifier},
    transport::{InProcess, get},
};
use users::{Deps, Settings, Started};

use crate::house::House;

async fn replica(house: &House, settings: &Settings) -> Started {
    let deps = Deps {
        database: users::open(&house.store.url).await.unwrap(),
        clock: Clock::system(),
        revocations: Arc::new(RevokedSessions::default()),
        services: house.services.trust("users").services,
    };
    users::start(settings, deps).await.unwrap()
}

#[tokio::test]
async fn others_verify_by_the_published_keys() {
    for house in House::all().await {
        let (user, tokens) = house.customer("ada").await;
        let keys = KeySet::fetched(Arc::new(InProcess(house.app.clone())), "/.well-known/jwks.json");
        let verifier = Verifier::new(keys, ISSUER, AUDIENCE, Arc::new(RevokedSessions::default()));
        assert_eq!(verifier.verify(&tokens.access).await.unwrap().id(), Some(user.id.uuid()));
        let document = get(&InProcess(house.app.clone()), "/.well-known/jwks.json").await.unwrap();
        let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
        assert_eq!(document["keys"][0]["kty"], "OKP");
        assert!(document["keys"][0].get("d").is_none(), "the private half is nobody's business");
    }
}

#[tokio::test]
async fn replicas_share_the_key_in_the_database() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        let settings = Settings::default();
        let (one, two) = tokio::join!(replica(&house, &settings), replica(&house, &settings));
        for started in [one, two] {
            started.verifier.verify(&tokens.access).await.unwrap();
            started.subgraph.background.shutdown().await;
        }
    }
}

#[tokio::test]
async fn of_many_first_starts_at_once_one_makes_the_key() {
    for store in kit::testing::databases().await {
        users::open(&store.url).await.unwrap();
        let start = || async {
            let deps = Deps {
                database: users::open(&store.url).await.unwrap(),
                clock: Clock::system(),
                revocations: Arc::new(RevokedSessions::default()),
                services: kit::testing::TestKeys::default().trust("users").services,
            };
            let started = users::start(&Settings::default(), deps).await.unwrap();
            let document = get(&InProcess(started.subgraph.app.clone()), "/.well-known/jwks.json").await.unwrap();
            started.subgraph.background.shutdown().await;
            document
        };
        let (one, two, three, four) = tokio::join!(start(), start(), start(), start());
        assert!(one == two && two == three && three == four, "{}", store.name);
    }
}

#[tokio::test]
async fn the_operators_file_comes_first() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        let file = std::env::temp_dir().join(format!("rialto-signing-{}.pem", kit::random::uuid().simple()));
        let settings = Settings { signing_key_file: Some(file.clone()), ..Settings::default() };
        let started = replica(&house, &settings).await;
        assert!(started.verifier.verify(&tokens.access).await.is_err());
        assert!(file.exists());
        started.subgraph.background.shutdown().await;
        std::fs::remove_file(file).unwrap();
    }
}

#[tokio::test]
async fn health_is_told() {
    for house in House::all().await {
        for path in ["/health/live", "/health/ready"] {
            assert!(get(&InProcess(house.app.clone()), path).await.is_ok(), "{path}");
        }
    }
}
