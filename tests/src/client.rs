//! Somebody who shops: a client of the API with at most one access token.

use std::time::Duration;

use reqwest::{StatusCode, header::HeaderMap};
use serde_json::{Value, json};

/// A client of one shop, as somebody.
#[derive(Clone)]
pub struct Client {
    /// Where the API is, without a path.
    pub url: String,
    /// What it shows.
    pub access_token: Option<String>,
    /// With which it gets another access token.
    pub refresh_token: String,
    /// Whom it is, if anybody.
    pub user_id: String,
    /// The name to log in with.
    pub username: String,
    headers: Vec<(String, String)>,
    http: reqwest::Client,
}

/// An answer of `/graphql`.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The HTTP headers.
    pub headers: HeaderMap,
    /// The body; null where it is no JSON.
    pub body: Value,
    /// The same as it came, for those whom the order of fields matters to.
    pub text: String,
}

impl Client {
    /// Nobody, at the API below `url`.
    ///
    /// # Panics
    ///
    /// Never with the settings that it has.
    pub fn anonymous(url: &str) -> Self {
        // No connection is kept, because processes are stopped and started again under a client.
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).no_proxy().pool_max_idle_per_host(0);
        Self {
            url: url.trim_end_matches('/').to_owned(),
            access_token: None,
            refresh_token: String::new(),
            user_id: String::new(),
            username: String::new(),
            headers: Vec::new(),
            http: http.build().expect("these settings make a client"),
        }
    }

    /// With another access token, or none.
    #[must_use]
    pub fn with_token(&self, token: Option<&str>) -> Self {
        Self { access_token: token.map(str::to_owned), ..self.clone() }
    }

    /// With one more header on every request.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        changed.headers.push((name.to_owned(), value.to_owned()));
        changed
    }

    /// The same somebody at another address.
    #[must_use]
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// Registers `username` and logs in.
    pub async fn register(&self, username: &str) -> Self {
        let document = "mutation Register($input: RegisterInput!) {
            register(input: $input) { user { id } userErrors { code message path } } }";
        let email = format!("{username}@shop.example");
        let input = json!({"username": username, "email": email, "password": PASSWORD, "name": username});
        self.query(document, json!({"input": input})).await.payload("register");
        self.log_in(username, PASSWORD).await
    }

    /// Logs in, and becomes that account.
    pub async fn log_in(&self, login: &str, password: &str) -> Self {
        let answer = self.try_log_in(login, password).await;
        let payload = answer.payload("login");
        Self {
            access_token: Some(text(&payload["accessToken"]).to_owned()),
            refresh_token: text(&payload["refreshToken"]).to_owned(),
            user_id: text(&payload["user"]["id"]).to_owned(),
            username: text(&payload["user"]["username"]).to_owned(),
            ..self.clone()
        }
    }

    /// What a log-in is answered.
    pub async fn try_log_in(&self, login: &str, password: &str) -> Answer {
        let document = "mutation LogIn($input: LoginInput!) { login(input: $input) {
            accessToken refreshToken expiresAt user { id username } userErrors { code message path } } }";
        self.query(document, json!({"input": {"login": login, "password": password}})).await
    }

    /// Adds an address to the book. Returns its id.
    pub async fn add_address(&self, address: &Value) -> String {
        let document = "mutation Add($input: AddAddressInput!) {
            addAddress(input: $input) { address { id } userErrors { code message path } } }";
        let answer = self.query(document, json!({"input": address})).await;
        text(&answer.payload("addAddress")["address"]["id"]).to_owned()
    }

    /// Sends an operation with its variables.
    pub async fn query(&self, document: &str, variables: Value) -> Answer {
        self.post(&json!({"query": document, "variables": variables}).to_string()).await
    }

    /// Sends an operation without variables.
    pub async fn ask(&self, document: &str) -> Answer {
        self.query(document, json!({})).await
    }

    /// Sends whatever this is as JSON to `/graphql`.
    pub async fn post(&self, body: &str) -> Answer {
        let request = self.request(reqwest::Method::POST, "/graphql");
        let request = request.header("content-type", "application/json").body(body.to_owned());
        let response = request.send().await.expect("the shop answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("a whole answer");
        Answer { status, headers, body: serde_json::from_str(&text).unwrap_or_default(), text }
    }

    /// A request to any path, or to an address that the shop gave, with this client's token and headers.
    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.url) };
        let mut request = self.http.request(method, url);
        if let Some(token) = &self.access_token {
            request = request.bearer_auth(token);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request
    }

    /// Reads a path.
    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.request(reqwest::Method::GET, path).send().await.expect("the shop answers")
    }
}

/// Everybody's password, unless it is about passwords.
pub const PASSWORD: &str = "correct horse battery";

impl Answer {
    /// `data`, insisting that nothing went wrong.
    ///
    /// # Panics
    ///
    /// When something did.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert!(self.body.get("errors").is_none() && self.body["data"].is_object(), "{:#}", self.body);
        &self.body["data"]
    }

    /// A mutation's payload, insisting that it has no `userErrors`.
    ///
    /// # Panics
    ///
    /// When it has.
    #[track_caller]
    pub fn payload(&self, field: &str) -> &Value {
        let payload = &self.data()[field];
        assert_eq!(payload["userErrors"], json!([]), "{:#}", self.body);
        payload
    }

    /// A mutation's only `userErrors` entry, insisting that nothing was done.
    ///
    /// # Panics
    ///
    /// When there is none, or there are more.
    #[track_caller]
    pub fn user_error(&self, field: &str) -> &Value {
        let payload = &self.data()[field];
        let errors = payload["userErrors"].as_array().unwrap_or_else(|| panic!("{:#}", self.body));
        assert_eq!(errors.len(), 1, "{:#}", self.body);
        let done = payload.as_object().into_iter().flatten().filter(|(name, _)| *name != "userErrors");
        let nothing = |value: &Value| value.is_null() || *value == json!(false);
        assert!(done.into_iter().all(|(_, value)| nothing(value)), "{:#}", self.body);
        &errors[0]
    }

    /// The codes of the top-level errors, each of which must carry the request's id.
    ///
    /// # Panics
    ///
    /// When one does not.
    #[track_caller]
    pub fn codes(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        for error in errors {
            assert!(error["extensions"]["requestId"].is_string(), "{:#}", self.body);
        }
        errors.iter().map(|error| text(&error["extensions"]["code"])).collect()
    }

    /// The code of the only top-level error.
    ///
    /// # Panics
    ///
    /// When there is not exactly one.
    #[track_caller]
    pub fn code(&self) -> &str {
        let codes = self.codes();
        assert_eq!(codes.len(), 1, "{:#}", self.body);
        codes[0]
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A string of an answer.
///
/// # Panics
///
/// When it is none.
#[track_caller]
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no string"))
}

/// An array of an answer.
///
/// # Panics
///
/// When it is none.
#[track_caller]
pub fn items(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no array"))
}
