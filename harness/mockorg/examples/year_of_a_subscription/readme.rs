//! The part of the README that the year writes: tables, picture, and the story as a doc test.

use crate::{table, year::Year};

/// Where the part begins in the README.
pub(crate) const BEGIN: &str = "<!-- year -->\n";
/// Where it ends.
pub(crate) const END: &str = "<!-- /year -->\n";

/// The file of the picture.
pub(crate) const PICTURE: &str = "snapshots/year-of-a-subscription.svg";

const STORY: &str = include_str!("story.rs");

/// What makes the story a program.
const MAIN: &str = r#"
fn main() -> Result<(), Box<dyn Error>> {
    let beginning = Timestamp::parse("2026-01-01T09:00:00Z").ok_or("no time")?;
    let org = MockOrg::builder().clock(mockorg::Clock::Manual(beginning)).start_blocking()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let asset = runtime.block_on(year_of_a_subscription(&org))?;
    let total = org.record(&asset).and_then(|asset| asset.get("TotalLifecycleAmount").as_number());
    assert_eq!(total.map(|total| total.to_string()).as_deref(), Some("2150"));
    Ok(())
}
"#;

/// What stands between the two marks.
pub(crate) fn section(year: &Year) -> String {
    // Without the header of the file, which speaks of the file.
    let code = STORY.split_once("\n\n").map_or(STORY, |(_, code)| code).replace("pub(crate) ", "");
    format!(
        "{}\n\n![Quantity and monthly recurring revenue over the year]({PICTURE})\n\n<details>\n\
         <summary>What the client does, as a program</summary>\n\n```rust\n{}{MAIN}```\n\n</details>\n",
        table::tables(year),
        code.trim_start(),
    )
}
