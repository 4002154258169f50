//! Random sequences of calls against a small model of records, and the promise that they repeat.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use mockorg_org::{ApiError, Call, Cell, ErrorCode, Input, Org, RecordKey, Reply, Value, catalog::Catalog};
use proptest::prelude::*;
use support::{call, field, org_with};

/// Rockets have an external id; their stages go with them.
const ROCKET: &str = r#"{"name": "Rocket__c", "label": "Rocket", "keyPrefix": "a00", "custom": true,
  "calls": ["create", "delete", "query", "retrieve", "undelete", "update", "upsert"],
  "fields": [{"system": "Id"}, {"system": "IsDeleted"}, {"name": "Name", "type": "string", "length": 20, "nameField": true},
    {"system": "SystemModstamp"}, {"system": "LastModifiedDate"}, {"system": "LastModifiedById"},
    {"name": "Serial__c", "type": "string", "length": 10, "externalId": true, "unique": true, "idLookup": true}]}"#;
const STAGE: &str = r#"{"name": "Stage__c", "label": "Stage", "keyPrefix": "a01", "custom": true,
  "calls": ["create", "delete", "query", "retrieve", "undelete", "update"],
  "fields": [{"system": "Id"}, {"system": "IsDeleted"}, {"name": "Name", "type": "string", "length": 20, "nameField": true},
    {"system": "SystemModstamp"}, {"system": "LastModifiedDate"}, {"system": "LastModifiedById"},
    {"name": "Rocket__c", "type": "reference", "referenceTo": ["Rocket__c"], "relationshipName": "Rocket__r",
     "childRelationshipName": "Stages__r", "nillable": false, "cascadeDelete": true}]}"#;

static CATALOG: LazyLock<Arc<Catalog>> =
    LazyLock::new(|| support::catalog(&["RevenueLifecycle".into()], &[ROCKET, STAGE]));

/// One random step. Numbers pick among the records that exist.
#[derive(Clone, Debug)]
enum Step {
    Create { name: u8, serial: Option<u8> },
    AddStage { rocket: usize, name: u8 },
    Rename { rocket: usize, name: u8 },
    Upsert { serial: u8, name: u8 },
    Delete { rocket: usize },
    DeleteStage { stage: usize },
    Undelete { rocket: usize },
    QueryByName { name: u8 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..4u8, proptest::option::of(0..6u8)).prop_map(|(name, serial)| Step::Create { name, serial }),
        2 => (any::<usize>(), 0..4u8).prop_map(|(rocket, name)| Step::AddStage { rocket, name }),
        2 => (any::<usize>(), 0..4u8).prop_map(|(rocket, name)| Step::Rename { rocket, name }),
        2 => (0..6u8, 0..4u8).prop_map(|(serial, name)| Step::Upsert { serial, name }),
        2 => any::<usize>().prop_map(|rocket| Step::Delete { rocket }),
        1 => any::<usize>().prop_map(|stage| Step::DeleteStage { stage }),
        2 => any::<usize>().prop_map(|rocket| Step::Undelete { rocket }),
        2 => (0..4u8).prop_map(|name| Step::QueryByName { name }),
    ];
    proptest::collection::vec(step, 1..40)
}

/// The model: what a reader of the documentation expects of records.
#[derive(Clone, Debug, Default)]
struct Model {
    rockets: Vec<Rocket>,
    stages: Vec<Stage>,
}

#[derive(Clone, Debug)]
struct Rocket {
    id: String,
    name: u8,
    serial: Option<u8>,
    deleted: bool,
}

#[derive(Clone, Debug)]
struct Stage {
    id: String,
    rocket: usize,
    /// Deleted alone, or together with its rocket.
    deleted: Option<Gone>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Gone {
    Alone,
    WithRocket,
}

fn name(name: u8) -> String {
    format!("R{name}")
}

fn text(member: &str, value: &str) -> mockorg_org::FieldInput {
    field(member, Input::Text(value.into()))
}

fn code(result: &Result<Reply, ApiError>) -> Option<ErrorCode> {
    result.as_ref().err().map(|error| error.code)
}

impl Model {
    fn live_serial(&self, serial: u8) -> Option<usize> {
        self.rockets.iter().position(|rocket| !rocket.deleted && rocket.serial == Some(serial))
    }

