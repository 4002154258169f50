//! What is refused, with which code, and where the caret points.

use super::World;
use crate::ErrorCode::{
    self, InvalidField, InvalidQueryFilterOperator, InvalidType, MalformedQuery, NumberOutsideValidRange,
};

const SEE_DESCRIBE: &str = "Please reference your WSDL or the describe call for the appropriate names.";

/// The statement is refused with this code, the caret under column `column`, and these last words.
fn refuses(soql: &str, code: ErrorCode, column: usize, text: &str) {
    let mut world = World::new();
    let (found, message) = world.refused(soql);
    assert_eq!(found, code, "{soql}: {message}");
    let lines: Vec<_> = message.split('\n').collect();
    let [before, _, caret, place, last] = lines.as_slice() else { panic!("{soql}: no block: {message}") };
    assert!(before.is_empty() && caret.trim_start() == "^", "{message}");
    assert_eq!((*place, *last), (format!("ERROR at Row:1:Column:{column}").as_str(), text), "{soql}");
}

#[test]
fn the_recorded_messages_come_out_word_for_word() {
    let mut world = World::new();
    assert_eq!(
        world.refused("select count() from XYZZY"),
        (
            InvalidType,
            "\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\nsObject type 'XYZZY' is not \
             supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity \
             name. Please reference your WSDL or the describe call for the appropriate names."
                .to_owned()
        )
    );
    assert_eq!(
        world.refused("select Id, ProductCode from Product2 where ProductCode = 3999"),
        (
            InvalidField,
            "\nProductCode from Product2 where ProductCode = 3999\n                                ^\nERROR at \
             Row:1:Column:44\nvalue of filter criterion for field 'ProductCode' must be of type string and should be \
             enclosed in quotes"
                .to_owned()
        )
    );
}

#[test]
fn unknown_names_are_pointed_at() {
    refuses(
        "SELECT Id, Bacon__c FROM Account",
        InvalidField,
        12,
        &format!(
            "No such column 'Bacon__c' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. {SEE_DESCRIBE}"
        ),
    );
    refuses(
        "SELECT Id FROM Contact WHERE Account.Bacon = 'x'",
        InvalidField,
        30,
        &format!(
            "No such column 'Bacon' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. {SEE_DESCRIBE}"
        ),
    );
    for soql in [
        "SELECT Boss.Name FROM Account",
        "SELECT OwnerId.Name FROM Account",
        "SELECT Hidden.Name FROM Account",
    ] {
        let name = &soql[7..soql.find('.').unwrap()];
        refuses(
            soql,
            InvalidField,
            8,
            &format!(
                "Didn't understand relationship '{name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. {SEE_DESCRIBE}"
            ),
        );
    }
    let mut world = World::new();
    assert_eq!(
        world.refused("SELECT Parent.Parent.Parent.Parent.Parent.Parent.Name FROM Account").0,
        MalformedQuery
    );
    assert!(world.ask("SELECT Parent.Parent.Parent.Parent.Parent.Name FROM Account", false, None).is_ok());
    assert_eq!(world.refused("SELECT a.Id FROM Account a, a.Contacts c").0, InvalidType);
}

#[test]
fn what_cannot_be_queried_does_not_exist() {
    let mut world = World::new();
    for object in ["Ledger", "Ping__e", "Missing", "Account.Contacts"] {
        assert_eq!(world.refused(&format!("SELECT Id FROM {object}")).0, InvalidType, "{object}");
    }
    assert!(world.ask("SELECT New__c FROM Account", false, None).is_ok());
    let mut world = world.version(59);
    assert_eq!(world.refused("SELECT New__c FROM Account").0, InvalidField);
    world.ctx.access = world.org.access_of(world.ctx.now, crate::RecordId::NULL);
    assert_eq!(world.refused("SELECT Id FROM Account").0, InvalidType);
}

