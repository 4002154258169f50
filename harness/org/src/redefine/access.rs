//! Permission sets and profiles: components whose truth are records.

use std::sync::Arc;

use super::{
    component::Component,
    element::{Element, Values},
    problem::ComponentProblem,
};
use crate::{ApiError, ErrorCode, Org, RecordId, RecordView, Value, catalog::SObjectDef, ctx::Ctx};

/// What of an object or field a permission set may allow: the element and the field of the record.
const OBJECT: [(&str, &str); 6] = [
    ("allowCreate", "PermissionsCreate"),
    ("allowDelete", "PermissionsDelete"),
    ("allowEdit", "PermissionsEdit"),
    ("allowRead", "PermissionsRead"),
    ("modifyAllRecords", "PermissionsModifyAllRecords"),
    ("viewAllRecords", "PermissionsViewAllRecords"),
];
const FIELD: [(&str, &str); 2] = [("editable", "PermissionsEdit"), ("readable", "PermissionsRead")];

/// The names under which metadata knows the profiles that every org has.
const PROFILES: [(&str, &str); 3] =
    [("Admin", "System Administrator"), ("Standard", "Standard User"), ("ReadOnly", "Read Only")];

impl Org {
    /// Writes the records that a permission set or profile stands for.
    ///
    /// # Errors
    ///
    /// What it names and the org does not have.
    pub(super) fn grant(&mut self, ctx: &Ctx, component: &Component) -> Result<bool, ComponentProblem> {
        let wrong = |code, what: String| ComponentProblem::new(component, code, what);
        let failed =
            |error: ApiError| wrong(error.code, error.message.as_deref().unwrap_or_default().to_owned());
        self.check_grants(component)?;
        let values = component.values.as_slice();
        let found = self.permission_set(component);
        let created = found.is_none();
        let set = match (&*component.kind, found) {
            (_, Some(set)) => set,
            ("Profile", None) => {
                let what = format!(
                    "the profile {} is not in this org; mockorg does not model new profiles",
                    component.full_name
                );
                return Err(wrong(ErrorCode::NotModelled, what));
            }
            (_, None) => {
                let label = values.text("label").ok_or_else(|| {
                    wrong(ErrorCode::RequiredFieldMissing, "Required fields are missing: [Label]".to_owned())
                })?;
                let named = vec![("Name", Value::text(&*component.full_name)), ("Label", Value::text(label))];
                self.system_create(ctx, "PermissionSet", named).map_err(failed)?
            }
        };
        let mut own: Vec<(String, Value)> = Vec::new();
        for (element, field) in [("label", "Label"), ("description", "Description")] {
            if &*component.kind == "PermissionSet"
                && let Some(text) = values.text(element)
            {
                own.push((field.to_owned(), Value::text(text)));
            }
        }
        for permission in values.every("userPermissions") {
            let name = permission.children.text("name").unwrap_or_default();
            own.push((format!("Permissions{name}"), Value::Bool(permission.children.says("enabled"))));
        }
        let named = own.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        self.system_update(ctx, set, named).map_err(failed)?;
        // A permission set is replaced as a whole, a profile gains what it names.
        let whole = &*component.kind == "PermissionSet";
        self.forget_rows(set, "ObjectPermissions", |row| {
            whole || values.every("objectPermissions").any(|own| own.children.text("object") == Some(row))
        });
        self.forget_rows(set, "FieldPermissions", |row| {
            whole || values.every("fieldPermissions").any(|own| own.children.text("field") == Some(row))
        });
        for own in values.every("objectPermissions") {
            let name = own.children.text("object").unwrap_or_default();
            let mut row = vec![("ParentId", Value::Id(set)), ("SobjectType", Value::text(name))];
            row.extend(
                OBJECT.iter().map(|(element, field)| (*field, Value::Bool(own.children.says(element)))),
            );
            self.system_create(ctx, "ObjectPermissions", row).map_err(failed)?;
        }
        for own in values.every("fieldPermissions") {
            let name = own.children.text("field").unwrap_or_default();
            let object = name.split_once('.').map_or("", |(object, _)| object);
            let mut row = vec![
                ("ParentId", Value::Id(set)),
                ("SobjectType", Value::text(object)),
                ("Field", Value::text(name)),
            ];
            row.extend(
                FIELD.iter().map(|(element, field)| (*field, Value::Bool(own.children.says(element)))),
            );
            self.system_create(ctx, "FieldPermissions", row).map_err(failed)?;
        }
        self.access.permissions_changed();
        Ok(created)
    }

