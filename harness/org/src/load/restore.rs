//! `restore` steps of org files: records as they were in another org.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::{
    Org, Record, RecordId, RecordView, Value,
    catalog::{FieldDef, Kind, SObjectDef},
    write::number_in,
};

use super::exact;

impl Org {
    /// Puts a record in place as it was: under its id, with exactly these values. No rule is asked, no default filled
    /// in, and nothing follows from it.
    ///
    /// # Errors
    ///
    /// What of it cannot be, in words.
    pub(super) fn restore_by_file(
        &mut self,
        object: &str,
        id: &str,
        fields: &Map<String, Json>,
    ) -> Result<RecordId, String> {
        let catalog = Arc::clone(&self.catalog);
        let def = catalog.find_any(object).filter(|def| def.kind == Kind::SObject);
        let def = def.ok_or_else(|| format!("there is no object {object} in the catalog"))?;
        let id: RecordId = id.parse().map_err(|_| format!("`{id}` is no id"))?;
        let own = if &*def.name == "Organization" { *b"00D" } else { def.key_prefix.unwrap_or_default() };
        if id.prefix() != own {
            return Err(format!("{id} is not the id of a record of {}", def.name));
        }
        let mut record = Record::new(def, id);
        for (name, json) in fields {
            let field = def.field(name).ok_or_else(|| format!("{} has no field {name}", def.name))?;
            if !field.compound_parts.is_empty() {
                return Err(format!("{name} is worked out from its parts; leave it out"));
            }
            record.set(field.slot, exact::read(field, json)?);
        }
        if record.is_deleted(def) {
            return Err("a deleted record cannot be restored; leave it out".to_owned());
        }
        self.make_way(def, &record);
        if self.store.get(id).is_some() {
            return Err(format!("there is already a record {id}"));
        }
        if &*def.name == "Organization" {
            self.organization = id;
        }
        for field in def.fields.iter().filter(|field| field.auto_number) {
            if let Some(number) = self.number_of(field, &record) {
                self.store.table_mut(def.index).saw_auto_number(field.slot, number);
            }
        }
        self.store.put(def.index, record);
        self.store.saw_id(def.index, id);
        self.access.permissions_changed();
        Ok(id)
    }

    /// The record types that the definitions have made already give way to those that are restored.
    fn make_way(&mut self, def: &SObjectDef, record: &Record) {
        if &*def.name != "RecordType" {
            return;
        }
        let key = |slot: &str| def.slot(slot);
        let (Some(object), Some(name)) = (key("SobjectType"), key("DeveloperName")) else { return };
        let same =
            |own: &RecordView<'_>| own.at(object) == *record.get(object) && own.at(name) == *record.get(name);
        let settled: Vec<RecordId> = self.store.live_records(def).filter(same).map(|own| own.id()).collect();
        settled.into_iter().for_each(|id| self.store.erase(def.index, id));
    }

    fn number_of(&self, field: &FieldDef, record: &Record) -> Option<u64> {
        let Value::Text(text) = record.get(field.slot) else { return None };
        number_in(field, text)
    }
}
