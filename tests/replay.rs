//! Recordings: what was done to an org, in a file that is run again.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{env, fs, fs::File, io::BufReader, path::PathBuf, process::Command, time::Duration};

use mockorg::{MockOrg, RECORDINGS, RecordingError, ReplayError, replay};
use mockorg_gateway::{
    Entry,
    recording::file::{GroupPlace, Reader, write_header, write_unit},
};
use serde_json::{Value as Json, json};
use tokio::runtime;

const DATA: &str = "/services/data/v62.0";

fn block_on<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// A folder of its own, which goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("mockorg-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A day with a bit of everything: records, errors, queries in pages, a transaction, a job, events, time.
async fn live(org: &MockOrg) {
    let client = reqwest::Client::new();
    let url = |path: &str| format!("{}{DATA}{path}", org.url());
    let token = org.session().authorization();
    let post = async |path: &str, body: Json| -> Json {
        let request = client.post(url(path)).header("Authorization", &token).json(&body);
        request.send().await.unwrap().json().await.unwrap()
    };
    let get = async |path: &str| -> Json {
        let request = client.get(url(path)).header("Authorization", &token);
        request.send().await.unwrap().json().await.unwrap()
    };
    let records: Vec<Json> = (0..200)
        .map(|n| json!({ "attributes": { "type": "Account" }, "Name": format!("Account {n}") }))
        .collect();
    post("/composite/sobjects", json!({ "allOrNone": true, "records": records })).await;
    let bad = json!({ "allOrNone": true, "compositeRequest": [
        { "method": "POST", "url": format!("{DATA}/sobjects/Account"), "referenceId": "a", "body": { "Name": "A" } },
        { "method": "POST", "url": format!("{DATA}/sobjects/Contact"), "referenceId": "b", "body": {} },
    ] });
    post("/composite", bad).await;
    post("/sobjects/Account", json!({ "Nonsense": 1 })).await;
    let page = client
        .get(url("/query?q=SELECT+Id,Name+FROM+Account+ORDER+BY+Name"))
        .header("Authorization", &token)
        .header("Sforce-Query-Options", "batchSize=200");
    let page: Json = page.send().await.unwrap().json().await.unwrap();
    let next = page["nextRecordsUrl"].as_str().unwrap();
    get(next.strip_prefix(DATA).unwrap()).await;
    let renewal = json!({ "assetIds": { "assetIdArray": ["02iMy0000000001IAA"] } });
    post("/asset-management/assets/collection/actions/initiate-renewal", renewal).await;
    org.advance(Duration::from_secs(60)).await;
    get("/limits").await;
    org.login(mockorg::ADMIN.username, mockorg::ADMIN.password).unwrap();
    org.publish("AssetRenewInitiatedEvent", [("RequestIdentifier", "r-1".into())]).unwrap();
}

#[test]
fn a_recording_gives_the_same_answers_when_it_is_run_again() {
    block_on(same_answers());
}

async fn same_answers() {
    let folder = Folder::new("replay-same");
    let (saved, streamed) = (folder.file("saved.jsonl"), folder.file("streamed.jsonl"));
    for (org, file) in [
        (MockOrg::builder().record().async_delay(Duration::from_secs(2)).start().await.unwrap(), None),
        (
            MockOrg::builder().record_to(&streamed).clock(mockorg::Clock::SYSTEM).start().await.unwrap(),
            Some(&streamed),
        ),
    ] {
        live(&org).await;
        org.reset();
        live(&org).await;
        if file.is_none() {
            org.save_recording(&saved).unwrap();
        }
        drop(org);
        let again = replay(file.unwrap_or(&saved)).unwrap();
        assert_eq!((again.difference.as_ref(), again.torn.as_ref()), (None, None));
        assert!(again.compared >= 20, "{again:?}");
    }
}

/// The recording with the words of one answer changed.
fn lie(entry: Entry) -> Entry {
    let json = serde_json::to_string(&entry).unwrap();
    if !json.contains("\"Retrieve\"") {
        return entry;
    }
    serde_json::from_str(&json.replace("Account 150", "Account 051")).unwrap()
}

#[test]
fn the_first_answer_that_differs_is_shown_with_its_place() {
    block_on(first_difference());
}

async fn first_difference() {
    let folder = Folder::new("replay-other");
    let (good, bad) = (folder.file("good.jsonl"), folder.file("bad.jsonl"));
    let org = MockOrg::builder().record().start().await.unwrap();
    let id = org.records("Account")[0].id();
    let url = format!("{}{DATA}/sobjects/Account/{id}", org.url());
    let client = reqwest::Client::new();
    let token = org.session().authorization();
    client
        .patch(&url)
        .header("Authorization", &token)
        .json(&json!({ "Name": "Account 150" }))
        .send()
        .await
        .unwrap();
    client.get(&url).header("Authorization", &token).send().await.unwrap();
    org.save_recording(&good).unwrap();
    let text = fs::read_to_string(&good).unwrap();
    let line = text.lines().position(|line| line.contains("\"Retrieve\"")).unwrap() + 1;
    let mut reader = Reader::open(BufReader::new(File::open(&good).unwrap())).unwrap();
    let mut other = Vec::new();
    write_header(&mut other, &reader.header().clone()).unwrap();
    while let Some(unit) = reader.next_unit().unwrap() {
        write_unit(&mut other, &unit.into_iter().map(lie).collect::<Vec<_>>(), GroupPlace::First).unwrap();
    }
    fs::write(&bad, other).unwrap();
    let difference = replay(&bad).unwrap().difference.unwrap();
    assert_eq!(difference.line, line as u64);
    assert_eq!(difference.recorded.as_deref(), Some("\"Account 051\""));
    assert_eq!(difference.now.as_deref(), Some("\"Account 150\""));
    assert!(difference.operation.contains("Retrieve"), "{difference}");
}

#[test]
fn what_is_no_recording_is_refused_by_name() {
    let folder = Folder::new("replay-none");
    let file = folder.file("readme.txt");
    fs::write(&file, "not a recording\n").unwrap();
    assert!(matches!(replay(&file), Err(ReplayError::Format { .. })));
    assert!(matches!(replay(folder.file("absent")), Err(ReplayError::Read { .. })));
    let org = MockOrg::start_blocking();
    if env::var_os(RECORDINGS).is_none() {
        assert!(matches!(org.save_recording(&file), Err(RecordingError::Off)));
    }
}

/// Fails when it is asked to, as a test of a user would.
#[test]
fn a_test_that_fails_on_purpose() {
    if env::var_os("MOCKORG_TEST_FAILS").is_none() {
        return;
    }
    let org = MockOrg::start_blocking();
    org.login(mockorg::ADMIN.username, mockorg::ADMIN.password).unwrap();
    assert_eq!(org.records("Account").len(), 0, "the starter org has accounts");
}

#[test]
fn a_test_that_fails_leaves_its_recording() {
    let folder = Folder::new("replay-left");
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "a_test_that_fails_on_purpose"])
        .env(RECORDINGS, folder.file("left"))
        .env("MOCKORG_TEST_FAILS", "1")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let left: Vec<_> =
        fs::read_dir(folder.file("left")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [file] = &left[..] else { panic!("{left:?}") };
    assert!(file.to_string_lossy().contains("a_test_that_fails_on_purpose"), "{file:?}");
    let told =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(told.contains(&format!("mockorg replay {}", file.display())), "{told}");
    let again = replay(file).unwrap();
    assert_eq!(again.difference, None);
    assert_eq!(again.compared, 1);
}
