//! The operations of the WSDLs: which function performs each, and which are refused by name.

use mockorg_org::ApiError;

use super::{
    bin, convert_lead, describe, merge, query, replication, request::Request, resource, retrieve, save, users,
};

/// Performs an operation and gives what its answer holds.
pub(super) type Operation = fn(&Request<'_>) -> Result<String, ApiError>;

/// The operations.
static OPERATIONS: &[(&str, Operation)] = &[
    ("convertLead", convert_lead::convert_lead),
    ("create", save::create),
    ("delete", bin::delete),
    ("describeGlobal", describe::global),
    ("describeLayout", resource::layout),
    ("describeSObject", describe::one),
    ("describeSObjects", describe::several),
    ("describeTabs", resource::tabs),
    ("emptyRecycleBin", bin::empty),
    ("getDeleted", replication::deleted),
    ("getServerTimestamp", users::server_timestamp),
    ("getUpdated", replication::updated),
    ("getUserInfo", users::user_info),
    ("invalidateSessions", users::invalidate_sessions),
    ("logout", users::logout),
    ("merge", merge::merge),
    ("query", query::query),
    ("queryAll", query::query_all),
    ("queryMore", query::query_more),
    ("resetPassword", users::reset_password),
    ("retrieve", retrieve::retrieve),
    ("search", query::search),
    ("setPassword", users::set_password),
    ("undelete", bin::undelete),
    ("update", save::update),
    ("upsert", save::upsert),
];

/// Operations of the platform that are not modelled.
const UNMODELLED: &[&str] = &[
    "changeOwnPassword",
    "deleteByExample",
    "describeAllTabs",
    "describeAppMenu",
    "describeApprovalLayout",
    "describeAvailableQuickActions",
    "describeCompactLayouts",
    "describeDataCategoryGroupStructures",
    "describeDataCategoryGroups",
    "describeDataCategoryMappings",
    "describeGlobalTheme",
    "describeKnowledgeSettings",
    "describeNouns",
    "describePathAssistants",
    "describePrimaryCompactLayouts",
    "describeQuickActions",
    "describeQuickActionsForRecordType",
    "describeSearchLayouts",
    "describeSearchScopeOrder",
    "describeSearchableEntities",
    "describeSoftphoneLayout",
    "describeSoqlListViews",
    "describeTheme",
    "describeValueType",
    "describeVisualForce",
    "describeWorkitemActions",
    "executeAnonymous",
    "executeListView",
    "findDuplicates",
    "findDuplicatesByIds",
    "getServiceInfo",
    "performQuickActions",
    "process",
    "renderEmailTemplate",
    "renderStoredEmailTemplate",
    "runTests",
    "runTestsAsynchronous",
    "sendEmail",
    "sendEmailMessage",
];

/// What stands behind the name of an operation.
pub(super) enum Found {
    /// A function.
    Operation(Operation),
    /// Nothing that is modelled.
    Unmodelled,
    /// Nothing.
    Unknown,
}

/// Finds an operation.
pub(super) fn find(name: &str) -> Found {
    match OPERATIONS.iter().find(|(own, _)| *own == name) {
        Some((_, operation)) => Found::Operation(*operation),
        None if UNMODELLED.contains(&name) => Found::Unmodelled,
        None => Found::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_one_place() {
        let mut names: Vec<&str> =
            OPERATIONS.iter().map(|(name, _)| *name).chain(UNMODELLED.iter().copied()).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(matches!(find("sendEmail"), Found::Unmodelled));
        assert!(matches!(find("nonsense"), Found::Unknown));
    }
}
