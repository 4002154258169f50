//! What plans call each operation, and what of it they can ask for: its object, its records, its user.

use std::sync::Arc;

use crate::{
    Call, Org, RecordId, RecordKey,
    bulk::{BulkCall, JobFamily},
    call::Grant,
    query::object_of_topic,
    redefine::MetadataCall,
};

macro_rules! operations {
    ($($type:ident, $function:ident, $table:ident: $($pattern:pat => $name:literal,)*;)*) => {
        $(
            const $table: &[&str] = &[$($name),*];

            fn $function(call: &$type) -> &'static str {
                match call { $($pattern => $name,)* }
            }
        )*
    };
}

operations! {
    Call, name_of_call, CALLS:
        Call::Authorize => "Authorize",
        Call::Limits => "Limits",
        Call::RecordCount { .. } => "RecordCount",
        Call::OpenChannel { .. } => "OpenChannel",
        Call::CommitReplay { .. } => "CommitReplay",
        Call::PublishEvents { .. } => "PublishEvents",
        Call::InjectEvent { .. } => "InjectEvent",
        Call::ResumeSubscriber { .. } => "ResumeSubscriber",
        Call::PushEvents { .. } => "PushEvents",
        Call::StreamingChannel { .. } => "StreamingChannel",
        Call::Together { .. } => "Together",
        Call::Saving { .. } => "Saving",
        Call::Bulk(_) => "Bulk",
        Call::Metadata(_) => "Metadata",
        Call::Tooling(_) => "Tooling",
        Call::DescribeGlobal => "DescribeGlobal",
        Call::DescribeBasic { .. } => "DescribeBasic",
        Call::Describe { .. } => "Describe",
        Call::Create { .. } => "Create",
        Call::Retrieve { .. } => "Retrieve",
        Call::Update { .. } => "Update",
        Call::Upsert { .. } => "Upsert",
        Call::Delete { .. } => "Delete",
        Call::Undelete { .. } => "Undelete",
        Call::EmptyRecycleBin { .. } => "EmptyRecycleBin",
        Call::Merge(_) => "Merge",
        Call::ConvertLead(_) => "ConvertLead",
        Call::SetPassword { .. } => "SetPassword",
        Call::ResetPassword { .. } => "ResetPassword",
        Call::RetrieveBlob { .. } => "RetrieveBlob",
        Call::RetrieveRelated { .. } => "RetrieveRelated",
        Call::UpdateRelated { .. } => "UpdateRelated",
        Call::DeleteRelated { .. } => "DeleteRelated",
        Call::Deleted { .. } => "Deleted",
        Call::Updated { .. } => "Updated",
        Call::Recent { .. } => "Recent",
        Call::Query { .. } => "Query",
        Call::QueryMore { .. } => "QueryMore",
        Call::Search { .. } => "Search",
        Call::ParameterizedSearch(_) => "ParameterizedSearch",
        Call::SearchSuggestions(_) => "SearchSuggestions",
        Call::SearchScopeOrder => "SearchScopeOrder",
        Call::SearchLayouts { .. } => "SearchLayouts",
        Call::QueryColumns { .. } => "QueryColumns",
        Call::Explain { .. } => "Explain",
        Call::Initiate { .. } => "Initiate",
        Call::AssetAction { .. } => "AssetAction",
        Call::ExchangeAssets { .. } => "ExchangeAssets",
        Call::GenerateAsset { .. } => "GenerateAsset",
        Call::ChangeAsset { .. } => "ChangeAsset",
        Call::CancelAsset { .. } => "CancelAsset",
        Call::ListActions => "ListActions",
        Call::DescribeAction { .. } => "DescribeAction",
        Call::InvokeAction { .. } => "InvokeAction",
        Call::Token(_) => "Token",
        Call::Login { .. } => "Login",
        Call::OAuth(_) => "OAuth",
        Call::WhoAmI => "WhoAmI",
        Call::Introspect { .. } => "Introspect",
        Call::Revoke { .. } => "Revoke",
    ;
    BulkCall, name_of_bulk, BULK:
        BulkCall::CreateIngest { .. } => "Bulk.CreateIngestJob",
        BulkCall::CreateQuery { .. } => "Bulk.CreateQueryJob",
        BulkCall::Upload { .. } => "Bulk.Upload",
        BulkCall::SetState { .. } => "Bulk.SetJobState",
        BulkCall::Get { .. } => "Bulk.GetJob",
        BulkCall::List { .. } => "Bulk.ListJobs",
        BulkCall::Remove { .. } => "Bulk.DeleteJob",
        BulkCall::IngestResults { .. } => "Bulk.IngestResults",
        BulkCall::QueryResults { .. } => "Bulk.QueryResults",
        BulkCall::ResultPages { .. } => "Bulk.ResultPages",
        BulkCall::CreateClassic { .. } => "Bulk.CreateJob",
        BulkCall::AddBatch { .. } => "Bulk.AddBatch",
        BulkCall::Batches { .. } => "Bulk.ListBatches",
        BulkCall::Batch { .. } => "Bulk.GetBatch",
        BulkCall::BatchRequest { .. } => "Bulk.BatchRequest",
        BulkCall::BatchResult { .. } => "Bulk.BatchResult",
        BulkCall::BatchRows { .. } => "Bulk.BatchRows",
    ;
    MetadataCall, name_of_metadata, METADATA:
        MetadataCall::Authorize => "Metadata.Authorize",
        MetadataCall::List { .. } => "Metadata.List",
        MetadataCall::Read { .. } => "Metadata.Read",
        MetadataCall::Save { .. } => "Metadata.Save",
        MetadataCall::Delete { .. } => "Metadata.Delete",
        MetadataCall::Deploy(_) => "Metadata.Deploy",
        MetadataCall::DeployStatus { .. } => "Metadata.DeployStatus",
        MetadataCall::CancelDeploy { .. } => "Metadata.CancelDeploy",
        MetadataCall::Retrieve { .. } => "Metadata.Retrieve",
        MetadataCall::RetrieveStatus { .. } => "Metadata.RetrieveStatus",
    ;
}

