//! The objects and fields that statements are made of.

use super::{
    rng::Rng,
    value::{Datum, day, days},
};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text that compares without regard to case.
    Text,
    /// Text that compares with regard to case.
    Exact,
    /// One of these values, which sort in this order.
    Picklist(&'static [&'static str]),
    /// Any of these values, joined by `;`.
    Multi(&'static [&'static str]),
    Bool,
    Int,
    /// A number with at most three decimals.
    Number,
    Date,
    DateTime,
    Time,
    Id,
    /// The id of a record of this object.
    Reference(ObjectNo),
}

/// The place of an object in [`OBJECTS`].
pub(crate) type ObjectNo = usize;

/// A field.
#[derive(Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    /// The name of the parent behind a reference field.
    pub(crate) relationship: &'static str,
}

/// An object.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
    /// Relationship name, object and reference field of children.
    pub(crate) children: &'static [(&'static str, ObjectNo, &'static str)],
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: false, relationship: "" }
}

const fn required(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: true, relationship: "" }
}

const fn parent(name: &'static str, object: ObjectNo, relationship: &'static str) -> Field {
    Field { name, kind: Kind::Reference(object), required: false, relationship }
}

const INDUSTRIES: &[&str] = &["Agriculture", "Banking", "Finance", "Retail", "Utilities", "Other"];
const RATINGS: &[&str] = &["Hot", "Warm", "Cold"];
const SOURCES: &[&str] = &["Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"];
const STAGES: &[&str] = &["Prospecting", "Qualification", "Closed Won", "Closed Lost"];
const REGIONS: &[&str] = &["North", "East", "South", "West"];

const ACCOUNT: ObjectNo = 0;
const CONTACT: ObjectNo = 1;
const OPPORTUNITY: ObjectNo = 2;

/// Accounts above accounts; contacts and opportunities under accounts; contacts above contacts.
pub(crate) static OBJECTS: &[Object] = &[
    Object {
        name: "Account",
        fields: &[
            field("Id", Kind::Id),
            required("Name", Kind::Text),
            field("BillingCity", Kind::Text),
            field("Site", Kind::Text),
            field("Phone", Kind::Text),
            field("Industry", Kind::Picklist(INDUSTRIES)),
            field("Rating", Kind::Picklist(RATINGS)),
            field("NumberOfEmployees", Kind::Int),
            field("AnnualRevenue", Kind::Number),
            field("Code__c", Kind::Exact),
            field("Score__c", Kind::Number),
            field("Active__c", Kind::Bool),
            field("Founded__c", Kind::Date),
            field("Reviewed__c", Kind::DateTime),
            field("OpensAt__c", Kind::Time),
            field("Regions__c", Kind::Multi(REGIONS)),
            parent("ParentId", ACCOUNT, "Parent"),
        ],
        children: &[
            ("ChildAccounts", ACCOUNT, "ParentId"),
            ("Contacts", CONTACT, "AccountId"),
            ("Opportunities", OPPORTUNITY, "AccountId"),
        ],
    },
    Object {
        name: "Contact",
        fields: &[
            field("Id", Kind::Id),
            required("LastName", Kind::Text),
            field("FirstName", Kind::Text),
            field("Department", Kind::Text),
            field("LeadSource", Kind::Picklist(SOURCES)),
            field("Birthdate", Kind::Date),
            field("Points__c", Kind::Number),
            field("Subscribed__c", Kind::Bool),
            parent("AccountId", ACCOUNT, "Account"),
            parent("ReportsToId", CONTACT, "ReportsTo"),
        ],
        children: &[],
    },
    Object {
        name: "Opportunity",
        fields: &[
            field("Id", Kind::Id),
            required("Name", Kind::Text),
            required("StageName", Kind::Picklist(STAGES)),
            field("Amount", Kind::Number),
            field("TotalOpportunityQuantity", Kind::Number),
            required("CloseDate", Kind::Date),
            field("IsPrivate", Kind::Bool),
            field("SignedAt__c", Kind::DateTime),
            parent("AccountId", ACCOUNT, "Account"),
        ],
        children: &[],
    },
];

/// The fields that the standard objects get for the test: object, field definition.
pub(crate) const CUSTOM_FIELDS: &[(&str, &str)] = &[
    (
        "Account",
        r#"[{"name": "Code__c", "type": "string", "length": 20, "custom": true, "caseSensitive": true, "externalId": true, "idLookup": true},
        {"name": "Score__c", "type": "double", "precision": 18, "scale": 3, "custom": true},
        {"name": "Active__c", "type": "boolean", "custom": true},
        {"name": "Founded__c", "type": "date", "custom": true},
        {"name": "Reviewed__c", "type": "datetime", "custom": true},
        {"name": "OpensAt__c", "type": "time", "custom": true},
        {"name": "Regions__c", "type": "multipicklist", "custom": true, "picklistValues": ["North", "East", "South", "West"]}]"#,
    ),
    (
        "Contact",
        r#"[{"name": "Points__c", "type": "double", "precision": 18, "scale": 3, "custom": true},
        {"name": "Subscribed__c", "type": "boolean", "custom": true}]"#,
    ),
    ("Opportunity", r#"[{"name": "SignedAt__c", "type": "datetime", "custom": true}]"#),
];

