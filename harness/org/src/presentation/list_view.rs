//! List views: those that every object has, and those that its definition adds.

use std::fmt::Write;

use crate::{
    Org, RecordId,
    catalog::{FieldType, FilterItem, FilterOperator, ListViewScope, SObjectDef, SupportedCall},
};

/// A list view of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListView {
    /// Its id.
    pub id: RecordId,
    /// API name.
    pub developer_name: Box<str>,
    /// The name that people see.
    pub label: Box<str>,
    /// Field paths in the order of the columns.
    pub columns: Vec<Box<str>>,
    /// The query scope: `everything` or `mine`.
    pub scope: &'static str,
    /// The condition as in SOQL; `None` when all records of the scope are shown.
    pub condition: Option<Box<str>>,
    /// The field by which records are ordered.
    pub order_by: Box<str>,
    /// Whether it shows the records that the user has viewed last.
    pub recent: bool,
    /// Why its records cannot be shown, when its condition is not modelled.
    pub unmodelled: Option<Box<str>>,
}

/// The columns of objects whose lists are documented; others show name and last change.
const COLUMNS: &[(&str, &[&str])] = &[
    ("Account", &["Name", "Site", "BillingState", "Phone", "Type", "Owner.Alias"]),
    ("Case", &["CaseNumber", "Subject", "Status", "Priority", "CreatedDate", "Owner.Alias"]),
    ("Contact", &["Name", "Account.Name", "Title", "Phone", "Email", "Owner.Alias"]),
    ("Lead", &["Name", "Company", "State", "Email", "Status", "CreatedDate", "Owner.Alias"]),
    ("Opportunity", &["Name", "Account.Name", "Amount", "CloseDate", "StageName", "Owner.Alias"]),
];

impl Org {
    /// The list views of an object, ordered by label; none for an object without a tab.
    #[must_use]
    pub fn list_views(&self, object: &SObjectDef) -> Vec<ListView> {
        let listed = object.mru_enabled && object.supports(SupportedCall::Query);
        let name = object.system.name.map_or("Id", |slot| &*object.at(slot).name);
        let mut views = Vec::new();
        if listed {
            let plain = |developer_name: String, label: String, recent| ListView {
                id: self.list_view_id(object, &developer_name),
                developer_name: developer_name.into(),
                label: label.into(),
                columns: self.default_columns(object),
                scope: "everything",
                condition: None,
                order_by: name.into(),
                recent,
                unmodelled: None,
            };
            views.push(plain(
                format!("All{}", plural(object)),
                format!("All {}", object.label_plural),
                false,
            ));
            let viewed = format!("RecentlyViewed{}", plural(object));
            views.push(plain(viewed, format!("Recently Viewed {}", object.label_plural), true));
        }
        for declared in &object.list_views {
            let condition = condition(object, &declared.filters, declared.filter_logic.as_deref());
            let (condition, unmodelled) = match condition {
                Ok(condition) => (condition, None),
                Err(what) => (None, Some(what)),
            };
            let columns = if declared.columns.is_empty() {
                self.default_columns(object)
            } else {
                declared.columns.clone()
            };
            views.retain(|view| !view.developer_name.eq_ignore_ascii_case(&declared.developer_name));
            views.push(ListView {
                id: self.list_view_id(object, &declared.developer_name),
                developer_name: declared.developer_name.clone(),
                label: declared.label.clone(),
                columns,
                scope: if declared.scope == ListViewScope::Mine { "mine" } else { "everything" },
                condition,
                order_by: name.into(),
                recent: false,
                unmodelled,
            });
        }
        views.sort_by(|one, other| one.label.cmp(&other.label));
        views
    }

    fn list_view_id(&self, object: &SObjectDef, developer_name: &str) -> RecordId {
        self.metadata_id(*b"00B", &format!("ListView:{}.{developer_name}", object.name))
    }

    fn default_columns(&self, object: &SObjectDef) -> Vec<Box<str>> {
        let documented = COLUMNS.iter().find(|(name, _)| *name == &*object.name);
        let name = object.system.name.map(|slot| &*object.at(slot).name);
        let common = || name.into_iter().chain(["LastModifiedDate"]).collect();
        let names: Vec<&str> = documented.map_or_else(common, |(_, names)| names.to_vec());
        let exists = |path: &&str| {
            let (first, rest) =
                path.split_once('.').map_or((*path, None), |(first, rest)| (first, Some(rest)));
            match rest {
                None => object.field(first).is_some(),
                Some(leaf) => {
                    let reference = object.parent_relationship(first, crate::ApiVersion::NEWEST);
                    let mut parents = reference.into_iter().flat_map(|field| &field.reference_to);
                    parents.any(|parent| {
                        self.catalog.find_any(parent).is_some_and(|parent| parent.field(leaf).is_some())
                    })
                }
            }
        };
        names.into_iter().filter(exists).map(Box::from).collect()
    }
}

