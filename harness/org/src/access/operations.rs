//! The checks before an operation and before a write.

use super::{
    operation_table::{OPERATIONS, OperationPermission},
    user_access::UserAccess,
};
use crate::{
    ApiError, ErrorCode, Org,
    catalog::{SObjectDef, SupportedCall},
    ctx::Ctx,
};

/// What a call does to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WriteKind {
    /// It creates one.
    Create,
    /// It changes one.
    Update,
    /// It deletes one, or brings one back.
    Delete,
}

impl OperationPermission {
    /// Whether the user lacks nothing.
    fn is_met(&self, org: &Org, access: &UserAccess) -> bool {
        let sets = self.any_permission_set;
        let reads = |name: &&str| org.catalog.find_any(name).is_some_and(|def| access.object(def.index).read);
        (sets.is_empty() || sets.iter().any(|name| access.has_permission_set(name)))
            && self.user_permissions.iter().all(|name| access.has(name))
            && self.read.iter().all(reads)
    }
}

impl Org {
    /// Checks that the user may perform an operation of [`OPERATIONS`].
    ///
    /// # Errors
    ///
    /// `INSUFFICIENT_ACCESS` when anything is lacking; `MOCKORG_NOT_MODELLED` for operations without row.
    pub(crate) fn require_operation(&self, ctx: &Ctx, operation: &str) -> Result<(), ApiError> {
        let row = OPERATIONS.iter().find(|row| row.operation == operation);
        let row = row.ok_or_else(|| ApiError::not_modelled(format_args!("the operation {operation}")))?;
        if row.is_met(self, &ctx.access) {
            return Ok(());
        }
        Err(ApiError::no_access())
    }