#[test]
fn fields_that_the_user_cannot_see_do_not_exist() {
    let mut world = World::new();
    world.hide("Account.Rating");
    world.hide("Account.ParentId");
    for soql in [
        "SELECT Rating FROM Account",
        "SELECT Id FROM Account WHERE Rating = 'Hot'",
        "SELECT Id FROM Account ORDER BY Rating",
        "SELECT Account.Rating FROM Contact",
        "SELECT Parent.Name FROM Account",
    ] {
        assert_eq!(world.refused(soql).0, InvalidField, "{soql}");
    }
    let columns = world.page("SELECT FIELDS(STANDARD) FROM Account LIMIT 1").rows[0].columns.clone();
    assert!(!columns.iter().any(|name| &**name == "Rating"), "{columns:?}");
}

#[test]
fn values_of_the_wrong_type_are_refused() {
    for (comparison, name, quotes) in [
        ("Name = 1", "string", "should be"),
        ("Name = true", "string", "should be"),
        ("Name IN ('x', 2024-01-01)", "string", "should be"),
        ("Name = TODAY", "string", "should be"),
        ("Rating = 1", "string", "should be"),
        ("NumberOfEmployees = '1'", "int", "should not be"),
        ("NumberOfEmployees = 1.5", "int", "should not be"),
        ("AnnualRevenue = '1'", "double", "should not be"),
        ("AnnualRevenue = 2024-01-01", "double", "should not be"),
        ("Active__c = 'true'", "boolean", "should not be"),
        ("Active__c = 1", "boolean", "should not be"),
        ("Opened__c = '2024-01-01'", "date", "should not be"),
        ("Opened__c = ''", "date", "should not be"),
        ("Opened__c = 2024-01-01T00:00:00Z", "date", "should not be"),
        ("Seen__c = 2024-01-01", "dateTime", "should not be"),
        ("Seen__c = 1", "dateTime", "should not be"),
        ("Opens__c = '10:00'", "time", "should not be"),
        ("ParentId = 1", "ID", "should be"),
        ("Id = true", "ID", "should be"),
    ] {
        let field = comparison.split(' ').next().unwrap();
        refuses(
            &format!("SELECT Id FROM Account WHERE {comparison}"),
            InvalidField,
            30,
            &format!(
                "value of filter criterion for field '{field}' must be of type {name} and {quotes} enclosed in quotes"
            ),
        );
    }
}

#[test]
fn an_error_about_a_value_points_at_the_dot_of_a_path() {
    // As recorded for `WHERE User.SecondaryId__c = 313`.
    refuses(
        "SELECT Id FROM Account WHERE Account.Number__c = 313",
        InvalidField,
        37,
        "value of filter criterion for field 'Number__c' must be of type string and should be enclosed in quotes",
    );
}

#[test]
fn operators_that_do_not_suit_a_field_are_refused() {
    for (comparison, text) in [
        ("Id = 'abc'", "invalid ID field: abc"),
        ("ParentId IN ('abc')", "invalid ID field: abc"),
        ("Id LIKE '001%'", "invalid operator on id field"),
        ("Colours__c LIKE 'R%'", "invalid operator on multipicklist field"),
        ("Colours__c > 'R'", "invalid operator on multipicklist field"),
        ("NumberOfEmployees LIKE '1%'", "invalid operator on int field"),
        ("Opened__c LIKE '1%'", "invalid operator on date field"),
        ("Active__c > false", "invalid operator on boolean field"),
        ("Rating INCLUDES ('Hot')", "invalid operator on picklist field"),
    ] {
        refuses(&format!("SELECT Id FROM Account WHERE {comparison}"), InvalidQueryFilterOperator, 30, text);
    }
    refuses("SELECT Id FROM Account WHERE Name > null", MalformedQuery, 30, "invalid operator");
    for field in ["Description", "BillingAddress"] {
        let text = format!("field '{field}' can not be filtered in a query call");
        refuses(&format!("SELECT Id FROM Account WHERE {field} = 'x'"), InvalidField, 30, &text);
    }
    for field in ["Description", "Colours__c", "BillingAddress"] {
        let text = format!("field '{field}' can not be sorted in a query call");
        refuses(&format!("SELECT Id FROM Account ORDER BY {field}"), InvalidField, 33, &text);
    }
}

