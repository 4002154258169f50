//! The SELECT list of a query over records.

use mockorg_soql::tree::{Call, Expr, Name, Path, Select, SelectItem};

use super::{
    children,
    errors::Refusal,
    scope::Scope,
    shape::{Member, Shape, ShapeBuilder},
    terms::Clause,
    type_of,
};
use crate::catalog::FieldDef;

/// The version that brought FIELDS().
const FIELDS_SINCE: u8 = 51;
/// How many rows a statement may give that selects fields it does not name.
pub(super) const FIELDS_LIMIT: usize = 200;

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

/// Resolves the SELECT list; `limit` is the query's LIMIT.
pub(super) fn resolve<'c>(
    scope: &Scope<'c>,
    select: &'c Select,
    limit: Option<usize>,
) -> Result<SelectList, Refusal> {
    if let [SelectItem::Expr { expr: Expr::Call(call), alias: None }] = select.items.as_slice()
        && is_bare_count(call)
    {
        return Ok(SelectList::Count);
    }
    let mut shape = ShapeBuilder::default();
    let mut unbounded = None;
    for item in &select.items {
        match item {
            SelectItem::Expr { expr: Expr::Field(path), alias } => {
                // A name that FROM was taken for is no alias; so the field is looked for first.
                let field = scope.field(path)?;
                if let Some(alias) = alias {
                    let at = alias.span.start;
                    return Err(scope.source.malformed(at, "only aggregate expressions use field aliasing"));
                }
                shape.add(&field)?;
            }
            SelectItem::Expr { expr: Expr::Call(call), alias } => {
                if !call.name.is("FIELDS") {
                    function(scope, &mut shape, call, alias.as_ref())?;
                    continue;
                }
                let group = field_group(scope, call)?;
                if group != FieldGroup::Standard {
                    unbounded = unbounded.or(Some(call.span.start));
                }
                add_group(scope, &mut shape, call, group, select.items.len() == 1)?;
            }
            SelectItem::Expr { expr: Expr::Literal(literal), .. } => {
                return Err(scope.source.unexpected(literal.span.start));
            }
            SelectItem::Subquery(query) => {
                scope.note_subquery(query.span.start)?;
                let (name, plan) = children::resolve(scope, query, limit)?;
                shape.add_named(name, Member::Children(plan.into()))?;
            }
            SelectItem::TypeOf(type_of) => {
                let (way, name, member) = type_of::resolve(scope, type_of)?;
                shape.add_parent(&way, name, member)?;
            }
        }
    }
    Ok(SelectList::Rows { shape: shape.build(), unbounded })
}

/// Adds a function of the record's fields. Without an alias it stands where the field would.
fn function(
    scope: &Scope<'_>,
    shape: &mut ShapeBuilder,
    call: &Call,
    alias: Option<&Name>,
) -> Result<(), Refusal> {
    let term = scope.call(call, Clause::Select)?;
    if let Some(alias) = alias {
        return shape.add_named(alias.text.as_ref().into(), Member::Computed(term.operand));
    }
    match scope.field_inside(call)? {
        Some(path) => shape.add_at(&path, Member::Computed(term.operand.without_hops())),
        None => {
            let name = shape.next_name();
            shape.add_named(name, Member::Computed(term.operand))
        }
    }
}

fn is_bare_count(call: &Call) -> bool {
    call.name.is("COUNT") && call.args.is_empty()
}

fn field_group(scope: &Scope<'_>, call: &Call) -> Result<FieldGroup, Refusal> {
    if scope.ctx.version.number() < FIELDS_SINCE {
        return Err(scope.misplaced(call));
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