    /// Checks that the object supports a write and that the user may do it.
    ///
    /// # Errors
    ///
    /// `CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY` when nobody may, `INSUFFICIENT_ACCESS_OR_READONLY` when
    /// this user may not, `STORAGE_LIMIT_EXCEEDED` for one record too many. (The platform uses both codes for either; which one is a choice.)
    pub(crate) fn check_write(
        &self,
        ctx: &Ctx,
        object: &SObjectDef,
        kind: WriteKind,
    ) -> Result<(), ApiError> {
        let own = ctx.access.object(object.index);
        let (call, done, allowed) = match kind {
            WriteKind::Create => (SupportedCall::Create, "inserted", own.create),
            WriteKind::Update => (SupportedCall::Update, "updated", own.edit),
            WriteKind::Delete => (SupportedCall::Delete, "deleted", own.delete),
        };
        if !object.supports(call) {
            return Err(ApiError::dml::<&str>(
                ErrorCode::CannotInsertUpdateActivateEntity,
                format!("entity type cannot be {done}: {}", object.label),
                [],
            ));
        }
        if !allowed {
            return Err(ApiError::dml::<&str>(
                ErrorCode::InsufficientAccessOrReadonly,
                "insufficient access rights on object id",
                [],
            ));
        }
        if kind == WriteKind::Create {
            self.check_storage(object)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Value,
        access::{
            operation_table::ASSET_OBJECTS,
            test_org::{START, TestOrg},
        },
    };

    fn refusal(test: &mut TestOrg, operation: &str) -> Option<ErrorCode> {
        let ctx = test.ctx();
        test.org.require_operation(&ctx, operation).err().map(|error| error.code)
    }

    #[test]
    fn a_renewal_needs_a_permission_set_and_read_on_all_four_asset_objects() {
        let mut test = TestOrg::new();
        assert_eq!(refusal(&mut test, "initiate-renewal"), Some(ErrorCode::InsufficientAccess));
        test.assign("SubscriptionManagementSalesRep", &["PermissionsCustomerAssetLifecycleApi"]);
        for object in ASSET_OBJECTS {
            assert_eq!(
                refusal(&mut test, "initiate-renewal"),
                Some(ErrorCode::InsufficientAccess),
                "{object}"
            );
            test.permit(object, &["PermissionsRead"]);
        }
        assert_eq!(refusal(&mut test, "initiate-renewal"), None);
    }

    #[test]
    fn viewing_all_data_counts_as_reading_but_no_data_permission_replaces_the_permission_set() {
        let mut test = TestOrg::new();
        test.assign("Owners", &["PermissionsModifyAllData", "PermissionsCustomizeApplication"]);
        assert_eq!(refusal(&mut test, "initiate-renewal"), Some(ErrorCode::InsufficientAccess));
        test.assign("RevLifecycleManagementInitiateRenewalApi", &["PermissionsCustomerAssetLifecycleApi"]);
        assert_eq!(refusal(&mut test, "initiate-renewal"), None);
        assert_eq!(refusal(&mut test, "createOrUpdateAssetFromOrder"), Some(ErrorCode::InsufficientAccess));
    }

    #[test]
    fn the_low_level_operations_need_their_user_permission() {
        let mut test = TestOrg::new();
        test.assign("Owners", &["PermissionsViewAllData"]);
        assert_eq!(refusal(&mut test, "generate"), Some(ErrorCode::InsufficientAccess));
        test.assign("Lifecycle", &["PermissionsCustomerAssetLifecycleApi"]);
        for operation in ["generate", "change", "cancel"] {
            assert_eq!(refusal(&mut test, operation), None, "{operation}");
        }
    }

    /// Whether a user who has everything that a row asks for, but for this one thing, is refused.
    fn is_refused(row: &OperationPermission, set: Option<&str>, without: Option<&str>) -> bool {
        let mut test = TestOrg::new();
        let permissions = row.user_permissions.iter().filter(|name| Some(**name) != without);
        let permissions: Vec<String> = permissions.map(|name| format!("Permissions{name}")).collect();
        let permissions: Vec<&str> = permissions.iter().map(String::as_str).collect();
        if without == Some("ApiEnabled") {
            test.set(test.profile_set, "PermissionsApiEnabled", Value::Bool(false));
        }
        test.assign(set.unwrap_or("Lifecycle"), &permissions);
        // AssetAction can be read with this permission only.
        if row.read == ASSET_OBJECTS && without != Some(LIFECYCLE_API) {
            test.assign("Ledger", &["PermissionsCustomerAssetLifecycleApi"]);
        }
        for object in row.read.iter().filter(|object| Some(**object) != without) {
            test.permit(object, &["PermissionsRead"]);
        }
        let access = UserAccess::resolve(&test.org, START, test.user);
        !row.is_met(&test.org, &access)
    }

    const LIFECYCLE_API: &str = "CustomerAssetLifecycleApi";

    #[test]
    fn an_operation_is_refused_for_want_of_any_single_thing_and_allowed_with_all() {
        for row in OPERATIONS {
            let name = row.operation;
            let sets: Vec<Option<&str>> = match row.any_permission_set {
                [] => vec![None],
                sets => {
                    assert!(is_refused(row, None, None), "{name} without a permission set");
                    sets.iter().map(|set| Some(*set)).collect()
                }
            };
            for set in sets {
                assert!(!is_refused(row, set, None), "{name} with everything and {set:?}");
                for lacking in row.user_permissions.iter().chain(row.read) {
                    assert!(is_refused(row, set, Some(lacking)), "{name} without {lacking}");
                }
            }
        }
    }

    #[test]
    fn no_operation_has_two_rows_and_every_row_has_a_source() {
        for (at, row) in OPERATIONS.iter().enumerate() {
            assert!(!row.operation.is_empty() && !row.source.is_empty());
            assert!(["documented", "inferred"].contains(&row.certainty), "{}", row.operation);
            assert!(
                OPERATIONS[..at].iter().all(|other| other.operation != row.operation),
                "{}",
                row.operation
            );
        }
    }

    #[test]
    fn an_operation_without_row_is_never_allowed() {
        let mut test = TestOrg::new();
        assert_eq!(refusal(&mut test, "initiate-nothing"), Some(ErrorCode::NotModelled));
    }

    #[test]
    fn a_write_is_refused_for_the_object_first_and_for_the_user_second() {
        let mut test = TestOrg::new();
        test.permit("Asset", &["PermissionsCreate"]);
        let ctx = test.ctx();
        let check = |object: &str, kind| {
            let def = test.org.catalog.find_any(object).unwrap();
            test.org.check_write(&ctx, def, kind).err().map(|error| error.to_string())
        };
        let nobody = |done| {
            Some(format!("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: entity type cannot be {done}: Asset Action"))
        };
        assert_eq!(check("AssetAction", WriteKind::Create), nobody("inserted"));
        assert_eq!(check("AssetAction", WriteKind::Update), nobody("updated"));
        assert_eq!(check("AssetAction", WriteKind::Delete), nobody("deleted"));
        let not_you =
            Some("INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id".to_owned());
        assert_eq!(check("Asset", WriteKind::Create), None);
        assert_eq!(check("Asset", WriteKind::Update), not_you);
        assert_eq!(check("Asset", WriteKind::Delete), not_you);
    }
}
