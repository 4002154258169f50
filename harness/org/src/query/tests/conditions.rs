//! Operators, nulls and types in WHERE.

use super::{World, text};

fn check(rows: &[(&str, &str)]) {
    let mut world = World::new();
    for (condition, expected) in rows {
        assert_eq!(world.accounts(condition), *expected, "{condition}");
    }
}

#[test]
fn text_is_compared_without_regard_to_case() {
    check(&[
        ("Name = 'ACME'", "A"),
        ("Name != 'acme'", "bGO"),
        ("Name <> 'acme'", "bGO"),
        ("Name < 'B'", "A"),
        ("Name >= 'BETA 100%'", "bGO"),
        ("Name > 'beta 100%'", "GO"),
        ("Name <= 'acme'", "A"),
        ("name = 'Acme' AND ACCOUNT.NAME = 'Acme'", "A"),
        (r"Name = 'Gamma\_1'", "G"),
    ]);
}

#[test]
fn a_case_sensitive_field_is_compared_with_its_case() {
    check(&[
        ("Code__c = 'ab'", "A"),
        ("Code__c = 'AB'", "b"),
        ("Code__c = 'Ab'", ""),
        ("Code__c IN ('AB', 'xx')", "b"),
        ("Code__c LIKE 'A%'", "b"),
    ]);
}

#[test]
fn like_knows_wildcards_and_their_escapes() {
    check(&[
        ("Name LIKE '%a'", "O"),
        ("Name LIKE '_cme'", "A"),
        (r"Name LIKE '%100\%'", "b"),
        (r"Name LIKE '%\_1'", "G"),
        ("Name LIKE 'BETA%'", "b"),
        ("NOT Name LIKE '%e%'", "G"),
        ("(NOT Rating LIKE 'H%')", "AbO"),
        ("Rating LIKE '%'", "AbG"),
    ]);
}

#[test]
fn null_is_matched_by_equality_alone() {
    check(&[
        ("Rating = null", "O"),
        ("Rating != null", "AbG"),
        ("Rating = ''", "O"),
        ("Rating != 'Hot'", "AbO"),
        ("Rating NOT IN ('Hot')", "AbO"),
        ("Rating NOT IN ('Hot', null)", "Ab"),
        ("Rating IN ('Hot', null)", "GO"),
        ("NumberOfEmployees < 1000", "Ab"),
        ("NumberOfEmployees > -1", "Ab"),
        ("NumberOfEmployees != 10", "bGO"),
    ]);
}

#[test]
fn a_missing_boolean_is_false() {
    check(&[
        ("Active__c = true", "A"),
        ("Active__c = false", "bGO"),
        ("Active__c = null", "bGO"),
        ("Active__c != null", "A"),
        ("Active__c IN (true)", "A"),
        // Acme and Omega have no parent, and no parent is not an active one.
        ("Parent.Active__c = false", "AGO"),
        ("Parent.Active__c = true", "b"),
    ]);
}

#[test]
fn numbers_are_compared_by_value() {
    check(&[
        ("NumberOfEmployees = 10", "A"),
        ("NumberOfEmployees = 10.0", "A"),
        ("AnnualRevenue = 1.5005e3", "A"),
        ("AnnualRevenue >= 20.00", "Ab"),
        ("AnnualRevenue > 20.00", "A"),
        ("AnnualRevenue IN (20, 30)", "b"),
        ("AnnualRevenue = +20", "b"),
    ]);
}

#[test]
fn times_are_compared_in_utc() {
    check(&[
        ("Opens__c = 09:30:00.000Z", "A"),
        ("Opens__c = 10:30:00+01:00", "A"),
        ("Opens__c < 09:30:00Z", ""),
    ]);
}

#[test]
fn multipicklists_know_includes_and_excludes() {
    check(&[
        ("Colours__c INCLUDES ('Red')", "Ab"),
        ("Colours__c INCLUDES ('red;blue')", "A"),
        ("Colours__c INCLUDES ('Red;Blue', 'Pink')", "A"),
        ("Colours__c INCLUDES ('Pink')", ""),
        ("Colours__c EXCLUDES ('Green')", "bGO"),
        ("Colours__c = 'Red'", "b"),
        ("Colours__c = 'Red;Green;Blue'", "A"),
        ("Colours__c != 'Red'", "AGO"),
        ("Colours__c = null", "GO"),
    ]);
}

#[test]
fn conditions_nest() {
    check(&[
        ("Name = 'Acme' OR Rating = 'Hot'", "AG"),
        ("(Name = 'Acme' OR Rating = 'Hot') AND Active__c = true", "A"),
        ("NOT (Name = 'Acme' OR Rating = 'Hot')", "bO"),
        ("NOT (NOT (Rating = 'Hot'))", "G"),
    ]);
}

#[test]
fn paths_over_parents_are_outer_joins() {
    check(&[
        ("Parent.Name = 'Acme'", "b"),
        ("Parent.Parent.Name = 'Acme'", "G"),
        ("Parent.Name = null", "AO"),
        ("Parent.Name != 'Acme'", "AGO"),
        ("Parent.Name = 'Acme' OR Name = 'Omega'", "bO"),
        ("Owner.Profile.Name = 'admin'", "Ab"),
        ("OwnerId = null", "GO"),
    ]);
}

