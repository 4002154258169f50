//! Who somebody is: SOAP login, token introspection, and the user behind a session.

use std::sync::Arc;

use jiff::tz::TimeZoneDatabase;

use super::{connected_app::SecretRule, session::api_disabled};
use crate::{
    ApiError, ClientCredentials, ErrorCode, Introspection, Login, OAuthError, Org, RecordId, RecordView,
    Reply, Timestamp, UserInfo, Value, ValueRef, ctx::Ctx,
};

/// The fields of a user that the identity services show.
const USER_FIELDS: &[&str] = &[
    "Username",
    "Name",
    "FirstName",
    "LastName",
    "Email",
    "ProfileId",
    "UserRoleId",
    "TimeZoneSidKey",
    "LocaleSidKey",
    "LanguageLocaleKey",
    "UserType",
    "Alias",
    "CommunityNickname",
    "Street",
    "City",
    "State",
    "PostalCode",
    "Country",
    "MobilePhone",
    "IsActive",
    "LastModifiedDate",
];

/// When a refresh token ends: in the last second that a date can name, as it lives until it is revoked.
const FAR_FUTURE: Timestamp = Timestamp::from_millis(253_402_300_799_000);

impl Org {
    /// Logs in with user name and password.
    ///
    /// # Errors
    ///
    /// `INVALID_LOGIN` in one wording for every reason, `API_DISABLED_FOR_ORG`.
    pub(crate) fn login(
        &mut self,
        now: Timestamp,
        username: &str,
        password: &str,
    ) -> Result<Reply, ApiError> {
        let user = self
            .user_named(username)
            .filter(|user| user.get("IsActive").is_true() && self.access.password_fits(user.id(), password))
            .map(|user| user.id())
            .ok_or_else(invalid_login)?;
        if !self.access_of(now, user).has("ApiEnabled") {
            return Err(api_disabled());
        }
        self.count_login(now, user).map_err(|refusal| {
            ApiError::exception(ErrorCode::RequestLimitExceeded, refusal.description.as_ref())
        })?;
        let session_id = self.open_session(now, user, None, None);
        self.note_login(now, user);
        Ok(Reply::LoggedIn(Box::new(Login {
            session_id,
            session_seconds_valid: self.settings.session_seconds,
            user: self.user_info(now, user).ok_or_else(invalid_login)?,
        })))
    }

    /// What a token is worth: `None` for unknown and expired tokens and for those of other apps, as an
    /// app may ask about its own only.
    ///
    /// # Errors
    ///
    /// `invalid_client_id` or `invalid_client` when the client does not prove itself.
    pub(crate) fn introspect(
        &self,
        now: Timestamp,
        client: &ClientCredentials,
        token: &str,
    ) -> Result<Option<Introspection>, OAuthError> {
        let app = self.access.client(client, SecretRule::UnlessPublic)?;
        let (user, token_type, expires, (issued, client_id), scope) =
            if let Some(refresh) = self.access.refresh_tokens.get(token) {
                if refresh.client_id != app.client_id && !app.introspect_all {
                    return Ok(None);
                }
                let scope = refresh.scope.clone().unwrap_or_else(|| app.scope());
                let client_id = refresh.client_id.clone();
                (refresh.user, "refresh_token", FAR_FUTURE, (Timestamp::default(), client_id), scope)
            } else {
                let lifetime = self.session_lifetime();
                let Some(session) = self.access.sessions.get(token, now, lifetime) else { return Ok(None) };
                match &session.client {
                    Some((client_id, scope)) if *client_id == app.client_id || app.introspect_all => (
                        session.user,
                        "access_token",
                        session.ends(lifetime),
                        (session.issued, client_id.clone()),
                        scope.clone(),
                    ),
                    _ => return Ok(None),
                }
            };
        let Some(user) = self.store.live(user).filter(|user| user.get("IsActive").is_true()) else {
            return Ok(None);
        };
        Ok(Some(Introspection {
            scope,
            client_id,
            username: user.get("Username").as_text().unwrap_or_default().into(),
            organization_id: self.organization,
            user_id: user.id(),
            token_type: token_type.into(),
            expires,
            issued,
        }))
    }

    /// The session's user.
    ///
    /// # Errors
    ///
    /// `INVALID_SESSION_ID` when the user is gone.
    pub(crate) fn who_am_i(&self, ctx: &Ctx) -> Result<Reply, ApiError> {
        let user = self.user_info(ctx.now, ctx.user).ok_or_else(ApiError::invalid_session)?;
        Ok(Reply::User(Box::new(user)))
    }

    /// The user with this name, in any case.
    pub(super) fn user_named(&self, username: &str) -> Option<RecordView<'_>> {
        let object = self.catalog.find_any("User")?;
        let slot = object.slot("Username")?;
        let case_sensitive = object.at(slot).case_sensitive;
        self.store
            .table(object.index)
            .by_key(slot, &Value::text(username), case_sensitive)
            .find_map(|id| self.store.live(id))
    }

    /// Keeps the time of a login with the user. It is no change of the record: its dates stay.
    pub(super) fn note_login(&mut self, now: Timestamp, user: RecordId) {
        let Some(view) = self.store.live(user) else { return };
        let (object, slot) = (view.object.index, view.object.slot("LastLoginDate"));
        let mut record = view.to_record();
        record.set_opt(slot, Value::DateTime(now.floor_second()));
        self.store.put(object, record);
    }

    fn user_info(&self, now: Timestamp, user: RecordId) -> Option<UserInfo> {
        let user = self.store.live(user)?;
        let organization = self.store.get(self.organization);
        let of_organization = |name| organization.map_or(ValueRef::Null, |record| record.get(name));
        Some(UserInfo {
            organization_id: self.organization,
            organization_name: of_organization("Name").as_text().unwrap_or_default().into(),
            sandbox: of_organization("IsSandbox").is_true(),
            user_id: user.id(),
            utc_offset: utc_offset(now, user.get("TimeZoneSidKey").as_text().unwrap_or("UTC")),
            fields: USER_FIELDS.iter().map(|name| (Arc::from(*name), user.get(name).to_value())).collect(),
            session_seconds_valid: self.settings.session_seconds,
        })
    }
}

