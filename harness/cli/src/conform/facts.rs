//! What cases may ask of a mock by name: users, the client, the time at which it stands.

use std::{sync::Arc, time::Duration};

use mockorg::{ADMIN, CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, RESTRICTED, Session};
use mockorg_contract::{
    Client, ClientError, Json, Request, Schemas, Target,
    conform::Reset,
    login::{Credentials, Logins, Session as LoginSession},
};

use crate::output;

/// How long asynchronous operations take, so that cases see each of their states.
pub(crate) const ASYNC_DELAY: Duration = Duration::from_secs(2);

/// The users and the client that each mock has from the start.
pub(crate) const USERS: [(&str, &str); 6] = [
    ("username", ADMIN.username),
    ("password", ADMIN.password),
    ("clientId", CLIENT_ID),
    ("clientSecret", CLIENT_SECRET),
    // Both in base64, as HTTP Basic wants them.
    ("basic", "bW9ja29yZzptb2Nrb3Jn"),
    ("refreshToken", REFRESH_TOKEN),
];

/// What holds at the time at which a mock stands by default. The assertion expires three minutes after it.
pub(crate) const DEFAULT_TIME: [(&str, &str); 4] = [
    (
        "assertion",
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJtb2Nrb3JnIiwic3ViIjoiYWRtaW5AbW9ja29yZy5leGFtcGxlIiwiYXVkIjoiaHR0cHM6Ly9sb2dpbi5zYWxlc2ZvcmNlLmNvbSIsImV4cCI6MTc2ODQ2Nzc4MH0.bm90IHZlcmlmaWVk",
    ),
    ("fixedTime", FIXED_TIME),
    ("windowStart", "2026-01-15T08:00:00%2B00:00"),
    ("windowEnd", "2026-01-15T09:05:00%2B00:00"),
];

const FIXED_TIME: &str = "2026-01-15T09:00:00.000+0000";

/// Objects that cases use when an org has them.
pub(crate) const OWN_OBJECTS: [(&str, &str); 2] =
    [("customObject", "Parcel__c"), ("orderEvent", "Order_Event__e")];

/// An account of the starter org.
const STARTER_ACCOUNT: &str = "Aurora Robotics";

/// A query that is too long for an address.
pub(crate) fn too_long() -> String {
    "x".repeat(16_400)
}

/// Adds values that nobody has given yet.
pub(crate) fn give<'a>(target: &mut Target, facts: impl IntoIterator<Item = (&'a str, &'a str)>) {
    for (name, value) in facts {
        target.variables.entry(name.to_owned()).or_insert_with(|| Json::String(value.to_owned()));
    }
}

/// A mock as it is found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) target: Target,
    /// How it is put back before each case.
    pub(crate) reset: Reset,
    /// Whether its time stands where it does by default.
    pub(crate) default_time: bool,
}

/// Finds out what a mock has. With `fresh`, it is put back to its beginning before: to the time and the length of
/// operations that cases suppose, whatever it was started with.
///
/// # Errors
///
/// What was wrong and what to do.
pub(crate) async fn of_mock(
    target: Target,
    organization: &str,
    logins: Logins,
    schemas: &Arc<Schemas>,
    fresh: bool,
) -> Result<Found, String> {
    let newest = |error: ClientError| error.to_string();
    let mut target = target.with_control();
    let given: Vec<_> = target.variables.keys().cloned().collect();
    give(&mut target, USERS);
    let mut reset = Reset { beginning: beginning(), logins };
    if fresh {
        let client = Client::new(target, Arc::clone(schemas)).map_err(newest)?;
        target = reset.perform(&client).await?;
    }
    if !target.credentials.contains_key("admin") {
        // A session that outlives whatever a case does to the time.
        let lasting = Session::default_token(organization);
        let session =
            Credentials::Token { instance_url: target.base_url.clone(), token: lasting.clone().into() };
        if LoginSession::open(&session, &target.authorities).await.is_ok() {
            target = target.credential("admin", lasting);
        } else if log_in(&mut target, &mut reset.logins, "admin", ADMIN).await {
            output::note(
                "the mock has a token of its own: sessions by password end when a case moves the time by hours; \
                 give the token with MOCKORG_TOKEN",
            );
        } else {
            return Err(format!(
                "the mock has no user {}; give the token of an administrator with --token or MOCKORG_TOKEN",
                ADMIN.username
            ));
        }
    }
    if !log_in(&mut target, &mut reset.logins, "restricted", RESTRICTED).await {
        // Another org than the starter org: what is known of its users does not hold.
        target.variables.retain(|name, _| given.contains(name));
    }
    let client = Client::new(target.clone(), Arc::clone(schemas)).map_err(newest)?;
    let version = client.newest_version().await.map_err(newest)?;
    let accounts =
        format!("/services/data/v{version}/query?q=SELECT+Id+FROM+Account+WHERE+Name='{STARTER_ACCOUNT}'");
    if number(&client, &accounts.replace(' ', "+"), "totalSize").await == Some(1) {
        give(&mut target, [("starterOrg", "starter")]);
    }
    for (name, object) in OWN_OBJECTS {
        let described = client.get(&format!("/services/data/v{version}/sobjects/{object}")).await;
        if described.is_ok_and(|answer| answer.status == 200) {
            give(&mut target, [(name, object)]);
        }
    }
    let clock = client.get("/__mockorg/clock").await.map_err(newest)?.json().unwrap_or(Json::Null);
    let text = |key: &str| clock.get(key).and_then(Json::as_str);
    let default_time = text("kind") != Some("system") && text("now") == Some(FIXED_TIME);
    if default_time {
        give(&mut target, DEFAULT_TIME);
    }
    give(&mut target, [("tooLong", too_long().as_str())]);
    Ok(Found { target, reset, default_time })
}

/// The beginning that cases suppose.
fn beginning() -> Json {
    let seconds = ASYNC_DELAY.as_secs();
    let clock = Json::String(FIXED_TIME.to_owned());
    Json::Object(vec![
        ("clock".to_owned(), clock),
        ("asyncDelay".to_owned(), Json::String(format!("PT{seconds}S"))),
    ])
}

/// Lets a user of the built-in orgs in, unless somebody is there; says whether anybody is.
async fn log_in(target: &mut Target, logins: &mut Logins, user: &str, who: mockorg::Credentials) -> bool {
    let credentials = Credentials::Password {
        login_url: target.base_url.clone(),
        client_id: CLIENT_ID.to_owned(),
        client_secret: Some(CLIENT_SECRET.into()),
        username: who.username.to_owned(),
        password: who.password.into(),
    };
    let Ok(session) = LoginSession::open(&credentials, &target.authorities).await else { return false };
    if !target.credentials.contains_key(user) {
        target.credentials.insert(user.to_owned(), session.token.reveal().to_owned());
        logins.add(user, credentials);
    }
    true
}

async fn number(client: &Client, path: &str, key: &str) -> Option<u64> {
    let answer = client.exchange(&Request::get(path)).await.ok()?.answer;
    answer.json().ok()?.get(key)?.to_string().parse().ok()
}
