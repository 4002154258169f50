//! Duplicate rules: a record that is there already is noticed before another one like it is stored.

use std::sync::Arc;

use crate::{
    ApiError, DuplicateResult, ErrorCode, Org, Record, RecordId, RecordView, ValueRef,
    catalog::{BlankValues, DuplicateAction, DuplicateCheck, MatchMethod, ObjectLogic, SObjectDef, Slot},
    ctx::Ctx,
    text_equal,
};

/// What a refusal says when the rule has no words of its own.
const QUESTION: &str = "Use one of these records?";
/// How many records a refusal names.
const SHOWN: usize = 100;
/// How far rows are counted to find the index that knows the fewest.
const WORTH_COUNTING: usize = 1000;
/// What the alert says then.
const ALERT: &str = "You're creating a duplicate record. We recommend you use an existing record instead.";

impl Org {
    /// Holds a record against the duplicate rules of its object.
    ///
    /// # Errors
    ///
    /// `DUPLICATES_DETECTED`, with the records that are alike.
    pub(super) fn check_duplicates(
        &self,
        ctx: &Ctx,
        def: &SObjectDef,
        logic: &ObjectLogic,
        old: Option<&Record>,
        record: &Record,
    ) -> Result<(), ApiError> {
        for check in &logic.duplicates {
            let Some(rule) = def.duplicate_rules.get(check.place) else { continue };
            // An update that leaves the compared fields alone makes no new duplicate.
            let untouched = old
                .is_some_and(|old| check.fields.iter().all(|(slot, ..)| old.get(*slot) == record.get(*slot)));
            let action = if old.is_some() { rule.on_update } else { rule.on_insert };
            let allowed =
                action == DuplicateAction::Allow && (ctx.session == 0 || self.saving.allow_duplicates);
            if untouched || allowed {
                continue;
            }
            let alike = self.records_alike(def, check, RecordView::of(def, record));
            if alike.is_empty() {
                continue;
            }
            let message = rule.message.as_deref().unwrap_or(QUESTION);
            let result = DuplicateResult {
                version: ctx.version,
                allow_save: action == DuplicateAction::Allow,
                rule: rule.name.clone(),
                object: Arc::clone(&def.name),
                alert: rule.message.as_deref().unwrap_or(ALERT).into(),
                records: alike,
            };
            let none = std::iter::empty::<&str>();
            return Err(ApiError::dml(ErrorCode::DuplicatesDetected, message, none).with_duplicates(result));
        }
        Ok(())
    }

    fn records_alike(
        &self,
        def: &SObjectDef,
        check: &DuplicateCheck,
        record: RecordView<'_>,
    ) -> Vec<RecordId> {
        let fields = || check.fields.iter();
        if fields().any(|(slot, _, blank)| *blank == BlankValues::Differs && record.at(*slot).is_null()) {
            return Vec::new();
        }
        let alike = |other: &RecordView<'_>| {
            other.id() != record.id()
                && !other.is_deleted()
                && fields()
                    .all(|(slot, method, blank)| same(record.at(*slot), other.at(*slot), *method, *blank))
                // Records of one save are not held against each other.
                && !self.together.is_some_and(|since| self.store.is_created_since(since, other.id()))
        };
        let table = self.store.table(def.index);
        let rows = |slot: Slot| table.key_rows(slot, record.at(slot), false);
        let indexed = fields().map(|(slot, ..)| *slot).filter(|slot| {
            // Other values are in no index.
            let digested = matches!(
                record.at(*slot),
                ValueRef::Text(_) | ValueRef::Id(_) | ValueRef::Int(_) | ValueRef::Number(_)
            );
            digested && table.has_index(*slot)
        });
        let best = indexed.min_by_key(|slot| rows(*slot).take(WORTH_COUNTING).count());
        match best {
            Some(slot) => ids(rows(slot).map(|row| table.view_at(def, row)).filter(alike)),
            None => ids(self.store.live_records(def).filter(alike)),
        }
    }
}

fn ids<'a>(records: impl Iterator<Item = RecordView<'a>>) -> Vec<RecordId> {
    records.map(|record| record.id()).take(SHOWN).collect()
}

fn same(a: ValueRef<'_>, b: ValueRef<'_>, method: MatchMethod, blank: BlankValues) -> bool {
    match (a, b) {
        (ValueRef::Null, ValueRef::Null) => blank == BlankValues::Matches,
        (ValueRef::Text(a), ValueRef::Text(b)) if method == MatchMethod::CaseInsensitive => text_equal(a, b),
        (a, b) => a == b,
    }
}
