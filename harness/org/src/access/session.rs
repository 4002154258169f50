//! Sessions: opened by a login, kept alive by use, ended by the org's clock or a revocation.

use std::{sync::Arc, time::Duration};

use super::{authorization::contains, codes::ALPHABET, state::Access, user_access::UserAccess};
use crate::{ApiError, ErrorCode, Org, RecordId, Session, Timestamp, ctx::Ctx, record::Pages};

/// The sessions of an org, by access token.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Sessions {
    by_token: Pages<Arc<str>, Arc<LiveSession>>,
    /// How many sessions were ever opened.
    opened: u64,
    /// With how many sessions the expired ones are swept out next.
    sweep_at: usize,
}

/// A session.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct LiveSession {
    /// What the org calls the session among its own; given when it is opened.
    pub(super) number: u64,
    pub(super) user: RecordId,
    /// The connected app and its scopes; `None` for SOAP logins.
    pub(super) client: Option<(Box<str>, Box<str>)>,
    /// The refresh token it came from.
    pub(super) refresh_token: Option<Box<str>>,
    pub(super) issued: Timestamp,
    pub(super) last_use: Timestamp,
    /// Whether it outlives disuse.
    pub(super) permanent: bool,
    /// For how long it outlives disuse, where its app says so.
    pub(super) own_lifetime: Option<Duration>,
    /// Whether its scopes let it into the API.
    pub(super) api: bool,
}

impl LiveSession {
    /// When the session ends if it is not used again.
    pub(super) fn ends(&self, lifetime: Duration) -> Timestamp {
        self.last_use + self.own_lifetime.unwrap_or(lifetime)
    }

    fn is_over(&self, now: Timestamp, lifetime: Duration) -> bool {
        !self.permanent && now >= self.ends(lifetime)
    }
}

/// What a session is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entrance {
    /// The API, which asks for a scope of its own.
    Api,
    /// The identity services, which every session may ask.
    Identity,
}

impl Sessions {
    pub(super) fn open(&mut self, token: Box<str>, mut session: LiveSession, lifetime: Duration) {
        let now = session.issued;
        if self.by_token.len() >= self.sweep_at {
            self.by_token.retain(|_, session| !session.is_over(now, lifetime));
            // Doubling keeps the sweeps cheap however many sessions are alive.
            self.sweep_at = (self.by_token.len() * 2).max(256);
        }
        self.opened += 1;
        session.number = self.opened;
        self.by_token.insert(token.into(), Arc::new(session));
    }

    /// Whether the session of this number goes on.
    fn goes_on(&self, number: u64, now: Timestamp, lifetime: Duration) -> bool {
        self.by_token.values().any(|session| session.number == number && !session.is_over(now, lifetime))
    }

    /// The session, unless it is over. This is no use of it.
    pub(super) fn get(&self, token: &str, now: Timestamp, lifetime: Duration) -> Option<&LiveSession> {
        self.by_token.get(token).map(|session| &**session).filter(|session| !session.is_over(now, lifetime))
    }

    /// The session, whose life begins anew.
    fn touch(&mut self, token: &str, now: Timestamp, lifetime: Duration) -> Option<&LiveSession> {
        if self.by_token.get(token)?.is_over(now, lifetime) {
            self.by_token.remove(token);
            return None;
        }
        let session = Arc::make_mut(self.by_token.get_mut(token)?);
        session.last_use = session.last_use.max(now);
        Some(session)
    }

    /// How many sessions that went on at `from` are over by `now`, because nobody used them.
    pub(super) fn ended(&self, from: Timestamp, now: Timestamp, lifetime: Duration) -> usize {
        let over =
            |session: &&Arc<LiveSession>| !session.is_over(from, lifetime) && session.is_over(now, lifetime);
        self.by_token.values().filter(over).count()
    }

    pub(super) fn end(&mut self, token: &str) -> bool {
        self.by_token.remove(token).is_some()
    }

    /// Ends every session that came from a refresh token.
    pub(super) fn end_all_of(&mut self, refresh_token: &str) {
        self.by_token.retain(|_, session| session.refresh_token.as_deref() != Some(refresh_token));
    }
}

impl Access {
    /// How many sessions that went on at `from` are over by `now`, because nobody used them.
    pub(crate) fn sessions_ended(&self, from: Timestamp, now: Timestamp, lifetime: Duration) -> usize {
        self.sessions.ended(from, now, lifetime)
    }

    /// The user of the session that is there from the start, and how many others there are.
    pub(crate) fn first_session(&self) -> (Option<RecordId>, usize) {
        let mut lasting = self.sessions.by_token.values().filter(|session| session.permanent);
        let opened = self.sessions.by_token.values().filter(|session| !session.permanent).count();
        (lasting.next().map(|session| session.user), opened)
    }

