//! What the token endpoint is shown: codes, passwords, tokens, assertions, and whether they are accepted.

use super::{
    connected_app::{ConnectedApp, SecretRule},
    token::{Granted, Refresh},
};
use crate::{AssertionSignature, ClientCredentials, Grant, OAuthError, Org, RecordId, Timestamp};

/// For how long an assertion may be valid, in milliseconds.
const ASSERTION_MILLIS: i64 = 5 * 60_000;

/// From here on an expiry is in milliseconds by mistake, as the Salesforce CLI sends it; the platform takes it.
const EXPIRY_IN_MILLIS: i64 = 100_000_000_000;

/// The refusal of what the client shows.
fn invalid_grant(description: &str) -> OAuthError {
    OAuthError::new("invalid_grant", description)
}

/// The refusal of a grant that there is not.
fn unsupported() -> OAuthError {
    OAuthError::new("unsupported_grant_type", "grant type not supported")
}

impl Org {
    pub(super) fn check_code(
        &self,
        now: Timestamp,
        client: &ClientCredentials,
        code: &str,
        redirect_uri: &str,
        verifier: Option<&str>,
    ) -> Result<Granted, OAuthError> {
        let app = self.access.client(client, SecretRule::UnlessPublic)?;
        let code = self.access.codes.get(code, &app.client_id, now)?;
        code.check(redirect_uri, verifier)?;
        let (user, scope, nonce) = (self.active(code.user)?, code.scope.clone(), code.nonce.clone());
        Ok(Granted::new(app, user, scope).with_nonce(nonce).with_refresh())
    }

    pub(super) fn check_grant(
        &self,
        now: Timestamp,
        client: &ClientCredentials,
        grant: Grant,
    ) -> Result<Granted, OAuthError> {
        match grant {
            Grant::Unsupported | Grant::AuthorizationCode { .. } | Grant::Device(_) => Err(unsupported()),
            Grant::Password { username, password } => {
                let app = self.access.client(client, SecretRule::Always)?;
                let user = self
                    .user_named(&username)
                    .filter(|user| self.access.password_fits(user.id(), &password))
                    .ok_or_else(|| invalid_grant("authentication failure"))?;
                let user = self.active(user.id())?;
                Ok(Granted { with_scope: false, ..Granted::in_full(app, user) })
            }
            Grant::RefreshToken(token) => {
                let app = self.access.client(client, SecretRule::UnlessPublic)?;
                let refresh = self
                    .access
                    .refresh_tokens
                    .get(&token)
                    .filter(|refresh| refresh.client_id == app.client_id)
                    .ok_or_else(|| invalid_grant("expired access/refresh token"))?;
                let user = self.active(refresh.user)?;
                let scope = refresh.scope.clone().unwrap_or_else(|| app.scope());
                let rotates = app.refresh_token_rotation;
                let refresh = if rotates { Refresh::Rotate(token) } else { Refresh::Keep(token) };
                Ok(Granted { refresh, ..Granted::new(app, user, scope) })
            }
            Grant::ClientCredentials => {
                let app = self.access.client(client, SecretRule::Always)?;
                let user = app.run_as.ok_or_else(|| invalid_grant("no client credentials user enabled"))?;
                let user = self.active(user)?;
                Ok(Granted::in_full(app, user))
            }
            Grant::JwtBearer { issuer, subject, audience, expires, signature } => {
                let app = self.access.app(&issuer)?;
                if !is_audience(&audience) {
                    return Err(invalid_grant("audience is invalid"));
                }
                let left = expires.saturating_mul(1000).saturating_sub(now.millis());
                let signed = signature == AssertionSignature::Fits
                    || (signature == AssertionSignature::Unchecked && app.certificate.is_none());
                let too_long = left > ASSERTION_MILLIS && expires < EXPIRY_IN_MILLIS;
                if left <= 0 || too_long || !signed {
                    return Err(invalid_grant("invalid assertion"));
                }
                // The platform does not tell apart users who are unknown and who did not consent.
                let user = self
                    .user_named(&subject)
                    .filter(|user| self.has_approved(&app, user.id()))
                    .ok_or_else(|| invalid_grant("user hasn't approved this consumer"))?;
                let user = self.active(user.id())?;
                Ok(Granted { with_time: false, ..Granted::in_full(app, user) })
            }
            Grant::TokenExchange { token, token_type, scope } => {
                let app = self.access.client(client, SecretRule::UnlessPublic)?;
                if !app.token_exchange {
                    return Err(unsupported());
                }
                if &*token_type != "urn:ietf:params:oauth:token-type:access_token" {
                    return Err(OAuthError::new("invalid_request", "invalid subject token type"));
                }
                let user = self.user_of(now, &token).ok_or_else(|| invalid_grant("invalid subject token"))?;
                let user = self.active(user)?;
                let scope = app.granted_scope(scope.as_deref())?;
                Ok(Granted::new(app, user, scope))
            }
        }
    }

    /// Whether a user lets an app act for them without being asked: by an administrator's word or by their own.
    fn has_approved(&self, app: &ConnectedApp, user: RecordId) -> bool {
        let access = &self.access;
        app.preapproved
            || access.approvals.has(&app.client_id, user)
            || access.refresh_tokens.values().any(|own| own.client_id == app.client_id && own.user == user)
    }

    /// The user, if they may log in.
    pub(super) fn active(&self, user: RecordId) -> Result<RecordId, OAuthError> {
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
        TokenRequest, Value,
        access::test_org::{START, TestOrg},
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
            signature: AssertionSignature::Unchecked,
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
    fn an_app_that_may_exchanges_a_living_token_for_one_of_its_own() {
        let mut test = TestOrg::new();
        let subject = test.token(START);
        let exchange = |token: &str, scope: Option<&str>| Grant::TokenExchange {
            token: token.into(),
            token_type: "urn:ietf:params:oauth:token-type:access_token".into(),
            scope: scope.map(Into::into),
        };
        let refused = test.grant(START, "hush", exchange(&subject, None)).unwrap_err();
        assert_eq!(&*refused.error, "unsupported_grant_type");
        let app = (*test.org.access.app("app").unwrap()).clone();
        test.org.access.add_connected_app(ConnectedApp { token_exchange: true, ..app });
        let granted = test.grant(START, "hush", exchange(&subject, Some("api"))).unwrap();
        assert_eq!((granted.user_id, granted.scope.as_deref()), (test.user, Some("api")));
        assert_eq!(&*test.grant(START, "hush", exchange("00D!x", None)).unwrap_err().error, "invalid_grant");
        let wider = test.grant(START, "hush", exchange(&subject, Some("full"))).unwrap_err();
        assert_eq!(&*wider.error, "invalid_scope");
    }
}
