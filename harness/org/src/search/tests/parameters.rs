//! Searches by parameters.

use super::{World, refusal, result};
use crate::{ErrorCode, SearchRequest, SearchedObject};

impl World {
    fn by_parameters(&self, request: &SearchRequest) -> String {
        match self.org.parameterized_search(&self.ctx, request) {
            Ok(reply) => self.show(&result(reply).rows),
            Err(error) => refusal(&error),
        }
    }
}

fn request(q: &str) -> SearchRequest {
    SearchRequest { q: q.into(), ..SearchRequest::default() }
}

fn object(name: &str) -> SearchedObject {
    SearchedObject { name: name.into(), ..SearchedObject::default() }
}

#[test]
fn a_term_alone_searches_everything() {
    let world = World::new();
    assert_eq!(world.by_parameters(&request("berlin")), "Account: [Acme Corporation]");
    assert_eq!(
        world.by_parameters(&SearchRequest { group: Some("name".into()), ..request("berlin") }),
        "Account: [Acme Corporation]"
    );
    assert_eq!(
        world.by_parameters(&SearchRequest { group: Some("Email".into()), ..request("berlin") }),
        "nothing"
    );
}

#[test]
fn objects_take_their_own_parameters_before_those_of_the_search() {
    let world = World::new();
    let account = SearchedObject {
        fields: vec!["Name".into(), "Site".into()],
        condition: Some("Rating != 'Hot'".into()),
        order_by: Some("Name DESC".into()),
        limit: Some(2),
        ..object("account")
    };
    let search = SearchRequest {
        objects: vec![account, object("Contact")],
        fields: vec!["Email".into()],
        default_limit: Some(1),
        ..request("acme")
    };
    assert_eq!(
        world.by_parameters(&search),
        "Account: Zo\u{eb} & S\u{f6}hne / null; Globex / Acme House\nContact: joe.smith@acme.example"
    );
    let search = SearchRequest { overall_limit: Some(2), ..search };
    assert_eq!(
        world.by_parameters(&search),
        "Account: Zo\u{eb} & S\u{f6}hne / null\nContact: joe.smith@acme.example"
    );
    let search = SearchRequest {
        objects: vec![object("Account")],
        offset: Some(1),
        default_limit: Some(2),
        ..request("acme")
    };
    assert_eq!(world.by_parameters(&search), "Account: [Acme East Ltd.]; [Globex]");
}

#[test]
fn parameters_cannot_bring_clauses_of_their_own() {
    let world = World::new();
    let code = |request: &SearchRequest| {
        world.org.parameterized_search(&world.ctx, request).map(|_| ()).unwrap_err().code
    };
    assert_eq!(code(&request("acme} IN NAME FIELDS LIMIT 1 {")), ErrorCode::MalformedSearch);
    let with = |condition: &str| SearchRequest {
        objects: vec![SearchedObject { condition: Some(condition.into()), ..object("Account") }],
        ..request("acme")
    };
    for condition in ["Name = 'a'), Contact(Id", "Name = 'a' LIMIT 1", "Name = 'a' ORDER BY Name", ""] {
        assert_eq!(code(&with(condition)), ErrorCode::MalformedSearch, "{condition}");
    }
    for name in ["Account), Contact(Id", "Account(Id), Contact", ""] {
        let search = SearchRequest { objects: vec![object(name)], ..request("acme") };
        assert_eq!(code(&search), ErrorCode::MalformedSearch, "{name}");
    }
    let search = SearchRequest {
        objects: vec![SearchedObject { fields: vec!["Id, Name".into()], ..object("Account") }],
        ..request("acme")
    };
    assert_eq!(code(&search), ErrorCode::MalformedSearch);
    let search = SearchRequest { metadata: Some("x' LIMIT 1".into()), ..request("acme") };
    assert_eq!(code(&search), ErrorCode::MalformedSearch);
}

#[test]
fn parameters_that_make_no_search_are_refused() {
    let world = World::new();
    for (search, code) in [
        (request(""), ErrorCode::MalformedSearch),
        (request("a"), ErrorCode::MalformedSearch),
        (request("a|b"), ErrorCode::MalformedSearch),
        (SearchRequest { group: Some("TITLE".into()), ..request("acme") }, ErrorCode::MalformedSearch),
        (SearchRequest { fields: vec!["Name".into()], ..request("acme") }, ErrorCode::MalformedSearch),
        (SearchRequest { default_limit: Some(5), ..request("acme") }, ErrorCode::MalformedSearch),
        (SearchRequest { offset: Some(5), ..request("acme") }, ErrorCode::MalformedSearch),
        (SearchRequest { overall_limit: Some(-1), ..request("acme") }, ErrorCode::MalformedSearch),
        (
            SearchRequest { objects: vec![object("Account")], offset: Some(2001), ..request("acme") },
            ErrorCode::MalformedSearch,
        ),
        (SearchRequest { objects: vec![object("Nothing")], ..request("acme") }, ErrorCode::InvalidType),
        (
            SearchRequest { objects: vec![object("Ledger")], ..request("acme") },
            ErrorCode::InvalidTypeForOperation,
        ),
    ] {
        let refused = world.org.parameterized_search(&world.ctx, &search).map(|_| ()).unwrap_err();
        assert_eq!(refused.code, code, "{search:?}");
    }
}
