//! Those whom orders asks, as far as orders can tell.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use ::schema::{
    Caller, Transport, TransportError,
    service::{DEADLINE_HEADER, SERVICE_HEADER, ServiceVerifier},
    transport::{InProcess, Request, Response},
};
use async_trait::async_trait;
use axum::{Extension, Json, Router, extract::State, http::HeaderMap, response::IntoResponse as _, routing::post};
use futures_util::{FutureExt as _, future::BoxFuture};
use kit::{money::Money, trust::Trust};
use orders::{
    domain::PaymentId,
    provider::{Booked, Charge, PaymentProvider, ProviderDown, Since},
};
use serde_json::{Value, json};
use uuid::Uuid;

/// A header that marks answers to what only reads: even a deaf line lets them through.
const QUERY: &str = "x-query";

/// The way to a fake, which can be long, or cut, before or after the fake has heard the request.
#[derive(Clone)]
pub struct Line {
    app: InProcess<Router>,
    pub down: Arc<AtomicBool>,
    pub deaf: Arc<AtomicBool>,
    /// How long a request is on its way, in milliseconds.
    pub pause: Arc<AtomicU64>,
    /// How many milliseconds the last request was given, if that was said.
    pub patience: Arc<Mutex<Option<u64>>>,
}

impl Line {
    fn to(app: Router) -> Self {
        let (down, deaf, pause, patience) = Default::default();
        Self { app: InProcess(app), down, deaf, pause, patience }
    }
}

impl Transport for Line {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Response, TransportError>> {
        if self.down.load(Ordering::SeqCst) {
            return async { Err(TransportError::Unreachable("the line is cut".into())) }.boxed();
        }
        let patience = request.headers().get(DEADLINE_HEADER);
        *self.patience.lock().unwrap() = patience.map(|patience| patience.to_str().unwrap().parse().unwrap());
        let pause = Duration::from_millis(self.pause.load(Ordering::SeqCst));
        let (answer, deaf) = (self.app.send(request), self.deaf.clone());
        async move {
            tokio::time::sleep(pause).await;
            let answer = answer.await;
            let is_query = answer.as_ref().is_ok_and(|answer| answer.headers().contains_key(QUERY));
            if deaf.load(Ordering::SeqCst) && !is_query { Err(TransportError::Timeout) } else { answer }
        }
        .boxed()
    }
}

/// A product as the fake knows it.
#[derive(Clone)]
pub struct Stock {
    pub title: &'static str,
    pub price: &'static str,
    pub currency: &'static str,
    pub on_hand: i64,
    pub reserved: i64,
}

/// What the fake holds for an order: state, attempt, lines.
type Hold = (&'static str, i64, Vec<(String, i64)>);

#[derive(Default)]
pub struct Books {
    pub stock: HashMap<String, Stock>,
    pub holds: HashMap<String, Hold>,
    pub calls: Vec<String>,
}

/// products' internal commands, by the rules that it publishes.
#[derive(Clone)]
pub struct Products {
    pub line: Line,
    books: Arc<Mutex<Books>>,
}

impl Products {
    pub fn new(trust: &Trust) -> Self {
        let books = Arc::new(Mutex::new(Books::default()));
        let state = (books.clone(), trust.services.clone());
        Self { line: Line::to(Router::new().route("/graphql", post(command)).with_state(state)), books }
    }

    pub fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }

    pub fn count(&self, command: &str) -> usize {
        self.books().calls.iter().filter(|call| *call == command).count()
    }

    pub fn state(&self, order: &str) -> Option<&'static str> {
        self.books().holds.get(order).map(|hold| hold.0)
    }

    /// `(on_hand, reserved)`
    pub fn stock(&self, product: &str) -> (i64, i64) {
        let books = self.books();
        (books.stock[product].on_hand, books.stock[product].reserved)
    }
}

async fn command(
    State((books, services)): State<(Arc<Mutex<Books>>, Arc<ServiceVerifier>)>,
    Extension(caller): Extension<Arc<Caller>>,
    headers: HeaderMap,
    Json(request): Json<Value>,
) -> axum::response::Response {
    let token = headers.get(SERVICE_HEADER).and_then(|token| token.to_str().ok()).unwrap_or_default();
    if services.verify(token).await.unwrap().as_deref() != Some("orders") || caller.viewer.user().is_some() {
        return Json(json!({"errors": [{"message": "no", "extensions": {"code": "FORBIDDEN"}}]})).into_response();
    }
    let query = request["query"].as_str().unwrap();
    if query.contains("reservations(") {
        let reservations = books.lock().unwrap().reservations(&request["variables"]);
        return ([(QUERY, "yes")], Json(json!({"data": {"reservations": reservations}}))).into_response();
    }
    if query.contains("offers(") {
        let mut books = books.lock().unwrap();
        books.calls.push("offers".to_owned());
        let offers = books.offers(&lines(&request["variables"]["lines"]));
        return ([(QUERY, "yes")], Json(json!({"data": {"offers": offers}}))).into_response();
    }
    let input = &request["variables"]["input"];
    let mut books = books.lock().unwrap();
    let name = ["reserve", "release", "consume", "undoConsume"]
        .into_iter()
        .find(|name| query.contains(&format!("{name}(")))
        .unwrap();
    books.calls.push(name.to_owned());
    let order = input["orderId"].as_str().unwrap().to_owned();
    let answer = match name {
        "reserve" => books.reserve(&order, input),
        "release" => books.release(order, input["attempt"].as_i64().unwrap()),
        "undoConsume" => books.undo_consume(&order),
        _ => books.consume(&order),
    };
    Json(json!({"data": {name: answer}})).into_response()
}

