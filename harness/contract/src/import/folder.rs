//! Imports on disk: reading saved describe answers, writing definitions, and reading them back.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::{
    definition::{Answers, Described, Import},
    error::ImportError,
    manifest::{Entry, Manifest},
    text::text,
    view::is_api_name,
};
use crate::{Json, json};

/// The folder beside the definitions that holds what is about the import; the mock does not look into it.
const ABOUT: &str = "import";
const MANIFEST: &str = "import.json";
const REPORT: &str = "report.json";

/// An import as it lies on disk.
#[derive(Debug, Clone)]
pub struct SavedImport {
    /// What it consists of.
    pub manifest: Manifest,
    /// The definitions, in the order of the manifest.
    pub definitions: Vec<Json>,
    /// Objects whose files were changed since.
    pub edited: Vec<String>,
}

/// Reads the describe answers that lie directly in a folder, each a file that ends in `.json`: a describe of one
/// object, or the list of all objects; as the platform answers, or wrapped by the `sf` command.
///
/// # Errors
///
/// When the folder cannot be read or holds no such file. A file that cannot be read, is no JSON, or is neither of the
/// two, is told in [`Answers::refused`].
pub fn read_answers(folder: &Path) -> Result<Answers, ImportError> {
    let mut answers = Answers::default();
    let files = json_files(folder)?;
    if files.is_empty() {
        let what = "there is no file that ends in .json; save a describe answer here, one per object";
        return Err(ImportError::new(&folder.display().to_string(), "", what));
    }
    for file in files {
        if let Err(error) = add_file(&file, &mut answers) {
            answers.refused.push(error);
        }
    }
    Ok(answers)
}

fn add_file(file: &Path, answers: &mut Answers) -> Result<(), ImportError> {
    let origin = file.display().to_string();
    let json = unwrapped(read_json(file)?, &origin)?;
    if json.get("fields").is_some() {
        answers.describes.push(Described { origin, json });
        return Ok(());
    }
    if json.get("sobjects").is_none() {
        let what = "neither a describe of one object (it has `fields`) nor a list of all (it has `sobjects`)";
        return Err(ImportError::new(&origin, "", what));
    }
    if answers.global.is_some() {
        return Err(ImportError::new(
            &origin,
            "sobjects",
            "a second list of all objects; keep the newer one",
        ));
    }
    answers.global = Some(json);
    Ok(())
}

/// Takes an answer out of what the `sf` command puts around it.
fn unwrapped(json: Json, origin: &str) -> Result<Json, ImportError> {
    let Json::Object(members) = json else {
        return Err(ImportError::new(origin, "", format!("expected an object, found {}", json.kind())));
    };
    let member = |key: &str| members.iter().find(|(own, _)| own == key).map(|(_, value)| value);
    match (member("status"), member("result")) {
        (Some(Json::Number(status)), Some(result)) if status == "0" => Ok(result.clone()),
        (Some(Json::Number(status)), _) if member("fields").is_none() => Err(ImportError::new(
            origin,
            "status",
            format!("the command that saved this failed with {status}"),
        )),
        _ => Ok(Json::Object(members)),
    }
}

