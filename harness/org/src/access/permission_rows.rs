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
    named_once(org, RecordView::of(def, new), "SobjectType", |object| org.catalog.find_any(object).is_some())
}

/// FieldPermissions: one row for each permission set and field, which `Field` names as `Object.Field`.
pub(super) fn before_field(
    org: &Org,
    _: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    named_once(org, RecordView::of(def, new), "Field", |field| {
        field.split_once('.').is_some_and(|(object, field)| {
            org.catalog.find_any(object).is_some_and(|def| def.field(field).is_some())
        })
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
    let row = RecordView::of(def, new);
    only_one(org, row, "AssigneeId", |other| other.get("PermissionSetId") == row.get("PermissionSetId"))
}

/// A row of a permission set names something that exists, and is the only one there that names it.
fn named_once(
    org: &Org,
    row: RecordView<'_>,
    name: &'static str,
    exists: impl Fn(&str) -> bool,
) -> Result<(), ApiError> {
    let named = row.get(name).as_text().unwrap_or_default();
    if !exists(named) {
        return Err(unknown(row.object, name, named));
    }
    only_one(org, row, "ParentId", |other| {
        other.get(name).as_text().is_some_and(|other| other.eq_ignore_ascii_case(named))
    })
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
