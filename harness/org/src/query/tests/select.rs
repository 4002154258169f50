//! What the rows of an answer hold.

use super::{World, show};
use crate::ErrorCode;

fn first(world: &mut World, soql: &str) -> String {
    world.page(soql).rows.first().map_or("no row".to_owned(), show)
}

#[test]
fn cells_stand_in_select_order_under_canonical_names() {
    let mut world = World::new();
    assert_eq!(first(&mut world, "select RATING, name from account"), "{Rating: Warm, Name: Acme}");
    let row = &world.page("SELECT Name FROM account").rows[0];
    assert_eq!((&*row.object, row.id.is_some()), ("Account", true));
}

#[test]
fn parents_are_rows_of_their_own_where_they_first_stood() {
    let mut world = World::new();
    assert_eq!(
        first(
            &mut world,
            "SELECT parent.name, Rating, Parent.Parent.Name, PARENT.owner.PROFILE.name FROM Account \
             WHERE Parent.Name = 'Acme'"
        ),
        "{Parent: {Name: Acme, Parent: null, Owner: {Profile: {Name: Admin}}}, Rating: Cold}"
    );
    assert_eq!(first(&mut world, "SELECT Parent.Name FROM Account WHERE Name = 'Omega'"), "{Parent: null}");
}

#[test]
fn the_object_and_its_aliases_may_stand_before_fields() {
    let mut world = World::new();
    assert_eq!(first(&mut world, "SELECT Contact.LastName FROM Contact"), "{LastName: Clone}");
    assert_eq!(
        first(&mut world, "SELECT c.LastName, C.Account.Name FROM Contact c WHERE c.Account.Rating = 'Cold'"),
        "{LastName: Clone, Account: {Name: beta 100%}}"
    );
    assert_eq!(
        first(
            &mut world,
            "SELECT c.LastName, a.Name, p.Name FROM Contact c, c.Account a, a.Parent p ORDER BY a.Name DESC NULLS LAST, c.Name LIMIT 2 OFFSET 1"
        ),
        "{LastName: Clone, Account: {Name: beta 100%, Parent: {Name: Acme}}}"
    );
}

#[test]
fn a_polymorphic_parent_shows_the_fields_of_a_name() {
    let mut world = World::new();
    let page = world
        .page("SELECT Subject, what.name, What.Type, Owner.Name, Owner.Email, Owner.Profile.Name FROM Task");
    assert_eq!(
        page.rows.iter().map(show).collect::<Vec<_>>(),
        [
            "{Subject: Call, What: {Name: Acme, Type: Account}, Owner: {Name: Ada Admin, Email: ada@mockorg.example, Profile: {Name: Admin}}}",
            "{Subject: Mail, What: null, Owner: {Name: Support, Email: null, Profile: null}}"
        ]
    );
    let (code, message) = world.refused("SELECT What.Rating FROM Task");
    assert_eq!(code, ErrorCode::InvalidField);
    assert!(message.contains("No such column 'Rating' on entity 'Name'."), "{message}");
}

#[test]
fn count_gives_a_number_and_no_rows() {
    let mut world = World::new();
    for (soql, expected) in [
        ("SELECT COUNT() FROM Account", 4),
        ("select count() from Account WHERE Rating != null", 3),
        ("SELECT COUNT() FROM Account LIMIT 2", 2),
    ] {
        let page = world.page(soql);
        assert_eq!((page.total_size, page.rows.len(), page.next.is_none()), (expected, 0, true), "{soql}");
    }
}

#[test]
fn a_field_may_be_selected_once() {
    let mut world = World::new();
    for (soql, name) in [
        ("SELECT Id, Name, ID FROM Account", "Id"),
        ("SELECT Name, Account.Name FROM Account", "Name"),
        ("SELECT Parent.Name, parent.NAME FROM Account", "Parent.Name"),
        ("SELECT FIELDS(ALL), Id FROM Account LIMIT 1", "Id"),
    ] {
        let expected = (ErrorCode::InvalidField, format!("duplicate field selected: {name}"));
        assert_eq!(world.refused(soql), expected, "{soql}");
    }
}

#[test]
fn fields_stands_for_the_fields_of_a_group() {
    let mut world = World::new();
    let all = world.page("SELECT FIELDS(ALL) FROM Contact LIMIT 200").rows[0].columns.clone();
    assert_eq!(
        all.iter().map(|name| &**name).collect::<Vec<_>>(),
        ["Id", "IsDeleted", "LastName", "Name", "AccountId"]
    );
    let custom = world.page("SELECT Id, fields(custom) FROM Account LIMIT 1").rows[0].columns.clone();
    assert!(custom.iter().skip(1).all(|name| name.ends_with("__c")), "{custom:?}");
    assert_eq!(world.page("SELECT FIELDS(STANDARD) FROM Account").total_size, 4);
    let acme = world.id_of("Account", "Acme");
    assert_eq!(world.page(&format!("SELECT FIELDS(ALL) FROM Account WHERE Id IN ('{acme}')")).total_size, 1);
    for soql in ["SELECT FIELDS(ALL) FROM Account", "SELECT FIELDS(CUSTOM) FROM Account LIMIT 201"] {
        let (code, message) = world.refused(soql);
        assert_eq!(code, ErrorCode::MalformedQuery);
        assert!(
            message.ends_with("\nThe SOQL FIELDS function must have a LIMIT of at most 200"),
            "{message}"
        );
    }
    let mut world = world.version(50);
    assert_eq!(world.refused("SELECT FIELDS(STANDARD) FROM Account").0, ErrorCode::MalformedQuery);
}

#[test]
fn compound_fields_are_selected_whole() {
    let mut world = World::new();
    let row = &world.page("SELECT BillingAddress FROM Account WHERE BillingCity = 'Berlin'").rows[0];
    assert!(matches!(row.cells[0], crate::Cell::Compound(_)), "{row:?}");
}
