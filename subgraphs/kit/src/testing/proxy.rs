//! A database server that goes away and comes back, as seen from outside: a proxy in front of a real one.

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// A door to a PostgreSQL server that a test can shut.
pub struct Proxy {
    /// The database's address through this door.
    pub url: String,
    server: String,
    listen: std::net::SocketAddr,
    /// Counts how often connections were cut.
    cuts: watch::Sender<u64>,
    accepting: Option<JoinHandle<()>>,
}

impl Proxy {
    /// An open door to the server of this address, `postgres://user@host:port/name`.
    ///
    /// # Panics
    ///
    /// When the address has another form.
    pub async fn to(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").expect("a URL");
        let (authority, name) = rest.rsplit_once('/').expect("the name of a database");
        let (user, server) = authority.rsplit_once('@').expect("a user");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let listen = listener.local_addr().expect("an address");
        let server = if server.contains(':') { server.to_owned() } else { format!("{server}:5432") };
        let url = format!("{scheme}://{user}@{listen}/{name}");
        let mut proxy = Self { url, server, listen, cuts: watch::Sender::new(0), accepting: None };
        proxy.accept(listener);
        proxy
    }

    fn accept(&mut self, listener: TcpListener) {
        let (server, cuts) = (self.server.clone(), self.cuts.clone());
        self.accepting = Some(tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (server, mut cut) = (server.clone(), cuts.subscribe());
                tokio::spawn(async move {
                    let Ok(mut server) = TcpStream::connect(server).await else { return };
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                        _ = cut.changed() => {}
                    }
                });
            }
        }));
    }

    /// Cuts all connections. New ones are let through.
    pub fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Cuts all connections and refuses new ones.
    pub async fn close(&mut self) {
        if let Some(accepting) = self.accepting.take() {
            accepting.abort();
            let _ = accepting.await;
        }
        self.cut();
    }

    /// Lets connections through again.
    ///
    /// # Panics
    ///
    /// When somebody else has taken the port.
    pub async fn open(&mut self) {
        let listener = TcpListener::bind(self.listen).await.expect("the port of before");
        self.accept(listener);
    }
}
