//! The table of endpoints. Routing, 404 and 405 answers, the resource list and the contract's coverage
//! all follow from it.

use std::sync::LazyLock;

use super::{control::CONTROL, events::EVENTS, login::LOGIN, records::RECORDS, revenue::REVENUE};
use crate::endpoint::Endpoint;

/// Every endpoint.
pub(crate) static ENDPOINTS: LazyLock<Vec<&'static Endpoint>> =
    LazyLock::new(|| [RECORDS, EVENTS, REVENUE, LOGIN, CONTROL].into_iter().flatten().collect());

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
