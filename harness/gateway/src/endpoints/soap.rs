//! Endpoints of SOAP, by WSDL.

use crate::{
    endpoint::{Auth, Endpoint, MethodRow, get, post, row},
    soap,
};

/// The rows.
pub(super) static SOAP: &[Endpoint] = &[
    row(
        "soap-partner",
        "/services/Soap/u/{version}",
        Auth::None,
        CALLS,
        "SOAP with the partner WSDL: records in their generic form.",
    ),
    row(
        "soap-partner-of-org",
        "/services/Soap/u/{version}/{org}",
        Auth::None,
        CALLS,
        "The same under the address of an org.",
    ),
    row(
        "soap-enterprise",
        "/services/Soap/c/{version}",
        Auth::None,
        CALLS,
        "SOAP with the enterprise WSDL: typed records.",
    ),
    row(
        "soap-enterprise-of-org",
        "/services/Soap/c/{version}/{org}",
        Auth::None,
        CALLS,
        "The same under the address of an org.",
    ),
    row(
        "soap-tooling",
        "/services/Soap/T/{version}",
        Auth::None,
        CALLS,
        "SOAP with the Tooling WSDL: queries and records of the Tooling API.",
    ),
    row(
        "soap-tooling-of-org",
        "/services/Soap/T/{version}/{org}",
        Auth::None,
        CALLS,
        "The same under the address of an org.",
    ),
    row(
        "soap-apex",
        "/services/Soap/s/{version}",
        Auth::None,
        REFUSED,
        "SOAP with the Apex WSDL; every call is refused by name.",
    ),
    row(
        "soap-apex-of-org",
        "/services/Soap/s/{version}/{org}",
        Auth::None,
        REFUSED,
        "The same under the address of an org.",
    ),
];

const CALLS: &[MethodRow] =
    &[get(soap::only_post, &[("405", "none")]), post(soap::call, &[("200", "none"), ("500", "none")])];

const REFUSED: &[MethodRow] =
    &[get(soap::only_post, &[("405", "none")]), post(soap::apex, &[("500", "none")])];