    fn check_grants(&self, component: &Component) -> Result<(), ComponentProblem> {
        let wrong = |what| Err(ComponentProblem::new(component, ErrorCode::InvalidCrossReferenceKey, what));
        for own in component.values.every("objectPermissions") {
            let name = own.children.text("object").unwrap_or_default();
            if self.catalog.find_any(name).is_none() {
                return wrong(format!("In field: object - no CustomObject named {name} found"));
            }
        }
        for own in component.values.every("fieldPermissions") {
            let name = own.children.text("field").unwrap_or_default();
            let found =
                name.split_once('.').and_then(|(object, field)| self.catalog.find_any(object)?.field(field));
            let Some(field) = found else {
                return wrong(format!("In field: field - no CustomField named {name} found"));
            };
            if !field.nillable && field.custom && !field.calculated {
                return wrong(format!("You cannot deploy to a required field: {name}"));
            }
        }
        for own in component.values.every("userPermissions") {
            let name = own.children.text("name").unwrap_or_default();
            let known = self
                .catalog
                .find_any("PermissionSet")
                .is_some_and(|set| set.field(&format!("Permissions{name}")).is_some());
            if !known && own.children.says("enabled") {
                let what = format!("the user permission {name} is not modelled by mockorg");
                return Err(ComponentProblem::new(component, ErrorCode::NotModelled, what));
            }
        }
        Ok(())
    }

