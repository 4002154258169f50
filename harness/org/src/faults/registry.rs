//! The plans of an org: which of them fits what happens, and whether it strikes this time.

use serde::{Deserialize, Serialize};

use super::{
    operations::OperationName,
    plan::{EventFault, Fault, FaultPlan, FaultScope, FaultState},
};
use crate::{ApiError, RecordId, Timestamp, chance::Chance, jobs::Work};

/// Where plans are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Before a call is performed.
    Call,
    /// Before a record is saved or deleted.
    Record,
    /// Where the work of the asset life cycle writes records.
    Inside,
    /// Before a job does its work.
    Job,
    /// Where an event is published.
    Event,
    /// Where a change becomes an event.
    Change,
    /// Before a request reaches the org.
    Exchange,
}

/// The plans of an org, and what they hold up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Faults {
    states: Vec<FaultState>,
    /// A stream for each plan, so that none shifts the draws of another.
    chances: Vec<Chance>,
    /// The places at which some plan has to be asked, as bits. Without plans a place costs one look at it.
    asked: u8,
    /// Jobs that hang, by the plan that holds them.
    held: Vec<(Box<str>, Work)>,
    /// What the first row of a unit of a bulk job will fail with, by job and unit.
    failing_rows: Vec<((RecordId, RecordId), ApiError)>,
    /// What is being done now; known only while plans of records have to be asked.
    #[serde(skip)]
    pub(super) running: Option<Running>,
}

/// What is being done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Running {
    pub(super) operation: Option<OperationName>,
    pub(super) job_type: Option<&'static str>,
}

/// What happens, as far as plans can ask for it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts<'a> {
    pub(super) operations: &'a [OperationName],
    pub(super) objects: &'a [&'a str],
    pub(super) records: &'a [RecordId],
    pub(super) user: Option<&'a str>,
    pub(super) endpoint: Option<&'a str>,
    pub(super) method: Option<&'a str>,
    pub(super) job_type: Option<&'a str>,
}

impl Place {
    const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// The places at which a plan has to be asked.
    fn of(plan: &FaultPlan) -> u8 {
        let FaultScope { endpoints, methods, .. } = &plan.scope;
        match &plan.fault {
            Fault::Error { .. } if endpoints.is_empty() && methods.is_empty() => Self::Call.bit(),
            Fault::Record { .. } if plan.scope.is_inside() => Self::Record.bit() | Self::Inside.bit(),
            Fault::Record { .. } => Self::Record.bit(),
            Fault::Job { .. } => Self::Job.bit(),
            Fault::Event(EventFault::GapEvent) => Self::Change.bit(),
            Fault::Event(_) => Self::Event.bit(),
            Fault::Error { .. }
            | Fault::Latency(_)
            | Fault::Drop
            | Fault::Reset
            | Fault::Body(_)
            | Fault::Page { .. } => Self::Exchange.bit(),
        }
    }
}

impl FaultScope {
    /// Whether what happens is among what the scope asks for.
    fn fits(&self, facts: &Facts<'_>) -> bool {
        let among = |wanted: &[Box<str>], own: Option<&str>| {
            wanted.is_empty()
                || own.is_some_and(|own| wanted.iter().any(|text| text.eq_ignore_ascii_case(own)))
        };
        let any = |own: &OperationName| self.operations.iter().any(|text| own.is_meant_by(text));
        let named = |own: &&str| self.objects.iter().any(|text| text.eq_ignore_ascii_case(own));
        (self.operations.is_empty() || facts.operations.iter().any(any))
            && (self.objects.is_empty() || facts.objects.iter().any(named))
            && (self.records.is_empty() || facts.records.iter().any(|id| self.records.contains(id)))
            && among(&self.users, facts.user)
            && among(&self.endpoints, facts.endpoint)
            && among(&self.methods, facts.method)
            && among(&self.job_types, facts.job_type)
    }
}

impl FaultState {
    /// Whether the plan is to be asked at this time at all.
    fn is_open(&self, now: Timestamp) -> bool {
        let timing = &self.plan.timing;
        timing.from.is_none_or(|from| now >= from) && timing.until.is_none_or(|until| now < until)
    }

    /// Counts one more time that the scope fits, and tells whether the plan strikes.
    fn meet(&mut self, chance: &mut Chance) -> bool {
        let timing = &self.plan.timing;
        let met = self.met;
        self.met += 1;
        let due = met
            .checked_sub(u64::from(timing.after))
            .is_some_and(|past| past.is_multiple_of(u64::from(timing.every.max(1))));
        let spent = timing.times.is_some_and(|times| self.struck >= u64::from(times));
        // A draw is made only where it decides.
        let strikes = due
            && !spent
            && timing.probability.is_none_or(|likely| {
                chance.next() % u64::from(super::Probability::ONE.0) < u64::from(likely.0)
            });
        self.struck += u64::from(strikes);
        strikes
    }
}

impl Faults {
    /// Whether some plan has to be asked at a place.
    pub(crate) const fn at(&self, place: Place) -> bool {
        self.asked & place.bit() != 0
    }

    /// Whether there are no plans at all.
    pub(crate) const fn is_idle(&self) -> bool {
        self.asked == 0
    }

