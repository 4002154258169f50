//! Tests of SOSL against a small org.

mod corpus;
mod laws;
mod limits;
mod parameters;
mod security;
mod suggestions;

use std::sync::Arc;

use crate::{
    ApiError, ApiVersion, Cell, ErrorCode, Org, Record, RecordId, Reply, Row, SearchResult, Settings,
    Timestamp, Value,
    catalog::{Catalog, DefinitionSource},
    ctx::Ctx,
};

const DEFINITIONS: &[&str] = &[
    r#"{"name":"User","label":"User","keyPrefix":"005","calls":["query","search"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":80,"nameField":true},{"name":"Alias","type":"string","length":8},
      {"name":"IsActive","type":"boolean"},{"name":"Email","type":"email"},{"name":"CommunityNickname","type":"string","length":40},
      {"name":"ProfileId","type":"reference","referenceTo":["Profile"],"relationshipName":"Profile"}]}"#,
    r#"{"name":"Profile","label":"Profile","keyPrefix":"00e","calls":["query"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":80,"nameField":true},{"name":"PermissionsModifyAllData","type":"boolean"}]}"#,
    r#"{"name":"PermissionSet","label":"Permission Set","keyPrefix":"0PS","calls":["query"],"fields":[{"system":"Id"},
      {"name":"IsOwnedByProfile","type":"boolean"},{"name":"ProfileId","type":"reference","referenceTo":["Profile"]}]}"#,
    r#"{"name":"ObjectPermissions","label":"Object Permissions","keyPrefix":"110","calls":["query"],"fields":[{"system":"Id"},
      {"name":"ParentId","type":"reference","referenceTo":["PermissionSet"]},{"name":"SobjectType","type":"string","length":40},
      {"name":"PermissionsRead","type":"boolean"}]}"#,
    r#"{"name":"FieldPermissions","label":"Field Permissions","keyPrefix":"01k","calls":["query"],"fields":[{"system":"Id"},
      {"name":"ParentId","type":"reference","referenceTo":["PermissionSet"]},{"name":"Field","type":"string","length":80},
      {"name":"PermissionsRead","type":"boolean"},{"name":"PermissionsEdit","type":"boolean"}]}"#,
    r#"{"name":"Account","label":"Account","keyPrefix":"001","calls":["query","search"],"fields":[{"system":"Id"},{"system":"IsDeleted"},
      {"name":"Name","label":"Account Name","type":"string","length":80,"nameField":true},
      {"name":"Site","label":"Account Site","type":"string","length":80},{"name":"Website","type":"url"},
      {"name":"Phone","type":"phone"},{"name":"Fax","type":"phone"},{"name":"BillingCity","type":"string","length":40},
      {"name":"Description","type":"textarea","length":32000},{"name":"NumberOfEmployees","type":"int"},
      {"name":"Rating","type":"picklist","picklistValues":["Hot","Warm","Cold"]},
      {"name":"Code__c","type":"string","length":20,"custom":true},
      {"name":"New__c","type":"string","length":20,"since":"60.0","custom":true},
      {"name":"OwnerId","type":"reference","referenceTo":["User"],"relationshipName":"Owner"}]}"#,
    r#"{"name":"Contact","label":"Contact","keyPrefix":"003","calls":["query","search"],"fields":[{"system":"Id"},
      {"name":"FirstName","type":"string","length":40},{"name":"LastName","type":"string","length":80},
      {"name":"Name","label":"Full Name","type":"string","length":121,"nameField":true},{"name":"Email","type":"email"},
      {"name":"Phone","type":"phone"},{"name":"Title","type":"string","length":80},
      {"name":"AccountId","type":"reference","referenceTo":["Account"],"relationshipName":"Account","childRelationshipName":"Contacts"},
      {"name":"OwnerId","type":"reference","referenceTo":["User"],"relationshipName":"Owner"}]}"#,
    r#"{"name":"Lead","label":"Lead","keyPrefix":"00Q","calls":["query","search"],"fields":[{"system":"Id"},
      {"name":"Name","label":"Full Name","type":"string","length":121,"nameField":true},{"name":"Company","type":"string","length":80}]}"#,
    r#"{"name":"Product2","label":"Product","keyPrefix":"01t","calls":["query","search"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":255,"nameField":true},{"name":"ProductCode","type":"string","length":255}]}"#,
    r#"{"name":"Ticket__c","label":"Ticket","keyPrefix":"a01","custom":true,"since":"50.0","calls":["query","search"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":255,"autoNumber":true,"autoNumberFormat":"AA-{000000000}","nameField":true}]}"#,
    r#"{"name":"Task","label":"Task","keyPrefix":"00T","calls":["query","search"],"fields":[{"system":"Id"},
      {"name":"Subject","type":"combobox","length":255,"nameField":true}]}"#,
    r#"{"name":"Page__c","label":"Page","keyPrefix":"a00","custom":true,"calls":["query","search"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":80,"nameField":true},
      {"name":"Body__c","type":"textarea","length":32000,"extraTypeInfo":"richtextarea","htmlFormatted":true,"custom":true}]}"#,
    r#"{"name":"Solution","label":"Solution","keyPrefix":"501","calls":["query","search"],"fields":[{"system":"Id"},
      {"name":"SolutionName","type":"string","length":80,"nameField":true},{"name":"SolutionNote","type":"textarea","length":32000}]}"#,
    r#"{"name":"Ledger","label":"Ledger","keyPrefix":"0zz","calls":["query"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":80,"nameField":true}]}"#,
];