fn invalid_login() -> ApiError {
    ApiError::exception(
        ErrorCode::InvalidLogin,
        "Invalid username, password, security token; or user locked out.",
    )
}

/// The offset of a time zone from UTC at `now`, in milliseconds; zero for unknown zones.
fn utc_offset(now: Timestamp, zone: &str) -> i64 {
    let Ok(zone) = TimeZoneDatabase::bundled().get(zone) else { return 0 };
    let Ok(at) = jiff::Timestamp::from_millisecond(now.millis()) else { return 0 };
    i64::from(zone.to_offset(at).seconds()) * 1000
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        Grant,
        access::test_org::{START, TestOrg},
    };

    fn login(test: &mut TestOrg, username: &str, password: &str) -> Result<Login, ApiError> {
        match test.org.login(START, username, password)? {
            Reply::LoggedIn(login) => Ok(*login),
            reply => panic!("{reply:?}"),
        }
    }

    fn client(secret: &str) -> ClientCredentials {
        ClientCredentials { id: "app".into(), secret: Some(secret.into()) }
    }

    #[test]
    fn a_soap_login_opens_a_session_and_notes_its_time() {
        let mut test = TestOrg::new();
        let login = login(&mut test, "User@MockOrg.example", "secretTOKEN1").unwrap();
        assert_eq!(login.session_seconds_valid, 7200);
        assert_eq!(login.user.user_id, test.user);
        assert_eq!(test.authenticate(START, &login.session_id).unwrap().user, test.user);
        assert_eq!(test.org.record(test.user).unwrap().get("LastLoginDate"), Value::DateTime(START));
    }

    #[test]
    fn a_soap_login_tells_nobody_what_was_wrong() {
        let words = "INVALID_LOGIN: Invalid username, password, security token; or user locked out.";
        let mut test = TestOrg::new();
        for (username, password) in [
            ("user@mockorg.example", "wrong"),
            ("nobody@mockorg.example", "secret"),
            ("", ""),
            ("user@mockorg.example", ""),
        ] {
            assert_eq!(login(&mut test, username, password).unwrap_err().to_string(), words);
        }
        test.set(test.user, "IsActive", Value::Bool(false));
        assert_eq!(login(&mut test, "user@mockorg.example", "secret").unwrap_err().to_string(), words);
    }

    #[test]
    fn users_without_the_api_cannot_log_in_by_soap() {
        let mut test = TestOrg::new();
        test.set(test.profile_set, "PermissionsApiEnabled", Value::Bool(false));
        let refused = login(&mut test, "user@mockorg.example", "secret").unwrap_err();
        assert_eq!(refused.code, ErrorCode::ApiDisabledForOrg);
    }

    #[test]
    fn introspection_knows_live_tokens_of_the_asking_app_only() {
        let mut test = TestOrg::new();
        let token = test.grant(START, "hush", Grant::ClientCredentials).unwrap().access_token;
        let found = test.org.introspect(START, &client("hush"), &token).unwrap().unwrap();
        assert_eq!((&*found.username, &*found.scope), ("admin@mockorg.example", "api refresh_token"));
        assert_eq!(found.expires, START + Duration::from_secs(7200));
        let refresh = test.org.introspect(START, &client("hush"), "again").unwrap().unwrap();
        assert_eq!((&*refresh.token_type, refresh.user_id), ("refresh_token", test.user));
        let soap = login(&mut test, "user@mockorg.example", "secret").unwrap().session_id;
        for unknown in [&*soap, "nonsense"] {
            assert_eq!(test.org.introspect(START, &client("hush"), unknown), Ok(None));
        }
        assert_eq!(test.org.introspect(found.expires, &client("hush"), &token), Ok(None));
        let refused = test.org.introspect(START, &client("loud"), &token).unwrap_err();
        assert_eq!(&*refused.error, "invalid_client");
    }

    #[test]
    fn looking_at_a_token_does_not_prolong_its_session() {
        let mut test = TestOrg::new();
        let token = test.grant(START, "hush", Grant::ClientCredentials).unwrap().access_token;
        let later = START + Duration::from_secs(7000);
        let found = test.org.introspect(later, &client("hush"), &token).unwrap().unwrap();
        assert_eq!(found.expires, START + Duration::from_secs(7200));
    }

    #[test]
    fn the_offset_of_a_user_follows_daylight_saving() {
        let mut test = TestOrg::new();
        let ctx = test.ctx();
        let offset = |now| match test.org.who_am_i(&Ctx { now, ..ctx.clone() }).unwrap() {
            Reply::User(user) => user.utc_offset,
            reply => panic!("{reply:?}"),
        };
        assert_eq!(offset(START), -8 * 3_600_000);
        assert_eq!(offset(START + Duration::from_secs(180 * 86_400)), -7 * 3_600_000);
    }
}