    /// Opens a session under a given token that does not expire; only a revocation ends it. (A real
    /// session always expires; a token that is written into a script should not.)
    pub fn keep_session(&mut self, token: &str, user: RecordId) {
        let start = Timestamp::default();
        let session = LiveSession {
            number: 0,
            user,
            client: None,
            refresh_token: None,
            issued: start,
            last_use: start,
            permanent: true,
            own_lifetime: None,
            api: true,
        };
        self.sessions.open(token.into(), session, Duration::MAX);
    }
}

impl Org {
    /// The circumstances of a call in this session. Counts one API request and prolongs the session.
    ///
    /// # Errors
    ///
    /// `INVALID_SESSION_ID` for a missing, unknown or expired token, for one whose scopes do not let it in, and
    /// for inactive users; `API_DISABLED_FOR_ORG` for users without API Enabled, `REQUEST_LIMIT_EXCEEDED`.
    pub(crate) fn authenticate(&mut self, now: Timestamp, session: &Session) -> Result<Ctx, ApiError> {
        self.enter(now, session, Entrance::Api)
    }

    /// As [`Org::authenticate`], by an entrance that may ask for less.
    ///
    /// # Errors
    ///
    /// As for [`Org::authenticate`].
    pub(crate) fn enter(
        &mut self,
        now: Timestamp,
        session: &Session,
        entrance: Entrance,
    ) -> Result<Ctx, ApiError> {
        let token = session.token.as_deref().ok_or_else(ApiError::invalid_session)?;
        let lifetime = self.session_lifetime();
        let live = self.access.sessions.touch(token, now, lifetime).ok_or_else(ApiError::invalid_session)?;
        if entrance == Entrance::Api && !live.api {
            return Err(ApiError::exception(
                ErrorCode::InvalidSessionId,
                "This session is not valid for use with the REST API",
            ));
        }
        let (user, number) = (live.user, live.number);
        if self.access.permissions.stale {
            self.access.permissions.users.clear();
            self.access.permissions.stale = false;
        }
        let access = self.access_of(now, user);
        self.access.permissions.users.insert(user, Arc::clone(&access));
        if !access.is_active() {
            return Err(ApiError::invalid_session());
        }
        if !access.has("ApiEnabled") {
            return Err(api_disabled());
        }
        // A transaction was counted when it began, a request by its first call.
        if !self.in_transaction && !self.counted {
            if self.access.requests.total_at(now) >= self.daily_requests() {
                return Err(ApiError::exception(
                    ErrorCode::RequestLimitExceeded,
                    "TotalRequests Limit exceeded.",
                ));
            }
            self.access.requests.count(now);
        }
        Ok(Ctx { now, version: session.version, user, session: number, access })
    }

    /// What a user may do, from the cache if it holds.
    pub(crate) fn access_of(&self, now: Timestamp, user: RecordId) -> Arc<UserAccess> {
        let cache = &self.access.permissions;
        let cached = cache.users.get(&user).filter(|access| !cache.stale && access.holds_at(now));
        cached.map_or_else(|| Arc::new(UserAccess::resolve(self, now, user)), Arc::clone)
    }

    /// Opens a session and gives its access token. `client` is the app with the scopes that it got.
    pub(super) fn open_session(
        &mut self,
        now: Timestamp,
        user: RecordId,
        client: Option<(Box<str>, Box<str>)>,
        refresh_token: Option<Box<str>>,
    ) -> Box<str> {
        let app = client.as_ref().and_then(|(client_id, _)| self.access.app(client_id).ok());
        let own_lifetime = app.and_then(|app| app.session_seconds).map(|n| Duration::from_secs(n.into()));
        let api = client.as_ref().is_none_or(|(_, scope)| contains(scope, "api") || contains(scope, "full"));
        let secret = self.access.tokens.text(ALPHABET, 96);
        let token: Box<str> = format!("{}!{secret}", self.organization.as_15()).into();
        let session = LiveSession {
            number: 0,
            user,
            client,
            refresh_token,
            issued: now,
            last_use: now,
            permanent: false,
            own_lifetime,
            api,
        };
        let lifetime = self.session_lifetime();
        self.access.sessions.open(token.clone(), session, lifetime);
        token
    }

    /// Whether calls in this session would be let in. Asking is no use of the session: it is not prolonged,
    /// and no API request is counted. For streams that outlast the call that opened them.
    #[must_use]
    pub fn is_signed_in(&self, now: Timestamp, session: &Session) -> bool {
        let token = session.token.as_deref();
        let live = token.and_then(|token| self.access.sessions.get(token, now, self.session_lifetime()));
        live.is_some_and(|live| {
            let access = self.access_of(now, live.user);
            live.api && access.is_active() && access.has("ApiEnabled")
        })
    }

    /// Whose session a token stands for, while it lives. Asking is no use of the session.
    #[must_use]
    pub fn user_of(&self, now: Timestamp, token: &str) -> Option<RecordId> {
        self.access.sessions.get(token, now, self.session_lifetime()).map(|live| live.user)
    }

    /// Whether a session goes on; the org's own work belongs to none.
    pub(crate) fn session_goes_on(&self, now: Timestamp, number: u64) -> bool {
        number == 0 || self.access.sessions.goes_on(number, now, self.session_lifetime())
    }

