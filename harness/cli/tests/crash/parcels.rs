//! A client that creates, updates, upserts and deletes records of its own, and remembers what it was told.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use serde_json::{Value, json};

use crate::{chance::Chance, client::Client};

const OBJECTS: &str = "/services/data/v64.0/sobjects/Parcel__c";
/// How many records each client has.
const KEYS: u64 = 8;

/// What a record says: how many pieces it has, and its id.
type Version = (u64, String);

/// What a client knows of one of its records.
#[derive(Debug, Default)]
struct Known {
    /// What it was told.
    sure: Option<Version>,
    /// What became of it if the request that was not answered was performed: the pieces.
    perhaps: Option<Option<u64>>,
}

/// The records of one client.
#[derive(Debug)]
pub(crate) struct Parcels {
    worker: u64,
    chance: Chance,
    known: BTreeMap<String, Known>,
    /// Every id that was ever told.
    ids: BTreeSet<String>,
    pieces: u64,
    pub(crate) answered: u64,
}

impl Parcels {
    pub(crate) fn new(worker: u64, seed: u64) -> Self {
        let chance = Chance::new(seed.wrapping_add(worker));
        let (known, ids) = (BTreeMap::new(), BTreeSet::new());
        Self { worker, chance, known, ids, pieces: 0, answered: 0 }
    }

    /// Works until the connection breaks.
    pub(crate) fn work(&mut self, client: &mut Client) {
        while self.step(client).is_ok() {
            self.answered += 1;
        }
    }

    fn step(&mut self, client: &mut Client) -> io::Result<()> {
        let key = format!("w{}-{}", self.worker, self.chance.below(KEYS));
        let kind = self.chance.below(4);
        self.pieces = self.pieces % 9999 + 1;
        let pieces = self.pieces;
        let known = self.known.entry(key.clone()).or_default();
        let id = known.sure.as_ref().map(|(_, id)| id.clone());
        known.perhaps = Some((kind != 0 || id.is_none()).then_some(pieces));
        let (status, answer) = match (&id, kind) {
            (Some(id), 0) => client.send("DELETE", &format!("{OBJECTS}/{id}"), "application/json", "")?,
            (Some(id), 1) => {
                client.json("PATCH", &format!("{OBJECTS}/{id}"), &json!({"Pieces__c": pieces}))?
            }
            (None, 0 | 1) => client.json(
                "POST",
                OBJECTS,
                &json!({"Name": key, "Tracking__c": key, "Pieces__c": pieces}),
            )?,
            _ => {
                let path = format!("{OBJECTS}/Tracking__c/{key}");
                client.json("PATCH", &path, &json!({"Name": key, "Pieces__c": pieces}))?
            }
        };
        known.perhaps = None;
        known.sure = match (status, kind) {
            (204, 0) => None,
            (204, _) | (200, _) => id.map(|id| (pieces, id)),
            (201, _) => {
                let id = answer["id"].as_str().unwrap().to_owned();
                assert!(self.ids.insert(id.clone()), "the id {id} was told before");
                Some((pieces, id))
            }
            _ => panic!("{key}: {status} {answer}"),
        };
        Ok(())
    }

    /// Holds the org that came back against what the client was told, and goes on from there.
    pub(crate) fn check(&mut self, client: &mut Client) {
        let worker = self.worker;
        let soql =
            format!("SELECT Id,Tracking__c,Pieces__c FROM Parcel__c WHERE Tracking__c LIKE 'w{worker}-%25'");
        let rows = client.rows(&soql);
        let mut there = BTreeMap::new();
        for row in &rows {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            let pieces = row["Pieces__c"].as_f64().map(|pieces| pieces as u64).unwrap();
            assert!(there.insert(text("Tracking__c"), (pieces, text("Id"))).is_none(), "twice: {row}");
        }
        for (key, known) in &mut self.known {
            let found = there.remove(key);
            let as_told = found == known.sure;
            let as_asked = known.perhaps.is_some_and(|perhaps| match (&found, perhaps, &known.sure) {
                (None, None, _) => true,
                (Some((pieces, id)), Some(asked), sure) => {
                    *pieces == asked && sure.as_ref().is_none_or(|(_, told)| told == id)
                }
                _ => false,
            });
            assert!(as_told || as_asked, "{key} is {found:?}, but the client knows {known:?}");
            if let Some((_, id)) = found.as_ref().filter(|_| !as_told && known.sure.is_none()) {
                assert!(self.ids.insert(id.clone()), "the id {id} belonged to another record before");
            }
            *known = Known { sure: found, perhaps: None };
        }
        assert!(there.is_empty(), "nobody made {there:?}");
    }
}

/// Whether a value is a list without an error in it.
pub(crate) fn all_succeeded(list: &Value, name: &str, status: u64) -> bool {
    list.as_array().is_some_and(|list| list.iter().all(|one| one[name] == status))
}
