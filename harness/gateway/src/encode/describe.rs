//! Describe answers: all objects, one object in short, one object in full.

use mockorg_org::{
    ApiError, ApiVersion, DescribeSObject, ObjectSummary, RecordId, RecordTypeInfo, Row,
    catalog::{Catalog, SObjectDef, SupportedCall},
};

use super::{
    address::{id_text, write_address, write_id},
    field::field,
    row::recent,
    urls::{describe_urls, summary_urls},
};
use crate::json::JsonWriter;

/// The last version whose describes lack the association with a parent and the describe option.
const ASSOCIATIONS_AFTER: u8 = 48;
/// What stands before `sobjects` in the addresses of the Tooling API.
const TOOLING: &str = "/tooling";

/// Writes all objects that a user sees.
///
/// # Errors
///
/// `NOT_FOUND`: the catalog does not hold one of the objects in this version.
pub(crate) fn describe_global(
    w: &mut JsonWriter,
    objects: &[ObjectSummary],
    catalog: &Catalog,
    version: ApiVersion,
) -> Result<(), ApiError> {
    w.begin_object().key("encoding").string("UTF-8").key("maxBatchSize").int(200);
    w.key("sobjects").begin_array();
    for object in objects {
        summary(w, catalog, object, version, "")?;
    }
    w.end_array().end_object();
    Ok(())
}

/// Writes all objects of the Tooling API, each with the catalog that defines it.
///
/// # Errors
///
/// `NOT_FOUND`: none of the catalogs holds one of the objects in this version.
pub(crate) fn tooling_describe_global(
    w: &mut JsonWriter,
    objects: &[(ObjectSummary, &Catalog)],
    version: ApiVersion,
) -> Result<(), ApiError> {
    w.begin_object().key("encoding").string("UTF-8").key("maxBatchSize").int(200);
    w.key("sobjects").begin_array();
    for (object, catalog) in objects {
        summary(w, catalog, object, version, TOOLING)?;
    }
    w.end_array().end_object();
    Ok(())
}

/// Writes one object of the Tooling API in short.
///
/// # Errors
///
/// `NOT_FOUND`: the catalog does not hold the object in this version.
pub(crate) fn tooling_describe_basic(
    w: &mut JsonWriter,
    object: &ObjectSummary,
    recent_items: &[Row],
    catalog: &Catalog,
    version: ApiVersion,
) -> Result<(), ApiError> {
    w.begin_object().key("objectDescribe");
    summary(w, catalog, object, version, TOOLING)?;
    w.key("recentItems");
    recent(w, recent_items, version);
    w.end_object();
    Ok(())
}

/// Writes one object of the Tooling API in full.
///
/// # Errors
///
/// `NOT_FOUND`: the catalog does not hold the object in this version.
pub(crate) fn tooling_describe(
    w: &mut JsonWriter,
    object: &DescribeSObject,
    catalog: &Catalog,
    version: ApiVersion,
    base_url: &str,
) -> Result<(), ApiError> {
    describe_in(w, object, catalog, version, (base_url, TOOLING))
}

/// Writes one object in short, with the user's recent records of it.
///
/// # Errors
///
/// `NOT_FOUND`: the catalog does not hold the object in this version.
pub(crate) fn describe_basic(
    w: &mut JsonWriter,
    object: &ObjectSummary,
    recent_items: &[Row],
    catalog: &Catalog,
    version: ApiVersion,
) -> Result<(), ApiError> {
    w.begin_object().key("objectDescribe");
    summary(w, catalog, object, version, "")?;
    w.key("recentItems");
    recent(w, recent_items, version);
    w.end_object();
    Ok(())
}

/// Writes one object in full. `base_url` is scheme and host of the user interface.
///
/// # Errors
///
/// `NOT_FOUND`: the catalog does not hold the object in this version.
pub(crate) fn describe(
    w: &mut JsonWriter,
    object: &DescribeSObject,
    catalog: &Catalog,
    version: ApiVersion,
    base_url: &str,
) -> Result<(), ApiError> {
    describe_in(w, object, catalog, version, (base_url, ""))
}

