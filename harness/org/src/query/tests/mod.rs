//! Tests of SOQL against a small org.

mod child_paging;
mod conditions;
mod dates;
mod errors;
mod functions;
mod limits;
mod order;
mod paging;
mod scopes;
mod select;

use std::sync::Arc;

use crate::{
    ApiError, ApiVersion, Cell, ErrorCode, Org, QueryPage, Record, RecordId, Row, Settings, Timestamp, Value,
    catalog::{Catalog, DefinitionSource},
    ctx::Ctx,
    parse_date,
    sink::PageTree,
};

const DEFINITIONS: &[&str] = &[
    r#"{"name":"User","label":"User","keyPrefix":"005","calls":["query"],"fields":[{"system":"Id"},
      {"name":"Username","type":"string","length":80,"idLookup":true},{"name":"Name","type":"string","length":80,"nameField":true},
      {"name":"IsActive","type":"boolean"},{"name":"TimeZoneSidKey","type":"string","length":40},
      {"name":"LocaleSidKey","type":"string","length":40},{"name":"Email","type":"email"},
      {"name":"ManagerId","type":"reference","referenceTo":["User"],"relationshipName":"Manager"},
      {"name":"ProfileId","type":"reference","referenceTo":["Profile"],"relationshipName":"Profile"}]}"#,
    r#"{"name":"Profile","label":"Profile","keyPrefix":"00e","calls":["query"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":80,"nameField":true},{"name":"PermissionsModifyAllData","type":"boolean"}]}"#,
    r#"{"name":"PermissionSet","label":"Permission Set","keyPrefix":"0PS","calls":["query"],"fields":[{"system":"Id"},
      {"name":"IsOwnedByProfile","type":"boolean"},{"name":"ProfileId","type":"reference","referenceTo":["Profile"]}]}"#,
    r#"{"name":"FieldPermissions","label":"Field Permissions","keyPrefix":"01k","calls":["query"],"fields":[{"system":"Id"},
      {"name":"ParentId","type":"reference","referenceTo":["PermissionSet"]},{"name":"Field","type":"string","length":80},
      {"name":"PermissionsRead","type":"boolean"},{"name":"PermissionsEdit","type":"boolean"}]}"#,
    r#"{"name":"Group","label":"Group","keyPrefix":"00G","calls":["query"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":80,"nameField":true},{"name":"Type","type":"string","length":40}]}"#,
    r#"{"name":"Account","label":"Account","keyPrefix":"001","calls":["create","query"],"fields":[{"system":"Id"},{"system":"IsDeleted"},
      {"name":"Name","type":"string","length":80,"nameField":true},
      {"name":"Rating","type":"picklist","picklistValues":["Hot","Warm","Cold"]},
      {"name":"Description","type":"textarea","length":32000},
      {"name":"NumberOfEmployees","type":"int"},{"name":"AnnualRevenue","type":"currency"},
      {"name":"Active__c","type":"boolean","custom":true},{"name":"Colours__c","type":"multipicklist","custom":true},
      {"name":"Code__c","type":"string","length":20,"unique":true,"externalId":true,"caseSensitive":true,"custom":true},
      {"name":"Number__c","type":"string","length":20,"externalId":true,"custom":true},
      {"name":"Opened__c","type":"date","custom":true},{"name":"Seen__c","type":"datetime","custom":true},
      {"name":"Opens__c","type":"time","custom":true},{"name":"New__c","type":"string","length":20,"since":"60.0","custom":true},
      {"name":"BillingCity","type":"string","length":40,"compoundFieldName":"BillingAddress"},{"name":"BillingAddress","type":"address"},
      {"name":"ParentId","type":"reference","referenceTo":["Account"],"relationshipName":"Parent","childRelationshipName":"ChildAccounts"},
      {"name":"OwnerId","type":"reference","referenceTo":["User"],"relationshipName":"Owner"},
      {"name":"HiddenId","type":"reference","referenceTo":["Missing"],"relationshipName":"Hidden"}]}"#,
    r#"{"name":"Contact","label":"Contact","keyPrefix":"003","calls":["query"],"fields":[{"system":"Id"},{"system":"IsDeleted"},
      {"name":"LastName","type":"string","length":80},{"name":"Name","type":"string","length":80,"nameField":true},
      {"name":"AccountId","type":"reference","referenceTo":["Account"],"relationshipName":"Account","childRelationshipName":"Contacts"}]}"#,
    r#"{"name":"Task","label":"Task","keyPrefix":"00T","calls":["query"],"fields":[{"system":"Id"},{"system":"IsDeleted"},
      {"name":"Subject","type":"combobox","length":255,"nameField":true},
      {"name":"WhatId","type":"reference","referenceTo":["Account","Contact","Opportunity"],"relationshipName":"What"},
      {"name":"OwnerId","type":"reference","referenceTo":["Group","User"],"relationshipName":"Owner"}]}"#,
    r#"{"name":"ContentDocumentLink","label":"Content Document Link","keyPrefix":"06A","calls":["query"],"fields":[{"system":"Id"},
      {"name":"LinkedEntityId","type":"reference","referenceTo":["Account","Contact"],"relationshipName":"LinkedEntity"},
      {"name":"ContentDocumentId","type":"reference","referenceTo":["Account"]},
      {"name":"Visibility","type":"picklist"}]}"#,
    r#"{"name":"Product2","label":"Product","keyPrefix":"01t","calls":["query"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":255,"nameField":true},{"name":"ProductCode","type":"string","length":255}]}"#,
    r#"{"name":"Organization","label":"Organization","keyPrefix":"00D","calls":["query"],"fields":[{"system":"Id"},
      {"name":"FiscalYearStartMonth","type":"int"}]}"#,
    r#"{"name":"Ledger","label":"Ledger","keyPrefix":"0zz","calls":["retrieve"],"fields":[{"system":"Id"}]}"#,
    r#"{"name":"Ping__e","label":"Ping","kind":"platformEvent","keyPrefix":"e00","calls":["create"],"fields":[]}"#,
];

