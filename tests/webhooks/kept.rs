//! Webhooks of an org that outlives its process.

use std::{fs, path::Path};

use mockorg::{MockOrg, Webhook};
use serde_json::{Value as Json, json};

use crate::{EVENT, endpoint::Endpoint, publish, settle, state};

/// The starter org with a webhook.
fn org_file(url: &str) -> String {
    let mut org: Json = serde_json::from_str(include_str!("../../fixtures/orgs/starter.json")).unwrap();
    org["webhooks"] = json!([{ "name": "of-the-file", "url": format!("{url}/file"), "channel": EVENT }]);
    org.to_string()
}

#[test]
fn webhooks_go_on_behind_the_last_event_that_their_endpoint_took_in_a_life_before() {
    for (name, every) in [("images", 1), ("journals", u64::MAX)] {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kept-webhooks").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        let (of_file, of_program) = (Endpoint::start(), Endpoint::start());
        let start = || {
            let builder = MockOrg::builder().org_json(org_file(&of_file.url)).data_dir(&folder);
            builder.image_every(every).start_blocking().unwrap()
        };

        let org = start();
        publish(&org, "before");
        org.add_webhook(Webhook::new("of-the-program", &of_program.url, EVENT).with_secret("sesame"))
            .unwrap();
        publish(&org, "one");
        assert_eq!((of_file.next().request(), of_file.next().request()), ("before", "one"));
        assert_eq!(of_program.next().request(), "one");
        settle(&org);
        // By the org's clock, which stands, neither is tried again.
        of_file.answer(500);
        of_program.answer(500);
        publish(&org, "two");
        assert_eq!((of_file.next().request(), of_program.next().request()), ("two", "two"));
        settle(&org);
        assert_eq!(state(&org, "of-the-program").retries, 1);
        drop(org);
        of_file.answer(204);
        of_program.answer(204);

        let org = start();
        publish(&org, "three");
        assert_eq!((of_file.next().request(), of_file.next().request()), ("two", "three"), "{name}");
        let (two, three) = (of_program.next(), of_program.next());
        assert_eq!((two.request(), three.request()), ("two", "three"), "{name}");
        assert!(!two.header("x-mockorg-signature").is_empty(), "the secret is there again");
        settle(&org);
        assert!(org.end_webhook("of-the-program"));
        drop(org);

        let org = start();
        publish(&org, "four");
        assert_eq!(of_file.next().request(), "four");
        settle(&org);
        assert!(of_file.rest().is_empty() && of_program.rest().is_empty(), "{name}");
        assert_eq!(org.webhooks().len(), 1, "{name}");
    }
}
