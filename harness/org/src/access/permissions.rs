//! Objects whose access does not come from object permissions of their own, and the rules that keep
//! cached permissions true.

use super::{operation_table::ASSET_OBJECTS, permission_rows};
use crate::{ApiError, Org, Record, RecordId, ctx::Ctx, write::Rule};

/// How a user gets access to an object that has no object permissions of its own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Basis {
    /// Every user reads; who has one of these user permissions writes. An empty list admits everyone.
    Everyone {
        /// The user permissions.
        writers: &'static [&'static str],
    },
    /// Nobody outside the Tooling API.
    Tooling,
    /// Who reads the named object reads, who edits it writes.
    Follows(&'static str),
}

const MANAGE_USERS: &[&str] = &["ManageUsers"];
const MANAGE_PERMISSIONS: &[&str] = &["ManageProfilesPermissionsets", "ManageUsers"];
const CUSTOMIZE: &[&str] = &["CustomizeApplication"];

/// The objects, ordered by name. All others need a row of ObjectPermissions.
static BASES: &[(&str, Basis)] = &[
    ("Attachment", Basis::Everyone { writers: &[] }),
    ("BusinessHours", Basis::Everyone { writers: CUSTOMIZE }),
    ("CampaignMember", Basis::Follows("Campaign")),
    ("ContentDocument", Basis::Everyone { writers: &[] }),
    ("ContentDocumentLink", Basis::Everyone { writers: &[] }),
    ("ContentVersion", Basis::Everyone { writers: &[] }),
    ("Event", Basis::Everyone { writers: &["EditEvent"] }),
    ("EventBusSubscriber", Basis::Everyone { writers: CUSTOMIZE }),
    ("FieldPermissions", Basis::Everyone { writers: MANAGE_PERMISSIONS }),
    ("Group", Basis::Everyone { writers: MANAGE_USERS }),
    ("GroupMember", Basis::Everyone { writers: MANAGE_USERS }),
    ("ManagedEventSubscription", Basis::Tooling),
    ("ObjectPermissions", Basis::Everyone { writers: MANAGE_PERMISSIONS }),
    ("OpportunityContactRole", Basis::Follows("Opportunity")),
    ("OpportunityLineItem", Basis::Follows("Opportunity")),
    ("Organization", Basis::Everyone { writers: CUSTOMIZE }),
    ("PermissionSet", Basis::Everyone { writers: MANAGE_PERMISSIONS }),
    ("PermissionSetAssignment", Basis::Everyone { writers: &["AssignPermissionSets", "ManageUsers"] }),
    ("PlatformEventChannel", Basis::Tooling),
    ("PlatformEventChannelMember", Basis::Tooling),
    ("PricebookEntry", Basis::Follows("Product2")),
    ("Profile", Basis::Everyone { writers: MANAGE_PERMISSIONS }),
    ("QuoteLineItem", Basis::Follows("Quote")),
    ("RecordType", Basis::Everyone { writers: CUSTOMIZE }),
    ("Task", Basis::Everyone { writers: &["EditTask"] }),
    ("User", Basis::Everyone { writers: MANAGE_USERS }),
    ("UserRole", Basis::Everyone { writers: MANAGE_USERS }),
];

/// The basis of an object's access; `None` when object permissions decide.
pub(super) fn basis_of(object: &str) -> Option<Basis> {
    BASES.binary_search_by_key(&object, |(name, _)| name).ok().map(|at| BASES[at].1)
}

/// An object that its own object permissions do not open alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gate {
    /// The object.
    pub(super) object: &'static str,
    /// The user permissions that are all needed, named as for `UserAccess::has`.
    pub(super) permissions: &'static [&'static str],
    /// The objects that the user must be able to read, the object itself included.
    pub(super) read: &'static [&'static str],
}

/// The special access rules of objects. Data permissions do not replace what they ask for.
pub(super) static GATES: &[Gate] =
    &[Gate { object: "AssetAction", permissions: &["CustomerAssetLifecycleApi"], read: ASSET_OBJECTS }];

/// The rules that forget cached permissions when a record changes from which they were worked out.
pub(crate) static RULES: &[Rule] = &[
    Rule { object: "FieldPermissions", before: Some(permission_rows::before_field), ..FORGET },
    Rule { object: "ObjectPermissions", before: Some(permission_rows::before_object), ..FORGET },
    Rule { object: "PermissionSet", ..FORGET },
    Rule { object: "PermissionSetAssignment", before: Some(permission_rows::before_assignment), ..FORGET },
    Rule { object: "Profile", ..FORGET },
    Rule { object: "User", ..FORGET },
];

const FORGET: Rule =
    Rule { after: Some(forget_after_save), after_delete: Some(forget_after_delete), ..Rule::NONE };

fn forget_after_save(org: &mut Org, _: &Ctx, _: RecordId, _: Option<&Record>) -> Result<(), ApiError> {
    org.access.permissions_changed();
    Ok(())
}

fn forget_after_delete(org: &mut Org, _: &Ctx, _: &Record) -> Result<(), ApiError> {
    org.access.permissions_changed();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ApiVersion, Call, RecordKey, Session,
        access::test_org::{START, TestOrg},
    };

    #[test]
    fn written_and_deleted_assignments_count_from_the_next_call_on() {
        let mut test = TestOrg::new();
        test.assign("Hirers", &["PermissionsManageUsers"]);
        let set = test.add("PermissionSet", &[("Name", "Sales".into())]);
        let token = test.token(START);
        let ctx = test.authenticate(START, &token).unwrap();
        assert!(!ctx.access.has_permission_set("Sales"));
        let values = vec![("PermissionSetId", set.into()), ("AssigneeId", test.user.into())];
        let assignment = test.org.system_create(&ctx, "PermissionSetAssignment", values).unwrap();
        assert!(test.authenticate(START, &token).unwrap().access.has_permission_set("Sales"));
        test.org.system_update(&ctx, set, vec![("PermissionsViewSetup", true.into())]).unwrap();
        assert!(test.authenticate(START, &token).unwrap().access.has("ViewSetup"));
        let session = Session { token: Some(token.clone()), version: ApiVersion::NEWEST, origin: None };
        let key = RecordKey::Id(assignment.to_string().into());
        test.org
            .call(START, &session, Call::Delete { object: "PermissionSetAssignment".into(), key })
            .unwrap();
        assert!(!test.authenticate(START, &token).unwrap().access.has_permission_set("Sales"));
    }

    #[test]
    fn the_list_of_objects_is_ordered_so_that_it_can_be_searched() {
        assert!(BASES.is_sorted_by_key(|(name, _)| *name));
        assert!(basis_of("User").is_some());
        assert!(basis_of("Asset").is_none(), "assets need object permissions");
    }
}
