//! The stubs of an org: which there are, how they are added and ended.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use mockorg_org::{ControlRefusal, Stub};

use super::entry::Entry;
use crate::Gateway;

/// For how long a stub answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// The org begins anew.
    pub(crate) fn begin_anew(&self) {
        self.change(|list| {
            *list = list
                .iter()
                .filter(|entry| entry.life == StubLife::Lasting)
                .filter_map(|entry| entry.anew().map(Arc::new))
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
        let name = stub.name.clone();
        let entry = Entry::new(stub, life).map_err(|error| ControlRefusal {
            error: format!("the stub {name}: {error}").into(),
            hint: "`stub` in schemas/org.schema.json tells what a stub can be".into(),
        })?;
        let mut taken = false;
        self.stubs().change(|list| {
            taken = list.iter().any(|own| own.stub.name == name);
            if !taken {
                let behind = list.iter().position(|own| own.stub.priority > entry.stub.priority);
                list.insert(behind.unwrap_or(list.len()), Arc::new(entry));
            }
        });
        if taken {
            return Err(ControlRefusal {
                error: format!("there is a stub {name} already").into(),
                hint: "choose another name, or end that one first".into(),
            });
        }
        Ok(())
    }

    /// How each stub stands, in the order in which they are asked.
    #[must_use]
    pub fn stub_states(&self) -> Vec<StubState> {
        let state = |entry: &Arc<Entry>| StubState { stub: entry.stub.clone(), answered: entry.answered() };
        self.stubs().lock().iter().map(state).collect()
    }

    /// Ends the stub of this name, or all of them; gives how many those were.
    pub fn end_stubs(&self, name: Option<&str>) -> usize {
        let mut ended = 0;
        self.stubs().change(|list| {
            let before = list.len();
            list.retain(|entry| name.is_some_and(|name| *entry.stub.name != *name));
            ended = before - list.len();
        });
        ended
    }
}
