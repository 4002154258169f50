//! Error texts of both eras, where they are on record, and the limits.

use mockorg_soql::{SyntaxErrorKind, TextEra, parse};

/// The last line of the message in both eras.
fn texts(source: &str) -> (String, String) {
    let error = parse(source).unwrap_err();
    (error.text(source, TextEra::Classic), error.text(source, TextEra::Modern))
}

#[test]
fn the_parser_of_summer_24_changed_these_texts() {
    let cases = [
        (
            "SELECT ParentId, Value FROM InteractionRefOrValue WHERE ParentId IN ()",
            "unexpected token: ')'",
            "unexpected token: 'ParentId IN ()'",
        ),
        ("SELECT FROM ServicePresenceStatus", "unexpected token: 'FROM'", "unexpected token: 'SELECT FROM'"),
        (
            "SELECT Id from $casecomment WHERE isdeleted = false",
            "line 1:15 no viable alternative at character '$'",
            "line 1:15 unexpected token: '$'",
        ),
        (
            "SELECT lastmodifieddate, companyna fr$om user",
            "unexpected token: user",
            "missing value at 'user'",
        ),
        (
            "SELECT annualrevenue , parentid FROM Account WHERE (isDeleted = false AND \
             NumberOfEmployees != 100) OR (isDeleted = false AND Site = '999') AND ParentId = '0'",
            "unexpected token: AND",
            "unexpected token: 'AND'",
        ),
        (
            "SELECT Id FROM Account WHERE PAN_Number__c LIKE NULL AND Name LIKE '%a%'",
            "invalid operator",
            "unexpected token: 'NULL'",
        ),
        (
            "SELECT convertCurrency(calendar_year(convertTimezone(lastmodifieddate))) FROM account",
            "expecting a right parentheses, found '('",
            "unexpected token: '('",
        ),
        (
            "SELECT Id FROM Account WHERE SystemModstamp > 2020-12-12t12:12:00-25:00",
            "line 1:67 mismatched character '5' expecting set '0'..'3'",
            "Invalid datetime: 2020-12-12t12:12:00-25:00",
        ),
        (
            "SELECT Id FROM Account WHERE SystemModstamp > 2020-52-12t12:12:00-05:00",
            "line 1:51 no viable alternative at character '5'",
            "Invalid datetime: 2020-52-12t12:12:00-05:00",
        ),
    ];
    for (source, classic, modern) in cases {
        assert_eq!(texts(source), (classic.to_owned(), modern.to_owned()), "{source}");
    }
}

#[test]
fn using_without_scope_is_found_at_the_word_and_by_the_classic_parser_behind_it() {
    let source = "SELECT Id FROM Account USING everything";
    assert_eq!(
        texts(source),
        ("unexpected token: '<EOF>'".to_owned(), "unexpected token: 'everything'".to_owned())
    );
}

#[test]
fn a_negation_in_a_chain_is_out_of_place_in_both_eras() {
    let quoted = "unexpected token: 'NOT'".to_owned();
    let source = "SELECT Id FROM Profile WHERE Name != null AND NOT Name LIKE 'a%'";
    assert_eq!(texts(source), (quoted.clone(), quoted));
}

#[test]
fn the_classic_caret_stands_inside_a_datetime_whose_plus_sign_was_lost() {
    let cases = [
        (
            "SELECT id, name, description FROM Account WHERE LastModifiedDate >= 2013-12-01T12:00:00 00:00",
            "\nLastModifiedDate >= 2013-12-01T12:00:00 00:00\n                                      ^\n\
             ERROR at Row:1:Column:87\nline 1:87 no viable alternative at character ' '",
        ),
        (
            "select name\nfrom account where  x = 1 and lastmodifiedDate > 2023-01-01T12:00:00.000 0100",
            "\nlastmodifiedDate > 2023-01-01T12:00:00.000 0100\n                                         ^\n\
             ERROR at Row:2:Column:72\nline 2:72 no viable alternative at character ' '",
        ),
    ];
    for (source, expected) in cases {
        let error = parse(source).unwrap_err();
        assert_eq!(error.message(source, TextEra::Classic), expected, "{source}");
    }
}

