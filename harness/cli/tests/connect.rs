//! How the commands reach an org: flags, environment, files, TLS, and what they refuse.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use mockorg::{ADMIN, CLIENT_ID, CLIENT_SECRET, Clock, MockOrg, REFRESH_TOKEN};
use tokio::runtime;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path_regex};

/// What no output may hold.
const WRONG: &str = "wr0ng-s3cret-value";

/// `mockorg import describe` of one object, the lightest of the commands that reach an org, in an environment of its
/// own.
struct Run {
    command: Command,
}

/// How it ended and everything that it printed.
struct Ended {
    code: Option<i32>,
    text: String,
}

impl Run {
    fn new() -> Self {
        static RUNS: AtomicUsize = AtomicUsize::new(0);
        let out = folder("out").join(RUNS.fetch_add(1, Ordering::Relaxed).to_string());
        if out.exists() {
            fs::remove_dir_all(&out).unwrap();
        }
        Self::of(&["import", "describe", "--objects", "Organization"]).arg("--out", out)
    }

    fn of(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mockorg"));
        command.args(arguments);
        command.env_clear().env("HOME", folder("no-home")).stdin(Stdio::null());
        Self { command }
    }

    fn arg(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(name).arg(value);
        self
    }

    fn flag(mut self, name: &str) -> Self {
        self.command.arg(name);
        self
    }

    fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    fn run(mut self) -> Ended {
        let output = self.command.output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        let ended = Ended { code: output.status.code(), text: String::from_utf8(text).unwrap() };
        for secret in [WRONG, CLIENT_SECRET_OF_TEST, REFRESH_TOKEN] {
            assert!(!ended.text.contains(secret), "{}", ended.text);
        }
        ended
    }

    /// The org answered, which it does for those alone who have logged in.
    fn matches(self) {
        let Ended { code, text } = self.run();
        assert_eq!(code, Some(0), "{text}");
        assert!(text.contains("1 objects with"), "{text}");
    }

    /// Nothing ran, and the words say why.
    fn refused(self, words: &[&str]) {
        let Ended { code, text } = self.run();
        assert_ne!(code, Some(0), "{text}");
        for words in words {
            assert!(text.contains(words), "'{words}' is missing in: {text}");
        }
    }
}

/// A client secret that stands in no other text, unlike that of the mock.
const CLIENT_SECRET_OF_TEST: &str = "cl1ent-s3cret-value";

