//! Which endpoints a set of cases reaches.

use std::collections::BTreeSet;

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
        let template = &step.request;
        // A name no row uses as a literal segment.
        let placeholder = Json::String("captured-value".to_owned());
        let variables: Variables =
            template.names().into_iter().map(|name| (name.to_owned(), placeholder.clone())).collect();
        let Ok(request) = template.expand(&variables) else { return };
        let method = request.effective_method();
        match &step.endpoint {
            Some(id) => {
                self.reached.insert((id.clone(), method));
            }
            None => self.add(index, &method, request.path_only()),
        }
    }

    /// Adds what was really sent.
    pub fn add_exchanges(&mut self, index: &EndpointIndex, exchanges: &[Exchange]) {
        for exchange in exchanges {
            self.add(index, &exchange.request.method, exchange.request.path_only());
        }
    }

    fn add(&mut self, index: &EndpointIndex, method: &str, path: &str) {
        if let Some(row) = index.find_for(method, path).filter(|row| row.knows(method)) {
            self.reached.insert((row.id.clone(), method.to_owned()));
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
