//! JSON Schemas of an org's own definitions.

use mockorg_gateway::json_schema::{SchemaLayout, object_schemas};
use mockorg_org::{ApiVersion, OrgFile, metadata_catalog};

use crate::{MockOrgBuilder, StartError, catalogs};

impl MockOrgBuilder {
    /// The JSON Schemas of the records and event payloads of the org as it would begin, its own objects included:
    /// relative path and text.
    ///
    /// With a version the schemas hold for it alone, and lie in `records` and `events` beside `responses`. Without one they
    /// hold for all versions and lie in `responses/records` and `events/payloads`.
    ///
    /// # Errors
    ///
    /// [`StartError`], which says what is wrong with the org file or a definition.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::{ApiVersion, MockOrg};
    ///
    /// let schemas = MockOrg::builder().json_schemas(ApiVersion::new(62))?;
    /// assert!(schemas.iter().any(|(path, _)| path == "records/Asset.schema.json"));
    /// # Ok::<(), mockorg::StartError>(())
    /// ```
    pub fn json_schemas(self, version: Option<ApiVersion>) -> Result<Vec<(String, String)>, StartError> {
        let (text, definitions, settings) = self.definitions_of_the_org()?;
        let file = OrgFile::parse(text.as_str()).map_err(|error| text.refuse(error))?;
        let catalog = catalogs::catalog(file.features(), &definitions, settings.lifecycle_flags)?;
        let layout = version.map_or(SchemaLayout::AllVersions, SchemaLayout::Version);
        let mut schemas = object_schemas(&catalog, layout);
        // Rows about the org's own definitions.
        for schema in object_schemas(metadata_catalog(), layout) {
            if schemas.iter().all(|(path, _)| *path != schema.0) {
                schemas.push(schema);
            }
        }
        schemas.sort();
        Ok(schemas)
    }
}
