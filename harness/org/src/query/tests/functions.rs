//! FORMAT, convertCurrency, DISTANCE and toLabel.

use rust_decimal::Decimal;

use super::{World, date, instant, text};
use crate::{
    ErrorCode::{InvalidField, MalformedQuery},
    Value,
};

const SHOP: &str = r#"{"name":"Shop__c","label":"Shop","keyPrefix":"a00","calls":["query"],"fields":[{"system":"Id"},
  {"name":"Name","type":"string","length":80,"nameField":true},
  {"name":"Turnover__c","type":"currency","precision":18,"scale":2,"custom":true},
  {"name":"Area__c","type":"double","precision":10,"scale":1,"custom":true},
  {"name":"Share__c","type":"percent","precision":5,"scale":1,"custom":true},
  {"name":"Staff__c","type":"int","custom":true},{"name":"Opened__c","type":"date","custom":true},
  {"name":"Seen__c","type":"datetime","custom":true},{"name":"Opens__c","type":"time","custom":true},
  {"name":"Place__Latitude__s","type":"double","precision":18,"scale":15,"custom":true},
  {"name":"Place__Longitude__s","type":"double","precision":18,"scale":15,"custom":true},
  {"name":"Place__c","type":"location","custom":true},
  {"name":"HomeLatitude","type":"double","precision":18,"scale":15,"compoundFieldName":"HomeAddress"},
  {"name":"HomeLongitude","type":"double","precision":18,"scale":15,"compoundFieldName":"HomeAddress"},
  {"name":"HomeAddress","type":"address"},
  {"name":"Kind__c","type":"picklist","custom":true,"picklistValues":[{"value":"F","label":"Flower shop"},{"value":"B","label":"Book shop"}]},
  {"name":"Wares__c","type":"multipicklist","custom":true,"picklistValues":[{"value":"r","label":"Roses"},{"value":"t","label":"Tulips"}]},
  {"name":"Main__c","type":"reference","referenceTo":["Shop__c"],"relationshipName":"Main__r","childRelationshipName":"Branches__r","custom":true},
  CURRENCY{"name":"OwnerId","type":"reference","referenceTo":["User"],"relationshipName":"Owner"}]}"#;

const CURRENCY_TYPE: &str = r#"{"name":"CurrencyType","label":"Currency Type","keyPrefix":"01L","calls":["query"],"fields":[{"system":"Id"},
  {"name":"IsoCode","type":"string","length":3},{"name":"ConversionRate","type":"double","precision":18,"scale":6},
  {"name":"DecimalPlaces","type":"int"},{"name":"IsActive","type":"boolean"},{"name":"IsCorporate","type":"boolean"}]}"#;

/// The user of a multi-currency org.
const USER: &str = r#"{"name":"User","label":"User","keyPrefix":"005","calls":["query"],"fields":[{"system":"Id"},
  {"name":"Name","type":"string","length":80,"nameField":true},{"name":"Email","type":"email"},
  {"name":"IsActive","type":"boolean"},{"name":"TimeZoneSidKey","type":"string","length":40},
  {"name":"LocaleSidKey","type":"string","length":40},{"name":"DefaultCurrencyIsoCode","type":"string","length":3},
  {"name":"ProfileId","type":"reference","referenceTo":["Profile"],"relationshipName":"Profile"}]}"#;

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

/// An org with one currency.
fn shops() -> World {
    let mut world = World::with(&[&SHOP.replace("CURRENCY", "")]);
    let main = world.add(
        "Shop__c",
        &[
            ("Name", "Ferry".into()),
            ("Turnover__c", number("44000")),
            ("Area__c", number("1234.56")),
            ("Share__c", number("12.5")),
            ("Staff__c", 1500.into()),
            ("Opened__c", date("2015-12-28")),
            ("Seen__c", instant("2025-04-10T22:31:37Z")),
            ("Opens__c", Value::Time(34_200_000)),
            ("Place__Latitude__s", number("37.7930")),
            ("Place__Longitude__s", number("-122.3945")),
            ("HomeLatitude", number("48.8566")),
            ("HomeLongitude", number("2.3522")),
            ("Kind__c", "f".into()),
            ("Wares__c", "r;t".into()),
        ],
    );
    world.add(
        "Shop__c",
        &[
            ("Name", "Aloha".into()),
            ("Turnover__c", number("-12.5")),
            ("Opened__c", date("2016-01-02")),
            ("Place__Latitude__s", number("21.2914")),
            ("Place__Longitude__s", number("-157.8486")),
            ("Wares__c", "t".into()),
            ("Main__c", main.into()),
        ],
    );
    // Half a location is none.
    world.add("Shop__c", &[("Name", "Nowhere".into()), ("Place__Latitude__s", number("1"))]);
    world
}

