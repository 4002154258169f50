//! ORDER BY, LIMIT and OFFSET.

use super::World;

fn names(world: &mut World, clauses: &str) -> String {
    let names = world.column(&format!("SELECT Name FROM Account {clauses}"));
    names.iter().filter_map(|name| name.chars().next()).collect()
}

#[test]
fn rows_are_ordered_and_nulls_come_first_either_way() {
    let mut world = World::new();
    for (clauses, expected) in [
        ("", "AbGO"),
        ("ORDER BY Name DESC", "OGbA"),
        ("ORDER BY NumberOfEmployees", "GOAb"),
        ("ORDER BY NumberOfEmployees DESC", "GObA"),
        ("ORDER BY NumberOfEmployees DESC NULLS LAST", "bAGO"),
        ("ORDER BY NumberOfEmployees NULLS LAST, Name DESC", "AbOG"),
        ("ORDER BY Active__c DESC, Name DESC", "AOGb"),
        ("ORDER BY AnnualRevenue NULLS FIRST, Name DESC", "OGbA"),
    ] {
        assert_eq!(names(&mut world, clauses), expected, "{clauses}");
    }
}

#[test]
fn picklists_are_ordered_as_they_are_defined() {
    let mut world = World::new();
    assert_eq!(names(&mut world, "WHERE Rating != null ORDER BY Rating"), "GAb");
    assert_eq!(names(&mut world, "WHERE Rating != null ORDER BY Rating DESC"), "bAG");
}

#[test]
fn rows_without_the_parent_that_orders_them_stay() {
    let mut world = World::new();
    assert_eq!(names(&mut world, "ORDER BY Parent.Name, Name DESC"), "OAbG");
    assert_eq!(names(&mut world, "ORDER BY Parent.Name DESC NULLS LAST"), "AOGb");
}

#[test]
fn limit_and_offset_cut_the_ordered_rows() {
    let mut world = World::new();
    for (clauses, expected) in [
        ("LIMIT 2", "Ab"),
        ("LIMIT 2 OFFSET 1", "bG"),
        ("OFFSET 3", "O"),
        ("OFFSET 2000", ""),
        ("LIMIT 0", ""),
        ("ORDER BY Name DESC LIMIT 2 OFFSET 1", "Gb"),
        ("WHERE Rating != null ORDER BY Name DESC LIMIT 5", "GbA"),
        ("LIMIT 3 FOR UPDATE", "AbG"),
    ] {
        assert_eq!(names(&mut world, clauses), expected, "{clauses}");
    }
    assert_eq!(world.page("SELECT Id FROM Account LIMIT 2").total_size, 2);
}
