//! What the image of an org costs in time and room: `cargo bench -p mockorg-org --bench image`.
//!
//! Prints a Markdown table for 1,000, 100,000 and 1,000,000 accounts; numbers among the arguments choose others.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark measures time, and reports to whoever runs it"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use mockorg_org::{Call, Org, OrgFile, Reply, Session, Settings};
use support::{ORG, TOKEN, fields, noon};

/// How often each measurement is taken; the best counts.
const ROUNDS: usize = 3;

fn main() {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if numbers.is_empty() { vec![1_000, 100_000, 1_000_000] } else { numbers };
    println!("| Records | Image, bytes each | Image | Org from it | Fingerprint |");
    println!("| ---: | ---: | ---: | ---: | ---: |");
    for size in sizes {
        let org = filled(size);
        let (writing, image) = best(|| org.image());
        let (reading, again) = best(|| Org::from_image(Arc::clone(org.catalog()), &image).unwrap());
        let (printing, fingerprint) = best(|| org.fingerprint());
        assert_eq!(again.fingerprint(), fingerprint);
        let each = image.len() / size.max(1);
        println!("| {size} | {each} | {writing:.1?} | {reading:.1?} | {printing:.1?} |");
    }
}

/// An org with so many accounts.
fn filled(size: usize) -> Org {
    let file = OrgFile::parse(ORG).unwrap();
    let settings = Settings { session_token: Some(TOKEN.into()), ..Settings::default() };
    let mut org = Org::new(support::catalog(file.features(), &[]), settings);
    org.load(&file, noon()).unwrap();
    let session =
        Session { token: Some(TOKEN.into()), version: mockorg_org::ApiVersion::NEWEST, origin: None };
    for number in 0..size {
        let (name, city) = (format!("Account {number:07}"), format!("City {}", number % 50));
        let values = [("Name", &*name), ("BillingCity", &*city), ("Industry", "Energy"), ("Phone", &*name)];
        let call = Call::Create { object: "Account".into(), fields: fields(&values) };
        let reply = org.call_again(noon(), &session, call).unwrap();
        assert!(matches!(reply, Reply::Created(_)));
    }
    org
}

fn best<T>(mut f: impl FnMut() -> T) -> (Duration, T) {
    let mut runs = (0..ROUNDS).map(|_| {
        let started = Instant::now();
        let made = f();
        (started.elapsed(), made)
    });
    let first = runs.next().unwrap();
    runs.fold(first, |best, run| if run.0 < best.0 { run } else { best })
}
