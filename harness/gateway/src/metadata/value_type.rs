//! `describeValueType`: what a component of a type can say.

use mockorg_org::{
    ApiError,
    redefine::{Kind, kind, value_types},
};

use super::answer::Out;
use crate::exchange::Exchange;

/// The values of a type that is named with its namespace in braces.
///
/// # Errors
///
/// `MOCKORG_NOT_MODELLED` for a type that is not modelled.
pub(super) fn described(exchange: &Exchange<'_>, name: &str) -> Result<String, ApiError> {
    let own = name.rsplit('}').next().unwrap_or_default();
    let Some(found) = kind(own) else {
        return Err(exchange.not_modelled(&format!("the metadata type {own}")));
    };
    let mut out = Out::default();
    out.wrap("result", |out| {
        // Profiles are read and changed; which there are is the org's own affair.
        let free = found.name != "Profile";
        out.flag("apiCreatable", free).flag("apiDeletable", free);
        out.flag("apiReadable", true).flag("apiUpdatable", true);
        if let Some(parent) = Kind::parent(found) {
            out.wrap("parentField", |out| {
                out.text("foreignKeyDomain", parent.name);
                facts(out, ("fullName", "string"), Field::Reference);
            });
        }
        out.wrap("valueTypeFields", |out| facts(out, ("fullName", "string"), Field::Name));
        fields(out, "valueTypeFields", found.name);
    });
    Ok(out.0)
}

/// What is special about a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Plain,
    Name,
    Reference,
}

fn fields(out: &mut Out, element: &str, name: &str) {
    for (name, own) in value_types(name).unwrap_or_default() {
        out.wrap(element, |out| {
            fields(out, "fields", own);
            facts(out, (*name, *own), Field::Plain);
        });
    }
}

fn facts(out: &mut Out, (name, soap_type): (&str, &str), field: Field) {
    out.flag("isForeignKey", field == Field::Reference).flag("isNameField", field == Field::Name);
    out.text("minOccurs", if field == Field::Name { "1" } else { "0" }).text("name", name);
    out.text("soapType", soap_type).flag("valueRequired", field == Field::Name);
}
