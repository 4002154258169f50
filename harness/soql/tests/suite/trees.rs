//! Random trees of the kind that the parser makes, with all spans at nothing.

use mockorg_soql::{
    parse,
    tree::{
        Call, Comparison, Condition, Count, DataCategory, Expr, FromItem, GroupBy, GroupKind, Literal,
        LiteralValue, Name, Operand, Operator, OptionKind, OrderTerm, Path, QueryOption, Select, SelectItem,
        Span, TypeOf, With,
    },
};
use proptest::{
    collection::vec,
    option::of,
    prelude::{BoxedStrategy, Just, Strategy, any},
    prop_oneof,
    sample::select,
};

/// Words that the grammar claims somewhere a random name could stand.
const CLAIMED: &[&str] = &[
    "and", "or", "not", "from", "select", "where", "in", "like", "includes", "excludes", "having", "limit",
    "using", "with", "null", "true", "false", "as", "asc", "by", "desc", "else", "first", "for", "last",
    "nulls", "update", "group", "typeof", "rollup", "cube", "data",
];

pub(crate) const AT: Span = Span { start: 0, end: 0 };

pub(crate) fn name() -> impl Strategy<Value = Name> + Clone {
    let known =
        select(vec!["Id", "Name", "Order", "Account", "View", "Offset", "END", "All", "ns__X__r", "Case"]);
    let random = "[A-Za-z_][A-Za-z0-9_]{0,8}"
        .prop_filter("claimed", |word| !CLAIMED.iter().any(|claimed| word.eq_ignore_ascii_case(claimed)));
    prop_oneof![known.prop_map(str::to_owned), random].prop_map(|text| Name { text: text.into(), span: AT })
}

fn path() -> impl Strategy<Value = Path> + Clone {
    vec(name(), 1..4).prop_map(|names| Path { names, span: AT })
}

fn literal_value() -> BoxedStrategy<LiteralValue> {
    prop_oneof![
        plain_value(),
        select(vec!["TODAY", "THIS_FISCAL_YEAR", "NEXT_90_DAYS"])
            .prop_map(|name| LiteralValue::DateLiteral { name: name.into(), n: None }),
        (select(vec!["LAST_N_DAYS", "N_FISCAL_QUARTERS_AGO"]), any::<i64>())
            .prop_map(|(name, n)| LiteralValue::DateLiteral { name: name.into(), n: Some(n) }),
        ("[A-Z]{3}", "-?[0-9]{1,6}(\\.[0-9]{1,2})?")
            .prop_map(|(code, amount)| LiteralValue::Currency { code: code.into(), amount: amount.into() }),
    ]
    .boxed()
}

/// The string that is written so between quotes.
fn quoted(written: &str) -> LiteralValue {
    let select = parse(&format!("SELECT Id FROM A WHERE Name = '{written}'")).unwrap();
    match select.condition {
        Some(Condition::Comparison(Comparison { right: Operand::Literal(literal), .. })) => literal.value,
        other => panic!("no string: {other:?}"),
    }
}

/// Literals that stay literals as a function's argument, where a bare word is a field.
fn plain_value() -> BoxedStrategy<LiteralValue> {
    prop_oneof![
        Just(LiteralValue::Null),
        any::<bool>().prop_map(LiteralValue::Bool),
        "[-+]?[0-9]{1,9}(\\.[0-9]{1,3})?(e-?[0-9])?".prop_map(|text| LiteralValue::Number(text.into())),
        "\\PC{0,12}".prop_map(|text| LiteralValue::String(text.as_str().into())),
        "[\\\\_%'\"\n\r\t\u{8}\u{c}a]{0,8}".prop_map(|text| LiteralValue::String(text.as_str().into())),
        "([_%a-c]|\\\\[nRtbF\"'\\\\_%]|\\\\u00[2-7][0-9a-f]){0,8}".prop_map(|written| quoted(&written)),
        (1700..4000_u32, 1..13_u32, 1..29_u32)
            .prop_map(|(y, m, d)| LiteralValue::Date(format!("{y:04}-{m:02}-{d:02}").into())),
        (0..24_u32, 0..60_u32, select(vec!["Z", "z", "+0000", "-05:30"])).prop_map(|(h, m, zone)| {
            LiteralValue::DateTime(format!("2020-02-29T{h:02}:{m:02}:00.5{zone}").into())
        }),
        (0..24_u32, 0..60_u32).prop_map(|(h, m)| LiteralValue::Time(format!("{h:02}:{m:02}:59Z").into())),
        path().prop_map(|path| LiteralValue::Bind(path.to_string().into())),
    ]
    .boxed()
}

fn literal() -> BoxedStrategy<Literal> {
    literal_value().prop_map(|value| Literal { value, span: AT }).boxed()
}

pub(crate) fn expr() -> BoxedStrategy<Expr> {
    fn call(argument: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
        (name(), vec(argument, 1..3))
            .prop_map(|(name, args)| Expr::Call(Call { name, args, span: AT }))
            .boxed()
    }
    let field = path().prop_map(Expr::Field).boxed();
    let plain = plain_value().prop_map(|value| Expr::Literal(Literal { value, span: AT })).boxed();
    let leaf = prop_oneof![field.clone(), plain].boxed();
    let inner = call(leaf.clone());
    prop_oneof![3 => field, 1 => call(leaf), 1 => call(inner)].boxed()
}

