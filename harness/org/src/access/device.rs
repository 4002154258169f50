//! The device flow: a device shows a code, its user enters it in a browser, the device asks until it has a token.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{ConnectedApp, Connection, Decision, DeviceCodes, authorization::denied, codes::ALPHABET};
use crate::{OAuthError, Org, RecordId, Timestamp};

/// How long a device may wait for its user.
const LIFETIME: Duration = Duration::from_secs(600);

/// How long a device waits between two questions.
const INTERVAL: Duration = Duration::from_secs(5);

/// A device that waits.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct Waiting {
    client_id: Box<str>,
    scope: Box<str>,
    user_code: Box<str>,
    started: Timestamp,
    asked: Option<Timestamp>,
    decision: Option<(RecordId, Decision)>,
}

/// The devices that wait, by their device codes.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Devices(BTreeMap<Box<str>, Waiting>);

impl Devices {
    /// How many devices there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    fn by_user_code(&mut self, user_code: &str, now: Timestamp) -> Option<&mut Waiting> {
        let entered: String =
            user_code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
        let open = |waiting: &&mut Waiting| waiting.decision.is_none() && now < waiting.started + LIFETIME;
        self.0.values_mut().filter(open).find(|waiting| *waiting.user_code == *entered)
    }

    /// What a device gets: its user and scopes, once the user has agreed.
    ///
    /// # Errors
    ///
    /// `authorization_pending`, `slow_down`, `access_denied`; `invalid_grant` for unknown codes and old ones.
    pub(super) fn ask(
        &mut self,
        device_code: &str,
        client_id: &str,
        now: Timestamp,
    ) -> Result<(RecordId, Box<str>), OAuthError> {
        let waiting = self
            .0
            .get_mut(device_code)
            .filter(|waiting| *waiting.client_id == *client_id && now < waiting.started + LIFETIME)
            .ok_or_else(|| OAuthError::new("invalid_grant", "expired device code"))?;
        match waiting.decision {
            Some((user, Decision::Allow)) => Ok((user, waiting.scope.clone())),
            Some((_, Decision::Deny)) => {
                self.0.remove(device_code);
                Err(denied())
            }
            None => {
                let soon = waiting.asked.replace(now).is_some_and(|before| now < before + INTERVAL);
                Err(if soon {
                    OAuthError::new("slow_down", "polling too frequently")
                } else {
                    OAuthError::new("authorization_pending", "waiting for the user to authorize the device")
                })
            }
        }
    }

    /// Forgets a device that has its token.
    pub(super) fn forget(&mut self, device_code: &str) {
        self.0.remove(device_code);
    }
}

impl Org {
    pub(super) fn start_device(
        &mut self,
        now: Timestamp,
        client_id: &str,
        scope: Option<&str>,
    ) -> Result<DeviceCodes, OAuthError> {
        // No letters that make words, and none that look like digits.
        const READABLE: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ23456789";
        let app = self.access.app(client_id)?;
        let scope = app.granted_scope(scope)?;
        let devices = &mut self.access.devices;
        devices.0.retain(|_, waiting| now < waiting.started + LIFETIME);
        let device_code: Box<str> = self.access.tokens.text(ALPHABET, 128).into();
        let user_code: Box<str> = self.access.tokens.text(READABLE, 8).into();
        let waiting = Waiting {
            client_id: app.client_id.clone(),
            scope,
            user_code: user_code.clone(),
            started: now,
            asked: None,
            decision: None,
        };
        self.access.devices.0.insert(device_code.clone(), waiting);
        let interval = u32::try_from(INTERVAL.as_secs()).unwrap_or(u32::MAX);
        Ok(DeviceCodes { device_code, user_code, interval })
    }