    /// The record of a permission set, or of the permission set that a profile owns.
    pub(super) fn permission_set(&self, component: &Component) -> Option<RecordId> {
        if &*component.kind == "PermissionSet" {
            let named = |set: &RecordView<'_>| {
                let name = set.get("Name");
                name.as_text().is_some_and(|name| name.eq_ignore_ascii_case(&component.full_name))
                    && !set.get("IsOwnedByProfile").is_true()
            };
            return self.records("PermissionSet").find(named).map(|set| set.id());
        }
        let name = profile_name(&component.full_name);
        let profile = self.records("Profile").find(|own| own.get("Name").as_text() == Some(name))?.id();
        self.records("PermissionSet")
            .find(|set| set.get("ProfileId").as_id() == Some(profile))
            .map(|set| set.id())
    }

    /// The names of all permission sets, or of all profiles.
    pub(super) fn granted_names(&self, kind: &str) -> Vec<Box<str>> {
        let name = |row: RecordView<'_>| row.get("Name").as_text().map(Into::into);
        if kind == "PermissionSet" {
            return self
                .records("PermissionSet")
                .filter(|set| !set.get("IsOwnedByProfile").is_true())
                .filter_map(name)
                .collect();
        }
        let known = |name: Box<str>| {
            PROFILES.iter().find(|(_, own)| **own == *name).map_or(name, |(file, _)| Box::from(*file))
        };
        self.records("Profile").filter_map(name).map(known).collect()
    }

    /// What the records of a permission set or profile say.
    pub(super) fn granted(&self, kind: &str, full_name: &str) -> Option<Component> {
        let mut component = Component { kind: kind.into(), full_name: full_name.into(), values: Vec::new() };
        let set = self.permission_set(&component)?;
        let view = self.store.live(set)?;
        let flag = |value: bool| if value { "true" } else { "false" };
        let rows = |object: &str| rows_of(self, object, set).collect::<Vec<_>>();
        let values = &mut component.values;
        if kind == "Profile" {
            values.push(Element::leaf("custom", "false"));
        } else if let Some(text) = view.get("Description").as_text() {
            values.push(Element::leaf("description", text));
        }
        for row in rows("FieldPermissions") {
            let mut own = vec![Element::leaf("editable", flag(row.get("PermissionsEdit").is_true()))];
            own.push(Element::leaf("field", row.get("Field").as_text().unwrap_or_default()));
            own.push(Element::leaf("readable", flag(row.get("PermissionsRead").is_true())));
            values.push(Element::of("fieldPermissions", own));
        }
        if kind == "PermissionSet" {
            values.push(Element::leaf("hasActivationRequired", "false"));
            values.push(Element::leaf("label", view.get("Label").as_text().unwrap_or_default()));
        }
        for row in rows("ObjectPermissions") {
            let mut own: Vec<Element> = OBJECT
                .iter()
                .map(|(element, field)| Element::leaf(element, flag(row.get(field).is_true())))
                .collect();
            own.insert(5, Element::leaf("object", row.get("SobjectType").as_text().unwrap_or_default()));
            values.push(Element::of("objectPermissions", own));
        }
        let def: &SObjectDef = view.object;
        for field in def.fields.iter().filter(|field| view.at(field.slot).is_true()) {
            if let Some(name) = field.name.strip_prefix("Permissions") {
                let own = vec![Element::leaf("enabled", "true"), Element::leaf("name", name)];
                values.push(Element::of("userPermissions", own));
            }
        }
        Some(component)
    }

    /// Takes rows of a permission set away: those whose object or field is `chosen`.
    fn forget_rows(&mut self, set: RecordId, object: &str, chosen: impl Fn(&str) -> bool) {
        let catalog = Arc::clone(&self.catalog);
        let Some(def) = catalog.find_any(object) else { return };
        let name = if object == "FieldPermissions" { "Field" } else { "SobjectType" };
        let ids: Vec<RecordId> = rows_of(self, object, set)
            .filter(|row| row.get(name).as_text().is_some_and(&chosen))
            .map(|row| row.id())
            .collect();
        ids.into_iter().for_each(|id| self.store.erase(def.index, id));
    }

    /// Takes a permission set away, with its rows and assignments.
    pub(super) fn revoke_set(&mut self, set: RecordId) {
        let catalog = Arc::clone(&self.catalog);
        for (object, field) in [
            ("ObjectPermissions", "ParentId"),
            ("FieldPermissions", "ParentId"),
            ("PermissionSetAssignment", "PermissionSetId"),
        ] {
            let Some(def) = catalog.find_any(object) else { continue };
            let Some(slot) = def.slot(field) else { continue };
            let ids: Vec<RecordId> = self.store.live_children(def, slot, set).map(|row| row.id()).collect();
            ids.into_iter().for_each(|id| self.store.erase(def.index, id));
        }
        if let Some(def) = catalog.find_any("PermissionSet") {
            self.store.erase(def.index, set);
        }
        self.access.permissions_changed();
    }

    /// Takes the rows away that name an object or field which is gone.
    pub(super) fn forget_grants_of(&mut self, object: &str, field: Option<&str>) {
        let catalog = Arc::clone(&self.catalog);
        let path = field.map(|field| format!("{object}.{field}"));
        for name in ["ObjectPermissions", "FieldPermissions"] {
            let Some(def) = catalog.find_any(name) else { continue };
            let gone = |row: &RecordView<'_>| match &path {
                Some(path) => row.get("Field").as_text().is_some_and(|own| own.eq_ignore_ascii_case(path)),
                None => row.get("SobjectType").as_text().is_some_and(|own| own.eq_ignore_ascii_case(object)),
            };
            let ids: Vec<RecordId> = self.store.live_records(def).filter(gone).map(|row| row.id()).collect();
            ids.into_iter().for_each(|id| self.store.erase(def.index, id));
        }
        self.access.permissions_changed();
    }
}

/// The name of a profile's record.
fn profile_name(full_name: &str) -> &str {
    PROFILES.iter().find(|(file, _)| file.eq_ignore_ascii_case(full_name)).map_or(full_name, |(_, own)| own)
}

/// The rows of a permission set.
fn rows_of<'a>(org: &'a Org, object: &str, set: RecordId) -> impl Iterator<Item = RecordView<'a>> {
    let object = org.catalog().find_any(object);
    let slot = object.and_then(|object| object.slot("ParentId"));
    object.zip(slot).into_iter().flat_map(move |(object, slot)| org.store.live_children(object, slot, set))
}
