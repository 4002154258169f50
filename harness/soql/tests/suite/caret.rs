//! The caret block against messages that real orgs have sent. Where only the message is known, the
//! part of the statement before the snippet is filled up to the reported column.

use mockorg_soql::caret_block;

/// What orgs say of an unknown field after its own sentence.
const APPEND_C: &str = "If you are attempting to use a custom field, be sure to append the '__c' after the \
                        custom field name. Please reference your WSDL or the describe call for the appropriate names.";

/// A statement that begins with `SELECT`, goes on with fillers, and has `tail` at this column.
fn with_tail_at(column: usize, tail: &str) -> String {
    let filler = column - 1 - "SELECT ".len() - 2;
    format!("SELECT {}, {tail}", "x".repeat(filler))
}

#[test]
fn an_unknown_object_is_pointed_at_in_a_short_row() {
    let source = "select count() from XYZZY";
    let text = "sObject type 'XYZZY' is not supported. If you are attempting to use a custom object, be \
                sure to append the '__c' after the entity name. Please reference your WSDL or the describe \
                call for the appropriate names.";
    let expected =
        format!("\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\n{text}");
    assert_eq!(caret_block(source, 20, text), expected);
}

#[test]
fn a_long_row_is_cut_at_the_word_thirty_characters_before_the_point() {
    let source = "select Id, ProductCode from Product2 where ProductCode = 3999";
    let text = "value of filter criterion for field 'ProductCode' must be of type string and should be \
                enclosed in quotes";
    let expected = format!(
        "\nProductCode from Product2 where ProductCode = 3999\n                                ^\n\
         ERROR at Row:1:Column:44\n{text}"
    );
    assert_eq!(caret_block(source, 43, text), expected);
}

#[test]
fn a_comma_ends_a_word_of_the_snippet() {
    let tail = "CreatedById,OCE__ActualCap__c,TPI_Product__c,Name,OCE__JobId__c,OwnerId FROM X";
    let source = with_tail_at(84, tail);
    let text = format!("No such column 'TPI_Product__c' on entity 'OCE__ActivityPlan__c'. {APPEND_C}");
    let expected = format!(
        "\nCreatedById,OCE__ActualCap__c,TPI_Product__c,Name,OCE__JobId__c\n                              ^\n\
         ERROR at Row:1:Column:114\n{text}"
    );
    assert_eq!(caret_block(&source, 113, &text), expected);
}

#[test]
fn a_parenthesis_does_not_end_a_word_of_the_snippet() {
    let source = "SELECT COUNT(Id) CNT FROM FeedItem";
    let expected = "\nSELECT COUNT(Id) CNT FROM FeedItem\n             ^\nERROR at Row:1:Column:14\nfield Id \
                    does not support aggregate operator COUNT";
    assert_eq!(caret_block(source, 13, "field Id does not support aggregate operator COUNT"), expected);
}

#[test]
fn the_end_of_the_statement_is_one_column_past_it() {
    let source = "SELECT Id FROM Account WHERE";
    let expected = "\nSELECT Id FROM Account WHERE\n                            ^\nERROR at \
                    Row:1:Column:29\nunexpected token: '<EOF>'";
    assert_eq!(caret_block(source, source.len(), "unexpected token: '<EOF>'"), expected);
}

#[test]
fn a_bad_id_is_pointed_at_where_its_field_begins() {
    let tail = "UserId FROM ApexTestRunResult WHERE AsyncApexJobId = '7075A0000BiWZjxx'";
    let source = with_tail_at(114, tail);
    let expected = format!(
        "\n{tail}\n{}^\nERROR at Row:1:Column:150\ninvalid ID field: 7075A0000BiWZjxx",
        " ".repeat(36)
    );
    assert_eq!(caret_block(&source, 149, "invalid ID field: 7075A0000BiWZjxx"), expected);
}

#[test]
fn a_filter_on_a_name_shows_the_field_list_before_it() {
    let tail = "AccountId, Name FROM Contact WHERE Name IN ('Bryson Dechambeau')";
    let source = with_tail_at(29, tail);
    let expected = format!("\n{tail}\n{}^\nERROR at Row:1:Column:64\nx", " ".repeat(35));
    assert_eq!(caret_block(&source, 63, "x"), expected);
}

#[test]
fn opening_parentheses_belong_to_the_word_before_the_point() {
    let tail = "FinServ__FinancialAccount__c WHERE (((Id LIKE '%a%')))";
    let source = with_tail_at(60, tail);
    let expected = format!("\n{tail}\n{}^\nERROR at Row:1:Column:98\nx", " ".repeat(38));
    assert_eq!(caret_block(&source, 97, "x"), expected);
}

#[test]
fn a_dotted_path_is_one_word_of_the_snippet() {
    let tail = "Account.Phone, Account.Rating, Account.RecordTypeId, Account.ShippingCity, Id FROM X";
    let source = with_tail_at(455, tail);
    let expected = format!(
        "\nAccount.Phone, Account.Rating, Account.RecordTypeId, Account.ShippingCity\n{}^\n\
         ERROR at Row:1:Column:486\nx",
        " ".repeat(31)
    );
    assert_eq!(caret_block(&source, 485, "x"), expected);
}

#[test]
fn blanks_inside_the_reach_stay_in_the_snippet() {
    let source = with_tail_at(
        28,
        "Opportunity__r.Name, Opportunity__r.Id, Stage                                    FROM X",
    );
    let expected = format!(
        "\nOpportunity__r.Name, Opportunity__r.Id, Stage{}\n{}^\nERROR at Row:1:Column:68\nx",
        " ".repeat(26),
        " ".repeat(40)
    );
    assert_eq!(caret_block(&source, 67, "x"), expected);
}

#[test]
fn a_blank_thirty_characters_before_the_point_does_not_hide_the_word_before_it() {
    let source = "SELECT Id, Name, AccountNumber FROM AccountOpps WHERE Name like 'okToDelete%'";
    let expected = format!("\n{source}\n{}^\nERROR at Row:1:Column:37\nx", " ".repeat(36));
    assert_eq!(caret_block(source, 36, "x"), expected);
}

#[test]
fn only_the_row_of_the_point_is_shown_and_columns_count_in_it() {
    let source = "SELECT Id\r\nFROM Account\r\nWHERE Nope__c = 1";
    let at = source.find("Nope").unwrap();
    assert_eq!(caret_block(source, at, "x"), "\nWHERE Nope__c = 1\n      ^\nERROR at Row:3:Column:7\nx");
}

#[test]
fn columns_count_characters_and_not_bytes() {
    let source = "SELECT Id FROM Account WHERE Name = 'Zoë €' AND Nope = 1";
    let at = source.find("Nope").unwrap();
    assert_eq!(
        caret_block(source, at, "x"),
        "\nAccount WHERE Name = 'Zoë €' AND Nope = 1\n                                 ^\n\
         ERROR at Row:1:Column:49\nx"
    );
    // An offset inside the euro sign means the sign.
    let euro = source.find('€').unwrap();
    assert_eq!(caret_block(source, euro + 1, "x"), caret_block(source, euro, "x"));
    assert_eq!(caret_block(source, usize::MAX, "x"), caret_block(source, source.len(), "x"));
}
