//! The engines of one graph, one for each way of running, and the door that leads each viewer's requests to the
//! subgraphs of their own world.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use futures_util::future::BoxFuture;
use rialto::{
    engine::{Engine, EngineSettings, SubgraphTarget},
    operation::Limits,
};
use schema::{Caller, Transport, TransportError, transport};

use crate::{
    subgraph::{Subgraph, World},
    switches::Switches,
};

/// Who calls, and the world that answers them.
pub type Worlds = Vec<(schema::Viewer, Arc<World>)>;

/// See the module's description.
pub struct Engines {
    name: String,
    supergraph: String,
    worlds: Arc<Worlds>,
    /// Whether anything is refused to anybody.
    authorize: bool,
    made: Mutex<HashMap<Switches, Arc<Engine>>>,
}

impl Engines {
    /// For a supergraph before these worlds, all of which have the same subgraphs.
    pub fn new(name: &str, supergraph: &str, worlds: Worlds, authorize: bool) -> Self {
        let (name, supergraph, worlds) = (name.to_owned(), supergraph.to_owned(), Arc::new(worlds));
        Self { name, supergraph, worlds, authorize, made: Mutex::default() }
    }

    /// The engine with these switches, made when it is first asked for.
    pub fn with(&self, switches: Switches) -> Arc<Engine> {
        self.made.lock().unwrap().entry(switches).or_insert_with(|| Arc::new(self.make(switches))).clone()
    }

    fn make(&self, switches: Switches) -> Engine {
        let (_, world) = &self.worlds[0];
        let target = |name: &String| {
            let door = Door { subgraph: name.clone(), worlds: self.worlds.clone() };
            (name.clone(), SubgraphTarget { transport: Arc::new(door), path: "/graphql".into() })
        };
        let targets: HashMap<String, SubgraphTarget> = world.store.model.subgraphs.keys().map(target).collect();
        let labels = world.store.model.labels.iter().cloned().collect();
        let settings = EngineSettings {
            authorize: self.authorize,
            limits: limits(),
            override_labels: labels,
            ..EngineSettings::default()
        };
        let made = Engine::new(&self.supergraph, &targets, switches.set(settings));
        made.unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

/// What a document may weigh here.
pub fn limits() -> Limits {
    Limits { mutations: 100, cost: 0, ..Limits::default() }
}

/// One subgraph as the router reaches it.
struct Door {
    subgraph: String,
    worlds: Arc<Worlds>,
}

impl Transport for Door {
    fn send(&self, request: transport::Request) -> BoxFuture<'static, Result<transport::Response, TransportError>> {
        let caller = request.extensions().get::<Arc<Caller>>().map(|caller| caller.viewer.clone());
        let known = self.worlds.iter().find(|(viewer, _)| Some(viewer) == caller.as_ref());
        let (_, world) = known.expect("a viewer of this graph");
        let body = request.body().whole().expect("a request for GraphQL is whole").clone();
        Subgraph { name: self.subgraph.clone(), world: world.clone() }.receive(body)
    }

    fn observes(&self) -> transport::Observed {
        transport::Observed::MessageAndCaller
    }
}
