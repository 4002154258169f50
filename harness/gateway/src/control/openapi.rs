//! The document that describes the control surface.

use crate::{
    answer::Answer,
    endpoint::{Argument, Auth},
    endpoints::ENDPOINTS,
    exchange::{Exchange, Failure},
};

/// Written by a test from the rows of the table and the schemas of the project.
const DOCUMENT: &str = include_str!("../../openapi/control.json");

/// `GET /__mockorg/openapi.json`.
pub(crate) fn openapi(_: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(Answer::json(200, DOCUMENT.into()))
}

/// One method of the control surface, as the document describes it.
#[derive(Clone, Copy, Debug)]
pub struct ControlOperation {
    /// The row's name, such as `control-clock`.
    pub id: &'static str,
    /// The path template.
    pub path: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// What the endpoint does.
    pub doc: &'static str,
    /// The schema of the answer, by status.
    pub answers: &'static [(&'static str, &'static str)],
    /// The schema of the body, if it takes one.
    pub body: Option<&'static str>,
    /// The parameters of the address: name, form, meaning.
    pub arguments: &'static [Argument],
}

/// Every method of the control surface, in the order of the table.
///
/// # Examples
///
/// ```
/// let mut operations = mockorg_gateway::control_operations();
/// assert!(operations.any(|operation| operation.path == "/__mockorg/clock" && operation.method == "POST"));
/// ```
pub fn control_operations() -> impl Iterator<Item = ControlOperation> {
    let rows = ENDPOINTS.iter().copied().filter(|row| row.auth == Auth::Control);
    rows.flat_map(|row| {
        row.methods.iter().map(|method| ControlOperation {
            id: row.id,
            path: row.path,
            method: method.name,
            doc: row.doc,
            answers: method.answers,
            body: method.body.filter(|body| *body != "none"),
            arguments: method.arguments,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_that_may_take_a_body_says_what_it_takes() {
        let rows = ENDPOINTS.iter().copied().filter(|row| row.auth == Auth::Control);
        for (row, method) in rows.flat_map(|row| row.methods.iter().map(move |method| (row, method))) {
            let takes = matches!(method.name, "POST" | "PUT" | "PATCH");
            assert!(
                !takes || method.body.is_some(),
                "{} {}: end its row with `.taking(\"{}\")` and write schemas/requests/{}.schema.json, or with \
                 `.taking(\"none\")`",
                method.name,
                row.path,
                row.id,
                row.id,
            );
        }
    }
}
