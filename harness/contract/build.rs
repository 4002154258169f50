//! With the feature `embedded`: lists the case files and regressions and embeds them with the known gaps.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

/// The tables: name in the code, folder.
const TABLES: &[(&str, &str)] =
    &[("CASES", "cases"), ("GAP_CASES", "gap-cases"), ("REGRESSIONS", "regressions")];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_EMBEDDED").is_none() {
        return Ok(());
    }
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let mut code = String::new();
    for (table, folder) in TABLES {
        println!("cargo:rerun-if-changed={folder}");
        let mut names = Vec::new();
        list(&Path::new(&root).join(folder), "", &mut names)?;
        names.sort();
        writeln!(code, "static {table}: &[(&str, &str)] = &[")?;
        for name in names {
            let path = format!("/{folder}/{name}.json");
            writeln!(code, "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),")?;
        }
        writeln!(code, "];")?;
    }
    println!("cargo:rerun-if-changed=gaps.json");
    writeln!(
        code,
        "static GAPS: &str = include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/gaps.json\"));"
    )?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("embedded.rs"), code)?;
    Ok(())
}

/// The JSON files below a folder, by their paths without ending.
fn list(folder: &Path, place: &str, names: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_str().ok_or("a file name is not UTF-8")?;
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{place}{name}/"), names)?;
        } else if let Some(stem) = name.strip_suffix(".json") {
            names.push(format!("{place}{stem}"));
        }
    }
    Ok(())
}
