//! All branches of an org, by name.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, OnceLock, PoisonError, RwLock, Weak,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{runtime::Handle, sync::oneshot, task::JoinHandle};

use crate::{Gateway, answer::HttpResponse, grpc::GrpcService};

/// Makes the gRPC service of a branch.
pub type GrpcOfBranches = Arc<dyn Fn(&Arc<Gateway>) -> Arc<dyn GrpcService> + Send + Sync>;

/// A branch that is served.
pub(crate) struct Branch {
    pub(crate) name: Box<str>,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) grpc: Option<Arc<dyn GrpcService>>,
    /// The snapshot or branch from which it began; `None` for the org as it was.
    pub(super) from: Option<Box<str>>,
    /// The address of its own port.
    pub(super) address: Option<SocketAddr>,
    /// The fixed address of the server, if it has one.
    pub(super) public_url: Option<Arc<str>>,
    /// Dropped when it ends.
    pub(super) _end: oneshot::Sender<()>,
}

/// The branches of an org, as it and they themselves know them.
pub(crate) struct Home(Side);

enum Side {
    Main(Arc<Branches>),
    Branch(Weak<Branches>),
}

#[derive(Default)]
pub(super) struct Branches {
    named: RwLock<BTreeMap<Box<str>, Arc<Branch>>>,
    /// The tasks that serve them.
    tasks: RwLock<Vec<JoinHandle<()>>>,
    /// Whether there are any, so that an org without branches pays nothing.
    any: AtomicBool,
    grpc: OnceLock<GrpcOfBranches>,
    /// Where the org is served.
    served: OnceLock<Served>,
}

/// Where an org is served.
#[derive(Clone)]
pub(super) struct Served {
    pub(super) runtime: Handle,
    /// On which address; ports of branches are on the same.
    pub(super) ip: Option<IpAddr>,
}

impl Default for Home {
    fn default() -> Self {
        Self(Side::Main(Arc::default()))
    }
}

impl Home {
    /// The branches, unless the org is a branch of one that has ended.
    pub(super) fn branches(&self) -> Option<Arc<Branches>> {
        match &self.0 {
            Side::Main(branches) => Some(Arc::clone(branches)),
            Side::Branch(branches) => branches.upgrade(),
        }
    }

    /// What a branch knows of the others.
    pub(super) fn of(branches: &Arc<Branches>) -> Self {
        Self(Side::Branch(Arc::downgrade(branches)))
    }

    /// Whether there are no branches.
    pub(super) fn is_empty(&self) -> bool {
        match &self.0 {
            Side::Main(branches) => !branches.any.load(Ordering::Acquire),
            Side::Branch(branches) => branches.strong_count() == 0,
        }
    }

    /// The branch of this name.
    pub(crate) fn find(&self, name: &str) -> Option<Arc<Branch>> {
        self.branches()?.find(name)
    }

    /// Takes note of where the org is served.
    pub(crate) fn served(&self, runtime: Handle, ip: Option<IpAddr>) {
        if let Side::Main(branches) = &self.0 {
            // Whoever says it twice has said it before.
            let _ = branches.served.set(Served { runtime, ip });
        }
    }

    /// Ends all branches of an org that ends; gives the tasks that still answer what is under way.
    pub(crate) fn end(&self) -> Vec<JoinHandle<()>> {
        let Side::Main(branches) = &self.0 else { return Vec::new() };
        branches.change(|named| drop(std::mem::take(named)));
        std::mem::take(&mut *branches.tasks.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// The answer to a request for a branch that does not exist.
    pub(crate) fn unknown(gateway: &Gateway, name: &str) -> HttpResponse {
        super::refusal::unknown(gateway, name)
    }
}

impl Branches {
    pub(super) fn find(&self, name: &str) -> Option<Arc<Branch>> {
        self.named.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    pub(super) fn all(&self) -> Vec<Arc<Branch>> {
        self.named.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Changes which there are.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut BTreeMap<Box<str>, Arc<Branch>>) -> T) -> T {
        let mut named = self.named.write().unwrap_or_else(PoisonError::into_inner);
        let outcome = change(&mut named);
        self.any.store(!named.is_empty(), Ordering::Release);
        outcome
    }

    /// Takes note of the task that serves a branch.
    pub(super) fn runs_in(&self, task: JoinHandle<()>) {
        let mut tasks = self.tasks.write().unwrap_or_else(PoisonError::into_inner);
        tasks.retain(|task| !task.is_finished());
        tasks.push(task);
    }

    pub(super) fn is_served(&self) -> Option<Served> {
        self.served.get().cloned()
    }

    pub(super) fn grpc(&self, gateway: &Arc<Gateway>) -> Option<Arc<dyn GrpcService>> {
        self.grpc.get().map(|make| make(gateway))
    }
}

impl Gateway {
    /// Says where the org is about to be served, so that branches can be made before the first request comes.
    pub fn will_serve(&self, runtime: &Handle, ip: IpAddr) {
        self.home.served(runtime.clone(), Some(ip));
    }

    /// Has branches answer calls of gRPC with what `make` gives for each.
    pub fn serve_grpc_of_branches(&self, make: GrpcOfBranches) {
        if let Side::Main(branches) = &self.home.0 {
            // The first stays.
            let _ = branches.grpc.set(make);
        }
    }

    /// A branch takes its place among the others.
    pub(super) fn at_home(mut self, branches: &Arc<Branches>) -> Arc<Self> {
        self.home = Home::of(branches);
        Arc::new(self)
    }
}
