//! A users subgraph for one test, and people in it.

use std::sync::Arc;

use axum::Router;
use kit::{
    Clock, Subgraph,
    testing::{Answer, TestClient, TestDatabase, TestKeys, databases},
};
use schema::{RevokedSessions, token::Verifier};
use serde_json::{Value, json};
use users::{
    Deps, Settings, Started,
    accounts::Accounts,
    domain::{Roles, User, profile::Registration},
};

/// The password of everybody here.
pub const PASSWORD: &str = "correct horse battery";

/// A running subgraph on a database of its own.
pub struct House {
    /// `sqlite` or `postgres`.
    pub name: &'static str,
    /// Everything it serves.
    pub app: Router,
    /// What it serves, without GraphQL.
    pub accounts: Accounts,
    /// Stands still unless moved.
    pub clock: Clock,
    /// What it announced.
    pub revoked: Arc<RevokedSessions>,
    /// The keys of the services that it trusts.
    pub services: TestKeys,
    /// Where its rows are.
    pub store: TestDatabase,
    subgraph: Subgraph,
    verifier: Arc<Verifier>,
}

/// What a log-in gave.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
}

impl House {
    /// One on every database.
    pub async fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for store in databases().await {
            all.push(Self::on(store, Settings::default()).await);
        }
        all
    }

    /// One on this database.
    pub async fn on(store: TestDatabase, settings: Settings) -> Self {
        let services = TestKeys::default();
        let clock = Clock::fixed(Clock::system().now());
        let revoked = Arc::new(RevokedSessions::default());
        let deps = Deps {
            database: users::open(&store.url, &kit::database::DatabaseSettings::default()).await.unwrap(),
            clock: clock.clone(),
            revocations: revoked.clone(),
            services: services.trust("users").services,
        };
        let Started { subgraph, accounts, verifier } = users::start(&settings, deps).await.unwrap();
        let app = subgraph.app.clone();
        Self { name: store.name, app, accounts, clock, revoked, services, store, subgraph, verifier }
    }

    /// Without its workers, whose statements would be counted, too.
    pub fn at_rest(mut self) -> Self {
        self.subgraph.background = kit::server::Background::none();
        self
    }

    /// How many statements its database has executed.
    pub fn statements(&self) -> u64 {
        self.subgraph.database.statements()
    }

    /// What believes its tokens.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// A client from the network who shows nothing.
    pub fn anonymous(&self) -> TestClient {
        TestClient::from_network(&self.app)
    }

    /// A client from the network who shows an access token.
    pub fn bearer(&self, access: &str) -> TestClient {
        self.anonymous().header("authorization", &format!("Bearer {access}"))
    }

    /// A client behind a router that vouches for the address.
    pub fn behind(&self, address: &str) -> TestClient {
        let router = self.services.signer("router");
        self.anonymous().service(&router, "users").header("rialto-client-address", address)
    }

    /// Makes an account with the password of everybody.
    pub async fn account(&self, username: &str, roles: Roles) -> User {
        let email = format!("{username}@example.org");
        let registration = Registration::parse(username, &email, PASSWORD, None).unwrap();
        self.accounts.create(registration, roles).await.unwrap()
    }

    /// Makes a customer and logs in.
    pub async fn customer(&self, username: &str) -> (User, Tokens) {
        let user = self.account(username, Roles::customer()).await;
        (user, self.tokens(username).await)
    }

    /// Makes an admin and logs in.
    pub async fn admin(&self, username: &str) -> (User, Tokens) {
        let user = self.account(username, Roles::admin()).await;
        (user, self.tokens(username).await)
    }

    /// Logs in with the password of everybody.
    pub async fn tokens(&self, login: &str) -> Tokens {
        let answer = self.login(login, PASSWORD).await;
        tokens(answer.payload("login"))
    }

    /// Tries to log in.
    pub async fn login(&self, login: &str, password: &str) -> Answer {
        try_login(&self.anonymous(), login, password).await
    }

    /// Exchanges a refresh token.
    pub async fn refresh(&self, token: &str) -> Answer {
        let query = "mutation ($input: RefreshTokenInput!) { refreshToken(input: $input) {
            accessToken refreshToken expiresAt user { id roles } userErrors { code message path } } }";
        self.anonymous().send(query, json!({"input": {"refreshToken": token}})).await
    }

    /// The codes of `me` with this token: none where it is believed.
    pub async fn me(&self, access: &str) -> Vec<String> {
        let answer = self.bearer(access).send("{ me { id } }", json!({})).await;
        answer.codes().into_iter().map(str::to_owned).collect()
    }
}

/// The mutation `login`.
pub async fn try_login(client: &TestClient, login: &str, password: &str) -> Answer {
    let query = "mutation ($input: LoginInput!) { login(input: $input) {
        accessToken refreshToken expiresAt user { id username email name roles } userErrors { code message path } } }";
    client.send(query, json!({"input": {"login": login, "password": password}})).await
}

/// The tokens of a payload.
pub fn tokens(payload: &Value) -> Tokens {
    let text = |field: &str| payload[field].as_str().unwrap().to_owned();
    Tokens { access: text("accessToken"), refresh: text("refreshToken") }
}

/// The paths of a mutation's `userErrors` below `input`, with their codes.
pub fn problems(answer: &Answer, field: &str) -> Vec<(String, String)> {
    let errors = answer.data()[field]["userErrors"].as_array().unwrap();
    let one = |error: &Value| {
        let path: Vec<_> = error["path"].as_array().unwrap().iter().map(|step| step.as_str().unwrap()).collect();
        (path.join("."), error["code"].as_str().unwrap().to_owned())
    };
    errors.iter().map(one).collect()
}

/// The same, for comparing.
pub fn expected(problems: &[(&str, &str)]) -> Vec<(String, String)> {
    problems.iter().map(|(path, code)| ((*path).to_owned(), (*code).to_owned())).collect()
}
