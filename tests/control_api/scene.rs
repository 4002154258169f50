//! An org in which every operation of the control surface has something to work on.

use mockorg::{JournalSettings, MockOrg};
use reqwest::Client;
use serde_json::{Value as Json, json};
use tokio::runtime;

use crate::document::Operation;

pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// An org and a client of its control surface.
pub(crate) struct Scene {
    pub(crate) org: MockOrg,
    client: Client,
}

impl Scene {
    pub(crate) async fn set() -> Self {
        let org = MockOrg::builder().journal(JournalSettings::full(100)).start().await.unwrap();
        Self { org, client: Client::new() }
    }

    /// Sends JSON; gives status and answer.
    pub(crate) async fn send(&self, method: &str, path: &str, body: Option<&Json>) -> (u16, Json) {
        match body {
            Some(body) => self.send_text(method, path, &body.to_string()).await,
            None => self.send_text(method, path, "").await,
        }
    }

    /// Sends a body as it is; gives status and answer, which is null when it is no JSON.
    pub(crate) async fn send_text(&self, method: &str, path: &str, body: &str) -> (u16, Json) {
        let request = self.client.request(method.parse().unwrap(), format!("{}{path}", self.org.url()));
        let answer = request.header("Content-Type", "application/json").body(body.to_owned()).send().await;
        let answer = answer.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn made(&self, path: &str, body: Json) -> Json {
        let (status, answer) = self.send("POST", path, Some(&body)).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    /// Makes what the operation works on; gives its path.
    pub(crate) async fn prepare(&self, operation: &Operation, body: Option<&Json>) -> String {
        let path = operation.path.as_str();
        match path {
            "/__mockorg/stubs/{name}" => {
                let stub = json!({"name": "prepared", "request": {"path": "/services/apexrest/prepared"}});
                self.made("/__mockorg/stubs", stub).await;
            }
            "/__mockorg/webhooks/{name}" | "/__mockorg/subscribers" => {
                let name = if path.ends_with('}') { "prepared" } else { "example" };
                let channel = "/data/ChangeEvents";
                let webhook = json!({"name": name, "url": "http://127.0.0.1:9/", "channel": channel});
                self.made("/__mockorg/webhooks", webhook).await;
            }
            "/__mockorg/snapshots/{name}" if operation.method != "put" && operation.method != "post" => {
                self.send("PUT", "/__mockorg/snapshots/prepared", None).await;
            }
            "/__mockorg/snapshots/{name}/restore" => {
                self.send("PUT", "/__mockorg/snapshots/prepared", None).await;
            }
            "/__mockorg/branches/{name}" => {
                // It may be there already.
                self.send("POST", "/__mockorg/branches", Some(&json!({"name": "prepared"}))).await;
            }
            "/__mockorg/branches" if body.is_some_and(|body| body["from"].is_string()) => {
                let from = body.and_then(|body| body["from"].as_str()).unwrap_or_default();
                self.send("PUT", &format!("/__mockorg/snapshots/{from}"), None).await;
            }
            "/__mockorg/faults/{name}" => {
                let plan = json!({"name": "prepared", "use": "row-lock", "scope": {"objects": ["Account"]}});
                self.made("/__mockorg/faults", plan).await;
            }
            "/__mockorg/jobs/{id}" => {
                let job = self.made("/__mockorg/jobs", json!({"jobType": "PlaceQuote", "hold": true})).await;
                let id = job["requestIdentifier"].as_str().unwrap();
                if body.is_some_and(|body| body["status"] != "InProgress") {
                    self.made(&format!("/__mockorg/jobs/{id}"), json!({"status": "InProgress"})).await;
                }
                return path.replace("{id}", id);
            }
            _ => {}
        }
        path.replace("{name}", "prepared")
    }
}
