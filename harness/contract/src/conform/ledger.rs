//! The cleanup ledger: a file that knows, whatever happens, which records a run may have left in an org.
//!
//! One JSON object per line, only ever appended to, and on the disk before the next request is sent. What is about
//! to be created is written down before the request goes out, so that a crash between request and answer leaves
//! a trace to search for.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::{
    created::{Created, Trace, created, deletes, may_create, traces},
    private,
};
use crate::{answer::Answer, request::Request, witness::Witness};

/// Whose records a ledger speaks of: its first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct LedgerHeader {
    /// The run.
    pub run: String,
    /// The text that every created record carries.
    pub mark: String,
    /// The org's id, 15 characters of it.
    pub organization: String,
    /// The org's address, for a reader; what counts is the id.
    pub target: String,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", deny_unknown_fields, rename_all = "camelCase")]
enum Entry {
    Begun(LedgerHeader),
    /// A request that may create records is about to be sent.
    Intent {
        number: u64,
        method: String,
        path: String,
        traces: Vec<Trace>,
    },
    /// Its answer came, and created these.
    Answered {
        number: u64,
        created: Vec<Created>,
    },
    /// It was looked for, and nothing is left to find.
    Settled {
        number: u64,
    },
    /// A record was found that a request without answer had created.
    Found(Created),
    /// The record is gone.
    Removed {
        id: String,
    },
}

/// A request whose fate is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Its number in the ledger.
    pub number: u64,
    /// Method and path.
    pub request: String,
    /// Where to look for what it may have created.
    pub traces: Vec<Trace>,
}

/// A ledger that is being written.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    header: LedgerHeader,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    next: u64,
    open: Open,
}

/// What a ledger has not seen the end of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Open {
    intents: BTreeMap<u64, Intent>,
    created: Vec<Created>,
}

impl Open {
    fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::Begun(_) => {}
            Entry::Intent { number, method, path, traces } => {
                self.intents.insert(number, Intent { number, request: format!("{method} {path}"), traces });
            }
            Entry::Answered { number, created } => {
                self.intents.remove(&number);
                created.into_iter().for_each(|created| self.found(created));
            }
            Entry::Settled { number } => {
                self.intents.remove(&number);
            }
            Entry::Found(created) => self.found(created),
            Entry::Removed { id } => self.created.retain(|created| !same(&created.id, &id)),
        }
    }

    fn found(&mut self, created: Created) {
        if self.created.iter().all(|known| !same(&known.id, &created.id)) {
            self.created.push(created);
        }
    }
}

/// Ids of 15 and of 18 characters name the same record.
fn same(a: &str, b: &str) -> bool {
    a.get(..15) == b.get(..15)
}

impl Ledger {
    /// Begins a ledger in a new file.
    ///
    /// # Errors
    ///
    /// A sentence when the file is there already, or cannot be written.
    pub fn begin(path: &Path, header: LedgerHeader) -> Result<Self, String> {
        let failed =
            |error: std::io::Error| format!("cannot begin the cleanup ledger {}: {error}", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let file = private::appending().create_new(true).open(path).map_err(|error| {
            match error.kind() {
                std::io::ErrorKind::AlreadyExists => format!(
                    "{} is there already; run `mockorg conform cleanup --ledger` on it, remove it, or name another file",
                    path.display()
                ),
                _ => failed(error),
            }
        })?;
        // Nobody can have it but who takes it up between these two lines, and that is refused for want of a header.
        private::claim(&file);
        let state = Mutex::new(State { file, next: 1, open: Open::default() });
        let ledger = Self { path: path.to_owned(), header: header.clone(), state };
        ledger.append(Entry::Begun(header))?;
        Ok(ledger)
    }

    /// Takes up a ledger that a run has left. A last line that was cut off while it was written is taken as not
    /// there: what it would have told of had not begun.
    ///
    /// # Errors
    ///
    /// A sentence when the run that keeps it is still going, when the file cannot be read or written, or when a line
    /// of it is damaged.
    pub fn take_up(path: &Path) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("cannot read {}: {error}", path.display());
        let file = private::appending().open(path).map_err(failed)?;
        if !private::claim(&file) {
            return Err(format!(
                "{} belongs to a run that is still going; wait for its end, or stop it with Ctrl-C",
                path.display()
            ));
        }
        let text = fs::read_to_string(path).map_err(failed)?;
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let (mut header, mut open, mut last) = (None, Open::default(), 0);
        for (index, line) in whole.lines().enumerate() {
            let entry: Entry = serde_json::from_str(line)
                .map_err(|error| format!("{}: line {} is damaged: {error}", path.display(), index + 1))?;
            match &entry {
                Entry::Begun(begun) => header = Some(begun.clone()),
                Entry::Intent { number, .. } => last = last.max(*number),
                Entry::Answered { .. } | Entry::Settled { .. } | Entry::Found(_) | Entry::Removed { .. } => {}
            }
            open.apply(entry);
        }
        let header = header
            .ok_or_else(|| format!("{} is no cleanup ledger: its first line is missing", path.display()))?;
        if !text.ends_with('\n') {
            let end = whole.len() as u64 + 1;
            file.set_len(end).map_err(failed)?;
        }
        let state = Mutex::new(State { file, next: last + 1, open });
        Ok(Self { path: path.to_owned(), header, state })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whose records it speaks of.
    pub fn header(&self) -> &LedgerHeader {
        &self.header
    }

    /// Records that are there and should not stay, the newest first.
    pub fn created(&self) -> Vec<Created> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).open.created.iter().rev().cloned().collect()
    }

    /// Requests whose fate is not known.
    pub fn intents(&self) -> Vec<Intent> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).open.intents.values().cloned().collect()
    }

    /// Whether nothing is left to do.
    pub fn is_settled(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.open == Open::default()
    }

    /// Notes a record that a request without answer had created.
    ///
    /// # Errors
    ///
    /// A sentence when the file cannot be written.
    pub fn found(&self, created: Created) -> Result<(), String> {
        self.append(Entry::Found(created))
    }

    /// Notes that a record is gone.
    ///
    /// # Errors
    ///
    /// A sentence when the file cannot be written.
    pub fn removed(&self, id: &str) -> Result<(), String> {
        self.append(Entry::Removed { id: id.to_owned() })
    }

    /// Notes that all that a request may have created was looked for.
    ///
    /// # Errors
    ///
    /// A sentence when the file cannot be written.
    pub fn settled(&self, number: u64) -> Result<(), String> {
        self.append(Entry::Settled { number })
    }

    fn append(&self, entry: Entry) -> Result<(), String> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.write(&mut state, entry)
    }

    fn write(&self, state: &mut State, entry: Entry) -> Result<(), String> {
        let failed = |error: &dyn std::fmt::Display| {
            format!("cannot write the cleanup ledger {}: {error}", self.path.display())
        };
        let mut line = serde_json::to_string(&entry).map_err(|error| failed(&error))?;
        line.push('\n');
        state.file.write_all(line.as_bytes()).map_err(|error| failed(&error))?;
        state.file.sync_data().map_err(|error| failed(&error))?;
        state.open.apply(entry);
        Ok(())
    }
}

