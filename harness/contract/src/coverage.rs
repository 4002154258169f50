//! Which endpoints a set of cases reaches.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    answer::Exchange,
    case::{Case, RequestStep, Step},
    endpoints::EndpointIndex,
    json::Json,
    template::Variables,
};

/// Row ids and methods that are reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Pairs of row id and method.
    pub reached: BTreeSet<(String, String)>,
}

impl Coverage {
    /// Finds the rows of all steps without sending anything. A captured value counts as any segment;
    /// a step whose whole path is captured counts only when it names its `endpoint`.
    pub fn of_cases(index: &EndpointIndex, cases: &[Case]) -> Self {
        let mut coverage = Self::default();
        for step in cases.iter().flat_map(|case| &case.steps).filter_map(Step::as_request) {
            coverage.add_step(index, step);
        }
        coverage
    }

    fn add_step(&mut self, index: &EndpointIndex, step: &RequestStep) {
        self.reached.extend(operation_of(index, step));
    }

    /// Adds what was really sent.
    pub fn add_exchanges(&mut self, index: &EndpointIndex, exchanges: &[Exchange]) {
        for exchange in exchanges {
            self.reached.extend(operation(index, &exchange.request.method, exchange.request.path_only()));
        }
    }

    /// Pairs of row id and method that nothing reaches, in the order of the index.
    pub fn missing(&self, index: &EndpointIndex) -> Vec<(String, String)> {
        let pairs = index
            .endpoints
            .iter()
            .flat_map(|row| row.methods.keys().map(|method| (row.id.clone(), method.clone())));
        pairs.filter(|pair| !self.reached.contains(pair)).collect()
    }

    /// Ids of rows that no method reaches, in the order of the index.
    pub fn missing_rows(&self, index: &EndpointIndex) -> Vec<String> {
        let reached: BTreeSet<_> = self.reached.iter().map(|(id, _)| id).collect();
        index.endpoints.iter().filter(|row| !reached.contains(&row.id)).map(|row| row.id.clone()).collect()
    }
}

/// How many cases stand behind an answer: row id, method and status → number of cases.
///
/// A status that is promised and that no case expects is there with zero.
pub fn cases_behind(index: &EndpointIndex, cases: &[Case]) -> BTreeMap<(String, String, u16), usize> {
    let mut behind = BTreeMap::new();
    for row in &index.endpoints {
        for (method, answers) in &row.methods {
            for status in answers.by_status.keys() {
                behind.insert((row.id.clone(), method.clone(), *status), 0);
            }
        }
    }
    for case in cases {
        let mut shown = BTreeSet::new();
        for step in case.steps.iter().filter_map(Step::as_request) {
            let Some((id, method)) = operation_of(index, step) else { continue };
            for status in step.expect.iter().flat_map(|expect| &expect.status.0) {
                shown.insert((id.clone(), method.clone(), *status));
            }
        }
        for answer in shown {
            *behind.entry(answer).or_default() += 1;
        }
    }
    behind
}

/// The row and method that a step reaches.
fn operation_of(index: &EndpointIndex, step: &RequestStep) -> Option<(String, String)> {
    let template = &step.request;
    // A name no row uses as a literal segment.
    let placeholder = Json::String("captured-value".to_owned());
    let variables: Variables =
        template.names().into_iter().map(|name| (name.to_owned(), placeholder.clone())).collect();
    let request = template.expand(&variables).ok()?;
    let method = request.effective_method();
    match &step.endpoint {
        Some(id) => Some((id.clone(), method)),
        None => operation(index, &method, request.path_only()),
    }
}

fn operation(index: &EndpointIndex, method: &str, path: &str) -> Option<(String, String)> {
    let row = index.find_for(method, path).filter(|row| row.knows(method))?;
    Some((row.id.clone(), method.to_owned()))
}