#[test]
fn the_caret_of_a_token_stands_one_character_to_its_left() {
    let cases = [
        (
            "SELECT x__c, HG_Insights__HG_Match_Status__c, From Account LIMIT 10",
            "\nHG_Insights__HG_Match_Status__c, From Account LIMIT 10\n                                ^\n\
             ERROR at Row:1:Column:46\nunexpected token: 'From'",
        ),
        (
            "SELECT Id, FROM hed__Facility__c",
            "\nSELECT Id, FROM hed__Facility__c\n          ^\nERROR at Row:1:Column:11\n\
             unexpected token: 'FROM'",
        ),
        (
            "SELECT VersionData, Title FROM ContentVersion WHERE ContentDocumentId = '''",
            "\nContentVersion WHERE ContentDocumentId = '''\n                                          ^\n\
             ERROR at Row:1:Column:74\nunexpected token: '''",
        ),
        (
            "select Id from Account where id = $sfid",
            "\nselect Id from Account where id = $sfid\n                                 ^\n\
             ERROR at Row:1:Column:34\nline 1:34 unexpected token: '$'",
        ),
    ];
    for (source, expected) in cases {
        let error = parse(source).unwrap_err();
        assert_eq!(error.message(source, TextEra::Modern), expected, "{source}");
    }
}

#[test]
fn the_classic_parser_drew_no_block_for_a_token_after_a_complete_statement() {
    let source = "SELECT Id FROM Account WHERE Name = 'a' AND Id = 'b' OR Id = 'c'";
    let error = parse(source).unwrap_err();
    assert_eq!(error.message(source, TextEra::Classic), "unexpected token: OR");
    let modern = error.message(source, TextEra::Modern);
    assert!(modern.ends_with("ERROR at Row:1:Column:53\nunexpected token: 'OR'"), "{modern}");
}

#[test]
fn a_statement_of_exactly_the_largest_length_parses_and_one_more_does_not() {
    let head = "SELECT Id FROM Account WHERE Name = '";
    let fitting = format!("{head}{}'", "é".repeat(100_000 - head.len() - 1));
    assert!(parse(&fitting).is_ok());
    let long = format!("{fitting} ");
    let error = parse(&long).unwrap_err();
    assert_eq!(
        error.message(&long, TextEra::Modern),
        "SOQL statements can not be longer than 100000 characters"
    );
    assert_eq!(error.code(), "MALFORMED_QUERY");
}

#[test]
fn hostile_nesting_is_refused_and_does_not_exhaust_the_stack() {
    let statements = [
        format!("SELECT Id FROM A WHERE {}Id = 'x'{}", "(".repeat(20_000), ")".repeat(20_000)),
        format!("SELECT Id FROM A WHERE {}Id = 'x'", "NOT (".repeat(15_000)),
        format!("SELECT {}Id", "(SELECT ".repeat(10_000)),
        format!("SELECT Id FROM A WHERE {}Id = 'x'", "Id IN (SELECT Id FROM A WHERE ".repeat(3_000)),
    ];
    for source in statements {
        let error = parse(&source).unwrap_err();
        assert_eq!(error.kind, SyntaxErrorKind::TooDeep, "{}", &source[..40]);
        assert_eq!(error.code(), "QUERY_TOO_COMPLICATED");
    }
    let deep = format!("SELECT Id FROM A WHERE {}Id = 'x'{}", "(".repeat(90), ")".repeat(90));
    assert!(parse(&deep).is_ok());
    let levels = 5;
    let children = format!("SELECT {}Id{} FROM A", "(SELECT ".repeat(levels), " FROM b)".repeat(levels));
    assert!(parse(&children).is_ok());
}

#[test]
fn a_long_flat_chain_is_not_deep() {
    let source = format!("SELECT Id FROM A WHERE Id = 'x'{}", " OR Id = 'y'".repeat(5_000));
    assert!(parse(&source).is_ok());
}
