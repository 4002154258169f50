//! Making, listing and ending branches.

use std::{net::SocketAddr, sync::Arc};

use mockorg_org::{ControlRefusal, Timestamp};
use tokio::sync::oneshot;

use super::{
    address::{first_label, is_label},
    home::{Branch, Branches, Served},
};
use crate::{Clock, Gateway, listener::Listener, serve::serve_on, snapshots::discard};

/// A branch that is to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BranchOrder {
    /// Its name, which is the label of a host: lower-case letters, digits and `-`.
    pub name: Box<str>,
    /// The snapshot, or the other branch, as which it begins; `None` for the org as it is.
    pub from: Option<Box<str>>,
    /// A port of its own; 0 for any that is free.
    pub port: Option<u16>,
}

/// A branch, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchState {
    /// Its name.
    pub name: Box<str>,
    /// The snapshot or branch as which it began; `None` for the org as it was.
    pub from: Option<Box<str>>,
    /// The address of its own port, if it has one.
    pub address: Option<SocketAddr>,
    /// What stands in front of its paths under the addresses of the org itself.
    pub path: String,
    /// Its time.
    pub now: Timestamp,
    /// Where its time comes from.
    pub clock: Clock,
    /// Whether it outlives its process. No branch does, not even that of an org which is kept in a folder.
    pub kept: bool,
}

impl Gateway {
    /// Makes a branch and serves it, until it is ended or the org ends.
    ///
    /// # Errors
    ///
    /// For a name that is taken or no label of a host, for an unknown snapshot or branch, when there are as many as
    /// [`GatewayOptions::branches`](crate::GatewayOptions::branches) allows, when the port cannot be had, and when
    /// the org is not served.
    pub fn add_branch(&self, order: BranchOrder) -> Result<BranchState, ControlRefusal> {
        let BranchOrder { name, from, port } = order;
        self.check_name(&name)?;
        let ended = || refusal("the org is not served", "make branches of an org that serves");
        let branches = self.home.branches().ok_or_else(ended)?;
        let served = branches.is_served().ok_or_else(ended)?;
        self.check_room(&branches, &name)?;
        let socket = port.map(|port| bind(&served, port)).transpose()?;
        let address = socket.as_ref().map(|(_, address)| *address);
        let base_url =
            address.map_or_else(|| self.options.base_url.to_string(), |own| format!("http://{own}"));
        let gateway = self.beginning_of(&branches, from.as_deref(), &base_url)?.at_home(&branches);
        let grpc = branches.grpc(&gateway);
        let (end, on_end) = oneshot::channel();
        let branch = Arc::new(Branch {
            name: name.clone(),
            gateway: Arc::clone(&gateway),
            grpc: grpc.clone(),
            from,
            address,
            public_url: self.options.public_url.as_deref().map(Into::into),
            _end: end,
        });
        branches.change(|named| {
            // Somebody else may have been faster.
            check_room(named.contains_key(&name), named.len(), (&name, self.options.branches))?;
            named.insert(name.clone(), Arc::clone(&branch));
            Ok::<_, ControlRefusal>(())
        })?;
        let listeners = socket.map(|(listener, _)| listener).into_iter().collect();
        branches.runs_in(served.runtime.spawn(async move {
            // A port that fails ends the port; the branch has its other addresses.
            let _ = serve_on(listeners, gateway, grpc, async { drop(on_end.await) }).await;
        }));
        Ok(branch.state())
    }

    /// The branches, ordered by name.
    #[must_use]
    pub fn branch_states(&self) -> Vec<BranchState> {
        let branches = self.home.branches().map(|branches| branches.all()).unwrap_or_default();
        branches.iter().map(|branch| branch.state()).collect()
    }

    /// The org of a branch; `None` when there is none of this name.
    #[must_use]
    pub fn branch_named(&self, name: &str) -> Option<Arc<Self>> {
        self.home.find(name).map(|branch| Arc::clone(&branch.gateway))
    }

    /// Ends a branch; `false` when there is none of this name. Requests under way are answered.
    pub fn end_branch(&self, name: &str) -> bool {
        let ended = self.home.branches().and_then(|branches| branches.change(|named| named.remove(name)));
        let found = ended.is_some();
        discard(ended);
        found
    }

    fn beginning_of(
        &self,
        branches: &Branches,
        from: Option<&str>,
        base_url: &str,
    ) -> Result<Self, ControlRefusal> {
        let Some(from) = from else { return Ok(self.branch(base_url)) };
        let of_snapshot = self.branch_of(from, base_url);
        let of_branch = || branches.find(from).map(|branch| branch.gateway.branch(base_url));
        of_snapshot.or_else(of_branch).ok_or_else(|| {
            let hint = "GET /__mockorg/snapshots and GET /__mockorg/branches list them";
            refusal(&format!("there is no snapshot and no branch {from}"), hint)
        })
    }

    fn check_name(&self, name: &str) -> Result<(), ControlRefusal> {
        let hint =
            "choose up to 63 lower-case letters, digits and `-`, with a letter, and no `-` at either end";
        if !is_label(name) {
            let shown: String = name.chars().take(80).collect();
            return Err(refusal(&format!("`{shown}` is no name of a branch"), hint));
        }
        let own = self.options.public_url.as_deref().into_iter().chain([&*self.options.base_url]);
        if name == "localhost" || own.map(first_label).any(|label| label.eq_ignore_ascii_case(name)) {
            return Err(refusal(&format!("{name} is the host of the org itself"), "choose another name"));
        }
        Ok(())
    }

    fn check_room(&self, branches: &Branches, name: &str) -> Result<(), ControlRefusal> {
        let all = branches.all();
        let taken = all.iter().any(|branch| *branch.name == *name);
        check_room(taken, all.len(), (name, self.options.branches))
    }
}

fn check_room(taken: bool, count: usize, (name, most): (&str, usize)) -> Result<(), ControlRefusal> {
    if taken {
        return Err(refusal(
            &format!("there is a branch {name} already"),
            "end it first, or choose another name",
        ));
    }
    if count >= most {
        return Err(refusal(&format!("there are {most} branches, and no more are served"), "end one first"));
    }
    Ok(())
}

impl Branch {
    fn state(&self) -> BranchState {
        let (clock, now) = self.gateway.time();
        BranchState {
            name: self.name.clone(),
            from: self.from.clone(),
            address: self.address,
            path: format!("{}{}", super::address::PREFIX, self.name),
            now,
            clock,
            kept: false,
        }
    }
}

/// Opens a port beside those of the org.
fn bind(served: &Served, port: u16) -> Result<(Listener, SocketAddr), ControlRefusal> {
    let ip = served.ip.ok_or_else(|| refusal("the org has no port", "leave `port` out"))?;
    let opened = std::net::TcpListener::bind((ip, port)).and_then(|socket| {
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let _runtime = served.runtime.enter();
        Ok((Listener::plain(tokio::net::TcpListener::from_std(socket)?), address))
    });
    opened.map_err(|error| {
        refusal(&format!("the port {port} cannot be had: {error}"), "choose 0 for a free one")
    })
}

fn refusal(error: &str, hint: &str) -> ControlRefusal {
    ControlRefusal { error: error.into(), hint: hint.into() }
}
