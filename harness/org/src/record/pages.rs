//! Ordered numbers in pages: dense in memory, and cheap to clone, as clones share their pages.

use std::sync::Arc;

const PAGE: usize = 512;

/// A set of numbers in ascending order.
#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    /// Never empty ones, each with its first number.
    pages: Vec<(u64, Arc<Vec<u64>>)>,
}

impl Pages {
    pub(super) fn insert(&mut self, number: u64) {
        let at = self.page_of(number);
        let Some((first, page)) = self.pages.get_mut(at) else {
            return self.pages.push((number, Arc::new(vec![number])));
        };
        let Err(place) = page.binary_search(&number) else { return };
        if page.len() == PAGE {
            // Runs that only grow at their end leave full pages behind them.
            let rest = if place == PAGE { Vec::new() } else { Arc::make_mut(page).split_off(PAGE / 2) };
            let next = rest.first().copied().unwrap_or(number);
            self.pages.insert(at + 1, (next, Arc::new(rest)));
            let into = if number < next { at } else { at + 1 };
            let (first, page) = &mut self.pages[into];
            let page = Arc::make_mut(page);
            page.insert(page.partition_point(|own| *own < number), number);
            *first = page[0];
        } else {
            Arc::make_mut(page).insert(place, number);
            *first = page[0];
        }
    }

    pub(super) fn remove(&mut self, number: u64) {
        let at = self.page_of(number);
        let Some((first, page)) = self.pages.get_mut(at) else { return };
        let Ok(place) = page.binary_search(&number) else { return };
        if page.len() == 1 {
            self.pages.remove(at);
        } else {
            Arc::make_mut(page).remove(place);
            *first = page[0];
        }
    }

    /// The numbers from `low` to `high`, both included.
    pub(super) fn range(&self, low: u64, high: u64) -> impl Iterator<Item = u64> {
        let pages = self.pages.get(self.page_of(low)..).unwrap_or_default();
        pages
            .iter()
            .take_while(move |(first, _)| *first <= high)
            .flat_map(move |(_, page)| &page[page.partition_point(|own| *own < low)..])
            .copied()
            .take_while(move |number| *number <= high)
    }

    /// The last page that begins at or before the number, or the first page.
    fn page_of(&self, number: u64) -> usize {
        self.pages.partition_point(|(first, _)| *first <= number).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn all(pages: &Pages) -> Vec<u64> {
        pages.range(0, u64::MAX).collect()
    }

    #[test]
    fn ascending_numbers_fill_their_pages() {
        let mut pages = Pages::default();
        (0..10_000).for_each(|number| pages.insert(number));
        assert_eq!(pages.pages.len(), 10_000_usize.div_ceil(PAGE));
        assert_eq!(all(&pages), (0..10_000).collect::<Vec<_>>());
    }

    #[test]
    fn a_clone_shares_what_neither_changed() {
        let mut pages = Pages::default();
        (0..10_000).for_each(|number| pages.insert(number));
        let clone = pages.clone();
        pages.remove(9_999);
        let shared =
            pages.pages.iter().zip(&clone.pages).filter(|(one, other)| Arc::ptr_eq(&one.1, &other.1));
        assert_eq!(shared.count(), clone.pages.len() - 1);
        assert_eq!(clone.range(9_998, 10_000).collect::<Vec<_>>(), [9_998, 9_999]);
        assert_eq!(pages.range(9_998, 10_000).collect::<Vec<_>>(), [9_998]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn pages_are_an_ordered_set(steps in vec((any::<bool>(), 0..4000_u64), 0..6000), low in 0..4000_u64, span in 0..500_u64) {
            let mut pages = Pages::default();
            let mut set = BTreeSet::new();
            for (keep, number) in steps {
                if keep {
                    pages.insert(number);
                    set.insert(number);
                } else {
                    pages.remove(number);
                    set.remove(&number);
                }
            }
            prop_assert_eq!(all(&pages), set.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(
                pages.range(low, low + span).collect::<Vec<_>>(),
                set.range(low..=low + span).copied().collect::<Vec<_>>()
            );
        }
    }
}