/// An org whose corporate currency is the dollar, asked by a user who reckons in euros.
fn markets() -> World {
    let currency = r#"{"name":"CurrencyIsoCode","type":"picklist","length":3},"#;
    let mut world = World::with(&[&SHOP.replace("CURRENCY", currency), CURRENCY_TYPE, USER]);
    for (code, rate, places, corporate) in
        [("USD", "1", 2, true), ("EUR", "0.8", 2, false), ("JPY", "150", 0, false)]
    {
        world.add(
            "CurrencyType",
            &[
                ("IsoCode", code.into()),
                ("ConversionRate", number(rate)),
                ("DecimalPlaces", places.into()),
                ("IsActive", true.into()),
                ("IsCorporate", corporate.into()),
            ],
        );
    }
    let user = world.ctx.user;
    world.set(user, "DefaultCurrencyIsoCode", "EUR".into());
    let mut main = None;
    for (name, code, amount) in [("Yen", "JPY", "15000"), ("Dollar", "USD", "5001"), ("Euro", "EUR", "4000")]
    {
        let shop = world.add(
            "Shop__c",
            &[
                ("Name", name.into()),
                ("CurrencyIsoCode", code.into()),
                ("Turnover__c", number(amount)),
                ("Main__c", main.into()),
            ],
        );
        main = Some(shop);
    }
    world
}

impl World {
    fn set(&mut self, id: crate::RecordId, field: &str, value: Value) {
        let catalog = std::sync::Arc::clone(&self.org.catalog);
        let object = catalog.object_of(id).unwrap();
        let mut record = self.org.store.draft(object.index, id).unwrap();
        record.set(object.slot(field).unwrap(), value);
        self.org.store.put(object.index, record);
    }

    fn speaks(&mut self, locale: &str) {
        self.set(self.ctx.user, "LocaleSidKey", locale.into());
    }

    fn row(&mut self, soql: &str) -> Vec<String> {
        self.page(soql).rows[0].cells.iter().map(text).collect()
    }
}

#[test]
fn format_writes_each_type_as_the_users_locale_does() {
    let mut world = shops();
    let soql = "SELECT FORMAT(Turnover__c), format(Area__c), FORMAT(Share__c), FORMAT(Staff__c), FORMAT(Opened__c), \
                FORMAT(Seen__c), FORMAT(Opens__c) FROM Shop__c WHERE Name = 'Ferry'";
    assert_eq!(
        world.row(soql),
        ["$44,000.00", "1,234.6", "12.5%", "1,500", "12/28/2015", "4/10/2025, 3:31 PM", "9:30 AM"]
    );
    world.speaks("de_DE");
    assert_eq!(
        world.row(soql),
        ["44.000,00\u{a0}$", "1.234,6", "12,5\u{a0}%", "1.500", "28.12.2015", "10.04.2025, 15:31", "09:30"]
    );
}

#[test]
fn format_of_nothing_is_nothing() {
    let mut world = shops();
    let soql = "SELECT FORMAT(Area__c), FORMAT(Opened__c), FORMAT(Main__r.Turnover__c) FROM Shop__c WHERE Name = 'Nowhere'";
    assert_eq!(world.row(soql)[..2], ["null", "null"]);
}

#[test]
fn format_stands_in_the_fields_place_unless_it_has_an_alias() {
    let mut world = shops();
    let page = world.page("SELECT Staff__c, FORMAT(Staff__c) shown FROM Shop__c WHERE Name = 'Ferry'");
    assert_eq!(*page.rows[0].columns, ["Staff__c".into(), "shown".into()]);
    assert_eq!(
        world.refused("SELECT Staff__c, FORMAT(Staff__c) FROM Shop__c"),
        (InvalidField, "duplicate field selected: Staff__c".to_owned())
    );
    let soql = "SELECT FORMAT(Main__r.Turnover__c) FROM Shop__c WHERE Name = 'Aloha'";
    assert_eq!(world.row(soql), ["{Turnover__c: $44,000.00}"]);
}

#[test]
fn format_takes_aggregates() {
    let mut world = shops();
    let soql = "SELECT FORMAT(MIN(Opened__c)) least, FORMAT(SUM(Turnover__c)), FORMAT(COUNT(Id)), \
                FORMAT(AVG(Staff__c)) FROM Shop__c";
    assert_eq!(world.row(soql), ["12/28/2015", "$43,987.50", "3", "1,500.00"]);
}

