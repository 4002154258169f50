//! Images that somebody has changed, checksum included.

use std::sync::Arc;

use proptest::prelude::*;

use super::{ImageError, digest};
use crate::{
    Org,
    access::test_org::{START, TestOrg},
};

/// An org with a little of everything that a small catalog has.
fn org() -> Org {
    let mut test = TestOrg::new();
    let token = test.token(START);
    test.authenticate(START, &token).unwrap();
    test.assign("Own", &["PermissionsApiEnabled"]);
    test.org
}

/// The image with this content.
fn sealed(content: &[u8]) -> Vec<u8> {
    let mut image = content.to_vec();
    image.extend_from_slice(&digest(content).to_le_bytes());
    image
}

#[test]
fn what_lies_behind_the_end_is_refused() {
    let org = org();
    let image = org.image();
    let mut content = image[..image.len() - 8].to_vec();
    assert_eq!(sealed(&content), image);
    content.push(0);
    let refused = Org::from_image(Arc::clone(org.catalog()), &sealed(&content)).unwrap_err();
    assert_eq!(refused, ImageError::content("there is more behind its end"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn bytes_under_a_right_checksum_give_an_org_or_an_error(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        end in prop::option::of(any::<prop::sample::Index>()),
    ) {
        thread_local! {
            static ORG: (Org, Vec<u8>) = {
                let org = org();
                let image = org.image();
                (org, image)
            };
        }
        let (catalog, image) = ORG.with(|(org, image)| (Arc::clone(org.catalog()), image.clone()));
        let mut content = image[..image.len() - 8].to_vec();
        for (place, byte) in changes {
            let place = 10 + place.index(content.len() - 10);
            content[place] = byte;
        }
        if let Some(end) = end {
            content.truncate(10 + end.index(content.len() - 10));
        }
        if let Ok(org) = Org::from_image(catalog, &sealed(&content)) {
            // Whatever it is, it can be written again.
            prop_assert!(!org.image().is_empty());
        }
    }
}