    /// Performs one step on both sides and compares the outcomes.
    fn step(&mut self, org: &mut Org, step: &Step, log: &mut Vec<String>) -> Result<(), TestCaseError> {
        let pick = |number: usize, len: usize| (len > 0).then(|| number % len);
        let result = match step {
            Step::Create { name: n, serial } => {
                let mut fields = vec![text("Name", &name(*n))];
                fields.extend(serial.map(|serial| text("Serial__c", &format!("s{serial}"))));
                let result = call(org, Call::Create { object: "Rocket__c".into(), fields });
                if serial.is_some_and(|serial| self.live_serial(serial).is_some()) {
                    prop_assert_eq!(code(&result), Some(ErrorCode::DuplicateValue));
                } else {
                    let Ok(Reply::Created(saved)) = &result else {
                        return Err(TestCaseError::fail(format!("{result:?}")));
                    };
                    self.rockets.push(Rocket {
                        id: saved.id.to_string(),
                        name: *n,
                        serial: *serial,
                        deleted: false,
                    });
                }
                result
            }
            Step::AddStage { rocket, name: n } => {
                let Some(rocket) = pick(*rocket, self.rockets.len()) else { return Ok(()) };
                let fields = vec![text("Name", &name(*n)), text("Rocket__c", &self.rockets[rocket].id)];
                let result = call(org, Call::Create { object: "Stage__c".into(), fields });
                if self.rockets[rocket].deleted {
                    prop_assert_eq!(code(&result), Some(ErrorCode::EntityIsDeleted));
                } else {
                    let Ok(Reply::Created(saved)) = &result else {
                        return Err(TestCaseError::fail(format!("{result:?}")));
                    };
                    self.stages.push(Stage { id: saved.id.to_string(), rocket, deleted: None });
                }
                result
            }
            Step::Rename { rocket, name: n } => {
                let Some(rocket) = pick(*rocket, self.rockets.len()) else { return Ok(()) };
                let rocket = &mut self.rockets[rocket];
                let fields = vec![text("Name", &name(*n))];
                let result = call(
                    org,
                    Call::Update { object: "Rocket__c".into(), id: rocket.id.as_str().into(), fields },
                );
                if rocket.deleted {
                    prop_assert_eq!(code(&result), Some(ErrorCode::EntityIsDeleted));
                } else {
                    prop_assert_eq!(&result, &Ok(Reply::Done));
                    rocket.name = *n;
                }
                result
            }
            Step::Upsert { serial, name: n } => {
                let result = call(
                    org,
                    Call::Upsert {
                        object: "Rocket__c".into(),
                        field: "serial__C".into(),
                        value: format!("S{serial}").into(),
                        fields: vec![text("Name", &name(*n))],
                        update_only: false,
                    },
                );
                let Ok(Reply::Upserted { saved, created }) = &result else {
                    return Err(TestCaseError::fail(format!("{result:?}")));
                };
                match self.live_serial(*serial) {
                    Some(at) => {
                        prop_assert!(!created);
                        prop_assert_eq!(&self.rockets[at].id, &saved.id.to_string());
                        self.rockets[at].name = *n;
                    }
                    None => {
                        prop_assert!(created);
                        let id = saved.id.to_string();
                        self.rockets.push(Rocket { id, name: *n, serial: Some(*serial), deleted: false });
                    }
                }
                result
            }
            Step::Delete { rocket } => {
                let Some(at) = pick(*rocket, self.rockets.len()) else { return Ok(()) };
                let key = RecordKey::Id(self.rockets[at].id.as_str().into());
                let result = call(org, Call::Delete { object: "Rocket__c".into(), key });
                if self.rockets[at].deleted {
                    prop_assert_eq!(code(&result), Some(ErrorCode::EntityIsDeleted));
                } else {
                    prop_assert_eq!(&result, &Ok(Reply::Done));
                    self.rockets[at].deleted = true;
                    for stage in
                        self.stages.iter_mut().filter(|stage| stage.rocket == at && stage.deleted.is_none())
                    {
                        stage.deleted = Some(Gone::WithRocket);
                    }
                }
                result
            }
            Step::DeleteStage { stage } => {
                let Some(at) = pick(*stage, self.stages.len()) else { return Ok(()) };
                let key = RecordKey::Id(self.stages[at].id.as_str().into());
                let result = call(org, Call::Delete { object: "Stage__c".into(), key });
                if self.stages[at].deleted.is_some() {
                    prop_assert_eq!(code(&result), Some(ErrorCode::EntityIsDeleted));
                } else {
                    prop_assert_eq!(&result, &Ok(Reply::Done));
                    self.stages[at].deleted = Some(Gone::Alone);
                }
                result
            }
            Step::Undelete { rocket } => {
                let Some(at) = pick(*rocket, self.rockets.len()) else { return Ok(()) };
                let serial = self.rockets[at].serial;
                if serial.is_some_and(|serial| self.live_serial(serial).is_some()) {
                    // A successor holds the serial: the next test asks for that.
                    return Ok(());
                }
                let result = call(org, Call::Undelete { ids: vec![self.rockets[at].id.as_str().into()] });
                let Ok(Reply::Undeleted(outcomes)) = &result else {
                    return Err(TestCaseError::fail(format!("{result:?}")));
                };
                prop_assert_eq!(outcomes[0].is_ok(), self.rockets[at].deleted, "{:?}", outcomes);
                if self.rockets[at].deleted {
                    self.rockets[at].deleted = false;
                    for stage in &mut self.stages {
                        if stage.rocket == at && stage.deleted == Some(Gone::WithRocket) {
                            stage.deleted = None;
                        }
                    }
                }
                result
            }
            Step::QueryByName { name: n } => {
                let soql =
                    format!("SELECT Id, Serial__c FROM Rocket__c WHERE Name = '{}' ORDER BY Id", name(*n));
                let result = call(org, Call::Query { soql: soql.into(), all: false, batch_size: None });
                let Ok(Reply::Page(page)) = &result else {
                    return Err(TestCaseError::fail(format!("{result:?}")));
                };
                let mut expected: Vec<&str> = self
                    .rockets
                    .iter()
                    .filter(|rocket| !rocket.deleted && rocket.name == *n)
                    .map(|rocket| rocket.id.as_str())
                    .collect();
                expected.sort_unstable();
                let found: Vec<String> =
                    page.rows.iter().filter_map(|row| row.id).map(|id| id.to_string()).collect();
                prop_assert_eq!(found, expected);
                result
            }
        };
        log.push(format!("{result:?}"));
        Ok(())
    }

