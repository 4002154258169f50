//! The header of an upload: what each column means, and how its text becomes a value.

use super::csv::Line;
use crate::{
    ApiVersion, FieldInput, Input, Position,
    catalog::{Catalog, FieldType, SObjectDef},
};

/// What clears a field.
const CLEARS: &str = "#N/A";
/// The longest header, in characters.
const LONGEST_HEADER: usize = 32_000;
/// The most columns.
const MOST_COLUMNS: usize = 5_000;

/// One column.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) enum Column {
    /// A field.
    Field {
        /// Its name.
        name: Box<str>,
        /// Whether it is true or false.
        boolean: bool,
    },
    /// A reference, by an external id of the record that it names.
    Reference {
        /// The reference field.
        field: Box<str>,
        /// The relationship.
        relationship: Box<str>,
        /// The object that is named, where several could be.
        object: Option<Box<str>>,
        /// The external id field.
        key: Box<str>,
    },
}

/// Reads the first line of an upload.
///
/// # Errors
///
/// What the job says that fails for it.
pub(crate) fn read_header(
    catalog: &Catalog,
    version: ApiVersion,
    def: &SObjectDef,
    line: &Line,
) -> Result<Vec<Column>, String> {
    let length: usize = line.values().map(|name| name.chars().count() + 1).sum();
    if length > LONGEST_HEADER || line.len() > MOST_COLUMNS {
        return Err("InvalidBatch : Header row is too long".to_owned());
    }
    let mut columns = Vec::with_capacity(line.len());
    for name in line.values() {
        let unknown = || format!("InvalidBatch : InvalidBatch : Field name not found : {name}");
        columns.push(column(catalog, version, def, name).ok_or_else(unknown)?);
    }
    Ok(columns)
}

fn column(catalog: &Catalog, version: ApiVersion, def: &SObjectDef, name: &str) -> Option<Column> {
    if let Some(field) = def.field_in(name, version) {
        return Some(Column::Field {
            name: (*field.name).into(),
            boolean: field.field_type == FieldType::Boolean,
        });
    }
    let (parent, key) = name.split_once('.')?;
    let (object, relationship) = match parent.split_once(':') {
        Some((object, relationship)) => (Some(object), relationship),
        None => (None, parent),
    };
    let field = def.parent_relationship(relationship, version)?;
    let target = match object {
        Some(object) => field.reference_to.iter().find(|own| own.eq_ignore_ascii_case(object))?,
        None => field.reference_to.first()?,
    };
    // A reference to objects of several kinds must say which is meant.
    if object.is_none() && field.reference_to.len() > 1 {
        return None;
    }
    let key = catalog.find(target, version)?.field_in(key, version).filter(|key| key.is_key())?;
    Some(Column::Reference {
        field: (*field.name).into(),
        relationship: field.relationship_name.as_deref()?.into(),
        object: object.map(|_| (**target).into()),
        key: (*key.name).into(),
    })
}

/// The values of a line: empty ones say nothing.
pub(crate) fn read_row(columns: &[Column], line: &Line) -> Vec<FieldInput> {
    let mut fields = Vec::with_capacity(columns.len());
    for (column, text) in columns.iter().zip(line.values()) {
        if text.is_empty() {
            continue;
        }
        let clears = text == CLEARS;
        let (name, value) = match column {
            Column::Field { name, .. } if clears => (name, Input::Null),
            Column::Field { name, boolean: true } if text == "1" => (name, Input::Bool(true)),
            Column::Field { name, boolean: true } if text == "0" => (name, Input::Bool(false)),
            Column::Field { name, .. } => (name, Input::Text(text.into())),
            Column::Reference { field, .. } if clears => (field, Input::Null),
            Column::Reference { relationship, object, key, .. } => {
                let mut members = Vec::with_capacity(2);
                if let Some(object) = object {
                    let kind = FieldInput::from(("type", Input::Text(object.clone())));
                    members.push(FieldInput::from(("attributes", Input::Object(vec![kind]))));
                }
                members.push(input(key.clone(), Input::Text(text.into())));
                (relationship, Input::Object(members))
            }
        };
        fields.push(input(name.clone(), value));
    }
    fields
}

fn input(name: Box<str>, value: Input) -> FieldInput {
    FieldInput { name, value, at: Position::default() }
}
