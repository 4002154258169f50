//! The harness logs in to an org in every way that it knows, and says what went wrong without a secret.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, path::Path};

use mockorg::{ADMIN, CLIENT_ID, CLIENT_SECRET, Clock, MockOrg, REFRESH_TOKEN};
use mockorg_contract::{
    Target,
    login::{Credentials, LoginError, Logins, OrgKind, Secret, Session},
};
use tokio::runtime;

/// The start of the key, as it would appear if somebody printed it.
const KEY_SHOWN: &str = "BEGIN PRIVATE KEY";

fn org() -> MockOrg {
    // The assertions of the harness hold by the clock of this machine.
    MockOrg::builder().clock(Clock::SYSTEM).start_blocking().unwrap()
}

fn run<T>(future: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn open(credentials: &Credentials) -> Result<Session, LoginError> {
    run(Session::open(credentials, ""))
}

fn key() -> Secret {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/contract/tests/keys/pkcs8.pem");
    Secret::new(fs::read_to_string(path).unwrap())
}

fn token(org: &MockOrg, token: &str) -> Credentials {
    Credentials::Token { instance_url: org.url().to_owned(), token: token.into() }
}

fn client(org: &MockOrg, secret: &str) -> Credentials {
    Credentials::Client {
        login_url: org.url().to_owned(),
        client_id: CLIENT_ID.to_owned(),
        client_secret: secret.into(),
    }
}

fn jwt(org: &MockOrg, username: &str) -> Credentials {
    Credentials::Jwt {
        login_url: org.url().to_owned(),
        client_id: CLIENT_ID.to_owned(),
        username: username.to_owned(),
        private_key: key(),
        audience: None,
    }
}

fn refresh(org: &MockOrg, token: &str) -> Credentials {
    Credentials::Refresh {
        login_url: org.url().to_owned(),
        client_id: CLIENT_ID.to_owned(),
        client_secret: Some(CLIENT_SECRET.into()),
        refresh_token: token.into(),
    }
}

fn password(org: &MockOrg, password: &str) -> Credentials {
    Credentials::Password {
        login_url: org.url().to_owned(),
        client_id: CLIENT_ID.to_owned(),
        client_secret: Some(CLIENT_SECRET.into()),
        username: ADMIN.username.to_owned(),
        password: password.into(),
    }
}

#[test]
fn every_way_leads_to_a_session_that_knows_org_and_user() {
    let org = org();
    let id = org.records("Organization")[0].id();
    let renewable = |token: &str| Credentials::Renewable {
        instance_url: org.url().to_owned(),
        token: token.into(),
        renewal: Box::new(refresh(&org, REFRESH_TOKEN)),
    };
    for credentials in [
        token(&org, &org.session().access_token),
        client(&org, CLIENT_SECRET),
        jwt(&org, ADMIN.username),
        refresh(&org, REFRESH_TOKEN),
        password(&org, ADMIN.password),
        renewable(&org.session().access_token),
        renewable("expired"),
    ] {
        let (organization, identity) = run(async {
            let session = Session::open(&credentials, "").await.unwrap();
            (session.organization().await.unwrap(), session.identity().await.unwrap())
        });
        assert_eq!((organization.kind, organization.id.as_deref()), (OrgKind::Mock, Some(id.as_str())));
        assert_eq!(identity.username.as_deref(), Some(ADMIN.username), "{credentials:?}");
        assert_eq!(identity.organization_id.as_deref(), Some(id.as_str()));
        assert!(identity.user_id.is_some_and(|id| id.starts_with("005")));
    }
}

#[test]
fn a_wrong_secret_is_refused_with_what_to_do_and_never_shown() {
    const WRONG: &str = "wr0ng-s3cret";
    let org = org();
    for (credentials, advice) in [
        (token(&org, WRONG), "has expired"),
        (client(&org, WRONG), "check the client secret"),
        (refresh(&org, WRONG), "log in again"),
        (password(&org, WRONG), "security token"),
        (jwt(&org, "nobody@mockorg.example"), "pre-authorise"),
    ] {
        let error = open(&credentials).unwrap_err();
        let said = format!("{error} {error:?} {credentials:?}");
        assert!(said.contains(advice), "{said}");
        assert!(!said.contains(WRONG) && !said.contains(KEY_SHOWN), "{said}");
    }
}

#[test]
fn sessions_that_a_reset_has_ended_are_opened_again() {
    let (org, other) = (self::org(), self::org());
    let mut logins = Logins::new("");
    logins.add("admin", client(&org, CLIENT_SECRET));
    let mut target = Target::new(org.url()).credential("guest", "t0ken");
    run(logins.renew(&mut target)).unwrap();
    let ended = target.credentials["admin"].clone();
    org.reset();
    assert!(matches!(open(&token(&org, &ended)), Err(LoginError::Expired { .. })));
    run(logins.renew(&mut target)).unwrap();
    assert!(open(&token(&org, &target.credentials["admin"])).is_ok());
    assert_eq!(target.credentials["guest"], "t0ken");
    // One user of another org is refused, and nobody's token is replaced.
    logins.add("restricted", token(&other, &other.session().access_token));
    let before = target.credentials.clone();
    let error = run(logins.renew(&mut target)).unwrap_err();
    assert!(error.to_string().starts_with("'restricted' cannot log in: this login leads to"), "{error}");
    assert_eq!(target.credentials, before);
}

#[test]
fn an_address_without_an_org_is_told_from_an_org_that_refuses() {
    let org = org();
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let credentials = Credentials::Token { instance_url: closed.clone(), token: "t0ken".into() };
    assert!(
        matches!(open(&credentials), Err(LoginError::Unreachable { url, .. }) if url.starts_with(&closed))
    );
    let credentials =
        Credentials::Token { instance_url: format!("{}/nowhere", org.url()), token: "t0ken".into() };
    assert!(matches!(open(&credentials), Err(LoginError::Unexpected { .. })));
}