fn describe_in(
    w: &mut JsonWriter,
    object: &DescribeSObject,
    catalog: &Catalog,
    version: ApiVersion,
    urls: (&str, &str),
) -> Result<(), ApiError> {
    let user = &object.summary;
    let def = definition(catalog, &user.object, version)?;
    w.begin_object().key("actionOverrides").begin_array().end_array();
    w.key("activateable").bool(def.activateable);
    association(w, catalog, def, version);
    child_relationships(w, catalog, def, &object.child_relationships);
    w.key("compactLayoutable").bool(def.compact_layoutable);
    w.key("createable").bool(user.createable).key("custom").bool(def.custom);
    w.key("customSetting").bool(def.custom_setting).key("deepCloneable").bool(def.deep_cloneable);
    w.key("defaultImplementation").null().key("deletable").bool(user.deletable);
    w.key("deprecatedAndHidden").bool(false).key("extendedBy").null().key("extendsInterfaces").null();
    w.key("feedEnabled").bool(def.feed_enabled).key("fields").begin_array();
    for (slot, writable) in &object.fields {
        if let Some(own) = def.fields.get(usize::from(*slot)) {
            field(w, catalog, own, *writable, version);
        }
    }
    w.end_array().key("hasSubtypes").bool(def.has_subtypes);
    w.key("implementedBy").null().key("implementsInterfaces").null();
    w.key("isInterface").bool(def.is_interface).key("isSubtype").bool(def.is_subtype);
    names(w, def);
    w.key("layoutable").bool(def.supports(SupportedCall::DescribeLayout));
    w.key("listviewable").null().key("lookupLayoutable").null();
    w.key("mergeable").bool(def.supports(SupportedCall::Merge)).key("mruEnabled").bool(def.mru_enabled);
    w.key("name").string(&def.name).key("namedLayoutInfos").begin_array().end_array();
    w.key("networkScopeFieldName").null().key("queryable").bool(def.supports(SupportedCall::Query));
    record_type_infos(w, def, &object.record_types, version);
    w.key("replicateable").bool(def.supports(SupportedCall::GetUpdated));
    w.key("retrieveable").bool(def.supports(SupportedCall::Retrieve));
    w.key("searchLayoutable").bool(def.search_layoutable);
    w.key("searchable").bool(def.supports(SupportedCall::Search));
    if version.number() > ASSOCIATIONS_AFTER {
        w.key("sobjectDescribeOption").string("FULL");
    }
    w.key("supportedScopes").begin_array();
    for (name, label) in &def.supported_scopes {
        w.begin_object().key("label").string(label).key("name").string(name).end_object();
    }
    w.end_array().key("triggerable").bool(def.triggerable);
    w.key("undeletable").bool(user.undeletable).key("updateable").bool(user.updateable).key("urls");
    describe_urls(w, def, version, urls);
    w.end_object();
    Ok(())
}

fn summary(
    w: &mut JsonWriter,
    catalog: &Catalog,
    user: &ObjectSummary,
    version: ApiVersion,
    api: &str,
) -> Result<(), ApiError> {
    let def = definition(catalog, &user.object, version)?;
    w.begin_object().key("activateable").bool(def.activateable);
    association(w, catalog, def, version);
    w.key("createable").bool(user.createable).key("custom").bool(def.custom);
    w.key("customSetting").bool(def.custom_setting).key("deepCloneable").bool(def.deep_cloneable);
    w.key("deletable").bool(user.deletable).key("deprecatedAndHidden").bool(false);
    w.key("feedEnabled").bool(def.feed_enabled).key("hasSubtypes").bool(def.has_subtypes);
    w.key("isInterface").bool(def.is_interface).key("isSubtype").bool(def.is_subtype);
    names(w, def);
    w.key("layoutable").bool(def.supports(SupportedCall::DescribeLayout));
    w.key("mergeable").bool(def.supports(SupportedCall::Merge)).key("mruEnabled").bool(def.mru_enabled);
    w.key("name").string(&def.name).key("queryable").bool(def.supports(SupportedCall::Query));
    w.key("replicateable").bool(def.supports(SupportedCall::GetUpdated));
    w.key("retrieveable").bool(def.supports(SupportedCall::Retrieve));
    w.key("searchable").bool(def.supports(SupportedCall::Search));
    w.key("triggerable").bool(def.triggerable).key("undeletable").bool(user.undeletable);
    w.key("updateable").bool(user.updateable).key("urls");
    summary_urls(w, def, version, api);
    w.end_object();
    Ok(())
}

fn definition<'a>(catalog: &'a Catalog, name: &str, version: ApiVersion) -> Result<&'a SObjectDef, ApiError> {
    catalog.find(name, version).ok_or_else(ApiError::not_found)
}

