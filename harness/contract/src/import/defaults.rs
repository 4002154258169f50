//! What a definition leaves out: the value of each member that follows from a field's type. These are the rules of
//! the definition format, `schemas/sobject.schema.json`.

/// The types that a definition knows.
pub(super) const TYPES: [&str; 24] = [
    "id",
    "string",
    "textarea",
    "picklist",
    "multipicklist",
    "combobox",
    "reference",
    "boolean",
    "int",
    "double",
    "currency",
    "percent",
    "date",
    "datetime",
    "time",
    "email",
    "phone",
    "url",
    "address",
    "location",
    "base64",
    "encryptedstring",
    "anyType",
    "complexvalue",
];

/// Lengths beyond this make a text area a long one.
const LONGEST_SHORT_TEXT: u32 = 255;

/// What the type and the first members of a field decide.
#[derive(Debug, Clone, Copy)]
pub(super) struct Defaults<'a> {
    /// The type as describes spell it.
    pub(super) type_name: &'a str,
    /// The length that holds, given or by default.
    pub(super) length: u32,
    /// Whether the platform counts the field up.
    pub(super) auto_number: bool,
    /// Whether the platform computes it.
    pub(super) calculated: bool,
}

impl Defaults<'_> {
    /// The length of a type that has one by itself; `None` when a definition must give it.
    pub(super) fn length_of(type_name: &str) -> Option<u32> {
        match type_name {
            "id" | "reference" => Some(18),
            "picklist" | "combobox" | "url" => Some(255),
            "multipicklist" => Some(4099),
            "phone" => Some(40),
            "email" => Some(80),
            "string" | "textarea" | "encryptedstring" => None,
            _ => Some(0),
        }
    }

    pub(super) fn byte_length(&self) -> u32 {
        match self.type_name {
            "id" | "reference" => 18,
            _ if self.is_textual() => self.length.saturating_mul(3),
            _ => 0,
        }
    }

    pub(super) fn is_textual(&self) -> bool {
        matches!(
            self.type_name,
            "string"
                | "textarea"
                | "picklist"
                | "multipicklist"
                | "combobox"
                | "email"
                | "phone"
                | "url"
                | "encryptedstring"
        )
    }

    pub(super) fn precision(&self) -> u32 {
        if self.type_name == "currency" { 18 } else { 0 }
    }

    pub(super) fn scale(&self) -> u32 {
        if self.type_name == "currency" { 2 } else { 0 }
    }

    pub(super) fn digits(&self) -> u32 {
        if self.type_name == "int" { 9 } else { 0 }
    }

    pub(super) fn is_compound(&self) -> bool {
        matches!(self.type_name, "address" | "location")
    }

    pub(super) fn nillable(&self) -> bool {
        !matches!(self.type_name, "boolean" | "id")
    }

    pub(super) fn writable(&self) -> bool {
        !(self.auto_number || self.calculated || self.is_compound() || self.type_name == "id")
    }

    fn is_long_text(&self) -> bool {
        self.type_name == "textarea" && self.length > LONGEST_SHORT_TEXT
    }

    fn is_opaque(&self) -> bool {
        self.is_long_text()
            || matches!(self.type_name, "base64" | "encryptedstring" | "complexvalue" | "anyType")
    }

    pub(super) fn filterable(&self) -> bool {
        !self.is_opaque()
    }

    pub(super) fn sortable(&self, filterable: bool) -> bool {
        filterable && !self.is_compound() && self.type_name != "multipicklist"
    }

    pub(super) fn groupable(&self) -> bool {
        !self.auto_number
            && !self.is_long_text()
            && matches!(
                self.type_name,
                "id" | "string"
                    | "picklist"
                    | "combobox"
                    | "reference"
                    | "boolean"
                    | "int"
                    | "date"
                    | "email"
                    | "phone"
                    | "url"
                    | "textarea"
            )
    }

    pub(super) fn aggregatable(&self) -> bool {
        !self.is_opaque() && !self.is_compound() && !matches!(self.type_name, "boolean" | "multipicklist")
    }

    pub(super) fn permissionable(&self, nillable: bool, createable: bool, updateable: bool) -> bool {
        nillable && (createable || updateable || self.calculated)
    }

    pub(super) fn defaulted_on_create(&self) -> bool {
        self.type_name == "boolean" || self.auto_number
    }

    pub(super) fn soap_type(&self) -> &'static str {
        match self.type_name {
            "id" | "reference" => "tns:ID",
            "boolean" => "xsd:boolean",
            "int" => "xsd:int",
            "double" | "currency" | "percent" => "xsd:double",
            "date" => "xsd:date",
            "datetime" => "xsd:dateTime",
            "time" => "xsd:time",
            "address" => "urn:address",
            "location" => "urn:location",
            "base64" => "xsd:base64Binary",
            "anyType" | "complexvalue" => "xsd:anyType",
            _ => "xsd:string",
        }
    }
}
