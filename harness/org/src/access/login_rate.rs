//! How often each user may log in.

use std::collections::BTreeMap;

use super::requests::RollingCounter;
use crate::{OAuthError, Org, RecordId, Timestamp};

/// The logins of the last hour, by user.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct LoginRates(BTreeMap<RecordId, RollingCounter<60, 60_000>>);

impl Org {
    /// Counts a login.
    ///
    /// # Errors
    ///
    /// `rate_limit_exceeded` for a user who has logged in too often in the last hour; this one is not counted then.
    pub(super) fn count_login(&mut self, now: Timestamp, user: RecordId) -> Result<(), OAuthError> {
        let most = u64::from(self.settings.logins_per_hour);
        let counter = self.access.logins.0.entry(user).or_default();
        if counter.total_at(now) >= most {
            return Err(OAuthError::new("rate_limit_exceeded", "login rate exceeded"));
        }
        counter.count(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::{
        Grant, Settings,
        access::test_org::{START, TestOrg},
    };

    #[test]
    fn who_logs_in_too_often_is_refused_until_the_hour_is_over() {
        let mut test = TestOrg::with(Settings { logins_per_hour: 2, ..Settings::default() });
        test.token(START);
        test.token(START);
        let password = Grant::Password { username: "user@mockorg.example".into(), password: "secret".into() };
        let refused = test.grant(START, "hush", password).unwrap_err();
        assert_eq!((&*refused.error, &*refused.description), ("rate_limit_exceeded", "login rate exceeded"));
        assert!(
            test.org.login(START, "user@mockorg.example", "secret").is_err(),
            "SOAP counts with the others"
        );
        assert!(test.grant(START, "hush", Grant::ClientCredentials).is_ok(), "another user");
        test.token(START + Duration::from_secs(3600));
    }
}
