//! Generated files are committed and must be fresh.

use std::{fs, path::Path};

#[test]
fn the_endpoint_index_is_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/endpoints.json");
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let fresh = mockorg::endpoint_index_json();
    if committed != fresh && std::env::var_os("MOCKORG_WRITE").is_some() {
        fs::write(&path, &fresh).expect("the endpoint index can be written");
        return;
    }
    assert!(
        committed == fresh,
        "schemas/endpoints.json is stale; run MOCKORG_WRITE=1 cargo test -p mockorg --test generated"
    );
}
