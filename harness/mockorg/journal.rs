//! What clients have sent to the org, for assertions.

use std::sync::Arc;

use mockorg_gateway::JournalEntry;

use crate::MockOrg;

impl MockOrg {
    /// The calls of clients and their answers, oldest first, as far as they are kept. Tokens and passwords are masked.
    ///
    /// Without [`MockOrgBuilder::journal`](crate::MockOrgBuilder::journal) these are the last 10,000, with address
    /// and status alone. A reset of the org leaves them.
    ///
    /// # Examples
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    /// # runtime.block_on(async {
    /// let org = mockorg::MockOrg::start().await;
    /// reqwest::get(format!("{}/services/data", org.url())).await.unwrap();
    /// assert_eq!(org.journal()[0].to_string(), "#1 GET /services/data → 200");
    /// # });
    /// ```
    #[must_use]
    pub fn journal(&self) -> Vec<Arc<JournalEntry>> {
        self.gateway.journal_entries().0
    }

    /// How many calls are no longer in the journal because there was no room.
    #[must_use]
    pub fn journal_dropped(&self) -> u64 {
        self.gateway.journal_entries().1
    }

    /// Forgets the calls of clients up to now.
    pub fn clear_journal(&self) {
        self.gateway.clear_journal();
    }
}
