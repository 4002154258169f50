//! Components as they are read: those that were saved, and those that follow from definitions and records.

use super::{
    component::{Component, Components},
    element::Element,
    field_text,
    kinds::{Kind, kind},
};
use crate::{
    Org,
    catalog::{FieldDef, Kind as ObjectKind, SObjectDef},
};

impl Org {
    /// A component without those inside it.
    pub(super) fn component(
        &self,
        components: &Components,
        own: &'static Kind,
        full_name: &str,
    ) -> Option<Component> {
        if matches!(own.name, "PermissionSet" | "Profile") {
            return self.granted(own.name, full_name);
        }
        if let Some(component) = components.get(own, full_name) {
            return Some(component.clone());
        }
        let base = self.catalog.uncustomized();
        let (object, name) = full_name.split_once('.').unwrap_or((full_name, ""));
        let def = base.find_any(object).filter(|def| is_shown(def))?;
        let named =
            |name: String, values| Component { kind: own.name.into(), full_name: name.into(), values };
        match own.name {
            "CustomObject" if name.is_empty() => {
                Some(named(def.name.to_string(), field_text::object_values(def)))
            }
            "CustomField" => {
                let field = def.field(name).filter(|field| is_field(field))?;
                Some(named(format!("{}.{}", def.name, field.name), field_text::values(field)))
            }
            _ => None,
        }
    }

    /// A component as it is read, with those inside it.
    pub(super) fn whole_component(&self, own: &'static Kind, full_name: &str) -> Option<Component> {
        let components = &self.metadata.components;
        let mut component = self.component(components, own, full_name)?;
        for child in own.children {
            let Some(child_kind) = kind(child.kind) else { continue };
            for name in self.names_of(child_kind, Some(&component.full_name)) {
                let Some(mut inner) = self.component(components, child_kind, &name) else { continue };
                inner.values.insert(0, Element::leaf("fullName", inner.parts().1));
                component.values.push(Element::of(child.element, inner.values));
            }
        }
        // As the platform writes them: by name, those of one name in their own order.
        component.values.sort_by(|one, other| one.name.cmp(&other.name));
        Some(component)
    }

    /// The names of all components of a type, or of those of one object.
    pub(super) fn names_of(&self, own: &'static Kind, object: Option<&str>) -> Vec<Box<str>> {
        if matches!(own.name, "PermissionSet" | "Profile") {
            return self.granted_names(own.name);
        }
        let base = self.catalog.uncustomized();
        let mut names: Vec<Box<str>> = match object {
            Some(object) => self
                .metadata
                .components
                .of_object(own.name, object)
                .map(|own| own.full_name.clone())
                .collect(),
            None => self.metadata.components.of(own.name).map(|own| own.full_name.clone()).collect(),
        };
        let objects = base.in_name_order().filter(|def| is_shown(def));
        let objects = objects.filter(|def| object.is_none_or(|own| def.name.eq_ignore_ascii_case(own)));
        match own.name {
            "CustomObject" => names.extend(objects.map(|def| Box::from(&*def.name))),
            "CustomField" => names.extend(objects.flat_map(|def| {
                let listed = move |field: &&FieldDef| is_field(field) && (object.is_some() || field.custom);
                def.fields.iter().filter(listed).map(|field| format!("{}.{}", def.name, field.name).into())
            })),
            _ => {}
        }
        names.sort_by_key(|name| name.to_ascii_lowercase());
        names.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
        names
    }
}

/// Whether metadata knows the object.
fn is_shown(def: &SObjectDef) -> bool {
    !def.is_gone()
        && match def.kind {
            ObjectKind::SObject => def.key_prefix.is_some() && (def.custom || def.triggerable),
            ObjectKind::PlatformEvent => def.custom,
            ObjectKind::EventSubObject => false,
        }
}

/// Whether metadata knows the field: what the platform keeps for itself is not there.
fn is_field(field: &FieldDef) -> bool {
    field.custom && !field.is_gone() && field.compound_field_name.is_none()
        || (!field.custom && field.permissionable && field.compound_field_name.is_none())
}
