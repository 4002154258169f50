//! What an org file cannot say of an org.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::{
    AsyncDelay, Org, Settings,
    catalog::{Catalog, Kind, SObjectDef},
    events::ReplayId,
};

/// Something of the org that is not in its export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// What it is, in a word or two, such as `deleted records`.
    pub what: Box<str>,
    /// How many there are.
    pub count: u64,
    /// Why it is left out, or what to do about it.
    pub why: Box<str>,
}

impl LeftOut {
    pub(super) fn new(what: &str, count: usize, why: impl Into<Box<str>>) -> Self {
        Self { what: what.into(), count: count as u64, why: why.into() }
    }
}

impl Org {
    /// What is beside the records, and stays behind.
    pub(super) fn left_behind(&self) -> Vec<LeftOut> {
        let deleted: usize = self.catalog.objects().iter().map(|def| self.deleted_records(def)).sum();
        let tokens = self.access.given_tokens();
        let all = [
            ("deleted records", deleted, "an org file has no Recycle Bin"),
            (
                "events",
                self.events.after(ReplayId(0)).count(),
                "subscribers begin with what is published next",
            ),
            (
                "planned work",
                self.agenda.works().count(),
                "jobs that run, and retentions that end, are not planned again",
            ),
            ("bulk jobs", self.bulk.count(), "jobs and their results belong to the org that ran them"),
            ("simulated jobs", self.simulated.count(), "their records are there, and nothing moves them on"),
            ("failures", self.failures().len(), "an org file holds no failures of jobs; inject them again"),
            ("sessions", self.access.first_session().1, "clients log in again"),
            ("refresh tokens", tokens, "tokens that clients were given belong to the org that gave them"),
            ("approvals", self.access.approvals(), "users allow their apps again"),
            ("authorization codes", self.access.codes_given(), "apps send their users again"),
            ("device codes", self.access.waiting_devices(), "devices begin again"),
            (
                "gap events",
                self.capture.gaps_to_come(),
                "an org file holds no gaps that are to come; inject them again",
            ),
            (
                "kept records",
                self.store.kept_records(),
                "what would be put back when a change is taken back is no record",
            ),
            ("query locators", self.cursors.count(), "clients query again"),
            ("recent items", self.recents.len(), "what users have looked at is no record"),
            ("subscriptions", self.committed.len(), "managed subscriptions begin anew"),
            ("deployments", self.metadata.requests.len(), "deployments and retrievals are no records"),
            (
                "definitions",
                customised(&self.catalog),
                "custom objects and fields, and their values, are given beside the org file, as --schema or --metadata",
            ),
        ];
        let there = all.into_iter().filter(|(_, count, _)| *count > 0);
        let mut left: Vec<LeftOut> = there.map(|(what, count, why)| LeftOut::new(what, count, why)).collect();
        let settings = chosen(&self.settings);
        if settings > 0 {
            let why =
                "settings other than the maxima of limits are given beside the org file, where it is started";
            left.push(LeftOut::new("settings", settings, why));
        }
        let requests = usize::try_from(self.access.api_requests()).unwrap_or(usize::MAX);
        if requests > 0 {
            left.push(LeftOut::new("counted requests", requests, "limits begin anew"));
        }
        left
    }

    fn deleted_records(&self, def: &SObjectDef) -> usize {
        let table = self.store.table(def.index);
        table.len() - table.live_len()
    }
}

/// How many settings are not the usual ones, but for those that the org file holds.
fn chosen(settings: &Settings) -> usize {
    let members = |settings: &Settings| {
        // The token is the one of the session that is there from the start, which every org has.
        let own = Settings { limits: BTreeMap::new(), session_token: None, ..settings.clone() };
        match serde_json::to_value(own) {
            Ok(Json::Object(members)) => members,
            _ => Map::new(),
        }
    };
    let usual = members(&Settings::default());
    let others = members(settings).iter().filter(|(name, value)| usual.get(*name) != Some(*value)).count();
    others + usize::from(settings.async_delay != AsyncDelay::default())
}

/// How many objects and fields were added to the catalog that the org file alone leads to.
fn customised(catalog: &Catalog) -> usize {
    let base = catalog.uncustomized();
    let objects = catalog.objects().iter().filter(|def| def.kind == Kind::SObject && !def.is_gone());
    let fields = objects.map(|def| match base.find_any(&def.name) {
        None => 1,
        Some(before) => {
            def.fields.iter().filter(|own| !own.is_gone() && before.slot(&own.name).is_none()).count()
        }
    });
    fields.sum()
}
