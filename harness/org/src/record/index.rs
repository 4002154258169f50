//! The rows of a table by the value of one field: ordered by a digest of the value, which the reader
//! holds against the value itself.

use crate::{
    RecordId, ValueRef,
    catalog::{FieldDef, FieldType, SObjectDef},
    text_equal,
};

use super::{chunk::RowNo, pages::Pages};

/// What an index is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IndexKind {
    /// Unique, external id and idLookup fields, and the object's name.
    Key,
    /// References: the children of a parent.
    Reference,
    /// Fields that duplicate rules compare.
    Match,
}

/// The rows of a table by the value of one field. Rows that are null are not in it.
#[derive(Clone, Debug)]
pub(super) struct Index {
    pub(super) kind: IndexKind,
    /// The digest in the upper half, the row in the lower one.
    entries: Pages<u64>,
}

impl Index {
    /// An empty index, if the field deserves one.
    pub(super) fn new(object: &SObjectDef, field: &FieldDef) -> Option<Self> {
        let slot = Some(field.slot);
        let kind = match field.field_type {
            FieldType::Id => return None,
            // Who created and changed a record is asked for rarely.
            FieldType::Reference => (slot != object.system.created_by_id
                && slot != object.system.last_modified_by_id)
                .then_some(IndexKind::Reference)?,
            _ if field.is_key() || slot == object.system.name => IndexKind::Key,
            _ if is_matched(object, field) => IndexKind::Match,
            _ => return None,
        };
        Some(Self { kind, entries: Pages::default() })
    }

    pub(super) fn insert(&mut self, value: ValueRef<'_>, row: RowNo) {
        if let Some(digest) = digest(value) {
            self.entries.insert(entry(digest, row), ());
        }
    }

    /// Adds many rows; those that are null are left out.
    pub(super) fn fill<'v>(&mut self, rows: impl Iterator<Item = (ValueRef<'v>, RowNo)>) {
        let mut entries: Vec<u64> = rows
            .filter(|(value, _)| !value.is_null())
            .filter_map(|(value, row)| Some(entry(digest(value)?, row)))
            .collect();
        // In their order each goes behind the last one.
        entries.sort_unstable();
        for entry in entries {
            self.entries.insert(entry, ());
        }
    }

    pub(super) fn remove(&mut self, value: ValueRef<'_>, row: RowNo) {
        if let Some(digest) = digest(value) {
            self.entries.remove(&entry(digest, row));
        }
    }

    /// The rows that can hold the value, ascending; some may hold another one.
    pub(super) fn candidates(&self, value: ValueRef<'_>) -> impl Iterator<Item = RowNo> + use<'_> {
        digest(value)
            .into_iter()
            .flat_map(|digest| self.entries.range(entry(digest, RowNo(0))..=entry(digest, RowNo(u32::MAX))))
            .map(|(entry, ())| RowNo(*entry as u32))
    }
}

/// Whether a duplicate rule of the object compares this field.
fn is_matched(object: &SObjectDef, field: &FieldDef) -> bool {
    let rules = object.duplicate_rules.iter().filter(|rule| rule.active);
    rules.flat_map(|rule| &rule.matches).any(|own| own.field.eq_ignore_ascii_case(&field.name))
}

/// Whether two values are the same key.
pub(super) fn same_key(one: ValueRef<'_>, other: ValueRef<'_>, case_sensitive: bool) -> bool {
    match (one, other) {
        (ValueRef::Text(one), ValueRef::Text(other)) if case_sensitive => one == other,
        (ValueRef::Text(one), ValueRef::Text(other)) => text_equal(one, other),
        (ValueRef::Id(one), ValueRef::Id(other)) => one == other,
        _ => one.as_number().zip(other.as_number()).is_some_and(|(one, other)| one == other),
    }
}

fn entry(digest: u32, row: RowNo) -> u64 {
    u64::from(digest) << 32 | u64::from(row.0)
}

/// A number that values share when they are the same key, with or without regard to case.
fn digest(value: ValueRef<'_>) -> Option<u32> {
    Some(match value {
        // As `text_order` compares texts.
        ValueRef::Text(text) if text.is_ascii() => {
            mix(text.bytes().map(|c| u64::from(c.to_ascii_uppercase())))
        }
        ValueRef::Text(text) => mix(text.chars().flat_map(char::to_uppercase).map(u64::from)),
        ValueRef::Id(id) => digest_of_id(id),
        _ => {
            let number = value.as_number()?.normalize();
            let mantissa = number.mantissa();
            mix([mantissa as u64, (mantissa >> 64) as u64, u64::from(number.scale())].into_iter())
        }
    })
}

fn digest_of_id(id: RecordId) -> u32 {
    // Ids of one object differ at their ends.
    mix(id.as_15().as_bytes().chunks(8).map(|part| part.iter().fold(0, |all, c| all << 8 | u64::from(*c))))
}

fn mix(parts: impl Iterator<Item = u64>) -> u32 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let all = parts.fold(ODD, |all, part| (all.rotate_left(5) ^ part).wrapping_mul(ODD));
    // The upper bits depend on every part.
    ((all ^ all >> 29).wrapping_mul(ODD) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn the_same_key_has_one_digest() {
        let number = |text: &str| ValueRef::Number(text.parse().unwrap());
        for (one, other) in [
            (ValueRef::Text("Straße"), ValueRef::Text("STRASSE")),
            (ValueRef::Text("a.admin@Example"), ValueRef::Text("A.ADMIN@eXAMPLE")),
            (ValueRef::Text("DIYARBAKIR"), ValueRef::Text("dıyarbakır")),
            (number("10.50"), number("10.5")),
            (number("7.0"), ValueRef::Int(7)),
            (number("-0.0"), ValueRef::Int(0)),
        ] {
            assert!(same_key(one, other, false), "{one:?} {other:?}");
            assert_eq!(digest(one), digest(other), "{one:?} {other:?}");
        }
        assert_eq!(digest(ValueRef::Null), None);
    }

    #[test]
    fn names_and_ids_that_are_counted_up_rarely_share_a_digest() {
        let names = (0..100_000).map(|number| format!("Account {number}"));
        let digests: BTreeSet<_> = names.map(|name| digest(ValueRef::Text(&name))).collect();
        assert!(digests.len() > 99_900, "{}", digests.len());
        let ids = (0..100_000).map(|number| RecordId::compose(*b"001", *b"xx0", number));
        let digests: BTreeSet<_> = ids.map(|id| digest(ValueRef::Id(id))).collect();
        assert!(digests.len() > 99_900, "{}", digests.len());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

        #[test]
        fn equal_texts_and_numbers_agree_on_their_digest(one in "[aAsSßſıiIéÉ]{0,3}", other in "[aAsSßſıiIéÉ]{0,3}", mantissa: i64, scale in 0..9_u32) {
            if text_equal(&one, &other) {
                prop_assert_eq!(digest(ValueRef::Text(&one)), digest(ValueRef::Text(&other)));
            }
            let number = Decimal::new(mantissa, scale);
            let mut longer = number;
            longer.rescale(scale + 3);
            prop_assert_eq!(digest(ValueRef::Number(number)), digest(ValueRef::Number(longer)));
        }
    }
}
