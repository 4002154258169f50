//! The token endpoint: the session, the refresh token and the answer of a grant that is accepted.

use std::sync::Arc;

use super::{authorization::contains, codes::ALPHABET, connected_app::ConnectedApp, state::RefreshToken};
use crate::{Grant, OAuthError, OpenId, Org, RecordId, Timestamp, TokenGrant, TokenRequest};

/// A user who proved themselves through a connected app.
pub(super) struct Granted {
    pub(super) app: Arc<ConnectedApp>,
    pub(super) user: RecordId,
    pub(super) scope: Box<str>,
    pub(super) refresh: Refresh,
    /// Whether the answer tells the scopes, which that of the password flow does not.
    pub(super) with_scope: bool,
    /// Whether the answer tells the time of issue, which that of the assertion flow does not.
    pub(super) with_time: bool,
    /// What an id token repeats, for the flows that give one.
    pub(super) openid: Option<Option<Box<str>>>,
}

impl Granted {
    pub(super) const fn new(app: Arc<ConnectedApp>, user: RecordId, scope: Box<str>) -> Self {
        Self { app, user, scope, refresh: Refresh::None, with_scope: true, with_time: true, openid: None }
    }

    /// With all of the app's scopes.
    pub(super) fn in_full(app: Arc<ConnectedApp>, user: RecordId) -> Self {
        let scope = app.scope();
        Self::new(app, user, scope)
    }

    /// With an id token, if the scopes ask for one.
    pub(super) fn with_nonce(self, nonce: Option<Box<str>>) -> Self {
        let openid = contains(&self.scope, "openid").then_some(nonce);
        Self { openid, ..self }
    }

    /// With a refresh token, if the scopes ask for one.
    pub(super) fn with_refresh(self) -> Self {
        let refresh = Refresh::for_scope(&self.scope);
        Self { refresh, ..self }
    }
}

/// What becomes of refresh tokens when an access token is issued.
pub(super) enum Refresh {
    /// There is none.
    None,
    /// The session comes from this one, which stays.
    Keep(Box<str>),
    /// There is a new one.
    Issue,
    /// There is a new one; this one ends with its sessions.
    Rotate(Box<str>),
}

impl Refresh {
    /// A new one, if the scopes ask for it.
    fn for_scope(scope: &str) -> Self {
        let asked = contains(scope, "refresh_token") || contains(scope, "offline_access");
        if asked { Self::Issue } else { Self::None }
    }
}

impl Org {
    /// Answers a token request.
    ///
    /// # Errors
    ///
    /// `unsupported_grant_type`, `invalid_client_id`, `invalid_client`, `invalid_grant` or what the flow has besides,
    /// with the platform's description.
    pub(crate) fn grant_token(
        &mut self,
        now: Timestamp,
        request: TokenRequest,
    ) -> Result<TokenGrant, OAuthError> {
        let TokenRequest { client, grant } = request;
        match grant {
            Grant::AuthorizationCode { code, redirect_uri, verifier } => {
                let granted = self.check_code(now, &client, &code, &redirect_uri, verifier.as_deref())?;
                let token = self.issue(now, granted)?;
                self.access.codes.use_up(&code);
                Ok(token)
            }
            Grant::Device(code) => {
                let app = self.access.app(&client.id)?;
                let (user, scope) = self.access.devices.ask(&code, &app.client_id, now)?;
                let user = self.active(user)?;
                let granted = Granted::new(app, user, scope).with_nonce(None).with_refresh();
                let token = self.issue(now, granted)?;
                self.access.devices.forget(&code);
                Ok(token)
            }
            grant => {
                let granted = self.check_grant(now, &client, grant)?;
                self.issue(now, granted)
            }
        }
    }

    /// Opens the session of a grant.
    ///
    /// # Errors
    ///
    /// `rate_limit_exceeded`.
    pub(super) fn issue(&mut self, now: Timestamp, granted: Granted) -> Result<TokenGrant, OAuthError> {
        let Granted { app, user, scope, refresh, with_scope, with_time, openid } = granted;
        self.count_login(now, user)?;
        if let Refresh::Rotate(old) = &refresh {
            self.access.revoke(old);
        }
        let (refresh_token, answered) = match refresh {
            Refresh::None => (None, None),
            Refresh::Keep(token) => (Some(token), None),
            Refresh::Issue | Refresh::Rotate(_) => {
                let token: Box<str> = format!("5Aep861{}", self.access.tokens.text(ALPHABET, 80)).into();
                let refresh =
                    RefreshToken { client_id: app.client_id.clone(), user, scope: Some(scope.clone()) };
                self.access.refresh_tokens.insert(token.clone(), refresh);
                (Some(token.clone()), Some(token))
            }
        };
        let client = (app.client_id.clone(), scope.clone());
        let access_token = self.open_session(now, user, Some(client), refresh_token);
        self.note_login(now, user);
        Ok(TokenGrant {
            access_token,
            refresh_token: answered,
            scope: with_scope.then_some(scope),
            organization_id: self.organization,
            user_id: user,
            issued_at: with_time.then_some(now),
            signing_key: app.client_secret.clone(),
            openid: openid.map(|nonce| OpenId { audience: app.client_id.clone(), nonce, issued: now }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        AssertionSignature,
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
            signature: AssertionSignature::Unchecked,
        }
    }

    const HOST: &str = "https://login.salesforce.com";

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

    #[test]
    fn rotation_gives_a_new_refresh_token_and_ends_the_old_one_with_its_sessions() {
        let mut test = TestOrg::new();
        let app = (*test.org.access.app("app").unwrap()).clone();
        test.org.access.add_connected_app(ConnectedApp { refresh_token_rotation: true, ..app });
        let first = test.grant(START, "hush", Grant::RefreshToken("again".into())).unwrap();
        let next = first.refresh_token.unwrap();
        assert!(test.authenticate(START, &first.access_token).is_ok());
        let second = test.grant(START, "hush", Grant::RefreshToken(next.clone())).unwrap();
        assert!(test.authenticate(START, &first.access_token).is_err());
        assert!(test.authenticate(START, &second.access_token).is_ok());
        for old in ["again".into(), next] {
            let refused = test.grant(START, "hush", Grant::RefreshToken(old)).unwrap_err();
            assert_eq!(&*refused.description, "expired access/refresh token");
        }
    }

    #[test]
    fn a_session_without_the_scope_of_the_api_is_kept_out_of_it() {
        let mut test = TestOrg::new();
        let app = (*test.org.access.app("app").unwrap()).clone();
        let scopes = vec!["id".into()];
        test.org.access.add_connected_app(ConnectedApp { scopes, session_seconds: Some(60), ..app });
        let token = test.token(START);
        let refused = test.authenticate(START, &token).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "INVALID_SESSION_ID: This session is not valid for use with the REST API"
        );
        let session =
            crate::Session { token: Some(token.clone()), version: crate::ApiVersion::NEWEST, origin: None };
        assert!(test.org.call(START, &session, crate::Call::WhoAmI).is_ok());
        let late = START + std::time::Duration::from_secs(60);
        let ended = test.org.call(late, &session, crate::Call::WhoAmI).unwrap_err();
        assert_eq!(ended, crate::ApiError::invalid_session(), "the app's sessions are short");
    }
}
