//! The authorization endpoint: an app sends its user, the user logs in and agrees, the app gets a code or a token.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Authorization, AuthorizationRefusal, AuthorizationRequest, ConnectedApp, Consent, Decision, OAuthCall,
    OAuthReply,
    codes::{AuthorizationCode, redirect_mismatch},
    token::Granted,
};
use crate::{OAuthError, Org, RecordId, Timestamp};

/// What users have agreed to: app and user → scopes, separated by blanks.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Approvals(BTreeMap<(Box<str>, RecordId), Box<str>>);

impl Approvals {
    /// Notes that the user lets the app act for them.
    pub(super) fn add(&mut self, client_id: &str, user: RecordId, scope: &str) {
        let known = self.0.entry((client_id.into(), user)).or_default();
        let news: Vec<&str> = scope.split(' ').filter(|name| !contains(known, name)).collect();
        *known = [&**known]
            .into_iter()
            .filter(|text| !text.is_empty())
            .chain(news)
            .collect::<Vec<_>>()
            .join(" ")
            .into();
    }

    /// How many apps act for how many users, one by one.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the user has agreed to anything.
    pub(super) fn has(&self, client_id: &str, user: RecordId) -> bool {
        self.0.contains_key(&(client_id.into(), user))
    }

    /// Whether the user has agreed to all of these scopes.
    fn cover(&self, client_id: &str, user: RecordId, scope: &str) -> bool {
        let known = self.0.get(&(client_id.into(), user));
        known.is_some_and(|known| scope.split(' ').all(|name| contains(known, name)))
    }
}

/// Whether a scope is among those of a text.
pub(super) fn contains(scope: &str, name: &str) -> bool {
    scope.split(' ').any(|own| own == name)
}

/// How a request is answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ResponseType {
    Code,
    Token,
}

impl Org {
    /// Does what a browser or a device asks for.
    pub(crate) fn oauth(&mut self, now: Timestamp, call: OAuthCall) -> OAuthReply {
        match call {
            OAuthCall::LogIn { username, password } => {
                OAuthReply::LoggedIn(self.log_in_browser(now, &username, &password))
            }
            OAuthCall::Authorize { request, browser, decision } => {
                OAuthReply::Authorization(self.authorize(now, &request, browser.as_deref(), decision))
            }
            OAuthCall::StartDevice { client_id, scope } => {
                OAuthReply::Device(self.start_device(now, &client_id, scope.as_deref()))
            }
            OAuthCall::Connect { user_code, browser, decision } => {
                OAuthReply::Connection(self.connect_device(now, &user_code, browser.as_deref(), decision))
            }
        }
    }

    /// Opens the session of a browser. The refusal is the login page's, in one wording for every reason.
    fn log_in_browser(
        &mut self,
        now: Timestamp,
        username: &str,
        password: &str,
    ) -> Result<Box<str>, OAuthError> {
        let user = self
            .user_named(username.trim())
            .filter(|user| user.get("IsActive").is_true() && self.access.password_fits(user.id(), password))
            .map(|user| user.id())
            .ok_or_else(|| {
                OAuthError::new(
                    "invalid_grant",
                    "Please check your username and password. If you still can't log in, contact your Salesforce administrator.",
                )
            })?;
        self.count_login(now, user)?;
        let session = self.open_session(now, user, None, None);
        self.note_login(now, user);
        Ok(session)
    }

    /// The user who is logged in with a browser.
    pub(super) fn user_of_browser(&self, now: Timestamp, browser: Option<&str>) -> Option<RecordId> {
        let session = self.access.sessions.get(browser?, now, self.session_lifetime())?;
        // A token of an app is no login of its user.
        let user = session.client.is_none().then_some(session.user)?;
        self.store.live(user).filter(|user| user.get("IsActive").is_true()).map(|user| user.id())
    }

    fn authorize(
        &mut self,
        now: Timestamp,
        request: &AuthorizationRequest,
        browser: Option<&str>,
        decision: Option<Decision>,
    ) -> Result<Authorization, AuthorizationRefusal> {
        let app = self.access.app(&request.client_id).map_err(tell_user)?;
        if request.redirect_uri.is_empty() {
            return Err(tell_user(OAuthError::new("redirect_uri_missing", "redirect_uri not provided")));
        }
        if !app.callback_urls.contains(&request.redirect_uri) {
            return Err(tell_user(redirect_mismatch()));
        }
        let (response_type, scope) = check(&app, request).map_err(tell_app)?;
        let unsuccessful = || tell_app(OAuthError::new("immediate_unsuccessful", "user action is needed"));
        let Some(user) = self.user_of_browser(now, browser) else {
            return if request.immediate { Err(unsuccessful()) } else { Ok(Authorization::LogIn) };
        };
        let agreed = !request.ask_again
            && (app.preapproved || self.access.approvals.cover(&app.client_id, user, &scope));
        match decision {
            _ if agreed => {}
            _ if request.immediate => return Err(unsuccessful()),
            None => return Ok(Authorization::Consent(self.consent(&app, user, scope))),
            Some(Decision::Deny) => return Err(tell_app(denied())),
            Some(Decision::Allow) => self.access.approvals.add(&app.client_id, user, &scope),
        }
        if response_type == ResponseType::Code {
            let mut code = AuthorizationCode::new(&app.client_id, user, scope, &request.redirect_uri, now);
            code.challenge.clone_from(&request.challenge);
            code.nonce.clone_from(&request.nonce);
            return Ok(Authorization::Code(self.access.codes.issue(&mut self.access.tokens, code)));
        }
        let mut granted = Granted::new(app, user, scope).with_nonce(request.nonce.clone());
        if keeps_secrets(&request.redirect_uri) {
            granted = granted.with_refresh();
        }
        let token = self.issue(now, granted).map_err(tell_app)?;
        Ok(Authorization::Token(Box::new(token)))
    }

