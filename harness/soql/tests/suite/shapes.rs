//! The trees of single statements: what the evaluator finds in them.

use mockorg_soql::{
    parse,
    tree::{
        Condition, Expr, GroupKind, Literal, LiteralValue, Operand, Operator, PatternPart, Select,
        SelectItem, Span, With,
    },
};

fn slice(source: &str, span: Span) -> &str {
    &source[span.start..span.end]
}

fn only_literal(select: &Select) -> &LiteralValue {
    match select.condition.as_ref().unwrap() {
        Condition::Comparison(comparison) => match &comparison.right {
            Operand::Literal(Literal { value, .. }) => value,
            other => panic!("no literal: {other:?}"),
        },
        other => panic!("no comparison: {other:?}"),
    }
}

fn value(literal: &str) -> LiteralValue {
    let source = format!("SELECT Id FROM X WHERE f = {literal}");
    only_literal(&parse(&source).unwrap()).clone()
}

#[test]
fn fields_all_is_a_call_with_a_field() {
    let select = parse("SELECT FIELDS(ALL) FROM Account LIMIT 200").unwrap();
    let SelectItem::Expr { expr: Expr::Call(call), alias: None } = &select.items[0] else { panic!() };
    assert!(call.name.is("fields"));
    assert!(matches!(&call.args[..], [Expr::Field(path)] if path.names[0].is("ALL")));
    assert_eq!(select.limit.unwrap().value, 200);
}

#[test]
fn count_without_a_field_is_a_call_without_arguments() {
    let select = parse("SELECT count() FROM Account").unwrap();
    let SelectItem::Expr { expr: Expr::Call(call), alias: None } = &select.items[0] else { panic!() };
    assert!(call.args.is_empty());
}

#[test]
fn type_of_keeps_its_branches_in_order() {
    let source =
        "SELECT TYPEOF What WHEN Account THEN Phone, Owner.Name WHEN Order THEN Id ELSE Name END FROM Event";
    let select = parse(source).unwrap();
    let SelectItem::TypeOf(type_of) = &select.items[0] else { panic!() };
    assert_eq!(type_of.whens.len(), 2);
    assert_eq!(type_of.whens[0].1.len(), 2);
    assert!(type_of.whens[1].0.is("Order"));
    assert_eq!(type_of.otherwise.len(), 1);
    assert!(slice(source, type_of.span).ends_with("END"));
}