fn comparison(query: Option<BoxedStrategy<Select>>) -> BoxedStrategy<Condition> {
    let compared = (
        select(vec![
            Operator::Equal,
            Operator::NotEqual,
            Operator::Less,
            Operator::LessOrEqual,
            Operator::Greater,
            Operator::GreaterOrEqual,
        ]),
        literal().prop_map(Operand::Literal),
    );
    let like = plain_value()
        .prop_filter("null", |value| *value != LiteralValue::Null)
        .prop_map(|value| (Operator::Like, Operand::Literal(Literal { value, span: AT })));
    let listed = (
        select(vec![Operator::In, Operator::NotIn, Operator::Includes, Operator::Excludes]),
        vec(literal(), 1..4).prop_map(|literals| Operand::List(literals, AT)),
    );
    let right = match query {
        None => prop_oneof![compared, like, listed].boxed(),
        Some(query) => {
            let joined = (
                select(vec![Operator::In, Operator::NotIn]),
                query.prop_map(|s| Operand::Subquery(s.into())),
            );
            prop_oneof![compared, like, listed, joined].boxed()
        }
    };
    (expr(), right)
        .prop_map(|(left, (operator, right))| {
            Condition::Comparison(Comparison { left, operator, operator_span: AT, right, span: AT })
        })
        .boxed()
}

pub(crate) fn condition(query: Option<BoxedStrategy<Select>>) -> BoxedStrategy<Condition> {
    comparison(query)
        .prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                vec(inner.clone(), 2..4).prop_map(Condition::And),
                vec(inner.clone(), 2..4).prop_map(Condition::Or),
                inner.prop_map(|negated| Condition::Not(Box::new(negated))),
            ]
        })
        .boxed()
}

fn type_of() -> BoxedStrategy<SelectItem> {
    (path(), vec((name(), vec(path(), 1..3)), 1..3), vec(path(), 0..3))
        .prop_map(|(path, whens, otherwise)| SelectItem::TypeOf(TypeOf { path, whens, otherwise, span: AT }))
        .boxed()
}

fn item(query: Option<BoxedStrategy<Select>>) -> BoxedStrategy<SelectItem> {
    let plain = (expr(), of(name())).prop_map(|(expr, alias)| SelectItem::Expr { expr, alias });
    match query {
        None => prop_oneof![4 => plain, 1 => type_of()].boxed(),
        Some(query) => {
            let nested = query.prop_map(|select| SelectItem::Subquery(Box::new(select)));
            prop_oneof![4 => plain, 1 => type_of(), 2 => nested].boxed()
        }
    }
}

fn with() -> BoxedStrategy<With> {
    let category = (name(), select(vec!["AT", "ABOVE", "BELOW", "ABOVE_OR_BELOW"]), vec(name(), 1..3))
        .prop_map(|(group, selector, categories)| DataCategory {
            group,
            selector: Name { text: selector.into(), span: AT },
            categories,
        });
    prop_oneof![
        name().prop_map(With::Mode),
        vec(category, 1..3).prop_map(|filters| With::DataCategory(filters, AT)),
    ]
    .boxed()
}

fn grouping() -> BoxedStrategy<(Option<GroupBy>, Option<Condition>)> {
    let kinds = select(vec![GroupKind::Plain, GroupKind::Rollup, GroupKind::Cube]);
    let group_by = (kinds, vec(expr(), 1..3)).prop_map(|(kind, exprs)| GroupBy { kind, exprs, span: AT });
    prop_oneof![
        Just((None, None)),
        (group_by, of(condition(None))).prop_map(|(group_by, having)| (Some(group_by), having)),
    ]
    .boxed()
}

fn lone_count() -> SelectItem {
    let name = Name { text: "COUNT".into(), span: AT };
    SelectItem::Expr { expr: Expr::Call(Call { name, args: Vec::new(), span: AT }), alias: None }
}

fn level(query: Option<BoxedStrategy<Select>>) -> BoxedStrategy<Select> {
    let from = (path(), of(name())).prop_map(|(path, alias)| FromItem { path, alias });
    let term = (expr(), any::<bool>(), of(any::<bool>()))
        .prop_map(|(expr, descending, nulls_last)| OrderTerm { expr, descending, nulls_last });
    let count = || of(any::<i64>().prop_map(|value| Count { value, span: AT }));
    let option = select(vec![
        OptionKind::ForView,
        OptionKind::ForReference,
        OptionKind::ForUpdate,
        OptionKind::UpdateTracking,
        OptionKind::UpdateViewstat,
        OptionKind::AllRows,
    ])
    .prop_map(|kind| QueryOption { kind, span: AT });
    let items = prop_oneof![8 => vec(item(query.clone()), 1..4), 1 => Just(vec![lone_count()])];
    let front = (items, vec(from, 1..3), of(name()), of(condition(query)));
    let back = (vec(with(), 0..2), grouping(), vec(term, 0..3), count(), count(), vec(option, 0..3));
    (front, back)
        .prop_map(|((items, from, scope, condition), (with, grouping, order_by, limit, offset, options))| {
            let (group_by, having) = grouping;
            Select {
                items,
                from,
                scope,
                condition,
                with,
                group_by,
                having,
                order_by,
                limit,
                offset,
                options,
                span: AT,
            }
        })
        .boxed()
}

/// Any query, with queries in it two levels deep.
pub(crate) fn query() -> BoxedStrategy<Select> {
    level(Some(level(Some(level(None)))))
}
