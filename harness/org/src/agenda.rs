//! Later work: what the org has to do once the time has come.

use crate::{Timestamp, record::Pages};

/// Work ordered by the time it is due, then by the order in which it was planned.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(bound(
    serialize = "W: Clone + serde::Serialize",
    deserialize = "W: Clone + serde::Deserialize<'de>"
))]
pub(crate) struct Agenda<W: Clone> {
    due: Pages<(Timestamp, u64), (u8, W)>,
    planned: u64,
    /// How many runs of automations lie behind what happens now; planned work goes on counting there.
    depth: u8,
}

impl<W: Clone> Default for Agenda<W> {
    fn default() -> Self {
        Self { due: Pages::default(), planned: 0, depth: 0 }
    }
}

impl<W: Clone> Agenda<W> {
    /// Plans `work` for `at`.
    pub(crate) fn plan(&mut self, at: Timestamp, work: W) {
        self.planned += 1;
        self.due.insert((at, self.planned), (self.depth, work));
    }

    /// How many pieces of work have been planned so far.
    pub(crate) const fn planned(&self) -> u64 {
        self.planned
    }

    /// Forgets the work that was planned since there were so many pieces of it, but for what `stays`.
    pub(crate) fn forget_since(&mut self, planned: u64, stays: impl Fn(&W) -> bool) {
        if self.planned > planned {
            self.due.retain(|(_, number), (_, work)| *number <= planned || stays(work));
        }
    }

    /// When the next work is due.
    pub(crate) fn next_deadline(&self) -> Option<Timestamp> {
        self.due.first().map(|((at, _), _)| *at)
    }

    /// All work, by the time it is due.
    pub(crate) fn works(&self) -> impl Iterator<Item = &W> {
        self.due.values().map(|(_, work)| work)
    }

    /// Takes the next work that is due at `now`, with the time for which it was planned.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<(Timestamp, W)> {
        self.take_due_of(now, |_| true)
    }

    /// The same of the work that `wanted` tells, past all other.
    pub(crate) fn take_due_of(
        &mut self,
        now: Timestamp,
        wanted: impl Fn(&W) -> bool,
    ) -> Option<(Timestamp, W)> {
        let key = {
            let mut due = self.due.range(..=(now, u64::MAX));
            due.find(|(_, (_, work))| wanted(work)).map(|(key, _)| *key)?
        };
        let (depth, work) = self.due.remove(&key)?;
        self.depth = depth;
        Some((key.0, work))
    }

    /// When the next of the work is due that `wanted` tells.
    pub(crate) fn next_deadline_of(&self, wanted: impl Fn(&W) -> bool) -> Option<Timestamp> {
        self.due.iter().find(|(_, (_, work))| wanted(work)).map(|((at, _), _)| *at)
    }

    /// How many runs of automations lie behind what happens now.
    pub(crate) const fn depth(&self) -> u8 {
        self.depth
    }

    /// Says how many runs of automations lie behind what happens from here on, and how many it was.
    pub(crate) const fn enter(&mut self, depth: u8) -> u8 {
        std::mem::replace(&mut self.depth, depth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_comes_by_time_then_by_order_of_planning() {
        let at = Timestamp::from_millis;
        let mut agenda = Agenda::default();
        for (time, work) in [(20, 'c'), (10, 'a'), (10, 'b'), (30, 'd')] {
            agenda.plan(at(time), work);
        }
        let mut done = Vec::new();
        while let Some((_, work)) = agenda.take_due(at(20)) {
            done.push(work);
        }
        assert_eq!(done, ['a', 'b', 'c']);
        assert_eq!(agenda.next_deadline(), Some(at(30)));
    }
}
