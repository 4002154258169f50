//! The org as an org file, and another org file in its place.

use mockorg_org::{ControlRefusal, Export};

use crate::MockOrg;

impl MockOrg {
    /// The org as an org file that begins another one with the same records under the same ids, and a list of what an
    /// org file cannot say: deleted records, events, running jobs, sessions and the like.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::MockOrg;
    ///
    /// let org = MockOrg::start_blocking();
    /// let export = org.export();
    /// let other = MockOrg::builder().org_json(export.json).start_blocking()?;
    /// assert_eq!(other.records("Asset").len(), org.records("Asset").len());
    /// # Ok::<(), mockorg::StartError>(())
    /// ```
    #[must_use]
    pub fn export(&self) -> Export {
        self.gateway.export()
    }

    /// Begins the org anew with another org file, now and at each reset that follows. Definitions, metadata and
    /// settings are those with which the org was started. The file's webhooks and stubs take the place of those with
    /// the same names; others stay. [`MockOrg::reset_to_start`] goes back to the org file of the start.
    ///
    /// # Errors
    ///
    /// What is wrong with the file, with its place; nothing has changed then.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::MockOrg;
    ///
    /// let org = MockOrg::start_blocking();
    /// let before = org.export();
    /// org.import(&before.json).unwrap();
    /// assert!(org.import(r#"{"name": "x", "steps": [{"create": "Acount"}]}"#).is_err());
    /// assert_eq!(org.export().json, before.json);
    /// ```
    pub fn import(&self, json: &str) -> Result<(), ControlRefusal> {
        self.gateway.import(json)
    }

    /// Puts the org and the clock back to how they were started, as `POST /__mockorg/reset` with `{}` does: whatever
    /// resets and imports have chosen since does not hold any more. Webhooks and stubs of an imported file stay.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::MockOrg;
    ///
    /// let org = MockOrg::start_blocking();
    /// let before = org.records("Asset").len();
    /// org.import(&org.export().json).unwrap();
    /// org.reset_to_start();
    /// assert_eq!(org.records("Asset").len(), before);
    /// ```
    pub fn reset_to_start(&self) {
        self.gateway.reset_to_start();
    }
}
