//! What a server grants its clients, and who hears of its mistakes.

use mockorg_gateway::{CaughtPanic, ServerLimits};

use crate::{MockOrg, MockOrgBuilder};

impl MockOrgBuilder {
    /// What the server grants its clients: numbers of connections, and times. Without this
    /// [`ServerLimits::default`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use mockorg::{MockOrg, ServerLimits};
    ///
    /// let limits = ServerLimits { connections: 10, grace: Duration::from_secs(1), ..ServerLimits::default() };
    /// let org = MockOrg::builder().limits(limits).start_blocking()?;
    /// # drop(org);
    /// # Ok::<(), mockorg::StartError>(())
    /// ```
    pub const fn limits(mut self, limits: ServerLimits) -> Self {
        self.server_limits = limits;
        self
    }
}

impl MockOrg {
    /// Has `tell` told every panic inside the server. Clients get `UNKNOWN_EXCEPTION`, in the form of the API that they
    /// call, with the [`error_id`](CaughtPanic::error_id) that `tell` is given. Only the first caller is told.
    /// `tell` must not ask the org anything.
    ///
    /// The place of a panic is known only to a panic hook, and a library installs none: a program that has one calls
    /// [`remember_panic`](crate::remember_panic) in it.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::MockOrg;
    ///
    /// let org = MockOrg::start_blocking();
    /// org.on_panic(|panic| eprintln!("{panic}"));
    /// ```
    pub fn on_panic(&self, tell: impl Fn(&CaughtPanic) + Send + Sync + 'static) {
        self.gateway.on_panic(tell);
    }
}