#[test]
fn format_refuses_what_it_cannot_write() {
    let mut world = shops();
    for soql in [
        "SELECT FORMAT(Name) FROM Shop__c",
        "SELECT FORMAT(Kind__c) FROM Shop__c",
        "SELECT FORMAT() FROM Shop__c",
        "SELECT FORMAT(Staff__c, Area__c) FROM Shop__c",
        "SELECT FORMAT(toLabel(Staff__c)) FROM Shop__c",
        "SELECT FORMAT(FORMAT(Staff__c)) FROM Shop__c",
        "SELECT Id FROM Shop__c WHERE FORMAT(Staff__c) = '1'",
        "SELECT Id FROM Shop__c ORDER BY FORMAT(Staff__c)",
    ] {
        assert_eq!(world.refused(soql).0, MalformedQuery, "{soql}");
    }
    assert_eq!(world.org.coverage.refused().count(), 0);
    world.speaks("ar_EG");
    let (code, message) = world.refused("SELECT FORMAT(Staff__c) FROM Shop__c");
    assert_eq!(code, MalformedQuery);
    assert!(message.ends_with("unexpected token: 'FORMAT'"), "{message}");
    let counted: Vec<_> = world.org.coverage.refused().collect();
    assert_eq!(counted, [("SOQL FORMAT in the locale ar_EG", 1)]);
}

#[test]
fn an_org_with_one_currency_converts_nothing() {
    let mut world = shops();
    for soql in [
        "SELECT convertCurrency(Turnover__c) FROM Shop__c",
        "SELECT Id FROM Shop__c WHERE Turnover__c > USD5000",
    ] {
        let (code, message) = world.refused(soql);
        assert_eq!(code, MalformedQuery, "{soql}");
        assert!(message.contains("unexpected token: '"), "{message}");
    }
    assert_eq!(world.org.coverage.refused().count(), 0);
}

fn decimal(cell: &crate::Cell) -> Decimal {
    match cell {
        crate::Cell::Value(Value::Number(number)) => number.normalize(),
        cell => panic!("{cell:?}"),
    }
}

#[test]
fn amounts_are_converted_to_the_users_currency() {
    let mut world = markets();
    let page = world.page("SELECT convertCurrency(Turnover__c) FROM Shop__c");
    assert_eq!(&*page.rows[0].columns[0], "Turnover__c");
    let amounts: Vec<_> = page.rows.iter().map(|row| decimal(&row.cells[0]).to_string()).collect();
    assert_eq!(amounts, ["80", "4000.8", "4000"]);
    let soql = "SELECT convertCurrency(Main__r.Turnover__c) FROM Shop__c WHERE Name = 'Dollar'";
    assert_eq!(world.row(soql), ["{Turnover__c: Value(Number(80.0))}"]);
}

#[test]
fn formatted_money_names_its_currency_and_shows_the_users() {
    let mut world = markets();
    let soql = "SELECT FORMAT(Turnover__c), FORMAT(convertCurrency(Turnover__c)) own FROM Shop__c";
    let rows: Vec<Vec<String>> =
        world.page(soql).rows.iter().map(|row| row.cells.iter().map(text).collect()).collect();
    assert_eq!(
        rows,
        [
            ["JPY 15,000 (EUR 80.00)", "EUR 80.00"],
            ["USD 5,001.00 (EUR 4,000.80)", "EUR 4,000.80"],
            ["EUR 4,000.00", "EUR 4,000.00"],
        ]
    );
}

#[test]
fn without_rates_nothing_is_converted() {
    let currency = r#"{"name":"CurrencyIsoCode","type":"picklist","length":3},"#;
    let mut world = World::with(&[&SHOP.replace("CURRENCY", currency), CURRENCY_TYPE]);
    for soql in [
        "SELECT FORMAT(Turnover__c) FROM Shop__c",
        "SELECT convertCurrency(Turnover__c) FROM Shop__c",
        "SELECT Id FROM Shop__c WHERE Turnover__c > USD1",
    ] {
        assert_eq!(world.refused(soql).0, MalformedQuery, "{soql}");
    }
    let counted: Vec<_> = world.org.coverage.refused().collect();
    assert_eq!(counted, [("SOQL currencies without CurrencyType records", 3)]);
}

#[test]
fn a_currency_literal_is_compared_across_currencies_and_a_number_is_not() {
    let mut world = markets();
    let mut names = |condition: &str| {
        world.column(&format!("SELECT Name FROM Shop__c WHERE Turnover__c {condition}")).join(" ")
    };
    assert_eq!(names("> USD5000"), "Dollar");
    assert_eq!(names(">= usd5000"), "Dollar Euro");
    assert_eq!(names("= JPY750000"), "Euro");
    assert_eq!(names("IN (EUR4000, USD100)"), "Yen Euro");
    assert_eq!(names("< USD-1"), "");
    assert_eq!(names("> 5000"), "Yen Dollar");
}

