//! Suggestions, search scope and layouts.

use super::{World, refusal};
use crate::{ErrorCode, Reply, SuggestionRequest};

impl World {
    /// The suggested names, with a plus sign when there are more.
    fn suggested(&self, request: &SuggestionRequest) -> String {
        match self.org.suggestions(&self.ctx, request) {
            Ok(Reply::Suggestions { rows, more }) => {
                format!("{}{}", self.show(&rows), if more { " +" } else { "" })
            }
            Ok(other) => panic!("{other:?} are no suggestions"),
            Err(error) => refusal(&error),
        }
    }
}

fn request(q: &str, objects: &[&str]) -> SuggestionRequest {
    let objects = objects.iter().map(|name| Box::from(*name)).collect();
    SuggestionRequest { q: q.into(), objects, ..SuggestionRequest::default() }
}

#[test]
fn names_that_hold_what_was_typed_are_suggested() {
    let world = World::new();
    for (typed, expected) in [
        ("acm", "Account: [Acme Corporation] / Acme Corporation; [Acme East Ltd.] / Acme East Ltd."),
        ("acme e", "Account: [Acme East Ltd.] / Acme East Ltd."),
        ("east", "Account: [Acme East Ltd.] / Acme East Ltd."),
        ("\"acme\" corp*", "Account: [Acme Corporation] / Acme Corporation"),
        // A word begins with what was typed; it does not merely hold it.
        ("cme", "nothing"),
        ("acm east", "nothing"),
        // Site says Acme, too, but is no name.
        ("acme house", "nothing"),
        ("ac", "nothing"),
        ("\u{4eac}", "Account: [\u{6771}\u{4eac}\u{5546}\u{4e8b}] / \u{6771}\u{4eac}\u{5546}\u{4e8b}"),
    ] {
        assert_eq!(world.suggested(&request(typed, &["account"])), expected, "{typed}");
    }
}

#[test]
fn limits_fields_and_conditions_of_suggestions_hold() {
    let world = World::new();
    let one = SuggestionRequest { limit: Some(1), ..request("acme", &["Account"]) };
    assert_eq!(world.suggested(&one), "Account: [Acme Corporation] / Acme Corporation +");
    let two = SuggestionRequest { limit: Some(2), ..request("acme", &["Account", "Contact", "Task"]) };
    assert_eq!(
        world.suggested(&two),
        "Account: [Acme Corporation] / Acme Corporation\nContact: [Mary Jane Acme] / Mary Jane Acme +"
    );
    let phones = SuggestionRequest {
        fields: vec!["name".into(), "Phone".into()],
        condition: Some("Rating = 'Hot'".into()),
        ..request("acme", &["Account"])
    };
    assert_eq!(world.suggested(&phones), "Account: [Acme Corporation] / Acme Corporation / (415) 555-0100");
    // Objects without a Name show the field that names their records.
    assert_eq!(world.suggested(&request("call", &["Task"])), "Task: [Call Acme] / Call Acme");
}

#[test]
fn a_condition_of_suggestions_brings_no_other_clause() {
    let world = World::new();
    for condition in [
        "Name != null LIMIT 1",
        "Name != null ORDER BY Name DESC",
        "Name != null OFFSET 1",
        "Name != null) WITH METADATA = 'LABELS' LIMIT 1",
        "Name != null) UPDATE TRACKING",
    ] {
        let condition = Some(condition.into());
        let refused = world.suggested(&SuggestionRequest { condition, ..request("acme", &["Account"]) });
        assert!(!refused.starts_with("Account"), "{refused}");
    }
    let fields = vec!["Phone WHERE Rating = 'Hot'".into()];
    let refused = world.suggested(&SuggestionRequest { fields, ..request("acme", &["Account"]) });
    assert!(refused.starts_with("ILLEGAL_QUERY_PARAMETER_VALUE"), "{refused}");
}

#[test]
fn requests_for_suggestions_that_make_no_sense_are_refused() {
    let world = World::new();
    let too_many = vec!["Account"; 11];
    let long = "abc ".repeat(70);
    let one_word = "a".repeat(201);
    for (request, code) in [
        (request("", &["Account"]), ErrorCode::IllegalQueryParameterValue),
        (request("acme", &[]), ErrorCode::IllegalQueryParameterValue),
        (request("acme", &too_many), ErrorCode::IllegalQueryParameterValue),
        (request(&long, &["Account"]), ErrorCode::IllegalQueryParameterValue),
        (request(&one_word, &["Account"]), ErrorCode::IllegalQueryParameterValue),
        (request("acme", &["Nothing"]), ErrorCode::InvalidType),
        (request("acme", &["Ledger"]), ErrorCode::InvalidTypeForOperation),
        (
            SuggestionRequest { fields: vec!["Nope".into()], ..request("acme", &["Account"]) },
            ErrorCode::InvalidField,
        ),
        (
            SuggestionRequest {
                condition: Some("Name != null) LIMIT 1".into()),
                ..request("acme", &["Account"])
            },
            ErrorCode::MalformedSearch,
        ),
    ] {
        let refused = world.org.suggestions(&world.ctx, &request).map(|_| ()).unwrap_err();
        assert_eq!(refused.code, code, "{request:?}");
    }
    let lenient = SuggestionRequest { ignore_unsupported: true, ..request("east", &["Ledger", "Account"]) };
    assert_eq!(world.suggested(&lenient), "Account: [Acme East Ltd.] / Acme East Ltd.");
}

#[test]
fn the_search_scope_has_the_objects_that_need_no_naming() {
    let world = World::new();
    let Reply::SearchScopeOrder(objects) = world.org.search_scope_order(&world.ctx) else { panic!() };
    let names: Vec<_> = objects.iter().map(|name| &**name).collect();
    assert_eq!(names, ["Account", "Contact", "Lead", "Page__c", "Task", "Ticket__c", "User"]);
}

#[test]
fn layouts_name_their_columns_as_queries_do() {
    let world = World::new();
    let objects = ["account", "Contact", "Ticket__c"].map(Box::from);
    let Ok(Reply::SearchLayouts(layouts)) = world.org.search_layouts(&world.ctx, &objects) else { panic!() };
    let columns = |index: usize| {
        let layout = &layouts[index];
        let columns =
            layout.columns.iter().map(|column| format!("{}={}={}", column.name, column.field, column.label));
        format!("{}: {}", layout.object, columns.collect::<Vec<_>>().join(", "))
    };
    assert_eq!(
        columns(0),
        "Account: Name=Account.Name=Account Name, Site=Account.Site=Account Site, Phone=Account.Phone=Phone, \
         Owner.Alias=User.Alias=Account Owner Alias"
    );
    assert_eq!(
        columns(1),
        "Contact: Name=Contact.Name=Full Name, Account.Name=Account.Name=Account Name, \
         Account.Site=Account.Site=Account Site, Phone=Contact.Phone=Phone, Email=Contact.Email=Email, \
         Owner.Alias=User.Alias=Contact Owner Alias"
    );
    assert!(columns(2).starts_with("Ticket__c: Name=Ticket__c.Name="));
    for (name, code) in [("Nothing", ErrorCode::NotFound), ("Ledger", ErrorCode::InvalidTypeForOperation)] {
        let refused = world.org.search_layouts(&world.ctx, &[name.into()]).map(|_| ()).unwrap_err();
        assert_eq!(refused.code, code, "{name}");
    }
    assert!(world.org.search_layouts(&world.ctx, &[]).is_err());
}
