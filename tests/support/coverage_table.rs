//! The coverage table of the docs: every operation with its answers and the cases behind them.

use std::{collections::BTreeMap, fmt::Write as _};

use mockorg_contract::{Case, coverage::cases_behind, endpoints::EndpointIndex};

const HEAD: &str = "# Coverage

Every operation that mockorg serves, and how many contract cases stand behind each status of its answers. A status
with 0 is promised by a schema and shown by no case. What mockorg does not serve it refuses with
`MOCKORG_NOT_MODELLED` (501); `GET /__mockorg/coverage` lists what was refused.

This file is generated from the table of endpoints and the cases:
`MOCKORG_WRITE=1 cargo test -p mockorg --test generated`.
";

/// The table as Markdown.
pub(crate) fn markdown(index: &EndpointIndex, cases: &[Case]) -> String {
    let mut statuses: BTreeMap<(String, String), Vec<(u16, usize)>> = BTreeMap::new();
    for ((id, method, status), count) in cases_behind(index, cases) {
        statuses.entry((id, method)).or_default().push((status, count));
    }
    let operations: usize = index.endpoints.iter().map(|row| row.methods.len()).sum();
    let mut text = HEAD.to_owned();
    // Writing into a String cannot fail.
    let _ = write!(text, "\n{operations} operations, {} cases.\n\n", cases.len());
    text.push_str("| Operation | Path | Status × cases | |\n| --- | --- | --- | --- |\n");
    for row in &index.endpoints {
        for method in row.methods.keys() {
            let shown = statuses.get(&(row.id.clone(), method.clone()));
            let shown: Vec<String> =
                shown.into_iter().flatten().map(|(status, count)| format!("{status} × {count}")).collect();
            let (id, path, doc) = (&row.id, &row.path, &row.doc);
            let _ = writeln!(text, "| {id} | `{method} {path}` | {} | {doc} |", shown.join(", "));
        }
    }
    text
}
