//! The definitions, their variants and the org files that are part of the library.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The definitions of the objects and events that orgs know by themselves: name of the file and text, in the
/// format of `schemas/sobject.schema.json`.
///
/// # Examples
///
/// ```
/// assert!(mockorg::definitions().iter().any(|(file, _)| *file == "Account.json"));
/// ```
#[must_use]
pub fn definitions() -> &'static [(&'static str, &'static str)] {
    DEFINITIONS
}

/// The variant of the definitions with this name, such as `live-67`: file name and text.
pub(crate) fn variant(name: &str) -> Option<(&'static str, &'static str)> {
    let file = format!("{name}.json");
    VARIANTS.iter().find(|(own, _)| *own == file).copied()
}

/// The org files that orgs can begin with by their names: name of the file and text, in the format of
/// `schemas/org.schema.json`. They are a beginning for org files of one's own.
///
/// # Examples
///
/// ```
/// assert!(mockorg::org_files().iter().any(|(file, _)| *file == "starter.json"));
/// ```
#[must_use]
pub fn org_files() -> &'static [(&'static str, &'static str)] {
    ORGS
}

/// The text of the embedded org file with this name, such as `starter`.
pub(crate) fn org(name: &str) -> Option<&'static str> {
    let file = format!("{name}.json");
    ORGS.iter().find(|(own, _)| *own == file).map(|(_, text)| *text)
}

/// The names of the embedded org files.
pub(crate) fn org_names() -> impl Iterator<Item = &'static str> {
    ORGS.iter().map(|(file, _)| file.trim_end_matches(".json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_objects_and_events_of_the_main_job_are_embedded() {
        for name in ["Asset.json", "RevenueAsyncOperation.json", "AssetRenewInitiatedEvent.json"] {
            assert!(definitions().iter().any(|(own, _)| *own == name), "{name}");
        }
    }
}