/// Writes an import: a definition file per object into the folder, and beneath it, in `import`, the manifest and the
/// report. Files of an earlier import that this one no longer has are removed, unless answers were refused; others are
/// left alone.
///
/// # Errors
///
/// When a file cannot be written, when the folder holds the manifest of something else, and when a definition would
/// replace or remove what somebody has written by hand; nothing is written then.
pub fn save(import: &Import, mut manifest: Manifest, folder: &Path) -> Result<PathBuf, ImportError> {
    let about = folder.join(ABOUT);
    fs::create_dir_all(&about).map_err(|error| failed(&about, &error))?;
    let before = match fs::exists(about.join(MANIFEST)) {
        Ok(true) => read_manifest(&about)?.entries,
        Ok(false) => Vec::new(),
        Err(error) => return Err(failed(&about, &error)),
    };
    manifest.entries = Vec::with_capacity(import.definitions.len());
    let mut files = Vec::with_capacity(import.definitions.len());
    for definition in &import.definitions {
        let text = text(&definition.json);
        let hash = hash(&text);
        let file = file_of(folder, &definition.name)?;
        let known = before.iter().filter(|old| old.name == definition.name).map(|old| old.hash.as_str());
        keep_what_is_written_by_hand(&file, known.chain([hash.as_str()]))?;
        files.push((file, text));
        manifest.entries.push(Entry { name: definition.name.clone(), fields: definition.fields, hash });
    }
    let is_new = |old: &Entry| manifest.entries.iter().any(|new| new.name.eq_ignore_ascii_case(&old.name));
    let gone: Vec<Entry> = before.into_iter().filter(|old| !is_new(old)).collect();
    if import.refused.is_empty() {
        for old in &gone {
            keep_what_is_written_by_hand(&file_of(folder, &old.name)?, std::iter::once(old.hash.as_str()))?;
        }
        for old in &gone {
            let file = file_of(folder, &old.name)?;
            // Somebody may have removed it already.
            if fs::exists(&file).unwrap_or(false) {
                fs::remove_file(&file).map_err(|error| failed(&file, &error))?;
            }
        }
    } else {
        // What the org has not told this time is better old than absent.
        manifest.entries.extend(gone);
        manifest.entries.sort_by(|one, other| one.name.cmp(&other.name));
    }
    for (file, text) in files {
        write(&file, &text)?;
    }
    write(&about.join(MANIFEST), &text(&manifest.to_json()))?;
    let rows = import.rows.iter().map(super::Row::to_json).collect();
    let report = about.join(REPORT);
    write(&report, &text(&Json::Object(vec![("rows".to_owned(), Json::Array(rows))])))?;
    Ok(report)
}

/// Reads what [`save`] wrote.
///
/// # Errors
///
/// When the folder holds no import, or a file of it is missing or no JSON.
pub fn load(folder: &Path) -> Result<SavedImport, ImportError> {
    let manifest = read_manifest(&folder.join(ABOUT))?;
    let (mut definitions, mut edited) = (Vec::new(), Vec::new());
    for entry in &manifest.entries {
        let file = file_of(folder, &entry.name)?;
        let text = read(&file)?;
        if hash(&text) != entry.hash {
            edited.push(entry.name.clone());
        }
        definitions.push(
            json::parse(&text)
                .map_err(|error| ImportError::new(&file.display().to_string(), "", error.to_string()))?,
        );
    }
    Ok(SavedImport { manifest, definitions, edited })
}

/// Refuses to touch a file whose text has none of these hashes.
fn keep_what_is_written_by_hand<'a>(
    file: &Path,
    mut hashes: impl Iterator<Item = &'a str>,
) -> Result<(), ImportError> {
    let found = match fs::read(file) {
        Ok(bytes) => hex(&Sha256::digest(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(file, &error)),
    };
    if hashes.any(|hash| hash == found) {
        return Ok(());
    }
    let what = "is not as an import wrote it; move it away, or take another folder, so that nothing is lost";
    Err(ImportError::new(&file.display().to_string(), "", what))
}

fn read_manifest(about: &Path) -> Result<Manifest, ImportError> {
    let file = about.join(MANIFEST);
    Manifest::from_json(&read_json(&file)?, &file.display().to_string())
}

/// The file of an object. Names are those of the API, so no name leads out of the folder.
fn file_of(folder: &Path, name: &str) -> Result<PathBuf, ImportError> {
    if is_api_name(name) {
        return Ok(folder.join(format!("{name}.json")));
    }
    Err(ImportError::new(&folder.display().to_string(), "name", "is no API name, and no name for a file"))
}

fn json_files(folder: &Path) -> Result<Vec<PathBuf>, ImportError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, &error))? {
        let path = entry.map_err(|error| failed(folder, &error))?.path();
        if path.extension().is_some_and(|ending| ending == "json") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read_json(file: &Path) -> Result<Json, ImportError> {
    json::parse(&read(file)?)
        .map_err(|error| ImportError::new(&file.display().to_string(), "", error.to_string()))
}

fn read(file: &Path) -> Result<String, ImportError> {
    fs::read_to_string(file).map_err(|error| failed(file, &error))
}

fn write(file: &Path, text: &str) -> Result<(), ImportError> {
    fs::write(file, text).map_err(|error| failed(file, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> ImportError {
    ImportError::new(&path.display().to_string(), "", error.to_string())
}

fn hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
