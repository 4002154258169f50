//! The cases and schemas that a command works with.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use mockorg_contract::{Case, CaseFormat, Schemas, load_cases};

/// Where cases and schemas come from.
#[derive(Clone, Debug, Args)]
pub(crate) struct ContractDataArguments {
    /// The folder with the cases
    #[arg(long, value_name = "DIR", default_value = "harness/contract/cases")]
    pub(crate) cases: PathBuf,
    /// The folder with the schemas
    #[arg(long, value_name = "DIR", default_value = "schemas")]
    pub(crate) schemas: PathBuf,
    /// Only the cases whose name, area/name, begins with this
    #[arg(long, value_name = "AREA/NAME")]
    pub(crate) case: Option<String>,
}

/// Cases and what their answers promise.
#[derive(Debug)]
pub(crate) struct ContractData {
    pub(crate) cases: Vec<Case>,
    pub(crate) schemas: Arc<Schemas>,
}

impl ContractDataArguments {
    /// Reads them.
    pub(crate) fn load(&self) -> Result<ContractData, String> {
        for folder in [&self.cases, &self.schemas] {
            if !folder.is_dir() {
                return Err(missing(folder));
            }
        }
        let format =
            CaseFormat::load(&self.schemas.join("case.schema.json")).map_err(|error| error.to_string())?;
        let mut cases = load_cases(&self.cases, &format).map_err(|error| error.to_string())?;
        if let Some(prefix) = &self.case {
            cases.retain(|case| case.name.starts_with(prefix.as_str()));
            if cases.is_empty() {
                return Err(format!(
                    "no case below {} has a name that begins with '{prefix}'",
                    self.cases.display()
                ));
            }
        }
        let schemas = Schemas::load(&self.schemas).map_err(|error| error.to_string())?;
        Ok(ContractData { cases, schemas })
    }
}

fn missing(folder: &Path) -> String {
    format!(
        "there is no folder {}; run this in a checkout of the project, or give --cases and --schemas",
        folder.display()
    )
}
