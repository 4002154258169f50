//! Known states: snapshots of the org, and other orgs that begin as this one is.

use std::{net::SocketAddr, sync::Arc};

use mockorg_gateway::{BranchOrder, BranchState, SnapshotState};
use mockorg_org::ControlRefusal;

use crate::{
    MockOrg, Session, StartError,
    server::{Listener, Server},
};

impl MockOrg {
    /// Keeps the org as it is now under a name; what had that name is given up. Records are shared with the org until
    /// it changes them, so that this costs the same whatever the org holds.
    ///
    /// # Errors
    ///
    /// For a name that cannot stand in an address, and when there are as many snapshots as are kept: 100.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::MockOrg;
    ///
    /// let org = MockOrg::start_blocking();
    /// org.take_snapshot("before").unwrap();
    /// org.publish("AssetRenewInitiatedEvent", [("RequestIdentifier", "r-1".into())]).unwrap();
    /// org.restore_snapshot("before").unwrap();
    /// assert!(org.events_on("/event/AssetRenewInitiatedEvent").is_empty());
    /// ```
    pub fn take_snapshot(&self, name: &str) -> Result<(), ControlRefusal> {
        self.gateway.take_snapshot(name).map(drop)
    }

    /// Puts the org back to a snapshot, which stays. All is done when this returns.
    ///
    /// Records, events, sessions, query locators, jobs, limits, faults, coverage, stubs and webhooks are what they
    /// were; webhooks may post once more what they had posted since. A clock that stood still stands where it stood;
    /// time that the machine's clock tells goes on. Clients of the Streaming API and of the Pub/Sub API are told to
    /// start over, as at a reset; handlers go on with the next event. The journal stays.
    ///
    /// # Errors
    ///
    /// When there is no snapshot of this name.
    pub fn restore_snapshot(&self, name: &str) -> Result<(), ControlRefusal> {
        if self.gateway.restore_snapshot(name) {
            return Ok(());
        }
        Err(ControlRefusal {
            error: format!("there is no snapshot {name}").into(),
            hint: "take it first; MockOrg::snapshots lists them".into(),
        })
    }

    /// Gives a snapshot up; `false` when there is none of this name.
    pub fn drop_snapshot(&self, name: &str) -> bool {
        self.gateway.drop_snapshot(name)
    }

    /// The snapshots, ordered by name.
    #[must_use]
    pub fn snapshots(&self) -> Vec<SnapshotState> {
        self.gateway.snapshots()
    }

    /// Another org in this process that is as this one is now and goes its own way from here on: with a port and a
    /// thread of its own, until it is dropped.
    ///
    /// Records, events, clock, faults, stubs and sessions begin as they are here; snapshots, webhooks, handlers and the
    /// journal stay behind. It costs a fraction of a millisecond, so that a suite can fill one org once and give each
    /// test a branch of it.
    ///
    /// # Panics
    ///
    /// When there is no port or thread for it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::LazyLock;
    ///
    /// use mockorg::MockOrg;
    ///
    /// static ORG: LazyLock<MockOrg> = LazyLock::new(MockOrg::start_blocking);
    ///
    /// let (one, other) = (ORG.branch_blocking(), ORG.branch_blocking());
    /// one.publish("AssetRenewInitiatedEvent", [("RequestIdentifier", "r-1".into())]).unwrap();
    /// let count = |org: &MockOrg| org.events_on("/event/AssetRenewInitiatedEvent").len();
    /// assert_eq!((count(&one), count(&other), count(&ORG)), (1, 0, 0));
    /// ```
    #[track_caller]
    #[expect(
        clippy::manual_async_fn,
        reason = "an async fn would lose the caller's place in the panic message"
    )]
    pub fn branch(&self) -> impl Future<Output = Self> + Send {
        async { self.branch_blocking() }
    }

    /// The same from code that is not asynchronous.
    ///
    /// # Panics
    ///
    /// As for [`MockOrg::branch`].
    #[must_use]
    #[track_caller]
    pub fn branch_blocking(&self) -> Self {
        match self.try_branch() {
            Ok(branch) => branch,
            Err(error) => panic!("the branch cannot start: {error}"),
        }
    }

    fn try_branch(&self) -> Result<Self, StartError> {
        let listener = Listener::bind(SocketAddr::new(self.address().ip(), 0))?;
        let address = listener.address;
        let url = format!("http://{}", crate::builder::reachable(address));
        let gateway = Arc::new(self.gateway.branch(url.clone()));
        let server = Server::start(vec![listener], Arc::clone(&gateway))?;
        let session = Session { access_token: self.session().access_token.clone(), instance_url: url };
        Ok(Self::new(gateway, server, address, session).with_unmodelled(self.unmodelled_metadata().to_vec()))
    }

    /// Makes a branch that is served beside this org: under the host `{name}.localhost` and every other host whose
    /// first label is the name, under the path `/__org/{name}` of this org, and, if it was ordered, on a port.
    ///
    /// # Errors
    ///
    /// For a name that is taken or is no label of a host, for an unknown snapshot or branch to begin from, for a port
    /// that cannot be had, and when there are as many branches as are served: 100.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::{BranchOrder, MockOrg};
    ///
    /// let org = MockOrg::start_blocking();
    /// let branch = org.add_branch(BranchOrder { name: "pr-17".into(), ..BranchOrder::default() }).unwrap();
    /// assert_eq!(branch.path, "/__org/pr-17");
    /// assert!(org.end_branch("pr-17"));
    /// ```
    pub fn add_branch(&self, order: BranchOrder) -> Result<BranchState, ControlRefusal> {
        self.gateway.add_branch(order)
    }

    /// The branches that are served beside this org, ordered by name.
    #[must_use]
    pub fn branches(&self) -> Vec<BranchState> {
        self.gateway.branch_states()
    }

    /// Ends a branch; `false` when there is none of this name. Requests under way are answered.
    pub fn end_branch(&self, name: &str) -> bool {
        self.gateway.end_branch(name)
    }
}