/// The org's time: a Wednesday.
const NOW: &str = "2024-05-15T18:30:00Z";

/// An org with a few records, and an administrator in Los Angeles who asks.
struct World {
    org: Org,
    ctx: Ctx,
}

impl World {
    /// An org with the administrator, and no other record.
    fn empty() -> Self {
        Self::with(&[])
    }

    /// As [`World::empty`], with further definitions, which replace earlier ones of their names.
    fn with(further: &[&str]) -> Self {
        let sources: Vec<_> =
            DEFINITIONS.iter().chain(further).map(|json| DefinitionSource { origin: "test", json }).collect();
        let catalog = Catalog::build(&sources, &[]).unwrap();
        let mut org = Org::new(Arc::new(catalog), Settings::default());
        let profile =
            add(&mut org, "Profile", &[("Name", "Admin".into()), ("PermissionsModifyAllData", true.into())]);
        let user = add(
            &mut org,
            "User",
            &[
                ("Name", "Ada Admin".into()),
                ("Email", "ada@mockorg.example".into()),
                ("IsActive", true.into()),
                ("ProfileId", profile.into()),
                ("TimeZoneSidKey", "America/Los_Angeles".into()),
                ("LocaleSidKey", "en_US".into()),
            ],
        );
        org.organization = add(&mut org, "Organization", &[]);
        let now = Timestamp::parse(NOW).unwrap();
        let ctx =
            Ctx { now, version: ApiVersion::NEWEST, user, session: 0, access: org.access_of(now, user) };
        Self { org, ctx }
    }

    /// Four accounts, of which the last has nothing but a name, with two contacts and two tasks.
    fn new() -> Self {
        let mut world = Self::empty();
        let user = world.ctx.user;
        let acme = world.add(
            "Account",
            &[
                ("Name", "Acme".into()),
                ("Rating", "Warm".into()),
                ("NumberOfEmployees", 10.into()),
                ("AnnualRevenue", Value::Number("1500.5".parse().unwrap())),
                ("Active__c", true.into()),
                ("Colours__c", "Red;Green;Blue".into()),
                ("Code__c", "ab".into()),
                ("Number__c", "N-1".into()),
                ("Opens__c", Value::Time(34_200_000)),
                ("BillingCity", "Berlin".into()),
                ("OwnerId", user.into()),
            ],
        );
        let beta = world.add(
            "Account",
            &[
                ("Name", "beta 100%".into()),
                ("Rating", "Cold".into()),
                ("NumberOfEmployees", 200.into()),
                ("AnnualRevenue", Value::Number("20".parse().unwrap())),
                ("Colours__c", "Red".into()),
                ("Code__c", "AB".into()),
                ("ParentId", acme.into()),
                ("OwnerId", user.into()),
                ("Active__c", false.into()),
            ],
        );
        world.add(
            "Account",
            &[
                ("Name", "Gamma_1".into()),
                ("Rating", "Hot".into()),
                ("ParentId", beta.into()),
                ("Active__c", false.into()),
            ],
        );
        world.add("Account", &[("Name", "Omega".into()), ("Active__c", false.into())]);
        world.add(
            "Contact",
            &[("Name", "Cy Clone".into()), ("LastName", "Clone".into()), ("AccountId", beta.into())],
        );
        world.add("Contact", &[("Name", "Dee Lete".into()), ("LastName", "Lete".into())]);
        let group = world.add("Group", &[("Name", "Support".into()), ("Type", "Queue".into())]);
        world.add("Task", &[("Subject", "Call".into()), ("WhatId", acme.into()), ("OwnerId", user.into())]);
        world.add("Task", &[("Subject", "Mail".into()), ("OwnerId", group.into())]);
        world
    }