#[test]
fn ids_are_compared_in_both_forms() {
    let mut world = World::new();
    let acme = world.id_of("Account", "Acme");
    let beta = world.id_of("Account", "beta 100%");
    assert_eq!(world.accounts(&format!("Id = '{acme}'")), "A");
    assert_eq!(world.accounts(&format!("Id = '{}'", acme.as_15())), "A");
    assert_eq!(world.accounts(&format!("Id != '{acme}'")), "bGO");
    assert_eq!(world.accounts(&format!("Id > '{acme}'")), "bGO");
    assert_eq!(world.accounts(&format!("Id IN ('{beta}', '{}', '{acme}')", acme.as_15())), "Ab");
    assert_eq!(world.accounts(&format!("ParentId = '{acme}'")), "b");
    assert_eq!(world.accounts(&format!("ParentId IN ('{acme}', '{beta}') AND Rating = 'Hot'")), "G");
    assert_eq!(world.accounts(&format!("ParentId NOT IN ('{acme}')")), "AGO");
    assert_eq!(world.accounts("ParentId = '000000000000000AAA'"), "AO");
    assert_eq!(world.accounts("ParentId = ''"), "AO");
    assert_eq!(world.accounts("Id = '003000000000001AAA'"), "", "an id of another object matches nothing");
}

#[test]
fn an_index_finds_what_a_walk_over_the_table_finds() {
    let mut world = World::new();
    let beta = world.id_of("Account", "beta 100%");
    for (indexed, walked) in [
        ("Number__c = 'n-1'", "NOT (Number__c != 'n-1')"),
        ("Number__c IN ('N-1', 'N-2')", "NOT (Number__c NOT IN ('N-1', 'N-2'))"),
        ("Number__c = null", "NOT (Number__c != null)"),
        ("Number__c = 'n-1' OR Code__c = 'AB'", "NOT (Number__c != 'n-1' AND Code__c != 'AB')"),
        ("Number__c = 'n-1' AND Code__c = 'AB'", "Name = null"),
    ] {
        assert_eq!(world.accounts(indexed), world.accounts(walked), "{indexed}");
    }
    world.delete(beta);
    assert_eq!(world.accounts(&format!("Id = '{beta}'")), "");
    assert_eq!(world.accounts("Code__c = 'AB'"), "");
}

#[test]
fn a_polymorphic_parent_is_asked_as_a_name() {
    let mut world = World::new();
    let ask = |world: &mut World, condition: &str| {
        world.column(&format!("SELECT Subject FROM Task WHERE {condition}")).join(" ")
    };
    assert_eq!(ask(&mut world, "What.Type = 'Account'"), "Call");
    assert_eq!(ask(&mut world, "What.Type IN ('account', 'Contact')"), "Call");
    assert_eq!(ask(&mut world, "What.Type = null"), "Mail");
    assert_eq!(ask(&mut world, "What.Name LIKE 'ac%'"), "Call");
    assert_eq!(ask(&mut world, "Owner.Type = 'Group'"), "Mail");
    assert_eq!(ask(&mut world, "Owner.Email = 'ada@mockorg.example'"), "Call");
    assert_eq!(ask(&mut world, "Owner.Profile.Name = 'Admin'"), "Call");
}

#[test]
fn the_scope_mine_is_what_the_user_owns() {
    let mut world = World::new();
    assert_eq!(world.column("SELECT Name FROM Account USING SCOPE mine"), ["Acme", "beta 100%"]);
    let all = world.column("SELECT Name FROM Account USING SCOPE Everything WHERE Rating = 'Hot'");
    assert_eq!(all, ["Gamma_1"]);
}

#[test]
fn deleted_records_are_seen_by_query_all_only() {
    let mut world = World::new();
    let acme = world.id_of("Account", "Acme");
    world.delete(acme);
    assert_eq!(world.accounts("Name != null"), "bGO");
    assert_eq!(world.accounts("Parent.Name = 'Acme'"), "");
    let all = world.ask("SELECT Name, IsDeleted FROM Account WHERE IsDeleted = true", true, None).unwrap();
    assert_eq!(all.rows.iter().map(|row| text(&row.cells[0])).collect::<Vec<_>>(), ["Acme"]);
    assert_eq!(world.ask("SELECT COUNT() FROM Account", true, None).unwrap().total_size, 4);
}

#[test]
fn content_document_links_need_what_they_link() {
    let mut world = World::new();
    let acme = world.id_of("Account", "Acme");
    world.add("ContentDocumentLink", &[("LinkedEntityId", acme.into())]);
    for condition in
        ["", "WHERE Visibility = 'x'", "WHERE LinkedEntityId != null", "WHERE LinkedEntityId = null"]
    {
        let (_, message) = world.refused(&format!("SELECT Id FROM ContentDocumentLink {condition}"));
        assert!(message.starts_with("Implementation restriction: ContentDocumentLink requires"), "{message}");
    }
    for condition in ["LinkedEntityId =", "Visibility = null AND LinkedEntityId ="] {
        let page = world.page(&format!("SELECT Id FROM ContentDocumentLink WHERE {condition} '{acme}'"));
        assert_eq!(page.total_size, 1, "{condition}");
    }
}