fn lines(given: &Value) -> Vec<(String, i64)> {
    let line = |line: &Value| (line["productId"].as_str().unwrap().to_owned(), line["quantity"].as_i64().unwrap());
    given.as_array().unwrap().iter().map(line).collect()
}

fn refused(code: &str) -> Value {
    json!({"reservation": null, "userErrors": [{"__typename": "StateError", "code": code, "message": code, "path": null}]})
}

impl Books {
    fn reserve(&mut self, order: &str, input: &Value) -> Value {
        let attempt = input["attempt"].as_i64().unwrap();
        let lines = lines(&input["lines"]);
        match self.holds.get(order) {
            Some(("HELD", held, same)) if *held == attempt && *same == lines => return self.reservation(&lines),
            Some(("RELEASED", released, _)) if *released >= attempt => return refused("INVALID_STATE"),
            Some(("RELEASED", ..)) | None => {}
            Some(_) => return refused("INVALID_STATE"),
        }
        let errors = self.obstacles(&lines);
        if !errors.is_empty() {
            return json!({"reservation": null, "userErrors": errors});
        }
        for (product, quantity) in &lines {
            self.stock.get_mut(product).unwrap().reserved += quantity;
        }
        self.holds.insert(order.to_owned(), ("HELD", attempt, lines.clone()));
        self.reservation(&lines)
    }

    /// Why not all of these lines can be had, all at once, as products says it.
    fn obstacles(&self, lines: &[(String, i64)]) -> Vec<Value> {
        let mut errors = Vec::new();
        for (index, (product, quantity)) in lines.iter().enumerate() {
            match self.stock.get(product) {
                None => errors.push(json!({"__typename": "InputError", "code": "PRODUCT_NOT_FOUND", "message": "gone",
                    "path": ["input", "lines", index.to_string(), "productId"]})),
                Some(stock) if stock.on_hand - stock.reserved < *quantity => errors.push(json!({
                    "__typename": "StockError", "code": "INSUFFICIENT_STOCK", "message": "too few",
                    "path": ["input", "lines", index.to_string(), "quantity"], "productId": product,
                    "requested": quantity, "available": stock.on_hand - stock.reserved})),
                Some(_) => {}
            }
        }
        let currencies = |product: &String| self.stock.get(product).map(|stock| stock.currency);
        let mut known = lines.iter().filter_map(|(product, _)| currencies(product));
        let first = known.next();
        if known.any(|currency| Some(currency) != first) {
            errors
                .push(json!({"__typename": "InputError", "code": "CURRENCY_MISMATCH", "message": "several currencies",
                "path": ["input", "lines"]}));
        }
        errors
    }

    fn offers(&self, lines: &[(String, i64)]) -> Value {
        let offer = |(product, quantity): &(String, i64)| {
            let stock = self.stock.get(product)?;
            Some(json!({"productId": product, "title": stock.title, "quantity": quantity,
                "unitPrice": {"amount": stock.price, "currencyCode": stock.currency},
                "available": stock.on_hand - stock.reserved}))
        };
        let offers: Vec<_> = lines.iter().filter_map(offer).collect();
        json!({"lines": offers, "userErrors": self.obstacles(lines)})
    }

    fn reservation(&self, lines: &[(String, i64)]) -> Value {
        let lines: Vec<_> = lines
            .iter()
            .map(|(product, quantity)| {
                let stock = &self.stock[product];
                json!({"productId": product, "title": stock.title, "quantity": quantity,
                    "unitPrice": {"amount": stock.price, "currencyCode": stock.currency}})
            })
            .collect();
        json!({"reservation": {"lines": lines}, "userErrors": []})
    }

    fn release(&mut self, order: String, attempt: i64) -> Value {
        match self.holds.get_mut(&order) {
            Some(hold) if hold.0 == "HELD" && hold.1 <= attempt => {
                hold.0 = "RELEASED";
                for (product, quantity) in &hold.2 {
                    self.stock.get_mut(product).unwrap().reserved -= quantity;
                }
            }
            Some(hold) if hold.0 == "CONSUMED" => return refused("INVALID_STATE"),
            Some(_) => {}
            None => {
                self.holds.insert(order, ("RELEASED", attempt, Vec::new()));
            }
        }
        json!({"reservation": {"lines": []}, "userErrors": []})
    }