    pub(super) fn consent(&self, app: &ConnectedApp, user: RecordId, scope: Box<str>) -> Consent {
        let user = self.store.live(user);
        let username = user.and_then(|user| user.get("Username").as_text().map(Box::from));
        Consent { app: app.name.clone(), username: username.unwrap_or_default(), scope }
    }
}

/// What is asked for: the kind of answer and the scopes.
fn check(
    app: &Arc<ConnectedApp>,
    request: &AuthorizationRequest,
) -> Result<(ResponseType, Box<str>), OAuthError> {
    let response_type = match &*request.response_type {
        "code" => ResponseType::Code,
        "token" | "token id_token" | "id_token token" => ResponseType::Token,
        _ => return Err(OAuthError::new("unsupported_response_type", "response type not supported")),
    };
    let invalid = |what| Err(OAuthError::new("invalid_request", what));
    match (&request.challenge, request.challenge_method.as_deref()) {
        (None, _) if app.pkce_required && response_type == ResponseType::Code => {
            return invalid("missing required code challenge");
        }
        (None, None) => {}
        (None, Some(_)) => return invalid("missing required code challenge"),
        (Some(_), Some(method)) if method != "S256" => return invalid("invalid code challenge method"),
        (Some(challenge), _) if !is_challenge(challenge) => return invalid("invalid code challenge"),
        (Some(_), _) => {}
    }
    Ok((response_type, app.granted_scope(request.scope.as_deref())?))
}

/// Whether a text can be a SHA-256 in base64url.
fn is_challenge(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_')
}

/// Whether the user agent flow gives a refresh token to this address: one that no web server reads.
fn keeps_secrets(redirect_uri: &str) -> bool {
    let web = ["http://", "https://"].iter().any(|scheme| redirect_uri.starts_with(scheme));
    !web || redirect_uri.ends_with("/services/oauth2/success")
}

/// The refusal of an app by its user.
pub(super) fn denied() -> OAuthError {
    OAuthError::new("access_denied", "end-user denied authorization")
}

const fn tell_user(error: OAuthError) -> AuthorizationRefusal {
    AuthorizationRefusal { error, tell_app: false }
}

