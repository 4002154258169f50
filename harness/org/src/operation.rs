//! All that can be done to an org from outside, as data, and the tape on which an org writes it down.
//!
//! An org is a fold over its operations: whoever keeps them has the org. What happens inside an operation is not
//! written down, it follows.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    ApiError, Call, Control, ControlRefusal, ControlReply, Mark, Org, PageSink, Reply, Session, Timestamp,
    ValueRef, events::EventSubscriber, faults::ExchangeFacts, sink::PageTree,
};

/// One thing that was done to an org, with all that decides what comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Operation {
    /// [`Org::call`], [`Org::call_again`] or [`Org::call_into`].
    Call {
        /// When.
        at: Timestamp,
        /// On whose behalf.
        session: Session,
        /// What.
        call: Call,
        /// Whether an earlier call has counted the request.
        #[serde(default)]
        counted: bool,
    },
    /// [`Org::begin`].
    Begin {
        /// When.
        at: Timestamp,
        /// On whose behalf.
        session: Session,
    },
    /// [`Org::check_session`].
    CheckSession {
        /// When.
        at: Timestamp,
        /// The session.
        session: Session,
    },
    /// [`Org::return_to`].
    ReturnTo(Mark),
    /// [`Org::end`].
    End(Timestamp),
    /// [`Org::advance`].
    Advance(Timestamp),
    /// [`Org::advance_briefly`].
    AdvanceBriefly(Timestamp),
    /// [`Org::advance_step`].
    AdvanceStep(Timestamp),
    /// [`Org::abandon`].
    Abandon,
    /// [`Org::refuse`].
    Refuse(Box<str>),
    /// [`Org::control`].
    Control {
        /// When.
        at: Timestamp,
        /// The order.
        control: Control,
    },
    /// [`Org::inject_gap`].
    InjectGap {
        /// The object.
        object: Box<str>,
        /// How many of its changes.
        changes: u32,
    },
    /// [`Org::set_async_delay`].
    AsyncDelay(Duration),
    /// [`Org::strike_exchange`].
    StrikeExchange {
        /// When.
        at: Timestamp,
        /// The request.
        exchange: Box<ExchangeFacts>,
    },
    /// [`Org::show_subscriber`].
    ShowSubscriber {
        /// When.
        at: Timestamp,
        /// The subscriber as it stands.
        subscriber: Box<EventSubscriber>,
    },
    /// [`Org::hide_subscriber`].
    HideSubscriber {
        /// When.
        at: Timestamp,
        /// The subscriber as it stood.
        subscriber: Box<EventSubscriber>,
    },
}

impl Operation {
    /// When it was done; `None` where time plays no part.
    #[must_use]
    pub const fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Call { at, .. }
            | Self::Begin { at, .. }
            | Self::CheckSession { at, .. }
            | Self::End(at)
            | Self::Advance(at)
            | Self::AdvanceBriefly(at)
            | Self::AdvanceStep(at)
            | Self::Control { at, .. }
            | Self::StrikeExchange { at, .. }
            | Self::ShowSubscriber { at, .. }
            | Self::HideSubscriber { at, .. } => Some(*at),
            Self::ReturnTo(_)
            | Self::Abandon
            | Self::Refuse(_)
            | Self::InjectGap { .. }
            | Self::AsyncDelay(_) => None,
        }
    }

    /// Whether somebody was promised that this lasts. Calls that only read leave nothing behind but counters and the
    /// recent items of their user.
    #[must_use]
    pub fn promises(&self) -> bool {
        match self {
            Self::Call { call, .. } => !reads(call),
            Self::CheckSession { .. }
            | Self::Begin { .. }
            | Self::Refuse(_)
            | Self::StrikeExchange { .. } => false,
            _ => true,
        }
    }
}

/// Whether a call only reads.
fn reads(call: &Call) -> bool {
    match call {
        Call::Tooling(call) | Call::Saving { call, .. } => reads(call),
        Call::Together { calls, .. } => calls.iter().all(reads),
        Call::Authorize
        | Call::Limits
        | Call::RecordCount { .. }
        | Call::DescribeGlobal
        | Call::DescribeBasic { .. }
        | Call::Describe { .. }
        | Call::Retrieve { .. }
        | Call::RetrieveBlob { .. }
        | Call::RetrieveRelated { .. }
        | Call::Deleted { .. }
        | Call::Updated { .. }
        | Call::Recent { .. }
        | Call::Query { .. }
        | Call::QueryMore { .. }
        | Call::QueryColumns { .. }
        | Call::Explain { .. }
        | Call::Search { .. }
        | Call::ParameterizedSearch(_)
        | Call::SearchSuggestions(_)
        | Call::SearchScopeOrder
        | Call::SearchLayouts { .. }
        | Call::ListActions
        | Call::DescribeAction { .. }
        | Call::WhoAmI
        | Call::Introspect { .. } => true,
        _ => false,
    }
}

/// What came of an operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// Of a call. Rows that went to a sink are in a [`Reply::Page`].
    Answered(Result<Reply, ApiError>),
    /// Of an order.
    Ordered(Result<ControlReply, ControlRefusal>),
    /// Of the check of a session.
    Checked(Result<(), ApiError>),
    /// Of an operation that has nothing to tell.
    Done,
    /// mockorg itself went wrong, and the operation was abandoned.
    Panicked,
}