    /// Compares every record with the org, deleted ones included.
    fn check(&self, org: &mut Org) -> Result<(), TestCaseError> {
        let mut found: BTreeMap<String, (Value, Value, Value)> = BTreeMap::new();
        let soql = "SELECT Id, Name, Serial__c, IsDeleted FROM Rocket__c";
        let reply = call(org, Call::Query { soql: soql.into(), all: true, batch_size: None }).unwrap();
        let Reply::Page(page) = reply else { return Err(TestCaseError::fail(format!("{reply:?}"))) };
        for row in page.rows {
            let [_, Cell::Value(name), Cell::Value(serial), Cell::Value(deleted)] = &*row.cells else {
                return Err(TestCaseError::fail(format!("{row:?}")));
            };
            found.insert(row.id.unwrap().to_string(), (name.clone(), serial.clone(), deleted.clone()));
        }
        let expected: BTreeMap<String, (Value, Value, Value)> = self
            .rockets
            .iter()
            .map(|rocket| {
                let serial = rocket.serial.map_or(Value::Null, |serial| {
                    // An upsert creates with the key as it stood in the path.
                    match found.get(&rocket.id) {
                        Some((_, Value::Text(text), _)) if text.starts_with('S') => {
                            Value::text(format!("S{serial}"))
                        }
                        _ => Value::text(format!("s{serial}")),
                    }
                });
                (rocket.id.clone(), (Value::text(name(rocket.name)), serial, Value::Bool(rocket.deleted)))
            })
            .collect();
        prop_assert_eq!(found, expected);
        let live = call(
            org,
            Call::Query { soql: "SELECT COUNT() FROM Stage__c".into(), all: false, batch_size: None },
        );
        let Ok(Reply::Page(page)) = live else { return Err(TestCaseError::fail(format!("{live:?}"))) };
        let expected = self.stages.iter().filter(|stage| stage.deleted.is_none()).count();
        prop_assert_eq!(page.total_size, expected as u64);
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn sequences_of_calls_agree_with_the_model_and_repeat(steps in steps(), seed in any::<u64>()) {
        let (mut first, mut second) = (org_with(&CATALOG, seed), org_with(&CATALOG, seed));
        let (mut model, mut again) = (Model::default(), Model::default());
        let (mut log, mut log_again) = (Vec::new(), Vec::new());
        for step in &steps {
            model.step(&mut first, step, &mut log)?;
            model.check(&mut first)?;
        }
        for step in &steps {
            again.step(&mut second, step, &mut log_again)?;
            again.check(&mut second)?;
        }
        prop_assert_eq!(log, log_again);
    }
}

#[test]
fn undelete_is_refused_when_a_successor_holds_the_unique_value() {
    let mut org = org_with(&CATALOG, 1);
    let members = [("Name", "R1"), ("Serial__c", "s1")];
    let first = support::create(&mut org, "Rocket__c", &members);
    let key = RecordKey::Id(first.as_str().into());
    call(&mut org, Call::Delete { object: "Rocket__c".into(), key }).unwrap();
    support::create(&mut org, "Rocket__c", &members);
    let reply = call(&mut org, Call::Undelete { ids: vec![first.as_str().into()] }).unwrap();
    let Reply::Undeleted(outcomes) = reply else { panic!("{reply:?}") };
    assert_eq!(outcomes[0].as_ref().unwrap_err().code, ErrorCode::DuplicateValue);
}
