//! Lists the definitions, their variants and the org files and embeds them, so that dropping a file into a folder is enough.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

/// The tables: name in the code, folders.
const TABLES: &[(&str, &[&str])] = &[
    ("DEFINITIONS", &["schemas/sobjects", "schemas/events"]),
    ("VARIANTS", &["schemas/variants"]),
    ("ORGS", &["fixtures/orgs"]),
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let mut code = String::new();
    for (table, folders) in TABLES {
        writeln!(code, "pub(super) static {table}: &[(&str, &str)] = &[")?;
        for folder in *folders {
            println!("cargo:rerun-if-changed={folder}");
            for name in json_files(&Path::new(&root).join(folder))? {
                let path = format!("/{folder}/{name}");
                writeln!(
                    code,
                    "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),"
                )?;
            }
        }
        writeln!(code, "];")?;
    }
    println!("cargo:rerun-if-changed=build.rs");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("embedded.rs"), code)?;
    Ok(())
}

/// The names of the JSON files of a folder, in order.
fn json_files(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let name = entry?.file_name();
        let name = name.to_str().ok_or("a file name is not UTF-8")?;
        if name.ends_with(".json") {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}