/// An operation that an org has written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// What was done.
    pub operation: Operation,
    /// What came of it; `None` where answers are not kept, or the operation did not come to its end.
    #[serde(default)]
    pub outcome: Option<Outcome>,
}

/// What an org writes down of what is done to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recording {
    /// Nothing.
    #[default]
    Off,
    /// Every operation.
    Operations,
    /// Every operation, and what came of it.
    Answers,
}

/// What has been written down and not yet been taken.
#[derive(Debug, Default)]
pub(crate) struct Tape {
    recording: Recording,
    done: Vec<Recorded>,
}

impl Clone for Tape {
    /// A copy of an org lives a life of its own, of which nobody has asked to be told.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Tape {
    /// Writes down an operation before it is performed, so that one that panics is there, too.
    pub(crate) fn write(&mut self, operation: impl FnOnce() -> Operation) {
        if self.recording != Recording::Off {
            self.done.push(Recorded { operation: operation(), outcome: None });
        }
    }

    /// Adds what came of the operation that was written down last.
    pub(crate) fn answer(&mut self, outcome: impl FnOnce() -> Outcome) {
        if self.keeps_answers()
            && let Some(last) = self.done.last_mut()
        {
            last.outcome = Some(outcome());
        }
    }

    pub(crate) const fn keeps_answers(&self) -> bool {
        matches!(self.recording, Recording::Answers)
    }
}

impl Org {
    /// Has the org write down from now on what is done to it. A clone of the org does not go on with it.
    pub fn start_recording(&mut self, recording: Recording) {
        self.tape = Tape { recording, done: Vec::new() };
    }

    /// What the org writes down.
    #[must_use]
    pub const fn recording(&self) -> Recording {
        self.tape.recording
    }

    /// Takes what was done since the last time.
    pub fn take_recorded(&mut self) -> Vec<Recorded> {
        std::mem::take(&mut self.tape.done)
    }

    /// Does again what was done before. An operation that panics is abandoned.
    pub fn repeat(&mut self, operation: Operation) -> Outcome {
        let done = catch_unwind(AssertUnwindSafe(|| self.perform_operation(operation)));
        done.unwrap_or_else(|_| {
            self.abandon();
            Outcome::Panicked
        })
    }

    fn perform_operation(&mut self, operation: Operation) -> Outcome {
        match operation {
            Operation::Call { at, session, call, counted: true } => {
                return Outcome::Answered(self.call_again(at, &session, call));
            }
            Operation::Call { at, session, call, counted: false } => {
                return Outcome::Answered(self.call(at, &session, call));
            }
            Operation::Begin { at, session } => return Outcome::Checked(self.begin(at, &session)),
            Operation::CheckSession { at, session } => {
                return Outcome::Checked(self.check_session(at, &session));
            }
            Operation::Control { at, control } => return Outcome::Ordered(self.control(at, control)),
            Operation::ReturnTo(mark) => self.return_to(mark),
            Operation::End(at) => self.end(at),
            Operation::Advance(at) => self.advance(at),
            Operation::AdvanceBriefly(at) => self.advance_briefly(at),
            Operation::AdvanceStep(at) => {
                self.advance_step(at);
            }
            Operation::Abandon => self.abandon(),
            Operation::Refuse(what) => self.refuse(&what),
            Operation::InjectGap { object, changes } => self.inject_gap(&object, changes),
            Operation::AsyncDelay(delay) => self.set_async_delay(delay),
            Operation::StrikeExchange { at, exchange } => {
                self.strike_exchange(at, &exchange);
            }
            Operation::ShowSubscriber { at, subscriber } => {
                return Outcome::Checked(self.show_subscriber(at, &subscriber).map(drop));
            }
            Operation::HideSubscriber { at, subscriber } => {
                return Outcome::Checked(self.hide_subscriber(at, &subscriber));
            }
        }
        Outcome::Done
    }
}

/// Sends rows on, and keeps them.
pub(crate) struct Tee<'s> {
    pub(crate) sink: &'s mut dyn PageSink,
    pub(crate) kept: PageTree,
}

impl PageSink for Tee<'_> {
    fn begin_page(&mut self, total_size: u64, next: Option<&str>) {
        self.sink.begin_page(total_size, next);
        self.kept.begin_page(total_size, next);
    }

    fn end_page(&mut self) {
        self.sink.end_page();
        self.kept.end_page();
    }

    fn begin_row(
        &mut self,
        object: &std::sync::Arc<str>,
        id: Option<crate::RecordId>,
        columns: &std::sync::Arc<[std::sync::Arc<str>]>,
    ) {
        self.sink.begin_row(object, id, columns);
        self.kept.begin_row(object, id, columns);
    }

    fn end_row(&mut self) {
        self.sink.end_row();
        self.kept.end_row();
    }

    fn value(&mut self, value: ValueRef<'_>) {
        self.sink.value(value);
        self.kept.value(value);
    }

    fn compound(&mut self, parts: &mut dyn Iterator<Item = (&std::sync::Arc<str>, ValueRef<'_>)>) {
        let parts: Vec<_> = parts.collect();
        self.sink.compound(&mut parts.iter().map(|(name, value)| (*name, *value)));
        self.kept.compound(&mut parts.into_iter());
    }

    fn blob_link(&mut self) {
        self.sink.blob_link();
        self.kept.blob_link();
    }
}
