//! The printer: a tree as a statement again. Parsing what it prints gives an equal tree, apart from
//! the spans.

use std::fmt::{self, Display, Formatter, Write};

use crate::tree::{
    Call, Comparison, Condition, Count, DataCategory, Expr, FromItem, GroupBy, GroupKind, Literal,
    LiteralValue, Name, Operand, Operator, OptionKind, OrderTerm, Path, Select, SelectItem, Text, TypeOf,
    With,
};

impl Display for Select {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("SELECT ")?;
        list(f, &self.items)?;
        f.write_str(" FROM ")?;
        list(f, &self.from)?;
        if let Some(scope) = &self.scope {
            write!(f, " USING SCOPE {scope}")?;
        }
        if let Some(condition) = &self.condition {
            write!(f, " WHERE {condition}")?;
        }
        for with in &self.with {
            write!(f, " WITH {with}")?;
        }
        if let Some(group_by) = &self.group_by {
            write!(f, " GROUP BY {group_by}")?;
        }
        if let Some(having) = &self.having {
            write!(f, " HAVING {having}")?;
        }
        order_and_counts(f, &self.order_by, self.limit.as_ref(), self.offset.as_ref())?;
        for option in &self.options {
            write!(f, " {}", option.kind)?;
        }
        Ok(())
    }
}

/// ORDER BY, LIMIT and OFFSET, as far as they are there.
pub(crate) fn order_and_counts(
    f: &mut Formatter<'_>,
    order_by: &[OrderTerm],
    limit: Option<&Count>,
    offset: Option<&Count>,
) -> fmt::Result {
    if !order_by.is_empty() {
        f.write_str(" ORDER BY ")?;
        list(f, order_by)?;
    }
    if let Some(limit) = limit {
        write!(f, " LIMIT {}", limit.value)?;
    }
    if let Some(offset) = offset {
        write!(f, " OFFSET {}", offset.value)?;
    }
    Ok(())
}

impl Display for SelectItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expr { expr, alias: None } => expr.fmt(f),
            Self::Expr { expr, alias: Some(alias) } => write!(f, "{expr} {alias}"),
            Self::Subquery(select) => write!(f, "({select})"),
            Self::TypeOf(type_of) => type_of.fmt(f),
        }
    }
}

impl Display for TypeOf {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "TYPEOF {}", self.path)?;
        for (object, fields) in &self.whens {
            write!(f, " WHEN {object} THEN ")?;
            list(f, fields)?;
        }
        if !self.otherwise.is_empty() {
            f.write_str(" ELSE ")?;
            list(f, &self.otherwise)?;
        }
        f.write_str(" END")
    }
}

impl Display for Name {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        separated(f, &self.names, ".")
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(path) => path.fmt(f),
            Self::Call(call) => call.fmt(f),
            Self::Literal(literal) => literal.fmt(f),
        }
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        list(f, &self.args)?;
        f.write_char(')')
    }
}

impl Display for FromItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.alias {
            // With AS even the word that begins a clause can only be an alias.
            Some(alias) => write!(f, "{} AS {alias}", self.path),
            None => self.path.fmt(f),
        }
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(members) => joined(f, members, " AND "),
            Self::Or(members) => joined(f, members, " OR "),
            Self::Not(negated) => {
                f.write_str("NOT ")?;
                member(f, negated)
            }
            Self::Comparison(comparison) => comparison.fmt(f),
        }
    }
}

/// Writes the members of a chain, each one that is no comparison in parentheses.
fn joined(f: &mut Formatter<'_>, members: &[Condition], connective: &str) -> fmt::Result {
    for (index, condition) in members.iter().enumerate() {
        if index > 0 {
            f.write_str(connective)?;
        }
        member(f, condition)?;
    }
    Ok(())
}

fn member(f: &mut Formatter<'_>, condition: &Condition) -> fmt::Result {
    match condition {
        Condition::And(_) | Condition::Or(_) | Condition::Not(_) => write!(f, "({condition})"),
        Condition::Comparison(_) => condition.fmt(f),
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.left, self.operator, self.right)
    }
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Like => "LIKE",
            Self::In => "IN",
            Self::NotIn => "NOT IN",
            Self::Includes => "INCLUDES",
            Self::Excludes => "EXCLUDES",
        })
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(literal) => literal.fmt(f),
            Self::List(literals, _) => {
                f.write_char('(')?;
                list(f, literals)?;
                f.write_char(')')
            }
            Self::Subquery(select) => write!(f, "({select})"),
        }
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl Display for LiteralValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(text) | Self::Date(text) | Self::DateTime(text) | Self::Time(text) => {
                f.write_str(text)
            }
            Self::String(text) => quoted_text(f, text),
            Self::DateLiteral { name, n: None } => f.write_str(name),
            Self::DateLiteral { name, n: Some(n) } => write!(f, "{name}:{n}"),
            Self::Currency { code, amount } => write!(f, "{code}{amount}"),
            Self::Bind(name) => write!(f, ":{name}"),
        }
    }
}

/// Writes a string in quotes, with escapes where it needs them.
pub(crate) fn quoted(f: &mut Formatter<'_>, value: &str) -> fmt::Result {
    quoted_text(f, &Text::from(value))
}

fn quoted_text(f: &mut Formatter<'_>, text: &Text) -> fmt::Result {
    f.write_char('\'')?;
    for (character, is_escaped) in text.characters() {
        match character {
            '\\' => f.write_str("\\\\")?,
            '\'' => f.write_str("\\'")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '\u{8}' => f.write_str("\\b")?,
            '\u{c}' => f.write_str("\\f")?,
            wildcard if is_escaped => write!(f, "\\{wildcard}")?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('\'')
}

impl Display for With {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mode(name) => name.fmt(f),
            Self::DataCategory(filters, _) => {
                f.write_str("DATA CATEGORY ")?;
                separated(f, filters, " AND ")
            }
        }
    }
}

impl Display for DataCategory {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.group, self.selector)?;
        if let [category] = self.categories.as_slice() {
            return category.fmt(f);
        }
        f.write_char('(')?;
        list(f, &self.categories)?;
        f.write_char(')')
    }
}

impl Display for GroupBy {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let function = match self.kind {
            GroupKind::Plain => return list(f, &self.exprs),
            GroupKind::Rollup => "ROLLUP",
            GroupKind::Cube => "CUBE",
        };
        write!(f, "{function}(")?;
        list(f, &self.exprs)?;
        f.write_char(')')
    }
}

impl Display for OrderTerm {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)?;
        if self.descending {
            f.write_str(" DESC")?;
        }
        match self.nulls_last {
            Some(true) => f.write_str(" NULLS LAST"),
            Some(false) => f.write_str(" NULLS FIRST"),
            None => Ok(()),
        }
    }
}

impl Display for OptionKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ForView => "FOR VIEW",
            Self::ForReference => "FOR REFERENCE",
            Self::ForUpdate => "FOR UPDATE",
            Self::UpdateTracking => "UPDATE TRACKING",
            Self::UpdateViewstat => "UPDATE VIEWSTAT",
            Self::AllRows => "ALL ROWS",
        })
    }
}

/// Writes the items with commas between them.
pub(crate) fn list<T: Display>(f: &mut Formatter<'_>, items: &[T]) -> fmt::Result {
    separated(f, items, ", ")
}

/// Writes the items with a separator between them.
pub(crate) fn separated<T: Display>(f: &mut Formatter<'_>, items: &[T], separator: &str) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}
