//! The rows that grant permissions: each names something that exists, and no two grant the same thing.
//!
//! A row with a misspelt object would otherwise be stored and grant nothing, without a word.

use super::user_access::children;
use crate::{ApiError, ErrorCode, Org, Record, RecordId, RecordView, catalog::SObjectDef, ctx::Ctx};

/// ObjectPermissions: one row for each permission set and object.
pub(super) fn before_object(
    org: &Org,
    _: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let row = RecordView { object: def, record: &*new };
    let object = row.get("SobjectType").as_text().unwrap_or_default();
    if org.catalog.find_any(object).is_none() {
        return Err(unknown(def, "SobjectType", object));
    }
    only_one(org, row, "ParentId", |other| {
        other.get("SobjectType").as_text().is_some_and(|name| name.eq_ignore_ascii_case(object))
    })
}

/// FieldPermissions: one row for each permission set and field, which `Field` names as `Object.Field`.
pub(super) fn before_field(
    org: &Org,
    _: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let row = RecordView { object: def, record: &*new };
    let field = row.get("Field").as_text().unwrap_or_default();
    let known = field.split_once('.').is_some_and(|(object, field)| {
        org.catalog.find_any(object).is_some_and(|def| def.field(field).is_some())
    });
    if !known {
        return Err(unknown(def, "Field", field));
    }
    only_one(org, row, "ParentId", |other| {
        other.get("Field").as_text().is_some_and(|name| name.eq_ignore_ascii_case(field))
    })
}

/// PermissionSetAssignment: a user has a permission set once.
pub(super) fn before_assignment(
    org: &Org,
    _: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let row = RecordView { object: def, record: &*new };
    only_one(org, row, "AssigneeId", |other| other.get("PermissionSetId") == row.get("PermissionSetId"))
}

fn unknown(def: &SObjectDef, name: &'static str, value: &str) -> ApiError {
    let label = def.field(name).map_or(name, |field| &*field.label);
    let message = format!("{label}: bad value for restricted picklist field: {value}");
    ApiError::dml(ErrorCode::InvalidOrNullForRestrictedPicklist, message, [name])
}

/// Refuses a row when its parent has another one that is the same.
fn only_one(
    org: &Org,
    row: RecordView<'_>,
    parent: &'static str,
    same: impl Fn(&RecordView<'_>) -> bool,
) -> Result<(), ApiError> {
    let Some(owner) = row.get(parent).as_id() else { return Ok(()) };
    let other: Option<RecordId> = children(org, &row.object.name, parent, owner)
        .find(|other| other.id() != row.id() && same(other))
        .map(|other| other.id());
    let Some(other) = other else { return Ok(()) };
    let message =
        format!("duplicate value found: {parent} duplicates value on record with id: {}", other.as_15());
    Err(ApiError::dml(ErrorCode::DuplicateValue, message, std::iter::empty::<&str>()))
}
