//! How many rows a search answers.

use super::World;
use crate::ErrorCode;

fn world_of(accounts: usize, contacts: usize) -> World {
    let mut world = World::empty();
    for number in 0..accounts {
        world.add("Account", &[("Name", &format!("Unit {number:04}"))]);
    }
    for number in 0..contacts {
        world.add("Contact", &[("Name", &format!("Unit {number:04}"))]);
    }
    world
}

fn counts(world: &World, sosl: &str) -> (usize, usize) {
    let rows = world.ask(sosl).unwrap().rows;
    let accounts = rows.iter().filter(|row| &*row.object == "Account").count();
    (accounts, rows.len() - accounts)
}

#[test]
fn no_search_answers_more_than_two_thousand_rows() {
    let world = world_of(1900, 1300);
    assert_eq!(counts(&world, "FIND {unit} RETURNING Account"), (1900, 0));
    assert_eq!(counts(&world, "FIND {unit} RETURNING Account, Contact"), (1000, 1000));
    assert_eq!(counts(&world, "FIND {unit}"), (1000, 1000));
    assert_eq!(counts(&world, "FIND {unit} RETURNING Account, Contact LIMIT 50000"), (1000, 1000));
}

#[test]
fn limits_of_objects_leave_room_for_others() {
    let world = world_of(30, 60);
    assert_eq!(counts(&world, "FIND {unit} RETURNING Account, Contact LIMIT 20"), (10, 10));
    assert_eq!(counts(&world, "FIND {unit} RETURNING Account(Id LIMIT 5), Contact LIMIT 20"), (5, 15));
    assert_eq!(counts(&world, "FIND {unit} RETURNING Account(Id LIMIT 0), Contact LIMIT 20"), (0, 20));
    assert_eq!(counts(&world, "FIND {unit} RETURNING Account, Contact LIMIT 0"), (0, 0));
}

#[test]
fn a_search_returns_at_most_100_objects() {
    let world = world_of(1, 0);
    let sosl = |count| format!("FIND {{unit}} RETURNING {}", vec!["Account"; count].join(", "));
    assert_eq!(counts(&world, &sosl(100)), (100, 0));
    assert_eq!(world.ask(&sosl(101)).unwrap_err().code, ErrorCode::MalformedSearch);
}

#[test]
fn offset_skips_rows_of_the_one_object() {
    let world = world_of(12, 0);
    let sosl = "FIND {unit} RETURNING Account(Name ORDER BY Name DESC LIMIT 3 OFFSET 2)";
    assert_eq!(world.found(sosl), "Account: Unit 0009; Unit 0008; Unit 0007");
    assert_eq!(counts(&world, "FIND {unit} RETURNING Account(Id OFFSET 2000)"), (0, 0));
}

#[test]
fn a_long_term_of_many_words_is_answered_in_time() {
    let mut world = World::empty();
    let text = "ab ".repeat(2_000);
    world.add("Account", &[("Name", "Long"), ("Description", &text)]);
    let words = |word: &dyn Fn(usize) -> String| (0..900).map(word).collect::<Vec<_>>().join(" OR ");
    let wildcards = words(&|number| format!("a*{number}"));
    assert_eq!(world.found(&format!("FIND {{{wildcards}}} RETURNING Account")), "nothing");
    let phrase = "ab ".repeat(1_300);
    assert_eq!(world.found(&format!("FIND {{\"{phrase}\"}} RETURNING Account")), "Account: [Long]");
}
