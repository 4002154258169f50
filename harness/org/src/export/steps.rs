//! The steps of an export.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::LeftOut;
use crate::{
    Org, RecordId,
    access::ConnectedApp,
    catalog::{Kind, SObjectDef},
    load::exact,
};

/// Objects whose records an org makes by itself when it begins.
const MADE_AT_THE_BEGINNING: &[&str] = &["EventBusSubscriber"];

/// A step that puts a record in place.
#[derive(Serialize)]
pub(super) struct Restore<'o> {
    restore: &'o str,
    id: String,
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    fields: Map<String, Json>,
}

/// A step that acts for a user, or gives one a password.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OfUser {
    #[serde(skip_serializing_if = "Option::is_none")]
    run_as: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password_of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

impl OfUser {
    pub(super) fn run_as(user: RecordId) -> Self {
        Self { run_as: Some(reference(user)), password_of: None, password: None }
    }

    pub(super) fn password(user: RecordId, password: &str) -> Self {
        Self { run_as: None, password_of: Some(reference(user)), password: Some(password.to_owned()) }
    }
}

/// A step that adds a connected app.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct App<'o> {
    connected_app: AppMembers<'o>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AppMembers<'o> {
    name: &'o str,
    client_id: &'o str,
    #[serde(skip_serializing_if = "str::is_empty")]
    client_secret: &'o str,
    #[serde(skip_serializing_if = "Option::is_none")]
    run_as: Option<String>,
    scopes: &'o [Box<str>],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    callback_urls: &'o [Box<str>],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refresh_tokens: Vec<Token<'o>>,
    refresh_token_rotation: bool,
    pkce_required: bool,
    preapproved: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<&'o str>,
    introspect_all: bool,
    token_exchange: bool,
}

#[derive(Serialize)]
struct Token<'o> {
    token: &'o str,
    user: String,
}

impl<'o> App<'o> {
    /// The step of an app; users that are no record any more are left out.
    pub(super) fn of(
        app: &'o ConnectedApp,
        tokens: impl Iterator<Item = (&'o str, RecordId)>,
        is_there: impl Fn(RecordId) -> bool,
    ) -> Self {
        let tokens = tokens.filter(|(_, user)| is_there(*user));
        Self {
            connected_app: AppMembers {
                name: &app.name,
                client_id: &app.client_id,
                client_secret: &app.client_secret,
                run_as: app.run_as.filter(|user| is_there(*user)).map(reference),
                scopes: &app.scopes,
                callback_urls: &app.callback_urls,
                refresh_tokens: tokens.map(|(token, user)| Token { token, user: reference(user) }).collect(),
                refresh_token_rotation: app.refresh_token_rotation,
                pkce_required: app.pkce_required,
                preapproved: app.preapproved,
                session_seconds: app.session_seconds,
                certificate: app.certificate.as_deref(),
                introspect_all: app.introspect_all,
                token_exchange: app.token_exchange,
            },
        }
    }
}

/// The name of a record in an export.
pub(super) fn name(id: RecordId) -> String {
    format!("record_{id}")
}

/// A reference to a record of an export.
pub(super) fn reference(id: RecordId) -> String {
    format!("${}", name(id))
}

impl Org {
    /// The steps of all records, those of the org's own row first, and how many values none could hold.
    pub(super) fn restores<'o>(
        &'o self,
        named: &'o BTreeSet<RecordId>,
        left_out: &mut Vec<LeftOut>,
    ) -> Vec<Restore<'o>> {
        let base = self.catalog.uncustomized();
        let first = ["Organization", "RecordType", "Profile", "UserRole", "User"];
        let rank = |def: &SObjectDef| first.iter().position(|own| **own == *def.name).unwrap_or(first.len());
        let own = |def: &&SObjectDef| {
            def.kind == Kind::SObject && !def.is_gone() && !MADE_AT_THE_BEGINNING.contains(&&*def.name)
        };
        let mut objects: Vec<&SObjectDef> = self.catalog.in_name_order().filter(own).collect();
        objects.sort_by_key(|def| rank(def));
        let (mut steps, mut lost) = (Vec::new(), Vec::new());
        for def in objects {
            let Some(before) = base.find_any(&def.name) else {
                let count = self.store.table(def.index).live_len();
                if count > 0 {
                    let why = format!(
                        "they are of the custom object {}, which the org file does not define",
                        def.name
                    );
                    left_out.push(LeftOut::new("records", count, why));
                }
                continue;
            };
            for record in self.store.live_records(def) {
                let mut fields = Map::new();
                for field in def.fields.iter().filter(|field| !field.is_gone()) {
                    let value = record.at(field.slot);
                    let follows = !field.compound_parts.is_empty() || def.system.id == Some(field.slot);
                    if value.is_null() || follows || before.slot(&field.name).is_none() {
                        continue;
                    }
                    match exact::write(field, value) {
                        Some(json) => drop(fields.insert(field.name.to_string(), json)),
                        None => lost.push(format!("{} of {}", field.name, record.id())),
                    }
                }
                let id = record.id();
                let name = named.contains(&id).then(|| name(id));
                steps.push(Restore { restore: &def.name, id: id.to_string(), name, fields });
            }
        }
        if let Some(one) = lost.first() {
            let why = format!("an org file has no form for them; one is {one}");
            left_out.push(LeftOut::new("values", lost.len(), why));
        }
        steps
    }
}
