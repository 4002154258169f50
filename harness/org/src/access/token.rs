//! The token endpoint: which grants are accepted, and in which words the others are refused.

use std::sync::Arc;

use super::connected_app::{ConnectedApp, SecretRule};
use crate::{Grant, OAuthError, Org, RecordId, Timestamp, TokenGrant, TokenRequest};

/// For how long an assertion may be valid, in milliseconds.
const ASSERTION_MILLIS: i64 = 5 * 60_000;

/// The refusal of what the client shows.
fn invalid_grant(description: &str) -> OAuthError {
    OAuthError::new("invalid_grant", description)
}

/// A user who proved themselves through a connected app.
struct Granted {
    app: Arc<ConnectedApp>,
    user: RecordId,
    refresh_token: Option<Box<str>>,
    /// Whether the answer tells the scopes, which that of the password flow does not.
    with_scope: bool,
    /// Whether the answer tells the time of issue, which that of the assertion flow does not.
    with_time: bool,
}

impl Org {
    /// Answers a token request.
    ///
    /// # Errors
    ///
    /// `unsupported_grant_type`, `invalid_client_id`, `invalid_client` or `invalid_grant`, with the
    /// platform's description.
    pub(crate) fn grant_token(
        &mut self,
        now: Timestamp,
        request: TokenRequest,
    ) -> Result<TokenGrant, OAuthError> {
        let granted = self.check_grant(now, request)?;
        let scope = granted.app.scope();
        let client = (granted.app.client_id.clone(), scope.clone());
        let access_token = self.open_session(now, granted.user, Some(client), granted.refresh_token);
        self.note_login(now, granted.user);
        Ok(TokenGrant {
            access_token,
            // Refresh tokens come from the authorization code flow and from the org file; a refresh
            // keeps its token, as rotation is off by default.
            refresh_token: None,
            scope: granted.with_scope.then_some(scope),
            organization_id: self.organization,
            user_id: granted.user,
            issued_at: granted.with_time.then_some(now),
            signing_key: granted.app.client_secret.clone(),
        })
    }

    fn check_grant(&self, now: Timestamp, request: TokenRequest) -> Result<Granted, OAuthError> {
        let TokenRequest { client, grant } = request;
        match grant {
            Grant::Unsupported => Err(OAuthError::new("unsupported_grant_type", "grant type not supported")),
            Grant::Password { username, password } => {
                let app = self.access.client(&client, SecretRule::Always)?;
                let user = self
                    .user_named(&username)
                    .filter(|user| self.access.password_fits(user.id(), &password))
                    .ok_or_else(|| invalid_grant("authentication failure"))?;
                let user = self.active(user.id())?;
                Ok(Granted { app, user, refresh_token: None, with_scope: false, with_time: true })
            }
            Grant::RefreshToken(token) => {
                let app = self.access.client(&client, SecretRule::UnlessPublic)?;
                let user = self
                    .access
                    .refresh_tokens
                    .get(&token)
                    .filter(|refresh| refresh.client_id == app.client_id)
                    .map(|refresh| refresh.user)
                    .ok_or_else(|| invalid_grant("expired access/refresh token"))?;
                let user = self.active(user)?;
                Ok(Granted { app, user, refresh_token: Some(token), with_scope: true, with_time: true })
            }
            Grant::ClientCredentials => {
                let app = self.access.client(&client, SecretRule::Always)?;
                let user = app.run_as.ok_or_else(|| invalid_grant("no client credentials user enabled"))?;
                let user = self.active(user)?;
                Ok(Granted { app, user, refresh_token: None, with_scope: true, with_time: true })
            }
            Grant::JwtBearer { issuer, subject, audience, expires } => {
                let app = self.access.app(&issuer)?;
                if !is_audience(&audience) {
                    return Err(invalid_grant("audience is invalid"));
                }
                let left = expires.saturating_mul(1000).saturating_sub(now.millis());
                if left <= 0 || left > ASSERTION_MILLIS {
                    return Err(invalid_grant("invalid assertion"));
                }
                // The platform does not tell apart users who are unknown and who did not consent.
                let user = self
                    .user_named(&subject)
                    .ok_or_else(|| invalid_grant("user hasn't approved this consumer"))?;
                let user = self.active(user.id())?;
                Ok(Granted { app, user, refresh_token: None, with_scope: true, with_time: false })
            }
        }
    }

