//! Dates, datetimes and date literals. It is Wednesday, 2024-05-15, 11:30 in Los Angeles.

use super::{World, date, instant};

/// Which of the days meet `Opened__c = literal`.
fn days(literal: &str, days: &[&str]) -> Vec<String> {
    let mut world = World::empty();
    for day in days {
        world.add("Account", &[("Name", (*day).into()), ("Opened__c", date(day))]);
    }
    world.add("Account", &[("Name", "null".into())]);
    world.column(&format!("SELECT Name FROM Account WHERE Opened__c = {literal}"))
}

/// The literal covers exactly the days from `first` to `last`.
fn covers(literal: &str, before: &str, first: &str, last: &str, after: &str) {
    assert_eq!(days(literal, &[before, first, last, after]), [first, last], "{literal}");
}

#[test]
fn each_date_literal_covers_its_days() {
    for (literal, day) in [
        ("YESTERDAY", "2024-05-14"),
        ("TODAY", "2024-05-15"),
        ("TOMORROW", "2024-05-16"),
        ("N_DAYS_AGO:2", "2024-05-13"),
    ] {
        let around = ["2024-05-12", "2024-05-13", "2024-05-14", "2024-05-15", "2024-05-16", "2024-05-17"];
        assert_eq!(days(literal, &around), [day], "{literal}");
    }
    covers("LAST_N_DAYS:3", "2024-05-11", "2024-05-12", "2024-05-15", "2024-05-16");
    covers("NEXT_N_DAYS:3", "2024-05-15", "2024-05-16", "2024-05-18", "2024-05-19");
    covers("LAST_90_DAYS", "2024-02-14", "2024-02-15", "2024-05-15", "2024-05-16");
    covers("NEXT_90_DAYS", "2024-05-15", "2024-05-16", "2024-08-13", "2024-08-14");
    covers("last_week", "2024-05-04", "2024-05-05", "2024-05-11", "2024-05-12");
    covers("THIS_WEEK", "2024-05-11", "2024-05-12", "2024-05-18", "2024-05-19");
    covers("NEXT_WEEK", "2024-05-18", "2024-05-19", "2024-05-25", "2024-05-26");
    covers("LAST_N_WEEKS:2", "2024-04-27", "2024-04-28", "2024-05-11", "2024-05-12");
    covers("NEXT_N_WEEKS:2", "2024-05-18", "2024-05-19", "2024-06-01", "2024-06-02");
    covers("N_WEEKS_AGO:2", "2024-04-27", "2024-04-28", "2024-05-04", "2024-05-05");
    covers("LAST_MONTH", "2024-03-31", "2024-04-01", "2024-04-30", "2024-05-01");
    covers("THIS_MONTH", "2024-04-30", "2024-05-01", "2024-05-31", "2024-06-01");
    covers("NEXT_MONTH", "2024-05-31", "2024-06-01", "2024-06-30", "2024-07-01");
    covers("LAST_N_MONTHS:6", "2023-10-31", "2023-11-01", "2024-04-30", "2024-05-01");
    covers("NEXT_N_MONTHS:8", "2024-05-31", "2024-06-01", "2025-01-31", "2025-02-01");
    covers("N_MONTHS_AGO:3", "2024-01-31", "2024-02-01", "2024-02-29", "2024-03-01");
    covers("LAST_QUARTER", "2023-12-31", "2024-01-01", "2024-03-31", "2024-04-01");
    covers("THIS_QUARTER", "2024-03-31", "2024-04-01", "2024-06-30", "2024-07-01");
    covers("NEXT_QUARTER", "2024-06-30", "2024-07-01", "2024-09-30", "2024-10-01");
    covers("LAST_N_QUARTERS:2", "2023-09-30", "2023-10-01", "2024-03-31", "2024-04-01");
    covers("NEXT_N_QUARTERS:1", "2024-06-30", "2024-07-01", "2024-09-30", "2024-10-01");
    covers("N_QUARTERS_AGO:2", "2023-09-30", "2023-10-01", "2023-12-31", "2024-01-01");
    covers("LAST_YEAR", "2022-12-31", "2023-01-01", "2023-12-31", "2024-01-01");
    covers("THIS_YEAR", "2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01");
    covers("NEXT_YEAR", "2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01");
    covers("LAST_N_YEARS:2", "2021-12-31", "2022-01-01", "2023-12-31", "2024-01-01");
    covers("NEXT_N_YEARS:2", "2024-12-31", "2025-01-01", "2026-12-31", "2027-01-01");
    covers("N_YEARS_AGO:2", "2021-12-31", "2022-01-01", "2022-12-31", "2023-01-01");
    covers("THIS_FISCAL_QUARTER", "2024-03-31", "2024-04-01", "2024-06-30", "2024-07-01");
    covers("LAST_FISCAL_QUARTER", "2023-12-31", "2024-01-01", "2024-03-31", "2024-04-01");
    covers("NEXT_N_FISCAL_QUARTERS:2", "2024-06-30", "2024-07-01", "2024-12-31", "2025-01-01");
    covers("LAST_N_FISCAL_QUARTERS:1", "2023-12-31", "2024-01-01", "2024-03-31", "2024-04-01");
    covers("N_FISCAL_QUARTERS_AGO:1", "2023-12-31", "2024-01-01", "2024-03-31", "2024-04-01");
    covers("THIS_FISCAL_YEAR", "2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01");
    covers("NEXT_FISCAL_YEAR", "2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01");
    covers("LAST_N_FISCAL_YEARS:1", "2022-12-31", "2023-01-01", "2023-12-31", "2024-01-01");
    covers("NEXT_N_FISCAL_YEARS:1", "2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01");
    covers("N_FISCAL_YEARS_AGO:1", "2022-12-31", "2023-01-01", "2023-12-31", "2024-01-01");
}

