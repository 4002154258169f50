//! Files that add to the definition of another file instead of replacing it.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    definitions::{CatalogError, DefinitionSource},
    file::{FieldFile, ObjectFile},
};

/// The files that add to others, by the lower-cased name of their object.
pub(super) struct Extensions<'a>(BTreeMap<String, Vec<(&'a str, ObjectFile<'a>)>>);

/// Reads the files that add to others.
///
/// # Errors
///
/// When one of them is not of the format.
pub(super) fn read<'a>(sources: &[DefinitionSource<'a>]) -> Result<Extensions<'a>, CatalogError> {
    let mut extensions: BTreeMap<String, Vec<_>> = BTreeMap::new();
    // Few files do; most need not be read twice.
    for source in sources.iter().filter(|source| source.json.contains("\"extends\"")) {
        let file: ObjectFile<'a> = serde_json::from_str(source.json)
            .map_err(|error| CatalogError::new(source.origin, error.to_string()))?;
        if file.extends {
            extensions.entry(file.name.to_ascii_lowercase()).or_default().push((source.origin, file));
        }
    }
    Ok(Extensions(extensions))
}

impl<'a> Extensions<'a> {
    /// Adds to a file what others add to it. A field with the name of one of its own replaces that.
    pub(super) fn add_to(&mut self, file: &mut ObjectFile<'a>) {
        if self.0.is_empty() {
            return;
        }
        for (_, more) in self.0.remove(&file.name.to_ascii_lowercase()).into_iter().flatten() {
            for field in more.fields {
                match file.fields.iter_mut().find(|own| same_name(own, &field)) {
                    Some(own) => *own = field,
                    None => file.fields.push(field),
                }
            }
            merge(&mut file.validation_rules, more.validation_rules, |rule| rule.name.clone());
            if !more.record_type_definitions.is_empty() {
                file.record_types = Some(true);
                if !file.fields.iter().any(|field| field.name == "RecordTypeId") {
                    file.fields.push(record_type_id());
                }
            }
            merge(&mut file.record_type_definitions, more.record_type_definitions, |own| {
                own.developer_name.clone()
            });
            merge(&mut file.duplicate_rules, more.duplicate_rules, |rule| rule.name.clone());
            merge(&mut file.list_views, more.list_views, |view| view.developer_name.clone());
            merge(&mut file.compact_layouts, more.compact_layouts, |layout| layout.developer_name.clone());
            merge(&mut file.quick_actions, more.quick_actions, |action| action.name.clone());
        }
    }

    /// Checks that every file found the one that it adds to.
    ///
    /// # Errors
    ///
    /// The first one that did not.
    pub(super) fn finish(self) -> Result<(), CatalogError> {
        match self.0.into_values().flatten().next() {
            None => Ok(()),
            Some((origin, file)) => {
                let what = format!("`extends`: there is no object {} in this org to add to", file.name);
                Err(CatalogError::new(origin, what))
            }
        }
    }
}

fn same_name(one: &FieldFile<'_>, other: &FieldFile<'_>) -> bool {
    let name = |field: &FieldFile<'_>| field.system.as_ref().unwrap_or(&field.name).to_ascii_lowercase();
    name(one) == name(other)
}

fn record_type_id() -> FieldFile<'static> {
    FieldFile {
        name: Cow::Borrowed("RecordTypeId"),
        label: Some(Cow::Borrowed("Record Type ID")),
        field_type: Some(super::FieldType::Reference),
        reference_to: vec![Cow::Borrowed("RecordType")],
        relationship_name: Some(Cow::Borrowed("RecordType")),
        ..FieldFile::default()
    }
}

/// Adds entries to a list; one with the name of an entry that is there replaces it.
fn merge<T>(own: &mut Vec<T>, more: Vec<T>, name: impl Fn(&T) -> Box<str>) {
    for entry in more {
        let wanted = name(&entry);
        match own.iter_mut().find(|own| name(own).eq_ignore_ascii_case(&wanted)) {
            Some(place) => *place = entry,
            None => own.push(entry),
        }
    }
}
