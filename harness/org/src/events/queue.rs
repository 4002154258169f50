//! A queue in parts: cheap to clone, as clones share the parts that neither side writes to.

use std::{collections::VecDeque, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many entries a part has; a write to a part that a clone shares copies it.
const PART: usize = 256;

/// Entries that come at the back and go at the front. A clone costs as much as there are parts of 256 entries.
///
/// # Examples
///
/// ```
/// use mockorg_org::events::Queue;
///
/// let mut queue: Queue<u32> = (0..1000).collect();
/// let before = queue.clone();
/// assert_eq!(queue.pop_front(), Some(0));
/// queue.push_back(1000);
/// assert_eq!((queue.front(), queue.len()), (Some(&1), 1000));
/// assert_eq!(before.after(997).collect::<Vec<_>>(), [&997, &998, &999]);
/// ```
#[derive(Clone, Debug)]
pub struct Queue<T> {
    /// All full but the last; none is empty.
    parts: VecDeque<Arc<Vec<T>>>,
    /// How many entries of the first part are gone.
    gone: usize,
    len: usize,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Queue<T> {
    /// An empty queue.
    #[must_use]
    pub const fn new() -> Self {
        Self { parts: VecDeque::new(), gone: 0, len: 0 }
    }

    /// How many entries there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The entry that came first.
    #[must_use]
    pub fn front(&self) -> Option<&T> {
        self.get(0)
    }

    /// The entry at a place, counted from the front.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<&T> {
        let place = place + self.gone;
        self.parts.get(place / PART)?.get(place % PART)
    }

    /// The entries from a place on, in the order in which they came.
    pub fn after(&self, place: usize) -> impl Iterator<Item = &T> {
        let place = place.min(self.len) + self.gone;
        let parts = self.parts.iter().skip(place / PART).enumerate();
        parts.flat_map(move |(at, part)| {
            part.get(if at == 0 { place % PART } else { 0 }..).unwrap_or_default()
        })
    }

    /// How many entries at the front `precedes` tells; all of those come before all others.
    #[must_use]
    pub fn partition_point(&self, precedes: impl Fn(&T) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low.midpoint(high);
            if self.get(middle).is_some_and(&precedes) { low = middle + 1 } else { high = middle }
        }
        low
    }
}

impl<T: Clone> Queue<T> {
    /// Puts an entry at the back.
    pub fn push_back(&mut self, entry: T) {
        self.len += 1;
        match self.parts.back_mut() {
            Some(part) if part.len() < PART => Arc::make_mut(part).push(entry),
            _ => self.parts.push_back(Arc::new(vec![entry])),
        }
    }

    /// Takes the entry at the front.
    pub fn pop_front(&mut self) -> Option<T> {
        let entry = self.parts.front()?.get(self.gone)?.clone();
        self.gone += 1;
        self.len -= 1;
        if self.parts.front().is_some_and(|part| part.len() == self.gone) {
            self.parts.pop_front();
            self.gone = 0;
        }
        Some(entry)
    }
}

impl<T: Clone> Extend<T> for Queue<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, entries: I) {
        entries.into_iter().for_each(|entry| self.push_back(entry));
    }
}

impl<T: Clone> FromIterator<T> for Queue<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        let mut queue = Self::new();
        queue.extend(entries);
        queue
    }
}

impl<T: Serialize> Serialize for Queue<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.after(0))
    }
}

impl<'de, T: Deserialize<'de> + Clone> Deserialize<'de> for Queue<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<T>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    #[test]
    fn a_clone_shares_the_parts_that_neither_changed() {
        let mut queue: Queue<usize> = (0..10 * PART + 1).collect();
        let before = queue.clone();
        queue.push_back(0);
        let shared = queue.parts.iter().zip(&before.parts).filter(|(one, other)| Arc::ptr_eq(one, other));
        assert_eq!(shared.count(), 10);
        assert_eq!(before.len(), 10 * PART + 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn queues_are_queues(steps in vec((any::<bool>(), 1..300_usize), 0..40), bound in 0..5000_usize) {
            let (mut queue, mut model, mut next) = (Queue::new(), VecDeque::new(), 0);
            for (push, times) in steps {
                for _ in 0..times {
                    if push {
                        queue.push_back(next);
                        model.push_back(next);
                        next += 1;
                    } else {
                        prop_assert_eq!(queue.pop_front(), model.pop_front());
                    }
                }
                prop_assert_eq!((queue.len(), queue.is_empty()), (model.len(), model.is_empty()));
                prop_assert_eq!(queue.front(), model.front());
            }
            prop_assert_eq!(queue.after(0).collect::<Vec<_>>(), model.iter().collect::<Vec<_>>());
            let point = queue.partition_point(|entry| *entry < bound);
            prop_assert_eq!(point, model.partition_point(|entry| *entry < bound));
            prop_assert_eq!(queue.after(point).collect::<Vec<_>>(), model.range(point..).collect::<Vec<_>>());
            prop_assert_eq!(queue.after(usize::MAX / 2).count(), 0);
        }
    }
}
