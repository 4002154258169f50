//! What components can say: the values of each metadata type that mockorg knows, with the types that SOAP gives them.
//!
//! What is not here is not modelled: it is told when an org begins with it, and refused when it is deployed.

use super::element::Element;

/// A value: its name, and its type. Types that have values themselves are in the table too.
pub type ValueType = (&'static str, &'static str);

/// The known values by type, both ordered by name.
static TYPES: &[(&str, &[ValueType])] = &[
    ("CompactLayout", &[("fields", "string"), ("label", "string")]),
    (
        "CustomField",
        &[
            ("businessOwnerGroup", "string"),
            ("businessOwnerUser", "string"),
            ("businessStatus", "string"),
            ("caseSensitive", "boolean"),
            ("complianceGroup", "string"),
            ("defaultValue", "string"),
            ("deleteConstraint", "DeleteConstraint"),
            ("description", "string"),
            ("displayFormat", "string"),
            ("displayLocationInDecimal", "boolean"),
            ("encryptionScheme", "EncryptionScheme"),
            ("escapeMarkup", "boolean"),
            ("externalId", "boolean"),
            ("formula", "string"),
            ("formulaTreatBlanksAs", "TreatBlanksAs"),
            ("inlineHelpText", "string"),
            ("isConvertLeadDisabled", "boolean"),
            ("isFilteringDisabled", "boolean"),
            ("isNameField", "boolean"),
            ("isSortingDisabled", "boolean"),
            ("label", "string"),
            ("length", "int"),
            ("maskChar", "EncryptedFieldMaskChar"),
            ("maskType", "EncryptedFieldMaskType"),
            ("picklist", "Picklist"),
            ("precision", "int"),
            ("referenceTo", "string"),
            ("relationshipLabel", "string"),
            ("relationshipName", "string"),
            ("relationshipOrder", "int"),
            ("reparentableMasterDetail", "boolean"),
            ("required", "boolean"),
            ("restrictedAdminField", "boolean"),
            ("scale", "int"),
            ("securityClassification", "SecurityClassification"),
            ("startingNumber", "int"),
            ("stripMarkup", "boolean"),
            ("summarizedField", "string"),
            ("summaryFilterItems", "FilterItem"),
            ("summaryForeignKey", "string"),
            ("summaryOperation", "SummaryOperations"),
            ("trackFeedHistory", "boolean"),
            ("trackHistory", "boolean"),
            ("trackTrending", "boolean"),
            ("type", "FieldType"),
            ("unique", "boolean"),
            ("valueSet", "ValueSet"),
            ("visibleLines", "int"),
            ("writeRequiresMasterRead", "boolean"),
        ],
    ),
    (
        "CustomObject",
        &[
            ("actionOverrides", "ActionOverride"),
            ("allowInChatterGroups", "boolean"),
            ("compactLayoutAssignment", "string"),
            ("compactLayouts", "CompactLayout"),
            ("deploymentStatus", "DeploymentStatus"),
            ("description", "string"),
            ("enableActivities", "boolean"),
            ("enableBulkApi", "boolean"),
            ("enableEnhancedLookup", "boolean"),
            ("enableFeeds", "boolean"),
            ("enableHistory", "boolean"),
            ("enableLicensing", "boolean"),
            ("enableReports", "boolean"),
            ("enableSearch", "boolean"),
            ("enableSharing", "boolean"),
            ("enableStreamingApi", "boolean"),
            ("eventType", "PlatformEventType"),
            ("externalSharingModel", "SharingModel"),
            ("fields", "CustomField"),
            ("gender", "Gender"),
            ("label", "string"),
            ("listViews", "ListView"),
            ("nameField", "CustomField"),
            ("pluralLabel", "string"),
            ("publishBehavior", "PlatformEventPublishBehavior"),
            ("recordTypes", "RecordType"),
            ("searchLayouts", "SearchLayouts"),
            ("sharingModel", "SharingModel"),
            ("startsWith", "StartsWith"),
            ("validationRules", "ValidationRule"),
            ("visibility", "SetupObjectVisibility"),
        ],
    ),
    (
        "CustomValue",
        &[
            ("color", "string"),
            ("default", "boolean"),
            ("description", "string"),
            ("isActive", "boolean"),
            ("label", "string"),
        ],
    ),
    ("FilterItem", &[("field", "string"), ("operation", "FilterOperation"), ("value", "string")]),
    (
        "GlobalValueSet",
        &[
            ("customValue", "CustomValue"),
            ("description", "string"),
            ("masterLabel", "string"),
            ("sorted", "boolean"),
        ],
    ),
    (
        "ListView",
        &[
            ("booleanFilter", "string"),
            ("columns", "string"),
            ("filterScope", "FilterScope"),
            ("filters", "ListViewFilter"),
            ("label", "string"),
            ("language", "Language"),
        ],
    ),
    ("ListViewFilter", &[("field", "string"), ("operation", "FilterOperation"), ("value", "string")]),
    (
        "PermissionSet",
        &[
            ("description", "string"),
            ("fieldPermissions", "PermissionSetFieldPermissions"),
            ("hasActivationRequired", "boolean"),
            ("label", "string"),
            ("license", "string"),
            ("objectPermissions", "PermissionSetObjectPermissions"),
            ("userPermissions", "PermissionSetUserPermission"),
        ],
    ),
    ("PermissionSetFieldPermissions", FIELD_PERMISSIONS),
    ("PermissionSetObjectPermissions", OBJECT_PERMISSIONS),
    ("PermissionSetUserPermission", USER_PERMISSION),
    (
        "Picklist",
        &[("controllingField", "string"), ("picklistValues", "PicklistValue"), ("sorted", "boolean")],
    ),
    (
        "PicklistValue",
        &[("color", "string"), ("default", "boolean"), ("description", "string"), ("isActive", "boolean")],
    ),
    (
        "Profile",
        &[
            ("custom", "boolean"),
            ("description", "string"),
            ("fieldPermissions", "ProfileFieldLevelSecurity"),
            ("objectPermissions", "ProfileObjectPermissions"),
            ("userLicense", "string"),
            ("userPermissions", "ProfileUserPermission"),
        ],
    ),
    ("ProfileFieldLevelSecurity", FIELD_PERMISSIONS),
    ("ProfileObjectPermissions", OBJECT_PERMISSIONS),
    ("ProfileUserPermission", USER_PERMISSION),
    (
        "RecordType",
        &[
            ("active", "boolean"),
            ("description", "string"),
            ("label", "string"),
            ("picklistValues", "RecordTypePicklistValue"),
        ],
    ),
    ("RecordTypePicklistValue", &[("picklist", "string"), ("values", "PicklistValue")]),
    (
        "ValidationRule",
        &[
            ("active", "boolean"),
            ("description", "string"),
            ("errorConditionFormula", "string"),
            ("errorDisplayField", "string"),
            ("errorMessage", "string"),
        ],
    ),
    (
        "ValueSet",
        &[
            ("controllingField", "string"),
            ("restricted", "boolean"),
            ("valueSetDefinition", "ValueSetValuesDefinition"),
            ("valueSetName", "string"),
            ("valueSettings", "ValueSettings"),
        ],
    ),
    ("ValueSetValuesDefinition", &[("sorted", "boolean"), ("value", "CustomValue")]),
    ("ValueSettings", &[("controllingFieldValue", "string"), ("valueName", "string")]),
];

