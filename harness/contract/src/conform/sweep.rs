//! Removing what a run has left in an org: exactly what its ledger says, and nothing else.

use std::collections::BTreeMap;

use super::{
    created::{Created, Trace, is_id},
    ledger::{Intent, Ledger},
};
use crate::{Client, Json, Request, version::ApiVersion};

/// What became of the records in a ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// Records that are gone.
    pub removed: Vec<Created>,
    /// Records that are still there.
    pub kept: Vec<Kept>,
    /// Requests whose fate stays unknown, with the reason.
    pub unsettled: Vec<(Intent, String)>,
}

/// A record that could not be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The record.
    pub created: Created,
    /// What the org said.
    pub reason: String,
}

/// How sure a sweep may be that the requests before it have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Requests may be under way still: one that nothing is found of stays open.
    Interrupted,
    /// The run is over: a request that nothing is found of has created nothing.
    Afterwards,
}

/// Looks for what requests without answer have created, and deletes all records of the ledger, the newest first.
///
/// # Errors
///
/// A sentence when the ledger cannot be written.
pub async fn sweep(
    client: &Client,
    ledger: &Ledger,
    version: ApiVersion,
    moment: Moment,
) -> Result<Swept, String> {
    let mut sweep = Sweep { client, ledger, version, prefixes: None, user: None };
    let mut swept = Swept { unsettled: sweep.settle(moment).await?, ..Swept::default() };
    loop {
        let before = swept.removed.len();
        swept.kept.clear();
        let known = ledger.created();
        let mut more = false;
        for created in known.iter().cloned() {
            match sweep.delete(&created).await {
                Ok(()) => {
                    ledger.removed(&created.id)?;
                    swept.removed.push(created);
                }
                Err(reason) => {
                    more |= sweep.find_children(&created, &known).await?;
                    swept.kept.push(Kept { created, reason });
                }
            }
        }
        // What hung on a record, and is gone by now or was just found, may let go of it.
        if swept.kept.is_empty() || swept.removed.len() == before && !more {
            return Ok(swept);
        }
    }
}

struct Sweep<'a> {
    client: &'a Client,
    ledger: &'a Ledger,
    version: ApiVersion,
    /// Key prefix → object; read when an answer did not tell the object.
    prefixes: Option<BTreeMap<String, String>>,
    /// The id of the user whose session it is; read when it is needed.
    user: Option<String>,
}

