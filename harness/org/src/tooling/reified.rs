//! Objects that are no tables on the platform either: what their statements must and must not have.

use mockorg_soql::tree::{Comparison, Condition, Expr, LiteralValue, Operand, Operator, Select, SelectItem};

use crate::{ApiError, ErrorCode};

/// The objects of this kind with the columns of which a filter must name one.
static REIFIED: &[(&str, &[&str])] = &[
    ("EntityDefinition", &[]),
    ("EntityParticle", &["EntityDefinitionId", "FieldDefinitionId", "DurableId"]),
    ("FieldDefinition", &["EntityDefinitionId", "DurableId"]),
    ("PicklistValueInfo", &["EntityParticleId", "DurableId"]),
    (
        "RelationshipDomain",
        &["FieldId", "ChildSobjectId", "ParentSobjectId", "RelationshipInfoId", "DurableId"],
    ),
    ("RelationshipInfo", &["ChildSobjectId", "FieldId", "DurableId"]),
];

/// Refuses what the platform does not take of such objects.
///
/// # Errors
///
/// `EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION` for groups, `MALFORMED_QUERY` for all but equality and for a
/// statement without the filter that the object asks for.
pub(super) fn check(object: &str, select: &Select) -> Result<(), ApiError> {
    let Some((name, columns)) = REIFIED.iter().find(|(name, _)| name.eq_ignore_ascii_case(object)) else {
        return Ok(());
    };
    let counts = |item: &SelectItem| matches!(item, SelectItem::Expr { expr: Expr::Call(call), .. } if !call.args.is_empty() && !call.name.is("toLabel"));
    if select.group_by.is_some() || select.items.iter().any(counts) {
        let text = "The requested operation is not yet supported by this SObject storage type, contact \
                    salesforce.com support for more information.";
        return Err(ApiError::exception(ErrorCode::ExternalObjectUnsupportedException, text));
    }
    if let Some(condition) = &select.condition {
        plain(condition)?;
    }
    let mut filtered = Vec::new();
    if let Some(condition) = &select.condition {
        comparisons(condition, &mut filtered);
    }
    let names = |comparison: &&Comparison| match &comparison.left {
        Expr::Field(path) => columns.iter().any(|column| {
            let first = path.names.first().map_or("", |name| &*name.text);
            // `EntityDefinition.QualifiedApiName` says as much as `EntityDefinitionId`.
            first.eq_ignore_ascii_case(column)
                || column
                    .strip_suffix("Id")
                    .is_some_and(|parent| path.names.len() > 1 && parent.eq_ignore_ascii_case(first))
        }),
        _ => false,
    };
    if columns.is_empty() || filtered.iter().any(names) {
        return Ok(());
    }
    let text = format!("{name}: a filter on a reified column is required [{}]", columns.join(","));
    Err(ApiError::exception(ErrorCode::MalformedQuery, text))
}

/// Refuses all but equality.
fn plain(condition: &Condition) -> Result<(), ApiError> {
    let refused = |text: &str| Err(ApiError::exception(ErrorCode::MalformedQuery, text));
    match condition {
        Condition::And(parts) => parts.iter().try_for_each(plain),
        Condition::Or(_) => refused("Disjunctions not supported"),
        Condition::Not(_) => refused("Only equals comparisons permitted"),
        Condition::Comparison(comparison) => match comparison.operator {
            Operator::Equal | Operator::In | Operator::Like => Ok(()),
            Operator::Includes | Operator::Excludes => refused("Unsupported filter type"),
            _ => refused("Only equals comparisons permitted"),
        },
    }
}

/// The comparisons that must all hold.
fn comparisons<'c>(condition: &'c Condition, all: &mut Vec<&'c Comparison>) {
    match condition {
        Condition::And(parts) => parts.iter().for_each(|part| comparisons(part, all)),
        Condition::Comparison(comparison) => all.push(comparison),
        Condition::Or(_) | Condition::Not(_) => {}
    }
}

/// The objects about which a statement asks, in lower case: what its filters name before the first dot.
/// `None` when it may be about any.
pub(super) fn wanted(select: &Select) -> Option<Vec<String>> {
    const COLUMNS: &[&str] = &[
        "EntityDefinitionId",
        "EntityDefinition.QualifiedApiName",
        "EntityDefinition.DurableId",
        "EntityParticleId",
        "EntityParticle.DurableId",
        "EntityParticle.EntityDefinition.QualifiedApiName",
        "EntityParticle.EntityDefinitionId",
        "FieldDefinitionId",
        "DurableId",
        "ChildSobjectId",
        "ChildSobject.QualifiedApiName",
        "FieldId",
        "RelationshipInfoId",
        "SobjectType",
    ];
    let mut filtered = Vec::new();
    comparisons(select.condition.as_ref()?, &mut filtered);
    filtered.iter().find_map(|comparison| {
        let Expr::Field(path) = &comparison.left else { return None };
        let left = path.names.iter().map(|name| &*name.text).collect::<Vec<_>>().join(".");
        if !COLUMNS.iter().any(|column| column.eq_ignore_ascii_case(&left)) {
            return None;
        }
        let literals: Vec<&LiteralValue> = match (&comparison.operator, &comparison.right) {
            (Operator::Equal, Operand::Literal(literal)) => vec![&literal.value],
            (Operator::In, Operand::List(list, _)) => list.iter().map(|literal| &literal.value).collect(),
            _ => return None,
        };
        literals
            .into_iter()
            .map(|value| match value {
                LiteralValue::String(text) => {
                    Some(text.split('.').next().unwrap_or_default().to_ascii_lowercase())
                }
                _ => None,
            })
            .collect()
    })
}
