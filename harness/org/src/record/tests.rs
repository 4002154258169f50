//! Tests of tables as a whole.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::date;
use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

use crate::{
    RecordId, Timestamp, Value, ValueRef,
    catalog::{Catalog, DefinitionSource, SObjectDef, Slot},
};

use super::{CHUNK_ROWS, Data, Record, RowNo, Savepoint, Store, Table};

const ROCKET: &str = r#"{"name": "Rocket__c", "label": "Rocket", "keyPrefix": "a00", "custom": true, "calls": ["create", "query"],
  "fields": [{"system": "Id"}, {"system": "IsDeleted"},
    {"name": "Name", "type": "string", "length": 80, "nameField": true},
    {"name": "Code__c", "type": "string", "length": 40, "unique": true, "externalId": true, "custom": true},
    {"name": "Parent__c", "type": "reference", "referenceTo": ["Rocket__c"], "relationshipName": "Parent__r", "custom": true},
    {"name": "Rating__c", "type": "picklist", "length": 40, "custom": true},
    {"name": "City__c", "type": "string", "length": 40, "custom": true},
    {"name": "Story__c", "type": "textarea", "length": 32000, "custom": true},
    {"name": "Thrust__c", "type": "double", "precision": 18, "scale": 2, "custom": true},
    {"name": "Stages__c", "type": "int", "digits": 8, "custom": true},
    {"name": "Built__c", "type": "date", "custom": true},
    {"name": "Launch__c", "type": "datetime", "custom": true},
    {"name": "Window__c", "type": "time", "custom": true},
    {"name": "Plan__c", "type": "base64", "length": 1000, "custom": true},
    {"name": "Extra__c", "type": "anyType", "custom": true}]}"#;

fn catalog() -> Arc<Catalog> {
    let source = DefinitionSource { origin: "Rocket__c.json", json: ROCKET };
    Arc::new(Catalog::build(&[source], &[]).unwrap())
}

fn rocket(catalog: &Catalog) -> &SObjectDef {
    catalog.find_any("Rocket__c").unwrap()
}

fn id(number: u64) -> RecordId {
    RecordId::compose(*b"a00", *b"xx0", number)
}

fn record(object: &SObjectDef, number: u64, values: &[(&str, Value)]) -> Record {
    let mut record = Record::new(object, id(number));
    record.set(object.slot("IsDeleted").unwrap(), Value::Bool(false));
    for (name, value) in values {
        record.set(object.slot(name).unwrap(), value.clone());
    }
    record
}

fn full(object: &SObjectDef, number: u64) -> Record {
    let day = date(2026, 1, 1 + (number % 28) as i8);
    record(
        object,
        number,
        &[
            ("Name", Value::text(format!("Rocket {number}"))),
            ("Code__c", Value::text(format!("R-{number}"))),
            ("Parent__c", Value::Id(id(number / 10))),
            ("Rating__c", Value::text(["Hot", "Warm", "Cold"][number as usize % 3])),
            ("City__c", Value::text(format!("City {number}"))),
            ("Story__c", Value::text("Once upon a time. ".repeat(number as usize % 7))),
            ("Thrust__c", Value::Number(Decimal::new(number as i64 * 100, 2))),
            ("Stages__c", Value::Int(number as i64 % 5)),
            ("Built__c", Value::Date(day)),
            ("Launch__c", Value::DateTime(Timestamp::start_of(day))),
            ("Window__c", Value::Time(number as u32 * 1000)),
            ("Plan__c", Value::Blob(Arc::from([number as u8, 7]))),
            ("Extra__c", if number.is_multiple_of(2) { Value::Int(1) } else { Value::text("one") }),
        ],
    )
}

fn filled(object: &SObjectDef, records: u64) -> Table {
    let mut table = Table::new(object);
    for number in 0..records {
        assert!(table.put(object, full(object, number)).is_none());
    }
    table
}

fn stored(table: &Table, object: &SObjectDef, number: u64) -> Option<Record> {
    table.view(object, id(number)).map(super::RecordView::to_record)
}

fn numbers(table: &Table, object: &SObjectDef) -> Vec<RecordId> {
    table.views(object).map(|view| view.id()).collect()
}

#[test]
fn every_kind_of_value_reads_back_as_it_was_written() {
    let catalog = catalog();
    let object = rocket(&catalog);
    let table = filled(object, 3000);
    assert_eq!((table.len(), table.live_len(), table.chunks().len()), (3000, 3000, 3));
    for number in 0..3000 {
        let record = full(object, number);
        assert_eq!(stored(&table, object, number).as_ref(), Some(&record));
        let view = table.view(object, id(number)).unwrap();
        assert_eq!(view.id(), id(number));
        for field in &object.fields {
            assert_eq!(view.get(&field.name), *record.get(field.slot), "{}", field.name);
        }
    }
    assert!(table.view(object, id(3000)).is_none());
}

