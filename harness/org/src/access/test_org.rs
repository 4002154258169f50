//! A small org for the tests of this module.

use std::sync::Arc;

use super::ConnectedApp;
use crate::{
    ApiError, ApiVersion, ClientCredentials, Grant, OAuthError, Org, Record, RecordId, Session, Settings,
    Timestamp, TokenGrant, TokenRequest, Value,
    catalog::{Catalog, DefinitionSource},
    ctx::Ctx,
};

/// The definitions, as far as access looks at them.
const DEFINITIONS: &[&str] = &[
    r#"{"name":"User","label":"User","keyPrefix":"005","calls":["create","query","update"],"fields":[{"system":"Id"},
      {"name":"Username","type":"string","length":80,"idLookup":true},{"name":"Name","type":"string","length":80,"nameField":true},
      {"name":"IsActive","type":"boolean"},{"name":"TimeZoneSidKey","type":"string","length":40},
      {"name":"LastLoginDate","type":"datetime"},{"name":"ProfileId","type":"reference","referenceTo":["Profile"]}]}"#,
    r#"{"name":"Profile","label":"Profile","keyPrefix":"00e","calls":["query"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":80,"nameField":true},{"name":"PermissionsApiEnabled","type":"boolean"}]}"#,
    r#"{"name":"PermissionSet","label":"Permission Set","keyPrefix":"0PS","calls":["create","query"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":80,"nameField":true},{"name":"IsOwnedByProfile","type":"boolean"},
      {"name":"ProfileId","type":"reference","referenceTo":["Profile"]},
      {"name":"PermissionsApiEnabled","type":"boolean"},{"name":"PermissionsModifyAllData","type":"boolean"},
      {"name":"PermissionsViewAllData","type":"boolean"},{"name":"PermissionsCustomizeApplication","type":"boolean"},
      {"name":"PermissionsViewSetup","type":"boolean"},{"name":"PermissionsManageUsers","type":"boolean"},
      {"name":"PermissionsCustomerAssetLifecycleApi","type":"boolean"}]}"#,
    r#"{"name":"PermissionSetAssignment","label":"Permission Set Assignment","keyPrefix":"0Pa","calls":["create","delete"],
      "fields":[{"system":"Id"},{"name":"PermissionSetId","type":"reference","referenceTo":["PermissionSet"]},
      {"name":"AssigneeId","type":"reference","referenceTo":["User"]},{"name":"ExpirationDate","type":"datetime"}]}"#,
    r#"{"name":"ObjectPermissions","label":"Object Permissions","keyPrefix":"110","calls":["create"],"fields":[{"system":"Id"},
      {"name":"ParentId","type":"reference","referenceTo":["PermissionSet"]},{"name":"SobjectType","type":"string","length":40},
      {"name":"PermissionsRead","type":"boolean"},{"name":"PermissionsCreate","type":"boolean"},
      {"name":"PermissionsEdit","type":"boolean"},{"name":"PermissionsDelete","type":"boolean"},
      {"name":"PermissionsViewAllRecords","type":"boolean"},{"name":"PermissionsModifyAllRecords","type":"boolean"}]}"#,
    r#"{"name":"FieldPermissions","label":"Field Permissions","keyPrefix":"01k","calls":["create"],"fields":[{"system":"Id"},
      {"name":"ParentId","type":"reference","referenceTo":["PermissionSet"]},{"name":"Field","type":"string","length":80},
      {"name":"PermissionsRead","type":"boolean"},{"name":"PermissionsEdit","type":"boolean"}]}"#,
    r#"{"name":"Organization","label":"Organization","keyPrefix":"00D","calls":["query"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":80,"nameField":true},{"name":"IsSandbox","type":"boolean"}]}"#,
    r#"{"name":"Asset","label":"Asset","keyPrefix":"02i","calls":["create","describeLayout","query","update","delete"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":80,"nameField":true,"nillable":false},{"name":"Price","type":"currency"},
      {"name":"Address","type":"address","permissionable":true},
      {"name":"City","type":"string","length":40,"compoundFieldName":"Address"}]}"#,
    r#"{"name":"AssetAction","label":"Asset Action","keyPrefix":"4nL","calls":["query"],"fields":[{"system":"Id"}]}"#,
    r#"{"name":"AssetActionSource","label":"Asset Action Source","keyPrefix":"4nM","calls":["query"],"fields":[{"system":"Id"}]}"#,
    r#"{"name":"AssetStatePeriod","label":"Asset State Period","keyPrefix":"4nK","calls":["query"],"fields":[{"system":"Id"}]}"#,
    r#"{"name":"Order","label":"Order","keyPrefix":"801","calls":["query"],"fields":[{"system":"Id"}]}"#,
    r#"{"name":"OrderItem","label":"Order Product","keyPrefix":"802","calls":["query"],"fields":[{"system":"Id"}]}"#,
    r#"{"name":"Product2","label":"Product","keyPrefix":"01t","calls":["create"],"fields":[{"system":"Id"}]}"#,
    r#"{"name":"PricebookEntry","label":"Price Book Entry","keyPrefix":"01u","calls":["create"],"fields":[{"system":"Id"}]}"#,
];

