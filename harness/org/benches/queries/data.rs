//! The same Accounts and Contacts in an org and in SQLite.

use mockorg_org::{Call, FieldInput, Input, Org, Reply};
use rusqlite::Connection;

use super::support;

/// The external id that the Accounts get for the benchmark.
const EXTERNAL_KEY: &str = r#"[{"name": "ExternalKey__c", "type": "string", "length": 40, "custom": true,
  "externalId": true, "unique": true, "idLookup": true}]"#;

const FIRST: &[&str] = &[
    "Aurora",
    "Blue Harbor",
    "Cedar",
    "Delta",
    "Evergreen",
    "Falcon",
    "Granite",
    "Horizon",
    "Ironwood",
    "Juniper",
    "Keystone",
    "Lakeside",
    "Meridian",
    "Northwind",
    "Orchard",
    "Pinnacle",
    "Quarry",
    "Redwood",
    "Summit",
    "Tidewater",
];
const SECOND: &[&str] =
    &["Robotics", "Logistics", "Studio", "Foods", "Energy", "Systems", "Partners", "Textiles"];
const INDUSTRIES: &[&str] = &[
    "Agriculture",
    "Apparel",
    "Banking",
    "Biotechnology",
    "Chemicals",
    "Construction",
    "Consulting",
    "Education",
    "Electronics",
    "Energy",
    "Finance",
    "Healthcare",
    "Insurance",
    "Manufacturing",
    "Media",
    "Retail",
    "Shipping",
    "Technology",
    "Transportation",
    "Utilities",
];
const TYPES: &[&str] = &["Prospect", "Customer - Direct", "Customer - Channel", "Technology Partner"];
const RATINGS: &[&str] = &["Hot", "Warm", "Cold"];
const STATES: &[&str] = &["TX", "WA", "VT", "CA", "NY", "OH", "OR"];

/// Which indexes SQLite declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Indexes {
    None,
    /// The id as primary key, and one on the external id.
    Declared,
}

/// The ids that the org gave.
pub(crate) struct Ids {
    pub(crate) accounts: Vec<String>,
    contacts: Vec<String>,
}

/// One value of a record.
enum Datum {
    Text(String),
    Number(u64),
}

/// A number that looks random and is the same every time.
fn scatter(number: usize, salt: u64) -> u64 {
    let mut mixed =
        (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ salt.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 29)
}

fn pick(choices: &[&str], number: usize, salt: u64) -> String {
    choices[(scatter(number, salt) % choices.len() as u64) as usize].to_owned()
}

/// The name of an Account.
pub(crate) fn account_name(number: usize) -> String {
    format!("{} {} {number}", pick(FIRST, number, 1), pick(SECOND, number, 2))
}

/// The external id of an Account.
pub(crate) fn external_key(number: usize) -> String {
    format!("erp-{:08x}-{number}", scatter(number, 3) as u32)
}

/// One of 200 cities.
pub(crate) fn city(number: u64) -> String {
    format!("Town {}", number % 200)
}

/// The fields of an Account in the shape of those that an org starts with.
fn account(number: usize) -> Vec<(&'static str, Datum)> {
    let text = Datum::Text;
    let town = city(scatter(number, 4));
    let street = format!("{} Congress Ave", scatter(number, 5) % 9_000 + 1);
    let state = pick(STATES, number, 6);
    let postal_code = format!("{:05}", scatter(number, 7) % 99_999);
    vec![
        ("Name", text(account_name(number))),
        ("AccountNumber", text(format!("AC-{number}"))),
        ("Type", text(pick(TYPES, number, 8))),
        ("Industry", text(pick(INDUSTRIES, number, 9))),
        ("Rating", text(pick(RATINGS, number, 10))),
        ("AnnualRevenue", Datum::Number(scatter(number, 11) % 200_000 * 1_000)),
        ("NumberOfEmployees", Datum::Number(scatter(number, 12) % 2_000)),
        ("Phone", text(format!("(512) 555-{:04}", scatter(number, 13) % 10_000))),
        ("Website", text(format!("https://account{number}.example"))),
        ("BillingStreet", text(street.clone())),
        ("BillingCity", text(town.clone())),
        ("BillingState", text(state.clone())),
        ("BillingPostalCode", text(postal_code.clone())),
        ("BillingCountry", text("USA".to_owned())),
        ("ShippingStreet", text(street)),
        ("ShippingCity", text(town)),
        ("ShippingState", text(state)),
        ("ShippingPostalCode", text(postal_code)),
        ("ShippingCountry", text("USA".to_owned())),
        ("ExternalKey__c", text(external_key(number))),
    ]
}

fn contact(number: usize) -> Vec<(&'static str, Datum)> {
    vec![
        ("FirstName", Datum::Text(pick(&["Maya", "Jonas", "Priya", "Tom"], number, 20))),
        (
            "LastName",
            Datum::Text(format!("{} {number}", pick(&["Okafor", "Lindqvist", "Raman"], number, 21))),
        ),
        ("Title", Datum::Text("Buyer".to_owned())),
        ("Email", Datum::Text(format!("contact{number}@account.example"))),
        ("Department", Datum::Text(pick(&["Engineering", "Purchasing"], number, 22))),
    ]
}

