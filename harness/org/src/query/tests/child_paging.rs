//! Pages of children, and what children do to the pages of their parents.

use std::{sync::Arc, time::Duration};

use super::{World, text};
use crate::{
    Cell, ErrorCode, QueryPage, RecordId, Row, Value,
    query::{cursors::Cursors, pages::Rest, shape::ShapeBuilder},
};

/// Accounts `A0`, `A1`, … with so many contacts each, `C000`, `C001`, …
fn families(counts: &[usize]) -> World {
    let mut world = World::empty();
    for (number, count) in counts.iter().enumerate() {
        let account = world.add("Account", &[("Name", format!("A{number}").as_str().into())]);
        for child in 0..*count {
            let name = Value::text(format!("C{child:03}"));
            world.add("Contact", &[("Name", name), ("AccountId", account.into())]);
        }
    }
    world
}

fn children(row: &Row, column: usize) -> &QueryPage {
    match &row.cells[column] {
        Cell::Page(page) => page,
        cell => panic!("no children: {cell:?}"),
    }
}

fn names(page: &QueryPage) -> Vec<String> {
    page.rows.iter().map(|row| text(&row.cells[0])).collect()
}

#[test]
fn children_that_do_not_fit_wait_behind_a_locator_of_their_own() {
    let mut world = families(&[450, 1]);
    let page = world.ask("SELECT Name, (SELECT Name FROM Contacts) FROM Account", false, Some(200)).unwrap();
    assert_eq!((page.total_size, page.rows.len()), (2, 1), "the first account fills the page");
    let first = children(&page.rows[0], 1);
    assert_eq!((first.total_size, first.rows.len()), (450, 200));
    let locator = first.next.clone().unwrap();
    assert!(locator.starts_with("01g") && locator.ends_with("-200"), "{locator}");
    let second = world.more(&locator, Some(200)).unwrap();
    assert_eq!((second.total_size, second.rows.len()), (450, 200));
    assert_eq!(&*second.rows[0].object, "Contact");
    assert_eq!(text(&second.rows[0].cells[0]), "C200");
    let third = world.more(&second.next.unwrap(), Some(200)).unwrap();
    assert_eq!((third.rows.len(), third.next.clone()), (50, None));
    let rest = world.more(&page.next.unwrap(), Some(200)).unwrap();
    assert_eq!((rest.total_size, rest.rows.len(), rest.next.clone()), (2, 1, None));
    assert_eq!(names(children(&rest.rows[0], 1)), ["C000"]);
}

#[test]
fn children_count_as_rows_of_the_page() {
    let mut world = families(&[3; 120]);
    let mut page =
        world.ask("SELECT Name, (SELECT Name FROM Contacts) FROM Account", false, Some(200)).unwrap();
    let mut sizes = vec![page.rows.len()];
    while let Some(next) = page.next {
        assert!(page.rows.iter().all(|row| children(row, 1).next.is_none()));
        page = world.more(&next, Some(200)).unwrap();
        sizes.push(page.rows.len());
    }
    // Four rows for each account.
    assert_eq!(sizes, [50, 50, 20]);
}

#[test]
fn a_child_locator_keeps_order_and_limit() {
    let mut world = families(&[400]);
    let soql =
        "SELECT (SELECT Name FROM Contacts WHERE Name < 'C390' ORDER BY Name DESC LIMIT 250) FROM Account";
    let page = world.ask(soql, false, Some(200)).unwrap();
    let first = children(&page.rows[0], 0);
    assert_eq!((first.total_size, first.rows.len()), (250, 200));
    assert_eq!((names(first)[0].as_str(), names(first)[199].as_str()), ("C389", "C190"));
    let second = world.more(first.next.as_ref().unwrap(), None).unwrap();
    assert_eq!((second.total_size, second.next.clone()), (250, None));
    assert_eq!((names(&second)[0].as_str(), names(&second)[49].as_str()), ("C189", "C140"));
}

