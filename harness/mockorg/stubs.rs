//! Stubs: answers of what an org is customised with, such as Apex REST.

use mockorg_gateway::{StubLife, StubState};
use mockorg_org::{ControlRefusal, Stub};

use crate::MockOrg;

impl MockOrg {
    /// Answers the requests of a stub from here on, before the org would. It lasts over resets.
    ///
    /// Org files declare stubs, too (`stubs`), and so does `POST /__mockorg/stubs`.
    ///
    /// # Errors
    ///
    /// What is wrong with the stub, such as a name that is taken, and what would be right.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::{MockOrg, Stub};
    ///
    /// let org = MockOrg::start_blocking();
    /// let price = Stub::parse(
    ///     r#"{"name": "price",
    ///         "request": {"method": "GET", "path": "/services/apexrest/price/{sku}"},
    ///         "response": {"body": {"sku": "{!path.sku}", "amount": 12.5}}}"#,
    /// );
    /// org.add_stub(price.unwrap()).unwrap();
    /// assert_eq!(org.stubs()[0].answered, 0);
    /// assert!(org.end_stub("price"));
    /// ```
    pub fn add_stub(&self, stub: Stub) -> Result<(), ControlRefusal> {
        self.gateway.add_stub(stub, StubLife::Lasting)
    }

    /// How each stub stands, in the order in which they are asked.
    #[must_use]
    pub fn stubs(&self) -> Vec<StubState> {
        self.gateway.stub_states()
    }

    /// Ends a stub; `false` when there is none of this name.
    pub fn end_stub(&self, name: &str) -> bool {
        self.gateway.end_stubs(Some(name)) > 0
    }
}
