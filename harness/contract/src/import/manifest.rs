//! What an import consists of: enough to repeat it, and nothing that tells whose org it was.

use super::{
    error::ImportError,
    members::Members,
    view::{View, is_api_name},
};
use crate::{ApiVersion, Json};

/// Which objects of an org are imported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only these, by name; empty for all.
    pub objects: Vec<String>,
    /// Only the org's own objects.
    pub custom_only: bool,
    /// Whether fields that mockorg knows and the org does not show are left out.
    pub exact: bool,
}

/// One imported object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its API name, and that of its file.
    pub name: String,
    /// How many fields it has.
    pub fields: usize,
    /// SHA-256 of its file, in hexadecimal digits.
    pub hash: String,
}

/// What an import consists of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The version that answered, if it is known.
    pub version: Option<ApiVersion>,
    /// The day of the import as the caller wrote it; empty if he did not.
    pub date: String,
    /// What was asked for.
    pub selection: Selection,
    /// The objects, in the order of their names.
    pub entries: Vec<Entry>,
}

impl Manifest {
    pub(super) fn to_json(&self) -> Json {
        let mut members = Members::default();
        let version = self.version.map(|version| version.to_string());
        members.text_if("apiVersion", version.as_deref());
        members.text_if("date", Some(&self.date));
        if !self.selection.objects.is_empty() {
            let names = self.selection.objects.iter().map(|name| Json::String(name.clone())).collect();
            members.put("objects", Json::Array(names));
        }
        members.flag("customOnly", self.selection.custom_only, false);
        members.flag("exact", self.selection.exact, false);
        let entry = |entry: &Entry| {
            let mut own = Members::default();
            own.text("name", &entry.name);
            own.put("fields", Json::Number(entry.fields.to_string()));
            own.text("sha256", &entry.hash);
            own.into_json()
        };
        members.put("imported", Json::Array(self.entries.iter().map(entry).collect()));
        members.into_json()
    }

    pub(super) fn from_json(json: &Json, origin: &str) -> Result<Self, ImportError> {
        let view = View::new(json, origin, "")?;
        let version = view.text("apiVersion")?.map(|text| {
            ApiVersion::parse(text).ok_or_else(|| view.error("apiVersion", "is no version such as 62.0"))
        });
        if view.raw("imported").is_none() {
            return Err(view.error("imported", "is missing: this is no manifest of an import"));
        }
        let entry = |entry: View<'_>| {
            let name = entry.needed_text("name")?;
            if !is_api_name(name) {
                return Err(entry.error("name", "is no API name"));
            }
            Ok(Entry {
                name: name.to_owned(),
                fields: entry.whole("fields", u32::MAX)?.unwrap_or_default() as usize,
                hash: entry.needed_text("sha256")?.to_owned(),
            })
        };
        Ok(Self {
            version: version.transpose()?,
            date: view.text("date")?.unwrap_or_default().to_owned(),
            selection: Selection {
                objects: view.texts("objects")?.into_iter().map(str::to_owned).collect(),
                custom_only: view.flag("customOnly")?.unwrap_or(false),
                exact: view.flag("exact")?.unwrap_or(false),
            },
            entries: view.objects("imported")?.into_iter().map(entry).collect::<Result<_, _>>()?,
        })
    }
}
