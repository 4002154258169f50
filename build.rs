//! Lists the definitions, their variants and the org files and embeds them, so that dropping a file into a folder
//! is enough. With the feature `schemas` it embeds the JSON Schemas, too.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

/// The tables: name in the code, folders.
const TABLES: &[(&str, &[&str])] = &[
    ("DEFINITIONS", &["schemas/sobjects", "schemas/events"]),
    ("VARIANTS", &["schemas/variants"]),
    ("ORGS", &["fixtures/orgs"]),
];

/// What describes answers: folders and files below `schemas`.
const SCHEMAS: &[&str] =
    &["case.schema.json", "endpoints.json", "events/payloads", "responses", "responses/records"];

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
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("embedded.rs"), code)?;
    if env::var_os("CARGO_FEATURE_SCHEMAS").is_some() {
        fs::write(Path::new(&out).join("schemas.rs"), schemas(Path::new(&root))?)?;
    }
    Ok(())
}

/// The table of JSON Schemas: path below `schemas`, and text.
fn schemas(root: &Path) -> Result<String, Box<dyn Error>> {
    let mut files = Vec::new();
    for place in SCHEMAS {
        println!("cargo:rerun-if-changed=schemas/{place}");
        let path = root.join("schemas").join(place);
        if path.is_dir() {
            files.extend(json_files(&path)?.into_iter().map(|name| format!("{place}/{name}")));
        } else {
            files.push((*place).to_owned());
        }
    }
    let mut code = String::from("pub(super) static FILES: &[(&str, &str)] = &[\n");
    for file in files {
        let path = format!("/schemas/{file}");
        writeln!(code, "    ({file:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),")?;
    }
    code.push_str("];\n");
    Ok(code)
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
