//! `compose.yml`, read, and its services as processes of this machine.
//!
//! No container engine is needed: commands and environments are taken as they stand there, and only what a container
//! would have to itself is substituted: host names and ports, the folder `/data`, what the image holds.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{Program, binaries, ports::free_port, shop::new_folder};

/// What of the file matters here.
#[derive(Debug, Deserialize)]
pub struct Composition {
    /// By name.
    pub services: BTreeMap<String, Service>,
    /// Files that services are given.
    pub configs: BTreeMap<String, Config>,
}

/// A service.
#[derive(Clone, Debug, Deserialize)]
pub struct Service {
    /// What it runs in.
    pub image: String,
    /// What it runs, unless the image says it.
    #[serde(default)]
    pub command: String,
    /// What it is told.
    pub environment: BTreeMap<String, String>,
    /// How one knows that it is ready.
    pub healthcheck: HealthCheck,
    /// How long it may take to end.
    pub stop_grace_period: String,
}

/// How one knows that a service is ready.
#[derive(Clone, Debug, Deserialize)]
pub struct HealthCheck {
    /// A command.
    pub test: String,
}

/// A file that services are given.
#[derive(Debug, Deserialize)]
pub struct Config {
    /// What is in it.
    pub content: String,
}

impl Composition {
    /// The workspace's file.
    ///
    /// # Panics
    ///
    /// When it is not what it is expected to be.
    pub fn read() -> Self {
        let text = std::fs::read_to_string(binaries::workspace().join("compose.yml")).expect("compose.yml is there");
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("compose.yml: {error}"))
    }

    /// The services that run a program of the workspace.
    pub fn own(&self) -> impl Iterator<Item = (&str, &Service)> {
        let own = self.services.iter().filter(|(_, service)| !service.command.is_empty());
        own.map(|(name, service)| (name.as_str(), service))
    }
}

impl Service {
    /// The program and its arguments.
    pub fn words(&self) -> (&str, Vec<&str>) {
        let mut words = self.command.split_whitespace();
        (words.next().unwrap_or_default(), words.collect())
    }

    /// The port that it listens on.
    ///
    /// # Panics
    ///
    /// When it does not say.
    pub fn port(&self) -> u16 {
        let listen = &self.environment["LISTEN"];
        listen.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or_else(|| panic!("LISTEN {listen:?}"))
    }

    /// What `DATABASE_URL` calls its database.
    pub fn database(&self) -> Option<&str> {
        self.environment.get("DATABASE_URL")?.rsplit('/').next()
    }
}

/// Where things are on this machine.
pub struct Machine {
    ports: BTreeMap<String, (u16, u16)>,
    folders: BTreeMap<String, PathBuf>,
    databases: BTreeMap<String, String>,
}

impl Machine {
    /// A port and a folder for each service; `databases` are the addresses of databases by the names that they have in
    /// the file.
    pub fn new(composition: &Composition, databases: BTreeMap<String, String>) -> Self {
        let own = || composition.own().map(|(name, service)| (name.to_owned(), service));
        Self {
            ports: own().map(|(name, service)| (name, (service.port(), free_port()))).collect(),
            folders: own().map(|(name, _)| (name, new_folder())).collect(),
            databases,
        }
    }

    /// Where a service answers, without a path.
    pub fn url(&self, service: &str) -> String {
        format!("http://127.0.0.1:{}", self.ports[service].1)
    }

    /// A service as a process.
    pub fn program(&self, name: &str, service: &Service) -> Program {
        let (program, args) = service.words();
        let mut program = Program::new(program).args(args).directory(&self.folders[name]);
        for (variable, value) in &service.environment {
            let database = value.rsplit('/').next().and_then(|database| self.databases.get(database));
            let value = match database.filter(|_| variable.ends_with("DATABASE_URL")) {
                Some(url) => url.clone(),
                None => self.here(name, value),
            };
            program = program.env(variable, value);
        }
        program
    }

    /// The health check's address.
    ///
    /// # Panics
    ///
    /// When it has none.
    pub fn health(&self, name: &str, service: &Service) -> String {
        let mut words = service.healthcheck.test.split_whitespace();
        let url = words.rfind(|word| word.starts_with("http://")).expect("a health check asks an address");
        self.here(name, url)
    }

    /// `text` of the service `name`, with what is elsewhere on this machine.
    fn here(&self, name: &str, text: &str) -> String {
        let data = self.folders[name].display().to_string();
        let shared = binaries::workspace().join("schema").display().to_string();
        let text = text.replace("/data/", &format!("{data}/")).replace("/usr/share/rialto", &shared);
        self.ports.iter().fold(text, |text, (other, (port, here))| {
            let hosts = if other == name { vec![other.as_str(), "0.0.0.0", "localhost"] } else { vec![other.as_str()] };
            let replaced = |text: String, host| text.replace(&format!("{host}:{port}"), &format!("127.0.0.1:{here}"));
            hosts.into_iter().fold(text, replaced)
        })
    }
}

/// Whether a program knows a setting by this name of the environment.
///
/// # Panics
///
/// When it does not explain itself.
pub fn knows(program: &str, args: &[&str], variable: &str) -> bool {
    let commands = args.iter().copied().take_while(|arg| !arg.starts_with('-'));
    let help = Program::new(program).args(commands).args(["--help"]).directory(Path::new(".")).run();
    assert!(help.status.success(), "{program}: {}", help.stderr);
    // Where a terminal is narrow, a line ends anywhere.
    let said = help.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    said.contains(&format!("[env: {variable}=")) || said.contains(&format!("[env: {variable}]"))
}
