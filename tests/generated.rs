//! Generated files are committed and must be fresh.

#[path = "support/coverage_table.rs"]
mod coverage_table;
#[path = "support/openapi.rs"]
mod openapi;
#[path = "../harness/mockorg/examples/year_of_a_subscription/picture.rs"]
mod picture;
#[path = "../harness/mockorg/examples/year_of_a_subscription/readme.rs"]
mod readme;
#[path = "../harness/mockorg/examples/year_of_a_subscription/story.rs"]
mod story;
#[path = "../harness/mockorg/examples/year_of_a_subscription/table.rs"]
mod table;
#[path = "../harness/mockorg/examples/year_of_a_subscription/year.rs"]
mod year;

use std::{fs, path::Path};

use mockorg::MockOrg;
use mockorg_contract::{ApiVersion, CaseFormat, endpoints::EndpointIndex, load_cases};

/// Compares a file of the project with what it should be; writes it instead when that is asked for.
fn assert_fresh(file: &str, fresh: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let committed = fs::read_to_string(&path).unwrap_or_default();
    if committed != fresh && std::env::var_os("MOCKORG_WRITE").is_some() {
        fs::write(&path, fresh).expect("the file can be written");
        return;
    }
    assert!(
        committed == fresh,
        "{file} is stale; run MOCKORG_WRITE=1 cargo test -p mockorg --test generated"
    );
}

#[test]
fn the_endpoint_index_is_what_the_table_says() {
    assert_fresh("schemas/endpoints.json", &mockorg::endpoint_index_json());
}

#[test]
fn the_document_of_the_control_surface_is_what_rows_and_schemas_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert_fresh("harness/gateway/openapi/control.json", &openapi::document(root));
}

#[test]
fn the_coverage_table_is_what_endpoints_and_cases_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let index = EndpointIndex::parse(&mockorg::endpoint_index_json()).expect("the index can be read");
    let format = CaseFormat::load(&root.join("schemas/case.schema.json")).expect("the format can be read");
    let cases = load_cases(&root.join("harness/contract/cases"), &format).expect("the cases can be read");
    assert_fresh("docs/coverage.md", &coverage_table::markdown(&index, &cases));
}

/// An org with every feature, so that its objects have every field that a standard object may have.
const EVERY_FEATURE: &str = r#"{
    "name": "all",
    "features": ["MultiCurrency", "PersonAccounts", "RevenueLifecycle", "StateAndCountryPicklists"],
    "steps": []
}"#;

#[test]
fn the_schemas_of_records_and_events_are_what_the_definitions_say() {
    let schemas =
        MockOrg::builder().org_json(EVERY_FEATURE).json_schemas(None).expect("an org with all features");
    for (path, text) in &schemas {
        assert_fresh(&format!("schemas/{path}"), text);
    }
    for folder in ["responses/records", "events/payloads"] {
        let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(folder))
            .expect("the folder can be listed");
        for file in files {
            let name = file.expect("the folder can be listed").file_name().to_string_lossy().into_owned();
            let path = format!("{folder}/{name}");
            assert!(
                schemas.iter().any(|(known, _)| *known == path),
                "schemas/{path} belongs to no definition; delete it"
            );
        }
    }
}

/// The harness takes the schema of a version out of the committed one; users get it written for them.
#[test]
fn the_schema_of_a_version_is_the_committed_one_without_what_does_not_exist_there() {
    let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("a schema is JSON");
    let schemas = |version| {
        MockOrg::builder().org_json(EVERY_FEATURE).json_schemas(version).expect("an org with all features")
    };
    let all = schemas(None);
    for number in [31, 49, 55, 60, 62, 68] {
        let version = mockorg::ApiVersion::new(number).expect("a live version");
        let of_version = schemas(Some(version));
        for (path, text) in &all {
            let exported =
                path.replace("responses/records/", "records/").replace("events/payloads/", "events/");
            let addressed = text.replace("../../responses/", "../").replace("\"../", "\"../responses/");
            let expected =
                mockorg_contract::schemas::specialise(&parse(&addressed), ApiVersion(u16::from(number)));
            let found = of_version.iter().find(|(own, _)| *own == exported).map(|(_, text)| parse(text));
            assert_eq!(found, expected, "{path} at {version}");
        }
    }
}

#[test]
fn the_list_of_error_codes_is_what_the_org_knows() {
    assert_fresh("schemas/responses/error-code.schema.json", &mockorg::error_code_schema());
}

#[test]
fn the_year_of_a_subscription_is_what_the_org_makes_of_it() {
    let year = year::live().expect("the year can be lived");
    assert_fresh(readme::PICTURE, &picture::svg(&year));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(path).expect("the README can be read");
    let (before, rest) = text.split_once(readme::BEGIN).expect("the README marks where the year begins");
    let (_, after) = rest.split_once(readme::END).expect("the README marks where the year ends");
    let fresh = [before, readme::BEGIN, &readme::section(&year), readme::END, after].concat();
    assert_fresh("README.md", &fresh);
}
