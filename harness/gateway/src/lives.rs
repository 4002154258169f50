//! How the org begins anew: at a reset, at the return to a snapshot, and as a branch of another one.

use std::{sync::Arc, time::Duration};

use mockorg_org::{Org, Timestamp, events::ReplayId};

use crate::{
    Beginning, Clock, Gateway, events::KeptEvents, gateway::State, moment::Moment, recording::Entry,
    snapshots::discard,
};

/// For how long an org that follows the machine's clock begins from what was loaded before. Then the org file is
/// loaded again, so that what it says of today and now holds.
const GOOD_FOR: Duration = Duration::from_secs(3600);

impl Gateway {
    /// Puts the org and the clock back to the beginning, as the last reset chose it.
    pub fn reset(&self) {
        let beginning = self.state().moment.beginning;
        self.reset_as_imported(beginning);
    }

    /// Puts the org and the clock back to how they were started, whatever resets and imports have chosen since.
    pub fn reset_to_start(&self) {
        self.reset_to(Beginning::default());
    }

    /// Puts the org and the clock to a beginning of the org file of the start, from now on that of each reset.
    pub(crate) fn reset_to(&self, beginning: Beginning) {
        match self.imported() {
            Some(_) => self.import_no_more(beginning),
            None => self.reset_as_imported(beginning),
        }
    }

    fn reset_as_imported(&self, beginning: Beginning) {
        let fresh = self.fresh(beginning);
        let entry = Entry::Reset { at: fresh.started, beginning };
        self.begin_anew(fresh, entry);
    }

    /// Puts an org that begins in the place of the present one.
    pub(crate) fn begin_anew(&self, fresh: Moment, entry: Entry) {
        let begun = fresh.begun;
        let kept = self.kept_beginning();
        let mut state = self.state();
        // Encodings are good for the definitions with which they were made.
        let is_of = |org: &Org| Arc::ptr_eq(org.catalog(), fresh.org.catalog());
        let good =
            kept.filter(|(kept, _)| is_of(&kept.org) && is_of(&state.moment.org) && kept.begun == begun);
        let events = good.map(|(_, events)| events).unwrap_or_default();
        self.keep(entry);
        let old = std::mem::replace(&mut state.moment, fresh);
        let lasting = self.webhooks().end_all();
        self.begin_life(&mut state, (events, begun), |moment| {
            let Moment { org, started, begun, .. } = moment;
            self.webhooks().begin_anew(org, *started, *begun, lasting);
        });
        self.stubs().begin_anew();
        drop(state);
        self.number_requests_anew();
        discard(old);
    }

    /// The org as it begins. It is made once, and copied as long as the time allows.
    fn fresh(&self, beginning: Beginning) -> Moment {
        let clock = beginning.clock.map_or(self.options.clock, Clock::Manual);
        let kept = self.kept_beginning().map(|(kept, _)| kept);
        let good = kept.filter(|kept| kept.beginning == beginning && is_good(clock, kept.started));
        if let Some(mut kept) = good {
            kept.clock = clock;
            return kept;
        }
        let fresh = Moment::begin_at(&self.maker(), clock, clock.now(), beginning);
        self.keep_beginning(fresh.clone());
        fresh
    }

    /// The org has become another one: whoever looks on has to look anew. Those that outlive the life before go on
    /// after `begun`.
    pub(crate) fn begin_life(
        &self,
        state: &mut State,
        (events, begun): (KeptEvents, ReplayId),
        with_webhooks: impl FnOnce(&mut Moment),
    ) {
        if let Some(recorder) = self.recorder() {
            state.moment.org.start_recording(recorder.recording());
        }
        self.tell_began(&state.moment);
        self.feed().restart(events, begun);
        self.journal().begin_anew(state.moment.org.events().tail());
        self.follow(state);
        with_webhooks(&mut state.moment);
        self.keep_recorded(state);
        self.wake_timer();
    }
}

/// Whether an org that began at `then` is what would begin now.
fn is_good(clock: Clock, then: Timestamp) -> bool {
    let now = clock.now();
    match clock {
        Clock::Manual(_) => now == then,
        Clock::System { .. } => then <= now && now < then + GOOD_FOR && now.date() == then.date(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_good_at_its_own_time_or_for_an_hour_of_the_same_day() {
        let now = Clock::SYSTEM.now();
        assert!(is_good(Clock::SYSTEM, now));
        let hour = i64::try_from(GOOD_FOR.as_millis()).unwrap();
        assert!(!is_good(Clock::SYSTEM, Timestamp::from_millis(now.millis() - hour - 1)));
        assert!(!is_good(Clock::SYSTEM, now + Duration::from_secs(600)), "the machine's clock was set back");
        assert!(is_good(Clock::Manual(now), now));
        assert!(!is_good(Clock::Manual(now), Timestamp::from_millis(now.millis() - 1)));
    }
}