/// Case beyond ASCII is left out, because SQLite does not know it; so are trailing blanks, which are not kept.
const WORDS: &[&str] = &[
    "Acme",
    "ACME",
    "acme",
    "Acme Corp",
    "acme corp",
    "Beta",
    "beta",
    "Zeta",
    "zeta 2",
    "100%",
    "1000",
    "100",
    "a_b",
    "axb",
    "A_B",
    "AxB",
    "O'Neil",
    "o'neil",
    "say \"hi\"",
    "back\\slash",
    "x\\y",
    "a\\_b",
    "_lead",
    "%",
    "_",
    "-",
    "[x]",
    "x",
    "X",
    "ÉCOLE",
    "日本",
    "日本1",
    "€5",
    "tab\there",
    "line\nbreak",
    "Oslo",
    "OSLO",
    "Bergen",
    "null",
    "true",
    "12.5",
    "a*b",
    "a?b",
    "aa",
    "aaa",
    "AAb",
    "TODAY",
    " lead",
    "~",
    "^x",
    "`x",
];

impl Object {
    /// The field of this name.
    pub(crate) fn field(&self, name: &str) -> &'static Field {
        self.fields.iter().find(|field| field.name == name).unwrap_or_else(|| panic!("no field {name}"))
    }
}

/// A value for a field, often one that other records have, too. `today` is in days since 1970; `ids` gives
/// the ids of the records of an object.
pub(crate) fn random_value(rng: &mut Rng, kind: Kind, today: i64, ids: &[Vec<String>]) -> Datum {
    match kind {
        Kind::Text => Datum::Text((*rng.pick(WORDS)).to_owned()),
        Kind::Exact => Datum::Text((*rng.pick(&WORDS[..24])).to_owned()),
        Kind::Picklist(values) => Datum::Text((*rng.pick(values)).to_owned()),
        Kind::Multi(values) => {
            let chosen: Vec<&str> = values.iter().copied().filter(|_| rng.chance(40)).collect();
            if chosen.is_empty() { Datum::Text(values[0].to_owned()) } else { Datum::Text(chosen.join(";")) }
        }
        Kind::Bool => Datum::Bool(rng.chance(50)),
        Kind::Int => Datum::Int(*rng.pick(&[0, 1, 2, 3, 5, 10, 50, 100, 1000, 99_999, -4])),
        Kind::Number => Datum::Number(*rng.pick(&[
            0.0,
            1.0,
            1.5,
            -1.5,
            2.25,
            10.0,
            10.1,
            99.99,
            1e3,
            1e7,
            12_345_678.125,
            0.001,
            -0.5,
            100.0,
            3.0,
        ])),
        Kind::Date => Datum::Date(near(rng, today)),
        Kind::DateTime => Datum::DateTime(instant_on(rng, today)),
        Kind::Time => Datum::Time(*rng.pick(&[0, 1_000, 3_600_000, 43_200_000, 45_045_000, 86_399_000])),
        Kind::Id => {
            let object = rng.below(ids.len());
            Datum::Id(rng.pick(&ids[object]).clone())
        }
        Kind::Reference(object) => Datum::Id(rng.pick(&ids[object]).clone()),
    }
}

/// A day near today, or at an edge of its month.
fn near(rng: &mut Rng, today: i64) -> i64 {
    match rng.below(6) {
        0 => today + rng.between(-2, 2),
        1 => today + rng.between(-10, 10),
        2 => today + rng.between(-45, 45),
        3 => today + rng.between(-800, 800),
        4 => {
            let civil = day(today + rng.between(-400, 400));
            days(civil.first_of_month())
        }
        _ => {
            let civil = day(today + rng.between(-400, 400));
            days(civil.last_of_month())
        }
    }
}

/// An instant near today, often at midnight of some time zone.
fn instant_on(rng: &mut Rng, today: i64) -> i64 {
    const DAY: i64 = 86_400_000;
    let hour = *rng.pick(&[0, 7, 8, 12, 15, 23]);
    let second = *rng.pick(&[0, 0, 0, 1, 3_599, 1_800]);
    near(rng, today) * DAY + (hour * 3_600 + second) * 1_000
}
