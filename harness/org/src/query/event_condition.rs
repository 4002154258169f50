//! Conditions of automations: a WHERE clause, held against an event or a record that need not be stored.

use mockorg_soql::parse;

use super::{conditions, errors::Source, filter::Filter, reader::Reader, scope::Scope};
use crate::{ApiError, Org, RecordView, catalog::SObjectDef, ctx::Ctx};

/// A resolved condition.
#[derive(Clone, Debug)]
pub(crate) struct EventCondition(Filter);

impl EventCondition {
    /// Reads and checks a condition over the fields of an event or object, such as `HasErrors = false`.
    ///
    /// # Errors
    ///
    /// Those of a query, at whose caret blocks the condition stands in a whole statement.
    pub(crate) fn resolve(org: &Org, ctx: &Ctx, def: &SObjectDef, text: &str) -> Result<Self, ApiError> {
        let soql = format!("SELECT Id FROM {} WHERE {text}", def.name);
        let source = Source::new(&soql, ctx.version);
        let select = parse(&soql).map_err(|error| source.syntax(&error).error)?;
        // The text is a condition and nothing behind it.
        let beyond = [
            !select.with.is_empty(),
            select.group_by.is_some(),
            select.having.is_some(),
            !select.order_by.is_empty(),
            select.limit.is_some(),
            select.offset.is_some(),
            !select.options.is_empty(),
        ];
        let Some(condition) = select.condition.as_ref().filter(|_| !beyond.contains(&true)) else {
            return Err(source.malformed(soql.len(), "only a condition may stand here").error);
        };
        let scope = Scope::in_memory(org, ctx, source, def);
        conditions::resolve(&scope, condition).map(Self).map_err(|refusal| refusal.error)
    }

    /// Whether the event or record meets the condition.
    pub(crate) fn holds(&self, org: &Org, ctx: &Ctx, record: RecordView<'_>) -> bool {
        self.0.matches(Reader { org, ctx, all: true }.reading(record))
    }
}