#[test]
fn aggregates_and_orders_are_in_the_corporate_currency() {
    let mut world = markets();
    let page = world.page("SELECT SUM(Turnover__c), MAX(Turnover__c) FROM Shop__c");
    let sums: Vec<_> = page.rows[0].cells.iter().map(|cell| decimal(cell).to_string()).collect();
    assert_eq!(sums, ["10101", "5001"]);
    assert_eq!(world.row("SELECT FORMAT(MIN(Turnover__c)) least FROM Shop__c"), ["USD 100.00"]);
    let names = world.column("SELECT Name FROM Shop__c ORDER BY Turnover__c");
    assert_eq!(names, ["Yen", "Euro", "Dollar"]);
}

#[test]
fn currency_conversion_is_refused_where_the_platform_has_none() {
    let mut world = markets();
    for soql in [
        "SELECT Id FROM Shop__c WHERE convertCurrency(Turnover__c) > 1",
        "SELECT Id FROM Shop__c ORDER BY convertCurrency(Turnover__c)",
        "SELECT convertCurrency(MAX(Turnover__c)) FROM Shop__c",
        "SELECT convertCurrency(Staff__c) FROM Shop__c",
        "SELECT Name, MAX(Turnover__c) FROM Shop__c GROUP BY Name HAVING MAX(Turnover__c) > USD10",
        "SELECT Id FROM Shop__c WHERE Turnover__c IN (USD1, 2)",
        "SELECT Id FROM Shop__c WHERE Staff__c > USD1",
        "SELECT Id FROM Shop__c WHERE Turnover__c > CHF1",
    ] {
        assert_eq!(world.refused(soql).0, MalformedQuery, "{soql}");
    }
}

const FERRY: &str = "GEOLOCATION(37.775, -122.418)";

#[test]
fn distance_filters_orders_and_shows() {
    let mut world = shops();
    let near = format!("SELECT Name FROM Shop__c WHERE DISTANCE(Place__c, {FERRY}, 'mi') < 20");
    assert_eq!(world.column(&near), ["Ferry"]);
    let far = "SELECT Name FROM Shop__c WHERE distance(Place__c, geolocation(37.775,-122.418), 'KM') > 20";
    assert_eq!(world.column(far), ["Aloha"]);
    let ordered = format!(
        "SELECT Name FROM Shop__c WHERE Place__Longitude__s != null ORDER BY DISTANCE(Place__c, {FERRY}, 'km') DESC"
    );
    assert_eq!(world.column(&ordered), ["Aloha", "Ferry"]);
    let shown = format!(
        "SELECT DISTANCE(Place__c, {FERRY}, 'km'), DISTANCE(Place__c, {FERRY}, 'mi') miles FROM Shop__c"
    );
    let page = world.page(&shown);
    assert_eq!(*page.rows[0].columns, ["expr0".into(), "miles".into()]);
    let shown = |row: usize, cell: usize| decimal(&page.rows[row].cells[cell]).round().to_string();
    assert_eq!([shown(0, 0), shown(1, 0), shown(1, 1)], ["3", "3854", "2395"]);
    assert_eq!(text(&page.rows[2].cells[0]), "null");
}

#[test]
fn distance_knows_addresses_parents_and_second_fields() {
    let mut world = shops();
    let paris = "SELECT Name FROM Shop__c WHERE DISTANCE(HomeAddress, GEOLOCATION(48.9, 2.4), 'km') < 10";
    assert_eq!(world.column(paris), ["Ferry"]);
    let apart = "SELECT Name FROM Shop__c WHERE DISTANCE(Place__c, Main__r.Place__c, 'mi') > 2000";
    assert_eq!(world.column(apart), ["Aloha"]);
}

