//! Any statement over a small org: it is answered or refused, and never changes the answer to the next one.

#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use mockorg_org::{
    ApiVersion, Call, Org, OrgFile, Session, Settings, Timestamp,
    catalog::{Catalog, DefinitionSource},
};

const DEFINITIONS: [&str; 5] = [
    include_str!("../../../schemas/sobjects/Organization.json"),
    include_str!("../../../schemas/sobjects/Profile.json"),
    include_str!("../../../schemas/sobjects/PermissionSet.json"),
    include_str!("../../../schemas/sobjects/User.json"),
    include_str!("../../../schemas/sobjects/Account.json"),
];
const ORG: &str = r#"{"name": "fuzz", "steps": [
    {"create": "Organization", "fields": {"Name": "Fuzz"}},
    {"create": "Profile", "as": "profile", "fields": {"Name": "System Administrator"}},
    {"create": "PermissionSet", "fields": {"Name": "X00ex", "Label": "X00ex", "IsOwnedByProfile": true, "ProfileId": "$profile",
      "PermissionsApiEnabled": true, "PermissionsModifyAllData": true, "PermissionsViewAllData": true, "PermissionsViewSetup": true, "PermissionsManageUsers": true, "PermissionsCustomizeApplication": true}},
    {"create": "User", "as": "admin", "fields": {"Username": "admin@fuzz.example", "LastName": "Admin", "Email": "admin@fuzz.example",
      "Alias": "admin", "IsActive": true, "ProfileId": "$profile", "TimeZoneSidKey": "America/Los_Angeles", "LocaleSidKey": "en_US",
      "LanguageLocaleKey": "en_US", "EmailEncodingKey": "UTF-8"}},
    {"runAs": "$admin"},
    {"create": "Account", "fields": {"Name": "Acme", "NumberOfEmployees": 12}}
]}"#;
const TOKEN: &str = "00D!fuzz";

static READY: LazyLock<Org> = LazyLock::new(|| {
    let sources = DEFINITIONS.map(|json| DefinitionSource { origin: "schemas", json });
    let catalog = Catalog::build(&sources, &[]).expect("the definitions are valid");
    let mut org =
        Org::new(Arc::new(catalog), Settings { session_token: Some(TOKEN.into()), ..Settings::default() });
    let file = OrgFile::parse(ORG).expect("the org file is valid");
    org.load(&file, Timestamp::from_millis(0)).expect("the org file can be performed");
    org
});

fuzz_target!(|soql: &str| {
    let mut org = READY.clone();
    let session = Session { token: Some(TOKEN.into()), version: ApiVersion::NEWEST, origin: None };
    let call = || Call::Query { soql: soql.into(), all: false, batch_size: None };
    let first = org.call(Timestamp::from_millis(1), &session, call());
    let mut other = READY.clone();
    assert_eq!(other.call(Timestamp::from_millis(1), &session, call()), first);
});