/// The org's time when it starts.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// An org with an administrator and a plain user, who may use the API and nothing else.
pub(crate) struct TestOrg {
    pub(crate) org: Org,
    pub(crate) admin: RecordId,
    pub(crate) user: RecordId,
    /// The permission set that the plain user's profile owns.
    pub(crate) profile_set: RecordId,
}

impl TestOrg {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        let sources: Vec<_> =
            DEFINITIONS.iter().map(|json| DefinitionSource { origin: "test", json }).collect();
        let catalog = Catalog::build(&sources, &[]).unwrap();
        let mut org = Org::new(Arc::new(catalog), settings);
        let yes = Value::Bool(true);
        let add_user = |org: &mut Org, name: &str, permissions: &[&str]| {
            let profile = add(org, "Profile", &[("Name", name.into())]);
            let mut values = vec![("IsOwnedByProfile", yes.clone()), ("ProfileId", profile.into())];
            values.extend(permissions.iter().map(|permission| (*permission, yes.clone())));
            let set = add(org, "PermissionSet", &values);
            let user = [
                ("Username", Value::text(format!("{name}@mockorg.example"))),
                ("Name", name.into()),
                ("IsActive", yes.clone()),
                ("TimeZoneSidKey", "America/Los_Angeles".into()),
                ("ProfileId", profile.into()),
            ];
            (add(org, "User", &user), set)
        };
        // The plain user comes first, so that the administrator cannot be found by luck.
        let (user, profile_set) = add_user(&mut org, "user", &["PermissionsApiEnabled"]);
        let all = ["PermissionsApiEnabled", "PermissionsModifyAllData", "PermissionsCustomizeApplication"];
        let (admin, _) = add_user(&mut org, "admin", &all);
        org.access.set_password(user, "secret");
        org.access.set_password(admin, "mockorg");
        org.access.add_connected_app(ConnectedApp {
            client_id: "app".into(),
            client_secret: "hush".into(),
            name: "App".into(),
            run_as: Some(admin),
            scopes: vec!["api".into(), "refresh_token".into()],
            callback_urls: vec!["http://localhost/back".into()],
            refresh_token_rotation: false,
            pkce_required: false,
            preapproved: true,
            session_seconds: None,
            certificate: None,
            introspect_all: false,
            token_exchange: false,
        });
        org.access.add_refresh_token("again", "app", user);
        Self { org, admin, user, profile_set }
    }

    /// Adds a record and lets the org know that permissions may have changed.
    pub(crate) fn add(&mut self, object: &str, values: &[(&str, Value)]) -> RecordId {
        self.org.access.permissions_changed();
        add(&mut self.org, object, values)
    }

    /// Changes a record and lets the org know that permissions may have changed.
    pub(crate) fn set(&mut self, id: RecordId, field: &str, value: Value) {
        self.org.access.permissions_changed();
        let view = self.org.store.get(id).unwrap();
        let (object, slot, mut record) = (view.object.index, view.object.slot(field), view.to_record());
        record.set_opt(slot, value);
        self.org.store.put(object, record);
    }

    /// Assigns a new permission set with these user permissions to the plain user.
    pub(crate) fn assign(&mut self, name: &str, permissions: &[&str]) -> RecordId {
        let mut values = vec![("Name", name.into())];
        values.extend(permissions.iter().map(|permission| (*permission, Value::Bool(true))));
        let set = self.add("PermissionSet", &values);
        self.add(
            "PermissionSetAssignment",
            &[("PermissionSetId", set.into()), ("AssigneeId", self.user.into())],
        );
        set
    }

    /// Gives the plain user's profile these permissions on an object.
    pub(crate) fn permit(&mut self, object: &str, permissions: &[&str]) {
        let mut values = vec![("ParentId", self.profile_set.into()), ("SobjectType", object.into())];
        values.extend(permissions.iter().map(|permission| (*permission, Value::Bool(true))));
        self.add("ObjectPermissions", &values);
    }

    pub(crate) fn grant(
        &mut self,
        now: Timestamp,
        secret: &str,
        grant: Grant,
    ) -> Result<TokenGrant, OAuthError> {
        let client = ClientCredentials { id: "app".into(), secret: Some(secret.into()) };
        self.org.grant_token(now, TokenRequest { client, grant })
    }

    /// An access token of the plain user.
    pub(crate) fn token(&mut self, now: Timestamp) -> Box<str> {
        let password = Grant::Password { username: "user@mockorg.example".into(), password: "secret".into() };
        self.grant(now, "hush", password).unwrap().access_token
    }

    pub(crate) fn authenticate(&mut self, now: Timestamp, token: &str) -> Result<Ctx, ApiError> {
        let session = Session { token: Some(token.into()), version: ApiVersion::NEWEST, origin: None };
        self.org.authenticate(now, &session)
    }

    /// The circumstances of a call of the plain user.
    pub(crate) fn ctx(&mut self) -> Ctx {
        let token = self.token(START);
        self.authenticate(START, &token).unwrap()
    }
}

fn add(org: &mut Org, object: &str, values: &[(&str, Value)]) -> RecordId {
    let catalog = Arc::clone(&org.catalog);
    let object = catalog.find_any(object).unwrap();
    let id = org.store.new_id(object).unwrap();
    let mut record = Record::new(object, id);
    for (name, value) in values {
        record.set(object.slot(name).unwrap(), value.clone());
    }
    org.store.put(object.index, record);
    id
}
