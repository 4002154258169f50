//! What a run is going to do: cases at versions, and how many requests they take.

use std::sync::Arc;

use super::result;
use crate::{case::Case, request_template::RequestTemplate, step::Step, version::ApiVersion};

/// One case at one version.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The case.
    pub case: Arc<Case>,
    /// The version.
    pub version: ApiVersion,
    /// Requests when nothing has to be waited for.
    pub least: u64,
    /// Requests when all waiting takes as long as it may.
    pub most: u64,
}

impl Planned {
    /// `rest/versions at 62.0`
    pub fn key(&self) -> String {
        result::key(&self.case.name, &self.version.to_string())
    }
}

/// All cases at all versions that they ask for, in the order of the cases.
pub fn plan(cases: &[Arc<Case>], newest: ApiVersion) -> Vec<Planned> {
    let planned = |case: &Arc<Case>, version| {
        let (least, most) = calls(case);
        Planned { case: Arc::clone(case), version, least, most }
    };
    cases.iter().flat_map(|case| case.runs_at(newest).into_iter().map(|v| planned(case, v))).collect()
}

/// The least and the most requests of a case.
fn calls(case: &Case) -> (u64, u64) {
    let mut least = 0;
    let mut most = 0;
    for step in &case.steps {
        least += 1;
        most += match step {
            Step::Request(step) => {
                step.repeat.as_ref().map_or(1, |repeat| tries(repeat.at_most, repeat.advance.as_ref()))
            }
            Step::Events(step) => tries(step.events.at_most, step.events.advance.as_ref()),
        };
    }
    if !case.subscribe.is_empty() {
        // Handshake, first connect and disconnect beside one subscription per channel.
        let stream = 3 + case.subscribe.len() as u64;
        least += stream;
        most += stream;
    }
    let cleanup = case.cleanup.len() as u64;
    (least + cleanup, most + cleanup)
}

/// Between two tries the clock may be moved by a request.
fn tries(at_most: u32, advance: Option<&RequestTemplate>) -> u64 {
    let tries = u64::from(at_most.max(1));
    if advance.is_some() { 2 * tries - 1 } else { tries }
}