/// An org with a few records, and an administrator who searches.
struct World {
    org: Org,
    ctx: Ctx,
}

impl World {
    /// An org with the administrator, and no other record.
    fn empty() -> Self {
        let sources: Vec<_> =
            DEFINITIONS.iter().map(|json| DefinitionSource { origin: "test", json }).collect();
        let catalog = Catalog::build(&sources, &[]).unwrap();
        let mut org = Org::new(Arc::new(catalog), Settings::default());
        let profile =
            add(&mut org, "Profile", &[("Name", "Admin".into()), ("PermissionsModifyAllData", true.into())]);
        let user = add(
            &mut org,
            "User",
            &[
                ("Name", "Ada Admin".into()),
                ("Alias", "ada".into()),
                ("CommunityNickname", "countess".into()),
                ("Email", "ada@mockorg.example".into()),
                ("IsActive", true.into()),
                ("ProfileId", profile.into()),
            ],
        );
        let now = Timestamp::parse("2024-05-15T18:30:00Z").unwrap();
        let ctx =
            Ctx { now, version: ApiVersion::NEWEST, user, session: 0, access: org.access_of(now, user) };
        Self { org, ctx }
    }

    /// The org of the corpus.
    fn new() -> Self {
        let mut world = Self::empty();
        let acme = world.add(
            "Account",
            &[
                ("Name", "Acme Corporation"),
                ("Site", "Berlin"),
                ("Website", "https://www.acme.example/shop"),
                ("Phone", "(415) 555-0100"),
                ("Description", "Maker of rockets and anvils"),
                ("Rating", "Hot"),
            ],
        );
        world.add(
            "Account",
            &[
                ("Name", "Acme East Ltd."),
                ("Phone", "4155550199"),
                ("BillingCity", "M\u{fc}nchen"),
                ("Rating", "Cold"),
            ],
        );
        let globex = world.add(
            "Account",
            &[
                ("Name", "Globex"),
                ("Site", "Acme House"),
                ("Description", "Buys rockets"),
                ("Fax", "+49 30 1234567"),
                ("Code__c", "AB12"),
            ],
        );
        world.add("Account", &[("Name", "Zo\u{eb} & S\u{f6}hne"), ("Description", "mary jane, not acme")]);
        world.add("Account", &[("Name", "\u{6771}\u{4eac}\u{5546}\u{4e8b}")]);
        let gone = world.add("Account", &[("Name", "Acme Gone")]);
        world.delete(gone);
        for (first, last, email, title, account) in [
            ("Joe", "Smith", "joe.smith@acme.example", "Buyer", Some(acme)),
            ("Joe", "Smythe", "joe@globex.example", "Head of Rockets", Some(globex)),
            ("Mary Jane", "Acme", "mary@home.example", "Buyer", None),
        ] {
            let name = format!("{first} {last}");
            let mut values: Vec<(&str, Value)> = vec![
                ("FirstName", first.into()),
                ("LastName", last.into()),
                ("Name", Value::text(name)),
                ("Email", email.into()),
                ("Title", title.into()),
            ];
            values.extend(account.map(|account| ("AccountId", account.into())));
            add(&mut world.org, "Contact", &values);
        }
        world.add("Lead", &[("Name", "John Doe"), ("Company", "Acme Holdings")]);
        world.add("Lead", &[("Name", "Joan Roe"), ("Company", "Initech")]);
        world.add("Product2", &[("Name", "Acme Anvil"), ("ProductCode", "ANV-100")]);
        world.add("Ticket__c", &[("Name", "AA-000000012")]);
        world.add("Ticket__c", &[("Name", "AA-000000123")]);
        world.add("Task", &[("Subject", "Call Acme")]);
        world.add(
            "Page__c",
            &[("Name", "Start"), ("Body__c", "<p class=\"acme\">Hello <b>rocket</b>&nbsp;world</p>")],
        );
        world.add("Solution", &[("SolutionName", "Acme rocket"), ("SolutionNote", "ask Joe")]);
        world.add("Solution", &[("SolutionName", "Quiet rocket")]);
        world.add("Ledger", &[("Name", "Acme")]);
        world
    }

