//! Endpoints by which clients log in: OAuth, identities and SOAP.

use super::answers::ERRORS;
use crate::{
    endpoint::{Auth, Endpoint, MethodRow, get, post, row},
    oauth, soap,
};

const OAUTH_ERROR: (&str, &str) = ("default", "oauth-error");

/// The rows.
pub(super) static LOGIN: &[Endpoint] = &[
    row(
        "oauth-token",
        "/services/oauth2/token",
        Auth::Client,
        &[
            get(oauth::token, &[("200", "token"), OAUTH_ERROR]),
            post(oauth::token, &[("200", "token"), OAUTH_ERROR]),
        ],
        "Grants an access token.",
    ),
    row(
        "oauth-userinfo",
        "/services/oauth2/userinfo",
        Auth::Client,
        &[
            get(oauth::userinfo, &[("200", "userinfo"), ("403", "none"), ERRORS]),
            post(oauth::userinfo, &[("200", "userinfo"), ("403", "none"), ERRORS]),
        ],
        "The OpenID claims of the session's user.",
    ),
    row(
        "oauth-introspect",
        "/services/oauth2/introspect",
        Auth::Client,
        &[post(oauth::introspect, &[("200", "introspection"), OAUTH_ERROR])],
        "What a token is worth.",
    ),
    row(
        "oauth-revoke",
        "/services/oauth2/revoke",
        Auth::Client,
        &[
            get(oauth::revoke, &[("200", "none"), OAUTH_ERROR]),
            post(oauth::revoke, &[("200", "none"), OAUTH_ERROR]),
        ],
        "Ends a session by its token.",
    ),
    row(
        "identity",
        "/id/{org}/{user}",
        Auth::Client,
        &[
            get(oauth::identity, &[("200", "identity"), ("403", "none"), ("404", "none"), ERRORS]),
            post(oauth::identity, &[("200", "identity"), ("403", "none"), ("404", "none"), ERRORS]),
        ],
        "Who the session's user is.",
    ),
    row(
        "soap-partner",
        "/services/Soap/u/{version}",
        Auth::None,
        SOAP,
        "SOAP with the partner WSDL: login, logout, getUserInfo.",
    ),
    row(
        "soap-partner-of-org",
        "/services/Soap/u/{version}/{org}",
        Auth::None,
        SOAP,
        "The same under the address that login answers.",
    ),
    row(
        "soap-enterprise",
        "/services/Soap/c/{version}",
        Auth::None,
        SOAP,
        "SOAP with the enterprise WSDL: login, logout, getUserInfo.",
    ),
    row(
        "soap-enterprise-of-org",
        "/services/Soap/c/{version}/{org}",
        Auth::None,
        SOAP,
        "The same under the address that login answers.",
    ),
];

const SOAP: &[MethodRow] =
    &[get(soap::only_post, &[("405", "none")]), post(soap::call, &[("200", "none"), ("500", "none")])];
