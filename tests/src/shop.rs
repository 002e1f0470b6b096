//! A shop that is open: in one process, or in four that find each other over HTTP.
//!
//! Both are shared by all tests of a run, so a test brings its own customers and its own products.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use schema::keys::KeyPair;

use crate::{Client, Process, Program, binaries, forge, ports::free_port, undertaker};

/// The password of `demo` and `admin`, where the tests may choose it.
pub const DEMO_PASSWORD: &str = "demo accounts only";

/// What the shop in one process lets through with an expired token by default.
const OPEN_FIELDS: &str = "login,register,refreshToken,logout";

/// A shop that is open.
pub struct Shop {
    /// Where the router answers, without a path.
    pub url: String,
    /// Where each subgraph answers, if they are processes of their own.
    pub subgraphs: BTreeMap<&'static str, String>,
    /// The keys that the tests have put there: `access` signs access tokens; `router` and `orders`, where these are
    /// processes, sign the service tokens of both.
    keys: BTreeMap<&'static str, KeyPair>,
    password: String,
    processes: BTreeMap<&'static str, Process>,
}

impl Shop {
    /// The shop in one process.
    pub fn one() -> &'static Shop {
        static SHOP: OnceLock<Shop> = OnceLock::new();
        SHOP.get_or_init(Self::open_one)
    }

    /// The shop in four processes.
    pub fn four() -> &'static Shop {
        static SHOP: OnceLock<Shop> = OnceLock::new();
        SHOP.get_or_init(Self::open_four)
    }

    /// A new shop in one process.
    pub fn open_one() -> Self {
        Self::start_one(None, &[])
    }

    /// A new shop in one process, which logs what this filter says.
    pub fn open_one_logging(filter: Option<&str>) -> Self {
        Self::start_one(filter, &[])
    }

    /// A new shop in one process with more settings, as variables of the environment.
    pub fn open_one_with(settings: &[(&str, &str)]) -> Self {
        Self::start_one(None, settings)
    }

    fn start_one(filter: Option<&str>, settings: &[(&str, &str)]) -> Self {
        let folder = new_folder();
        let key = folder.join("access.pem");
        let access_key = forge::key_file(&key);
        let program = Program::new("rialto").args(["--ephemeral", "--listen", "127.0.0.1:0"]).logging(filter);
        let program = settings.iter().fold(program, |program, (name, value)| program.env(name, *value));
        let process = program.env("DEMO_PASSWORD", DEMO_PASSWORD).env("SIGNING_KEY_FILE", path(&key));
        // All tests register from one address.
        let process = process.env("MAX_REGISTRATIONS", "0").start();
        let url = address(&process.says("Rialto is ready"));
        Self { keys: [("access", access_key)].into(), ..Self::running(url, DEMO_PASSWORD, [("router", process)]) }
    }

    /// Processes that are ready, whose router answers at `url`.
    pub fn running(
        url: String,
        demo_password: &str,
        processes: impl IntoIterator<Item = (&'static str, Process)>,
    ) -> Self {
        Self {
            url,
            subgraphs: BTreeMap::new(),
            keys: BTreeMap::new(),
            password: demo_password.to_owned(),
            processes: processes.into_iter().collect(),
        }
    }

    /// A new shop in four processes, each with an SQLite file.
    pub fn open_four() -> Self {
        Self::start_four(None, &[])
    }

    /// A new shop in four processes, each of which logs what this filter says.
    pub fn open_four_logging(filter: Option<&str>) -> Self {
        Self::start_four(filter, &[])
    }

    /// A new shop in four processes with more settings, which all are given as variables of the environment.
    pub fn open_four_with(settings: &[(&str, &str)]) -> Self {
        Self::start_four(None, settings)
    }

    fn start_four(filter: Option<&str>, settings: &[(&str, &str)]) -> Self {
        let folder = new_folder();
        let file = |name: &str| folder.join(name);
        let ports: BTreeMap<_, _> = ["router", "users", "products", "orders"].map(|name| (name, free_port())).into();
        let url = |name: &str| format!("http://127.0.0.1:{}", ports[name]);
        let keys = ["access", "router", "orders"].map(|name| (name, forge::key_file(&file(&format!("{name}.pem")))));
        let trust_router = format!("router={}/.well-known/service-jwks.json", url("router"));
        let trust_both = format!("{trust_router},orders={}/.well-known/jwks.json", url("orders"));
        let trust_all = format!("{trust_both},products={}/.well-known/jwks.json", url("products"));
        let jwks = format!("{}/.well-known/jwks.json", url("users"));
        let log = format!("{}/internal/revocations", url("users"));
        let set = |program: Program| settings.iter().fold(program, |program, (name, value)| program.env(name, *value));
        let subgraph = |name: &str| {
            let program = Program::new(name).args(["--demo", "--listen", &format!("127.0.0.1:{}", ports[name])]);
            let program = program.logging(filter);
            let program = if name == "users" { program } else { program.env("REVOCATIONS_URL", &log) };
            set(program).env("DATABASE_URL", format!("sqlite:{}", path(&file(&format!("{name}.sqlite")))))
        };
        let users = subgraph("users").env("TRUSTED_SERVICES", &trust_all).env("DEMO_PASSWORD", DEMO_PASSWORD);
        let users = users.env("SIGNING_KEY_FILE", path(&file("access.pem"))).env("MAX_REGISTRATIONS", "0").start();
        let products = subgraph("products").env("TRUSTED_SERVICES", &trust_both).env("JWKS_URL", &jwks);
        let products = products.env("FILES_DIR", path(&file("files"))).start();
        let orders = subgraph("orders").env("TRUSTED_SERVICES", &trust_router).env("JWKS_URL", &jwks);
        let orders = orders.env("USERS_URL", url("users")).env("PRODUCTS_URL", url("products"));
        let orders = orders.env("SERVICE_KEY_FILE", path(&file("orders.pem"))).start();
        let router = router(&url, ports["router"]).logging(filter).env("SERVICE_KEY_FILE", path(&file("router.pem")));
        let router = set(router.env("REVOCATIONS_URL", &log).env("EXPIRED_TOKEN_FIELDS", OPEN_FIELDS)).start();
        let processes = [("users", users), ("products", products), ("orders", orders), ("router", router)];
        for (name, process) in &processes {
            process.says(if *name == "router" { "Rialto is ready" } else { "is ready" });
        }
        Self {
            keys: keys.into(),
            subgraphs: ["users", "products", "orders"].map(|name| (name, url(name))).into(),
            ..Self::running(url("router"), DEMO_PASSWORD, processes)
        }
    }

    /// The key pair with which `access` tokens, or the service tokens of `router` or `orders`, are signed.
    ///
    /// # Panics
    ///
    /// When the tests do not have it.
    pub fn key(&self, name: &str) -> &KeyPair {
        self.keys.get(name).unwrap_or_else(|| panic!("the key of {name} is not known"))
    }

    /// Whether everything is in one process, so that what one part learns all know at once.
    pub fn is_one(&self) -> bool {
        self.subgraphs.is_empty()
    }

    /// Nobody.
    pub fn anonymous(&self) -> Client {
        Client::anonymous(&self.url)
    }

    /// A new customer, logged in; the user name begins with `name`.
    pub async fn customer(&self, name: &str) -> Client {
        self.anonymous().register(&unique(name)).await
    }

    /// The administrator, logged in.
    pub async fn admin(&self) -> Client {
        self.anonymous().log_in("admin", &self.password).await
    }

    /// The demo customer, logged in.
    pub async fn demo(&self) -> Client {
        self.anonymous().log_in("demo", &self.password).await
    }

    /// What all its processes have logged so far.
    pub fn log(&self) -> String {
        self.processes.values().map(Process::log).collect()
    }

    /// One of its processes.
    ///
    /// # Panics
    ///
    /// When it has no such process.
    pub fn process(&self, name: &str) -> &Process {
        self.processes.get(name).unwrap_or_else(|| panic!("the shop has no process {name}"))
    }

    /// Starts a process anew that has ended, and waits until it is ready.
    ///
    /// # Panics
    ///
    /// When it does not get ready.
    pub fn restart(&mut self, name: &'static str) {
        let process = self.process(name).again();
        process.says("is ready");
        self.processes.insert(name, process);
    }
}

