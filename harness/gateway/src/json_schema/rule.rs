//! What a field's values look like in JSON.

use mockorg_org::catalog::{Catalog, FieldDef, FieldType, SObjectDef};

use super::{
    layout::SchemaLayout,
    text::{ObjectSchema, Rule, escaped, quoted, texts},
};

/// References that may name records of more objects than this are open to further ones.
const FEW_TARGETS: usize = 2;

/// Where values stand; it decides how times are written, and what can be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In rows of the REST API.
    Record,
    /// In payloads of the Streaming API, where every field can be null.
    Event,
}

/// Writes the rules of the fields of one object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) object: &'c SObjectDef,
    pub(super) layout: SchemaLayout,
    pub(super) place: Place,
}

impl Rules<'_> {
    /// The rule of a field's value.
    pub(super) fn field(self, field: &FieldDef) -> Rule {
        use FieldType as T;
        let nullable = self.nullable(field);
        match field.field_type {
            T::Id => self.id(&[self.object.key_prefix], nullable),
            T::Reference => self.reference(field, nullable),
            T::Boolean => Rule::typed("boolean", nullable),
            T::Int => Rule::typed("integer", nullable),
            T::Double | T::Currency | T::Percent => Rule::typed("number", nullable),
            T::Date => self.common("date", nullable),
            T::DateTime if self.place == Place::Event => self.common("eventTime", nullable),
            T::DateTime => self.common("datetime", nullable),
            T::Time => self.common("time", nullable),
            T::Picklist if is_closed(field) => picklist(field, nullable),
            T::MultiPicklist if is_closed(field) => several(field, nullable),
            T::Base64 => self.blob(field, nullable),
            T::Address | T::Location => self.compound(field, nullable),
            T::AnyType => Rule::of("type", r#"["null","boolean","number","string"]"#),
            // Metadata: its form depends on the record.
            T::ComplexValue => Rule::of("type", r#"["object","array","string","null"]"#),
            T::String
            | T::TextArea
            | T::Picklist
            | T::MultiPicklist
            | T::ComboBox
            | T::Email
            | T::Phone
            | T::Url
            | T::EncryptedString => text(field.length, nullable),
        }
    }

    fn nullable(self, field: &FieldDef) -> bool {
        // What describes of a live org say differs for some fields; orgs of both kinds must pass.
        self.place == Place::Event || field.nillable || field.described().nillable
    }

    /// A rule that many schemas share.
    pub(super) fn common(self, name: &str, nullable: bool) -> Rule {
        let or_null = if nullable { "OrNull" } else { "" };
        Rule::reference(&format!("{}common.schema.json#/$defs/{name}{or_null}", self.responses()))
    }

    /// The address of the folder with response schemas.
    pub(super) const fn responses(self) -> &'static str {
        match self.place {
            Place::Record => self.layout.address_in_records(),
            Place::Event => self.layout.address_in_events(),
        }
    }

    fn reference(self, field: &FieldDef, nullable: bool) -> Rule {
        let targets = &field.reference_to;
        if targets.is_empty() || targets.len() > FEW_TARGETS {
            return self.common("id", nullable);
        }
        let prefixes: Vec<_> = targets
            .iter()
            .map(|name| self.catalog.find_any(name).and_then(|target| target.key_prefix))
            .collect();
        self.id(&prefixes, nullable)
    }

    /// An id that begins with one of these prefixes, unless one of them is unknown.
    fn id(self, prefixes: &[Option<[u8; 3]>], nullable: bool) -> Rule {
        let rule = self.common("id", nullable);
        let known: Option<Vec<String>> = prefixes
            .iter()
            .map(|prefix| prefix.map(|bytes| bytes.iter().copied().map(char::from).collect()))
            .collect();
        match known.as_deref() {
            None | Some([]) => rule,
            Some([only]) => rule.and("pattern", quoted(&format!("^{only}"))),
            Some(several) => rule.and("pattern", quoted(&format!("^({})", several.join("|")))),
        }
    }

    /// The address of the content.
    fn blob(self, field: &FieldDef, nullable: bool) -> Rule {
        let pattern = format!(
            r"^/services/data/v[0-9]{{2}}\.0/(tooling/)?sobjects/{}/[a-zA-Z0-9]{{18}}/{}$",
            self.object.name, field.name
        );
        Rule::typed("string", nullable).and("pattern", quoted(&pattern))
    }

    /// The parts under their own names.
    fn compound(self, field: &FieldDef, nullable: bool) -> Rule {
        let parts: Vec<_> =
            field.compound_parts.iter().map(|(name, slot)| (name, self.object.at(*slot))).collect();
        let notes = |part: &FieldDef| self.layout.annotations(part.versions, field.versions);
        // Codes of states and countries need a feature of the org, and some parts a version.
        let always = |name: &str, part: &FieldDef| {
            !name.ends_with("Code") && part.versions.since <= field.versions.since || name == "postalCode"
        };
        let required = parts
            .iter()
            .filter(|(name, part)| always(name, part))
            .map(|(name, _)| name.to_string())
            .collect();
        let shown = parts.iter().filter(|(_, part)| self.layout.shows(part.versions));
        let properties =
            shown.map(|(name, part)| (name.to_string(), self.field(part).annotated(notes(part)))).collect();
        let schema = ObjectSchema {
            title: String::new(),
            annotations: Vec::new(),
            required,
            properties,
            others: None,
        };
        schema.to_rule(nullable)
    }
}

/// Whether the values of a restricted picklist are the same in every org: currencies, countries and states
/// are an org's own choice.
fn is_closed(field: &FieldDef) -> bool {
    let chosen = ["IsoCode", "CountryCode", "StateCode"].iter().any(|ending| field.name.ends_with(ending));
    field.restricted_picklist && !field.picklist_values.is_empty() && !chosen
}

/// One of the values. A record keeps its value in versions that do not offer it.
fn picklist(field: &FieldDef, nullable: bool) -> Rule {
    let mut values: Vec<String> = field.picklist_values.iter().map(|value| quoted(&value.value)).collect();
    if nullable {
        values.push("null".to_owned());
    }
    Rule::of("enum", format!("[{}]", values.join(",")))
}

/// Some of the values, separated by semicolons.
fn several(field: &FieldDef, nullable: bool) -> Rule {
    let values: Vec<String> = field.picklist_values.iter().map(|value| escaped(&value.value)).collect();
    let one = values.join("|");
    Rule::typed("string", nullable).and("pattern", quoted(&format!("^({one})(;({one}))*$")))
}

fn text(length: u32, nullable: bool) -> Rule {
    let rule = Rule::typed("string", nullable);
    if length > 0 { rule.and("maxLength", length.to_string()) } else { rule }
}

/// A value that must be this text.
pub(super) fn constant(value: &str) -> Rule {
    Rule::of("const", quoted(value))
}

/// A value that must be one of these texts.
pub(super) fn one_of(values: &[&str]) -> Rule {
    Rule::of("enum", texts(values.iter().copied()))
}
