//! Generated files are committed and must be fresh.

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
