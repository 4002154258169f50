//! The SELECT list.

use std::borrow::Cow;

use mockorg_soql::tree::{Call, Expr, Name, Path, Select, SelectItem};

use super::{
    errors::{Refusal, Source},
    path::Scope,
    shape::{Shape, ShapeBuilder},
};
use crate::catalog::FieldDef;

/// The version that brought FIELDS().
const FIELDS_SINCE: u8 = 51;
/// How many rows a statement may give that selects fields it does not name.
pub(super) const FIELDS_LIMIT: usize = 200;

/// The functions of SOQL that are not modelled.
const FUNCTIONS: &[&str] = &[
    "AVG",
    "CALENDAR_MONTH",
    "CALENDAR_QUARTER",
    "CALENDAR_YEAR",
    "CONVERTCURRENCY",
    "CONVERTTIMEZONE",
    "COUNT",
    "COUNT_DISTINCT",
    "DAY_IN_MONTH",
    "DAY_IN_WEEK",
    "DAY_IN_YEAR",
    "DAY_ONLY",
    "DISTANCE",
    "FISCAL_MONTH",
    "FISCAL_QUARTER",
    "FISCAL_YEAR",
    "FORMAT",
    "GEOLOCATION",
    "GROUPING",
    "HOUR_IN_DAY",
    "MAX",
    "MIN",
    "SUM",
    "TOLABEL",
    "WEEK_IN_MONTH",
    "WEEK_IN_YEAR",
];

/// A resolved SELECT list.
#[derive(Debug)]
pub(super) enum SelectList {
    /// `COUNT()` alone.
    Count,
    /// Fields.
    Rows {
        /// The form of a row.
        shape: Shape,
        /// Where FIELDS(ALL) or FIELDS(CUSTOM) stands, which needs a small LIMIT.
        unbounded: Option<usize>,
    },
}

/// The fields that FIELDS() stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FieldGroup {
    All,
    Standard,
    Custom,
}

/// Resolves the SELECT list.
pub(super) fn resolve(scope: &Scope<'_>, select: &Select) -> Result<SelectList, Refusal> {
    if let [SelectItem::Expr { expr: Expr::Call(call), alias: None }] = select.items.as_slice()
        && is_bare_count(call)
    {
        return Ok(SelectList::Count);
    }
    let mut shape = ShapeBuilder::default();
    let mut unbounded = None;
    for item in &select.items {
        let (expr, alias) = match item {
            SelectItem::Expr { expr, alias } => (expr, alias),
            SelectItem::Subquery(query) => {
                return Err(scope.source.not_modelled(query.span.start, "SOQL child subquery"));
            }
            SelectItem::TypeOf(type_of) => {
                return Err(scope.source.not_modelled(type_of.span.start, "SOQL TYPEOF"));
            }
        };
        match expr {
            Expr::Field(path) => {
                // A name that FROM was taken for is no alias; so the field is looked for first.
                let field = scope.field(path)?;
                if let Some(alias) = alias {
                    let at = alias.span.start;
                    return Err(scope.source.malformed(at, "only aggregate expressions use field aliasing"));
                }
                shape.add(&field)?;
            }
            Expr::Call(call) => {
                let group = field_group(scope, call)?;
                if group != FieldGroup::Standard {
                    unbounded = unbounded.or(Some(call.span.start));
                }
                add_group(scope, &mut shape, call, group, select.items.len() == 1)?;
            }
            Expr::Literal(literal) => return Err(scope.source.unexpected(literal.span.start)),
        }
    }
    Ok(SelectList::Rows { shape: shape.build(), unbounded })
}

/// The refusal of a function.
pub(super) fn unsupported_call(source: Source<'_>, call: &Call) -> Refusal {
    let at = call.span.start;
    if is_bare_count(call) {
        return source.unexpected(at);
    }
    // Names that are no function of SOQL are the client's mistake and not a gap.
    match FUNCTIONS.iter().find(|known| call.name.is(known)) {
        Some(known) => source.not_modelled(at, Cow::Owned(format!("SOQL function {known}"))),
        None => source.unexpected(at),
    }
}

fn is_bare_count(call: &Call) -> bool {
    call.name.is("COUNT") && call.args.is_empty()
}

fn field_group(scope: &Scope<'_>, call: &Call) -> Result<FieldGroup, Refusal> {
    if !call.name.is("FIELDS") || scope.ctx.version.number() < FIELDS_SINCE {
        return Err(unsupported_call(scope.source, call));
    }
    let word = match call.args.as_slice() {
        [Expr::Field(path)] if path.names.len() == 1 => path.names.first(),
        _ => None,
    };
    match word {
        Some(word) if word.is("ALL") => Ok(FieldGroup::All),
        Some(word) if word.is("STANDARD") => Ok(FieldGroup::Standard),
        Some(word) if word.is("CUSTOM") => Ok(FieldGroup::Custom),
        _ => Err(scope.source.unexpected(call.args.first().map_or(call.span.start, |arg| arg.span().start))),
    }
}

fn add_group(
    scope: &Scope<'_>,
    shape: &mut ShapeBuilder,
    call: &Call,
    group: FieldGroup,
    alone: bool,
) -> Result<(), Refusal> {
    let belongs = |field: &&FieldDef| {
        let chosen = match group {
            FieldGroup::All => true,
            FieldGroup::Standard => !field.custom,
            FieldGroup::Custom => field.custom,
        };
        chosen && scope.sees(scope.root, field)
    };
    let mut found = false;
    for field in scope.root.fields.iter().filter(belongs) {
        let name = Name { text: Box::from(&*field.name), span: call.span };
        shape.add(&scope.field(&Path { names: vec![name], span: call.span })?)?;
        found = true;
    }
    // A list that comes out empty is an error on the platform, too; its code is not on record.
    if found || !alone { Ok(()) } else { Err(scope.source.unexpected(call.span.start)) }
}
