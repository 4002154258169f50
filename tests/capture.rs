//! A client's run becomes cases: they hold on another org of the same kind, and tell one that is different.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use mockorg::{ADMIN, CLIENT_ID, CLIENT_SECRET, MockOrg, MockOrgBuilder, RESTRICTED};
use mockorg_contract::{
    Case, CaseFormat, Json, Outcome, Runner, Schemas, Target, Verdict,
    answer::Exchange,
    load::load_case_file,
    scribe::{Summary, captured_file, flows},
};
use serde_json::{Value, json};
use tokio::runtime;

use crate::support::{
    exchange::exchange,
    validated::{Validated, Validating as _, violations},
};

const DATA: &str = "/services/data/v64.0";

fn block_on<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// A client that knows nothing of any of this.
struct Client<'o> {
    org: &'o MockOrg,
    http: reqwest::Client,
}

impl Client<'_> {
    async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let url = if path.starts_with("/services") {
            format!("{}{path}", self.org.url())
        } else {
            format!("{}{DATA}/{path}", self.org.url())
        };
        let mut request = self.http.request(method.parse().unwrap(), url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer =
            request.header("Authorization", self.org.session().authorization()).send().await.unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default()
    }

    /// Accounts and contacts that come and go, a refusal, a renewal, a login: several flows, interleaved.
    async fn work(&self) {
        let one = self.send("POST", "sobjects/Account", Some(json!({"Name": "Captured One {x}"}))).await;
        let two = self.send("POST", "sobjects/Account", Some(json!({"Name": "Captured Two"}))).await;
        let (one, two) = (one["id"].as_str().unwrap().to_owned(), two["id"].as_str().unwrap().to_owned());
        let contact = json!({"LastName": "Person", "AccountId": one});
        self.send("POST", "sobjects/Contact", Some(contact)).await;
        self.send("PATCH", &format!("sobjects/Account/{two}"), Some(json!({"Industry": "Energy"}))).await;
        let soql = format!("query?q=SELECT+Id,Name,Account.Name+FROM+Contact+WHERE+AccountId='{one}'");
        assert_eq!(self.send("GET", &soql, None).await["totalSize"], 1);
        self.send("GET", &format!("sobjects/Account/{two}"), None).await;
        self.send("POST", "sobjects/Account", Some(json!({"Nmae": "Misspelt"}))).await;
        self.send("DELETE", &format!("sobjects/Account/{two}"), None).await;
        self.send("GET", &format!("sobjects/Account/{two}"), None).await;
        let assets = "query?q=SELECT+Id+FROM+Asset+WHERE+Product2.Name='Team+License'+AND+Account.Name='Aurora+Robotics'";
        let asset = self.send("GET", assets, None).await["records"][0]["Id"].clone();
        let renewal = json!({"assetIds": {"assetIdArray": [asset]}});
        let path = "asset-management/assets/collection/actions/initiate-renewal";
        let accepted = self.send("POST", path, Some(renewal)).await;
        let tracker = self.send("GET", accepted["statusURL"].as_str().unwrap(), None).await;
        assert_eq!(tracker["Status"], "Completed");
        let form = [
            ("grant_type", "password"),
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
            ("username", ADMIN.username),
            ("password", ADMIN.password),
        ];
        let body: Vec<String> = form.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let login = self.http.post(format!("{}/services/oauth2/token", self.org.url()));
        let login = login.header("Content-Type", "application/x-www-form-urlencoded").body(body.join("&"));
        assert_eq!(login.send().await.unwrap().status(), 200);
    }
}

fn run_of_a_client() -> (Vec<Exchange>, Json, String) {
    let org = MockOrg::builder().validated();
    let client = Client { org: &org, http: reqwest::Client::builder().no_proxy().build().unwrap() };
    block_on(client.work());
    let exchanges: Vec<Exchange> = org.calls().iter().map(|call| exchange(call)).collect();
    let file = captured_file(&exchanges, org.url());
    (exchanges, file, org.session().access_token.clone())
}

