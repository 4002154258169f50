//! sObject elements of calls: their type, their id, their values.

use mockorg_org::{
    ApiError, ApiVersion, ErrorCode, FieldInput, Input, Position,
    catalog::{Catalog, FieldType, SObjectDef},
};

use super::element::Element;

/// One record of a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SoapRecord {
    /// The object, by its canonical name.
    pub(super) object: Box<str>,
    /// `Id`.
    pub(super) id: Option<Box<str>>,
    /// The values, those to clear last.
    pub(super) fields: Vec<FieldInput>,
}

/// How records are read.
pub(super) struct RecordReader<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) version: ApiVersion,
    /// Whether texts that are too long are cut.
    pub(super) truncate: bool,
}

impl RecordReader<'_> {
    /// Reads a record.
    ///
    /// # Errors
    ///
    /// `INVALID_TYPE` for an object that does not exist.
    pub(super) fn record(&self, element: &Element) -> Result<SoapRecord, ApiError> {
        let name = type_of(element);
        let def = self.catalog.find(name, self.version).ok_or_else(|| unknown_object(name))?;
        let mut record = SoapRecord { object: (&*def.name).into(), id: None, fields: Vec::new() };
        for child in &element.children {
            match &*child.name {
                "type" | "fieldsToNull" => {}
                "Id" | "id" | "ID" => {
                    if !child.nil && !child.text.trim().is_empty() {
                        record.id = Some(child.text.trim().into());
                    }
                }
                // What is to be cleared is named in fieldsToNull.
                _ if child.nil => {}
                _ => {
                    // Values have no place in the text any more; that in the list stands for it.
                    let column = u32::try_from(record.fields.len()).unwrap_or(u32::MAX);
                    record.fields.push(self.field(def, child, Position { line: 1, column }));
                }
            }
        }
        for cleared in element.all("fieldsToNull").filter(|cleared| !cleared.text.trim().is_empty()) {
            record.fields.push((cleared.text.trim(), Input::Null).into());
        }
        Ok(record)
    }

    fn field(&self, def: &SObjectDef, element: &Element, at: Position) -> FieldInput {
        if element.children.is_empty() {
            let text = self.cut(def, element);
            return FieldInput { at, ..(&*element.name, Input::from(text)).into() };
        }
        let mut members: Vec<FieldInput> = Vec::with_capacity(element.children.len() + 1);
        let kind = type_of(element);
        if !kind.is_empty() && kind != "sObject" {
            members.push(("attributes", Input::from([("type", Input::from(kind))])).into());
        }
        for child in element.children.iter().filter(|child| child.name != "type" && !child.nil) {
            members.push((&*child.name, Input::from(&*child.text)).into());
        }
        (&*element.name, Input::Object(members)).into()
    }

    fn cut(&self, def: &SObjectDef, element: &Element) -> String {
        let field = def.field_in(&element.name, self.version).filter(|_| self.truncate);
        match field {
            Some(field) if field.length > 0 && can_be_cut(field.field_type) => {
                element.text.chars().take(field.length as usize).collect()
            }
            _ => element.text.clone(),
        }
    }
}

/// The types of fields whose texts a call may let be cut.
const fn can_be_cut(field_type: FieldType) -> bool {
    matches!(
        field_type,
        FieldType::String
            | FieldType::TextArea
            | FieldType::Picklist
            | FieldType::MultiPicklist
            | FieldType::Phone
            | FieldType::Email
            | FieldType::EncryptedString
            | FieldType::AnyType
    )
}

/// The object that an element names: by a child, as in the partner WSDL, or by its own type.
fn type_of(element: &Element) -> &str {
    let named =
        element.child("type").filter(|child| child.children.is_empty()).map(|child| child.text.trim());
    named.filter(|name| !name.is_empty()).or(element.kind.as_deref()).unwrap_or_default()
}

/// There is no such object.
pub(super) fn unknown_object(name: &str) -> ApiError {
    let message = format!(
        "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."
    );
    ApiError::exception(ErrorCode::InvalidType, message)
}

/// The error of a value that is not of its field's type, which the org tells by where the value stands.
pub(super) fn about_value(
    error: ApiError,
    def: Option<&SObjectDef>,
    fields: &[(Box<str>, Box<str>)],
) -> ApiError {
    let place = || {
        let (_, column) = error.message.as_deref()?.rsplit_once("[line:1, column:")?;
        let column: u32 = column.trim_end_matches(']').trim().parse().ok()?;
        fields.get(column as usize)
    };
    match (error.code, place()) {
        (ErrorCode::JsonParserError, Some((name, value))) => {
            let label = def.and_then(|def| def.field(name)).map_or(&**name, |field| &*field.label);
            let message = format!("{label}: value not of required type: {value}");
            ApiError::dml(ErrorCode::InvalidTypeOnFieldInRecord, message, [&**name])
        }
        _ => error,
    }
}
