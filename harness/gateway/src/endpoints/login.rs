//! Endpoints by which clients log in: OAuth and identities.

use super::answers::ERRORS;
use crate::{
    endpoint::{Auth, Endpoint, get, post, row},
    oauth,
};

const PAGE: &[(&str, &str)] = &[("200", "none"), ("302", "none"), ("400", "none"), ("501", "none")];

const OAUTH_ERROR: (&str, &str) = ("default", "oauth-error");

/// Clients may ask for other forms than JSON.
const TOKEN: &[(&str, &str)] =
    &[("200", "token"), ("200", "device-codes"), ("200", "blob"), OAUTH_ERROR, ("default", "blob")];

/// The rows.
pub(super) static LOGIN: &[Endpoint] = &[
    row(
        "oauth-token",
        "/services/oauth2/token",
        Auth::Client,
        &[get(oauth::token, TOKEN), post(oauth::token, TOKEN)],
        "Grants an access token, or the codes of a device.",
    ),
    row(
        "oauth-authorize",
        "/services/oauth2/authorize",
        Auth::Client,
        &[get(oauth::authorize, PAGE), post(oauth::authorize, PAGE)],
        "Asks a user whether an app may act for them, and sends them back to it.",
    ),
    row(
        "login-page",
        "/login",
        Auth::Client,
        &[get(oauth::login, &[("200", "none")]), post(oauth::login, &[("200", "none"), ("302", "none")])],
        "Where a user logs in with a browser.",
    ),
    row(
        "device-page",
        "/setup/connect",
        Auth::Client,
        &[
            get(oauth::connect, &[("200", "none"), ("302", "none")]),
            post(oauth::connect, &[("200", "none"), ("302", "none")]),
        ],
        "Where a user enters the code that a device shows.",
    ),
    row(
        "openid-discovery",
        "/.well-known/openid-configuration",
        Auth::Client,
        &[get(oauth::discovery, &[("200", "openid-configuration"), ERRORS])],
        "What a client of OpenID Connect has to know.",
    ),
    row(
        "openid-keys",
        "/id/keys",
        Auth::Client,
        &[get(oauth::keys, &[("200", "openid-keys"), ERRORS])],
        "The key with which id tokens are signed.",
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
];