    pub(super) fn states(&self) -> &[FaultState] {
        &self.states
    }

    /// Takes a plan, in the place of one of the same name.
    pub(super) fn put(&mut self, seed: u64, plan: FaultPlan) -> FaultState {
        let chance = Chance::new(seed, &format!("fault {}", plan.name));
        let state = FaultState { plan, met: 0, struck: 0 };
        match self.states.iter().position(|own| own.plan.name == state.plan.name) {
            Some(place) => {
                // What hung by the plan before hangs by none; no plan has an empty name.
                let of_old = |(own, _): &&mut (Box<str>, Work)| **own == *state.plan.name;
                self.held.iter_mut().filter(of_old).for_each(|(own, _)| *own = Box::default());
                self.states[place] = state.clone();
                self.chances[place] = chance;
            }
            None => {
                self.states.push(state.clone());
                self.chances.push(chance);
            }
        }
        self.asked = self.states.iter().fold(0, |asked, own| asked | Place::of(&own.plan));
        state
    }

    /// Gives up the plans that `ended` tells; gives how many.
    pub(super) fn end(&mut self, ended: impl Fn(&FaultState) -> bool) -> usize {
        let before = self.states.len();
        let (states, chances) = (std::mem::take(&mut self.states), std::mem::take(&mut self.chances));
        (self.states, self.chances) =
            states.into_iter().zip(chances).filter(|(state, _)| !ended(state)).unzip();
        self.asked = self.states.iter().fold(0, |asked, own| asked | Place::of(&own.plan));
        before - self.states.len()
    }

    /// Whether some plan of a place asks for what `wants` tells: what nobody asks for need not be found out.
    pub(super) fn asks(&self, place: Place, wants: impl Fn(&FaultScope) -> bool) -> bool {
        self.states.iter().any(|own| Place::of(&own.plan) & place.bit() != 0 && wants(&own.plan.scope))
    }

    /// Whether what happens could be struck.
    pub(super) fn could_strike(&self, now: Timestamp, place: Place, facts: &Facts<'_>) -> bool {
        self.states.iter().any(|own| {
            Place::of(&own.plan) & place.bit() != 0
                && own.is_open(now)
                && own.left() != Some(0)
                && own.plan.scope.fits(facts)
        })
    }

    /// The first plan of a place that strikes. What is struck never meets the plans behind.
    pub(super) fn strike(
        &mut self,
        now: Timestamp,
        place: Place,
        facts: &Facts<'_>,
        applies: impl Fn(&FaultPlan) -> bool,
    ) -> Option<&FaultPlan> {
        let struck = self.states.iter_mut().zip(&mut self.chances).find_map(|(own, chance)| {
            let fits = Place::of(&own.plan) & place.bit() != 0
                && own.is_open(now)
                && own.plan.scope.fits(facts)
                && applies(&own.plan);
            (fits && own.meet(chance)).then_some(own)
        })?;
        Some(&struck.plan)
    }

    /// All plans of requests that strike; of those that end a request the first.
    pub(super) fn strike_all(&mut self, now: Timestamp, facts: &Facts<'_>) -> Vec<Fault> {
        let mut struck: Vec<Fault> = Vec::new();
        let mut ended = false;
        for (own, chance) in self.states.iter_mut().zip(&mut self.chances) {
            let ends = !matches!(own.plan.fault, Fault::Latency(_) | Fault::Body(_));
            let fits = Place::of(&own.plan) & Place::Exchange.bit() != 0
                && own.is_open(now)
                && own.plan.scope.fits(facts);
            if fits && !(ends && ended) && own.meet(chance) {
                ended |= ends;
                struck.push(own.plan.fault.clone());
            }
        }
        struck
    }

    /// Keeps work from going on until a plan is given up.
    pub(crate) fn hold(&mut self, plan: Box<str>, work: Work) {
        self.held.push((plan, work));
    }

    /// The work that no plan keeps any longer.
    pub(super) fn release(&mut self, now: Timestamp) -> Vec<Work> {
        let states = &self.states;
        let keeps = |name: &str| {
            states
                .iter()
                .any(|own| *own.plan.name == *name && own.plan.timing.until.is_none_or(|until| now < until))
        };
        let (held, free) = std::mem::take(&mut self.held).into_iter().partition(|(plan, _)| keeps(plan));
        self.held = held;
        free.into_iter().map(|(_, work): (Box<str>, Work)| work).collect()
    }

    /// Has the first row of a unit of a bulk job fail.
    pub(crate) fn fail_first_row(&mut self, unit: (RecordId, RecordId), error: ApiError) {
        self.failing_rows.push((unit, error));
    }

    /// What the next row of a unit of a bulk job fails with.
    pub(crate) fn take_failing_row(&mut self, unit: (RecordId, RecordId)) -> Option<ApiError> {
        // Nearly always there is none.
        let place = self.failing_rows.iter().position(|(own, _)| *own == unit)?;
        Some(self.failing_rows.remove(place).1)
    }

    /// The work that is held up.
    pub(crate) fn held(&self) -> impl Iterator<Item = &Work> {
        self.held.iter().map(|(_, work)| work)
    }
}