#[test]
fn columns_are_of_the_kind_of_their_field() {
    let catalog = catalog();
    let object = rocket(&catalog);
    let table = filled(object, 600);
    let kind = |name: &str| {
        let column = table.chunks()[0].column(object.slot(name).unwrap()).unwrap();
        assert!(column.valid().count() > 500);
        match column.data() {
            Data::Bool(_) => "bool",
            Data::Int(_) => "int",
            Data::Number(_) => "number",
            Data::Text(_) => "text",
            Data::Choice(_) => "choice",
            Data::Date(_) => "date",
            Data::DateTime(_) => "datetime",
            Data::Time(_) => "time",
            Data::Id(_) => "id",
            Data::Other(_) => "other",
        }
    };
    for (name, expected) in [
        ("Id", "id"),
        ("IsDeleted", "bool"),
        ("Name", "text"),
        ("Code__c", "text"),
        ("Parent__c", "id"),
        ("Rating__c", "choice"),
        // Short texts are kept as choices until they turn out to differ.
        ("City__c", "text"),
        ("Story__c", "text"),
        ("Thrust__c", "number"),
        ("Stages__c", "int"),
        ("Built__c", "date"),
        ("Launch__c", "datetime"),
        ("Window__c", "time"),
        ("Plan__c", "other"),
        ("Extra__c", "other"),
    ] {
        assert_eq!(kind(name), expected, "{name}");
    }
}

#[test]
fn a_field_that_is_always_null_takes_no_column() {
    let catalog = catalog();
    let object = rocket(&catalog);
    let mut table = Table::new(object);
    table.put(object, record(object, 1, &[("Name", "Ariane".into())]));
    let chunk = &table.chunks()[0];
    assert!(chunk.column(object.slot("Thrust__c").unwrap()).is_none());
    assert_eq!(table.view(object, id(1)).unwrap().get("Thrust__c"), ValueRef::Null);
    assert!(table.put(object, full(object, 1)).is_some_and(|before| before.len() > 10));
    assert_eq!(stored(&table, object, 1), Some(full(object, 1)));
}

#[test]
fn values_of_another_type_than_the_fields_are_kept_as_they_are() {
    let catalog = catalog();
    let object = rocket(&catalog);
    let strange = [
        Value::Int(7),
        Value::text("text"),
        Value::Bool(true),
        Value::Number(Decimal::new(150, 2)),
        Value::Time(1),
        Value::Date(date(2026, 5, 5)),
        Value::DateTime(Timestamp::from_millis(-1)),
        Value::Id(id(9)),
        Value::Blob(Arc::from([1, 2])),
        Value::Nested(Arc::from([Box::from([Value::Int(1)])])),
        Value::Text(Arc::from("")),
    ];
    for field in object.fields.iter().filter(|field| &*field.name != "Id") {
        for value in &strange {
            let mut table = filled(object, 20);
            let mut record = full(object, 3);
            record.set(field.slot, value.clone());
            table.put(object, record.clone());
            assert_eq!(stored(&table, object, 3), Some(record), "{} {value:?}", field.name);
            assert_eq!(stored(&table, object, 4), Some(full(object, 4)));
            table.put(object, full(object, 3));
            assert_eq!(stored(&table, object, 3), Some(full(object, 3)));
        }
    }
}

#[test]
fn an_update_tells_what_was_there_in_the_fields_that_changed() {
    let catalog = catalog();
    let object = rocket(&catalog);
    let slot = |name: &str| object.slot(name).unwrap();
    let mut table = filled(object, 5);
    let mut changed = full(object, 2);
    changed.set(slot("Rating__c"), Value::Null);
    // Equal as a number, but printed with other decimal places.
    changed.set(slot("Thrust__c"), Value::Number(Decimal::new(2, 0)));
    let before = table.put(object, changed.clone()).unwrap();
    assert_eq!(
        *before,
        [(slot("Rating__c"), "Cold".into()), (slot("Thrust__c"), Value::Number(Decimal::new(200, 2)))]
    );
    assert_eq!(stored(&table, object, 2).unwrap().get(slot("Thrust__c")).as_number().unwrap().scale(), 0);
    table.put_cells(object, id(2), before);
    assert_eq!(stored(&table, object, 2), Some(full(object, 2)));
    assert!(table.put(object, full(object, 2)).is_some_and(|before| before.is_empty()));
}