#[test]
fn objects_whose_names_are_keywords_are_objects() {
    for source in [
        "SELECT Id, Order.Name FROM Order ORDER BY Order.Name",
        "SELECT Id, Group.Name FROM Group GROUP BY Group.Name",
        "SELECT Group.Id FROM GroupMember WHERE Group.Type = 'Queue'",
        "SELECT Id FROM Order WHERE Order.Id != null ORDER BY Id LIMIT 1",
        "SELECT Id FROM Order Order ORDER BY Order.Id",
        "SELECT Id, Limit__c, Update.First, Offset FROM Offset OFFSET 5",
    ] {
        parse(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    }
}

#[test]
fn aliases_of_from_are_told_from_the_clauses_after_it() {
    let select = parse("SELECT c.Id, a.Name FROM Contact c, c.Account AS a FOR VIEW").unwrap();
    assert_eq!(select.from.len(), 2);
    assert!(select.from[0].alias.as_ref().unwrap().is("c"));
    assert!(select.from[1].alias.as_ref().unwrap().is("a"));
    assert_eq!(select.options.len(), 1);
    for tail in ["ORDER BY Id", "OFFSET 1", "FOR UPDATE", "UPDATE TRACKING", "ALL ROWS", "LIMIT 1"] {
        let select = parse(&format!("SELECT Id FROM Contact {tail}")).unwrap();
        assert!(select.from[0].alias.is_none(), "{tail}");
    }
}

#[test]
fn and_and_or_mix_only_with_parentheses() {
    let select = parse("SELECT Id FROM X WHERE a = 1 AND (b = 2 OR (NOT c = 3)) AND d = 4").unwrap();
    let Some(Condition::And(members)) = select.condition else { panic!() };
    assert_eq!(members.len(), 3);
    let Condition::Or(inner) = &members[1] else { panic!() };
    assert!(matches!(inner[1], Condition::Not(_)));
}

#[test]
fn not_is_joined_with_other_conditions_in_parentheses_only() {
    let select = parse("SELECT Id FROM X WHERE (NOT a = 1) AND b = 2").unwrap();
    let Some(Condition::And(members)) = select.condition else { panic!() };
    assert!(matches!(members[0], Condition::Not(_)));
    assert!(matches!(members[1], Condition::Comparison(_)));
    for condition in ["NOT a = 1 AND b = 2", "b = 2 AND NOT a = 1", "NOT (a = 1) OR b = 2", "NOT NOT a = 1"] {
        assert!(parse(&format!("SELECT Id FROM X WHERE {condition}")).is_err(), "{condition}");
    }
}

#[test]
fn a_semi_join_is_a_query_on_the_right() {
    let source =
        "SELECT Id FROM Account WHERE Id NOT IN (SELECT AccountId FROM Contact WHERE LastName = 'x')";
    let Some(Condition::Comparison(comparison)) = parse(source).unwrap().condition else { panic!() };
    assert_eq!(comparison.operator, Operator::NotIn);
    assert_eq!(slice(source, comparison.operator_span), "NOT IN");
    let Operand::Subquery(inner) = comparison.right else { panic!() };
    assert!(slice(source, inner.span).starts_with("SELECT AccountId"));
}

#[test]
fn literals_keep_what_the_evaluator_needs() {
    assert_eq!(value("Null"), LiteralValue::Null);
    assert_eq!(value("TRUE"), LiteralValue::Bool(true));
    assert_eq!(value("-1.5e3"), LiteralValue::Number("-1.5e3".into()));
    assert_eq!(value("2020-01-31"), LiteralValue::Date("2020-01-31".into()));
    assert_eq!(
        value("2020-03-17T21:04:32.000+0000"),
        LiteralValue::DateTime("2020-03-17T21:04:32.000+0000".into())
    );
    assert_eq!(value("10:00:00.000Z"), LiteralValue::Time("10:00:00.000Z".into()));
    assert_eq!(
        value("last_n_days:30"),
        LiteralValue::DateLiteral { name: "LAST_N_DAYS".into(), n: Some(30) }
    );
    assert_eq!(value("Today"), LiteralValue::DateLiteral { name: "TODAY".into(), n: None });
    assert_eq!(value("usd5000"), LiteralValue::Currency { code: "USD".into(), amount: "5000".into() });
    assert_eq!(value("USD-500.25"), LiteralValue::Currency { code: "USD".into(), amount: "-500.25".into() });
    assert_eq!(value(":acc.Id"), LiteralValue::Bind("acc.Id".into()));
    let LiteralValue::String(text) = value(r"'O\'Brien \_ \\%'") else { panic!() };
    assert_eq!(&*text, r"O'Brien _ \%");
    let wildcards: Vec<PatternPart> =
        text.pattern().filter(|part| !matches!(part, PatternPart::Char(_))).collect();
    assert_eq!(wildcards, [PatternPart::Run]);
}

#[test]
fn a_negative_limit_is_left_to_the_org() {
    let select = parse("SELECT Id FROM X LIMIT -1 OFFSET -2").unwrap();
    assert_eq!((select.limit.unwrap().value, select.offset.unwrap().value), (-1, -2));
}

#[test]
fn rollup_and_cube_are_kinds_of_grouping_and_not_calls() {
    let source = "SELECT a, COUNT(Id) n FROM X GROUP BY CUBE(a, b) HAVING COUNT(Id) > 1";
    let select = parse(source).unwrap();
    let group_by = select.group_by.unwrap();
    assert_eq!((group_by.kind, group_by.exprs.len()), (GroupKind::Cube, 2));
    assert_eq!(slice(source, group_by.span), "GROUP BY CUBE(a, b)");
    assert!(select.having.is_some());
}

#[test]
fn data_categories_keep_group_selector_and_names() {
    let source = "SELECT Id FROM FAQ__kav WHERE PublishStatus = 'Online' WITH DATA CATEGORY Geo__c ABOVE \
                  France__c AND Product__c AT (A__c, B__c)";
    let select = parse(source).unwrap();
    let [With::DataCategory(filters, _)] = &select.with[..] else { panic!() };
    assert_eq!(filters.len(), 2);
    assert!(filters[0].selector.is("above"));
    assert_eq!(filters[1].categories.len(), 2);
}

#[test]
fn spans_point_at_the_words_of_the_statement() {
    let source =
        "SELECT Account.Owner.Name, SUM(Amount) total FROM Opportunity o WHERE o.Amount >= 5 LIMIT 7";
    let select = parse(source).unwrap();
    assert_eq!(slice(source, select.span), source);
    let SelectItem::Expr { expr: Expr::Field(path), .. } = &select.items[0] else { panic!() };
    assert_eq!(slice(source, path.span), "Account.Owner.Name");
    assert_eq!(slice(source, path.names[1].span), "Owner");
    let SelectItem::Expr { expr, alias: Some(alias) } = &select.items[1] else { panic!() };
    assert_eq!(slice(source, expr.span()), "SUM(Amount)");
    assert_eq!(slice(source, alias.span), "total");
    let Some(Condition::Comparison(comparison)) = &select.condition else { panic!() };
    assert_eq!(slice(source, comparison.span), "o.Amount >= 5");
    assert_eq!(slice(source, select.limit.unwrap().span), "7");
}