    /// The user of a session that goes on. This is no use of it.
    pub(crate) fn session_user(&self, now: Timestamp, token: &str) -> Option<RecordId> {
        self.access.sessions.get(token, now, self.session_lifetime()).map(|session| session.user)
    }

    pub(crate) fn session_lifetime(&self) -> Duration {
        Duration::from_secs(u64::from(self.settings.session_seconds))
    }
}

/// The refusal of users who may not use the API.
pub(super) fn api_disabled() -> ApiError {
    ApiError::exception(ErrorCode::ApiDisabledForOrg, "The REST API is not enabled for this Organization.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ApiVersion, Settings, Value,
        access::test_org::{START, TestOrg},
    };

    fn after(seconds: u64) -> Timestamp {
        START + Duration::from_secs(seconds)
    }

    #[test]
    fn a_session_ends_when_it_was_not_used_for_the_set_time() {
        let mut test = TestOrg::with(Settings { session_seconds: 100, ..Settings::default() });
        let token = test.token(START);
        assert!(test.authenticate(after(99), &token).is_ok());
        assert!(test.authenticate(after(198), &token).is_ok(), "each use prolongs it");
        assert_eq!(test.authenticate(after(298), &token).unwrap_err(), ApiError::invalid_session());
        assert!(test.authenticate(after(198), &token).is_err(), "what has ended does not begin again");
    }

    #[test]
    fn missing_unknown_and_revoked_tokens_are_invalid_sessions() {
        let mut test = TestOrg::new();
        let token = test.token(START);
        let session = Session { token: None, version: ApiVersion::NEWEST, origin: None };
        assert_eq!(test.org.authenticate(START, &session).unwrap_err(), ApiError::invalid_session());
        assert_eq!(test.authenticate(START, "00D!x").unwrap_err(), ApiError::invalid_session());
        assert!(test.org.access.revoke(&token));
        assert_eq!(test.authenticate(START, &token).unwrap_err(), ApiError::invalid_session());
    }

    #[test]
    fn who_loses_the_api_or_becomes_inactive_is_refused_in_the_running_session() {
        let mut test = TestOrg::new();
        let token = test.token(START);
        assert!(test.authenticate(START, &token).is_ok());
        test.set(test.profile_set, "PermissionsApiEnabled", Value::Bool(false));
        let refused = test.authenticate(START, &token).unwrap_err();
        assert_eq!(refused.code, ErrorCode::ApiDisabledForOrg);
        assert_eq!(refused.message.as_deref(), Some("The REST API is not enabled for this Organization."));
        test.set(test.user, "IsActive", Value::Bool(false));
        assert_eq!(test.authenticate(START, &token).unwrap_err(), ApiError::invalid_session());
    }

    #[test]
    fn requests_over_the_daily_limit_are_refused_until_the_day_is_over() {
        let mut test = TestOrg::with(Settings {
            daily_api_requests: 2,
            session_seconds: 200_000,
            ..Settings::default()
        });
        let token = test.token(START);
        assert!(test.authenticate(START, &token).is_ok());
        assert!(test.authenticate(START, &token).is_ok());
        let refused = test.authenticate(START, &token).unwrap_err();
        assert_eq!(refused.to_string(), "REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.");
        assert_eq!(test.org.api_usage(), (2, 2), "a refused request does not count");
        assert!(test.authenticate(after(24 * 3600), &token).is_ok());
    }

    #[test]
    fn refused_sessions_use_up_no_requests() {
        let mut test = TestOrg::new();
        assert!(test.authenticate(START, "unknown").is_err());
        assert_eq!(test.org.access.api_requests(), 0);
    }

    #[test]
    fn a_kept_session_does_not_expire_but_can_be_revoked() {
        let mut test = TestOrg::new();
        test.org.access.keep_session("fixed", test.admin);
        assert_eq!(test.authenticate(after(10_000_000), "fixed").unwrap().user, test.admin);
        assert!(test.org.access.revoke("fixed"));
        assert!(test.authenticate(START, "fixed").is_err());
    }

    #[test]
    fn permissions_that_change_inside_a_call_are_seen_by_the_next_one() {
        let mut test = TestOrg::new();
        let token = test.token(START);
        let before = test.authenticate(START, &token).unwrap();
        assert!(
            Arc::ptr_eq(&before.access, &test.authenticate(START, &token).unwrap().access),
            "it is cached"
        );
        test.assign("Setup", &["PermissionsViewSetup"]);
        assert!(test.org.access_of(START, test.user).has("ViewSetup"), "later work sees it at once");
        assert!(test.authenticate(START, &token).unwrap().access.has("ViewSetup"));
    }

    #[test]
    fn expired_sessions_take_up_no_memory() {
        let mut test = TestOrg::with(Settings { session_seconds: 10, ..Settings::default() });
        for second in 0..2000 {
            test.token(after(second));
        }
        assert!(
            test.org.access.sessions.by_token.len() <= 300,
            "{}",
            test.org.access.sessions.by_token.len()
        );
    }
}