/// The label of several records as a part of an API name.
fn plural(object: &SObjectDef) -> String {
    object.label_plural.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// The filters of a list view as a SOQL condition; what cannot be said so is named.
fn condition(
    object: &SObjectDef,
    filters: &[FilterItem],
    logic: Option<&str>,
) -> Result<Option<Box<str>>, Box<str>> {
    if filters.is_empty() {
        return Ok(None);
    }
    let parts: Vec<String> = filters.iter().map(|filter| part(object, filter)).collect::<Result<_, _>>()?;
    let Some(logic) = logic else { return Ok(Some(parts.join(" AND ").into())) };
    let mut text = String::new();
    let mut number = String::new();
    // The logic names filters by number, from one on; its words are those of SOQL.
    for c in logic.chars().chain([' ']) {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        if !number.is_empty() {
            let place: usize = number.parse().unwrap_or_default();
            let part = place.checked_sub(1).and_then(|place| parts.get(place));
            text.push_str(part.ok_or_else(|| format!("the filter {number} of a list view"))?);
            number.clear();
        }
        text.push(c);
    }
    Ok(Some(text.trim().into()))
}

fn part(object: &SObjectDef, filter: &FilterItem) -> Result<String, Box<str>> {
    use FilterOperator as F;
    let kind = object.field(&filter.field).map_or(FieldType::String, |field| field.field_type);
    let values: Vec<&str> = filter.value.split(',').map(str::trim).collect();
    let list =
        |values: &[&str]| values.iter().map(|value| literal(kind, value)).collect::<Vec<_>>().join(",");
    let field = &filter.field;
    let like = |before: &str, after: &str| {
        // A list view has no wildcards.
        let plain = |value: &str| escaped(value).replace('%', r"\%").replace('_', r"\_");
        let one = |value: &&str| format!("{field} LIKE '{before}{}{after}'", plain(value));
        format!("({})", values.iter().map(one).collect::<Vec<_>>().join(" OR "))
    };
    let compared = |operator: &str| format!("{field} {operator} {}", list(&values[..1]));
    Ok(match filter.operator {
        F::Equals if values.len() > 1 => format!("{field} IN ({})", list(&values)),
        F::NotEqual if values.len() > 1 => format!("{field} NOT IN ({})", list(&values)),
        F::Equals => compared("="),
        F::NotEqual => compared("!="),
        F::LessThan => compared("<"),
        F::GreaterThan => compared(">"),
        F::LessOrEqual => compared("<="),
        F::GreaterOrEqual => compared(">="),
        F::Contains => like("%", "%"),
        F::StartsWith => like("", "%"),
        F::NotContain => format!("(NOT {})", like("%", "%")),
        F::Includes => format!("{field} INCLUDES ({})", list(&values)),
        F::Excludes => format!("{field} EXCLUDES ({})", list(&values)),
    })
}

/// A value as SOQL writes it.
fn literal(kind: FieldType, value: &str) -> String {
    use FieldType as T;
    match kind {
        _ if value.is_empty() => "null".to_owned(),
        T::Boolean => if matches!(value, "1" | "true" | "True") { "true" } else { "false" }.to_owned(),
        T::Int | T::Double | T::Currency | T::Percent | T::Date | T::DateTime | T::Time => value.to_owned(),
        _ => format!("'{}'", escaped(value)),
    }
}

fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        if matches!(c, '\'' | '\\') {
            text.push('\\');
        }
        let _ = text.write_char(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        Settings,
        catalog::{Catalog, DefinitionSource},
    };

    #[test]
    fn declared_filters_become_a_condition_in_the_order_of_their_logic() {
        let json = r#"{"name":"Crate__c","label":"Crate","labelPlural":"Crates","keyPrefix":"a01","custom":true,
            "calls":["query"],"mruEnabled":true,
            "listViews":[{"developerName":"Heavy","label":"Heavy","columns":["Name"],"filterLogic":"1 AND (2 OR 3)",
              "filters":[{"field":"Weight__c","operator":"greaterThan","value":"10"},
                {"field":"Name","operator":"contains","value":"O'Neil_5%"},{"field":"Kind__c","operator":"equals","value":"A, B"}]}],
            "fields":[{"system":"Id"},{"name":"Name","type":"string","length":80,"nameField":true},
              {"name":"Weight__c","type":"double","custom":true,"precision":18},{"name":"Kind__c","type":"string","length":9,"custom":true}]}"#;
        let catalog = Catalog::build(&[DefinitionSource { origin: "test", json }], &[]).unwrap();
        let org = Org::new(Arc::new(catalog), Settings::default());
        let views = org.list_views(org.catalog().find_any("Crate__c").unwrap());
        let names: Vec<_> = views.iter().map(|view| &*view.developer_name).collect();
        assert_eq!(names, ["AllCrates", "Heavy", "RecentlyViewedCrates"]);
        assert_eq!(
            views[1].condition.as_deref(),
            Some("Weight__c > 10 AND ((Name LIKE '%O\\'Neil\\_5\\%%') OR Kind__c IN ('A','B'))")
        );
    }
}
