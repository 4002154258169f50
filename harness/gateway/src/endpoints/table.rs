//! The table of endpoints. Routing, 404 and 405 answers, the resource list and the contract's coverage
//! all follow from it.

use std::sync::LazyLock;

use super::{
    apex::APEX, bulk::BULK, composite::COMPOSITE, control::CONTROL, events::EVENTS, login::LOGIN,
    metadata::METADATA, presentation::PRESENTATION, records::RECORDS, revenue::REVENUE, soap::SOAP,
};
use crate::endpoint::Endpoint;

/// Every endpoint.
pub(crate) static ENDPOINTS: LazyLock<Vec<&'static Endpoint>> = LazyLock::new(|| {
    [RECORDS, BULK, PRESENTATION, COMPOSITE, EVENTS, REVENUE, APEX, LOGIN, METADATA, SOAP, CONTROL]
        .into_iter()
        .flatten()
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str) -> &'static Endpoint {
        ENDPOINTS.iter().find(|row| row.id == id).unwrap()
    }

    #[test]
    fn allowed_methods_are_listed_as_the_platform_does() {
        assert_eq!(row("sobject").allowed(), "HEAD,GET,POST");
        assert_eq!(row("sobject-row").allowed(), "HEAD,GET,PATCH,DELETE");
        assert_eq!(row("initiate-renewal").allowed(), "POST");
    }

    #[test]
    fn endpoint_ids_are_unique() {
        let mut ids: Vec<_> = ENDPOINTS.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ENDPOINTS.len());
    }
}
