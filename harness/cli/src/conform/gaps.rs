//! The known gaps of the mock, and the cases that show them.

use std::collections::BTreeMap;

use mockorg_contract::{
    Case, embedded,
    gaps::{Gap, Gaps},
};

use super::arguments::ConformArguments;

/// The area under which the cases of gaps are run.
const AREA: &str = "gaps";

/// Name of a case → its gap.
pub(crate) type Known = BTreeMap<String, Gap>;

/// The gaps that are known, and the cases of those that come with mockorg, unless others were asked for.
pub(crate) fn known(arguments: &ConformArguments) -> Result<(Known, Vec<Case>), String> {
    if let Some(file) = &arguments.comparison.gaps {
        let gaps = Gaps::load(file).map_err(|error| error.to_string())?;
        return Ok((gaps.gaps.into_iter().map(|gap| (gap.id.clone(), gap)).collect(), Vec::new()));
    }
    if arguments.comparison.no_gaps || arguments.data.cases.is_some() {
        return Ok((Known::new(), Vec::new()));
    }
    let gaps = Gaps::parse(embedded::gaps())?;
    let pairs = gaps.with_cases(arguments.data.gap_cases()?).map_err(|error| error.to_string())?;
    let (mut known, mut cases) = (Known::new(), Vec::new());
    for (gap, mut case) in pairs {
        case.name = format!("{AREA}/{}", gap.id);
        known.insert(case.name.clone(), gap.clone());
        cases.push(case);
    }
    Ok((known, cases))
}
