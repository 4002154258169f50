//! A set of the rows of one chunk, one bit each.

/// How many rows a chunk holds at most.
pub(crate) const CHUNK_ROWS: usize = 1024;

const WORDS: usize = CHUNK_ROWS / 64;

/// Some of the rows of a chunk, by position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits([u64; WORDS]);

impl Bits {
    /// No row.
    #[must_use]
    pub(crate) const fn none() -> Self {
        Self([0; WORDS])
    }

    /// Whether the row is in the set.
    #[must_use]
    pub(crate) fn get(&self, position: usize) -> bool {
        self.0.get(position / 64).is_some_and(|word| word >> (position % 64) & 1 == 1)
    }

    /// Puts the row into the set.
    pub(crate) fn set(&mut self, position: usize) {
        if let Some(word) = self.0.get_mut(position / 64) {
            *word |= 1 << (position % 64);
        }
    }

    /// Takes the row out of the set.
    pub(crate) fn unset(&mut self, position: usize) {
        if let Some(word) = self.0.get_mut(position / 64) {
            *word &= !(1 << (position % 64));
        }
    }

    /// The rows that are in both sets.
    #[must_use]
    pub(crate) fn and(&self, other: &Self) -> Self {
        self.zip(other, |own, other| own & other)
    }

    /// The rows that are in either set.
    #[must_use]
    pub(crate) fn or(&self, other: &Self) -> Self {
        self.zip(other, |own, other| own | other)
    }

    /// The rows of this set that are not in the other one.
    #[must_use]
    pub(crate) fn and_not(&self, other: &Self) -> Self {
        self.zip(other, |own, other| own & !other)
    }

    fn zip(&self, other: &Self, word: impl Fn(u64, u64) -> u64) -> Self {
        Self(std::array::from_fn(|at| word(self.0[at], other.0[at])))
    }

    /// Whether the set has no row.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// How many rows the set has.
    #[must_use]
    pub(crate) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The positions of the set's rows, ascending.
    #[must_use]
    pub(crate) const fn iter(&self) -> Positions {
        Positions { bits: *self, word: 0 }
    }
}

/// The positions of a set's rows, ascending.
#[derive(Clone, Debug)]
pub(crate) struct Positions {
    /// What is still to come.
    bits: Bits,
    word: usize,
}

impl Iterator for Positions {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        loop {
            let word = self.bits.0.get_mut(self.word)?;
            if *word != 0 {
                let bit = word.trailing_zeros() as usize;
                *word &= *word - 1;
                return Some(self.word * 64 + bit);
            }
            self.word += 1;
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let count = self.bits.count();
        (count, Some(count))
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::btree_set, prelude::*};

    use super::*;

    fn bits(rows: impl IntoIterator<Item = usize>) -> Bits {
        let mut bits = Bits::none();
        rows.into_iter().for_each(|row| bits.set(row));
        bits
    }

    #[test]
    fn positions_behind_the_chunk_are_in_no_set() {
        let full = bits(0..CHUNK_ROWS);
        let mut bits = full;
        assert!(!bits.get(CHUNK_ROWS));
        bits.set(CHUNK_ROWS);
        bits.unset(CHUNK_ROWS);
        assert_eq!(bits, full);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn sets_of_rows_are_sets(a in btree_set(0..CHUNK_ROWS, 0..200), b in btree_set(0..CHUNK_ROWS, 0..200)) {
            let (one, other) = (bits(a.iter().copied()), bits(b.iter().copied()));
            let rows = |bits: Bits| bits.iter().collect::<Vec<_>>();
            prop_assert_eq!(rows(one), a.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(rows(one.and(&other)), a.intersection(&b).copied().collect::<Vec<_>>());
            prop_assert_eq!(rows(one.or(&other)), a.union(&b).copied().collect::<Vec<_>>());
            prop_assert_eq!(rows(one.and_not(&other)), a.difference(&b).copied().collect::<Vec<_>>());
            prop_assert_eq!(one.count(), a.len());
            prop_assert_eq!(one.is_empty(), a.is_empty());
            prop_assert_eq!(bits(b.iter().copied()).get(17), b.contains(&17));
        }
    }
}
