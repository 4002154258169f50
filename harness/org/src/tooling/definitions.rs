//! The objects whose rows are made from the catalog: their definitions, and where they can be asked for.

use std::sync::{Arc, LazyLock};

use crate::catalog::{Catalog, DefinitionSource};

/// The definition files, embedded.
macro_rules! definitions {
    ($($name:literal,)*) => {
        &[$(DefinitionSource { origin: $name, json: include_str!(concat!("definitions/", $name, ".json")) },)*]
    };
}

static SOURCES: &[DefinitionSource<'static>] = definitions![
    "ApexClass",
    "ApexComponent",
    "ApexLog",
    "ApexPage",
    "ApexTrigger",
    "CompactLayout",
    "CustomField",
    "CustomObject",
    "DebugLevel",
    "EntityDefinition",
    "EntityParticle",
    "FieldDefinition",
    "Flow",
    "FlowDefinition",
    "InstalledSubscriberPackage",
    "Layout",
    "ListView",
    "PicklistValueInfo",
    "RecordType",
    "RelationshipDomain",
    "RelationshipInfo",
    "TraceFlag",
    "User",
    "ValidationRule",
];

/// The objects that the ordinary query resource knows, too.
pub(super) static OF_BOTH: &[&str] = &[
    "EntityDefinition",
    "EntityParticle",
    "FieldDefinition",
    "ListView",
    "PicklistValueInfo",
    "RelationshipDomain",
    "RelationshipInfo",
];

/// The objects that both APIs have with the org's own records.
pub(super) static OF_DATA: &[&str] = &[
    "Group",
    "GroupMember",
    "Organization",
    "PermissionSet",
    "PermissionSetAssignment",
    "Profile",
    "User",
    "UserRole",
];

/// Objects of the Tooling API that the platform has and mockorg has not: refused by name.
static UNMODELLED: &[&str] = &[
    "ApexCodeCoverage",
    "ApexCodeCoverageAggregate",
    "ApexClassMember",
    "ApexComponentMember",
    "ApexExecutionOverlayAction",
    "ApexExecutionOverlayResult",
    "ApexOrgWideCoverage",
    "ApexPageMember",
    "ApexTestQueueItem",
    "ApexTestResult",
    "ApexTestRunResult",
    "ApexTestSuite",
    "ApexTriggerMember",
    "AssignmentRule",
    "AuraDefinition",
    "AuraDefinitionBundle",
    "AutoResponseRule",
    "BusinessProcess",
    "Certificate",
    "CompactLayoutInfo",
    "CompactLayoutItemInfo",
    "ContainerAsyncRequest",
    "CustomApplication",
    "CustomTab",
    "DataType",
    "EmailTemplate",
    "EntityLimit",
    "ExternalCredential",
    "ExternalString",
    "FieldMapping",
    "FieldSet",
    "FlexiPage",
    "GlobalValueSet",
    "HomePageLayout",
    "LightningComponentBundle",
    "LightningComponentResource",
    "MenuItem",
    "MetadataComponentDependency",
    "MetadataContainer",
    "MetadataPackage",
    "MetadataPackageVersion",
    "NamedCredential",
    "OwnerChangeOptionInfo",
    "Package2",
    "Package2Version",
    "Package2VersionCreateRequest",
    "PackageInstallRequest",
    "PackageUploadRequest",
    "PathAssistant",
    "PermissionSetGroup",
    "PermissionSetTabSetting",
    "PostTemplate",
    "ProfileLayout",
    "Publisher",
    "QuickActionDefinition",
    "RemoteProxy",
    "SandboxInfo",
    "SandboxProcess",
    "Scontrol",
    "SearchLayout",
    "ServiceFieldDataType",
    "StandardAction",
    "StandardValueSet",
    "StaticResource",
    "SubscriberPackage",
    "SubscriberPackageVersion",
    "TestSuiteMembership",
    "TransactionSecurityPolicy",
    "UserEntityAccess",
    "UserFieldAccess",
    "WebLink",
    "WorkflowAlert",
    "WorkflowFieldUpdate",
    "WorkflowOutboundMessage",
    "WorkflowRule",
    "WorkflowTask",
];

/// Whether the platform has this object of the Tooling API and mockorg has not.
pub(super) fn is_unmodelled(name: &str) -> bool {
    UNMODELLED.iter().any(|known| known.eq_ignore_ascii_case(name))
}

static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| {
    // A test builds the catalog, so that a broken file cannot go unnoticed.
    Arc::new(Catalog::build(SOURCES, &[]).unwrap_or_default())
});

/// The definitions of the objects whose rows are made from the catalog: EntityDefinition, CustomField and so on.
///
/// # Examples
///
/// ```
/// use mockorg_org::{ApiVersion, metadata_catalog};
///
/// assert!(metadata_catalog().find("EntityDefinition", ApiVersion::NEWEST).is_some());
/// ```
#[must_use]
pub fn metadata_catalog() -> &'static Arc<Catalog> {
    &CATALOG
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_can_be_read() {
        let catalog = Catalog::build(SOURCES, &[]).unwrap();
        assert_eq!(catalog.objects().len(), SOURCES.len());
    }
}
