//! What was done before, done again.

use std::sync::Arc;

use mockorg_org::{Operation, Outcome};

use super::Entry;
use crate::{Clock, Gateway, gateway::State, moment::Moment};

impl Gateway {
    /// Does again what was done before, to an org that nobody else touches; gives what came of an operation.
    pub fn repeat(&self, entry: Entry) -> Option<Outcome> {
        let mut state = self.state();
        match entry {
            Entry::Org { operation, .. } => {
                if let Operation::ShowSubscriber { subscriber, .. } = &operation {
                    self.webhooks().show_again(subscriber);
                }
                return Some(state.moment.repeat(operation));
            }
            Entry::Clock(clock) => state.moment.clock = clock,
            Entry::Reset { at, beginning } => {
                let clock = beginning.clock.map_or(self.options.clock, Clock::Manual);
                self.begin_again(&mut state, Moment::begin_at(&self.maker(), clock, at, beginning));
            }
            Entry::Import { at, beginning, file } => {
                let clock = beginning.clock.map_or(self.options.clock, Clock::Manual);
                let make = match file {
                    Some(file) => self.import_again(&file, at),
                    None => Some(self.forget_import()),
                };
                if let Some(make) = make {
                    self.begin_again(&mut state, Moment::begin_at(&make, clock, at, beginning));
                }
            }
            Entry::TakeSnapshot(name) => {
                let kept = self.snapshot(&state);
                state.snapshots.insert(name, Arc::new(kept));
            }
            Entry::RestoreSnapshot(name) => {
                if let Some(kept) = state.snapshots.get(&name).cloned() {
                    state.moment = kept.moment().clone();
                    let (stubs, webhooks) = kept.beside();
                    self.stubs().put_back(stubs);
                    self.webhooks().put_back(webhooks);
                }
            }
            Entry::DropSnapshot(name) => {
                state.snapshots.remove(&name);
            }
            Entry::AddStub { stub, life } => self.stubs().add_again(*stub, life),
            Entry::StubAnswered(name) => self.stubs().answer_again(&name),
            Entry::EndStubs(name) => drop(self.stubs().end(name.as_deref())),
            Entry::AddWebhook { webhook, life, position } => {
                self.webhooks().add_again(&state.moment, *webhook, life, position);
            }
            Entry::SkipToEvent { webhook, position } => self.webhooks().skip_again(&webhook, position),
            Entry::EndWebhooks(name) => self.webhooks().end_again(name.as_deref()),
        }
        None
    }

    fn begin_again(&self, state: &mut State, fresh: Moment) {
        self.webhooks().begin_again(&fresh);
        self.stubs().begin_anew();
        state.moment = fresh;
    }
}
