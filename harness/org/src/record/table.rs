//! The records of one object, ordered by id, with the indexes that lookups need.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    RecordId, Value,
    catalog::{FieldType, SObjectDef, Slot},
    record::{Record, RecordView},
};

/// The records of one object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    records: BTreeMap<RecordId, Arc<Record>>,
    /// How many records were ever created: the counter of ids.
    created: u64,
    /// The last number of each auto number field.
    auto_numbers: BTreeMap<Slot, u64>,
    /// Records by the value of a unique, external id or idLookup field; text in its folded form.
    keys: BTreeMap<Slot, BTreeMap<Box<str>, BTreeSet<RecordId>>>,
    /// Children by parent, for each reference field.
    references: BTreeMap<Slot, BTreeSet<(RecordId, RecordId)>>,
}

/// The form under which a key field's value is indexed.
pub(crate) fn folded(value: &Value, case_sensitive: bool) -> Option<Box<str>> {
    Some(match value {
        Value::Text(text) if case_sensitive => Box::from(&**text),
        Value::Text(text) => text.to_lowercase().into(),
        Value::Number(number) => number.normalize().to_string().into(),
        Value::Int(number) => number.to_string().into(),
        _ => return None,
    })
}

impl Table {
    /// A table with empty indexes for the object's key and reference fields.
    pub(crate) fn new(object: &SObjectDef) -> Self {
        let mut table = Self::default();
        for field in &object.fields {
            if (field.unique || field.external_id || field.id_lookup) && field.field_type != FieldType::Id {
                table.keys.insert(field.slot, BTreeMap::new());
            }
            // Who created and changed a record is asked for rarely and would cost two entries a record.
            if field.field_type == FieldType::Reference
                && Some(field.slot) != object.system.created_by_id
                && Some(field.slot) != object.system.last_modified_by_id
            {
                table.references.insert(field.slot, BTreeSet::new());
            }
        }
        table
    }

    /// Whether there is a record with this id.
    pub(crate) fn contains(&self, id: RecordId) -> bool {
        self.records.contains_key(&id)
    }

    /// The record with this id.
    pub(crate) fn view<'a>(&'a self, object: &'a SObjectDef, id: RecordId) -> Option<RecordView<'a>> {
        self.records.get(&id).map(|record| RecordView::of(object, record))
    }

    /// All records, ordered by id.
    pub(crate) fn views<'a>(&'a self, object: &'a SObjectDef) -> impl Iterator<Item = RecordView<'a>> {
        self.records.values().map(move |record| RecordView::of(object, record))
    }

    /// The next number of the id counter.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.created += 1;
        self.created
    }

    /// The next number of an auto number field.
    pub(crate) fn next_auto_number(&mut self, slot: Slot) -> u64 {
        let number = self.auto_numbers.entry(slot).or_default();
        *number += 1;
        *number
    }

    /// Keeps the auto number counter ahead of a number that was loaded.
    pub(crate) fn saw_auto_number(&mut self, slot: Slot, number: u64) {
        let own = self.auto_numbers.entry(slot).or_default();
        *own = (*own).max(number);
    }

    /// Records whose key field has this value.
    pub(crate) fn by_key(
        &self,
        slot: Slot,
        value: &Value,
        case_sensitive: bool,
    ) -> impl Iterator<Item = RecordId> {
        let found = folded(value, case_sensitive).and_then(|key| self.keys.get(&slot)?.get(&key));
        found.into_iter().flatten().copied()
    }

    /// Whether `slot` has an index of keys.
    pub(crate) fn has_key_index(&self, slot: Slot) -> bool {
        self.keys.contains_key(&slot)
    }

    /// Whether `slot` has an index of references.
    pub(crate) fn has_reference_index(&self, slot: Slot) -> bool {
        self.references.contains_key(&slot)
    }

    /// Records whose reference field names `parent`, ordered by id.
    pub(crate) fn children(&self, slot: Slot, parent: RecordId) -> impl Iterator<Item = RecordId> {
        let range = (parent, RecordId::NULL)..=(parent, RecordId::LAST);
        self.references
            .get(&slot)
            .into_iter()
            .flat_map(move |index| index.range(range.clone()))
            .map(|(_, child)| *child)
    }

    /// Puts a record in place, keeps the indexes, and gives back what was there.
    pub(crate) fn put(&mut self, object: &SObjectDef, record: Record) -> Option<Record> {
        let id = record.id();
        let record = Arc::new(record);
        let old = self.records.insert(id, Arc::clone(&record));
        self.reindex(object, id, old.as_deref(), Some(&record));
        old.map(Arc::unwrap_or_clone)
    }

    /// Takes a record out entirely.
    pub(crate) fn remove(&mut self, object: &SObjectDef, id: RecordId) -> Option<Record> {
        let old = self.records.remove(&id);
        self.reindex(object, id, old.as_deref(), None);
        old.map(Arc::unwrap_or_clone)
    }

    fn reindex(&mut self, object: &SObjectDef, id: RecordId, old: Option<&Record>, new: Option<&Record>) {
        for (slot, index) in &mut self.keys {
            let case_sensitive = object.at(*slot).case_sensitive;
            let before = old.map_or(&Value::Null, |record| record.get(*slot));
            let after = new.map_or(&Value::Null, |record| record.get(*slot));
            if before == after {
                continue;
            }
            if let Some(key) = folded(before, case_sensitive)
                && let Some(ids) = index.get_mut(&key)
            {
                ids.remove(&id);
                if ids.is_empty() {
                    index.remove(&key);
                }
            }
            if let Some(key) = folded(after, case_sensitive) {
                index.entry(key).or_default().insert(id);
            }
        }
        for (slot, index) in &mut self.references {
            let before = old.and_then(|record| record.get(*slot).as_id());
            let after = new.and_then(|record| record.get(*slot).as_id());
            if before != after {
                if let Some(parent) = before {
                    index.remove(&(parent, id));
                }
                if let Some(parent) = after {
                    index.insert((parent, id));
                }
            }
        }
    }
}