    fn add(&mut self, object: &str, values: &[(&str, &str)]) -> RecordId {
        let values: Vec<_> = values.iter().map(|(name, text)| (*name, Value::text(*text))).collect();
        add(&mut self.org, object, &values)
    }

    fn delete(&mut self, id: RecordId) {
        let catalog = Arc::clone(&self.org.catalog);
        let object = catalog.object_of(id).unwrap();
        let mut record = self.org.store.draft(object.index, id).unwrap();
        record.set_opt(object.system.is_deleted, true.into());
        self.org.store.put(object.index, record);
    }

    fn version(mut self, number: u8) -> Self {
        self.ctx.version = ApiVersion::new(number).unwrap();
        self
    }

    fn ask(&self, sosl: &str) -> Result<SearchResult, ApiError> {
        self.org.search(&self.ctx, sosl).map(result)
    }

    /// What a search finds, as the corpus writes it.
    fn found(&self, sosl: &str) -> String {
        match self.ask(sosl) {
            Ok(result) => self.show(&result.rows),
            Err(error) => refusal(&error),
        }
    }

    /// The code and message of a refused search.
    fn refused(&self, sosl: &str) -> (ErrorCode, String) {
        match self.ask(sosl) {
            Ok(result) => panic!("{sosl} was answered with {} rows", result.rows.len()),
            Err(error) => (error.code, error.message.unwrap_or_default().into()),
        }
    }

    /// A line for each object: its rows, with an id shown as the name of its record.
    fn show(&self, rows: &[Row]) -> String {
        let mut lines: Vec<String> = Vec::new();
        let mut last = None;
        for row in rows {
            let cells: Vec<_> = row.cells.iter().map(|cell| self.cell(cell)).collect();
            let text = cells.join(" / ");
            match lines.last_mut().filter(|_| last == Some(&row.object)) {
                Some(line) => line.extend(["; ", text.as_str()]),
                None => lines.push(format!("{}: {text}", row.object)),
            }
            last = Some(&row.object);
        }
        if lines.is_empty() { "nothing".to_owned() } else { lines.join("\n") }
    }

    fn cell(&self, cell: &Cell) -> String {
        match cell {
            Cell::Value(Value::Null) => "null".to_owned(),
            Cell::Value(Value::Text(text)) => text.as_ref().to_owned(),
            Cell::Value(Value::Id(id)) => {
                let view = self.org.store.get(*id).unwrap();
                format!("[{}]", view.at_opt(view.object.system.name).as_text().unwrap_or_default())
            }
            Cell::Row(row) => self.show(std::slice::from_ref(row)),
            cell => format!("{cell:?}"),
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

fn result(reply: Reply) -> SearchResult {
    match reply {
        Reply::SearchResult(result) => *result,
        other => panic!("{other:?} is no result of a search"),
    }
}

fn refusal(error: &ApiError) -> String {
    format!("{}\n{}", error.code, error.message.as_deref().unwrap_or_default())
}