fn names(w: &mut JsonWriter, def: &SObjectDef) {
    let key_prefix = def.key_prefix.as_ref().and_then(|prefix| std::str::from_utf8(prefix).ok());
    w.key("keyPrefix").optional(key_prefix).key("label").string(&def.label);
    w.key("labelPlural").string(&def.label_plural);
}

/// Writes of which object this one holds the feed, history, sharing or changes.
fn association(w: &mut JsonWriter, catalog: &Catalog, def: &SObjectDef, version: ApiVersion) {
    if version.number() <= ASSOCIATIONS_AFTER {
        return;
    }
    let found = ["ChangeEvent", "Feed", "History", "Share"].into_iter().find_map(|kind| {
        let parent = catalog.find(def.name.strip_suffix(kind)?, version)?;
        Some((kind, &*parent.name))
    });
    w.key("associateEntityType").optional(found.map(|(kind, _)| kind));
    w.key("associateParentEntity").optional(found.map(|(_, parent)| parent));
}

fn child_relationships(w: &mut JsonWriter, catalog: &Catalog, def: &SObjectDef, visible: &[usize]) {
    w.key("childRelationships").begin_array();
    for relationship in visible.iter().filter_map(|place| def.child_relationships.get(*place)) {
        let child = catalog.object(relationship.child);
        let key = child.at(relationship.field);
        w.begin_object().key("cascadeDelete").bool(relationship.cascade_delete);
        w.key("childSObject").string(&child.name).key("deprecatedAndHidden").bool(key.deprecated_and_hidden);
        w.key("field").string(&key.name).key("junctionIdListNames").begin_array().end_array();
        w.key("junctionReferenceTo").begin_array().end_array();
        w.key("relationshipName").optional(relationship.name.as_deref());
        w.key("restrictedDelete").bool(relationship.restricted_delete).end_object();
    }
    w.end_array();
}

fn record_type_infos(w: &mut JsonWriter, def: &SObjectDef, infos: &[RecordTypeInfo], version: ApiVersion) {
    w.key("recordTypeInfos").begin_array();
    for info in infos {
        w.begin_object().key("active").bool(info.active).key("available").bool(info.active);
        w.key("defaultRecordTypeMapping").bool(info.default);
        w.key("developerName").string(&info.developer_name);
        w.key("master").bool(info.id == RecordId::MASTER_RECORD_TYPE).key("name").string(&info.name);
        w.key("recordTypeId");
        write_id(w, info.id);
        w.key("urls").begin_object().key("layout");
        let id = info.id.to_18();
        write_address(w, version, &["/sobjects/", &def.name, "/describe/layouts/", id_text(&id)]);
        w.end_object().end_object();
    }
    w.end_array();
}

#[cfg(test)]
mod tests {
    use mockorg_org::catalog::DefinitionSource;
    use serde_json::Value as Json;

    use super::*;
    use crate::json::JsonForm;

