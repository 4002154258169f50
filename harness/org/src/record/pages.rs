//! Ordered entries in pages: dense in memory, and cheap to clone, as clones share their pages.

use std::{
    borrow::Borrow,
    ops::{Bound, RangeBounds},
    sync::Arc,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many entries a page has at most. A write to a page that a clone shares copies it.
const PAGE: usize = 512;

/// A map in the order of its keys; a set, where there are no values.
#[derive(Clone, Debug)]
pub(crate) struct Pages<K, V = ()> {
    /// Never empty ones, each with its first key.
    pages: Vec<(K, Page<K, V>)>,
}

/// Some of the entries, shared with other maps until one of them is changed.
type Page<K, V> = Arc<Vec<(K, V)>>;

impl<K, V> Default for Pages<K, V> {
    fn default() -> Self {
        Self { pages: Vec::new() }
    }
}

impl<K: Ord + Clone, V: Clone> Pages<K, V> {
    /// Puts a value under a key; gives what was there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let at = self.page_of(&key);
        let Some((first, page)) = self.pages.get_mut(at) else {
            self.pages.push((key.clone(), Arc::new(vec![(key, value)])));
            return None;
        };
        let place = match page.binary_search_by(|(own, _)| own.cmp(&key)) {
            Ok(place) => {
                let (_, own) = Arc::make_mut(page).get_mut(place)?;
                return Some(std::mem::replace(own, value));
            }
            Err(place) => place,
        };
        if page.len() < PAGE {
            if place == 0 {
                *first = key.clone();
            }
            Arc::make_mut(page).insert(place, (key, value));
        } else if place == PAGE {
            // Runs that only grow at their end leave full pages behind them.
            self.pages.insert(at + 1, (key.clone(), Arc::new(vec![(key, value)])));
        } else {
            let page = Arc::make_mut(page);
            let mut rest = page.split_off(PAGE / 2);
            if let Some(place) = place.checked_sub(PAGE / 2 + 1) {
                rest.insert(place + 1, (key, value));
            } else {
                if place == 0 {
                    *first = key.clone();
                }
                page.insert(place, (key, value));
            }
            if let Some((next, _)) = rest.first() {
                self.pages.insert(at + 1, (next.clone(), Arc::new(rest)));
            }
        }
        None
    }

    /// Takes an entry out; gives its value.
    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let at = self.page_of(key);
        let (first, page) = self.pages.get_mut(at)?;
        let place = page.binary_search_by(|(own, _)| own.borrow().cmp(key)).ok()?;
        if page.len() == 1 {
            let (_, page) = self.pages.remove(at);
            return Arc::unwrap_or_clone(page).pop().map(|(_, value)| value);
        }
        let page = Arc::make_mut(page);
        let (_, value) = page.remove(place);
        if place == 0 {
            *first = page[0].0.clone();
        }
        Some(value)
    }

    /// The value under a key.
    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let (_, page) = self.pages.get(self.page_of(key))?;
        let place = page.binary_search_by(|(own, _)| own.borrow().cmp(key)).ok()?;
        page.get(place).map(|(_, value)| value)
    }

    /// The value under a key, to change it.
    pub(crate) fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let at = self.page_of(key);
        let (_, page) = self.pages.get_mut(at)?;
        let place = page.binary_search_by(|(own, _)| own.borrow().cmp(key)).ok()?;
        Arc::make_mut(page).get_mut(place).map(|(_, value)| value)
    }

    /// Keeps the entries that `wanted` tells. Pages of which all are kept stay shared.
    pub(crate) fn retain(&mut self, wanted: impl Fn(&K, &V) -> bool) {
        self.pages.retain_mut(|(first, page)| {
            if page.iter().any(|(key, value)| !wanted(key, value)) {
                let page = Arc::make_mut(page);
                page.retain(|(key, value)| wanted(key, value));
                if let Some((key, _)) = page.first() {
                    *first = key.clone();
                }
            }
            !page.is_empty()
        });
    }

    /// The entries of a range of keys, ascending.
    pub(crate) fn range<R: RangeBounds<K>>(
        &self,
        range: R,
    ) -> impl Iterator<Item = (&K, &V)> + use<'_, K, V, R> {
        let page = match range.start_bound() {
            Bound::Included(key) | Bound::Excluded(key) => self.page_of(key),
            Bound::Unbounded => 0,
        };
        let pages = self.pages.get(page..).unwrap_or_default();
        let start = pages.first().map_or(0, |(_, page)| {
            page.partition_point(|(key, _)| match range.start_bound() {
                Bound::Included(start) => key < start,
                Bound::Excluded(start) => key <= start,
                Bound::Unbounded => false,
            })
        });
        let entries = pages.iter().enumerate().flat_map(move |(at, (_, page))| {
            let page = page.get(if at == 0 { start } else { 0 }..).unwrap_or_default();
            page.iter().map(|(key, value)| (key, value))
        });
        entries.take_while(move |(key, _)| match range.end_bound() {
            Bound::Included(end) => *key <= end,
            Bound::Excluded(end) => *key < end,
            Bound::Unbounded => true,
        })
    }

    /// All entries, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.pages.iter().flat_map(|(_, page)| page.iter().map(|(key, value)| (key, value)))
    }

    /// All values, by ascending keys.
    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// The first entry.
    pub(crate) fn first(&self) -> Option<(&K, &V)> {
        self.pages.first()?.1.first().map(|(key, value)| (key, value))
    }

    /// How many entries there are; counted page by page.
    pub(crate) fn len(&self) -> usize {
        self.pages.iter().map(|(_, page)| page.len()).sum()
    }

    /// The last page that begins at or before the key, or the first page.
    fn page_of<Q: Ord + ?Sized>(&self, key: &Q) -> usize
    where
        K: Borrow<Q>,
    {
        self.pages.partition_point(|(first, _)| first.borrow() <= key).saturating_sub(1)
    }
}