const fn tell_app(error: OAuthError) -> AuthorizationRefusal {
    AuthorizationRefusal { error, tell_app: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ClientCredentials, Grant, TokenRequest,
        access::test_org::{START, TestOrg},
    };

    const BACK: &str = "http://localhost/back";

    fn request() -> AuthorizationRequest {
        AuthorizationRequest {
            response_type: "code".into(),
            client_id: "app".into(),
            redirect_uri: BACK.into(),
            ..AuthorizationRequest::default()
        }
    }

    /// An org whose app asks its users, and the session of a browser.
    fn asking() -> (TestOrg, Box<str>) {
        let mut test = TestOrg::new();
        let app = (*test.org.access.app("app").unwrap()).clone();
        test.org.access.add_connected_app(ConnectedApp { preapproved: false, ..app });
        let browser = test.org.log_in_browser(START, "user@mockorg.example", "secret").unwrap();
        (test, browser)
    }

    fn ask(
        test: &mut TestOrg,
        request: &AuthorizationRequest,
        browser: &str,
        decision: Option<Decision>,
    ) -> Result<Authorization, AuthorizationRefusal> {
        test.org.authorize(START, request, Some(browser), decision)
    }

    fn exchange(test: &mut TestOrg, code: &str) -> Result<crate::TokenGrant, OAuthError> {
        let grant = Grant::AuthorizationCode { code: code.into(), redirect_uri: BACK.into(), verifier: None };
        let client = ClientCredentials { id: "app".into(), secret: Some("hush".into()) };
        test.org.grant_token(START, TokenRequest { client, grant })
    }

    #[test]
    fn a_user_is_asked_once_and_for_each_new_scope() {
        let (mut test, browser) = asking();
        let narrow = AuthorizationRequest { scope: Some("api".into()), ..request() };
        let Ok(Authorization::Consent(consent)) = ask(&mut test, &narrow, &browser, None) else {
            panic!("not asked")
        };
        assert_eq!((&*consent.app, &*consent.username), ("App", "user@mockorg.example"));
        let denied = ask(&mut test, &narrow, &browser, Some(Decision::Deny)).unwrap_err();
        assert_eq!((&*denied.error.error, denied.tell_app), ("access_denied", true));
        let Ok(Authorization::Code(code)) = ask(&mut test, &narrow, &browser, Some(Decision::Allow)) else {
            panic!("no code")
        };
        let granted = exchange(&mut test, &code).unwrap();
        assert_eq!((granted.scope.as_deref(), granted.refresh_token), (Some("api"), None));
        assert!(matches!(ask(&mut test, &narrow, &browser, None), Ok(Authorization::Code(_))));
        let again = AuthorizationRequest { ask_again: true, ..narrow };
        assert!(matches!(ask(&mut test, &again, &browser, None), Ok(Authorization::Consent(_))));
        let wide = request();
        assert!(matches!(ask(&mut test, &wide, &browser, None), Ok(Authorization::Consent(_))));
        let Ok(Authorization::Code(code)) = ask(&mut test, &wide, &browser, Some(Decision::Allow)) else {
            panic!("no code")
        };
        let granted = exchange(&mut test, &code).unwrap();
        assert!(granted.refresh_token.is_some_and(|token| token.starts_with("5Aep861")));
        assert_eq!(&*exchange(&mut test, &code).unwrap_err().description, "expired authorization code");
    }

    #[test]
    fn a_token_of_an_app_is_no_login_of_its_user() {
        let (mut test, _) = asking();
        let token = test.token(START);
        assert_eq!(ask(&mut test, &request(), &token, None), Ok(Authorization::LogIn));
        let immediate = AuthorizationRequest { immediate: true, ..request() };
        let refused = ask(&mut test, &immediate, "", None).unwrap_err();
        assert_eq!(&*refused.error.error, "immediate_unsuccessful");
    }

    #[test]
    fn an_assertion_is_accepted_once_its_user_has_agreed() {
        let (mut test, _) = asking();
        let browser = test.org.log_in_browser(START, "admin@mockorg.example", "mockorg").unwrap();
        let assertion = || Grant::JwtBearer {
            issuer: "app".into(),
            subject: "admin@mockorg.example".into(),
            audience: "https://login.salesforce.com".into(),
            expires: START.millis() / 1000 + 60,
            signature: crate::AssertionSignature::Unchecked,
        };
        let refused = test.grant(START, "", assertion()).unwrap_err();
        assert_eq!(&*refused.description, "user hasn't approved this consumer");
        ask(&mut test, &request(), &browser, Some(Decision::Allow)).unwrap();
        assert!(test.grant(START, "", assertion()).is_ok());
        let app = (*test.org.access.app("app").unwrap()).clone();
        test.org.access.add_connected_app(ConnectedApp { certificate: Some("PEM".into()), ..app });
        assert_eq!(&*test.grant(START, "", assertion()).unwrap_err().description, "invalid assertion");
    }

    #[test]
    fn nobody_is_sent_to_an_address_that_the_app_does_not_have() {
        let (mut test, browser) = asking();
        for (client_id, redirect_uri, error) in [
            ("app", "http://localhost/back/", "redirect_uri_mismatch"),
            ("app", "http://localhost/BACK", "redirect_uri_mismatch"),
            ("app", "http://localhost/back?x=y", "redirect_uri_mismatch"),
            ("app", "", "redirect_uri_missing"),
            ("other", BACK, "invalid_client_id"),
        ] {
            let request = AuthorizationRequest {
                client_id: client_id.into(),
                redirect_uri: redirect_uri.into(),
                response_type: "nonsense".into(),
                ..AuthorizationRequest::default()
            };
            let refused = ask(&mut test, &request, &browser, Some(Decision::Allow)).unwrap_err();
            assert_eq!((&*refused.error.error, refused.tell_app), (error, false), "{redirect_uri}");
        }
    }

    #[test]
    fn the_user_agent_flow_gives_refresh_tokens_to_apps_only() {
        let (mut test, browser) = asking();
        let app = (*test.org.access.app("app").unwrap()).clone();
        let callback_urls = vec![BACK.into(), "app:/back".into()];
        test.org.access.add_connected_app(ConnectedApp { callback_urls, preapproved: true, ..app });
        for (redirect_uri, refreshes) in [(BACK, false), ("app:/back", true)] {
            let request = AuthorizationRequest {
                response_type: "token".into(),
                redirect_uri: redirect_uri.into(),
                ..request()
            };
            let Ok(Authorization::Token(token)) = ask(&mut test, &request, &browser, None) else {
                panic!("no token")
            };
            assert_eq!(token.refresh_token.is_some(), refreshes, "{redirect_uri}");
            assert!(test.authenticate(START, &token.access_token).is_ok());
        }
    }
}
