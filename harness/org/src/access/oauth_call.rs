//! What users and devices ask of OAuth beside the token endpoint, as data.

use serde::{Deserialize, Serialize};

/// One request of a browser or a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OAuthCall {
    /// A user logs in at the login page.
    LogIn {
        /// The user name.
        username: Box<str>,
        /// The password, with or without security token.
        password: Box<str>,
    },
    /// An app sends its user to be asked for access.
    Authorize {
        /// What the app asks for.
        request: AuthorizationRequest,
        /// The session of the browser, if it has one.
        browser: Option<Box<str>>,
        /// What the user has chosen, once they were asked.
        decision: Option<Decision>,
    },
    /// A device asks for codes.
    StartDevice {
        /// The consumer key of its app.
        client_id: Box<str>,
        /// The scopes, separated by blanks; those of the app without any.
        scope: Option<Box<str>>,
    },
    /// A user connects a device by the code that it shows.
    Connect {
        /// The code.
        user_code: Box<str>,
        /// The session of the browser, if it has one.
        browser: Option<Box<str>>,
        /// What the user has chosen, once they were asked.
        decision: Option<Decision>,
    },
}

/// What a user answers to the question whether an app may act for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// It may.
    Allow,
    /// It may not.
    Deny,
}

/// What an app asks for when it sends its user to the authorization endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// `response_type`: `code`, `token` or `token id_token`.
    pub response_type: Box<str>,
    /// The consumer key.
    pub client_id: Box<str>,
    /// Where the user is sent afterwards.
    pub redirect_uri: Box<str>,
    /// The scopes, separated by blanks; those of the app without any.
    pub scope: Option<Box<str>>,
    /// `code_challenge`: the SHA-256 of the code verifier, in base64url.
    pub challenge: Option<Box<str>>,
    /// `code_challenge_method`; S256 when it is left out.
    pub challenge_method: Option<Box<str>>,
    /// What the id token repeats.
    pub nonce: Option<Box<str>>,
    /// Whether the user is asked even when they have agreed before.
    pub ask_again: bool,
    /// Whether the user must not be asked for anything.
    pub immediate: bool,
}
