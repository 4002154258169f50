//! A client that writes down what it does, and the lines that it writes.

use std::{
    fs,
    path::Path,
    sync::{Arc, LazyLock},
    time::Duration,
};

use mockorg_org::{
    ApiError, AsyncDelay, Call, Control, ControlRefusal, ControlReply, Org, OrgFile, Reply, Session,
    Settings, Timestamp, catalog::Catalog, events::ReplayId,
};
use serde::{Deserialize, Serialize};

use super::support::{self, fields};

static STARTER: LazyLock<(OrgFile, Arc<Catalog>)> = LazyLock::new(|| {
    let file = OrgFile::parse(&starter_text()).unwrap();
    let catalog = support::catalog(file.features(), &[HEARTBEAT]);
    (file, catalog)
});

const HEARTBEAT: &str = r#"{"kind": "platformEvent", "name": "Heartbeat__e", "label": "Heartbeat",
  "fields": [{"name": "Source__c", "type": "string", "length": 40}]}"#;

#[expect(clippy::disallowed_methods, reason = "the core is given its org file; a test reads it for it")]
fn starter_text() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/orgs/starter.json"))
        .unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// The definitions of the starter org.
pub(crate) fn catalog() -> Arc<Catalog> {
    Arc::clone(&STARTER.1)
}

/// The starter org, whose background work takes ten seconds.
pub(crate) fn starter(seed: u64) -> Org {
    let (file, catalog) = &*STARTER;
    let settings = Settings {
        seed,
        async_delay: AsyncDelay(Duration::from_secs(10)),
        change_data_capture: vec!["Order".into()],
        ..Settings::default()
    };
    let mut org = Org::new(Arc::clone(catalog), settings);
    org.load(file, at("2026-03-02T09:00:00Z")).unwrap();
    org
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) at: Timestamp,
    pub(crate) session: Session,
    pub(crate) call: Call,
}

pub(crate) type Outcome = Result<Reply, ApiError>;

/// An order of the test beside the calls, and how many calls stand before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ControlLine {
    pub(crate) after: usize,
    pub(crate) at: Timestamp,
    pub(crate) control: Control,
}

pub(crate) fn order(org: &mut Org, line: ControlLine) -> Result<ControlReply, ControlRefusal> {
    org.advance(line.at);
    org.control(line.at, line.control)
}

pub(crate) fn perform(org: &mut Org, line: Line) -> Outcome {
    org.advance(line.at);
    org.call(line.at, &line.session, line.call)
}

/// What the org has published, as text.
pub(crate) fn events(org: &Org) -> Vec<String> {
    org.events().after(ReplayId(0)).map(|event| serde_json::to_string(&**event).unwrap()).collect()
}

/// A client that writes down what it does.
pub(crate) struct Recorder {
    pub(crate) org: Org,
    pub(crate) now: Timestamp,
    pub(crate) session: Session,
    pub(crate) lines: Vec<Line>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) orders: Vec<ControlLine>,
    pub(crate) ordered: Vec<Result<ControlReply, ControlRefusal>>,
}

impl Recorder {
    pub(crate) fn control(&mut self, control: Control) -> Result<ControlReply, ControlRefusal> {
        let line = ControlLine { after: self.lines.len(), at: self.now, control };
        self.orders.push(line.clone());
        let reply = order(&mut self.org, line);
        self.ordered.push(reply.clone());
        reply
    }

    pub(crate) fn call(&mut self, call: Call) -> Outcome {
        let line = Line { at: self.now, session: self.session.clone(), call };
        self.lines.push(line.clone());
        let outcome = perform(&mut self.org, line);
        self.outcomes.push(outcome.clone());
        outcome
    }

    pub(crate) fn query(&mut self, soql: &str, batch_size: Option<u32>) -> (Vec<Box<str>>, Option<Box<str>>) {
        match self.call(Call::Query { soql: soql.into(), all: false, batch_size }).unwrap() {
            Reply::Page(page) => {
                let ids = page.rows.iter().filter_map(|row| Some(row.id?.to_string().into())).collect();
                (ids, page.next)
            }
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn create(&mut self, object: &str, members: &[(&str, &str)]) -> Box<str> {
        match self.call(Call::Create { object: object.into(), fields: fields(members) }).unwrap() {
            Reply::Created(saved) => saved.id.to_string().into(),
            other => panic!("{other:?}"),
        }
    }
}
