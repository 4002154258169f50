//! `mockorg schemas export`: the JSON Schemas of an org's answers, for checks in any language.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Component, Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use mockorg::{ApiVersion, MockOrg, MockOrgBuilder};

use crate::{args::parse_version, output, serve::built_in};

/// The file that lists what an export wrote; it shows that a folder may be written again.
const LIST: &str = "mockorg-schemas.json";
/// Where response schemas lie among the schemas, and in each version of an export.
const RESPONSES: &str = "responses/";
const ENDPOINTS: &str = "endpoints.json";

/// What to do with schemas.
#[derive(Clone, Debug, Args)]
pub(crate) struct SchemasArguments {
    #[command(subcommand)]
    command: SchemasCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum SchemasCommand {
    /// Write the JSON Schemas of answers, records and event payloads into a folder
    Export(ExportArguments),
}

/// Which schemas are written, and where.
#[derive(Clone, Debug, Args)]
struct ExportArguments {
    /// The folder to write into: a new or empty one, or one of an earlier export
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// A version to write schemas for; without it the newest one
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    api_version: Vec<ApiVersion>,
    /// The org file whose features decide about fields, or the name of a built-in org
    #[arg(long, value_name = "FILE", default_value = "starter")]
    org: PathBuf,
    /// A folder with definitions of further objects
    #[arg(long, value_name = "DIR")]
    schema: Vec<PathBuf>,
}

/// Does what the command says.
pub(crate) fn schemas(arguments: &SchemasArguments) -> Result<ExitCode, String> {
    let SchemasCommand::Export(export) = &arguments.command;
    let files = export.files()?;
    let folder = export.folder.display();
    write(&export.folder, &files).map_err(|error| format!("{folder}: {error}"))?;
    output::say(&format!("{} files written to {folder}", files.len()));
    Ok(ExitCode::SUCCESS)
}

impl ExportArguments {
    /// The files of the export: path below its folder, and text.
    fn files(&self) -> Result<Vec<(String, String)>, String> {
        let versions: BTreeSet<ApiVersion> = match self.api_version.as_slice() {
            [] => [ApiVersion::NEWEST].into(),
            chosen => chosen.iter().copied().collect(),
        };
        let mut files = Vec::new();
        for version in versions {
            let place = format!("v{version}");
            let objects = self.org().json_schemas(Some(version)).map_err(|error| error.to_string())?;
            files.extend(objects.into_iter().map(|(path, text)| (format!("{place}/{path}"), text)));
            // Those of records and events lie below responses in the project, and are there for all versions at once.
            let answers = mockorg::schemas::files()
                .iter()
                .filter(|(path, _)| path.strip_prefix(RESPONSES).is_some_and(|name| !name.contains('/')));
            files.extend(answers.map(|(path, text)| (format!("{place}/{path}"), (*text).to_owned())));
        }
        let index = mockorg::schemas::files().iter().filter(|(path, _)| *path == ENDPOINTS);
        files.extend(index.map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
        Ok(files)
    }

    fn org(&self) -> MockOrgBuilder {
        let builder = MockOrg::builder();
        let builder = match built_in(&self.org) {
            Some(name) => builder.seed_org(name),
            None => builder.org_file(&self.org),
        };
        self.schema.iter().fold(builder, MockOrgBuilder::schema_dir)
    }
}

/// Writes the files, in place of those of an earlier export.
fn write(folder: &Path, files: &[(String, String)]) -> Result<(), String> {
    let failed = |error: io::Error| error.to_string();
    for earlier in earlier(folder)? {
        match fs::remove_file(folder.join(earlier)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    fs::create_dir_all(folder).map_err(failed)?;
    // The list comes first, so that an export which was broken off can be written again.
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let list = serde_json::json!({"writtenBy": "mockorg schemas export", "files": paths});
    fs::write(folder.join(LIST), format!("{list:#}\n")).map_err(failed)?;
    for (path, text) in files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::write(&path, text).map_err(failed)?;
    }
    Ok(())
}

/// The files that an earlier export has written into a folder.
fn earlier(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let empty = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(error.to_string()),
    };
    if empty {
        return Ok(Vec::new());
    }
    let foreign = || {
        "the folder holds files that `mockorg schemas export` did not write; give a new or empty folder, or empty this one"
            .to_owned()
    };
    let list = fs::read_to_string(folder.join(LIST)).map_err(|_| foreign())?;
    let list: serde_json::Value = serde_json::from_str(&list).map_err(|_| foreign())?;
    let files = list.get("files").and_then(serde_json::Value::as_array).ok_or_else(foreign)?;
    // A list that was tampered with must not lead out of the folder.
    let inside = |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_)));
    Ok(files
        .iter()
        .filter_map(|file| Some(PathBuf::from(file.as_str()?)))
        .filter(|path| inside(path))
        .collect())
}
