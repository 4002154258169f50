//! The stubs of an org: which there are, how they are added and ended.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use mockorg_org::{ControlRefusal, Stub};
use serde::{Deserialize, Serialize};

use super::entry::Entry;
use crate::{Gateway, recording::Entry as Done};

/// For how long a stub answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StubLife {
    /// After resets, too; its count begins anew.
    Lasting,
    /// Until the org is reset.
    UntilReset,
}

/// How a stub stands.
#[derive(Clone, Debug, PartialEq)]
pub struct StubState {
    /// The stub.
    pub stub: Stub,
    /// How many requests it has answered.
    pub answered: u32,
}

/// Stubs as they were, each with how many requests it had answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeptStubs(Vec<(Arc<Entry>, u32)>);

/// A stub as it is written down.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WrittenStub {
    stub: Stub,
    life: StubLife,
    answered: u32,
}

impl KeptStubs {
    /// The stubs to be written down.
    pub(crate) fn written(&self) -> Vec<WrittenStub> {
        let written = |(entry, answered): &(Arc<Entry>, u32)| WrittenStub {
            stub: entry.stub.clone(),
            life: entry.life,
            answered: *answered,
        };
        self.0.iter().map(written).collect()
    }

    /// The stubs that were written down.
    ///
    /// # Errors
    ///
    /// What is wrong with one of them, in words.
    pub(crate) fn read(written: Vec<WrittenStub>) -> Result<Self, String> {
        let read = |own: WrittenStub| Ok((Arc::new(Entry::new(own.stub, own.life)?), own.answered));
        written.into_iter().map(read).collect::<Result<_, String>>().map(Self)
    }
}

/// The stubs of an org, in the order in which they are asked.
#[derive(Debug, Default)]
pub(crate) struct Stubs {
    entries: Mutex<Arc<[Arc<Entry>]>>,
    /// Whether there are any, so that an org without stubs pays nothing.
    any: AtomicBool,
}

impl Stubs {
    /// The stubs in their order.
    pub(super) fn all(&self) -> Option<Arc<[Arc<Entry>]>> {
        self.any.load(Ordering::Acquire).then(|| Arc::clone(&self.lock()))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Arc<[Arc<Entry>]>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Arc<Entry>>)) {
        let mut entries = self.lock();
        let mut list = entries.to_vec();
        change(&mut list);
        self.any.store(!list.is_empty(), Ordering::Release);
        *entries = list.into();
    }

    /// The stubs as they are.
    pub(crate) fn kept(&self) -> KeptStubs {
        KeptStubs(self.lock().iter().map(|entry| (Arc::clone(entry), entry.answered())).collect())
    }

    /// Puts the stubs back to what they were.
    pub(crate) fn put_back(&self, kept: &KeptStubs) {
        self.change(|list| {
            *list = kept.0.iter().map(|(entry, answered)| Arc::new(entry.after(*answered))).collect();
        });
    }

    /// Puts a stub behind those that are asked before it, and in the place of the one of its name.
    fn put(&self, entry: Entry) {
        self.change(|list| {
            list.retain(|own| own.stub.name != entry.stub.name);
            let behind = list.iter().position(|own| own.stub.priority > entry.stub.priority);
            list.insert(behind.unwrap_or(list.len()), Arc::new(entry));
        });
    }

    /// Does again what was done before.
    pub(crate) fn add_again(&self, stub: Stub, life: StubLife) {
        // It was good when it was added.
        if let Ok(entry) = Entry::new(stub, life) {
            self.put(entry);
        }
    }

    /// Counts an answer again that was given before.
    pub(crate) fn answer_again(&self, name: &str) {
        for entry in self.lock().iter().filter(|entry| *entry.stub.name == *name) {
            entry.take();
        }
    }

    /// Ends the stub of this name, or all of them; gives how many those were.
    pub(crate) fn end(&self, name: Option<&str>) -> usize {
        let mut ended = 0;
        self.change(|list| {
            let before = list.len();
            list.retain(|entry| name.is_some_and(|name| *entry.stub.name != *name));
            ended = before - list.len();
        });
        ended
    }

    /// The org begins anew.
    pub(crate) fn begin_anew(&self) {
        self.change(|list| {
            *list = list
                .iter()
                .filter(|entry| entry.life == StubLife::Lasting)
                .map(|entry| Arc::new(entry.after(0)))
                .collect();
        });
    }
}

impl Gateway {
    /// Answers the requests of a stub from here on.
    ///
    /// # Errors
    ///
    /// What is wrong with the stub, and what would be right.
    pub fn add_stub(&self, stub: Stub, life: StubLife) -> Result<(), ControlRefusal> {
        let entry = taken_apart(stub, life)?;
        // Whoever keeps what is done learns of stubs in the order in which the org has them.
        let _state = self.state();
        if self.stubs().lock().iter().any(|own| own.stub.name == entry.stub.name) {
            return Err(ControlRefusal {
                error: format!("there is a stub {} already", entry.stub.name).into(),
                hint: "choose another name, or end that one first".into(),
            });
        }
        self.keep_stub(entry);
        Ok(())
    }

    /// Answers the requests of a stub that is there whenever the org starts. An org that was there before its process
    /// has it already, with what it has answered, unless it was ended or is another one now.
    ///
    /// # Errors
    ///
    /// As for [`Gateway::add_stub`].
    pub fn begin_stub(&self, stub: Stub) -> Result<(), ControlRefusal> {
        if !self.is_resumed() {
            return self.add_stub(stub, StubLife::Lasting);
        }
        let entry = taken_apart(stub, StubLife::Lasting)?;
        let _state = self.state();
        let is_known = self.stubs().lock().iter().any(|own| own.stub == entry.stub);
        if !is_known {
            self.keep_stub(entry);
        }
        Ok(())
    }

    fn keep_stub(&self, entry: Entry) {
        self.keep(Done::AddStub { stub: Box::new(entry.stub.clone()), life: entry.life });
        self.stubs().put(entry);
    }

    /// Counts one more answer of a stub and tells its number; `None` when it has given all that it was to give.
    pub(super) fn count_answer(&self, entry: &Entry) -> Option<u32> {
        if self.recorder().is_none() {
            return entry.take();
        }
        let _state = self.state();
        let count = entry.take()?;
        self.keep(Done::StubAnswered(entry.stub.name.clone()));
        Some(count)
    }

    /// How each stub stands, in the order in which they are asked.
    #[must_use]
    pub fn stub_states(&self) -> Vec<StubState> {
        let state = |entry: &Arc<Entry>| StubState { stub: entry.stub.clone(), answered: entry.answered() };
        self.stubs().lock().iter().map(state).collect()
    }

    /// Ends the stub of this name, or all of them; gives how many those were.
    pub fn end_stubs(&self, name: Option<&str>) -> usize {
        let _state = self.state();
        let ended = self.stubs().end(name);
        if ended > 0 {
            self.keep(Done::EndStubs(name.map(Into::into)));
        }
        ended
    }
}

/// Whether a stub can answer.
///
/// # Errors
///
/// What is wrong with it, and what would be right.
pub(crate) fn check(stub: &Stub) -> Result<(), ControlRefusal> {
    taken_apart(stub.clone(), StubLife::Lasting).map(drop)
}

fn taken_apart(stub: Stub, life: StubLife) -> Result<Entry, ControlRefusal> {
    let name = stub.name.clone();
    Entry::new(stub, life).map_err(|error| ControlRefusal {
        error: format!("the stub {name}: {error}").into(),
        hint: "`stub` in schemas/org.schema.json tells what a stub can be".into(),
    })
}