#[test]
fn numbers_outside_their_range_are_refused() {
    let mut world = World::new();
    let expected = (NumberOutsideValidRange, "Maximum SOQL offset allowed is 2000".to_owned());
    assert_eq!(world.refused("SELECT Id FROM Account OFFSET 2001"), expected);
    assert_eq!(world.refused("SELECT Id FROM Account LIMIT 2147483648").0, NumberOutsideValidRange);
    assert_eq!(world.refused("SELECT Id FROM Account LIMIT -1").0, MalformedQuery);
    assert_eq!(world.refused("SELECT Id FROM Account WHERE Opened__c = LAST_N_DAYS:-1").0, MalformedQuery);
}

/// What the parser of today says of the modes of WITH.
const APEX_ONLY: &str = "rule soqlWithIdentifierClause failed predicate: {this.helper.allowApexSyntax() && \
                         this.helper.hasApexContext()}?";

#[test]
fn what_only_apex_or_nobody_knows_is_refused_and_not_counted() {
    let mut world = World::new();
    for (soql, text) in [
        ("SELECT Id FROM Account WHERE Name = :name", "Bind variables only allowed in Apex code"),
        ("SELECT Id FROM Account WHERE Id IN :ids", "Bind variables only allowed in Apex code"),
        ("SELECT Id FROM Account ALL ROWS", "ALL ROWS not allowed in this context"),
        ("SELECT Id FROM Account WITH SECURITY_ENFORCED", APEX_ONLY),
        ("SELECT Id FROM Account WITH USER_MODE", APEX_ONLY),
        ("SELECT Name n FROM Account", "only aggregate expressions use field aliasing"),
        ("SELECT COUNT(), Id FROM Account", "unexpected token: ','"),
        ("SELECT COUNT() FROM Account ORDER BY Name", "unexpected token: 'Name'"),
        ("SELECT BLINK(Name) FROM Account", "unexpected token: 'BLINK'"),
        ("SELECT Id FROM Account ORDER BY Name FOR UPDATE", "unexpected token: 'FOR'"),
        ("SELECT FROM Account", "unexpected token: 'SELECT FROM'"),
    ] {
        let (code, message) = world.refused(soql);
        assert_eq!(code, MalformedQuery, "{soql}");
        assert_eq!(message.rsplit('\n').next(), Some(text), "{soql}");
    }
    assert_eq!(world.org.coverage.refused().count(), 0);
}

#[test]
fn a_path_over_a_relationship_whose_object_the_catalog_lacks_is_refused_and_counted() {
    let mut world = World::new();
    let (code, message) = world.refused("SELECT Hidden.Name FROM Account");
    assert_eq!(code, InvalidField);
    assert!(message.contains("Didn't understand relationship 'Hidden' in field path."), "{message}");
    world.refused("SELECT Nothing.Name FROM Account");
    let counted: Vec<_> = world.org.coverage.refused().collect();
    assert_eq!(counted, [("SOQL paths over Account.HiddenId", 1)]);
}

#[test]
fn a_statement_that_does_not_parse_speaks_the_words_of_its_version() {
    let soql = "SELECT Id FROM Account WHERE";
    let expected = "\nSELECT Id FROM Account WHERE\n                            ^\nERROR at Row:1:Column:29\nunexpected token: '<EOF>'";
    assert_eq!(World::new().refused(soql), (MalformedQuery, expected.to_owned()));
    let (_, classic) = World::new().version(60).refused("SELECT FROM Account");
    let (_, modern) = World::new().version(61).refused("SELECT FROM Account");
    assert_ne!(classic, modern);
}
