//! Writers and readers of one record: no reader ever sees half of a write.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value as Json;

use crate::client::{Client, request};

const V: &str = "/services/data/v62.0";
/// The fields that every writer sets to the same number.
const FIELDS: &str = "NumberOfEmployees,AnnualRevenue,Description,Phone,BillingStreet,Site";
const WRITERS: u64 = 2;

/// What was done, and what was seen that must not be.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) writes: u64,
    pub(crate) reads: u64,
    pub(crate) torn: Vec<String>,
    pub(crate) elapsed: Duration,
}

/// Reads the record in one way; gives each look that was taken at it.
type Look = fn(&mut Client, &str, &str) -> Vec<Json>;

const LOOKS: &[Look] = &[by_id, by_query, by_composite, by_batch, beside_describe];

/// Has writers set several fields of a record to one number, and readers of all kinds look at them, for so long.
pub(crate) fn run(address: SocketAddr, token: &str, account: &str, lasting: Duration) -> Seen {
    let (over, writes, reads) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let begin = Instant::now();
    // Readers compare from the first write on.
    write(&mut Client::open(address).unwrap(), token, account, 0);
    let torn = thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (over, writes) = (&over, &writes);
            scope.spawn(move || {
                let mut client = Client::open(address).unwrap();
                let mut number = writer;
                while !over.load(Ordering::Relaxed) {
                    number += WRITERS;
                    write(&mut client, token, account, number);
                    writes.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let readers: Vec<_> = LOOKS
            .iter()
            .map(|look| {
                let (over, reads) = (&over, &reads);
                scope.spawn(move || {
                    let (mut client, mut torn) = (Client::open(address).unwrap(), Vec::new());
                    while !over.load(Ordering::Relaxed) {
                        let looks = look(&mut client, token, account);
                        reads.fetch_add(1, Ordering::Relaxed);
                        torn.extend(looks.iter().filter(|row| !is_whole(row)).map(ToString::to_string));
                        if looks.windows(2).any(|pair| number(&pair[0]) != number(&pair[1])) {
                            torn.push(format!("one transaction saw two writes: {looks:?}"));
                        }
                    }
                    torn
                })
            })
            .collect();
        while begin.elapsed() < lasting {
            thread::park_timeout(lasting.saturating_sub(begin.elapsed()));
        }
        over.store(true, Ordering::Relaxed);
        readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect()
    });
    Seen { writes: writes.into_inner(), reads: reads.into_inner(), torn, elapsed: begin.elapsed() }
}

fn write(client: &mut Client, token: &str, account: &str, number: u64) {
    let body = format!(
        r#"{{"NumberOfEmployees":{number},"AnnualRevenue":{number},"Description":"{number}","Phone":"{number}","BillingStreet":"{number}","Site":"{number}"}}"#
    );
    let path = format!("{V}/sobjects/Account/{account}");
    let answer = client.call(&request("PATCH", &path, token, &body)).unwrap();
    assert_eq!(answer.status, 204, "{}", String::from_utf8_lossy(&answer.body));
}

fn number(row: &Json) -> Option<u64> {
    row["NumberOfEmployees"].as_u64()
}

fn is_whole(row: &Json) -> bool {
    let Some(number) = number(row) else { return false };
    let texts = ["Description", "Phone", "BillingStreet", "Site"];
    row["AnnualRevenue"].as_f64() == Some(number as f64)
        && texts.iter().all(|name| row[name].as_str() == Some(&number.to_string()))
}

fn get(client: &mut Client, token: &str, path: &str) -> Json {
    read(client, &request("GET", path, token, ""))
}

fn read(client: &mut Client, request: &[u8]) -> Json {
    let answer = client.call(request).unwrap();
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    serde_json::from_slice(&answer.body).unwrap()
}

fn row_path(account: &str) -> String {
    format!("{V}/sobjects/Account/{account}?fields={FIELDS}")
}

fn query_path(account: &str) -> String {
    format!("{V}/query?q=SELECT+{FIELDS}+FROM+Account+WHERE+Id='{account}'")
}

fn by_id(client: &mut Client, token: &str, account: &str) -> Vec<Json> {
    vec![get(client, token, &row_path(account))]
}

fn by_query(client: &mut Client, token: &str, account: &str) -> Vec<Json> {
    vec![get(client, token, &query_path(account))["records"][0].take()]
}

/// Both subrequests are one transaction.
fn by_composite(client: &mut Client, token: &str, account: &str) -> Vec<Json> {
    let (row, query) = (row_path(account), query_path(account));
    let body = format!(
        r#"{{"allOrNone":true,"compositeRequest":[{{"method":"GET","url":"{row}","referenceId":"a"}},{{"method":"GET","url":"{query}","referenceId":"b"}}]}}"#
    );
    let mut answer = read(client, &request("POST", &format!("{V}/composite"), token, &body));
    let first = answer["compositeResponse"][0]["body"].take();
    vec![first, answer["compositeResponse"][1]["body"]["records"][0].take()]
}

/// Subrequests of a batch are calls of their own.
fn by_batch(client: &mut Client, token: &str, account: &str) -> Vec<Json> {
    let row = row_path(account).replace("/services/data/", "");
    let body = format!(r#"{{"batchRequests":[{{"method":"GET","url":"{row}"}}]}}"#);
    let mut answer = read(client, &request("POST", &format!("{V}/composite/batch"), token, &body));
    vec![answer["results"][0]["result"].take()]
}

/// A description between two looks changes neither.
fn beside_describe(client: &mut Client, token: &str, account: &str) -> Vec<Json> {
    let described = get(client, token, &format!("{V}/sobjects/Account/describe"));
    assert_eq!(described["name"], "Account");
    by_id(client, token, account)
}