#[test]
fn a_period_is_compared_by_its_ends() {
    let mut world = World::empty();
    for (name, day) in [("a", "2024-04-30"), ("b", "2024-05-01"), ("c", "2024-05-31"), ("d", "2024-06-01")] {
        world.add("Account", &[("Name", name.into()), ("Opened__c", date(day))]);
    }
    world.add("Account", &[("Name", "n".into())]);
    for (condition, expected) in [
        ("Opened__c = THIS_MONTH", "bc"),
        ("Opened__c != THIS_MONTH", "adn"),
        ("Opened__c < THIS_MONTH", "a"),
        ("Opened__c <= THIS_MONTH", "abc"),
        ("Opened__c > THIS_MONTH", "d"),
        ("Opened__c >= THIS_MONTH", "bcd"),
        ("Opened__c IN (LAST_MONTH, 2024-06-01)", "ad"),
        ("Opened__c NOT IN (LAST_MONTH, 2024-06-01)", "bcn"),
        ("Opened__c = 2024-05-31", "c"),
        ("Opened__c > 2024-05-01", "cd"),
    ] {
        assert_eq!(world.accounts(condition), expected, "{condition}");
    }
}

#[test]
fn a_datetime_is_in_the_day_of_the_user() {
    let mut world = World::empty();
    for (name, at) in [
        ("a", "2024-05-15T06:59:59Z"),
        ("b", "2024-05-15T07:00:00Z"),
        ("c", "2024-05-15T18:30:00Z"),
        ("d", "2024-05-15T18:30:01Z"),
        ("e", "2024-05-16T06:59:59Z"),
        ("f", "2024-05-16T07:00:00Z"),
    ] {
        world.add("Account", &[("Name", name.into()), ("Seen__c", instant(at))]);
    }
    for (condition, expected) in [
        ("Seen__c = TODAY", "bcde"),
        ("Seen__c = YESTERDAY", "a"),
        ("Seen__c > TODAY", "f"),
        // Up to the current second, and no further.
        ("Seen__c = LAST_N_DAYS:0", "bc"),
        ("Seen__c > LAST_N_DAYS:1", "def"),
        ("Seen__c = 2024-05-15T20:30:00+02:00", "c"),
        ("Seen__c < 2024-05-15T18:30:00.000+0000", "ab"),
        ("Seen__c >= 2024-05-16T00:00:00-07:00", "f"),
    ] {
        assert_eq!(world.accounts(condition), expected, "{condition}");
    }
}

#[test]
fn fiscal_years_begin_where_the_organization_says() {
    let mut world = World::empty();
    let organization = world.org.organization;
    let catalog = std::sync::Arc::clone(&world.org.catalog);
    let object = catalog.find_any("Organization").unwrap();
    let mut record = world.org.store.draft(object.index, organization).unwrap();
    record.set_opt(object.slot("FiscalYearStartMonth"), 7.into());
    world.org.store.put(object.index, record);
    for (name, day) in [("a", "2023-06-30"), ("b", "2023-07-01"), ("c", "2024-06-30"), ("d", "2024-07-01")] {
        world.add("Account", &[("Name", name.into()), ("Opened__c", date(day))]);
    }
    assert_eq!(world.accounts("Opened__c = THIS_FISCAL_YEAR"), "bc");
}
