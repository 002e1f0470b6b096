//! The key that signs access tokens.

use std::sync::Arc;

use chrono::TimeDelta;
use kit::Clock;
use schema::{
    RevokedSessions,
    keys::{KeyPair, KeySet},
    token::{AUDIENCE, ISSUER, Verifier},
    transport::{InProcess, get},
};
use sea_orm::ConnectionTrait as _;
use users::{
    Deps, Settings, Started,
    domain::signing_key::{AFTERLIFE, KeyState, LEAD},
    keys,
};

use crate::house::House;

async fn replica(house: &House, settings: &Settings) -> Started {
    let deps = Deps {
        database: users::open(&house.store.url, &kit::database::DatabaseSettings::default()).await.unwrap(),
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
        users::open(&store.url, &kit::database::DatabaseSettings::default()).await.unwrap();
        let start = || async {
            let deps = Deps {
                database: users::open(&store.url, &kit::database::DatabaseSettings::default()).await.unwrap(),
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

/// Somebody who fetched the published keys before anything changed, and asks again when he must.
async fn stranger(house: &House) -> Verifier {
    let keys = KeySet::fetched(Arc::new(InProcess(house.app.clone())), "/.well-known/jwks.json");
    let verifier = Verifier::new(keys, ISSUER, AUDIENCE, Arc::new(RevokedSessions::default()));
    let (_, tokens) = house.customer("first").await;
    verifier.verify(&tokens.access).await.unwrap();
    verifier
}

fn kid(token: &str) -> String {
    let header = token.split('.').next().unwrap();
    let header = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, header).unwrap();
    serde_json::from_slice::<serde_json::Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

async fn published(house: &House) -> Vec<String> {
    let document = get(&InProcess(house.app.clone()), "/.well-known/jwks.json").await.unwrap();
    let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
    document["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_new_key_is_published_before_it_signs_and_an_old_one_after() {
    for house in House::all().await {
        let refresh = async || keys::refresh(&house.accounts, None).await.unwrap();
        let token = async || house.tokens("ada").await.access;
        house.customer("ada").await;
        let database = &house.store.database;
        let first = kid(&token().await);
        house.clock.advance(TimeDelta::seconds(1));
        let (second, state) = keys::rotate(database, &house.clock, false).await.unwrap();
        assert_eq!(state, KeyState::Waiting(house.clock.now() + LEAD), "{}", house.name);
        let error = keys::rotate(database, &house.clock, false).await.unwrap_err();
        assert!(error.to_string().contains("waiting already"), "{error}");
        refresh().await;
        assert_eq!(published(&house).await, [first.clone(), second.clone()]);
        assert_eq!(kid(&token().await), first);
        house.clock.advance(LEAD - TimeDelta::seconds(1));
        refresh().await;
        assert_eq!(kid(&token().await), first);
        house.clock.advance(TimeDelta::seconds(1));
        // Of two replicas that notice it at once, both may.
        let (one, two) = tokio::join!(refresh(), refresh());
        assert_eq!((one, two), ((), ()));
        assert_eq!(kid(&token().await), second);
        house.clock.advance(AFTERLIFE - TimeDelta::seconds(1));
        refresh().await;
        assert_eq!(published(&house).await, [second.clone(), first]);
        house.clock.advance(TimeDelta::seconds(1));
        refresh().await;
        assert_eq!(published(&house).await, [second]);
    }
}

#[tokio::test]
async fn a_key_that_is_known_to_somebody_else_can_be_replaced_at_once() {
    for house in House::all().await {
        let verifier = stranger(&house).await;
        let database = &house.store.database;
        let (waiting, _) = keys::rotate(database, &house.clock, false).await.unwrap();
        let stolen = house.tokens("first").await.access;
        assert!(keys::withdraw(database, &kid(&stolen)).await.unwrap_err().to_string().contains("signs"));
        let (now, state) = keys::rotate(database, &house.clock, true).await.unwrap();
        assert_eq!((&now, state), (&waiting, KeyState::Signing));
        keys::withdraw(database, &kid(&stolen)).await.unwrap();
        keys::refresh(&house.accounts, None).await.unwrap();
        assert_eq!(published(&house).await, std::slice::from_ref(&now));
        // Others ask for a key that they do not know, so a token of it is good at once.
        let token = house.tokens("first").await.access;
        assert_eq!(kid(&token), now);
        verifier.verify(&token).await.unwrap();
        let replica = replica(&house, &Settings::default()).await;
        assert!(replica.verifier.verify(&stolen).await.is_err());
        replica.subgraph.background.shutdown().await;
        assert!(keys::withdraw(database, "nobody").await.is_err());
    }
}

#[tokio::test]
async fn a_shop_whose_key_was_lost_gets_a_new_one_whose_tokens_are_good_at_once() {
    for house in House::all().await {
        let verifier = stranger(&house).await;
        house.store.database.writer().execute_unprepared("DELETE FROM signing_keys").await.unwrap();
        keys::refresh(&house.accounts, None).await.unwrap();
        let token = house.tokens("first").await.access;
        verifier.verify(&token).await.unwrap();
    }
}

#[tokio::test]
async fn of_the_keys_in_the_operators_file_the_first_signs_that_all_can_know() {
    let folder = tempfile::tempdir().unwrap();
    for house in House::all().await {
        let file = folder.path().join(format!("{}.pem", house.name));
        let write = |pairs: &[&KeyPair]| {
            let text: String = pairs.iter().map(|pair| pair.to_pem()).collect();
            std::fs::write(&file, text).unwrap();
        };
        let refresh = async || keys::refresh(&house.accounts, Some(&file)).await;
        house.customer("ada").await;
        let token = async || house.tokens("ada").await.access;
        let stored = kid(&token().await);
        // From the database to a file: what signed before goes on until the new one can be known.
        let [first, second, third] = [(); 3].map(|()| KeyPair::generate());
        write(&[&first]);
        refresh().await.unwrap();
        assert_eq!((kid(&token().await), published(&house).await), (stored.clone(), vec![stored, first.kid.clone()]));
        house.clock.advance(LEAD);
        refresh().await.unwrap();
        assert_eq!(kid(&token().await), first.kid);
        assert_eq!(published(&house).await.len(), 2);
        house.clock.advance(AFTERLIFE);
        refresh().await.unwrap();
        assert_eq!(published(&house).await, std::slice::from_ref(&first.kid));
        // A new one on top.
        write(&[&second, &first]);
        refresh().await.unwrap();
        assert_eq!(kid(&token().await), first.kid);
        house.clock.advance(LEAD);
        refresh().await.unwrap();
        assert_eq!(kid(&token().await), second.kid);
        assert_eq!(published(&house).await, [second.kid.clone(), first.kid.clone()]);
        // What cannot be read changes nothing.
        std::fs::write(&file, "nonsense").unwrap();
        assert!(refresh().await.is_err());
        assert_eq!(kid(&token().await), second.kid);
        // A file with nothing but a new key is taken at its word.
        write(&[&third]);
        house.store.database.writer().execute_unprepared("DELETE FROM signing_keys").await.unwrap();
        refresh().await.unwrap();
        assert_eq!(kid(&token().await), third.kid);
    }
}

#[tokio::test]
async fn the_first_key_of_a_new_shop_signs_at_once_also_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    for store in kit::testing::databases().await {
        let file = folder.path().join(format!("{}.pem", store.name));
        let settings = Settings { signing_key_file: Some(file.clone()), ..Settings::default() };
        let house = House::on(store, settings).await;
        let (_, tokens) = house.customer("ada").await;
        let pair = KeyPair::from_pem(&std::fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(kid(&tokens.access), pair.kid);
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
