//! Which of a case's writes could be told from the work of others on a shared org.

use std::collections::BTreeSet;

use crate::{
    case::Case,
    step::{RequestStep, Step},
};

/// The variable whose value marks records.
pub const MARK: &str = "mark";

impl Case {
    /// The steps that write without a sign that what they write is the case's own: neither the request holds
    /// `{mark}`, nor a value that was captured from a marked or own record. Such a case leaves, or changes, what
    /// nobody could find again; it is no case for an org that is shared.
    ///
    /// Steps that expect a refusal write nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg_contract::Case;
    ///
    /// let case: Case = serde_json::from_str(
    ///     r#"{"title": "Two accounts are created", "source": "observed", "steps": [
    ///         {"title": "ours", "expect": {"status": 201}, "request": {"method": "POST",
    ///          "path": "/services/data/{version}/sobjects/Account", "json": {"Name": "{mark}Acme"}}},
    ///         {"title": "whose", "expect": {"status": 201}, "request": {"method": "POST",
    ///          "path": "/services/data/{version}/sobjects/Account", "json": {"Name": "Acme"}}}
    ///     ]}"#,
    /// )?;
    /// assert_eq!(case.unmarked_writes(), ["step 2 (whose)"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn unmarked_writes(&self) -> Vec<String> {
        let mut own = BTreeSet::from([MARK]);
        let mut unmarked = Vec::new();
        for (index, step) in self.steps.iter().enumerate() {
            let Step::Request(step) = step else { continue };
            let ours = step.request.names().iter().any(|name| own.contains(name));
            if ours {
                own.extend(step.capture.keys().map(String::as_str));
            } else if writes(step) {
                let title = step.title.as_deref().map(|title| format!(" ({title})")).unwrap_or_default();
                unmarked.push(format!("step {}{title}", index + 1));
            }
        }
        unmarked
    }
}

/// Whether a step changes data of the org, going by its address.
fn writes(step: &RequestStep) -> bool {
    let request = &step.request;
    let refused =
        step.expect.as_ref().is_some_and(|expect| expect.status.0.iter().all(|status| *status >= 400));
    let path = request.path.split('?').next().unwrap_or_default();
    // Sessions, subscriptions and the control surface are no data of the org.
    let data =
        path.starts_with("/services/data/") || path.starts_with('{') || path.contains("/services/Soap/");
    let reads = ["/query", "/parameterizedSearch", "/search"].iter().any(|end| path.ends_with(end));
    let method = request.headers.get("X-HTTP-Method-Override").unwrap_or(&request.method);
    data && !reads && !refused && matches!(method.as_str(), "POST" | "PATCH" | "PUT" | "DELETE")
}