impl<K: Ord + Clone, V: Clone> FromIterator<(K, V)> for Pages<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut pages = Self::default();
        for (key, value) in entries {
            pages.insert(key, value);
        }
        pages
    }
}

impl<K: Ord + Clone + Serialize, V: Clone + Serialize> Serialize for Pages<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, K, V> Deserialize<'de> for Pages<K, V>
where
    K: Ord + Clone + Deserialize<'de>,
    V: Clone + Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn all(pages: &Pages<u64>) -> Vec<u64> {
        pages.iter().map(|(key, ())| *key).collect()
    }

    fn ascending() -> Pages<u64> {
        (0..10_000).map(|number| (number, ())).collect()
    }

    #[test]
    fn ascending_numbers_fill_their_pages() {
        let pages = ascending();
        assert_eq!(pages.pages.len(), 10_000_usize.div_ceil(PAGE));
        assert_eq!(all(&pages), (0..10_000).collect::<Vec<_>>());
    }

    #[test]
    fn a_clone_shares_what_neither_changed() {
        let mut pages = ascending();
        let clone = pages.clone();
        pages.remove(&9_999);
        pages.retain(|key, ()| *key != 0);
        let shared =
            pages.pages.iter().zip(&clone.pages).filter(|(one, other)| Arc::ptr_eq(&one.1, &other.1));
        assert_eq!(shared.count(), clone.pages.len() - 2);
        assert_eq!(clone.range(9_998..=10_000).map(|(key, ())| *key).collect::<Vec<_>>(), [9_998, 9_999]);
        assert_eq!(pages.range(9_998..).map(|(key, ())| *key).collect::<Vec<_>>(), [9_998]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn pages_are_an_ordered_map(steps in vec((0..5_u8, 0..4000_u64), 0..6000), low in 0..4000_u64, span in 0..500_u64) {
            let mut pages = Pages::default();
            let mut map = BTreeMap::new();
            for (at, (step, key)) in steps.into_iter().enumerate() {
                match step {
                    0 => prop_assert_eq!(pages.remove(&key), map.remove(&key)),
                    1 => {
                        if let (Some(one), Some(other)) = (pages.get_mut(&key), map.get_mut(&key)) {
                            *one += 1;
                            *other += 1;
                        }
                    }
                    _ => prop_assert_eq!(pages.insert(key, at), map.insert(key, at)),
                }
                prop_assert_eq!(pages.get(&key), map.get(&key));
            }
            prop_assert_eq!(pages.iter().collect::<Vec<_>>(), map.iter().collect::<Vec<_>>());
            prop_assert_eq!(pages.len(), map.len());
            prop_assert_eq!(pages.first(), map.first_key_value());
            prop_assert_eq!(
                pages.range(low..=low + span).collect::<Vec<_>>(),
                map.range(low..=low + span).collect::<Vec<_>>()
            );
            prop_assert_eq!(pages.range(..low).count(), map.range(..low).count());
            pages.retain(|key, _| key % 3 == 0);
            map.retain(|key, _| key % 3 == 0);
            prop_assert_eq!(pages.iter().collect::<Vec<_>>(), map.iter().collect::<Vec<_>>());
        }
    }
}
