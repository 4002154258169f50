//! An org with subscribers in front of it.

use std::{path::Path, time::Duration};

use mockorg::{MockOrg, MockOrgBuilder};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::grpc::Access;

/// How long a test waits for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// The starter org, with a platform event that clients may publish.
pub(crate) fn builder() -> MockOrgBuilder {
    let definition = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schema/Order_Event__e.json");
    MockOrg::builder().schema_json("Order_Event__e.json", std::fs::read_to_string(definition).unwrap())
}

/// A client of the REST API.
#[derive(Clone, Debug)]
pub(crate) struct Rest {
    http: reqwest::Client,
    access: Access,
}

impl Rest {
    pub(crate) fn new(access: &Access) -> Self {
        Self { http: reqwest::Client::builder().no_proxy().build().unwrap(), access: access.clone() }
    }

    /// One request below `/services/data/v64.0/`, which must succeed.
    pub(crate) async fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let url = format!("{}/services/data/v64.0/{path}", self.access.url);
        let method = method.parse().unwrap();
        let request = self.http.request(method, url).bearer_auth(self.access.token()).json(body);
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
    }

    /// Creates a record or publishes an event, and gives its id.
    pub(crate) async fn create(&self, object: &str, fields: &Value) -> String {
        let answer = self.send("POST", &format!("sobjects/{object}"), fields).await;
        answer["id"].as_str().unwrap().to_owned()
    }
}