/// One Account in ten has a parent: one of those before it.
fn parent_of(number: usize) -> Option<usize> {
    (number > 0 && number.is_multiple_of(10)).then(|| (scatter(number, 30) % number as u64) as usize)
}

fn inputs(record: Vec<(&'static str, Datum)>, reference: Option<(&str, &str)>) -> Vec<FieldInput> {
    let mut fields: Vec<FieldInput> = record
        .into_iter()
        .map(|(name, value)| match value {
            Datum::Text(text) => support::field(name, Input::Text(text.into())),
            Datum::Number(number) => support::field(name, Input::Number(number.to_string().into())),
        })
        .collect();
    fields.extend(reference.map(|(name, id)| support::field(name, Input::Text(id.into()))));
    fields
}

/// The fields of an Account as a client sends them.
pub(crate) fn account_fields(number: usize, parent: Option<&str>) -> Vec<FieldInput> {
    inputs(account(number), parent.map(|id| ("ParentId", id)))
}

/// An org with Accounts, each with Contacts.
pub(crate) fn new_org(accounts: usize, contacts_each: usize) -> (Org, Ids) {
    let definition = support::definition_with("Account", EXTERNAL_KEY);
    let catalog = support::catalog(&["RevenueLifecycle".into()], &[&definition]);
    let mut org = support::org_with(&catalog, 1);
    let mut create = |object: &str, fields: Vec<FieldInput>| {
        let reply = support::call(&mut org, Call::Create { object: object.into(), fields }).unwrap();
        let Reply::Created(saved) = reply else { panic!("{reply:?}") };
        saved.id.to_string()
    };
    let mut ids = Ids { accounts: Vec::new(), contacts: Vec::new() };
    for number in 0..accounts {
        let parent = parent_of(number).map(|parent| ids.accounts[parent].as_str());
        let id = create("Account", account_fields(number, parent));
        ids.accounts.push(id);
    }
    for number in 0..accounts * contacts_each {
        let parent = ids.accounts[number % accounts].as_str();
        let id = create("Contact", inputs(contact(number), Some(("AccountId", parent))));
        ids.contacts.push(id);
    }
    (org, ids)
}

/// The same records in SQLite. Text compares there without regard to case, as it does in the org.
pub(crate) fn open_sqlite(ids: &Ids, contacts_each: usize, indexes: Indexes) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    let accounts = ids.accounts.len();
    let rows = |number: usize| {
        let parent = parent_of(number).map(|parent| ids.accounts[parent].as_str());
        (ids.accounts[number].as_str(), account(number), parent)
    };
    fill(&connection, ("Account", "ParentId"), indexes, (0..accounts).map(rows));
    let rows = |number: usize| {
        (ids.contacts[number].as_str(), contact(number), Some(ids.accounts[number % accounts].as_str()))
    };
    fill(&connection, ("Contact", "AccountId"), indexes, (0..accounts * contacts_each).map(rows));
    if indexes == Indexes::Declared {
        connection.execute_batch("CREATE INDEX ByExternalKey ON Account (ExternalKey__c)").unwrap();
    }
    connection.execute_batch("ANALYZE").unwrap();
    connection
}

fn fill<'i>(
    connection: &Connection,
    (table, reference): (&str, &str),
    indexes: Indexes,
    rows: impl Iterator<Item = (&'i str, Vec<(&'static str, Datum)>, Option<&'i str>)>,
) {
    let key = if indexes == Indexes::Declared { " PRIMARY KEY" } else { "" };
    let mut rows = rows.peekable();
    let Some((_, first, _)) = rows.peek() else { return };
    let columns: Vec<String> = first
        .iter()
        .map(|(name, value)| match value {
            Datum::Text(_) => format!("{name} TEXT COLLATE NOCASE"),
            Datum::Number(_) if *name == "NumberOfEmployees" => format!("{name} INTEGER"),
            Datum::Number(_) => format!("{name} REAL"),
        })
        .collect();
    let places = vec!["?"; columns.len() + 2].join(", ");
    let columns = columns.join(", ");
    connection
        .execute_batch(&format!("BEGIN; CREATE TABLE {table} (Id TEXT{key}, {columns}, {reference} TEXT)"))
        .unwrap();
    let mut insert = connection.prepare(&format!("INSERT INTO {table} VALUES ({places})")).unwrap();
    for (id, record, parent) in rows {
        insert.raw_bind_parameter(1, id).unwrap();
        let last = record.len() + 2;
        for (at, (_, value)) in record.into_iter().enumerate() {
            match value {
                Datum::Text(text) => insert.raw_bind_parameter(at + 2, text),
                Datum::Number(number) => insert.raw_bind_parameter(at + 2, number.cast_signed()),
            }
            .unwrap();
        }
        insert.raw_bind_parameter(last, parent).unwrap();
        insert.raw_execute().unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
}
