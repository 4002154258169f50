//! Storing a record: defaults, auto numbers, system fields, rules, unique values. Clients and the platform
//! itself both pass through here.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::{
    ApiError, ErrorCode, Org, Record, RecordId, Value,
    catalog::{FieldType, SObjectDef, Slot},
    ctx::Ctx,
};

use super::auto_number;

/// Whether a record is held against the declared rules of its object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Declared {
    Checked,
    Unchecked,
}

impl Org {
    /// Stores a new record.
    ///
    /// # Errors
    ///
    /// What the object's rules answer, and `DUPLICATE_VALUE`.
    pub(crate) fn insert(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        values: &[(Slot, Value)],
    ) -> Result<RecordId, ApiError> {
        let Some(id) = self.store.new_id(def) else {
            return Err(ApiError::not_modelled(format_args!("records of {}", def.name)));
        };
        self.insert_with_id(ctx, def, id, values)
    }

    /// Stores a new record under an id that is already decided.
    ///
    /// # Errors
    ///
    /// As for [`Org::insert`].
    pub(crate) fn insert_with_id(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        id: RecordId,
        values: &[(Slot, Value)],
    ) -> Result<RecordId, ApiError> {
        self.strike_inside(ctx, def, None)?;
        let mut record = Record::new(def, id);
        for field in &def.fields {
            if !field.default_value.is_null() {
                record.set(field.slot, field.default_value.clone());
            } else if field.defaulted_on_create
                && let Some(value) = field.picklist_values.iter().find(|value| value.default_value)
            {
                record.set(field.slot, Value::Text(Arc::clone(&value.value)));
            }
        }
        for (slot, value) in values {
            record.set(*slot, value.clone());
        }
        if def.logic.is_some() || !def.record_type_definitions.is_empty() {
            self.fill_in_declared(ctx, def, &mut record, values)?;
        }
        for field in def.fields.iter().filter(|field| !field.nillable) {
            // Totals and counters of the platform begin at zero.
            let zero = match field.field_type {
                FieldType::Int => Value::Int(0),
                FieldType::Double | FieldType::Currency | FieldType::Percent => Value::Number(Decimal::ZERO),
                _ => continue,
            };
            if record.get(field.slot).is_null() {
                record.set(field.slot, zero);
            }
        }
        if let Some(owner) = def.system.owner_id
            && record.get(owner).is_null()
        {
            record.set(owner, Value::Id(ctx.user));
        }
        self.number(ctx, def, &mut record);
        let now = Value::DateTime(ctx.now.floor_second());
        for slot in [def.system.created_date, def.system.last_modified_date, def.system.system_modstamp] {
            // An org file may give records a past.
            if slot.is_some_and(|slot| record.get(slot).is_null()) {
                record.set_opt(slot, now.clone());
            }
        }
        for slot in [def.system.created_by_id, def.system.last_modified_by_id] {
            if slot.is_some_and(|slot| record.get(slot).is_null()) {
                record.set_opt(slot, Value::Id(ctx.user));
            }
        }
        self.save(ctx, def, None, record, Declared::Checked)?;
        Ok(id)
    }

    /// Changes a stored record.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when there is none, what the object's rules answer, and `DUPLICATE_VALUE`.
    pub(crate) fn change(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        id: RecordId,
        values: &[(Slot, Value)],
    ) -> Result<(), ApiError> {
        self.strike_inside(ctx, def, Some(id))?;
        self.change_by(ctx, def, id, values, Declared::Checked)
    }

    /// Clears a lookup whose record goes to the Recycle Bin. Neither validation nor duplicate rules are asked.
    ///
    /// # Errors
    ///
    /// What the object's rules answer.
    pub(super) fn clear_lookup(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        id: RecordId,
        slot: Slot,
    ) -> Result<(), ApiError> {
        self.change_by(ctx, def, id, &[(slot, Value::Null)], Declared::Unchecked)
    }

    fn change_by(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        id: RecordId,
        values: &[(Slot, Value)],
        declared: Declared,
    ) -> Result<(), ApiError> {
        let Some(old) = self.store.draft(def.index, id) else {
            return Err(ApiError::not_found());
        };
        let mut record = Record::clone(&old);
        for (slot, value) in values {
            record.set(*slot, value.clone());
        }
        let now = Value::DateTime(ctx.now.floor_second());
        record.set_opt(def.system.last_modified_date, now.clone());
        record.set_opt(def.system.system_modstamp, now);
        record.set_opt(def.system.last_modified_by_id, Value::Id(ctx.user));
        self.save(ctx, def, Some(&old), record, declared)
    }

    /// Gives a new record its auto numbers.
    fn number(&mut self, ctx: &Ctx, def: &SObjectDef, record: &mut Record) {
        for field in def.fields.iter().filter(|field| field.auto_number && field.field_type != FieldType::Id)
        {
            let format = field.auto_number_format.as_deref().unwrap_or("{00000000}");
            let table = self.store.table_mut(def.index);
            match record.get(field.slot).as_text().and_then(|text| auto_number::number(format, text)) {
                Some(number) => table.saw_auto_number(field.slot, number),
                None => {
                    let number = table.next_auto_number(field.slot);
                    record.set(field.slot, Value::text(auto_number::display(format, number, ctx.now.date())));
                }
            }
        }
    }

    fn save(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        old: Option<&Record>,
        mut record: Record,
        declared: Declared,
    ) -> Result<(), ApiError> {
        let id = record.id();
        let rules = self.rules.of(def);
        let logic = def.logic.as_deref();
        if let Some(logic) = logic.filter(|logic| !logic.picklists.is_empty()) {
            self.check_record_type_values(def, logic, old, &record)?;
        }
        for before in rules.iter().filter_map(|rule| rule.before) {
            before(self, ctx, def, old, &mut record)?;
        }
        if let Some(logic) = logic.filter(|_| declared == Declared::Checked) {
            self.check_validation_rules(ctx, def, logic, old, &record)?;
            self.check_duplicates(ctx, def, logic, old, &record)?;
        }
        self.check_unique(def, &record)?;
        let summed = logic.filter(|logic| !logic.feeds.is_empty()).map(|logic| (logic, record.clone()));
        self.store.put(def.index, record);
        if let Some((logic, new)) = summed {
            self.roll_up(ctx, def, logic, old, Some(&new))?;
        }
        for after in rules.iter().filter_map(|rule| rule.after) {
            after(self, ctx, id, old)?;
        }
        Ok(())
    }

    /// Checks that no other live record holds the unique values of this one.
    ///
    /// # Errors
    ///
    /// `DUPLICATE_VALUE`, with the other record's id.
    pub(super) fn check_unique(&self, def: &SObjectDef, record: &Record) -> Result<(), ApiError> {
        for field in def.fields.iter().filter(|field| field.unique) {
            let table = self.store.table(def.index);
            let other = table
                .by_key(field.slot, record.get(field.slot), field.case_sensitive)
                .find(|other| *other != record.id() && self.store.live(*other).is_some());
            if let Some(other) = other {
                let message = format!(
                    "duplicate value found: {} duplicates value on record with id: {}",
                    field.name,
                    other.as_15()
                );
                return Err(ApiError::dml(ErrorCode::DuplicateValue, message, std::iter::empty::<&str>()));
            }
        }
        Ok(())
    }
}
