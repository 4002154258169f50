//! What an organisation adds to an object beyond fields: validation rules, record types, duplicate rules, list
//! views, compact layouts, quick actions; and the roll-up summaries of fields.
//!
//! The types are those of the definition files and of resolved definitions alike.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A rule that refuses records for which its condition is true.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ValidationRule {
    /// API name.
    pub name: Box<str>,
    /// Whether the rule applies.
    #[serde(default = "yes")]
    pub active: bool,
    /// The formula that is true for records to be refused.
    pub condition: Box<str>,
    /// What the refusal says.
    pub message: Box<str>,
    /// The field that the refusal names; none stands for the top of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Box<str>>,
    /// For administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Box<str>>,
}

/// A record type, with the picklist values that its records may have.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordTypeDefinition {
    /// API name.
    pub developer_name: Box<str>,
    /// The name that people see.
    pub label: Box<str>,
    /// Whether new records may have it.
    #[serde(default = "yes")]
    pub active: bool,
    /// Whether new records have it that name none. At most one for an object.
    #[serde(default)]
    pub default: bool,
    /// For administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Box<str>>,
    /// The values of picklists by field; fields that are not named keep all their values.
    #[serde(default)]
    pub picklists: BTreeMap<Box<str>, RecordTypePicklist>,
}

/// The values of one picklist in one record type.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordTypePicklist {
    /// The values.
    pub values: Vec<Box<str>>,
    /// The value of new records that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Box<str>>,
}

/// A rule that notices records that are there already.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DuplicateRule {
    /// API name.
    pub name: Box<str>,
    /// The name that people see; by default the API name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Box<str>>,
    /// Whether the rule applies.
    #[serde(default = "yes")]
    pub active: bool,
    /// What becomes of new duplicates.
    #[serde(default)]
    pub on_insert: DuplicateAction,
    /// What becomes of records that an update makes duplicates.
    #[serde(default)]
    pub on_update: DuplicateAction,
    /// What the refusal says beside its message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Box<str>>,
    /// Two records match when they match by all of these fields.
    #[serde(rename = "match")]
    pub matches: Vec<DuplicateMatch>,
}

/// What becomes of a duplicate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DuplicateAction {
    /// It is refused, whatever the request's header says.
    #[default]
    Block,
    /// It is saved when the request's header allows it, else refused with an alert.
    Allow,
}

/// A field by which two records are held against each other.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DuplicateMatch {
    /// The field.
    pub field: Box<str>,
    /// How values are compared.
    #[serde(default)]
    pub method: MatchMethod,
    /// Whether two blank values match.
    #[serde(default)]
    pub blank: BlankValues,
}

/// How values of a field are compared. The fuzzy methods of the platform are not modelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum MatchMethod {
    /// Values are equal, text letter by letter.
    #[default]
    Exact,
    /// Text is equal without regard to case.
    CaseInsensitive,
}

/// Whether blank values match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum BlankValues {
    /// Two blank values match.
    Matches,
    /// A blank value matches nothing.
    #[default]
    Differs,
}

/// A list view.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListViewDefinition {
    /// API name.
    pub developer_name: Box<str>,
    /// The name that people see.
    pub label: Box<str>,
    /// Whose records it shows.
    #[serde(default)]
    pub scope: ListViewScope,
    /// Field paths in the order of the columns.
    #[serde(default)]
    pub columns: Vec<Box<str>>,
    /// What records must fulfil.
    #[serde(default)]
    pub filters: Vec<FilterItem>,
    /// How the filters are joined, such as `1 AND (2 OR 3)`; by default all must be fulfilled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter_logic: Option<Box<str>>,
}

/// Whose records a list view shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ListViewScope {
    /// All records.
    #[default]
    Everything,
    /// The user's own.
    Mine,
}

/// A condition of list views and roll-up summaries.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilterItem {
    /// The field.
    pub field: Box<str>,
    /// How its values are compared.
    pub operator: FilterOperator,
    /// What they are compared with; several values are separated by commas. Empty stands for blank.
    #[serde(default)]
    pub value: Box<str>,
}

/// How a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FilterOperator {
    /// The value is one of those given.
    Equals,
    /// The value is none of those given.
    NotEqual,
    /// The value is less.
    LessThan,
    /// The value is greater.
    GreaterThan,
    /// The value is less or the same.
    LessOrEqual,
    /// The value is greater or the same.
    GreaterOrEqual,
    /// The text contains one of those given.
    Contains,
    /// The text contains none of those given.
    NotContain,
    /// The text begins with one of those given.
    StartsWith,
    /// The multi-select picklist holds one of those given.
    Includes,
    /// The multi-select picklist holds none of those given.
    Excludes,
}

/// A compact layout.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompactLayoutDefinition {
    /// API name.
    pub developer_name: Box<str>,
    /// The name that people see.
    pub label: Box<str>,
    /// Its fields in their order.
    #[serde(default)]
    pub fields: Vec<Box<str>>,
    /// Whether it is the object's own.
    #[serde(default)]
    pub default: bool,
}

/// A quick action of an object.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuickActionDefinition {
    /// API name without the object.
    pub name: Box<str>,
    /// The name that people see.
    pub label: Box<str>,
    /// What it does, as the platform names it: `Create`, `Update`, `LogACall`, `SendEmail`.
    #[serde(rename = "type")]
    pub action_type: Box<str>,
    /// The object of which it creates records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_object: Option<Box<str>>,
    /// The fields of its layout.
    #[serde(default)]
    pub fields: Vec<Box<str>>,
}

/// How a roll-up summary field comes from the records below.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Summary {
    /// The object below.
    pub object: Box<str>,
    /// Its master-detail field.
    pub field: Box<str>,
    /// What is worked out.
    pub operation: SummaryOperation,
    /// Of which of its fields; none for a count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Box<str>>,
    /// Which of its records count; they must fulfil all of these.
    #[serde(default)]
    pub filters: Vec<FilterItem>,
}

/// What a roll-up summary works out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SummaryOperation {
    /// How many records there are.
    Count,
    /// The sum of a field.
    Sum,
    /// The least value of a field.
    Min,
    /// The greatest value of a field.
    Max,
}

const fn yes() -> bool {
    true
}
