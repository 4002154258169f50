//! The schemas of the project, and those of the objects that its tests define themselves.

use std::{error::Error, fs, path::Path, sync::Arc};

use mockorg::MockOrg;
use mockorg_contract::Schemas;

/// Everything that is promised by an org with the definitions of `fixtures/schema`.
pub(crate) fn schemas_with_own() -> Result<Arc<Schemas>, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = MockOrg::builder().schema_dir(root.join("fixtures/schema")).json_schemas(None)?;
    files.push(("endpoints.json".to_owned(), fs::read_to_string(root.join("schemas/endpoints.json"))?));
    // The definitions of records and events above come from the same files as those in the folders below.
    for entry in fs::read_dir(root.join("schemas/responses"))? {
        let path = entry?.path();
        if path.is_file() {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            files.push((format!("responses/{name}"), fs::read_to_string(&path)?));
        }
    }
    Ok(Schemas::from_files(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))?)
}