fn router(url: &impl Fn(&str) -> String, port: u16) -> Program {
    let supergraph = binaries::workspace().join("schema/supergraph.graphql");
    let mut args = vec!["serve".to_owned(), "--listen".to_owned(), format!("127.0.0.1:{port}")];
    args.extend(["--supergraph".to_owned(), path(&supergraph)]);
    for name in ["users", "products", "orders"] {
        args.extend(["--subgraph".to_owned(), format!("{name}={}/graphql", url(name))]);
    }
    for (prefix, name) in [("/files", "products"), ("/.well-known/jwks.json", "users")] {
        args.extend(["--proxy".to_owned(), format!("{prefix}={}", url(name))]);
    }
    let graphiql = path(&binaries::workspace().join("schema/graphiql.json"));
    Program::new("rialto")
        .args(args)
        .env("GRAPHIQL_TABS", graphiql)
        .env("JWKS_URL", format!("{}/.well-known/jwks.json", url("users")))
}

/// A name that nothing else of this run has.
pub fn unique(name: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(1);
    format!("{name}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A new folder of this run.
///
/// # Panics
///
/// When it cannot be made.
pub fn new_folder() -> PathBuf {
    let folder = undertaker::folder().join(unique("folder"));
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// The address in a ready line, without its path.
///
/// # Panics
///
/// When there is none.
pub fn address(said: &str) -> String {
    let (_, after) = said.split_once("http://").unwrap_or_else(|| panic!("no address in {said:?}"));
    format!("http://{}", after.split(['/', '\n']).next().unwrap_or_default())
}

fn path(path: &Path) -> String {
    path.display().to_string()
}
