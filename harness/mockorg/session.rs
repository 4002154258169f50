//! Sessions and the credentials that the built-in orgs come with.

use std::fmt;

/// The user name and password of an administrator of the built-in orgs.
///
/// The password may be followed by a security token, as clients of real orgs send one.
pub const ADMIN: Credentials = Credentials { username: "admin@mockorg.example", password: "mockorg" };

/// The user name and password of a user of the built-in orgs who may not create assets.
pub const RESTRICTED: Credentials =
    Credentials { username: "restricted@mockorg.example", password: "mockorg" };

/// The consumer key of the built-in orgs' connected app.
pub const CLIENT_ID: &str = "mockorg";

/// The consumer secret of the built-in orgs' connected app.
pub const CLIENT_SECRET: &str = "mockorg";

/// A refresh token of the administrator for the built-in orgs' connected app.
pub const REFRESH_TOKEN: &str = "mockorg-refresh";

/// What a user logs in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user name.
    pub username: &'static str,
    /// The password.
    pub password: &'static str,
}

/// A session, ready to use: what a login answers.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// The access token, which goes into the `Authorization` header.
    pub access_token: String,
    /// The address of the org: scheme, host and port.
    pub instance_url: String,
}

/// The part of a default token after the `!`: as long as the platform's, and no secret to anybody.
const TOKEN: &str =
    "mockorg.session.mockorg.session.mockorg.session.mockorg.session.mockorg.session.mockorg.session.";

impl Session {
    /// The access token that the administrator of a mock with this org id has from the start, unless another one was
    /// chosen: no secret to anybody. It outlives resets and all movements of the clock.
    ///
    /// # Examples
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    /// # runtime.block_on(async {
    /// let org = mockorg::MockOrg::start().await;
    /// let id = org.records("Organization")[0].id();
    /// assert_eq!(org.session().access_token, mockorg::Session::default_token(&id));
    /// # });
    /// ```
    #[must_use]
    pub fn default_token(organization_id: &str) -> String {
        format!("{}!{TOKEN}", organization_id.get(..15).unwrap_or(organization_id))
    }

    /// The value of the `Authorization` header.
    ///
    /// # Examples
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    /// # runtime.block_on(async {
    /// let org = mockorg::MockOrg::start().await;
    /// assert!(org.session().authorization().starts_with("Bearer 00D"));
    /// # });
    /// ```
    #[must_use]
    pub fn authorization(&self) -> String {
        format!("Bearer {}", self.access_token)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Tests print what they compare; a token of another org would end up in their logs.
        f.debug_struct("Session").field("instance_url", &self.instance_url).finish_non_exhaustive()
    }
}
