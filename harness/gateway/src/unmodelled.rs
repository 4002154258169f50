//! Resources that the platform has and mockorg has not: refused by name, never mistaken for a wrong address.

/// What every resource is told whose jobs can be simulated: where a test finds their trackers.
macro_rules! simulated {
    ($name:literal, $job:literal) => {
        concat!($name, "; POST /__mockorg/jobs simulates the tracker of its job, ", $job)
    };
}

/// Path templates with the name of what stands there; everything beneath belongs to it.
pub(crate) const UNMODELLED: &[(&str, &str)] = &[
    ("/services/data/{version}/analytics", "reports and dashboards"),
    ("/services/data/{version}/async-queries", "Async SOQL"),
    ("/services/data/{version}/chatter", "Chatter"),
    ("/services/data/{version}/commerce", "the commerce resources"),
    (
        "/services/data/{version}/commerce/invoicing",
        "the invoicing resources (invoices, credit memos, billing schedules)",
    ),
    (
        "/services/data/{version}/commerce/invoicing/invoices/collection/actions/post",
        simulated!("posting of invoices", "InvoiceDraftToPosted"),
    ),
    (
        "/services/data/{version}/commerce/invoicing/invoice-batch-runs/{id}/actions/draft-to-posted",
        simulated!("posting of the invoices of a batch", "BatchInvoiceDraftToPosted"),
    ),
    (
        "/services/data/{version}/commerce/invoicing/invoices/{id}/actions/convert-to-credit",
        simulated!("conversion of negative invoice lines", "AutomatedNegativeInvoiceLineConversion"),
    ),
    ("/services/data/{version}/commerce/quotes/actions/place", simulated!("Place Quote", "PlaceQuote")),
    ("/services/data/{version}/commerce/sales-orders/actions/place", simulated!("Place Order", "PlaceOrder")),
    ("/services/data/{version}/connect", "the Connect resources"),
    (
        "/services/data/{version}/connect/rev/sales-transaction/actions/place",
        simulated!("Place Sales Transaction", "PSTBaseJob"),
    ),
    ("/services/data/{version}/consent", "consent"),
    ("/services/data/{version}/dedupe", "duplicate jobs"),
    ("/services/data/{version}/einstein", "Einstein"),
    ("/services/data/{version}/folders", "folders"),
    ("/services/data/{version}/graphql", "GraphQL"),
    ("/services/data/{version}/knowledgeManagement", "knowledge management"),
    ("/services/data/{version}/licensing", "licensing"),
    ("/services/data/{version}/localizedvalue", "localized values"),
    ("/services/data/{version}/metadata", "the other resources of the Metadata API over REST"),
    ("/services/data/{version}/mobile", "mobile settings"),
    ("/services/data/{version}/named", "named queries"),
    ("/services/data/{version}/payments", "payments"),
    ("/services/data/{version}/revenue", "the revenue resources"),
    ("/services/data/{version}/search/suggestSearchQueries", "suggested search terms of articles"),
    ("/services/data/{version}/search/suggestTitleMatches", "suggested titles of articles"),
    ("/services/data/{version}/support", "support resources"),
    ("/services/data/{version}/tooling/apexManifest", "Apex"),
    ("/services/data/{version}/tooling/completions", "code completion"),
    ("/services/data/{version}/tooling/executeAnonymous", "Apex (anonymous blocks)"),
    ("/services/data/{version}/tooling/runTestsAsynchronous", "Apex (tests)"),
    ("/services/data/{version}/tooling/runTestsSynchronous", "Apex (tests)"),
    ("/services/data/{version}/tooling/search", "searches of the Tooling API"),
    ("/services/data/{version}/ui-api", "User Interface API"),
    ("/services/data/{version}/wave", "CRM Analytics"),
    ("/services/oauth2/singleaccess", "single access"),
    ("/services/Soap/class", "Apex web services"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_whose_jobs_can_be_simulated_say_how() {
        for job in [
            "AutomatedNegativeInvoiceLineConversion",
            "BatchInvoiceDraftToPosted",
            "InvoiceDraftToPosted",
            "PSTBaseJob",
            "PlaceOrder",
            "PlaceQuote",
        ] {
            let told = format!("; POST /__mockorg/jobs simulates the tracker of its job, {job}");
            assert_eq!(UNMODELLED.iter().filter(|(_, name)| name.ends_with(&told)).count(), 1, "{job}");
        }
    }
}
