//! An org with the project's own definitions and one administrator, for tests of the core.

#![allow(dead_code, reason = "each test binary uses its own part of this module")]
#![allow(clippy::unwrap_used, reason = "a broken expectation ends the test")]

use std::{fs, path::Path, sync::Arc};

use mockorg_org::{
    ApiError, ApiVersion, Call, FieldInput, Input, Org, OrgFile, Position, Reply, Session, Settings,
    Timestamp,
    catalog::{Catalog, DefinitionSource},
};

/// The access token of the administrator.
pub(crate) const TOKEN: &str = "00D!admin";

/// An org file with one administrator.
pub(crate) const ORG: &str = r#"{
  "name": "test",
  "features": ["RevenueLifecycle"],
  "steps": [
    {"create": "Organization", "fields": {"Name": "Test"}},
    {"create": "Profile", "as": "profile", "fields": {"Name": "System Administrator"}},
    {"create": "PermissionSet", "fields": {"Name": "X00ex", "Label": "X00ex", "IsOwnedByProfile": true, "ProfileId": "$profile",
      "PermissionsApiEnabled": true, "PermissionsModifyAllData": true, "PermissionsViewAllData": true, "PermissionsViewSetup": true, "PermissionsManageUsers": true, "PermissionsCustomizeApplication": true, "PermissionsCustomerAssetLifecycleApi": true}},
    {"create": "User", "as": "admin", "fields": {"Username": "admin@test.example", "LastName": "Admin", "Email": "admin@test.example",
      "Alias": "admin", "IsActive": true, "ProfileId": "$profile", "TimeZoneSidKey": "America/Los_Angeles", "LocaleSidKey": "en_US",
      "LanguageLocaleKey": "en_US", "EmailEncodingKey": "UTF-8"}},
    {"runAs": "$admin"}
  ]
}"#;

/// A moment for tests that do not care which.
pub(crate) fn noon() -> Timestamp {
    Timestamp::parse("2026-01-15T12:00:00Z").unwrap()
}

/// The project's definitions.
#[allow(
    clippy::disallowed_methods,
    reason = "the core is given its definitions; a test reads them for it, and a bench of another crate, which has no such lint"
)]
pub(crate) fn catalog(features: &[Box<str>], more: &[&str]) -> Arc<Catalog> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    let mut files: Vec<(String, String)> = Vec::new();
    for folder in ["sobjects", "events"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            // The schemas of payloads lie beside the definitions.
            if path.is_dir() {
                continue;
            }
            files.push((path.display().to_string(), fs::read_to_string(path).unwrap()));
        }
    }
    let mut sources: Vec<DefinitionSource<'_>> =
        files.iter().map(|(origin, json)| DefinitionSource { origin, json }).collect();
    sources.extend(more.iter().map(|json| DefinitionSource { origin: "test", json }));
    Arc::new(Catalog::build(&sources, features).unwrap())
}

/// The project's definition of an object with more fields, given as a JSON list.
#[allow(
    clippy::disallowed_methods,
    reason = "the core is given its definitions; a test reads them for it, and a bench of another crate, which has no such lint"
)]
pub(crate) fn definition_with(object: &str, fields: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/sobjects");
    let text = fs::read_to_string(root.join(object).with_extension("json")).unwrap();
    let mut definition: serde_json::Value = serde_json::from_str(&text).unwrap();
    let more: Vec<serde_json::Value> = serde_json::from_str(fields).unwrap();
    definition["fields"].as_array_mut().unwrap().extend(more);
    definition.to_string()
}

/// An org with one administrator, whose session is [`TOKEN`].
pub(crate) fn org_with(catalog: &Arc<Catalog>, seed: u64) -> Org {
    org_of(catalog, &Settings { seed, ..Settings::default() })
}

/// The same with settings of its own.
pub(crate) fn org_of(catalog: &Arc<Catalog>, settings: &Settings) -> Org {
    let file = OrgFile::parse(ORG).unwrap();
    let settings =
        Settings { session_token: Some(TOKEN.into()), daily_api_requests: 1_000_000, ..settings.clone() };
    let mut org = Org::new(Arc::clone(catalog), settings);
    org.load(&file, noon()).unwrap();
    org
}

/// The administrator's session in a version.
pub(crate) fn session(version: u8) -> Session {
    Session { token: Some(TOKEN.into()), version: ApiVersion::new(version).unwrap(), origin: None }
}

/// Text members of a request body.
pub(crate) fn fields(members: &[(&str, &str)]) -> Vec<FieldInput> {
    members.iter().map(|(name, value)| field(name, Input::Text((*value).into()))).collect()
}

/// One member of a request body.
pub(crate) fn field(name: &str, value: Input) -> FieldInput {
    FieldInput { name: name.into(), value, at: Position { line: 1, column: 1 } }
}

/// Calls the org as the administrator in the newest version.
pub(crate) fn call(org: &mut Org, call: Call) -> Result<Reply, ApiError> {
    org.call(noon(), &session(68), call)
}

/// Creates a record and gives its id.
pub(crate) fn create(org: &mut Org, object: &str, members: &[(&str, &str)]) -> String {
    let reply = call(org, Call::Create { object: object.into(), fields: fields(members) }).unwrap();
    let Reply::Created(saved) = reply else { panic!("{reply:?}") };
    saved.id.to_string()
}
