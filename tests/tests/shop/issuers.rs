//! Access tokens that are not the shop's: the router in front of somebody else's subgraphs and identity provider.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use schema::keys::KeyPair;
use serde_json::{Value, json};
use tests::{
    Client, Process, Program,
    recorder::Recorder,
    shop::{address, new_folder},
};
use uuid::Uuid;

const RSA: &str = include_str!("../../../schema/tests/keys/rsa.pem");
const P256: &str = include_str!("../../../schema/tests/keys/p256.pem");

const SDL: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@requiresScopes"])
type Query { hello: String mine: String @requiresScopes(scopes: [["read"]]) }"#;

/// An identity provider with an Ed25519, an RSA and a P-256 key.
struct Provider {
    ed: KeyPair,
    published: Recorder,
}

impl Provider {
    fn new() -> Self {
        let ed = KeyPair::generate();
        let mut keys = vec![ed.public_jwk()];
        for algorithm in [Algorithm::RS256, Algorithm::ES256] {
            let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&key(algorithm), algorithm).unwrap()).unwrap();
            jwk["kid"] = format!("{algorithm:?}").into();
            keys.push(jwk);
        }
        let document = json!({ "keys": keys }).to_string();
        Self { ed, published: Recorder::answering(document.leak()) }
    }

    fn sign(&self, algorithm: Algorithm, claims: &Value) -> String {
        let (kid, key) = match algorithm {
            Algorithm::EdDSA => (self.ed.kid.clone(), EncodingKey::from_ed_pem(self.ed.to_pem().as_bytes()).unwrap()),
            _ => (format!("{algorithm:?}"), key(algorithm)),
        };
        encode(&Header { kid: Some(kid), ..Header::new(algorithm) }, claims, &key).unwrap()
    }
}

fn key(algorithm: Algorithm) -> EncodingKey {
    match algorithm {
        Algorithm::ES256 => EncodingKey::from_ec_pem(P256.as_bytes()).unwrap(),
        _ => EncodingKey::from_rsa_pem(RSA.as_bytes()).unwrap(),
    }
}

fn claims(life: i64, more: &Value) -> Value {
    let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    let mut claims = json!({"iss": "idp", "aud": "api", "sub": Uuid::from_u128(1), "iat": now, "exp": now + life,
        "scope": "read write"});
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    claims
}

