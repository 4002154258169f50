//! How somebody proves to an org who they are.

use super::secret::Secret;

/// One way to an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// An access token that is there already.
    Token {
        /// The org's own address.
        instance_url: String,
        /// The access token.
        token: Secret,
    },
    /// The client credentials flow: the app logs in as the user that its settings name.
    Client {
        /// The address of the org; the platform refuses `login.salesforce.com` here.
        login_url: String,
        /// Client id, also called consumer key.
        client_id: String,
        /// Client secret, also called consumer secret.
        client_secret: Secret,
    },
    /// The JWT bearer flow: a signed assertion names the user.
    Jwt {
        /// The login address.
        login_url: String,
        /// Client id, also called consumer key.
        client_id: String,
        /// Who logs in.
        username: String,
        /// The RSA key in PEM whose certificate the app has.
        private_key: Secret,
        /// Whom the assertion is for; `None` tries the login address and the platform's two login hosts.
        audience: Option<String>,
    },
    /// The refresh token flow.
    Refresh {
        /// The login address.
        login_url: String,
        /// Client id of the app that the refresh token was given to.
        client_id: String,
        /// Its secret, where it has one.
        client_secret: Option<Secret>,
        /// The refresh token.
        refresh_token: Secret,
    },
    /// The username-password flow, where an org still permits it.
    Password {
        /// The login address.
        login_url: String,
        /// Client id, also called consumer key.
        client_id: String,
        /// Client secret, also called consumer secret.
        client_secret: Option<Secret>,
        /// Who logs in.
        username: String,
        /// The password, followed by the security token where the org wants one.
        password: Secret,
    },
    /// An access token, and what to do when it has expired.
    Renewable {
        /// The org's own address.
        instance_url: String,
        /// The access token.
        token: Secret,
        /// The way to a new one.
        renewal: Box<Self>,
    },
}

impl Credentials {
    /// The address that is asked first.
    pub fn address(&self) -> &str {
        match self {
            Self::Token { instance_url, .. } | Self::Renewable { instance_url, .. } => instance_url,
            Self::Client { login_url, .. }
            | Self::Jwt { login_url, .. }
            | Self::Refresh { login_url, .. }
            | Self::Password { login_url, .. } => login_url,
        }
    }

    /// A text without any of the secrets in it.
    pub(super) fn hide_in(&self, text: &str) -> String {
        let optional = |secret: &Option<Secret>, text: String| match secret {
            Some(secret) => secret.hide_in(&text),
            None => text,
        };
        match self {
            Self::Token { token, .. } => token.hide_in(text),
            Self::Client { client_secret, .. } => client_secret.hide_in(text),
            Self::Jwt { private_key, .. } => private_key.hide_in(text),
            Self::Refresh { client_secret, refresh_token, .. } => {
                optional(client_secret, refresh_token.hide_in(text))
            }
            Self::Password { client_secret, password, .. } => optional(client_secret, password.hide_in(text)),
            Self::Renewable { token, renewal, .. } => renewal.hide_in(&token.hide_in(text)),
        }
    }
}
