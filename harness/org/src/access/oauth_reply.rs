//! What browsers and devices are told by OAuth beside the token endpoint, as data.

use serde::{Deserialize, Serialize};

use crate::{OAuthError, TokenGrant};

/// The answer to an [`OAuthCall`](super::OAuthCall).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OAuthReply {
    /// The session of a browser whose user has logged in.
    LoggedIn(Result<Box<str>, OAuthError>),
    /// How the authorization of an app goes on.
    Authorization(Result<Authorization, AuthorizationRefusal>),
    /// The codes of a device.
    Device(Result<DeviceCodes, OAuthError>),
    /// How the connection of a device goes on.
    Connection(Connection),
}

/// How the authorization of an app goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Authorization {
    /// The user must log in first.
    LogIn,
    /// The user must be asked.
    Consent(Consent),
    /// The app gets a code for the token endpoint.
    Code(Box<str>),
    /// The app gets a token at once.
    Token(Box<TokenGrant>),
}

/// What a user is asked to agree to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The name of the app.
    pub app: Box<str>,
    /// The name of the user who is asked.
    pub username: Box<str>,
    /// The scopes, separated by blanks.
    pub scope: Box<str>,
}

/// Why an app is not authorized.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRefusal {
    /// The error.
    pub error: OAuthError,
    /// Whether the app is told. Nobody is sent to an address that the app is not known to have.
    pub tell_app: bool,
}

/// The codes of a device that waits for its user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceCodes {
    /// What the device asks with.
    pub device_code: Box<str>,
    /// What its user enters.
    pub user_code: Box<str>,
    /// How many seconds the device waits between two questions.
    pub interval: u32,
}

/// How the connection of a device goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Connection {
    /// The user must log in first.
    LogIn,
    /// No device shows this code.
    UnknownCode,
    /// The user must be asked.
    Consent(Consent),
    /// The device may act for the user.
    Allowed(Box<str>),
    /// The user does not want it.
    Denied(Box<str>),
}
