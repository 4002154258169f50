//! What clients have sent to the org, and what it has published.

use std::sync::Arc;

use mockorg_gateway::{JournalCall, JournalEntry, JournalFilter, JournalPage};
use mockorg_org::ControlRefusal;

use crate::MockOrg;

impl MockOrg {
    /// The calls of clients with their answers and the events of the org, in one sequence, oldest first, as far as
    /// they are kept. Tokens and passwords are masked.
    ///
    /// Without [`MockOrgBuilder::journal`](crate::MockOrgBuilder::journal) these are the last 10,000, without headers,
    /// bodies and payloads. A reset of the org leaves them.
    ///
    /// # Examples
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    /// # runtime.block_on(async {
    /// let org = mockorg::MockOrg::start().await;
    /// reqwest::get(format!("{}/services/data", org.url())).await.unwrap();
    /// org.publish("AssetRenewInitiatedEvent", []).unwrap();
    /// let lines: Vec<String> = org.journal().iter().map(ToString::to_string).collect();
    /// assert_eq!(lines[0], "#1 GET /services/data → 200");
    /// assert!(lines[1].starts_with("#2 /event/AssetRenewInitiatedEvent at "));
    /// # });
    /// ```
    #[must_use]
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.gateway.journal_entries().0
    }

    /// The calls alone.
    ///
    /// # Examples
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    /// # runtime.block_on(async {
    /// let org = mockorg::MockOrg::start().await;
    /// reqwest::get(format!("{}/services/data", org.url())).await.unwrap();
    /// let call = &org.calls()[0];
    /// assert_eq!((call.path(), call.status, call.endpoint()), ("/services/data", 200, Some("versions")));
    /// # });
    /// ```
    #[must_use]
    pub fn calls(&self) -> Vec<Arc<JournalCall>> {
        self.journal().iter().filter_map(|entry| entry.call().cloned()).collect()
    }

    /// The entries that a filter wants.
    ///
    /// # Errors
    ///
    /// When the journal cannot say which these are, such as by their bodies when it keeps none.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::{JournalFilter, MockOrg, Pattern};
    ///
    /// let org = MockOrg::start_blocking();
    /// // … a client works …
    /// let failed = JournalFilter::of(Pattern::any().status("4xx")).limit(10);
    /// assert!(org.journal_page(&failed).unwrap().entries.is_empty());
    /// let refusal = org.journal_page(&JournalFilter::of(Pattern::any().body_contains("Acme"))).unwrap_err();
    /// assert!(refusal.to_string().contains("keeps no bodies"));
    /// ```
    pub fn journal_page(&self, filter: &JournalFilter) -> Result<JournalPage, ControlRefusal> {
        self.gateway.journal_page(filter)
    }

    /// The calls as an HTTP Archive (HAR 1.2), which the developer tools of browsers open.
    ///
    /// # Examples
    ///
    /// ```
    /// let org = mockorg::MockOrg::start_blocking();
    /// assert!(org.journal_har().starts_with(r#"{"log":{"version":"1.2","creator":{"name":"mockorg""#));
    /// ```
    #[must_use]
    pub fn journal_har(&self) -> String {
        // Everything is wanted, which no journal refuses.
        self.gateway.journal_har(&JournalFilter::default(), self.url()).unwrap_or_default()
    }

    /// The number of the newest entry, 0 before the first: what comes later is after it.
    #[must_use]
    pub fn journal_tail(&self) -> u64 {
        self.gateway.journal_tail()
    }

    /// How many entries are no longer in the journal because there was no room.
    #[must_use]
    pub fn journal_dropped(&self) -> u64 {
        self.gateway.journal_entries().1
    }

    /// Forgets what is in the journal up to now.
    pub fn clear_journal(&self) {
        self.gateway.clear_journal();
    }
}