#[test]
fn keys_are_found_in_any_case_unless_case_counts() {
    let catalog = catalog();
    let object = rocket(&catalog);
    let name = object.slot("Name").unwrap();
    let mut table = Table::new(object);
    for (number, text) in ["Straße", "STRASSE", "strasse", "Strasse 2"].into_iter().enumerate() {
        table.put(object, record(object, number as u64, &[("Name", text.into())]));
    }
    assert!(table.has_key_index(name) && !table.has_reference_index(name));
    let find =
        |text: &str, case_sensitive| table.by_key(name, &text.into(), case_sensitive).collect::<Vec<_>>();
    assert_eq!(find("sTRASSE", false), [id(0), id(1), id(2)]);
    assert_eq!(find("STRASSE", true), [id(1)]);
    assert_eq!(find("sTRASSE", true), []);
    assert_eq!(table.by_key(name, &Value::Null, false).count(), 0);
    assert_eq!(table.by_key(object.slot("City__c").unwrap(), &"Oslo".into(), false).count(), 0);
}

#[test]
fn children_move_with_their_reference() {
    let catalog = catalog();
    let object = rocket(&catalog);
    let parent = object.slot("Parent__c").unwrap();
    let mut table = filled(object, 40);
    assert_eq!(table.children(parent, id(1)).collect::<Vec<_>>(), (10..20).map(id).collect::<Vec<_>>());
    let mut moved = full(object, 12);
    moved.set(parent, Value::Id(id(3)));
    table.put(object, moved);
    table.remove(object, id(35));
    let children: Vec<_> =
        table.child_rows(parent, id(3)).map(|row| table.view_at(object, row).id()).collect();
    assert_eq!(children, [12, 30, 31, 32, 33, 34, 36, 37, 38, 39].map(id));
    assert_eq!(table.children(parent, id(1)).count(), 9);
}

#[test]
fn the_recycle_bin_counts_apart() {
    let catalog = catalog();
    let object = rocket(&catalog);
    let slot = object.slot("IsDeleted").unwrap();
    let mut table = filled(object, 3);
    let mut deleted = full(object, 1);
    deleted.set(slot, Value::Bool(true));
    table.put(object, deleted);
    assert_eq!((table.len(), table.live_len()), (3, 2));
    table.remove(object, id(1));
    assert_eq!((table.len(), table.live_len()), (2, 2));
    table.remove(object, id(0));
    assert_eq!((table.len(), table.live_len()), (1, 1));
}

#[test]
fn rows_that_come_out_of_order_are_still_listed_by_id() {
    let catalog = catalog();
    let object = rocket(&catalog);
    let parent = object.slot("Parent__c").unwrap();
    let mut table = Table::new(object);
    for number in [5, 9, 7, 1, 8] {
        let mut record = full(object, number);
        record.set(parent, Value::Id(id(0)));
        table.put(object, record);
    }
    assert!(!table.in_id_order());
    assert_eq!(numbers(&table, object), [1, 5, 7, 8, 9].map(id));
    assert_eq!(table.children(parent, id(0)).collect::<Vec<_>>(), [1, 5, 7, 8, 9].map(id));
    assert_eq!(table.row_of(id(7)), Some(RowNo::new(0, 2)));
    for number in [5, 9, 7, 1, 8] {
        table.remove(object, id(number));
    }
    table.tidy(object);
    assert!(table.in_id_order() && table.chunks().is_empty());
}

#[test]
fn a_table_that_has_lost_most_of_its_records_is_built_anew() {
    let catalog = catalog();
    let object = rocket(&catalog);
    let mut table = filled(object, 5000);
    table.next_auto_number(Slot(0));
    for number in (0..5000).filter(|number| number % 4 != 0) {
        table.remove(object, id(number));
    }
    assert_eq!(table.chunks().len(), 5);
    table.tidy(object);
    assert_eq!(table.chunks().len(), 2);
    assert_eq!(table.next_auto_number(Slot(0)), 2);
    assert_eq!((table.len(), table.live_len()), (1250, 1250));
    assert_eq!(numbers(&table, object), (0..5000).step_by(4).map(id).collect::<Vec<_>>());
    let code = object.slot("Code__c").unwrap();
    assert_eq!(table.by_key(code, &"r-4996".into(), false).collect::<Vec<_>>(), [id(4996)]);
    assert_eq!(stored(&table, object, 4996), Some(full(object, 4996)));
}

#[test]
fn a_rolled_back_transaction_leaves_rows_and_order_as_they_were() {
    let catalog = catalog();
    let object = rocket(&catalog);
    let mut store = Store::new(Arc::clone(&catalog), *b"xx0");
    for number in 0..CHUNK_ROWS as u64 {
        store.put(object.index, full(object, number));
    }
    store.commit();
    let savepoint = store.savepoint();
    for number in CHUNK_ROWS as u64 - 30..CHUNK_ROWS as u64 {
        store.erase(object.index, id(number));
    }
    store.put(object.index, full(object, 5000));
    let mut changed = full(object, 7);
    changed.set(object.slot("Name").unwrap(), "New".into());
    store.put(object.index, changed);
    store.erase(object.index, id(7));
    store.rollback(savepoint);
    let table = store.table(object.index);
    assert_eq!((table.chunks().len(), table.len(), table.in_id_order()), (1, CHUNK_ROWS, true));
    for number in 0..CHUNK_ROWS as u64 {
        assert_eq!(stored(table, object, number), Some(full(object, number)));
    }
    store.erase(object.index, id(CHUNK_ROWS as u64 - 1));
    store.commit();
    store.rollback(Savepoint::START);
    assert_eq!(store.table(object.index).chunks()[0].len(), CHUNK_ROWS - 1);
}