/// A router that is told `config` and `args`, in front of a subgraph that says hello.
fn open(config: &str, args: &[String]) -> (Process, Client) {
    let hello = Recorder::answering(r#"{"data":{"hello":"world","mine":"all"}}"#);
    let folder = new_folder();
    let subgraph = format!("[subgraphs.a]\nurl = \"{}/graphql\"\nschema = \"a.graphql\"\n", hello.url);
    std::fs::write(folder.join("a.graphql"), SDL).unwrap();
    std::fs::write(folder.join("rialto.toml"), format!("{subgraph}{config}")).unwrap();
    let program = Program::new("rialto").args(["serve", "--listen", "127.0.0.1:0", "--config", "rialto.toml"]);
    let process = program.args(args).directory(&folder).start();
    let client = Client::anonymous(&address(&process.says("Rialto is ready")));
    (process, client)
}

#[tokio::test]
async fn the_short_form_believes_what_an_identity_provider_signs() {
    let provider = Provider::new();
    let args =
        ["--jwks-url".to_owned(), provider.published.url.clone(), "--issuer=idp".into(), "--audience=api".into()];
    let (router, client) = open("", &args);
    let believed = [
        (Algorithm::EdDSA, claims(200, &json!({}))),
        (Algorithm::EdDSA, claims(200, &json!({"sid": Uuid::from_u128(2), "roles": ["a"]}))),
        (Algorithm::EdDSA, claims(3600, &json!({}))),
        (Algorithm::EdDSA, claims(200, &json!({"sub": "auth0|123"}))),
        (Algorithm::EdDSA, claims(200, &json!({"aud": ["api", "other"]}))),
        (Algorithm::RS256, claims(200, &json!({}))),
        (Algorithm::ES256, claims(200, &json!({}))),
    ];
    for (algorithm, claims) in believed {
        let answer = client.with_token(Some(&provider.sign(algorithm, &claims))).ask("{ hello mine }").await;
        assert_eq!(*answer.data(), json!({"hello": "world", "mine": "all"}), "{algorithm:?} {claims}");
    }
    let without = provider.sign(Algorithm::RS256, &claims(200, &json!({"scope": "write"})));
    assert_eq!(client.with_token(Some(&without)).ask("{ hello mine }").await.code(), "FORBIDDEN");
    for (wrong, reason) in
        [(json!({"aud": "other"}), "InvalidAudience"), (json!({"iss": "other"}), "the issuer \"other\"")]
    {
        let token = provider.sign(Algorithm::EdDSA, &claims(200, &wrong));
        let answer = client.with_token(Some(&token)).ask("{ hello }").await;
        assert_eq!((answer.code(), answer.status.as_u16()), ("UNAUTHENTICATED", 401));
        assert!(router.log().contains(reason), "{}", router.log());
        assert!(!answer.text.contains(reason) && !router.log().contains(&token));
    }
}

#[tokio::test]
async fn several_issuers_are_configured_each_for_itself() {
    let (one, other) = (Provider::new(), Provider::new());
    let config = format!(
        "[[issuers]]\nissuer = \"idp\"\njwks_url = \"{}\"\naudiences = [\"web\", \"api\"]\nalgorithms = [\"RS256\"]\n\
         max_life_seconds = 600\n\
         [[issuers]]\nissuer = \"https://other.example\"\njwks_url = \"{}\"\naudiences = [\"api\"]\n\
         scopes_claim = \"permissions\"\n",
        one.published.url, other.published.url
    );
    let (_router, client) = open(&config, &[]);
    let theirs = json!({"iss": "https://other.example", "scope": "", "permissions": ["read"]});
    let status = async |token: String| client.with_token(Some(&token)).ask("{ mine }").await.status.as_u16();
    assert_eq!(status(one.sign(Algorithm::RS256, &claims(600, &json!({})))).await, 200);
    assert_eq!(status(one.sign(Algorithm::EdDSA, &claims(600, &json!({})))).await, 401, "not its algorithm");
    assert_eq!(status(one.sign(Algorithm::RS256, &claims(700, &json!({})))).await, 401, "too long");
    assert_eq!(status(other.sign(Algorithm::EdDSA, &claims(700, &theirs))).await, 200);
    assert_eq!(status(other.sign(Algorithm::EdDSA, &claims(200, &json!({})))).await, 401, "not its name");
    assert_eq!(status(one.sign(Algorithm::EdDSA, &claims(200, &theirs))).await, 401, "not its key");
}

#[tokio::test]
async fn each_issuer_says_which_of_its_sessions_have_ended() {
    let (one, other) = (Provider::new(), Provider::new());
    let (ended, going_on) = (Uuid::from_u128(7), Uuid::from_u128(8));
    let until = claims(3600, &json!({}))["exp"].clone();
    let page = json!({"revocations": [{"session": ended, "until": until}], "cursor": 1, "more": false}).to_string();
    let log = Recorder::answering(page.leak());
    let config = format!(
        "[[issuers]]\nissuer = \"idp\"\njwks_url = \"{}\"\nrevocations_url = \"{}/ended\"\naudiences = [\"api\"]\n\
         [[issuers]]\nissuer = \"other\"\njwks_url = \"{}\"\naudiences = [\"api\"]\n",
        one.published.url, log.url, other.published.url
    );
    let (_router, client) = open(&config, &[]);
    let status = async |token: String| client.with_token(Some(&token)).ask("{ mine }").await.status.as_u16();
    let of = |provider: &Provider, issuer: &str, session: Uuid| {
        provider.sign(Algorithm::EdDSA, &claims(200, &json!({"iss": issuer, "sid": session})))
    };
    // Until the log was heard, nobody knows.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while status(of(&one, "idp", going_on)).await == 503 {
        assert!(std::time::Instant::now() < deadline, "the log is not followed");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(status(of(&one, "idp", going_on)).await, 200);
    assert_eq!(status(of(&one, "idp", ended)).await, 401);
    assert_eq!(status(of(&other, "other", ended)).await, 200, "it is somebody else's session");
}