#[test]
fn each_subquery_has_its_own_locator() {
    let mut world = families(&[210]);
    let parent = world.id_of("Account", "A0");
    for number in 0..220 {
        let name = Value::text(format!("B{number:03}"));
        world.add("Account", &[("Name", name), ("ParentId", parent.into())]);
    }
    let soql =
        "SELECT (SELECT Name FROM Contacts), (SELECT Name FROM ChildAccounts) FROM Account WHERE Name = 'A0'";
    let page = world.ask(soql, false, Some(200)).unwrap();
    let (contacts, accounts) = (children(&page.rows[0], 0), children(&page.rows[0], 1));
    assert_eq!((contacts.total_size, accounts.total_size), (210, 220));
    assert_eq!(names(&world.more(contacts.next.as_ref().unwrap(), None).unwrap()).last().unwrap(), "C209");
    assert_eq!(names(&world.more(accounts.next.as_ref().unwrap(), None).unwrap()).last().unwrap(), "B219");
}

#[test]
fn grandchildren_fill_pages_too_and_have_locators() {
    let mut world = families(&[0, 300, 2]);
    let [root, first, second] = ["A0", "A1", "A2"].map(|name| world.id_of("Account", name));
    for child in [first, second] {
        let catalog = Arc::clone(&world.org.catalog);
        let object = catalog.object_of(child).unwrap();
        let mut record = world.org.store.draft(object.index, child).unwrap();
        record.set(object.slot("ParentId").unwrap(), root.into());
        world.org.store.put(object.index, record);
    }
    let soql = "SELECT Name, (SELECT Name, (SELECT Name FROM Contacts) FROM ChildAccounts) FROM Account";
    let page = world.ask(soql, false, Some(200)).unwrap();
    assert_eq!((page.total_size, page.rows.len()), (3, 1), "two children and their contacts fill the page");
    let accounts = children(&page.rows[0], 1);
    assert_eq!(accounts.total_size, 2);
    let contacts = children(&accounts.rows[0], 1);
    assert_eq!((contacts.total_size, contacts.rows.len()), (300, 200));
    let more = world.more(contacts.next.as_ref().unwrap(), None).unwrap();
    assert_eq!((more.rows.len(), more.next), (100, None));
}

#[test]
fn child_locators_do_not_count_as_open_cursors_but_end_like_them() {
    let mut world = families(&[201; 12]);
    let mut page =
        world.ask("SELECT Name, (SELECT Name FROM Contacts) FROM Account", false, Some(200)).unwrap();
    let mut locators = Vec::new();
    loop {
        locators.extend(page.rows.iter().filter_map(|row| children(row, 1).next.clone()));
        let Some(next) = page.next else { break };
        page = world.more(&next, Some(200)).unwrap();
    }
    assert_eq!(locators.len(), 12);
    for locator in &locators {
        assert_eq!(names(&world.more(locator, None).unwrap()), ["C200"], "{locator}");
    }
    let own = world.ctx.clone();
    world.ctx.user = world.add("User", &[("Name", "Other".into())]);
    assert_eq!(world.more(&locators[0], None).unwrap_err().code, ErrorCode::InvalidQueryLocator);
    world.ctx = own;
    world.ctx.now = world.ctx.now + Duration::from_secs(901);
    assert_eq!(world.more(&locators[0], None).unwrap_err().code, ErrorCode::InvalidQueryLocator);
}

#[test]
fn a_child_that_is_gone_has_no_row_on_later_pages() {
    let mut world = families(&[300]);
    let page = world.ask("SELECT (SELECT Name FROM Contacts) FROM Account", false, Some(200)).unwrap();
    let locator = children(&page.rows[0], 0).next.clone().unwrap();
    let gone = world.id_of("Contact", "C250");
    world.delete(gone);
    let more = world.more(&locator, None).unwrap();
    assert_eq!((more.total_size, more.rows.len()), (300, 99));
    let again = world.page("SELECT (SELECT Name FROM Contacts) FROM Account");
    assert_eq!(children(&again.rows[0], 0).total_size, 299);
}

#[test]
fn child_locators_that_nobody_follows_do_not_pile_up() {
    let world = World::empty();
    let object = world.org.catalog.find("Contact", world.ctx.version).unwrap().index;
    let mut cursors = Cursors::default();
    let mut open = |count: usize| {
        let records = vec![RecordId::NULL; count].into();
        let rest = Rest { object, shape: Arc::new(ShapeBuilder::default().build()), records, sent: 200 };
        cursors.open(&world.org, &world.ctx, rest, (false, true))
    };
    let locators = [900_000, 900_000, 900_000, 300].map(&mut open);
    let is_open = |id| cursors.clone().find(&world.org, &world.ctx, &format!("{id}-200")).is_ok();
    assert_eq!(locators.map(is_open), [false, true, true, true], "the oldest ends first");
}