impl Sweep<'_> {
    async fn settle(&self, moment: Moment) -> Result<Vec<(Intent, String)>, String> {
        let mut unsettled = Vec::new();
        for intent in self.ledger.intents() {
            let mut problem = None;
            let mut found = 0;
            for trace in &intent.traces {
                match self.find(trace).await {
                    Ok(ids) => {
                        found += ids.len();
                        for id in ids {
                            let (object, tooling) = (Some(trace.object.clone()), trace.tooling);
                            self.ledger.found(Created { id, object, tooling })?;
                        }
                    }
                    Err(reason) => problem = Some(reason),
                }
            }
            let unmarked = intent.traces.is_empty();
            match (problem, moment) {
                (Some(problem), _) => unsettled.push((intent, problem)),
                (None, Moment::Afterwards) => {
                    self.ledger.settled(intent.number)?;
                    if unmarked {
                        let reason = "its answer never came, and it carried no mark to search for";
                        unsettled.push((intent, reason.to_owned()));
                    }
                }
                (None, Moment::Interrupted) if found > 0 => self.ledger.settled(intent.number)?,
                (None, Moment::Interrupted) => {
                    let reason = "its answer had not come, and nothing is found of it so far";
                    unsettled.push((intent, reason.to_owned()));
                }
            }
        }
        Ok(unsettled)
    }

    /// The ids of records that carry the mark.
    async fn find(&self, trace: &Trace) -> Result<Vec<String>, String> {
        let value = trace.value.replace('\\', "\\\\").replace('\'', "\\'");
        let Trace { object, field, tooling, .. } = trace;
        let name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !name(object) || !name(field) {
            return Err(format!("'{object}.{field}' is no name of a field"));
        }
        self.ids(object, &format!("{field} = '{value}'"), *tooling).await
    }

    /// The ids of the records for which a condition holds. Its values are escaped, and its names are names.
    async fn ids(&self, object: &str, condition: &str, tooling: bool) -> Result<Vec<String>, String> {
        let service = if tooling { "/tooling" } else { "" };
        let request = Request::get(format!("/services/data/v{}{service}/query", self.version))
            .query("q", &format!("SELECT Id FROM {object} WHERE {condition}"));
        let body = self.ask(&request).await?;
        let rows = body.get("records").and_then(Json::items).unwrap_or_default();
        let ids = rows.iter().filter_map(|row| row.get("Id").and_then(Json::as_str));
        Ok(ids.filter(|id| is_id(id)).map(str::to_owned).collect())
    }

    async fn ask(&self, request: &Request) -> Result<Json, String> {
        let answer = self.client.exchange(request).await.map_err(|error| error.to_string())?.answer;
        if answer.status != 200 {
            return Err(format!("HTTP {}: {}", answer.status, answer.text()));
        }
        answer.json().map_err(|error| error.to_string())
    }

    async fn delete(&mut self, created: &Created) -> Result<(), String> {
        if !is_id(&created.id) {
            return Err(format!("'{}' is no id", created.id));
        }
        let object = match &created.object {
            Some(object) => object.clone(),
            None => self.object_of(&created.id).await?,
        };
        let service = if created.tooling { "/tooling" } else { "" };
        let path = format!("/services/data/v{}{service}/sobjects/{object}/{}", self.version, created.id);
        let exchange =
            self.client.exchange(&Request::delete(path)).await.map_err(|error| error.to_string())?;
        match exchange.answer.status {
            // 404: somebody was faster, for instance the deletion of a parent.
            200..300 | 404 => Ok(()),
            status => Err(format!("HTTP {status}: {}", exchange.answer.text())),
        }
    }

    /// The object by the first three characters of an id.
    async fn object_of(&mut self, id: &str) -> Result<String, String> {
        let prefixes = match &mut self.prefixes {
            Some(prefixes) => prefixes,
            None => {
                let global =
                    self.ask(&Request::get(format!("/services/data/v{}/sobjects", self.version))).await?;
                let rows = global.get("sobjects").and_then(Json::items).unwrap_or_default();
                let text = |row: &Json, key| row.get(key).and_then(Json::as_str).map(str::to_owned);
                let pairs = rows.iter().filter_map(|row| text(row, "keyPrefix").zip(text(row, "name")));
                self.prefixes.insert(pairs.collect())
            }
        };
        let object = prefixes.get(&id[..3]).cloned();
        object.ok_or_else(|| format!("no object of the org has ids that begin with {}", &id[..3]))
    }

    /// An account does not go while things hang on it that the org made for it, such as the assets of an order.
    /// They are consequences of the run, as the account itself is, when the run's own user made them; what another
    /// user has hung on the account stays, and the account with it.
    /// Says whether there are any that were not `known`.
    async fn find_children(&mut self, parent: &Created, known: &[Created]) -> Result<bool, String> {
        const CHILDREN: [&str; 5] = ["Asset", "Order", "Contract", "Opportunity", "Quote"];
        if parent.object.as_deref() != Some("Account") {
            return Ok(false);
        }
        let Ok(user) = self.user().await else { return Ok(false) };
        let mut more = false;
        let condition = format!("AccountId = '{}' AND CreatedById = '{user}'", parent.id);
        for object in CHILDREN {
            // An org without the object has none of it.
            for id in self.ids(object, &condition, false).await.unwrap_or_default() {
                more |= known.iter().all(|known| known.id.get(..15) != id.get(..15));
                self.ledger.found(Created { id, object: Some(object.to_owned()), tooling: false })?;
            }
        }
        Ok(more)
    }

    /// The user whose session it is.
    async fn user(&mut self) -> Result<String, String> {
        if let Some(user) = &self.user {
            return Ok(user.clone());
        }
        let info = self.ask(&Request::get("/services/oauth2/userinfo")).await?;
        let id = info.get("user_id").and_then(Json::as_str).filter(|id| is_id(id));
        let id = id.ok_or("the org does not tell whose session it is")?;
        Ok(self.user.insert(id.to_owned()).clone())
    }
}