    /// The user, if they may log in.
    fn active(&self, user: RecordId) -> Result<RecordId, OAuthError> {
        let active = self.store.live(user).is_some_and(|user| user.get("IsActive").is_true());
        if active { Ok(user) } else { Err(invalid_grant("inactive user")) }
    }
}

/// Whether an assertion is addressed to this org. A mock runs under any address, so that every web
/// address passes, the platform's login hosts among them.
fn is_audience(audience: &str) -> bool {
    audience
        .strip_prefix("https://")
        .or_else(|| audience.strip_prefix("http://"))
        .is_some_and(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ClientCredentials, Value,
        access::{
            ConnectedApp,
            test_org::{START, TestOrg},
        },
    };

    fn password(username: &str, password: &str) -> Grant {
        Grant::Password { username: username.into(), password: password.into() }
    }

    fn assertion(subject: &str, audience: &str, seconds: i64) -> Grant {
        Grant::JwtBearer {
            issuer: "app".into(),
            subject: subject.into(),
            audience: audience.into(),
            expires: START.millis() / 1000 + seconds,
        }
    }

    const HOST: &str = "https://login.salesforce.com";

    #[test]
    fn every_refusal_has_the_words_of_the_platform() {
        let user = "user@mockorg.example";
        for (secret, grant, error, description) in [
            ("hush", Grant::Unsupported, "unsupported_grant_type", "grant type not supported"),
            ("loud", password(user, "secret"), "invalid_client", "invalid client credentials"),
            ("", password(user, "secret"), "invalid_client", "invalid client credentials"),
            ("hush", password(user, "wrong"), "invalid_grant", "authentication failure"),
            ("hush", password(user, "secret+"), "invalid_grant", "authentication failure"),
            ("hush", password(user, ""), "invalid_grant", "authentication failure"),
            ("hush", password("nobody@mockorg.example", "secret"), "invalid_grant", "authentication failure"),
            ("hush", Grant::RefreshToken("never".into()), "invalid_grant", "expired access/refresh token"),
            ("loud", Grant::RefreshToken("again".into()), "invalid_client", "invalid client credentials"),
            ("loud", Grant::ClientCredentials, "invalid_client", "invalid client credentials"),
            ("", assertion(user, "login", 60), "invalid_grant", "audience is invalid"),
            ("", assertion(user, HOST, 0), "invalid_grant", "invalid assertion"),
            ("", assertion(user, HOST, 301), "invalid_grant", "invalid assertion"),
            ("", assertion(user, HOST, i64::MIN / 2), "invalid_grant", "invalid assertion"),
            ("", assertion("nobody", HOST, 60), "invalid_grant", "user hasn't approved this consumer"),
        ] {
            let refused = TestOrg::new().grant(START, secret, grant.clone()).unwrap_err();
            assert_eq!((&*refused.error, &*refused.description), (error, description), "{grant:?}");
        }
    }

    #[test]
    fn an_unknown_client_is_refused_before_its_secret_is_looked_at() {
        let mut test = TestOrg::new();
        let client = ClientCredentials { id: "other".into(), secret: Some("hush".into()) };
        let request = TokenRequest { client, grant: Grant::ClientCredentials };
        let refused = test.org.grant_token(START, request).unwrap_err();
        assert_eq!(refused, OAuthError::new("invalid_client_id", "client identifier invalid"));
    }

    #[test]
    fn each_grant_answers_the_members_that_the_platform_gives_it() {
        for (grant, scope, time) in [
            (password("USER@mockorg.example", "secret"), false, true),
            (password("user@mockorg.example", "secretAbc123Abc123Abc123Abc1"), false, true),
            (Grant::RefreshToken("again".into()), true, true),
            (Grant::ClientCredentials, true, true),
            (assertion("user@mockorg.example", HOST, 300), true, false),
            (assertion("user@mockorg.example", "http://127.0.0.1:8080", 60), true, false),
        ] {
            let granted = TestOrg::new().grant(START, "hush", grant.clone()).unwrap();
            assert_eq!(granted.scope.as_deref(), scope.then_some("api refresh_token"), "{grant:?}");
            assert_eq!(granted.issued_at, time.then_some(START), "{grant:?}");
            assert_eq!(granted.refresh_token, None, "{grant:?}");
            assert_eq!(&*granted.signing_key, "hush");
        }
    }

    #[test]
    fn access_tokens_have_the_form_of_the_platform_and_follow_the_seed() {
        let mut test = TestOrg::new();
        let first = test.token(START);
        let (organization, secret) = first.split_once('!').unwrap();
        assert_eq!(organization, test.org.organization_id().as_15());
        assert_eq!(secret.len(), 96);
        assert!(secret.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'.' || c == b'_'), "{secret}");
        assert_ne!(first, test.token(START));
        assert_eq!(first, TestOrg::new().token(START));
    }

    #[test]
    fn inactive_users_get_no_token_by_any_grant() {
        for grant in [
            password("user@mockorg.example", "secret"),
            Grant::RefreshToken("again".into()),
            assertion("user@mockorg.example", HOST, 60),
        ] {
            let mut test = TestOrg::new();
            test.set(test.user, "IsActive", Value::Bool(false));
            assert_eq!(&*test.grant(START, "hush", grant).unwrap_err().description, "inactive user");
        }
    }

    #[test]
    fn client_credentials_run_as_the_user_of_the_app_or_are_refused() {
        let mut test = TestOrg::new();
        let granted = test.grant(START, "hush", Grant::ClientCredentials).unwrap();
        assert_eq!(granted.user_id, test.admin);
        let app = ConnectedApp { run_as: None, ..(*test.org.access.app("app").unwrap()).clone() };
        test.org.access.add_connected_app(app);
        let refused = test.grant(START, "hush", Grant::ClientCredentials).unwrap_err();
        assert_eq!(refused, OAuthError::new("invalid_grant", "no client credentials user enabled"));
    }

    #[test]
    fn a_public_app_refreshes_without_a_secret_and_logs_nobody_in() {
        let mut test = TestOrg::new();
        let app = ConnectedApp { client_secret: "".into(), ..(*test.org.access.app("app").unwrap()).clone() };
        test.org.access.add_connected_app(app);
        assert!(test.grant(START, "", Grant::RefreshToken("again".into())).is_ok());
        let refused = test.grant(START, "", password("user@mockorg.example", "secret")).unwrap_err();
        assert_eq!(&*refused.error, "invalid_client");
    }

    #[test]
    fn a_revoked_refresh_token_ends_the_sessions_that_came_from_it_and_no_others() {
        let mut test = TestOrg::new();
        let other = test.token(START);
        let refreshed = test.grant(START, "hush", Grant::RefreshToken("again".into())).unwrap().access_token;
        assert!(test.authenticate(START, &refreshed).is_ok());
        assert!(test.org.access.revoke("again"));
        assert!(test.authenticate(START, &refreshed).is_err());
        assert!(test.authenticate(START, &other).is_ok());
        let refused = test.grant(START, "hush", Grant::RefreshToken("again".into())).unwrap_err();
        assert_eq!(&*refused.description, "expired access/refresh token");
        assert!(!test.org.access.revoke("again"), "it is unknown by now");
    }
}