#[test]
fn a_clone_shares_chunks_until_either_side_writes() {
    let catalog = catalog();
    let object = rocket(&catalog);
    let mut table = filled(object, 3000);
    let clone = table.clone();
    let mut changed = full(object, 10);
    changed.set(object.slot("Name").unwrap(), "Other".into());
    table.put(object, changed.clone());
    table.remove(object, id(20));
    let shared = table.chunks().iter().zip(clone.chunks()).map(|(one, other)| Arc::ptr_eq(one, other));
    assert_eq!(shared.collect::<Vec<_>>(), [false, true, true]);
    assert_eq!(stored(&table, object, 10), Some(changed));
    assert_eq!(stored(&clone, object, 10), Some(full(object, 10)));
    assert_eq!(stored(&clone, object, 20), Some(full(object, 20)));
    let name = object.slot("Name").unwrap();
    assert_eq!(clone.by_key(name, &"rocket 10".into(), false).collect::<Vec<_>>(), [id(10)]);
    assert_eq!(table.by_key(name, &"rocket 10".into(), false).count(), 0);
    assert_eq!((table.len(), clone.len()), (2999, 3000));
}

/// A step of the comparison with the model: a record's number, whether it stays, and what it then holds.
type Step = (u64, u8, Option<String>, Option<u64>, Option<String>, Option<i64>);

fn step() -> impl Strategy<Value = Step> {
    let text = || proptest::option::of("[a-bA-BßÄä]{1,2}");
    (0..60_u64, 0..8_u8, text(), proptest::option::of(0..4_u64), text(), proptest::option::of(0..20_i64))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn a_table_is_a_map_of_records_with_indexes(steps in vec(step(), 0..250), ascending: bool) {
        let catalog = catalog();
        let object = rocket(&catalog);
        let slot = |name: &str| object.slot(name).unwrap();
        let (name, parent) = (slot("Name"), slot("Parent__c"));
        let mut table = Table::new(object);
        let mut model: BTreeMap<RecordId, Record> = BTreeMap::new();
        if ascending {
            for number in 0..60 {
                table.put(object, record(object, number, &[]));
                model.insert(id(number), record(object, number, &[]));
            }
        }
        for (number, kind, text, up, city, thrust) in steps {
            if kind == 0 {
                prop_assert_eq!(table.remove(object, id(number)), model.remove(&id(number)));
            } else {
                let record = record(object, number, &[
                    ("IsDeleted", Value::Bool(kind == 1)),
                    ("Name", text.map(Value::text).into()),
                    ("Parent__c", up.map(id).into()),
                    ("City__c", city.map(Value::text).into()),
                    // Whole numbers among numbers make the column lose its type.
                    ("Thrust__c", thrust.map(|n| if n == 0 { Value::Int(n) } else { Value::Number(Decimal::new(n, 1)) }).into()),
                ]);
                let before = table.put(object, record.clone());
                prop_assert_eq!(before.is_some(), model.insert(id(number), record).is_some());
            }
            if kind == 2 {
                table.tidy(object);
            }
        }
        prop_assert_eq!(table.views(object).map(super::RecordView::to_record).collect::<Vec<_>>(), model.values().cloned().collect::<Vec<_>>());
        prop_assert_eq!(table.len(), model.len());
        prop_assert_eq!(table.live_len(), model.values().filter(|record| !record.is_deleted(object)).count());
        let ids = |matches: &dyn Fn(&Record) -> bool| model.values().filter(|record| matches(record)).map(Record::id).collect::<Vec<_>>();
        for number in 0..60 {
            prop_assert_eq!(table.contains(id(number)), model.contains_key(&id(number)));
            let expected = ids(&|record| record.get(parent).as_id() == Some(id(number)));
            prop_assert_eq!(table.children(parent, id(number)).collect::<Vec<_>>(), expected);
        }
        for text in ["a", "AB", "ß", "SS", "ää", "bÄ"] {
            let expected = ids(&|record| record.get(name).as_text().is_some_and(|own| crate::text_equal(own, text)));
            prop_assert_eq!(table.by_key(name, &text.into(), false).collect::<Vec<_>>(), expected);
            let expected = ids(&|record| record.get(name).as_text() == Some(text));
            prop_assert_eq!(table.by_key(name, &text.into(), true).collect::<Vec<_>>(), expected);
        }
    }
}
