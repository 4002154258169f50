//! Mocks of the crate wiremock, mounted on the org's own address in front of the org.

use ::wiremock::MockServer;

use crate::MockOrg;

impl MockOrg {
    /// The server of the crate [`wiremock`](::wiremock) that answers before the org does. Mount mocks on it: they
    /// are asked under the org's address, and what none of them matches the org answers as ever.
    ///
    /// Matchers, priorities, expectations and scoped guards work as on any [`MockServer`]; its expectations are
    /// verified when the org is dropped. A bare 404 is what the server says when no mock fits, so that a 404 of
    /// your own needs a body or a header. (wiremock 0.6.5 itself finds a scoped mock by its place among all mocks,
    /// which it sorts by priority: give scoped mocks the priority of the others.)
    ///
    /// # Examples
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    /// # runtime.block_on(async {
    /// use mockorg::{
    ///     MockOrg,
    ///     wiremock::{Mock, ResponseTemplate, matchers::{method, path}},
    /// };
    ///
    /// let org = MockOrg::start().await;
    /// Mock::given(method("GET"))
    ///     .and(path("/services/apexrest/price"))
    ///     .respond_with(ResponseTemplate::new(200).set_body_string("12.50"))
    ///     .expect(1)
    ///     .mount(org.wiremock().await)
    ///     .await;
    /// let price = reqwest::get(format!("{}/services/apexrest/price", org.url())).await.unwrap();
    /// assert_eq!(price.text().await.unwrap(), "12.50");
    /// # });
    /// ```
    pub async fn wiremock(&self) -> &MockServer {
        self.mounted
            .get_or_init(|| async {
                let server = MockServer::builder().start().await;
                self.gateway.ask_first(*server.address());
                server
            })
            .await
    }
}
