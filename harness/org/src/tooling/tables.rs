//! The rows of what an org declares: custom objects and fields, validation rules, record types, layouts.

use super::{
    rows::{bare, text},
    scratch::{Named, Rows},
};
use crate::{
    Value,
    catalog::{FieldType, SupportedCall},
};

impl Rows<'_> {
    /// CustomObject: the custom ones only.
    pub(super) fn custom_objects(&mut self) {
        for object in self.objects(true).into_iter().filter(|object| object.custom) {
            let mut values: Named<'_> = vec![
                ("DeveloperName", Value::text(bare(&object.name))),
                ("Language", Value::text("en_US")),
                ("ManageableState", Value::text("unmanaged")),
                ("SharingModel", Value::text("ReadWrite")),
            ];
            values.extend(self.stamps());
            self.put("CustomObject", &format!("Object:{}", object.name), values);
        }
    }

    /// CustomField.
    pub(super) fn custom_fields(&mut self) {
        for object in self.objects(false) {
            let (durable, entity) = (self.durable(object), self.entity(object));
            for field in self.fields(object).filter(|field| field.custom) {
                let number =
                    matches!(field.field_type, FieldType::Double | FieldType::Currency | FieldType::Percent);
                let digits = |value: u8| if number { Value::Int(i64::from(value)) } else { Value::Null };
                let length = if field.is_textual() && field.picklist_values.is_empty() {
                    Value::Int(i64::from(field.length))
                } else {
                    Value::Null
                };
                let mut values: Named<'_> = vec![
                    ("DeveloperName", Value::text(bare(&field.name))),
                    ("TableEnumOrId", Value::text(self.table_of(object))),
                    ("EntityDefinitionId", Value::text(&durable)),
                    ("EntityDefinitionKey", Value::Id(entity)),
                    ("FullName", Value::text(format!("{}.{}", object.name, field.name))),
                    ("Length", length),
                    ("Precision", digits(field.precision)),
                    ("Scale", digits(field.scale)),
                    ("InlineHelpText", text(field.inline_help_text.as_deref())),
                    ("ManageableState", Value::text("unmanaged")),
                ];
                values.extend(self.stamps());
                self.put("CustomField", &format!("CustomField:{}.{}", object.name, field.name), values);
            }
        }
    }

    /// ValidationRule.
    pub(super) fn validation_rules(&mut self) {
        for object in self.objects(false) {
            let (durable, entity) = (self.durable(object), self.entity(object));
            for rule in &object.validation_rules {
                let mut values: Named<'_> = vec![
                    ("ValidationName", Value::text(&rule.name)),
                    ("EntityDefinitionId", Value::text(&durable)),
                    ("EntityDefinitionKey", Value::Id(entity)),
                    ("Active", Value::Bool(rule.active)),
                    ("Description", text(rule.description.as_deref())),
                    ("ErrorDisplayField", text(rule.field.as_deref())),
                    ("ErrorMessage", Value::text(&rule.message)),
                    ("FullName", Value::text(format!("{}.{}", object.name, rule.name))),
                    ("ManageableState", Value::text("unmanaged")),
                ];
                values.extend(self.stamps());
                self.put("ValidationRule", &format!("ValidationRule:{}.{}", object.name, rule.name), values);
            }
        }
    }

    /// RecordType: the org's records of the same name.
    pub(super) fn record_types(&mut self) {
        for (id, values) in self.stored_record_types() {
            self.put_as("RecordType", id, values);
        }
    }

    /// CompactLayout: the declared ones; the system's own has no row.
    pub(super) fn compact_layouts(&mut self) {
        for object in self.objects(false) {
            for layout in &object.compact_layouts {
                let mut values: Named<'_> = vec![
                    ("DeveloperName", Value::text(&layout.developer_name)),
                    ("MasterLabel", Value::text(&layout.label)),
                    ("SobjectType", Value::text(&object.name)),
                    ("ManageableState", Value::text("unmanaged")),
                ];
                values.extend(self.stamps());
                let name = format!("CompactLayout:{}.{}", object.name, layout.developer_name);
                self.put("CompactLayout", &name, values);
            }
        }
    }

    /// Layout: one for each object that has layouts.
    pub(super) fn layouts(&mut self) {
        for object in self.objects(false) {
            if !object.supports(SupportedCall::DescribeLayout) {
                continue;
            }
            let (durable, entity) = (self.durable(object), self.entity(object));
            let mut values: Named<'_> = vec![
                ("Name", Value::text(format!("{} Layout", object.label))),
                ("LayoutType", Value::text("Standard")),
                ("TableEnumOrId", Value::text(self.table_of(object))),
                ("EntityDefinitionId", Value::text(&durable)),
                ("EntityDefinitionKey", Value::Id(entity)),
                ("ManageableState", Value::text("unmanaged")),
            ];
            values.extend(self.stamps());
            self.put("Layout", &format!("Layout:{}", object.name), values);
        }
    }

    /// ListView: those that every object has, and the declared ones.
    pub(super) fn list_views(&mut self) {
        for object in self.objects(false) {
            for view in self.org().list_views(object) {
                let mut values: Named<'_> = vec![
                    ("Name", Value::text(&view.label)),
                    ("DeveloperName", Value::text(&view.developer_name)),
                    ("SobjectType", Value::text(&object.name)),
                    ("IsSoqlCompatible", Value::Bool(view.unmodelled.is_none())),
                ];
                values.extend(self.stamps());
                self.put_as("ListView", view.id, values);
            }
        }
    }
}