    fn add(&mut self, object: &str, values: &[(&str, Value)]) -> RecordId {
        add(&mut self.org, object, values)
    }

    fn delete(&mut self, id: RecordId) {
        let catalog = Arc::clone(&self.org.catalog);
        let object = catalog.object_of(id).unwrap();
        let mut record = self.org.store.draft(object.index, id).unwrap();
        record.set_opt(object.system.is_deleted, true.into());
        self.org.store.put(object.index, record);
    }

    fn id_of(&mut self, object: &str, name: &str) -> RecordId {
        let page = self.page(&format!("SELECT Id FROM {object} WHERE Name = '{name}'"));
        page.rows[0].id.unwrap()
    }

    /// Takes a field from the user's sight.
    fn hide(&mut self, field: &str) {
        let profile = self.org.store.get(self.ctx.user).unwrap().get("ProfileId").to_value();
        let set = self.add("PermissionSet", &[("IsOwnedByProfile", true.into()), ("ProfileId", profile)]);
        self.add("FieldPermissions", &[("ParentId", set.into()), ("Field", field.into())]);
        self.ctx.access = self.org.access_of(self.ctx.now, self.ctx.user);
    }

    fn version(mut self, number: u8) -> Self {
        self.ctx.version = ApiVersion::new(number).unwrap();
        self
    }

    fn ask(&mut self, soql: &str, all: bool, batch_size: Option<u32>) -> Result<QueryPage, ApiError> {
        let ctx = self.ctx.clone();
        let mut tree = PageTree::default();
        self.org.query(&ctx, (soql, all), batch_size, &mut tree)?;
        Ok(tree.finish().unwrap())
    }

    fn page(&mut self, soql: &str) -> QueryPage {
        self.ask(soql, false, None).unwrap_or_else(|error| panic!("{soql}: {error}"))
    }

    fn more(&mut self, locator: &str, batch_size: Option<u32>) -> Result<QueryPage, ApiError> {
        let ctx = self.ctx.clone();
        let mut tree = PageTree::default();
        self.org.query_more(&ctx, locator, batch_size, &mut tree)?;
        Ok(tree.finish().unwrap())
    }

    /// The first column of every row as text.
    fn column(&mut self, soql: &str) -> Vec<String> {
        self.page(soql).rows.iter().map(|row| text(&row.cells[0])).collect()
    }

    /// The first letters of the names of the accounts that meet a condition.
    fn accounts(&mut self, condition: &str) -> String {
        let names = self.column(&format!("SELECT Name FROM Account WHERE {condition}"));
        names.iter().filter_map(|name| name.chars().next()).collect()
    }

    /// The code and message of a refused statement.
    fn refused(&mut self, soql: &str) -> (ErrorCode, String) {
        match self.ask(soql, false, None) {
            Ok(page) => panic!("{soql} was answered with {} rows", page.total_size),
            Err(error) => (error.code, error.message.unwrap_or_default().into()),
        }
    }
}

fn add(org: &mut Org, object: &str, values: &[(&str, Value)]) -> RecordId {
    let catalog = Arc::clone(&org.catalog);
    let object = catalog.find_any(object).unwrap();
    let id = org.store.new_id(object).unwrap();
    let mut record = Record::new(object, id);
    record.set_opt(object.system.is_deleted, false.into());
    for (name, value) in values {
        record.set(object.slot(name).unwrap(), value.clone());
    }
    org.store.put(object.index, record);
    id
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Value(Value::Null) => "null".to_owned(),
        Cell::Value(Value::Text(text)) => text.as_ref().to_owned(),
        Cell::Value(Value::Id(id)) => id.to_string(),
        Cell::Row(row) => show(row),
        cell => format!("{cell:?}"),
    }
}

/// A row as `{Name: Acme, Owner: {Name: Ada}}`.
fn show(row: &Row) -> String {
    let members: Vec<_> =
        row.columns.iter().zip(&row.cells).map(|(name, cell)| format!("{name}: {}", text(cell))).collect();
    format!("{{{}}}", members.join(", "))
}

fn date(text: &str) -> Value {
    Value::Date(parse_date(text).unwrap())
}

fn instant(text: &str) -> Value {
    Value::DateTime(Timestamp::parse(text).unwrap())
}