fn org() -> MockOrg {
    MockOrg::builder().clock(Clock::SYSTEM).start_blocking().unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("connect").join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A file that only its owner can read.
fn file(place: &Path, name: &str, text: &str) -> PathBuf {
    fs::create_dir_all(place).unwrap();
    let path = place.join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

fn key_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../contract/tests/keys/pkcs1.pem")
}

#[test]
fn flags_environment_and_both_together_lead_into_the_org() {
    let org = org();
    let on = || Run::new().arg("--target", org.url());
    on().arg("--token", &org.session().access_token).matches();
    Run::new().env("MOCKORG_TARGET", org.url()).env("MOCKORG_TOKEN", &org.session().access_token).matches();
    on().arg("--client-id", CLIENT_ID).env("MOCKORG_CLIENT_SECRET", CLIENT_SECRET).matches();
    on().arg("--client-id", CLIENT_ID)
        .arg("--username", ADMIN.username)
        .arg("--jwt-key-file", key_file())
        .matches();
    on().arg("--client-id", CLIENT_ID)
        .env("MOCKORG_CLIENT_SECRET", CLIENT_SECRET)
        .env("MOCKORG_REFRESH_TOKEN", REFRESH_TOKEN)
        .matches();
    on().env("MOCKORG_CLIENT_ID", CLIENT_ID)
        .env("MOCKORG_CLIENT_SECRET", CLIENT_SECRET)
        .env("MOCKORG_USERNAME", ADMIN.username)
        .env("MOCKORG_PASSWORD", ADMIN.password)
        .matches();
}

#[test]
fn wrong_and_missing_credentials_are_refused_with_what_to_do() {
    let org = org();
    let on = || Run::new().arg("--target", org.url());
    on().arg("--token", WRONG).refused(&["'admin' cannot log in", "has expired"]);
    on().arg("--client-id", CLIENT_ID).arg("--client-secret", WRONG).refused(&["check the client secret"]);
    on().arg("--client-id", CLIENT_ID).refused(&["MOCKORG_CLIENT_SECRET"]);
    on().arg("--client-secret", WRONG).refused(&["--client-id"]);
    on().arg("--client-id", CLIENT_ID)
        .arg("--username", ADMIN.username)
        .env("MOCKORG_CLIENT_SECRET", CLIENT_SECRET)
        .env("MOCKORG_PASSWORD", WRONG)
        .refused(&["invalid_grant", "security token"]);
    // What begins with a hyphen is no flag, which a message would repeat.
    let hyphen = format!("-{WRONG}");
    on().arg("--client-id", CLIENT_ID).arg("--client-secret", hyphen).refused(&["check the client secret"]);
    Run::new().refused(&["--target", "MOCKORG_TARGET"]);
    Run::new()
        .arg("--target", format!("https://me:{WRONG}@acme.example"))
        .arg("--token", "00D!x")
        .refused(&["acme.example", "leave it out"]);
    Run::new()
        .arg("--target", "http://acme.my.salesforce.com")
        .arg("--token", "00D!x")
        .refused(&["https:// alone"]);
}

#[test]
fn a_file_holds_the_credentials_of_several_users_and_nobody_else_may_read_it() {
    let org = org();
    let place = folder("file");
    let text = format!(
        r#"{{"target":"{}","users":{{"admin":{{"clientId":"{CLIENT_ID}","clientSecret":"{CLIENT_SECRET}"}}}},
            "variables":{{"customObject":"Parcel__c"}}}}"#,
        org.url()
    );
    let path = file(&place, "good.json", &text);
    Run::new().arg("--credentials", &path).matches();
    Run::new().env("MOCKORG_CREDENTIALS", &path).matches();
    for mode in [0o644, 0o640, 0o602] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        Run::new().arg("--credentials", &path).refused(&["chmod 600"]);
    }
    let unknown =
        file(&place, "unknown.json", r#"{"users":{"admin":{"clientSecrt":"cl1ent-s3cret-value"}}}"#);
    Run::new().arg("--credentials", unknown).refused(&["unknown.json:1:", "unknown field `clientSecrt`"]);
    let broken = file(&place, "broken.json", r#"{"users":{"admin":"cl1ent-s3cret-value"}}"#);
    Run::new().arg("--credentials", broken).refused(&["broken.json:1:", "not the JSON"]);
}

#[test]
fn orgs_of_the_salesforce_cli_are_reached_by_alias_username_and_exported_file() {
    // The key, and what it seals, were written by the CLI's own library; the token is the one of this org.
    const KEY: &str = r#"{"account":"local","key":"1edefe083ca5960d2275cdf80e5ee347","service":"sfdx"}"#;
    const SEALED: &str = "88767d27094264cd779ed6a97723a31d2ac62f06a2242f4460bca5e16936da3e8553f0b5813ff8cd:546848ae9fa3fc602551ab07049f0780";
    let org =
        MockOrg::builder().session_token("00D000000000001!dummy.access.token").start_blocking().unwrap();
    let home = folder("home");
    // The key of an earlier run would be found.
    fs::remove_dir_all(&home).unwrap();
    let sfdx = home.join(".sfdx");
    file(&sfdx, "alias.json", r#"{"orgs":{"dev":"dev@acme.example"}}"#);
    let user = format!(
        r#"{{"username":"dev@acme.example","accessToken":"{SEALED}","instanceUrl":"{}"}}"#,
        org.url()
    );
    file(&sfdx, "dev@acme.example.json", &user);
    let on = |target: &str| Run::new().env("HOME", &home).arg("--target", target);
    on("dev").refused(&["keychain", "sf org auth show-sfdx-auth-url", "--sf-org-file"]);
    file(&sfdx, "key.json", KEY);
    on("dev").matches();
    on("dev@acme.example").matches();
    on("prod").refused(&["no org 'prod'", "sf org login web"]);
    on("../dev@acme.example").refused(&["no username"]);
    on("dev").arg("--client-id", CLIENT_ID).refused(&["its own credentials"]);
    // An expired token is renewed with the refresh token.
    let expired = format!(
        r#"{{"accessToken":"expired","refreshToken":"{REFRESH_TOKEN}","clientId":"{CLIENT_ID}",
            "clientSecret":"{CLIENT_SECRET}","instanceUrl":"{}"}}"#,
        org.url()
    );
    file(&sfdx, "old@acme.example.json", &expired);
    on("old@acme.example").matches();
    let auth_url = format!("force://{CLIENT_ID}:{CLIENT_SECRET}:{REFRESH_TOKEN}@{}", org.url());
    let export =
        file(&home, "org.json", &format!(r#"{{"status":0,"result":{{"sfdxAuthUrl":"{auth_url}"}}}}"#));
    Run::new().arg("--sf-org-file", &export).matches();
    Run::new().env("MOCKORG_SF_ORG_FILE", &export).matches();
}

#[test]
fn an_org_behind_tls_is_trusted_by_its_certificate_file_alone() {
    let org = MockOrg::builder().tls().start_blocking().unwrap();
    let url = org.tls_url().unwrap();
    let pem = file(&folder("tls"), "org.pem", org.certificate_pem().unwrap());
    let on = || Run::new().arg("--target", url).arg("--token", &org.session().access_token);
    on().arg("--ca-file", &pem).matches();
    on().env("MOCKORG_CA_FILE", &pem).matches();
    let other = MockOrg::builder().tls().start_blocking().unwrap();
    let other = file(&folder("tls"), "other.pem", other.certificate_pem().unwrap());
    on().arg("--ca-file", &other).refused(&["no answer from https://", "certificate"]);
    on().arg("--ca-file", key_file()).refused(&["PEM"]);
}

/// What is asked after the login is not there on the stub.
const AFTERWARDS: &str = "/sobjects answered 404";

/// An org that answers the two questions of a login, and whose record is as given.
fn stub(organization: &str) -> MockServer {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let server = MockServer::start().await;
        let json = |body: &str| ResponseTemplate::new(200).set_body_raw(body, "application/json");
        for (path, answer) in [
            (
                "^/services/data$",
                json(r#"[{"label":"Spring '26","url":"/services/data/v66.0","version":"66.0"}]"#),
            ),
            ("^/services/data/v66.0/$", json("{}")),
            ("^/services/data/v66.0/query$", json(&format!(r#"{{"records":[{organization}]}}"#))),
        ] {
            Mock::given(path_regex(path)).respond_with(answer).mount(&server).await;
        }
        server
    })
}

#[test]
fn a_production_org_is_refused_unless_told_twice() {
    let server = stub(
        r#"{"Id":"00D000000000001EAA","Name":"Acme","IsSandbox":false,"OrganizationType":"Enterprise Edition",
            "TrialExpirationDate":null}"#,
    );
    let on = || Run::new().arg("--target", server.uri()).arg("--token", "00D!x");
    let words = ["production org: 'Acme', Enterprise Edition", "--production and --yes-this-is-production"];
    on().refused(&words);
    on().flag("--production").refused(&words);
    on().flag("--yes-this-is-production").refused(&words);
    let told = on().flag("--production").flag("--yes-this-is-production").run();
    assert!(told.text.contains(AFTERWARDS), "{}", told.text);
    // Nobody becomes a mock by saying so of another org.
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let claim = r#"{"status":"ok","organizationId":"00D000000000002AAA","clock":"system"}"#;
        let answer = ResponseTemplate::new(200).set_body_raw(claim, "application/json");
        Mock::given(path_regex("^/__mockorg/health$")).respond_with(answer).mount(&server).await;
    });
    on().refused(&words);
}

#[test]
fn sandboxes_scratch_orgs_trials_and_developer_editions_are_let_through_and_doubt_is_not() {
    for (organization, passes) in [
        (r#"{"Id":"00D","IsSandbox":true,"OrganizationType":"Enterprise Edition"}"#, true),
        (r#"{"Id":"00D","IsSandbox":true,"TrialExpirationDate":"2999-12-01T00:00:00.000+0000"}"#, true),
        (r#"{"Id":"00D","IsSandbox":false,"TrialExpirationDate":"2999-12-01T00:00:00.000+0000"}"#, true),
        (r#"{"Id":"00D","IsSandbox":false,"OrganizationType":"Developer Edition"}"#, true),
        // A trial that ended long ago became a customer.
        (r#"{"Id":"00D","IsSandbox":false,"TrialExpirationDate":"2019-12-01T00:00:00.000+0000"}"#, false),
        (r#"{"Id":"00D","IsSandbox":false}"#, false),
        (r#"{"Id":"00D"}"#, false),
        ("", false),
    ] {
        let server = stub(organization);
        let ended = Run::new().arg("--target", server.uri()).arg("--token", "00D!x").run();
        let says = if passes { AFTERWARDS } else { "counts as a production org" };
        assert!(ended.text.contains(says), "{organization}: {}", ended.text);
    }
}

#[test]
fn only_a_mock_is_reached_without_credentials() {
    let org = org();
    let ended = Run::of(&["conform", "--read-only", "--no-reference", "--case", "limits/limits"])
        .arg("--target", org.url())
        .run();
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    // An import has to be somebody.
    Run::new().arg("--target", org.url()).refused(&["wants a login", "MOCKORG_TOKEN"]);
    let server = stub("");
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        server.reset().await;
        let versions = r#"[{"version":"66.0"}]"#;
        let answer = ResponseTemplate::new(200).set_body_raw(versions, "application/json");
        Mock::given(path_regex("^/services/data$")).respond_with(answer).mount(&server).await;
        let refusal = ResponseTemplate::new(401);
        Mock::given(path_regex("query$")).respond_with(refusal).mount(&server).await;
    });
    Run::new().arg("--target", server.uri()).refused(&["wants a login", "MOCKORG_TOKEN"]);
}