fn schemas() -> Arc<Schemas> {
    Schemas::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")).unwrap()
}

/// The cases as `mockorg conform --cases` reads them, from a file of this name.
fn cases(name: &str, file: &Json) -> Vec<Case> {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, file.to_string()).unwrap();
    let format = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/case.schema.json");
    load_case_file(&path, &CaseFormat::load(&format).unwrap()).unwrap()
}

fn replayed(cases: &[Case], org: MockOrgBuilder) -> Vec<Outcome> {
    let org: Validated = org.validated();
    let restricted = org.login(RESTRICTED.username, RESTRICTED.password).unwrap();
    let target = Target::new(org.url())
        .credential("admin", org.session().access_token.clone())
        .credential("restricted", restricted.access_token)
        .variable("username", ADMIN.username)
        .variable("password", ADMIN.password)
        .variable("clientId", CLIENT_ID)
        .variable("clientSecret", CLIENT_SECRET)
        .with_control();
    let runner = Runner::new(target, schemas()).unwrap();
    block_on(async {
        let newest = runner.client().newest_version().await.unwrap();
        let mut outcomes = Vec::new();
        for case in cases {
            outcomes.extend(runner.run_all(case, newest).await);
        }
        outcomes
    })
}

#[test]
fn what_a_client_did_holds_on_a_fresh_org() {
    let (exchanges, file, token) = run_of_a_client();
    let cases = cases("captured-same.json", &file);
    // The account with its contact, the other account, the refusal, the renewal, the login.
    assert_eq!(flows(&exchanges).len(), 5);
    assert_eq!(cases.len(), 5);
    for outcome in replayed(&cases, MockOrg::builder()) {
        assert_eq!(outcome.verdict, Verdict::Match, "{outcome}\n{file}");
    }
    let text = file.to_string();
    let (_, secret) = token.split_once('!').unwrap();
    for secret in [secret, ADMIN.username, "client_secret\":\"mockorg"] {
        assert!(!text.contains(secret), "{secret} is in the file");
    }
}

#[test]
fn an_org_with_another_rule_is_told() {
    let (_, file, _) = run_of_a_client();
    let cases = cases("captured-other.json", &file);
    let without = ["SubscriptionManagementSalesRep", "RevLifecycleManagementInitiateRenewalApi"]
        .iter()
        .fold(MockOrg::builder(), |org, taken| org.remove_permission_set(ADMIN.username, taken));
    let differs: Vec<_> = replayed(&cases, without).into_iter().filter(Outcome::differs).collect();
    assert_eq!(differs.len(), 1, "only the renewal needs the permission");
    assert!(differs[0].to_string().contains("initiate-renewal"), "{}", differs[0]);
}

#[test]
fn a_summary_names_operations_fields_and_errors() {
    let (exchanges, _, _) = run_of_a_client();
    let summary = Summary::of(&exchanges, &schemas().endpoints).to_string();
    for words in ["4 × POST sobject", "Contact: Account", "LastName", "1 × INVALID_FIELD", "1 × NOT_FOUND"]
    {
        assert!(summary.contains(words), "{words}: {summary}");
    }
}

#[test]
fn an_answer_that_breaks_its_promise_fails_the_test_that_got_it() {
    let org = MockOrg::builder().validated();
    let client = Client { org: &org, http: reqwest::Client::builder().no_proxy().build().unwrap() };
    block_on(client.send("GET", "limits", None));
    let right = [exchange(&org.calls()[0])];
    assert_eq!(violations(&right, 0), "");
    assert!(violations(&right, 1).contains("lost calls"));
    let [mut wrong] = right;
    let text = String::from_utf8(wrong.answer.body).unwrap();
    wrong.answer.body = text.replacen("\"Max\":", "\"Maximum\":", 1).into_bytes();
    let report = violations(&[wrong], 0);
    assert!(report.contains("Max") && report.contains("GET /services/data/v64.0/limits"), "{report}");
}
