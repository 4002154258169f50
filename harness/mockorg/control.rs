//! Who may use the control surface of an org over HTTP.

use mockorg_gateway::ControlAccess;

use crate::MockOrg;

impl MockOrg {
    /// Who may use the control surface, `/__mockorg/…`.
    #[must_use]
    pub fn control_access(&self) -> &ControlAccess {
        self.gateway.control_access()
    }

    /// The token of the control surface, for the header `X-Mockorg-Token`; `None` when it asks for none.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::{ControlAccess, MockOrg};
    ///
    /// let org = MockOrg::builder().control(ControlAccess::Token("s3cret".into())).start_blocking().unwrap();
    /// assert_eq!(org.control_token(), Some("s3cret"));
    /// assert_eq!(MockOrg::start_blocking().control_token(), None);
    /// ```
    #[must_use]
    pub fn control_token(&self) -> Option<&str> {
        self.control_access().token()
    }
}