impl Witness for Ledger {
    fn before(&self, request: &Request) -> Result<u64, String> {
        if !may_create(request) {
            return Ok(0);
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let number = state.next;
        state.next += 1;
        let traces = traces(request, &self.header.mark);
        let (method, path) = (request.method.clone(), request.path_only().to_owned());
        self.write(&mut state, Entry::Intent { number, method, path, traces })?;
        Ok(number)
    }

    fn after(
        &self,
        number: u64,
        request: &Request,
        answer: Option<&Answer>,
        reached: bool,
    ) -> Result<(), String> {
        match answer {
            Some(answer) if number > 0 => {
                self.append(Entry::Answered { number, created: created(request, answer) })
            }
            Some(answer) if (200..300).contains(&answer.status) => match deletes(request) {
                Some(id) if self.created().iter().any(|created| same(&created.id, id)) => self.removed(id),
                Some(_) | None => Ok(()),
            },
            None if number > 0 && !reached => self.settled(number),
            Some(_) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("mockorg-ledger-{}-{name}", std::process::id()));
        let _ = fs::remove_file(&path);
        path
    }

    fn header() -> LedgerHeader {
        LedgerHeader {
            run: "7".to_owned(),
            mark: "mockorg-7 ".to_owned(),
            organization: "00D000000000001".to_owned(),
            target: "https://example.com".to_owned(),
        }
    }

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, headers: Vec::new(), body: body.as_bytes().to_vec(), curl: "".into() }
    }

    fn post() -> Request {
        Request::post("/services/data/v62.0/sobjects/Account")
            .text("application/json", r#"{"Name":"mockorg-7 A"}"#)
    }

    #[test]
    fn a_crash_between_request_and_answer_leaves_a_trace() {
        let path = path("crash");
        let ledger = Ledger::begin(&path, header()).unwrap();
        let first = ledger.before(&post()).unwrap();
        let body = r#"{"id":"001000000000AAAAAA","success":true}"#;
        ledger.after(first, &post(), Some(&answer(201, body)), true).unwrap();
        ledger.before(&post()).unwrap();
        drop(ledger);
        // The line that was being written when the process ended.
        fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"entry\":\"ans").unwrap();

        let ledger = Ledger::take_up(&path).unwrap();
        assert_eq!(ledger.created().len(), 1);
        assert_eq!(ledger.intents()[0].traces[0].value, "mockorg-7 A");
        ledger.removed("001000000000AAA").unwrap();
        ledger.settled(2).unwrap();
        drop(ledger);
        assert!(Ledger::take_up(&path).unwrap().is_settled());
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_ledger_is_its_runs_and_its_owners_alone() {
        let path = path("busy");
        let ledger = Ledger::begin(&path, header()).unwrap();
        assert!(Ledger::take_up(&path).unwrap_err().contains("still going"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        drop(ledger);
        assert!(Ledger::take_up(&path).unwrap().is_settled());
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn what_a_case_deletes_itself_needs_no_sweeping() {
        let path = path("own");
        let ledger = Ledger::begin(&path, header()).unwrap();
        let number = ledger.before(&post()).unwrap();
        let body = r#"{"id":"001000000000AAAAAA","success":true}"#;
        ledger.after(number, &post(), Some(&answer(201, body)), true).unwrap();
        let delete = Request::delete("/services/data/v62.0/sobjects/Account/001000000000AAAAAA");
        let number = ledger.before(&delete).unwrap();
        ledger.after(number, &delete, Some(&answer(204, "")), true).unwrap();
        assert!(ledger.is_settled());
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_damaged_line_is_named_and_a_ledger_is_never_overwritten() {
        let path = path("damaged");
        fs::write(&path, "{\"entry\":\"nonsense\"}\n").unwrap();
        assert!(Ledger::take_up(&path).unwrap_err().contains("line 1 is damaged"));
        assert!(Ledger::begin(&path, header()).unwrap_err().contains("is there already"));
        fs::remove_file(&path).unwrap();
    }
}