/// What plans call the operations. Those of the Tooling API have the same names behind `Tooling.`; the name of a family,
/// such as `Bulk`, stands for all of it.
pub const OPERATIONS: &[&[&str]] = &[CALLS, BULK, METADATA];

/// What no client calls.
const INTERNAL: &[&str] = &["InjectEvent", "ResumeSubscriber", "Saving"];

impl Call {
    /// Whether the call proves itself by what it carries, not by a session.
    pub(crate) const fn is_before_session(&self) -> bool {
        matches!(
            self,
            Self::Token(_)
                | Self::OAuth(_)
                | Self::Login { .. }
                | Self::Introspect { .. }
                | Self::Revoke { .. }
        )
    }
}

/// An operation by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OperationName {
    name: &'static str,
    tooling: bool,
}

impl OperationName {
    /// An operation outside the Tooling API.
    pub(crate) const fn of(name: &'static str) -> Self {
        Self { name, tooling: false }
    }

    /// The operation that a call is, whatever options it comes with.
    pub(super) fn of_call(call: &Call) -> Self {
        match call {
            Call::Saving { call, .. } => Self::of_call(call),
            Call::Tooling(call) => Self { tooling: true, ..Self::of_call(call) },
            Call::Bulk(call) => Self::of(name_of_bulk(call)),
            Call::Metadata(call) => Self::of(name_of_metadata(call)),
            call => Self::of(name_of_call(call)),
        }
    }