    pub(super) fn connect_device(
        &mut self,
        now: Timestamp,
        user_code: &str,
        browser: Option<&str>,
        decision: Option<Decision>,
    ) -> Connection {
        let Some(user) = self.user_of_browser(now, browser) else { return Connection::LogIn };
        let found = self.access.devices.by_user_code(user_code, now);
        let Some((client_id, scope)) =
            found.map(|waiting| (waiting.client_id.clone(), waiting.scope.clone()))
        else {
            return Connection::UnknownCode;
        };
        let Ok(app): Result<Arc<ConnectedApp>, _> = self.access.app(&client_id) else {
            return Connection::UnknownCode;
        };
        let Some(decision) = decision else {
            return Connection::Consent(self.consent(&app, user, scope));
        };
        if let Some(waiting) = self.access.devices.by_user_code(user_code, now) {
            waiting.decision = Some((user, decision));
        }
        match decision {
            Decision::Allow => {
                self.access.approvals.add(&client_id, user, &scope);
                Connection::Allowed(app.name.clone())
            }
            Decision::Deny => Connection::Denied(app.name.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Grant,
        access::{
            OAuthCall, OAuthReply,
            test_org::{START, TestOrg},
        },
    };

    fn poll(test: &mut TestOrg, codes: &DeviceCodes, seconds: u64) -> Result<crate::TokenGrant, Box<str>> {
        let now = START + Duration::from_secs(seconds);
        test.grant(now, "hush", Grant::Device(codes.device_code.clone())).map_err(|refused| refused.error)
    }

    fn start(test: &mut TestOrg) -> (DeviceCodes, Box<str>) {
        let codes = test.org.start_device(START, "app", Some("api")).unwrap();
        let log_in = OAuthCall::LogIn { username: "user@mockorg.example".into(), password: "secret".into() };
        let OAuthReply::LoggedIn(Ok(browser)) = test.org.oauth(START, log_in) else { panic!("no login") };
        (codes, browser)
    }

    #[test]
    fn a_device_gets_its_token_when_its_user_has_agreed_and_only_once() {
        let mut test = TestOrg::new();
        let (codes, browser) = start(&mut test);
        assert_eq!(poll(&mut test, &codes, 0), Err("authorization_pending".into()));
        assert_eq!(poll(&mut test, &codes, 4), Err("slow_down".into()));
        assert_eq!(poll(&mut test, &codes, 9), Err("authorization_pending".into()));
        let typed = codes.user_code.to_lowercase();
        let typed = format!(" {}-{}", &typed[..4], &typed[4..]);
        let connect = |test: &mut TestOrg, browser: Option<&str>, decision| {
            test.org.connect_device(START, &typed, browser, decision)
        };
        assert_eq!(connect(&mut test, None, Some(Decision::Allow)), Connection::LogIn);
        assert!(matches!(connect(&mut test, Some(&browser), None), Connection::Consent(_)));
        let allowed = connect(&mut test, Some(&browser), Some(Decision::Allow));
        assert_eq!(allowed, Connection::Allowed("App".into()));
        assert_eq!(connect(&mut test, Some(&browser), Some(Decision::Deny)), Connection::UnknownCode);
        let token = poll(&mut test, &codes, 9).unwrap();
        assert_eq!((token.user_id, token.scope.as_deref()), (test.user, Some("api")));
        assert_eq!(poll(&mut test, &codes, 20), Err("invalid_grant".into()));
    }

    #[test]
    fn a_device_whose_user_does_not_want_it_is_told_so() {
        let mut test = TestOrg::new();
        let (codes, browser) = start(&mut test);
        let denied = test.org.connect_device(START, &codes.user_code, Some(&browser), Some(Decision::Deny));
        assert_eq!(denied, Connection::Denied("App".into()));
        assert_eq!(poll(&mut test, &codes, 0), Err("access_denied".into()));
    }

    #[test]
    fn a_device_that_waited_for_too_long_starts_again() {
        let mut test = TestOrg::new();
        let (codes, browser) = start(&mut test);
        assert_eq!(poll(&mut test, &codes, 600), Err("invalid_grant".into()));
        let later = START + LIFETIME;
        let late = test.org.connect_device(later, &codes.user_code, Some(&browser), Some(Decision::Allow));
        assert_eq!(late, Connection::UnknownCode);
        test.org.start_device(later, "app", None).unwrap();
        assert_eq!(test.org.access.devices.0.len(), 1, "the old one is forgotten");
    }
}