#[test]
fn distance_refuses_other_arguments_and_operators() {
    let mut world = shops();
    for condition in [
        format!("DISTANCE(Place__c, {FERRY}, 'mi') = 20"),
        format!("DISTANCE(Place__c, {FERRY}, 'mi') >= 20"),
        format!("DISTANCE(Place__c, {FERRY}, 'mi') IN (20)"),
        format!("DISTANCE({FERRY}, Place__c, 'mi') < 20"),
        format!("DISTANCE(Name, {FERRY}, 'mi') < 20"),
        format!("DISTANCE(Place__c, {FERRY}, 'ft') < 20"),
        format!("DISTANCE(Place__c, {FERRY}) < 20"),
        "DISTANCE(Place__c, GEOLOCATION(91, 0), 'mi') < 20".to_owned(),
        "DISTANCE(Place__c, GEOLOCATION(0, -181), 'mi') < 20".to_owned(),
        "DISTANCE(Place__c, GEOLOCATION(0), 'mi') < 20".to_owned(),
        "GEOLOCATION(1, 2) < 20".to_owned(),
    ] {
        let soql = format!("SELECT Id FROM Shop__c WHERE {condition}");
        assert_eq!(world.refused(&soql).0, MalformedQuery, "{soql}");
    }
    let grouped = format!("SELECT COUNT(Id) FROM Shop__c GROUP BY DISTANCE(Place__c, {FERRY}, 'mi')");
    assert_eq!(world.refused(&grouped).0, MalformedQuery);
}

#[test]
fn labels_are_shown_and_compared() {
    let mut world = shops();
    let mut names =
        |condition: &str| world.column(&format!("SELECT Name FROM Shop__c WHERE {condition}")).join(" ");
    assert_eq!(names("toLabel(Kind__c) = 'flower SHOP'"), "Ferry");
    assert_eq!(names("toLabel(Kind__c) LIKE '%shop'"), "Ferry");
    assert_eq!(names("toLabel(Kind__c) = 'f'"), "");
    assert_eq!(names("toLabel(Wares__c) INCLUDES ('Roses')"), "Ferry");
    assert_eq!(names("toLabel(Wares__c) INCLUDES ('roses;tulips', 'x')"), "Ferry");
    assert_eq!(names("toLabel(Wares__c) = 'Tulips'"), "Aloha");
    assert_eq!(names("toLabel(Main__r.Kind__c) = 'Flower shop'"), "Aloha");
    let soql = "SELECT toLabel(Kind__c), toLabel(Wares__c) FROM Shop__c WHERE Name = 'Ferry'";
    assert_eq!(world.row(soql), ["Flower shop", "Roses;Tulips"]);
    assert_eq!(world.refused("SELECT Id FROM Shop__c ORDER BY toLabel(Kind__c)").0, MalformedQuery);
}

#[test]
fn date_functions_take_one_field_or_one_in_the_users_zone() {
    let mut world = shops();
    let mut names =
        |condition: &str| world.column(&format!("SELECT Name FROM Shop__c WHERE {condition}")).join(" ");
    assert_eq!(names("HOUR_IN_DAY(Seen__c) = 22"), "Ferry");
    assert_eq!(names("HOUR_IN_DAY(convertTimezone(Seen__c)) = 15"), "Ferry");
    assert_eq!(names("WEEK_IN_YEAR(Opened__c) = 52"), "Ferry");
    assert_eq!(names("WEEK_IN_YEAR(Opened__c) = 1"), "Aloha");
    assert_eq!(names("WEEK_IN_MONTH(Opened__c) = 4"), "Ferry");
    for condition in [
        "convertTimezone(Seen__c) = 2024-01-01T00:00:00Z",
        "DAY_ONLY(Opened__c) = 2024-01-01",
        "HOUR_IN_DAY(Opened__c) = 1",
        "CALENDAR_YEAR(convertTimezone(Opened__c)) = 2015",
        "CALENDAR_YEAR(Name) = 2015",
        "CALENDAR_YEAR() = 2015",
        "CALENDAR_YEAR(DAY_ONLY(Seen__c)) = 2015",
    ] {
        let soql = format!("SELECT Id FROM Shop__c WHERE {condition}");
        assert_eq!(world.refused(&soql).0, MalformedQuery, "{soql}");
    }
    let soql = "SELECT Id FROM Shop__c WHERE CALENDAR_YEAR(Opened__c) = THIS_YEAR";
    assert_eq!(world.refused(soql).0, InvalidField);
}

#[test]
fn a_date_function_may_be_shown_of_a_grouped_date() {
    let mut world = shops();
    let soql = "SELECT CALENDAR_YEAR(Opened__c) y, COUNT(Id) n FROM Shop__c WHERE Opened__c != null \
                GROUP BY Opened__c ORDER BY Opened__c";
    let years: Vec<_> = world.page(soql).rows.iter().map(|row| text(&row.cells[0])).collect();
    assert_eq!(years, ["Value(Int(2015))", "Value(Int(2016))"]);
    let soql = "SELECT CALENDAR_YEAR(Seen__c) FROM Shop__c GROUP BY DAY_ONLY(Seen__c)";
    assert_eq!(world.refused(soql).0, MalformedQuery);
}
