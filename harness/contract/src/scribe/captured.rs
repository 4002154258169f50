//! The file that a captured run becomes: cases that can be replayed on any org.

use std::collections::BTreeSet;

use super::{
    about::About,
    case_file::case_file,
    flows::flows,
    template::{object, relative, text},
};
use crate::{answer::Exchange, json::Json};

/// Writes what a client did as `{"cases": […]}`: one case for each flow that needs nothing of the others, named
/// `captured/001` and so on, as [`load_case_file`](crate::load::load_case_file) reads them.
///
/// Left out are the polls of streaming clients, whose answers hang on time, the control surface, and flows that are
/// the same as an earlier one.
pub fn captured_file(exchanges: &[Exchange], base_url: &str) -> Json {
    let kept: Vec<Exchange> = exchanges.iter().filter(|exchange| is_kept(exchange)).cloned().collect();
    let mut seen = BTreeSet::new();
    let mut cases = Vec::new();
    for flow in flows(&kept) {
        let case = case_file(&flow, &About::observed(title(&flow, base_url)).at(base_url));
        if seen.insert(case.to_string())
            && let Json::Object(mut members) = case
        {
            let name = format!("captured/{:03}", cases.len() + 1);
            members.insert(0, ("name".to_owned(), text(name)));
            cases.push(Json::Object(members));
        }
    }
    object([("cases", Json::Array(cases))])
}

fn is_kept(exchange: &Exchange) -> bool {
    let path = exchange.request.path_only();
    !path.starts_with("/cometd") && !path.starts_with("/__mockorg")
}

/// The first request, and how many follow.
fn title(flow: &[Exchange], base_url: &str) -> String {
    let Some(first) = flow.first() else { return "Nothing was captured".to_owned() };
    let path = relative(&first.request.path, Some(base_url)).split('?').next().unwrap_or_default();
    let words = format!("Captured: {} {path}", first.request.method);
    match flow.len() {
        1 => words,
        more => format!("{words} and {} more", more - 1),
    }
}
