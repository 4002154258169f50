//! Random values, documents and records, good and bad.

use std::{fs, path::Path, sync::LazyLock};

use mockorg_org::catalog::{FieldDef, FieldType, SupportedCall};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};
use serde_json::Value as Json;

use super::org::STARTER;

/// The same text with a few pieces cut out, doubled or replaced.
pub(super) fn mutated(text: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let change = (
        any::<Index>(),
        0..12_usize,
        select(vec![
            "",
            "'",
            "\"",
            "%",
            "{",
            "]",
            ",",
            "\u{e9}",
            "\0",
            "9999999999999999999999",
            "-",
            "\r\n",
        ]),
    );
    (
        text,
        prop_oneof![2 => Just(0..1_usize), 1 => Just(0..4)]
            .prop_flat_map(move |count| vec(change.clone(), count)),
    )
        .prop_map(|(mut text, changes)| {
            for (at, length, piece) in changes {
                let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
                let from = at.index(places.len());
                let to = (from + length).min(places.len() - 1);
                text.replace_range(places[from]..places[to], piece);
            }
            text
        })
}

/// Values of members, good and bad.
pub(super) fn scalars() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        "\\PC{0,12}".prop_map(Json::from),
        select(&**SEGMENTS).prop_map(Json::from),
        select(vec![
            "2026-01-31",
            "2026-01-31T00:00:00Z",
            "9999-12-31",
            "0000-01-01",
            "1E400",
            "25:00:00Z",
            "Activated",
            "P1D",
            "PT1H"
        ])
        .prop_map(Json::from),
    ]
}

/// A record or another document in JSON, whose names are mostly fields that exist.
pub(super) fn documents() -> impl Strategy<Value = String> {
    let value = scalars().prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Json::from),
            vec((names(), inner), 0..3).prop_map(|members| members.into_iter().collect::<Json>()),
        ]
    });
    vec((names(), value), 0..5).prop_map(|members| members.into_iter().collect::<Json>().to_string())
}

pub(super) fn names() -> impl Strategy<Value = String> {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let objects = STARTER.catalog().objects().iter();
        let mut names: Vec<_> =
            objects.flat_map(|object| &object.fields).map(|field| field.name.to_string()).collect();
        names.sort_unstable();
        names.dedup();
        names
    });
    let others = "assetIds assetIdArray renewalStartDate renewalEndDate inputs orderId attributes type advance set freeze";
    prop_oneof![4 => select(&**NAMES), 1 => select(others.split(' ').map(str::to_owned).collect::<Vec<_>>())]
}

/// A literal of the field's type.
pub(super) fn literal(field: &FieldDef, pick: Index, other: String) -> String {
    match typed(field, pick) {
        Some(Json::String(text)) if matches!(field.field_type, FieldType::Date | FieldType::DateTime) => text,
        Some(Json::String(text)) => format!("'{text}'"),
        Some(value) => value.to_string(),
        None => other,
    }
}

/// Literals of SOQL, good and bad.
pub(super) fn values() -> impl Strategy<Value = String> {
    let fixed = "null true 'x' '' ('a','%') (null) 1.5e300 -99999999999999999999999999999999 2026-01-01 \
        9999-12-31T23:59:59-14:00 0000-01-01T00:00:00Z TODAY LAST_N_DAYS:2147483647 NEXT_N_YEARS:99999 \
        NEXT_N_FISCAL_QUARTERS:9999999999 N_MONTHS_AGO:100000 EUR5000 '001' 'a;b' (1,'x')";
    prop_oneof![3 => select(fixed.split_whitespace().map(str::to_owned).collect::<Vec<_>>()), 1 => "\\PC{0,8}"]
}

/// A record whose values have the types of its fields, so that a write gets past the first checks.
pub(super) fn records() -> impl Strategy<Value = (usize, String)> {
    let members = vec((any::<Index>(), any::<Index>(), scalars()), 0..8);
    (select(creatable()), members, any::<bool>(), any::<Index>()).prop_map(
        |(object, members, with_required, first)| {
            let def = &STARTER.catalog().objects()[object];
            let writable: Vec<_> = def.fields.iter().filter(|field| field.createable).collect();
            let required = writable
                .iter()
                .filter(|field| with_required && !field.nillable && !field.defaulted_on_create);
            let chosen =
                required.map(|field| (*field, first, Json::Null)).chain(members.into_iter().filter_map(
                    |(at, pick, other)| Some((*writable.get(at.index(writable.len().max(1)))?, pick, other)),
                ));
            let record: Json = chosen
                .map(|(field, pick, other)| (field.name.to_string(), typed(field, pick).unwrap_or(other)))
                .collect();
            (object, record.to_string())
        },
    )
}

/// The objects that can be created, by their place.
pub(super) fn creatable() -> Vec<usize> {
    let objects = STARTER.catalog().objects().iter().enumerate();
    objects.filter(|(_, object)| object.supports(SupportedCall::Create)).map(|(at, _)| at).collect()
}

/// A value of the field's type, some at the ends of what it takes; `None` for any value.
pub(super) fn typed(field: &FieldDef, pick: Index) -> Option<Json> {
    let one_of = |texts: &[&str]| Some(Json::from(texts[pick.index(texts.len())]));
    if let Some(object) = field.reference_to.first() {
        let ids: Vec<_> = STARTER.records(object).map(|record| record.id().to_string()).collect();
        return Some(ids.get(pick.index(ids.len().max(1)))?.as_str().into());
    }
    if !field.picklist_values.is_empty() {
        return Some((*field.picklist_values[pick.index(field.picklist_values.len())].value).into());
    }
    match field.field_type {
        FieldType::Boolean => Some(Json::Bool(pick.index(2) == 1)),
        FieldType::Date => one_of(&["2026-01-31", "2026-02-28", "9999-12-31", "0001-01-01", "1582-10-10"]),
        FieldType::DateTime => {
            one_of(&["2026-01-31T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+18:00"])
        }
        FieldType::Int | FieldType::Double | FieldType::Currency | FieldType::Percent => Some(
            serde_json::from_str(
                ["1", "0", "-1", "12", "2147483647", "99999999999999", "0.0000001", "1e20"][pick.index(8)],
            )
            .unwrap(),
        ),
        _ => one_of(&["x", "Some text", "a@b.example", "\u{1}\u{ffff}", "   "]),
    }
}

/// What stands in the place of a segment: names and ids that exist, and what clients send by mistake.
pub(super) static SEGMENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let ids = ["Account", "Contact", "Asset", "Order", "Product2", "PricebookEntry", "User", "Organization"]
        .iter()
        .filter_map(|object| STARTER.records(object).next())
        .map(|record| record.id().to_string());
    let objects = STARTER.catalog().objects().iter().map(|object| object.name.to_string());
    let names = "Id Name OwnerId Owner Account Contacts describe 001 000000000000000AAA Nonsense__c %00 %ff \
                 %F0%9F%92%A9 a%2Fb .. .json x.xml createOrUpdateAssetFromOrder 01gRO0000016PIAYA2-2000 -1"
        .split(' ')
        .map(str::to_owned);
    ids.chain(objects).chain(names).collect()
});

pub(super) static STATEMENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/soql");
    let files = ["trees.soql", "invalid.soql"].map(|file| fs::read_to_string(root.join(file)).unwrap());
    let blocks = files.iter().flat_map(|text| text.split("\n---\n"));
    blocks.map(|block| block.split("\n==>\n").next().unwrap_or_default().to_owned()).collect()
});
