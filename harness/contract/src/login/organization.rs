//! What an org says of itself and of the one who asks.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Deserialize;

use super::{error::LoginError, kind::OrgKind, session::Session};
use crate::request::Request;

/// The query that tells what kind of org this is.
const QUERY: &str = "SELECT Id, Name, IsSandbox, OrganizationType, TrialExpirationDate, InstanceName, \
                     NamespacePrefix FROM Organization";

/// An org, as far as a test has to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// What it is; production when it cannot be told.
    pub kind: OrgKind,
    /// The 18-character id.
    pub id: Option<String>,
    /// The name that its owner gave it.
    pub name: Option<String>,
    /// The edition, such as `Enterprise Edition`.
    pub organization_type: Option<String>,
    /// The instance, such as `USA42S`.
    pub instance_name: Option<String>,
    /// The namespace of a packaging org.
    pub namespace_prefix: Option<String>,
    /// Why the kind cannot be told.
    pub doubt: Option<String>,
}

/// The one whose token it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The id of the user.
    pub user_id: Option<String>,
    /// The id of the org.
    pub organization_id: Option<String>,
    /// The username.
    pub username: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Health {
    status: String,
    organization_id: String,
    clock: String,
}

#[derive(Deserialize)]
struct Rows {
    records: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    id: String,
    name: Option<String>,
    is_sandbox: Option<bool>,
    organization_type: Option<String>,
    trial_expiration_date: Option<String>,
    instance_name: Option<String>,
    namespace_prefix: Option<String>,
}

#[derive(Deserialize)]
struct UserInfo {
    user_id: Option<String>,
    organization_id: Option<String>,
    preferred_username: Option<String>,
}

impl Session {
    /// What the org is. One whose record cannot be read counts as production, with the doubt said.
    ///
    /// # Errors
    ///
    /// [`LoginError::Expired`] and [`LoginError::Unreachable`].
    pub async fn organization(&self) -> Result<Organization, LoginError> {
        let health = self.get_anonymously("/__mockorg/health").await?;
        let health = serde_json::from_slice::<Health>(&health.body).ok().filter(|_| health.status == 200);
        let mock = health.filter(|health| health.status == "ok" && !health.clock.is_empty());
        let path = format!("/services/data/v{}/query", self.newest);
        let answer = self.get(&Request::get(path).query("q", QUERY).path).await?;
        if answer.status == 401 && mock.is_none() {
            return Err(self.expired());
        }
        let row = serde_json::from_slice::<Rows>(&answer.body).ok().and_then(|mut rows| rows.records.pop());
        let Some(row) = row else {
            let doubt =
                format!("the query of Organization was answered with status {} and no record", answer.status);
            let kind = if mock.is_some() { OrgKind::Mock } else { OrgKind::Production };
            return Ok(Organization {
                kind,
                id: mock.map(|mock| mock.organization_id),
                name: None,
                organization_type: None,
                instance_name: None,
                namespace_prefix: None,
                doubt: (!matches!(kind, OrgKind::Mock)).then_some(doubt),
            });
        };
        // What claims to be the mock of another org, stands in front of this one.
        let mock = mock.filter(|mock| mock.organization_id.get(..15) == row.id.get(..15));
        let expires =
            row.trial_expiration_date.as_deref().is_some_and(|date| is_to_come(date, SystemTime::now()));
        let edition = row.organization_type.as_deref().unwrap_or_default();
        let kind = match row.is_sandbox {
            _ if mock.is_some() => OrgKind::Mock,
            Some(sandbox) => OrgKind::of_organization(sandbox, edition, expires),
            None => OrgKind::Production,
        };
        let hidden = row.is_sandbox.is_none() && kind == OrgKind::Production;
        Ok(Organization {
            kind,
            id: Some(row.id),
            name: row.name,
            organization_type: row.organization_type,
            instance_name: row.instance_name,
            namespace_prefix: row.namespace_prefix,
            doubt: hidden.then(|| "the org does not show Organization.IsSandbox".to_owned()),
        })
    }

    /// Whose token it is, as far as the org tells: the scopes of a token may forbid it.
    ///
    /// # Errors
    ///
    /// [`LoginError::Unreachable`].
    pub async fn identity(&self) -> Result<Identity, LoginError> {
        let answer = self.get("/services/oauth2/userinfo").await?;
        if let (200, Ok(user)) = (answer.status, serde_json::from_slice::<UserInfo>(&answer.body)) {
            return Ok(Identity {
                user_id: user.user_id,
                organization_id: user.organization_id,
                username: user.preferred_username,
            });
        }
        // …/id/<org>/<user>
        let mut parts = self.identity.as_deref().unwrap_or_default().rsplit('/').map(str::to_owned);
        let (user_id, organization_id) = (parts.next().filter(|id| !id.is_empty()), parts.next());
        Ok(Identity { user_id, organization_id, username: None })
    }
}

/// Whether a date is today or later. A trial that has ended without the org having ended with it became a customer.
fn is_to_come(date: &str, now: SystemTime) -> bool {
    let today = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() / 86_400;
    days(date).is_some_and(|days| days >= today)
}

/// The days from 1970 on to the date that a timestamp begins with; `None` for anything else.
fn days(date: &str) -> Option<u64> {
    let mut parts = date.get(..10)?.split('-').map(str::parse::<u64>);
    let (Some(Ok(year)), Some(Ok(month @ 1..=12)), Some(Ok(day @ 1..=31))) =
        (parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    // Years begin in March here, so that the leap day comes last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let before = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day;
    // So many days lie between the first of March of the year 0 and 1970.
    before.checked_sub(719_469)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_trial_counts_until_its_last_day() {
        assert_eq!(days("1970-01-01"), Some(0));
        assert_eq!(days("2000-03-01T00:00:00.000+0000"), Some(11_017));
        assert_eq!(days("2026-11-22"), Some(20_779));
        let now = UNIX_EPOCH + Duration::from_secs(20_779 * 86_400 + 3_600);
        assert!(is_to_come("2026-11-22T00:00:00.000+0000", now));
        assert!(!is_to_come("2026-11-21T00:00:00.000+0000", now));
        for text in ["", "soon", "2026-13-01", "0000-01-01", "2026-1\u{e9}-01", "9999999999"] {
            assert!(!is_to_come(text, now), "{text}");
        }
    }
}
