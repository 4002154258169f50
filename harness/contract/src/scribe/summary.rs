//! What a run used of the platform, at a glance.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{answer::Exchange, endpoints::EndpointIndex, json::Json};

/// Operations, objects with their fields, and error codes that a client met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Method and endpoint (or path, where no endpoint is known) → how often.
    pub operations: BTreeMap<String, usize>,
    /// Object → the fields that were written or read.
    pub objects: BTreeMap<String, BTreeSet<String>>,
    /// Error code → how often it was answered.
    pub errors: BTreeMap<String, usize>,
}

impl Summary {
    /// Reads exchanges.
    pub fn of(exchanges: &[Exchange], index: &EndpointIndex) -> Self {
        let mut summary = Self::default();
        for exchange in exchanges {
            summary.add(exchange, index);
        }
        summary
    }

    fn add(&mut self, exchange: &Exchange, index: &EndpointIndex) {
        let request = &exchange.request;
        let (method, path) = (request.effective_method(), request.path_only());
        let row = index.find_for(&method, path).map_or(path, |row| row.id.as_str());
        *self.operations.entry(format!("{method} {row}")).or_default() += 1;
        let object = path.split_once("/sobjects/").and_then(|(_, rest)| rest.split('/').next());
        if let (Some(object), Ok(Json::Object(members))) =
            (object, crate::json::parse(&String::from_utf8_lossy(&request.body)))
        {
            let fields = self.objects.entry(object.to_owned()).or_default();
            fields.extend(members.into_iter().map(|(name, _)| name).filter(|name| name != "attributes"));
        }
        if let Ok(body) = exchange.answer.json() {
            self.read(&body, exchange.answer.status >= 400);
        }
    }

    fn read(&mut self, value: &Json, refused: bool) {
        match value {
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
            Json::Array(items) => items.iter().for_each(|item| self.read(item, refused)),
            Json::Object(pairs) => {
                let kind = value.get("attributes").and_then(|attributes| attributes.get("type"));
                if let Some(kind) = kind.and_then(Json::as_str).filter(|kind| *kind != "AggregateResult") {
                    let fields = self.objects.entry(kind.to_owned()).or_default();
                    fields.extend(
                        pairs.iter().map(|(name, _)| name.clone()).filter(|name| name != "attributes"),
                    );
                }
                for key in ["errorCode", "statusCode", "error"] {
                    if let Some(code) =
                        value.get(key).and_then(Json::as_str).filter(|_| refused || key != "error")
                    {
                        *self.errors.entry(code.to_owned()).or_default() += 1;
                    }
                }
                pairs.iter().for_each(|(_, member)| self.read(member, refused));
            }
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("operations:")?;
        for (operation, count) in &self.operations {
            write!(f, "\n  {count:>5} × {operation}")?;
        }
        f.write_str("\nobjects and fields:")?;
        for (object, fields) in &self.objects {
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            write!(f, "\n  {object}: {}", fields.join(", "))?;
        }
        f.write_str("\nerror codes:")?;
        if self.errors.is_empty() {
            f.write_str("\n  none")?;
        }
        self.errors.iter().try_for_each(|(code, count)| write!(f, "\n  {count:>5} × {code}"))
    }
}
