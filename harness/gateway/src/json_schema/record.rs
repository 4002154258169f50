//! The schema of an object's records as the REST API answers them.

use std::collections::BTreeMap;

use mockorg_org::{
    VersionRange,
    catalog::{Catalog, SObjectDef},
};

use super::{
    layout::SchemaLayout,
    rule::{Place, Rules, constant},
    text::{ObjectSchema, Rule, quoted},
};

/// The names of custom fields and relationships, which an org adds to standard objects.
pub(super) const CUSTOM: &str = "^[A-Za-z][A-Za-z0-9_]*__(c|r|pc|pr|s)$";

/// The schema of an object's records. Which fields a row has depends on the request; its type and address
/// always come with it.
pub(super) fn schema(catalog: &Catalog, object: &SObjectDef, layout: SchemaLayout) -> String {
    let rules = Rules { catalog, object, layout, place: Place::Record };
    let record = |part: &str| {
        Rule::reference(&format!("{}record.schema.json#/$defs/{part}", layout.address_in_records()))
    };
    let mut properties = vec![("attributes".to_owned(), attributes(object))];
    let mut add = |name: &str, rule: Rule, versions: VersionRange| {
        if layout.shows(versions) {
            let rule = rule.annotated(layout.annotations(versions, object.versions));
            properties.push((name.to_owned(), rule));
        }
    };
    for field in &object.fields {
        add(&field.name, rules.field(field), field.versions);
    }
    for field in &object.fields {
        if let Some(name) = &field.relationship_name {
            add(name, record("parent"), field.versions);
        }
    }
    for (name, versions) in children(catalog, object) {
        add(name, record("children"), versions);
    }
    let schema = ObjectSchema {
        title: format!("A record of {}", object.name),
        annotations: layout.annotations(object.versions, VersionRange::ALL),
        required: vec!["attributes".to_owned()],
        properties,
        others: (!object.custom).then(|| (CUSTOM, record("value"))),
    };
    schema.to_text()
}

/// The child relationships with a name, and the versions of each.
fn children<'c>(catalog: &'c Catalog, object: &'c SObjectDef) -> BTreeMap<&'c str, VersionRange> {
    let mut children: BTreeMap<&str, VersionRange> = BTreeMap::new();
    for relationship in &object.child_relationships {
        let Some(name) = relationship.name.as_deref() else { continue };
        let child = catalog.object(relationship.child);
        let field = child.at(relationship.field).versions;
        let versions = VersionRange {
            since: child.versions.since.max(field.since),
            until: child.versions.until.min(field.until),
        };
        children
            .entry(name)
            .and_modify(|known| {
                known.since = known.since.min(versions.since);
                known.until = known.until.max(versions.until);
            })
            .or_insert(versions);
    }
    children
}

/// The type and address of a row.
fn attributes(object: &SObjectDef) -> Rule {
    let prefix = object.key_prefix.iter().flatten().copied().map(char::from).collect::<String>();
    let rest = 15 - prefix.len();
    let url = format!(
        r"^/services/data/v[0-9]{{2}}\.0/(tooling/)?sobjects/{}/{prefix}[a-zA-Z0-9]{{{rest}}}[A-Z0-5]{{3}}$",
        object.name
    );
    let schema = ObjectSchema {
        title: String::new(),
        annotations: Vec::new(),
        required: vec!["type".to_owned(), "url".to_owned()],
        properties: vec![
            ("type".to_owned(), constant(&object.name)),
            ("url".to_owned(), Rule::typed("string", false).and("pattern", quoted(&url))),
        ],
        others: None,
    };
    schema.to_rule(false)
}