    fn reservations(&self, which: &Value) -> Vec<Value> {
        let listed = |list: &Value, one: &str| list.as_array().is_none_or(|list| list.iter().any(|id| id == one));
        let after = which["after"].as_str().unwrap_or_default();
        let mut found: Vec<_> = self
            .holds
            .iter()
            .filter(|(order, hold)| {
                listed(&which["orderIds"], order) && listed(&which["states"], hold.0) && order.as_str() > after
            })
            // The fake keeps no times: whatever is asked for by its time is over.
            .map(|(order, hold)| json!({"orderId": order, "state": hold.0, "attempt": hold.1}))
            .collect();
        found.sort_by_key(|row| row["orderId"].as_str().unwrap().to_owned());
        found.truncate(usize::try_from(which["first"].as_u64().unwrap()).unwrap());
        found
    }

    fn undo_consume(&mut self, order: &str) -> Value {
        let Some(hold) = self.holds.get_mut(order) else { return refused("NOT_FOUND") };
        if hold.0 == "CONSUMED" {
            hold.0 = "HELD";
            for (product, quantity) in &hold.2 {
                let stock = self.stock.get_mut(product).unwrap();
                stock.reserved += quantity;
                stock.on_hand += quantity;
            }
        }
        json!({"reservation": {"lines": []}, "userErrors": []})
    }

    fn consume(&mut self, order: &str) -> Value {
        match self.holds.get_mut(order) {
            Some(hold) if hold.0 == "HELD" => {
                hold.0 = "CONSUMED";
                for (product, quantity) in &hold.2 {
                    let stock = self.stock.get_mut(product).unwrap();
                    stock.reserved -= quantity;
                    stock.on_hand -= quantity;
                }
            }
            Some(hold) if hold.0 == "CONSUMED" => {}
            Some(_) => return refused("INVALID_STATE"),
            None => return refused("NOT_FOUND"),
        }
        json!({"reservation": {"lines": []}, "userErrors": []})
    }
}

/// users' `address`, which only its owner's own token opens, and `saveAddress`, which only a service may call.
#[derive(Clone)]
pub struct Users {
    pub line: Line,
    /// The inputs of `saveAddress`.
    pub saved: Arc<Mutex<Vec<Value>>>,
}

impl Users {
    pub fn new(owner: Uuid, address: &'static str) -> Self {
        let saved = Arc::new(Mutex::new(Vec::new()));
        let book = saved.clone();
        let answer =
            async move |Extension(caller): Extension<Arc<Caller>>, headers: HeaderMap, Json(request): Json<Value>| {
                if request["query"].as_str().unwrap().contains("saveAddress(") {
                    assert!(headers.get(SERVICE_HEADER).is_some() && caller.viewer.user().is_none());
                    book.lock().unwrap().push(request["variables"]["input"].clone());
                    return Json(json!({"data": {"saveAddress": {"userErrors": []}}}));
                }
                let signed = headers.get("authorization").is_some() && headers.get(SERVICE_HEADER).is_some();
                let own = caller.viewer.id() == Some(owner) && signed && request["variables"]["id"] == address;
                let address = json!({"recipient": "Ada", "line1": "Calle 1", "line2": null, "city": "Venezia",
                "region": null, "postalCode": "30125", "countryCode": "IT", "phone": null});
                Json(json!({"data": {"address": own.then_some(address)}}))
            };
        Self { line: Line::to(Router::new().route("/graphql", post(answer))), saved }
    }
}

/// A provider that says what it is told to say, and counts.
#[derive(Default)]
pub struct Script {
    pub charge: Mutex<Option<Charge>>,
    pub lookup: Mutex<Option<Charge>>,
    pub down: AtomicBool,
    pub charges: AtomicUsize,
    pub lookups: AtomicUsize,
    pub refunds: Mutex<Vec<PaymentId>>,
}

impl Script {
    pub fn says(charge: Charge, lookup: Charge) -> Arc<Self> {
        Arc::new(Self { charge: Mutex::new(Some(charge)), lookup: Mutex::new(Some(lookup)), ..Self::default() })
    }

    pub fn lookup_says(&self, lookup: Charge) {
        *self.lookup.lock().unwrap() = Some(lookup);
    }

    pub fn refunded(&self) -> usize {
        self.refunds.lock().unwrap().len()
    }
}

#[async_trait]
impl PaymentProvider for Script {
    async fn charge(&self, _: PaymentId, _: Money, _: &str) -> Charge {
        self.charges.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        self.charge.lock().unwrap().clone().unwrap_or(Charge::Succeeded)
    }

    async fn lookup(&self, _: PaymentId) -> Charge {
        self.lookups.fetch_add(1, Ordering::SeqCst);
        self.lookup.lock().unwrap().clone().unwrap_or(Charge::Unknown)
    }

    async fn refund(&self, key: PaymentId) -> Result<(), ProviderDown> {
        if self.down.load(Ordering::SeqCst) {
            return Err(ProviderDown("the line is cut".into()));
        }
        self.refunds.lock().unwrap().push(key);
        Ok(())
    }

    async fn charges(&self, _: Since, _: u64) -> Result<Vec<Booked>, ProviderDown> {
        Err(ProviderDown("it keeps no books".into()))
    }

    async fn find(&self, _: &[PaymentId]) -> Result<Vec<Booked>, ProviderDown> {
        Err(ProviderDown("it keeps no books".into()))
    }
}
