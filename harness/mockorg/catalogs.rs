//! Catalogs, resolved once per process: the second org that starts does not read the definitions again.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use mockorg_org::catalog::{Catalog, DefinitionSource};

use crate::{StartError, embedded};

/// A definition file from outside: where it comes from, and its text.
pub(crate) type Definition = (String, String);

/// What decides about a catalog: the org's features, and the definitions beside the embedded ones.
type Key = (Vec<Box<str>>, Vec<Definition>);

/// The catalogs of this process. There are as many as tests define different orgs, which is few.
static CATALOGS: Mutex<BTreeMap<Key, Arc<Catalog>>> = Mutex::new(BTreeMap::new());

/// The catalog of an org with these features; `own` definitions replace embedded ones of the same name.
pub(crate) fn catalog(features: &[Box<str>], own: &[Definition]) -> Result<Arc<Catalog>, StartError> {
    let key = (features.to_vec(), own.to_vec());
    // Held while a catalog is built, so that tests which start together do not all build it.
    let mut catalogs = CATALOGS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(catalog) = catalogs.get(&key) {
        return Ok(Arc::clone(catalog));
    }
    let embedded = embedded::definitions().iter().map(|(origin, json)| DefinitionSource { origin, json });
    let own = own.iter().map(|(origin, json)| DefinitionSource { origin, json });
    let sources: Vec<_> = embedded.chain(own).collect();
    let catalog = Arc::new(Catalog::build(&sources, features)?);
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

    #[test]
    fn orgs_with_the_same_features_share_their_catalog() {
        let features = ["RevenueLifecycle".into()];
        let (one, two) = (catalog(&features, &[]).unwrap(), catalog(&features, &[]).unwrap());
        assert!(Arc::ptr_eq(&one, &two));
    }

    #[test]
    fn a_definition_that_is_no_json_is_refused_with_file_and_line() {
        let own = [("Rocket__c.json".to_owned(), "{\n  \"name\": oops\n}".to_owned())];
        let error = catalog(&[], &own).unwrap_err().to_string();
        assert!(error.starts_with("Rocket__c.json: ") && error.contains("line 2 column"), "{error}");
    }
}
