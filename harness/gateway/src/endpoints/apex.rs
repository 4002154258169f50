//! What an org is customised with: resources of Apex classes. Stubs stand for them; these rows answer the rest.

use crate::{
    endpoint::{Endpoint, MethodRow, delete, get, patch, post, put, rest},
    stubs::no_class,
};

/// A class answers whatever its author wrote.
const ANYTHING: &[(&str, &str)] =
    &[("200", "none"), ("201", "none"), ("202", "none"), ("204", "none"), ("default", "none")];

const METHODS: &[MethodRow] = &[
    get(no_class, ANYTHING),
    post(no_class, ANYTHING),
    put(no_class, ANYTHING),
    patch(no_class, ANYTHING),
    delete(no_class, ANYTHING),
];

/// The rows.
pub(super) static APEX: &[Endpoint] = &[Endpoint {
    binary: true,
    ..rest(
        "apex-rest",
        "/services/apexrest/{*rest}",
        METHODS,
        "Resources of Apex classes, which stubs stand for; without a stub there is no such class.",
    )
}];
