//! What queries cost beside SQLite in memory, over the same records.
//!
//! `cargo bench -p mockorg-org --bench queries` prints a Markdown table for 10,000 and 100,000 Accounts.
//! Numbers among the arguments choose other sizes; words choose lines by parts of their names, as in
//! `-- 10000 like group`. The word `memory` measures the memory that the Accounts take.
//!
//! SQLite keeps its statements prepared and gets its values as parameters; the org parses every statement.
//! The tables of SQLite declare no index, apart from those of the lines that say so.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark measures time, reads the size of its process, and reports to whoever runs it"
)]

mod data;
mod lines;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::{
    fs,
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use data::{Indexes, account_fields, new_org, open_sqlite};
use lines::{Line, lines};
use mockorg_org::{ApiError, Call, Org, PageSink, RecordId, ValueRef};
use rusqlite::{Connection, Statement};

/// How many rows either side gives at most.
const ROWS: usize = 2_000;
const ROUNDS: usize = 11;
/// How long one side works in a round, at least.
const ROUND: Duration = Duration::from_millis(20);
/// The number of Accounts for which memory is measured.
const MEMORY_ACCOUNTS: usize = 100_000;

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let mut sizes: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let words: Vec<String> = arguments
        .iter()
        .filter(|argument| argument.parse::<usize>().is_err())
        .map(|argument| argument.to_lowercase())
        .collect();
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.to_lowercase().contains(word));
    if wanted("memory") {
        // Before anything else, so that the process has no freed memory to reuse.
        report_memory(sizes.first().copied().unwrap_or(MEMORY_ACCOUNTS));
    }
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000];
    }
    let mut heading = true;
    for accounts in sizes {
        report_times(accounts, &wanted, &mut heading);
    }
}

fn report_memory(accounts: usize) {
    let (mut org, _) = new_org(0, 0);
    let before = resident_bytes();
    for number in 0..accounts {
        let fields = account_fields(number, None);
        support::call(&mut org, Call::Create { object: "Account".into(), fields }).unwrap();
    }
    match (before, resident_bytes()) {
        (Some(before), Some(after)) => println!(
            "Memory: {} bytes per Account ({accounts} Accounts; the aim is 1,024)\n",
            after.saturating_sub(before) / accounts as u64
        ),
        _ => println!("Memory: not measured; it is read from /proc, which this system does not have\n"),
    }
    black_box(org);
}

/// The resident memory of this process.
fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

fn report_times(accounts: usize, wanted: &dyn Fn(&str) -> bool, heading: &mut bool) {
    let all = lines(accounts);
    if !all.iter().any(|line| wanted(&line.name)) {
        return;
    }
    let contacts_each = if accounts > 10_000 { 1 } else { 3 };
    let (mut org, ids) = new_org(accounts, contacts_each);
    let plain = open_sqlite(&ids, contacts_each, Indexes::None);
    let mut indexed = None;
    if std::mem::take(heading) {
        println!(
            "| Query | Accounts | Rows | mockorg | SQLite | Ratio |\n| --- | ---: | ---: | ---: | ---: | ---: |"
        );
    }
    for line in all.iter().filter(|line| wanted(&line.name)) {
        let connection = match line.indexes {
            Indexes::None => &plain,
            Indexes::Declared => {
                indexed.get_or_insert_with(|| open_sqlite(&ids, contacts_each, Indexes::Declared))
            }
        };
        println!("{}", measure(&mut org, connection, line, accounts, &ids.accounts));
    }
}

