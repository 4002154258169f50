//! Finding things by name without regard to case, and without a copy of any name.

use std::cmp::Ordering;

use super::def::Slot;

/// Slots in the order of their names.
#[derive(Clone, Debug, Default)]
pub(super) struct NameIndex(Box<[Slot]>);

impl NameIndex {
    /// Orders named slots; when names agree but for their case, gives the slot of one of them.
    pub(super) fn new<'a>(named: impl Iterator<Item = (&'a str, Slot)>) -> Result<Self, Slot> {
        let mut named: Vec<(&str, Slot)> = named.collect();
        named.sort_by(|one, other| name_order(one.0, other.0));
        match named.windows(2).find(|pair| name_order(pair[0].0, pair[1].0).is_eq()) {
            Some(pair) => Err(pair[1].1),
            None => Ok(Self(named.into_iter().map(|(_, slot)| slot).collect())),
        }
    }

    /// The slot with this name; `name_of` tells the names by which the index was ordered.
    pub(super) fn find<'a>(&self, name: &str, name_of: impl Fn(Slot) -> &'a str) -> Option<Slot> {
        let at = self.0.binary_search_by(|slot| name_order(name_of(*slot), name)).ok()?;
        self.0.get(at).copied()
    }
}

/// The order of names without regard to the case of ASCII letters, which is all that names have.
pub(super) fn name_order(one: &str, other: &str) -> Ordering {
    for (one, other) in one.bytes().zip(other.bytes()) {
        // Names are mostly written in their own case, so folding is the exception.
        if one != other {
            let order = one.to_ascii_lowercase().cmp(&other.to_ascii_lowercase());
            if order.is_ne() {
                return order;
            }
        }
    }
    one.len().cmp(&other.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case_and_must_differ() {
        let names = ["Name", "AccountId", "Zone__c"];
        let named = || names.iter().enumerate().map(|(at, name)| (*name, Slot(u16::try_from(at).unwrap())));
        let index = NameIndex::new(named()).unwrap();
        let name_of = |slot: Slot| names[slot.index()];
        assert_eq!(index.find("ACCOUNTID", name_of), Some(Slot(1)));
        assert_eq!(index.find("zone__C", name_of), Some(Slot(2)));
        assert_eq!(index.find("Zone", name_of), None);
        assert!(NameIndex::new(named().chain([("NAME", Slot(3))])).is_err());
    }
}