    /// Whether a plan means the operation by this text.
    pub(super) fn is_meant_by(self, text: &str) -> bool {
        let own = match text.strip_prefix("Tooling") {
            Some("") => return self.tooling,
            Some(own) if self.tooling => own.strip_prefix('.').unwrap_or(own),
            _ if self.tooling => return false,
            _ => text,
        };
        self.name.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// The operation as the table spells it; `None` when there is none of this name that a client could call.
pub(super) fn spelling(text: &str) -> Option<Box<str>> {
    let known = |text: &str| {
        let mut names = OPERATIONS.iter().copied().flatten();
        names.find(|name| name.eq_ignore_ascii_case(text) && !INTERNAL.contains(name))
    };
    match text.split_once('.') {
        Some((family, own)) if family.eq_ignore_ascii_case("Tooling") => {
            known(own).map(|own| format!("Tooling.{own}").into())
        }
        _ => known(text).map(|name| (*name).into()),
    }
}

impl Org {
    /// The object that a call is about, if it is about one.
    pub(super) fn object_of_call(&self, call: &Call) -> Option<Arc<str>> {
        let named = |name: &str| self.catalog.find_any(name).map(|def| Arc::clone(&def.name));
        match call {
            Call::Saving { call, .. } | Call::Tooling(call) => self.object_of_call(call),
            Call::DescribeBasic { object }
            | Call::Describe { object }
            | Call::Create { object, .. }
            | Call::Retrieve { object, .. }
            | Call::Update { object, .. }
            | Call::Upsert { object, .. }
            | Call::Delete { object, .. }
            | Call::RetrieveBlob { object, .. }
            | Call::RetrieveRelated { object, .. }
            | Call::UpdateRelated { object, .. }
            | Call::DeleteRelated { object, .. }
            | Call::Deleted { object, .. }
            | Call::Updated { object, .. } => named(object),
            Call::PublishEvents { event, .. } => named(event),
            Call::Merge(request) => named(&request.object),
            Call::ConvertLead(_) => named("Lead"),
            Call::SetPassword { .. } | Call::ResetPassword { .. } => named("User"),
            Call::Query { soql, .. } | Call::QueryColumns { soql, .. } | Call::Explain { soql } => {
                self.object_of_query(soql)
            }
            Call::QueryMore { locator, .. } => {
                self.cursors.object(locator).map(|object| Arc::clone(&self.catalog.object(object).name))
            }
            Call::Bulk(call) => self.object_of_bulk(call),
            _ => None,
        }
    }

    fn object_of_query(&self, soql: &str) -> Option<Arc<str>> {
        self.catalog.find_any(&object_of_topic(soql)?).map(|def| Arc::clone(&def.name))
    }

    fn object_of_bulk(&self, call: &BulkCall) -> Option<Arc<str>> {
        let named = |name: &str| self.catalog.find_any(name).map(|def| Arc::clone(&def.name));
        let id = match call {
            BulkCall::CreateIngest { job, .. } | BulkCall::CreateClassic { job, .. } => {
                return named(&job.object);
            }
            BulkCall::CreateQuery { query, .. } => return self.object_of_query(query),
            BulkCall::List { .. } => return None,
            BulkCall::Upload { job, .. }
            | BulkCall::SetState { job, .. }
            | BulkCall::Get { job, .. }
            | BulkCall::Remove { job, .. }
            | BulkCall::IngestResults { job, .. }
            | BulkCall::QueryResults { job, .. }
            | BulkCall::ResultPages { job, .. }
            | BulkCall::AddBatch { job, .. }
            | BulkCall::Batches { job }
            | BulkCall::Batch { job, .. }
            | BulkCall::BatchRequest { job, .. }
            | BulkCall::BatchResult { job, .. }
            | BulkCall::BatchRows { job, .. } => job,
        };
        named(self.bulk.object_of(id.parse().ok()?)?)
    }
}

/// The records that a call names by id.
pub(super) fn records_of(call: &Call) -> Vec<RecordId> {
    let ids: &[Box<str>] = match call {
        Call::Saving { call, .. } | Call::Tooling(call) => return records_of(call),
        Call::Update { id, .. }
        | Call::RetrieveBlob { id, .. }
        | Call::RetrieveRelated { id, .. }
        | Call::UpdateRelated { id, .. }
        | Call::DeleteRelated { id, .. }
        | Call::ChangeAsset { id, .. }
        | Call::CancelAsset { id, .. }
        | Call::SetPassword { user: id, .. }
        | Call::ResetPassword { user: id }
        | Call::Retrieve { key: RecordKey::Id(id), .. }
        | Call::Delete { key: RecordKey::Id(id), .. } => std::slice::from_ref(id),
        Call::Undelete { ids } | Call::EmptyRecycleBin { ids } => ids,
        Call::Merge(request) => {
            let ids = std::iter::once(&request.master).chain(&request.merged);
            return ids.filter_map(|id| id.parse().ok()).collect();
        }
        _ => &[],
    };
    ids.iter().filter_map(|id| id.parse().ok()).collect()
}

/// The user whom a call names before there is a session.
pub(super) fn user_named_by(call: &Call) -> Option<&str> {
    match call {
        Call::Login { username, .. } => Some(username),
        Call::Token(request) => match &request.grant {
            Grant::Password { username, .. } => Some(username),
            Grant::JwtBearer { subject, .. } => Some(subject),
            _ => None,
        },
        _ => None,
    }
}

/// What lists call a job of the Bulk APIs.
pub(crate) const fn job_type_of(family: JobFamily) -> &'static str {
    match family {
        JobFamily::Ingest => "V2Ingest",
        JobFamily::Query => "V2Query",
        JobFamily::Classic => "Classic",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_one_name_and_families_stand_for_all_of_theirs() {
        let names: Vec<&str> = OPERATIONS.iter().copied().flatten().copied().collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), names.len(), "a name stands for one operation");
        let upload = OperationName::of("Bulk.Upload");
        assert!(upload.is_meant_by("Bulk") && upload.is_meant_by("Bulk.Upload"));
        assert!(!upload.is_meant_by("Bulk.Up") && !upload.is_meant_by("Upload"));
    }

    #[test]
    fn tooling_calls_are_called_as_others_behind_their_family() {
        let query = Call::Query { soql: "".into(), all: false, batch_size: None };
        let plain = OperationName::of_call(&query);
        let tooling = OperationName::of_call(&Call::Tooling(Box::new(query)));
        assert!(
            plain.is_meant_by("Query")
                && !plain.is_meant_by("Tooling.Query")
                && !plain.is_meant_by("Tooling")
        );
        assert!(tooling.is_meant_by("Tooling") && tooling.is_meant_by("Tooling.Query"));
        assert!(!tooling.is_meant_by("Query") && !tooling.is_meant_by("Tooling.QueryMore"));
        assert_eq!(spelling("tooling.query").as_deref(), Some("Tooling.Query"));
        assert_eq!(spelling("bulk.upload").as_deref(), Some("Bulk.Upload"));
        assert_eq!((spelling("InjectEvent"), spelling("Fly")), (None, None));
    }
}
