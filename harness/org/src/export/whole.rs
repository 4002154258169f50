//! A whole org as an org file.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value as Json;

use super::{
    LeftOut,
    steps::{App, OfUser, Restore, reference},
};
use crate::{Org, RecordId, Stub, Webhook, automation::AutomationFile};

/// An org as an org file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The org file, one step on each line. It holds passwords and secrets of clients, as org files do.
    pub json: String,
    /// What of the org is not in it.
    pub left_out: Vec<LeftOut>,
    /// Which secrets stand in it in clear text: whose they are, not what they are.
    pub secrets: Vec<Box<str>>,
}

impl Org {
    /// The org as an org file that begins another one with the same records, under the same ids.
    ///
    /// What an org file cannot say is told with it, never left out silently.
    #[must_use]
    pub fn export(&self) -> Export {
        self.export_with(&[], &[])
    }

    /// As [`Org::export`], with the webhooks and the stubs that whoever serves the org has for it.
    #[must_use]
    pub fn export_with(&self, webhooks: &[Webhook], stubs: &[Stub]) -> Export {
        let mut left_out = self.left_behind();
        let is_there = |id: RecordId| self.store.live(id).is_some();
        let (first, _) = self.access.first_session();
        // An org that was begun without a session of its own gets one for its first user.
        let first = first.filter(|user| is_there(*user));
        let first = first.or_else(|| self.records("User").next().map(|user| user.id()));
        let passwords: Vec<_> = self.access.passwords().filter(|(user, _)| is_there(*user)).collect();
        let tokens: Vec<_> = self.access.lasting_tokens().collect();
        let automations = self.exported_automations(&mut left_out);
        let mut named: BTreeSet<RecordId> = first.into_iter().collect();
        named.extend(passwords.iter().map(|(user, _)| *user));
        named.extend(tokens.iter().map(|(_, _, user)| *user));
        named.extend(self.access.connected_apps().filter_map(|app| app.run_as));
        named.extend(self.automations.names.values());
        let mut secrets = Vec::new();
        let mut lines = Vec::new();
        let restores: Vec<Restore<'_>> = self.restores(&named, &mut left_out);
        lines.extend(restores.iter().map(line));
        for (user, password) in &passwords {
            lines.push(line(&OfUser::password(*user, password)));
            secrets.push(format!("the password of the user {user}").into());
        }
        lines.extend(first.map(|user| line(&OfUser::run_as(user))));
        for app in self.access.connected_apps() {
            let own = tokens.iter().filter(|(client, ..)| **client == *app.client_id);
            let own = own.map(|(_, token, user)| (*token, *user));
            lines.push(line(&App::of(app, own.clone(), is_there)));
            if !app.client_secret.is_empty() {
                secrets.push(format!("the secret of the connected app {}", app.name).into());
            }
            let refresh = own.count();
            if refresh > 0 {
                secrets.push(format!("{refresh} refresh tokens of the connected app {}", app.name).into());
            }
        }
        let mut json = String::from("{\n\"name\": \"export\",\n\"features\": ");
        json.push_str(&line(&self.catalog.features()));
        if !self.settings.limits.is_empty() {
            json.push_str(",\n\"limits\": ");
            json.push_str(&line(&self.settings.limits));
        }
        if !automations.is_empty() {
            json.push_str(",\n\"automations\": ");
            json.push_str(&line(&automations));
        }
        let faults: Vec<_> = self.faults().iter().map(|state| &state.plan).collect();
        if !faults.is_empty() {
            json.push_str(",\n\"faults\": ");
            json.push_str(&line(&faults));
        }
        if !webhooks.is_empty() {
            json.push_str(",\n\"webhooks\": ");
            json.push_str(&line(&webhooks));
            let signing = webhooks.iter().filter(|own| own.secret.is_some());
            secrets.extend(signing.map(|own| format!("the secret of the webhook {}", own.name).into()));
        }
        if !stubs.is_empty() {
            json.push_str(",\n\"stubs\": ");
            json.push_str(&line(&stubs));
        }
        json.push_str(",\n\"steps\": [\n");
        json.push_str(&lines.join(",\n"));
        json.push_str("\n]\n}\n");
        Export { json, left_out, secrets }
    }

    /// The automations as they were declared, with the names that records have in the export.
    fn exported_automations(&self, left_out: &mut Vec<LeftOut>) -> Vec<Json> {
        let names: BTreeMap<&str, Option<String>> = self
            .automations
            .names
            .iter()
            .map(|(name, id)| (&**name, self.store.live(*id).map(|_| reference(*id))))
            .collect();
        let mut automations = Vec::new();
        for file in self.automations.files.iter() {
            let mut json = AutomationFile::to_json(file);
            if rename(&mut json, &names) {
                automations.push(json);
            } else {
                let why = format!("`{}` names a record that is not there any more", file.name());
                left_out.push(LeftOut::new("automations", 1, why));
            }
        }
        automations
    }
}

/// Gives references new names; `false` when one has none.
fn rename(json: &mut Json, names: &BTreeMap<&str, Option<String>>) -> bool {
    match json {
        Json::String(text) => match names.get(text.as_str()) {
            Some(Some(name)) => {
                text.clone_from(name);
                true
            }
            Some(None) => false,
            None => true,
        },
        Json::Array(items) => items.iter_mut().all(|item| rename(item, names)),
        Json::Object(members) => members.values_mut().all(|value| rename(value, names)),
        Json::Null | Json::Bool(_) | Json::Number(_) => true,
    }
}

fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
