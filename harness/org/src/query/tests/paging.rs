//! Pages and locators.

use std::time::Duration;

use super::World;
use crate::ErrorCode;

fn with_accounts(count: usize) -> World {
    let mut world = World::empty();
    for number in 0..count {
        world.add("Account", &[("Name", format!("Account {number:05}").as_str().into())]);
    }
    world
}

#[test]
fn a_long_answer_comes_in_pages() {
    let mut world = with_accounts(4500);
    let mut page = world.page("SELECT Name FROM Account");
    let mut sizes = vec![page.rows.len()];
    let locator = page.next.clone().unwrap();
    assert!(locator.starts_with("01g") && locator.ends_with("-2000"), "{locator}");
    assert_eq!(locator.len(), 18 + 5);
    while let Some(next) = page.next {
        page = world.more(&next, None).unwrap();
        assert_eq!(page.total_size, 4500);
        sizes.push(page.rows.len());
    }
    assert_eq!(sizes, [2000, 2000, 500]);
}

#[test]
fn the_page_size_is_the_clients_wish_within_bounds() {
    let mut world = with_accounts(2100);
    for (wish, expected) in [(Some(500), 500), (Some(1), 200), (Some(9999), 2000), (None, 2000)] {
        let page = world.ask("SELECT Id FROM Account", false, wish).unwrap();
        assert_eq!(page.rows.len(), expected, "{wish:?}");
    }
    assert_eq!(world.page("SELECT Id FROM Account LIMIT 2000").next, None);
}

#[test]
fn a_locator_remembers_records_and_reads_their_values_late() {
    let mut world = with_accounts(500);
    let page = world.ask("SELECT Name FROM Account ORDER BY Name DESC", false, Some(200)).unwrap();
    let locator = page.next.unwrap();
    world.add("Account", &[("Name", "Account 00001 b".into())]);
    let gone = world.id_of("Account", "Account 00299");
    world.delete(gone);
    let page = world.more(&locator, Some(200)).unwrap();
    assert_eq!((page.total_size, page.rows.len()), (500, 199));
    assert_eq!(super::text(&page.rows[0].cells[0]), "Account 00298");
    assert_eq!(world.more(&locator, Some(200)).unwrap().rows.len(), 199, "a page can be fetched again");
}

#[test]
fn unknown_expired_and_foreign_locators_are_invalid() {
    let mut world = with_accounts(300);
    let open =
        |world: &mut World| world.ask("SELECT Id FROM Account", false, Some(200)).unwrap().next.unwrap();
    let locator = open(&mut world);
    let id = locator.split('-').next().unwrap().to_owned();
    for bad in
        ["", "01g", &id, &format!("{id}-300"), &format!("{id}-x"), "01g000000000001AAA-200", "nonsense-200"]
    {
        let error = world.more(bad, None).unwrap_err();
        assert_eq!(
            (error.code, error.message.as_deref()),
            (ErrorCode::InvalidQueryLocator, Some("invalid query locator")),
            "{bad}"
        );
    }
    let own = world.ctx.clone();
    world.ctx.user = world.add("User", &[("Name", "Other".into())]);
    assert!(world.more(&locator, None).is_err());
    world.ctx = own;
    world.ctx.now = world.ctx.now + Duration::from_secs(900);
    assert!(world.more(&locator, None).is_ok());
    // Use prolongs its life.
    world.ctx.now = world.ctx.now + Duration::from_secs(900);
    assert!(world.more(&locator, None).is_ok());
    world.ctx.now = world.ctx.now + Duration::from_secs(901);
    assert!(world.more(&locator, None).is_err());
}

#[test]
fn a_locator_ends_with_the_session_that_opened_it() {
    let mut world = with_accounts(300);
    let own = world.ctx.clone();
    // No session of this number is open.
    world.ctx.session = 7;
    let locator = world.ask("SELECT Id FROM Account", false, Some(200)).unwrap().next.unwrap();
    world.ctx = own;
    assert_eq!(world.more(&locator, None).unwrap_err().code, ErrorCode::InvalidQueryLocator);
}

#[test]
fn one_locator_too_many_ends_the_users_oldest() {
    let mut world = with_accounts(300);
    let locators: Vec<_> = (0..11)
        .map(|_| world.ask("SELECT Id FROM Account", false, Some(200)).unwrap().next.unwrap())
        .collect();
    assert!(world.more(&locators[0], None).is_err());
    assert!(locators[1..].iter().all(|locator| world.more(locator, None).is_ok()));
}