    const CRATE: &str = r#"{
        "name": "Crate__c", "label": "Crate", "labelPlural": "Crates", "keyPrefix": "a01", "custom": true,
        "calls": ["create", "delete", "describeLayout", "getUpdated", "query", "retrieve", "search", "undelete", "update"],
        "mruEnabled": true, "compactLayoutable": true,
        "supportedScopes": [{"name": "everything", "label": "All crates"}],
        "fields": [
            {"system": "Id"},
            {"name": "Name", "type": "string", "length": 80, "nameField": true},
            {"name": "Open__c", "type": "boolean", "custom": true},
            {"name": "Kind__c", "type": "picklist", "custom": true, "defaultValue": "Wood",
             "picklistValues": ["Wood", {"value": "Foam", "label": "Foam box", "since": "60.0"}]},
            {"name": "Parent__c", "type": "reference", "custom": true, "referenceTo": ["Crate__c"],
             "relationshipName": "Parent__r", "childRelationshipName": "Crates__r"}
        ]
    }"#;
    const LABEL: &str = r#"{
        "name": "Label__c", "label": "Label", "keyPrefix": "a02", "custom": true, "since": "60.0", "calls": ["query"],
        "fields": [{"system": "Id"}, {"name": "Name", "type": "string", "length": 80, "nameField": true},
            {"name": "Crate__c", "type": "reference", "custom": true, "referenceTo": ["Crate__c"], "cascadeDelete": true,
             "relationshipName": "Crate__r", "childRelationshipName": "Labels__r"}]
    }"#;

    const FIELD_KEYS: &str = "aggregatable aiPredictionField autoNumber byteLength calculated calculatedFormula \
        cascadeDelete caseSensitive compoundFieldName controllerName createable custom defaultValue \
        defaultValueFormula defaultedOnCreate dependentPicklist deprecatedAndHidden digits displayLocationInDecimal \
        encrypted externalId extraTypeInfo filterable filteredLookupInfo formulaTreatNullNumberAsZero groupable \
        highScaleNumber htmlFormatted idLookup inlineHelpText label length mask maskType name nameField namePointing \
        nillable permissionable picklistValues polymorphicForeignKey precision queryByDistance referenceTargetField \
        referenceTo relationshipName relationshipOrder restrictedDelete restrictedPicklist scale searchPrefilterable \
        soapType sortable type unique updateable writeRequiresMasterRead";
    const DESCRIBE_KEYS: &str = "actionOverrides activateable associateEntityType associateParentEntity \
        childRelationships compactLayoutable createable custom customSetting deepCloneable defaultImplementation \
        deletable deprecatedAndHidden extendedBy extendsInterfaces feedEnabled fields hasSubtypes implementedBy \
        implementsInterfaces isInterface isSubtype keyPrefix label labelPlural layoutable listviewable \
        lookupLayoutable mergeable mruEnabled name namedLayoutInfos networkScopeFieldName queryable recordTypeInfos \
        replicateable retrieveable searchLayoutable searchable sobjectDescribeOption supportedScopes triggerable \
        undeletable updateable urls";
    const SUMMARY_KEYS: &str = "activateable associateEntityType associateParentEntity createable custom \
        customSetting deepCloneable deletable deprecatedAndHidden feedEnabled hasSubtypes isInterface isSubtype \
        keyPrefix label labelPlural layoutable mergeable mruEnabled name queryable replicateable retrieveable \
        searchable triggerable undeletable updateable urls";

    fn catalog() -> Catalog {
        let sources = [CRATE, LABEL].map(|json| DefinitionSource { origin: "test", json });
        Catalog::build(&sources, &[]).unwrap()
    }

    fn crate_summary() -> ObjectSummary {
        ObjectSummary {
            object: "Crate__c".into(),
            createable: true,
            updateable: true,
            deletable: false,
            undeletable: false,
        }
    }

    fn described(version: &str) -> String {
        described_with(version, vec![0, 1])
    }

    fn described_with(version: &str, child_relationships: Vec<usize>) -> String {
        let object = DescribeSObject {
            summary: crate_summary(),
            fields: vec![(0, true), (1, false), (2, true), (3, true), (4, true)],
            child_relationships,
            record_types: vec![RecordTypeInfo {
                id: RecordId::MASTER_RECORD_TYPE,
                name: "Master".into(),
                developer_name: "Master".into(),
                active: true,
                default: true,
            }],
        };
        let mut w = JsonWriter::new(JsonForm::Compact);
        describe(&mut w, &object, &catalog(), version.parse().unwrap(), "http://h").unwrap();
        String::from_utf8(w.finish()).unwrap()
    }

    /// The keys of the object at `depth` levels, in the order of the text.
    fn keys(text: &str, wanted: usize) -> Vec<&str> {
        let (mut keys, mut depth, mut rest) = (Vec::new(), 0, text);
        while let Some(at) = rest.find(['{', '}', '[', ']', '"']) {
            let (byte, after) = (rest.as_bytes()[at], &rest[at + 1..]);
            rest = after;
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {
                    let (word, tail) = after.split_once('"').unwrap();
                    rest = tail;
                    if depth == wanted && tail.starts_with(':') {
                        keys.push(word);
                    }
                }
            }
        }
        keys
    }

    fn words(text: &str) -> Vec<&str> {
        text.split_whitespace().collect()
    }

    #[test]
    fn a_describe_has_the_recorded_members_in_order() {
        assert_eq!(keys(&described("62.0"), 1), words(DESCRIBE_KEYS));
        let old: Vec<_> = words(DESCRIBE_KEYS)
            .into_iter()
            .filter(|key| !key.starts_with("associate") && *key != "sobjectDescribeOption")
            .collect();
        assert_eq!(keys(&described("48.0"), 1), old);
    }

    #[test]
    fn a_field_has_the_57_recorded_members_in_order() {
        let text = described("62.0");
        let first = text.find(r#"{"aggregatable""#).unwrap();
        let fields = keys(text[first..text.find(r#""hasSubtypes""#).unwrap()].trim_end_matches("],"), 1);
        assert_eq!(words(FIELD_KEYS).len(), 57);
        assert_eq!(fields[..57], words(FIELD_KEYS));
        assert_eq!(fields.len(), 5 * 57);
    }

    #[test]
    fn fields_say_what_this_user_may_do_and_what_this_version_knows() {
        let new: Json = serde_json::from_str(&described("62.0")).unwrap();
        let old: Json = serde_json::from_str(&described("59.0")).unwrap();
        let fields = &new["fields"];
        assert_eq!(
            (&fields[1]["createable"], &fields[1]["updateable"]),
            (&Json::Bool(false), &Json::Bool(false))
        );
        assert_eq!(fields[2]["defaultValue"], Json::Bool(false));
        assert_eq!(fields[3]["defaultValue"], "Wood");
        assert_eq!(fields[4]["type"], "reference");
        let values = |json: &Json| json["fields"][3]["picklistValues"].as_array().unwrap().len();
        assert_eq!((values(&old), values(&new)), (1, 2));
        assert_eq!(
            fields[3]["picklistValues"][1],
            serde_json::json!({"active": true, "defaultValue": false, "label": "Foam box", "validFor": null, "value": "Foam"})
        );
    }

    #[test]
    fn only_the_child_relationships_that_the_user_sees_are_listed() {
        let labels = r#"{"cascadeDelete":true,"childSObject":"Label__c","deprecatedAndHidden":false,"field":"Crate__c","junctionIdListNames":[],"junctionReferenceTo":[],"relationshipName":"Labels__r","restrictedDelete":false}"#;
        assert!(described("60.0").contains(labels));
        let without_labels = described_with("60.0", vec![0]);
        assert!(!without_labels.contains("Label__c"));
        assert!(without_labels.contains(r#""relationshipName":"Crates__r""#));
    }

    #[test]
    fn addresses_are_those_of_the_version() {
        let text = described("48.0");
        assert!(text.ends_with(r#""urls":{"compactLayouts":"/services/data/v48.0/sobjects/Crate__c/describe/compactLayouts","rowTemplate":"/services/data/v48.0/sobjects/Crate__c/{ID}","approvalLayouts":"/services/data/v48.0/sobjects/Crate__c/describe/approvalLayouts","uiDetailTemplate":"http://h/{ID}","uiEditTemplate":"http://h/{ID}/e","defaultValues":"/services/data/v48.0/sobjects/Crate__c/defaultValues?recordTypeId&fields","listviews":"/services/data/v48.0/sobjects/Crate__c/listviews","describe":"/services/data/v48.0/sobjects/Crate__c/describe","uiNewRecord":"http://h/a01/e","quickActions":"/services/data/v48.0/sobjects/Crate__c/quickActions","layouts":"/services/data/v48.0/sobjects/Crate__c/describe/layouts","sobject":"/services/data/v48.0/sobjects/Crate__c"}}"#), "{text}");
        assert!(!described("52.0").contains("defaultValues"));
        assert!(text.contains(r#""recordTypeInfos":[{"active":true,"available":true,"defaultRecordTypeMapping":true,"developerName":"Master","master":true,"name":"Master","recordTypeId":"012000000000000AAA","urls":{"layout":"/services/data/v48.0/sobjects/Crate__c/describe/layouts/012000000000000AAA"}}]"#));
        assert!(text.contains(r#""supportedScopes":[{"label":"All crates","name":"everything"}]"#));
    }

    #[test]
    fn the_list_of_objects_holds_one_entry_per_object() {
        let mut w = JsonWriter::new(JsonForm::Compact);
        describe_global(&mut w, &[crate_summary()], &catalog(), "62.0".parse().unwrap()).unwrap();
        let text = String::from_utf8(w.finish()).unwrap();
        assert!(text.starts_with(r#"{"encoding":"UTF-8","maxBatchSize":200,"sobjects":[{"activateable":false,"associateEntityType":null,"#));
        assert_eq!(keys(&text, 3), words(SUMMARY_KEYS));
        assert!(!text.contains("uiDetailTemplate"));
    }

    #[test]
    fn an_object_in_short_comes_with_recent_items() {
        let mut w = JsonWriter::new(JsonForm::Compact);
        describe_basic(&mut w, &crate_summary(), &[], &catalog(), "62.0".parse().unwrap()).unwrap();
        let text = String::from_utf8(w.finish()).unwrap();
        assert!(text.starts_with(r#"{"objectDescribe":{"activateable":false,"#));
        assert!(text.ends_with(r#"},"recentItems":[]}"#));
    }
}