const FIELD_PERMISSIONS: &[ValueType] =
    &[("editable", "boolean"), ("field", "string"), ("readable", "boolean")];
const OBJECT_PERMISSIONS: &[ValueType] = &[
    ("allowCreate", "boolean"),
    ("allowDelete", "boolean"),
    ("allowEdit", "boolean"),
    ("allowRead", "boolean"),
    ("modifyAllRecords", "boolean"),
    ("object", "string"),
    ("viewAllRecords", "boolean"),
];
const USER_PERMISSION: &[ValueType] = &[("enabled", "boolean"), ("name", "string")];

/// The values of a type; `None` for one that has none, or that mockorg does not know.
#[must_use]
pub fn value_types(kind: &str) -> Option<&'static [ValueType]> {
    let at = TYPES.binary_search_by(|(name, _)| (*name).cmp(kind)).ok()?;
    TYPES.get(at).map(|(_, values)| *values)
}

/// The paths of what a component says and mockorg does not model, such as `valueSet.colour`.
pub(crate) fn unknown(kind: &str, values: &[Element]) -> Vec<String> {
    let Some(known) = value_types(kind) else { return Vec::new() };
    let mut found = Vec::new();
    for element in values.iter().filter(|element| &*element.name != "fullName") {
        match known.iter().find(|(name, _)| *name == &*element.name) {
            None => found.push(element.name.to_string()),
            Some((name, own)) => {
                let inner = unknown(own, &element.children);
                found.extend(inner.into_iter().map(|below| format!("{name}.{below}")));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redefine::KINDS;

    #[test]
    fn every_metadata_type_is_in_the_table_which_is_in_order() {
        assert!(TYPES.is_sorted_by_key(|(name, _)| name));
        assert!(TYPES.iter().all(|(_, values)| values.is_sorted_by_key(|(name, _)| name)));
        assert!(KINDS.iter().all(|kind| value_types(kind.name).is_some()));
    }

    #[test]
    fn what_is_unknown_is_found_at_any_depth() {
        let inner = Element::of("valueSet", vec![Element::leaf("colour", "red")]);
        let values = [Element::leaf("label", "A"), Element::leaf("nope", "1"), inner];
        assert_eq!(unknown("CustomField", &values), ["nope", "valueSet.colour"]);
    }
}
