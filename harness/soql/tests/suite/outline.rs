//! Outlines: a tree as short text, one line for each clause. Names stand as written, texts in double
//! quotes, what is no field and no text has its kind before it. A query in a query stands in braces
//! on its line, its clauses divided by `|`.

use mockorg_soql::tree::{
    Comparison, Condition, Expr, FromItem, GroupBy, GroupKind, LiteralValue, Operand, Operator, OptionKind,
    OrderTerm, Path, PatternPart, Select, SelectItem, Text, TypeOf, With,
};

/// The outline of a query.
pub(crate) fn outline(select: &Select) -> String {
    clauses(select).join("\n")
}

fn clauses(select: &Select) -> Vec<String> {
    let clause = |name: &str, text: String| format!("{name} {text}");
    let mut lines = vec![
        clause("select", join(&select.items, ", ", item)),
        clause("from", join(&select.from, ", ", from_item)),
    ];
    lines.extend(select.scope.iter().map(|scope| clause("scope", scope.text.to_string())));
    lines.extend(select.condition.iter().map(|where_| clause("where", condition(where_))));
    lines.extend(select.with.iter().map(|kind| clause("with", with(kind))));
    lines.extend(select.group_by.iter().map(|group_by| clause("group", grouping(group_by))));
    lines.extend(select.having.iter().map(|having| clause("having", condition(having))));
    if !select.order_by.is_empty() {
        lines.push(clause("order", join(&select.order_by, ", ", order_term)));
    }
    lines.extend(select.limit.iter().map(|limit| clause("limit", limit.value.to_string())));
    lines.extend(select.offset.iter().map(|offset| clause("offset", offset.value.to_string())));
    if !select.options.is_empty() {
        lines.push(clause(
            "options",
            join(&select.options, ", ", |option| option_kind(option.kind).to_owned()),
        ));
    }
    lines
}

fn join<T>(items: &[T], separator: &str, show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(separator)
}

fn nested(select: &Select) -> String {
    format!("{{{}}}", clauses(select).join(" | "))
}

fn path(path: &Path) -> String {
    join(&path.names, ".", |name| name.text.to_string())
}

fn item(item: &SelectItem) -> String {
    match item {
        SelectItem::Expr { expr: selected, alias: None } => expr(selected),
        SelectItem::Expr { expr: selected, alias: Some(alias) } => {
            format!("{} as {}", expr(selected), alias.text)
        }
        SelectItem::Subquery(select) => nested(select),
        SelectItem::TypeOf(type_of) => branches(type_of),
    }
}

fn branches(type_of: &TypeOf) -> String {
    let branch = |object: &str, fields: &[Path]| format!(" [{object}: {}]", join(fields, ", ", path));
    let whens = join(&type_of.whens, "", |(object, fields)| branch(&object.text, fields));
    let otherwise =
        if type_of.otherwise.is_empty() { String::new() } else { branch("else", &type_of.otherwise) };
    format!("typeof {}{whens}{otherwise}", path(&type_of.path))
}

fn expr(shown: &Expr) -> String {
    match shown {
        Expr::Field(field) => path(field),
        Expr::Call(call) => format!("{}({})", call.name.text, join(&call.args, ", ", expr)),
        Expr::Literal(value) => literal(&value.value),
    }
}

fn from_item(item: &FromItem) -> String {
    match &item.alias {
        Some(alias) => format!("{} as {}", path(&item.path), alias.text),
        None => path(&item.path),
    }
}

fn condition(shown: &Condition) -> String {
    match shown {
        Condition::And(members) => format!("and({})", join(members, ", ", condition)),
        Condition::Or(members) => format!("or({})", join(members, ", ", condition)),
        Condition::Not(negated) => format!("not({})", condition(negated)),
        Condition::Comparison(compared) => comparison(compared),
    }
}

fn comparison(shown: &Comparison) -> String {
    let right = match &shown.right {
        Operand::Literal(value) => match &value.value {
            LiteralValue::String(text) if shown.operator == Operator::Like => pattern(text),
            other => literal(other),
        },
        Operand::List(values, _) => format!("({})", join(values, ", ", |value| literal(&value.value))),
        Operand::Subquery(select) => nested(select),
    };
    format!("{} {} {right}", expr(&shown.left), operator(shown.operator))
}

fn operator(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "=",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::Like => "like",
        Operator::In => "in",
        Operator::NotIn => "not in",
        Operator::Includes => "includes",
        Operator::Excludes => "excludes",
    }
}

/// A pattern as its parts: characters in quotes, wildcards bare.
fn pattern(text: &Text) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut run = String::new();
    for part in text.pattern() {
        let wildcard = match part {
            PatternPart::Char(character) => {
                run.push(character);
                continue;
            }
            PatternPart::Run => "%",
            PatternPart::One => "_",
        };
        if !run.is_empty() {
            parts.push(format!("{run:?}"));
            run.clear();
        }
        parts.push(wildcard.to_owned());
    }
    if !run.is_empty() || parts.is_empty() {
        parts.push(format!("{run:?}"));
    }
    parts.join(" ")
}

fn literal(value: &LiteralValue) -> String {
    match value {
        LiteralValue::Null => "null".to_owned(),
        LiteralValue::Bool(value) => value.to_string(),
        LiteralValue::Number(text) => format!("number {text}"),
        LiteralValue::String(text) => format!("{:?}", &**text),
        LiteralValue::Date(text) => format!("date {text}"),
        LiteralValue::DateTime(text) => format!("datetime {text}"),
        LiteralValue::Time(text) => format!("time {text}"),
        LiteralValue::DateLiteral { name, n: None } => format!("range {name}"),
        LiteralValue::DateLiteral { name, n: Some(n) } => format!("range {name} {n}"),
        LiteralValue::Currency { code, amount } => format!("currency {code} {amount}"),
        LiteralValue::Bind(name) => format!("bind {name}"),
    }
}

fn with(with: &With) -> String {
    match with {
        With::Mode(name) => name.text.to_string(),
        With::DataCategory(filters, _) => join(filters, ", ", |filter| {
            let categories = join(&filter.categories, ", ", |category| category.text.to_string());
            format!("category {} {} ({categories})", filter.group.text, filter.selector.text)
        }),
    }
}

fn grouping(group_by: &GroupBy) -> String {
    let exprs = join(&group_by.exprs, ", ", expr);
    match group_by.kind {
        GroupKind::Plain => exprs,
        GroupKind::Rollup => format!("rollup: {exprs}"),
        GroupKind::Cube => format!("cube: {exprs}"),
    }
}

fn order_term(term: &OrderTerm) -> String {
    let nulls = match term.nulls_last {
        Some(true) => " nulls last",
        Some(false) => " nulls first",
        None => "",
    };
    format!("{}{}{nulls}", expr(&term.expr), if term.descending { " desc" } else { "" })
}

fn option_kind(kind: OptionKind) -> &'static str {
    match kind {
        OptionKind::ForView => "for view",
        OptionKind::ForReference => "for reference",
        OptionKind::ForUpdate => "for update",
        OptionKind::UpdateTracking => "update tracking",
        OptionKind::UpdateViewstat => "update viewstat",
        OptionKind::AllRows => "all rows",
    }
}
