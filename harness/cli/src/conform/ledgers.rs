//! Where cleanup ledgers lie.

use std::{
    collections::hash_map::RandomState,
    env, fs,
    hash::{BuildHasher as _, Hasher as _},
    path::{Path, PathBuf},
};

use mockorg_contract::conform::{Ledger, LedgerHeader};

/// A name for a run that no other run has.
pub(crate) fn run_id() -> String {
    // The seed of hash maps is the only randomness of the standard library; the process separates runs besides.
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    format!("{:012x}", hasher.finish() >> 16)
}

/// Begins the ledger of a run: in the given file, or in a new one in the user's state folder.
pub(crate) fn begin(
    run: &str,
    file: Option<&Path>,
    organization: &str,
    target: &str,
) -> Result<Ledger, String> {
    let path = match file {
        Some(file) => file.to_owned(),
        None => folder()?.join(format!("conform-{run}.jsonl")),
    };
    let header = LedgerHeader {
        run: run.to_owned(),
        mark: format!("mockorg-{run} "),
        organization: organization.to_owned(),
        target: target.to_owned(),
    };
    Ledger::begin(&path, header)
}

/// All ledgers of this user.
pub(crate) fn all() -> Result<Vec<PathBuf>, String> {
    let folder = folder()?;
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(format!("cannot read {}: {error}", folder.display())),
    };
    let is_ledger = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with("conform-") && name.ends_with(".jsonl")
    };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_ledger).collect();
    paths.sort();
    Ok(paths)
}

/// Removes a ledger that has nothing left to say.
pub(crate) fn forget(ledger: &Ledger) -> Result<(), String> {
    fs::remove_file(ledger.path())
        .map_err(|error| format!("cannot remove {}: {error}", ledger.path().display()))
}

/// The folder of this user for what must outlive a process.
fn folder() -> Result<PathBuf, String> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME")
        .or_else(|| absolute("LOCALAPPDATA"))
        .or_else(|| absolute("HOME").map(|home| home.join(".local/state")));
    let state = state.ok_or("there is no folder for the cleanup ledger; name a file with --ledger")?;
    Ok(state.join("mockorg"))
}
