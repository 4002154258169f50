//! What a target has: asked once and remembered, so that a case can be left out with a reason.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{answer::Answer, case::Case, client::Client, json::Json, request::Request, version::ApiVersion};

type Names = Arc<BTreeSet<String>>;

/// The answers to what cases need, by user and, for objects, version.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    objects: Mutex<BTreeMap<(String, ApiVersion), Names>>,
    permission_sets: Mutex<BTreeMap<String, Names>>,
}

impl Facts {
    /// Why the case cannot run, if the target lacks an object or its user a permission set.
    pub(crate) async fn missing(&self, client: &Client, case: &Case, version: ApiVersion) -> Option<String> {
        if !case.needs.objects.is_empty() {
            let objects = match self.objects(client, &case.user, version).await {
                Ok(objects) => objects,
                Err(reason) => {
                    return Some(format!("the target could not be asked for its objects: {reason}"));
                }
            };
            if let Some(name) = case.needs.objects.iter().find(|name| !objects.contains(*name)) {
                return Some(format!("the target has no object '{name}' for user '{}'", case.user));
            }
        }
        if !case.needs.permissions.is_empty() {
            let sets = match self.permission_sets(client, &case.user, version).await {
                Ok(sets) => sets,
                Err(reason) => {
                    return Some(format!("the target could not be asked for permission sets: {reason}"));
                }
            };
            if let Some(name) = case.needs.permissions.iter().find(|name| !sets.contains(*name)) {
                return Some(format!("user '{}' lacks the permission set '{name}'", case.user));
            }
        }
        None
    }

    async fn objects(&self, client: &Client, user: &str, version: ApiVersion) -> Result<Names, String> {
        let key = (user.to_owned(), version);
        if let Some(known) = known(&self.objects, &key) {
            return Ok(known);
        }
        let body = ask(client, user, Request::get(format!("/services/data/v{version}/sobjects"))).await?;
        let rows = body.get("sobjects").and_then(Json::items).ok_or("the answer lists no sobjects")?;
        let names = rows.iter().filter_map(|row| row.get("name").and_then(Json::as_str).map(str::to_owned));
        Ok(keep(&self.objects, key, names.collect()))
    }

    async fn permission_sets(
        &self,
        client: &Client,
        user: &str,
        version: ApiVersion,
    ) -> Result<Names, String> {
        let key = user.to_owned();
        if let Some(known) = known(&self.permission_sets, &key) {
            return Ok(known);
        }
        let info = ask(client, user, Request::get("/services/oauth2/userinfo")).await?;
        let id = info.get("user_id").and_then(Json::as_str).ok_or("the user info has no user_id")?;
        let soql =
            format!("SELECT PermissionSet.Name FROM PermissionSetAssignment WHERE AssigneeId = '{id}'");
        let query = Request::get(format!("/services/data/v{version}/query")).query("q", &soql);
        let body = ask(client, user, query).await?;
        let rows = body.get("records").and_then(Json::items).ok_or("the answer has no records")?;
        let name = |row: &Json| row.get("PermissionSet")?.get("Name")?.as_str().map(str::to_owned);
        Ok(keep(&self.permission_sets, key, rows.iter().filter_map(name).collect()))
    }
}

async fn ask(client: &Client, user: &str, request: Request) -> Result<Json, String> {
    let answer: Answer =
        client.exchange(&request.as_user(user)).await.map_err(|error| error.to_string())?.answer;
    if answer.status != 200 {
        return Err(format!("status {}: {}", answer.status, answer.text()));
    }
    answer.json().map_err(|error| error.to_string())
}

fn known<K: Ord>(map: &Mutex<BTreeMap<K, Names>>, key: &K) -> Option<Names> {
    map.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
}

fn keep<K: Ord>(map: &Mutex<BTreeMap<K, Names>>, key: K, names: BTreeSet<String>) -> Names {
    let names = Arc::new(names);
    map.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&names));
    names
}
