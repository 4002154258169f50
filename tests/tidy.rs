//! Rules about the project itself, mechanically held.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` with this ending, build output and installed packages left out.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir() {
                if !["target", "node_modules", ".git"].iter().any(|skipped| name == *skipped) {
                    folders.push(path);
                }
            } else if name.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut paths = files(&root().join("harness"), ".rs");
    paths.extend(files(&root().join("tests"), ".rs"));
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn crates_depend_on_each_other_as_the_architecture_says() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("harness/soql", &[][..]),
        ("harness/org", &["mockorg-soql"]),
        ("harness/gateway", &["mockorg-org"]),
        ("harness/pubsub", &["mockorg-gateway", "mockorg-org"]),
        ("harness/contract", &[]),
        ("harness/cli", &["mockorg", "mockorg-contract"]),
        (".", &["mockorg-contract", "mockorg-gateway", "mockorg-org", "mockorg-pubsub"]),
    ]);
    for (krate, allowed) in allowed {
        let manifest = fs::read_to_string(root().join(krate).join("Cargo.toml")).unwrap();
        let mut section = String::new();
        for line in manifest.lines() {
            if line.starts_with('[') {
                section = line.trim_matches(['[', ']']).to_owned();
            }
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if section == "dependencies" && name.starts_with("mockorg") {
                assert!(allowed.contains(&name), "{krate} must not depend on {name}");
            }
        }
    }
}

#[test]
fn the_core_stays_without_clocks_files_and_sockets() {
    for krate in ["org", "soql"] {
        let lints = fs::read_to_string(root().join("harness").join(krate).join("clippy.toml")).unwrap();
        for forbidden in
            ["HashMap", "SystemTime::now", "std::fs::read_to_string", "std::thread::spawn", "TcpStream"]
        {
            assert!(lints.contains(forbidden), "{krate}/clippy.toml must forbid {forbidden}");
        }
    }
    // The lint file cannot see a whole module that is imported under another name; this can.
    for path in files(&root().join("harness/org/src"), ".rs")
        .into_iter()
        .chain(files(&root().join("harness/soql/src"), ".rs"))
    {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let is_test = path.to_string_lossy().contains("test");
        for forbidden in
            ["std::fs", "std::net", "std::env", "std::process", "std::thread", "SystemTime", "tokio::"]
        {
            assert!(is_test || !code.contains(forbidden), "{} uses {forbidden}", path.display());
        }
    }
}

#[test]
fn files_stay_short_and_say_what_they_are() {
    const LONGEST: usize = 600;
    for (path, text) in sources() {
        let lines = text.lines().count();
        let generated = path.components().any(|part| part.as_os_str() == "generated");
        assert!(generated || lines <= LONGEST, "{} has {lines} lines; split it by concept", path.display());
        assert!(text.starts_with("//!"), "{} has no `//!` header", path.display());
    }
}

#[test]
fn tests_neither_sleep_nor_hide() {
    let own = Path::new(file!()).file_name().unwrap();
    for (path, text) in sources() {
        if path.file_name() == Some(own) {
            continue;
        }
        for forbidden in ["#[ignore", "thread::sleep", "todo!(", "unimplemented!("] {
            assert!(!text.contains(forbidden), "{} has {forbidden}", path.display());
        }
    }
}

#[test]
fn definitions_are_of_their_format() {
    let schema = json(&root().join("schemas/sobject.schema.json"));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mut count = 0;
    for folder in ["sobjects", "events"] {
        let paths = files(&root().join("schemas").join(folder), ".json");
        // The schemas of payloads are made of the definitions and lie below them.
        let is_definition = |path: &PathBuf| !path.to_string_lossy().ends_with(".schema.json");
        for path in paths.into_iter().filter(is_definition) {
            let definition = json(&path);
            let errors: Vec<String> = validator
                .iter_errors(&definition)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{}: {}", path.display(), errors.join("; "));
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            assert_eq!(definition["name"], stem.as_str(), "{} is named after another object", path.display());
            count += 1;
        }
    }
    assert!(count >= 100, "only {count} definitions");
}

#[test]
fn org_files_and_variants_are_of_their_formats() {
    for (schema, folder) in [("org", "fixtures/orgs"), ("variant", "schemas/variants")] {
        let schema = json(&root().join(format!("schemas/{schema}.schema.json")));
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        for path in files(&root().join(folder), ".json") {
            let file = json(&path);
            let errors: Vec<String> = validator
                .iter_errors(&file)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{}: {}", path.display(), errors.join("; "));
        }
    }
}

#[test]
fn known_gaps_are_complete() {
    // What members an entry has, and that no id is taken twice, its reader knows.
    let list = mockorg_contract::gaps::Gaps::load(&root().join("harness/contract/gaps.json")).unwrap();
    for gap in &list.gaps {
        for text in [&gap.id, &gap.area, &gap.choice, &gap.reason] {
            assert!(!text.is_empty(), "{gap:?}");
        }
        assert!(gap.source.starts_with("https://"), "{}: `source` names the public page", gap.id);
    }
    assert!(!list.gaps.is_empty());
}

#[test]
fn every_endpoint_has_a_schema_and_a_case() {
    let responses = root().join("schemas/responses");
    let schemas = mockorg_contract::Schemas::load(&root().join("schemas")).unwrap();
    let format = mockorg_contract::CaseFormat::load(&root().join("schemas/case.schema.json")).unwrap();
    let cases = mockorg_contract::load_cases(&root().join("harness/contract/cases"), &format).unwrap();
    let index = json(&root().join("schemas/endpoints.json"));
    for endpoint in index["endpoints"].as_array().unwrap() {
        for answers in endpoint["methods"].as_object().unwrap().values() {
            for names in answers.as_object().unwrap().values() {
                let names = names.as_array().cloned().unwrap_or_else(|| vec![names.clone()]);
                for name in names.iter().filter_map(|name| name.as_str()) {
                    let kind =
                        ["none", "empty", "xml", "csv", "text", "html", "blob", "default"].contains(&name);
                    let path = responses.join(format!("{name}.schema.json"));
                    assert!(kind || path.exists(), "{}: {} does not exist", endpoint["id"], path.display());
                }
            }
        }
    }
    let coverage = mockorg_contract::coverage::Coverage::of_cases(&schemas.endpoints, &cases);
    let missing = coverage.missing(&schemas.endpoints);
    assert!(missing.is_empty(), "no case reaches {missing:?}");
}

#[test]
fn cases_name_their_source() {
    for path in files(&root().join("harness/contract/cases"), ".json") {
        let case = json(&path);
        let source = case["source"].as_str().unwrap_or_default();
        assert!(
            source.starts_with("https://") || source.starts_with("observed"),
            "{}: {source}",
            path.display()
        );
    }
}