/// One row of the table.
fn measure(org: &mut Org, connection: &Connection, line: &Line, accounts: usize, ids: &[String]) -> String {
    let mut statement = connection.prepare(&line.sql).unwrap();
    let variants: Vec<(String, Vec<String>)> =
        (0..line.variants).map(|variant| line.variant(variant, ids)).collect();
    let (soql, parameters) = &variants[0];
    let ours = match ask_org(org, soql) {
        Ok(rows) => rows,
        Err(error) => return format!("| {} | {accounts} | | {} | | |", line.name, error.code),
    };
    let theirs = ask_sqlite(&mut statement, parameters);
    assert_eq!(ours, theirs, "both sides give the same rows: {soql}");

    let mut at = 0;
    let mut next = || {
        at += 1;
        &variants[at % variants.len()]
    };
    let mut org_times = Vec::new();
    let mut sqlite_times = Vec::new();
    for _ in 0..ROUNDS {
        org_times.push(time(|| {
            black_box(ask_org(org, &next().0).unwrap());
        }));
        sqlite_times.push(time(|| {
            black_box(ask_sqlite(&mut statement, &next().1));
        }));
    }
    let (ours_time, theirs_time) = (median(org_times), median(sqlite_times));
    format!(
        "| {} | {accounts} | {ours} | {} | {} | {:.2} |",
        line.name,
        microseconds(ours_time),
        microseconds(theirs_time),
        ours_time / theirs_time
    )
}

/// Seconds for one run, from as many as fill a round.
fn time(mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut runs = 0_u32;
    while start.elapsed() < ROUND || runs < 3 {
        work();
        runs += 1;
    }
    start.elapsed().as_secs_f64() / f64::from(runs)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn microseconds(seconds: f64) -> String {
    let microseconds = seconds * 1e6;
    if microseconds < 100.0 { format!("{microseconds:.1} µs") } else { format!("{microseconds:.0} µs") }
}

/// Sends every value of the first page where the gateway's JSON would go, and tells how many rows there are:
/// those of children count, as they do in a join; `COUNT()` counts as one.
fn ask_org(org: &mut Org, soql: &str) -> Result<usize, ApiError> {
    let call = Call::Query { soql: soql.into(), all: false, batch_size: None };
    let mut values = Values::default();
    org.call_into(support::noon(), &support::session(68), call, &mut values)?;
    Ok(if values.rows == 0 { usize::from(values.total > 0) } else { values.rows })
}

/// A sink that looks at every value.
#[derive(Default)]
struct Values {
    total: u64,
    rows: usize,
    /// What is open: for a page the rows that were there before it, `None` for a row.
    open: Vec<Option<usize>>,
}

impl PageSink for Values {
    fn begin_page(&mut self, total_size: u64, next: Option<&str>) {
        black_box(next);
        self.total = total_size;
        self.open.push(Some(self.rows));
    }

    fn end_page(&mut self) {
        // A row with children is as many rows as it has children.
        if let Some(Some(before)) = self.open.pop()
            && !self.open.is_empty()
            && self.rows > before
        {
            self.rows -= 1;
        }
    }

    fn begin_row(&mut self, object: &Arc<str>, id: Option<RecordId>, columns: &Arc<[Arc<str>]>) {
        black_box((object, id, columns));
        // A row in a row is a parent.
        self.rows += usize::from(!matches!(self.open.last(), Some(None)));
        self.open.push(None);
    }

    fn end_row(&mut self) {
        self.open.pop();
    }

    fn value(&mut self, value: ValueRef<'_>) {
        black_box(value);
    }

    fn compound(&mut self, parts: &mut dyn Iterator<Item = (&Arc<str>, ValueRef<'_>)>) {
        parts.for_each(|part| {
            black_box(part);
        });
    }

    fn blob_link(&mut self) {}
}

fn ask_sqlite(statement: &mut Statement<'_>, parameters: &[String]) -> usize {
    let columns = statement.column_count();
    let mut rows = statement.query(rusqlite::params_from_iter(parameters)).unwrap();
    let mut count = 0;
    while count < ROWS
        && let Some(row) = rows.next().unwrap()
    {
        for column in 0..columns {
            black_box(row.get_ref(column).unwrap());
        }
        count += 1;
    }
    count
}
