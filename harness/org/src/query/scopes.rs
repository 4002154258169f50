//! The clauses that some objects know and others do not: USING SCOPE, WITH DATA CATEGORY, UPDATE TRACKING.

use mockorg_soql::tree::{Name, Select, With};

use super::{
    errors::Refusal,
    filter::{Check, Comparer, Filter, Test},
    operand::Operand,
    path::{Place, Steps},
    scope::Scope,
};
use crate::{ErrorCode, Value};

/// The scopes that the platform's documents name. Describe answers name more of them.
const SCOPES: &[&str] = &[
    "delegated",
    "everything",
    "mine",
    "mine_and_my_groups",
    "my_territory",
    "my_team_territory",
    "scopingRule",
    "team",
];

/// What USING SCOPE adds to the condition.
///
/// # Errors
///
/// `MALFORMED_QUERY` for words that are no scope, `INVALID_QUERY_SCOPE` for scopes that the object lacks.
pub(super) fn filter(scope: &Scope<'_>, name: &Name) -> Result<Option<Filter>, Refusal> {
    let supported = &scope.root.supported_scopes;
    let listed = supported.iter().any(|(own, _)| name.is(own));
    // Every object knows this one, whether or not its definition lists scopes.
    if name.is("everything") {
        return Ok(None);
    }
    // Objects with owners know this one; those whose definition lists scopes list it.
    let owner = scope.root.system.owner_id.filter(|_| listed || supported.is_empty());
    if let Some(owner) = owner
        && name.is("mine")
    {
        return Ok(Some(Filter::Test(Test {
            left: Operand::Field(Steps { hops: Box::default(), leaf: Place::Slot(owner) }),
            comparer: Comparer::Typed,
            check: Check::Equal(Value::Id(scope.ctx.user)),
        })));
    }
    let at = name.span.start;
    if listed {
        return Err(scope.source.not_modelled(at, format!("SOQL USING SCOPE {}", name.text.to_lowercase())));
    }
    if is_scope(scope, name) {
        // The code is documented, the words are not on record.
        let text = format!("The scope '{}' is not supported on entity '{}'", name.text, scope.root.name);
        return Err(scope.source.fault(ErrorCode::InvalidQueryScope, at, &text));
    }
    Err(scope.source.unexpected(at))
}

/// Whether any object has such a scope.
fn is_scope(scope: &Scope<'_>, name: &Name) -> bool {
    let of_catalog = || {
        let mut objects = scope.catalog.objects().iter();
        objects.any(|object| object.supported_scopes.iter().any(|(own, _)| name.is(own)))
    };
    SCOPES.iter().any(|known| name.is(known)) || of_catalog()
}

/// Refuses the WITH clauses, none of which a query over the objects of the catalog can have.
///
/// # Errors
///
/// `MALFORMED_QUERY`.
pub(super) fn check_with(scope: &Scope<'_>, select: &Select) -> Result<(), Refusal> {
    match select.with.first() {
        // SECURITY_ENFORCED and the modes belong to Apex.
        Some(With::Mode(name)) => Err(scope.source.apex_only(name)),
        Some(With::DataCategory(_, span)) => {
            Err(of_articles(scope, span.start, "WITH DATA CATEGORY", is_categorised))
        }
        None => Ok(()),
    }
}

/// The refusal of `UPDATE TRACKING` or `UPDATE VIEWSTAT`.
pub(super) fn no_article(scope: &Scope<'_>, at: usize, clause: &'static str) -> Refusal {
    of_articles(scope, at, clause, is_article)
}

/// Where the platform would answer, the clause is not modelled; other objects do not know it. The platform's
/// words for that are not on record.
fn of_articles(scope: &Scope<'_>, at: usize, clause: &'static str, knows: fn(&str) -> bool) -> Refusal {
    let object = &scope.root.name;
    if knows(object) {
        return scope.source.not_modelled(at, format!("SOQL {clause}"));
    }
    scope.source.malformed(at, &format!("{clause} is not supported on entity '{object}'"))
}

fn is_article(object: &str) -> bool {
    object == "KnowledgeArticleVersion" || object.ends_with("__kav")
}

fn is_categorised(object: &str) -> bool {
    object == "Question" || is_article(object)
}
