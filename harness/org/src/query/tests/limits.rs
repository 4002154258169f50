//! Limits of a statement, and the words of refusals that real orgs are known by.

use super::World;
use crate::ErrorCode::{self, MalformedQuery};

/// The last line of the refusal, which must be of a malformed query.
fn last_words(soql: &str) -> String {
    let (code, message) = World::new().refused(soql);
    assert_eq!(code, MalformedQuery, "{soql}: {message}");
    message.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn a_query_that_would_take_too_long_is_ended_before_it_begins() {
    let mut world = World::new();
    world.org.settings.query_steps = 40;
    let text = Some("Your query request was running for too long.");
    for condition in [
        "Parent.Name = 'a' OR Parent.Name = 'b'",
        "Name LIKE '%a%b%c%d%e%f%g%h%i%j%k%l%m%n%o%p%q%r%s%t%u%v%w%x%y%z%0%1%2%3%4%5%6%7%8%9%a%b%c%d%e%f%g%h'",
    ] {
        let error = world.ask(&format!("SELECT Id FROM Account WHERE {condition}"), false, None).unwrap_err();
        assert_eq!((error.code, error.message.as_deref()), (ErrorCode::QueryTimeout, text), "{condition}");
    }
    // An index leaves few records, and few records cost little.
    let by_key = "SELECT Id FROM Account WHERE Code__c = 'ab' AND (Parent.Name = 'a' OR Parent.Name = 'b')";
    assert!(world.ask(by_key, false, None).is_ok());
    assert!(world.ask("SELECT Id FROM Account WHERE Name = 'Acme'", false, None).is_ok());
}

#[test]
fn a_text_in_where_has_at_most_4000_characters() {
    let soql = |length| format!("SELECT Id FROM Account WHERE Name = '{}'", "ü".repeat(length));
    assert!(World::new().ask(&soql(4000), false, None).is_ok());
    assert_eq!(last_words(&soql(4001)), "a string in a WHERE clause may have at most 4000 characters");
}

#[test]
fn order_by_has_at_most_32_terms() {
    let soql = |terms: usize| format!("SELECT Id FROM Account ORDER BY {}", vec!["Name"; terms].join(", "));
    assert!(World::new().ask(&soql(32), false, None).is_ok());
    assert_eq!(last_words(&soql(33)), "a query may have at most 32 fields in its ORDER BY clause");
    let child = "SELECT Id, (SELECT Id FROM Contacts ORDER BY ORDER) FROM Account";
    let child = child.replace("ORDER)", &format!("{})", vec!["LastName"; 33].join(", ")));
    assert_eq!(last_words(&child), "a query may have at most 32 fields in its ORDER BY clause");
}

#[test]
fn a_statement_follows_at_most_55_relationships() {
    let references: Vec<_> = (0..56)
        .map(|n| format!(r#"{{"name":"R{n}Id","type":"reference","referenceTo":["Account"],"relationshipName":"R{n}"}}"#))
        .collect();
    let hub = format!(
        r#"{{"name":"Hub","label":"Hub","keyPrefix":"0zy","calls":["query"],"fields":[{{"system":"Id"}},{}]}}"#,
        references.join(",")
    );
    let mut world = World::with(&[&hub]);
    let soql = |count: usize| {
        let fields: Vec<_> = (0..count).map(|n| format!("R{n}.Name, R{n}.Id")).collect();
        format!("SELECT {} FROM Hub", fields.join(", "))
    };
    assert!(world.ask(&soql(55), false, None).is_ok());
    assert_eq!(world.refused(&soql(56)).0, MalformedQuery);
}

#[test]
fn negative_counts_are_refused_in_words() {
    assert_eq!(last_words("SELECT Id FROM Account LIMIT -1"), "Limit must be a non-negative value");
    assert_eq!(
        last_words("SELECT Id FROM Account LIMIT 1 OFFSET -1"),
        "SOQL offset must be a non-negative value"
    );
}

#[test]
fn refusals_of_groups_have_the_known_words() {
    for (soql, words) in [
        (
            "SELECT Rating, COUNT(Rating) FROM Account GROUP BY Rating",
            "Grouped field should not be aggregated: Rating",
        ),
        ("SELECT Rating FROM Account GROUP BY Rating, rating", "duplicate grouping expression: Rating"),
        (
            "SELECT MAX(Name) FROM Account OFFSET 1",
            "Non-grouped query that uses overall aggregate functions cannot also use OFFSET",
        ),
        (
            "SELECT MAX(DAY_ONLY(Seen__c)) FROM Account",
            "nested functional syntax can only be used in the following manner: \
             date_function(convertTimezone(columnName)): MAX",
        ),
        (
            "SELECT TYPEOF What WHEN Account THEN Id WHEN account THEN Name END FROM Task",
            "WHEN clause operand [account] is not unique",
        ),
    ] {
        assert_eq!(last_words(soql), words, "{soql}");
    }
}

#[test]
fn a_semi_join_among_alternatives_is_refused_by_where_they_stand() {
    let join = "Id IN (SELECT AccountId FROM Contact)";
    assert_eq!(
        last_words(&format!("SELECT Id FROM Account WHERE Name = 'a' OR {join}")),
        "Semi join sub-selects are not allowed with the 'OR' operator"
    );
    assert_eq!(
        last_words(&format!("SELECT Id FROM Account WHERE Rating = 'Hot' AND (Name = 'a' OR {join})")),
        "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions"
    );
    let (_, message) = World::new().refused("SELECT Id FROM Account WHERE Id IN (SELECT WhatId FROM Task)");
    assert!(
        message.ends_with("Column:56\nEntity 'Task' is not supported for semi join inner selects"),
        "{message}"
    );
}

#[test]
fn groups_may_have_more_keys_than_a_number_has_bits() {
    let fields: Vec<_> =
        (0..40).map(|n| format!(r#"{{"name":"F{n}","type":"string","length":20}}"#)).collect();
    let wide = format!(
        r#"{{"name":"Wide","label":"Wide","keyPrefix":"0zy","calls":["query"],"fields":[{{"system":"Id"}},{}]}}"#,
        fields.join(",")
    );
    let mut world = World::with(&[&wide]);
    world.add("Wide", &[("F0", "a".into()), ("F39", "x".into())]);
    world.add("Wide", &[("F0", "a".into()), ("F39", "y".into())]);
    world.add("Wide", &[("F0", "a".into()), ("F39", "x".into())]);
    let names = (0..40).map(|n| format!("F{n}")).collect::<Vec<_>>().join(", ");
    let page = world.page(&format!("SELECT F39, COUNT(Id) FROM Wide GROUP BY {names}"));
    assert_eq!(page.rows.len(), 2);
}

#[test]
fn a_statement_has_at_most_20_subqueries_at_all_its_levels() {
    let references: Vec<_> = (0..21)
        .map(|n| {
            format!(
                r#"{{"name":"P{n}Id","type":"reference","referenceTo":["Node"],"relationshipName":"P{n}","childRelationshipName":"C{n}"}}"#
            )
        })
        .collect();
    let node = format!(
        r#"{{"name":"Node","label":"Node","keyPrefix":"0zy","calls":["query"],"fields":[{{"system":"Id"}},{}]}}"#,
        references.join(",")
    );
    let mut world = World::with(&[&node]);
    let list =
        |count: usize| (0..count).map(|n| format!("(SELECT Id FROM C{n})")).collect::<Vec<_>>().join(", ");
    let flat = |count: usize| format!("SELECT {} FROM Node", list(count));
    let nested = |count: usize| format!("SELECT (SELECT {} FROM C20) FROM Node", list(count));
    for (soql, fits) in [(flat(20), true), (flat(21), false), (nested(19), true), (nested(20), false)] {
        assert_eq!(world.ask(&soql, false, None).is_ok(), fits, "{soql}");
    }
}
