//! A client whose requests make several records each, all of them or none: composites, and jobs of the Bulk API.

use std::{collections::BTreeMap, fmt::Write as _, io};

use serde_json::{Value, json};

use crate::{client::Client, parcels::all_succeeded};

const DATA: &str = "/services/data/v64.0";
const ROWS: usize = 40;
const PARTS: usize = 3;

/// How many records there have to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Made {
    All(usize),
    /// Nobody answered.
    AllOrNone(usize),
    None,
}

/// A job whose client may not know how far it has come.
#[derive(Clone, Debug)]
struct Job {
    batch: String,
    id: String,
    /// Whether its upload was answered, and its closing.
    uploaded: bool,
    closed: bool,
}

/// What one client asked for since the last check, by the value of `Batch__c`.
#[derive(Debug)]
pub(crate) struct Wholes {
    /// What the values begin with.
    kind: &'static str,
    round: u64,
    made: BTreeMap<String, Made>,
    jobs: Vec<Job>,
    /// How many records have to be there from before.
    before: usize,
    pub(crate) answered: u64,
}

impl Wholes {
    pub(crate) const fn new(kind: &'static str) -> Self {
        Self { kind, round: 0, made: BTreeMap::new(), jobs: Vec::new(), before: 0, answered: 0 }
    }

    /// Makes composites until the connection breaks; every third one has a mistake in its last part.
    pub(crate) fn compose(&mut self, client: &mut Client) {
        let mut number = 0;
        while self.composite(client, number).is_ok() {
            number += 1;
            self.answered += 1;
        }
    }

    fn composite(&mut self, client: &mut Client, number: u64) -> io::Result<()> {
        let batch = format!("{}{}-{number}", self.kind, self.round);
        let wrong = number % 3 == 2;
        let part = |at: usize| {
            let field = if wrong && at + 1 == PARTS { "Nonsense__c" } else { "Pieces__c" };
            json!({"method": "POST", "url": format!("{DATA}/sobjects/Parcel__c"), "referenceId": format!("r{at}"),
                "body": {"Name": batch, "Batch__c": batch, field: 1}})
        };
        let body = json!({"allOrNone": true, "compositeRequest": (0..PARTS).map(part).collect::<Vec<_>>()});
        self.made.insert(batch.clone(), if wrong { Made::None } else { Made::AllOrNone(PARTS) });
        let (status, answer) = client.json("POST", &format!("{DATA}/composite"), &body)?;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(all_succeeded(&answer["compositeResponse"], "httpStatusCode", 201), !wrong, "{answer}");
        if !wrong {
            self.made.insert(batch, Made::All(PARTS));
        }
        Ok(())
    }

    /// Ingests jobs until the connection breaks.
    pub(crate) fn ingest(&mut self, client: &mut Client) {
        let mut number = 0;
        while self.job(client, number).is_ok() {
            number += 1;
            self.answered += 1;
        }
    }

    fn job(&mut self, client: &mut Client, number: u64) -> io::Result<()> {
        let batch = format!("{}{}-{number}", self.kind, self.round);
        let job =
            json!({"object": "Parcel__c", "operation": "insert", "contentType": "CSV", "lineEnding": "LF"});
        let (status, created) = client.json("POST", &format!("{DATA}/jobs/ingest"), &job)?;
        assert_eq!(status, 200, "{created}");
        let id = created["id"].as_str().unwrap().to_owned();
        self.jobs.push(Job { batch: batch.clone(), id: id.clone(), uploaded: false, closed: false });
        let mut csv = String::from("Name,Batch__c\n");
        for at in 0..ROWS {
            writeln!(csv, "{batch}-{at},{batch}").unwrap();
        }
        let path = format!("{DATA}/jobs/ingest/{id}");
        let (status, answer) = client.send("PUT", &format!("{path}/batches"), "text/csv", &csv)?;
        assert_eq!(status, 201, "{answer}");
        self.last().uploaded = true;
        let (status, answer) = client.json("PATCH", &path, &json!({"state": "UploadComplete"}))?;
        assert_eq!(status, 200, "{answer}");
        self.last().closed = true;
        finish(client, &path).map(drop)
    }

    fn last(&mut self) -> &mut Job {
        self.jobs.last_mut().unwrap()
    }

    /// Holds the org that came back against what the client was told.
    pub(crate) fn check(&mut self, client: &mut Client) {
        for job in std::mem::take(&mut self.jobs) {
            let path = format!("{DATA}/jobs/ingest/{}", job.id);
            let (status, found) = client.get(&path).unwrap();
            assert_eq!(status, 200, "{job:?}: {found}");
            let open = found["state"] == "Open";
            assert!(!(open && job.closed), "{job:?}: {found}");
            if !open {
                let ended = finish(client, &path).unwrap();
                assert_eq!(
                    (&ended["state"], &ended["numberRecordsProcessed"]),
                    (&json!("JobComplete"), &json!(ROWS))
                );
            }
            assert!(job.uploaded || !job.closed, "{job:?}");
            self.made.insert(job.batch, if open { Made::None } else { Made::All(ROWS) });
        }
        let first = self.kind;
        let soql = format!(
            "SELECT Batch__c,COUNT(Id) many FROM Parcel__c WHERE Batch__c LIKE '{first}{}-%25' GROUP BY Batch__c",
            self.round
        );
        let many = |row: &Value| usize::try_from(row["many"].as_u64().unwrap()).unwrap();
        let mut found: BTreeMap<String, usize> = client
            .rows(&soql)
            .iter()
            .map(|row| (row["Batch__c"].as_str().unwrap().to_owned(), many(row)))
            .collect();
        for (batch, made) in std::mem::take(&mut self.made) {
            let count = found.remove(&batch).unwrap_or_default();
            let good = match made {
                Made::All(all) => count == all,
                Made::AllOrNone(all) => count == all || count == 0,
                Made::None => count == 0,
            };
            assert!(good, "{batch}: {count} records, and the client knows {made:?}");
            self.before += count;
        }
        assert!(found.is_empty(), "nobody made {found:?}");
        self.round += 1;
        // What came back once is there for good.
        let all =
            client.rows(&format!("SELECT COUNT(Id) many FROM Parcel__c WHERE Batch__c LIKE '{first}%25'"));
        assert_eq!(many(&all[0]), self.before, "records of earlier rounds have changed");
    }
}

/// Waits until a job has ended.
fn finish(client: &mut Client, path: &str) -> io::Result<Value> {
    loop {
        let (status, job) = client.get(path)?;
        assert_eq!(status, 200, "{job}");
        match job["state"].as_str() {
            Some("UploadComplete" | "InProgress") => {}
            _ => return Ok(job),
        }
    }
}
