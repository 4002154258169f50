//! Where translation looks things up: the components first, then the catalog beneath them.

use super::{
    component::{Component, Components},
    element::Values,
    kinds::kind,
    picklist,
};
use crate::catalog::{Catalog, FieldType};

/// The components of an org, and the catalog that they change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) components: &'a Components,
    pub(crate) catalog: &'a Catalog,
}

impl<'a> Source<'a> {
    fn field(self, object: &str, field: &str) -> Option<&'a Component> {
        self.components.get(kind("CustomField")?, &format!("{object}.{field}"))
    }

    /// A global value set.
    pub(crate) fn global_value_set(self, name: &str) -> Option<&'a Component> {
        self.components.get(kind("GlobalValueSet")?, name)
    }

    /// The values of a picklist or checkbox, in order.
    pub(crate) fn values_of(self, object: &str, field: &str) -> Option<Vec<Box<str>>> {
        if let Some(component) = self.field(object, field) {
            if component.values.text("type") == Some("Checkbox") {
                return Some(vec!["unchecked".into(), "checked".into()]);
            }
            let set = component.values.value("valueSet").and_then(|set| set.children.text("valueSetName"));
            return match set {
                None => Some(picklist::names(&component.values)),
                Some(name) => {
                    let values = &self.global_value_set(name)?.values;
                    let named =
                        values.every("customValue").filter_map(|value| value.children.text("fullName"));
                    Some(named.map(Into::into).collect())
                }
            };
        }
        self.catalog.find_any(object)?.field(field).map(picklist::of_field)
    }

    /// The type, precision and scale of a field whose values a roll-up summary takes.
    pub(crate) fn number_shape(self, object: &str, field: &str) -> Option<(String, u64, u64)> {
        if let Some(component) = self.field(object, field) {
            let number = |name: &str| component.values.text(name).and_then(|text| text.parse().ok());
            let kind = match component.values.text("type").unwrap_or("Number") {
                "Currency" => "currency",
                "Percent" => "percent",
                "Date" => "date",
                "DateTime" => "datetime",
                _ => "double",
            };
            return Some((kind.to_owned(), number("precision").unwrap_or(18), number("scale").unwrap_or(0)));
        }
        let field = self.catalog.find_any(object)?.field(field)?;
        let kind = match field.field_type {
            FieldType::Currency => "currency",
            FieldType::Percent => "percent",
            FieldType::Date => "date",
            FieldType::DateTime => "datetime",
            _ => "double",
        };
        Some((kind.to_owned(), field.precision.into(), field.scale.into()))
    }
}
