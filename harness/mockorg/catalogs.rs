//! Catalogs, resolved once per process: the second org that starts does not read the definitions again.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use mockorg_org::{
    LifecycleFlags,
    catalog::{Catalog, DefinitionSource},
};

use crate::{StartError, embedded};

/// A definition file from outside: where it comes from, and its text.
pub(crate) type Definition = (String, String);

/// What decides about a catalog: the org's features, the definitions beside the embedded ones, and what
/// describes say.
type Key = (Vec<Box<str>>, Vec<Definition>, LifecycleFlags);

/// The variant of the definitions that describes of a live org follow.
const LIVE: &str = "live-67";

/// The catalogs of this process. There are as many as tests define different orgs, which is few.
static CATALOGS: Mutex<BTreeMap<Key, Arc<Catalog>>> = Mutex::new(BTreeMap::new());

/// The catalog of an org with these features; `own` definitions replace embedded ones of the same name.
pub(crate) fn catalog(
    features: &[Box<str>],
    own: &[Definition],
    flags: LifecycleFlags,
) -> Result<Arc<Catalog>, StartError> {
    let key = (features.to_vec(), own.to_vec(), flags);
    // Held while a catalog is built, so that tests which start together do not all build it.
    let mut catalogs = CATALOGS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(catalog) = catalogs.get(&key) {
        return Ok(Arc::clone(catalog));
    }
    let embedded = embedded::definitions().iter().map(|(origin, json)| DefinitionSource { origin, json });
    let own = own.iter().map(|(origin, json)| DefinitionSource { origin, json });
    let sources: Vec<_> = embedded.chain(own).collect();
    let mut catalog = Catalog::build(&sources, features)?;
    if flags == LifecycleFlags::Live
        && let Some((origin, json)) = embedded::variant(LIVE)
    {
        catalog.describe_as(&DefinitionSource { origin, json })?;
    }
    let catalog = Arc::new(catalog);
    catalogs.insert(key, Arc::clone(&catalog));
    Ok(catalog)
}

/// The definition files that lie directly in a folder, ordered by name.
pub(crate) fn read_folder(folder: &Path) -> Result<Vec<Definition>, StartError> {
    let failed = |source| StartError::Read { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(StartError::NoDefinitions { path: folder.to_owned() });
    }
    files.sort();
    let read = |path: std::path::PathBuf| match fs::read_to_string(&path) {
        Ok(text) => Ok((path.display().to_string(), text)),
        Err(source) => Err(StartError::Read { path, source }),
    };
    files.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(features: &[Box<str>], own: &[Definition]) -> Result<Arc<Catalog>, StartError> {
        catalog(features, own, LifecycleFlags::Documented)
    }

    #[test]
    fn a_live_org_describes_other_flags_and_accepts_no_other_writes() {
        let features = ["RevenueLifecycle".into()];
        let described = |flags, object: &str, field: &str| {
            let catalog = catalog(&features, &[], flags).unwrap();
            let field = catalog.find_any(object).unwrap().field(field).unwrap();
            (field.described(), field.createable)
        };
        let rows = [
            ("Asset", "CurrentQuantity"),
            ("Asset", "TotalLifecycleAmount"),
            ("AssetAction", "QuantityChange"),
            ("AssetActionSource", "ProductAmount"),
        ];
        for (object, field) in rows {
            let (documented, _) = described(LifecycleFlags::Documented, object, field);
            let (live, writable) = described(LifecycleFlags::Live, object, field);
            assert_eq!((documented.createable, documented.updateable), (false, false), "{field}");
            assert_eq!((live.createable, live.updateable, writable), (true, true, false), "{field}");
        }
        let category = |flags| described(flags, "AssetAction", "CategoryEnum").0.nillable;
        assert_eq!((category(LifecycleFlags::Documented), category(LifecycleFlags::Live)), (true, false));
        let hidden = |flags| described(flags, "AssetAction", "RolledbackAssetAction").0.hidden;
        assert_eq!((hidden(LifecycleFlags::Documented), hidden(LifecycleFlags::Live)), (false, true));
    }

    #[test]
    fn the_variant_of_a_live_org_is_embedded() {
        assert!(embedded::variant(LIVE).is_some());
    }

    #[test]
    fn orgs_with_the_same_features_share_their_catalog() {
        let features = ["RevenueLifecycle".into()];
        let (one, two) = (plain(&features, &[]).unwrap(), plain(&features, &[]).unwrap());
        assert!(Arc::ptr_eq(&one, &two));
    }

    #[test]
    fn a_definition_that_is_no_json_is_refused_with_file_and_line() {
        let own = [("Rocket__c.json".to_owned(), "{\n  \"name\": oops\n}".to_owned())];
        let error = plain(&[], &own).unwrap_err().to_string();
        assert!(error.starts_with("Rocket__c.json: ") && error.contains("line 2 column"), "{error}");
    }
}
