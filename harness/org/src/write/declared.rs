//! What definitions add to saving a record: defaults, picklist values of record types, validation rules.

use crate::{
    ApiError, ErrorCode, Org, Record, RecordId, RecordView, Value,
    catalog::{FieldType, ObjectLogic, SObjectDef, Slot},
    ctx::Ctx,
    formula::Scene,
};

impl Org {
    /// Fills in what a new record does not name: the values of default formulas, the default record type and its
    /// defaults.
    ///
    /// # Errors
    ///
    /// `MOCKORG_NOT_MODELLED` for a default that cannot be worked out.
    pub(super) fn fill_in_declared(
        &self,
        ctx: &Ctx,
        def: &SObjectDef,
        record: &mut Record,
        given: &[(Slot, Value)],
    ) -> Result<(), ApiError> {
        let is_given = |slot: Slot| given.iter().any(|(own, _)| *own == slot);
        if let Some(slot) = def.system.record_type_id
            && record.get(slot).is_null()
            && let Some(id) = self.default_record_type(def)
        {
            record.set(slot, Value::Id(id));
        }
        let Some(logic) = &def.logic else { return Ok(()) };
        for (slot, field) in &logic.defaults {
            if !is_given(*slot) {
                let value = field.default_value(self, ctx).map_err(|fault| {
                    ApiError::not_modelled(format_args!("{fault} in the default of {}", def.at(*slot).name))
                })?;
                record.set(*slot, value);
            }
        }
        if let Some(name) = self.record_type_of(def, record) {
            let own = logic.picklists.iter().filter(|picklist| *picklist.record_type == *name);
            for picklist in own.filter(|picklist| !is_given(picklist.field)) {
                if let Some(default) = &picklist.default {
                    record.set(picklist.field, Value::text(default));
                } else if record.get(picklist.field).as_text().is_some_and(|text| !picklist.has(text)) {
                    // The field's own default is none of this record type.
                    record.set(picklist.field, Value::Null);
                }
            }
        }
        for slot in &logic.counters {
            if record.get(*slot).is_null() {
                let whole = def.at(*slot).field_type == FieldType::Int;
                record.set(*slot, if whole { Value::Int(0) } else { Value::Number(0.into()) });
            }
        }
        Ok(())
    }

    /// Checks restricted picklists against the record's type.
    ///
    /// # Errors
    ///
    /// `INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST`.
    pub(super) fn check_record_type_values(
        &self,
        def: &SObjectDef,
        logic: &ObjectLogic,
        old: Option<&Record>,
        record: &Record,
    ) -> Result<(), ApiError> {
        let Some(name) = self.record_type_of(def, record) else { return Ok(()) };
        for picklist in logic.picklists.iter().filter(|picklist| *picklist.record_type == *name) {
            let field = def.at(picklist.field);
            let value = record.get(picklist.field);
            let kept = old.is_some_and(|old| old.get(picklist.field) == value);
            let Some(text) = value.as_text().filter(|_| field.restricted_picklist && !kept) else { continue };
            if !picklist.has(text) {
                let message = format!("{}: bad value for restricted picklist field: {text}", field.label);
                let code = ErrorCode::InvalidOrNullForRestrictedPicklist;
                return Err(ApiError::dml(code, message, [&*field.name]));
            }
        }
        Ok(())
    }

    /// The API name of a record's type.
    fn record_type_of(&self, def: &SObjectDef, record: &Record) -> Option<String> {
        let id = record.get_opt(def.system.record_type_id).as_id()?;
        self.store.live(id)?.get("DeveloperName").as_text().map(str::to_owned)
    }

    /// The record type of new records that name none.
    fn default_record_type(&self, def: &SObjectDef) -> Option<RecordId> {
        let own = def.record_type_definitions.iter().find(|own| own.default && own.active)?;
        self.record_type_record(def, &own.developer_name).map(|record| record.id())
    }

    /// Holds a record against the validation rules of its object. Every rule that it breaks is told.
    ///
    /// # Errors
    ///
    /// `FIELD_CUSTOM_VALIDATION_EXCEPTION`, with an error for every broken rule; `MOCKORG_NOT_MODELLED` when a
    /// rule's condition cannot be worked out.
    pub(super) fn check_validation_rules(
        &self,
        ctx: &Ctx,
        def: &SObjectDef,
        logic: &ObjectLogic,
        old: Option<&Record>,
        record: &Record,
    ) -> Result<(), ApiError> {
        if logic.validations.is_empty() {
            return Ok(());
        }
        let scene = Scene {
            org: self,
            ctx,
            record: Some(RecordView::of(def, record)),
            before: old.map(|old| RecordView::of(def, old)),
        };
        let mut broken = Vec::new();
        for rule in &logic.validations {
            let holds = rule.condition.holds(&scene).map_err(|fault| {
                ApiError::not_modelled(format_args!("{fault} in the validation rule {}", rule.name))
            })?;
            if holds {
                let fields = rule.field.iter().map(|field| &**field);
                broken.push(ApiError::dml(ErrorCode::FieldCustomValidationException, &*rule.message, fields));
            }
        }
        ApiError::all(broken).map_or(Ok(()), Err)
    }
}
