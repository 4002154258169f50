//! The table of endpoints as others see it: a list, and a file.

use crate::{
    endpoint::{Endpoint, MethodRow},
    endpoints::ENDPOINTS,
    json::{JsonForm, JsonWriter},
};

/// One endpoint, for those who want to know which there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointInfo {
    /// The name that contract cases use.
    pub id: &'static str,
    /// The path template.
    pub path: &'static str,
    /// The first version.
    pub since: u8,
    /// The last version, if there is one.
    pub until: Option<u8>,
    /// The methods, each with the schema names of its answers by status.
    pub methods: Vec<(&'static str, &'static [(&'static str, &'static str)])>,
    /// What the endpoint does.
    pub doc: &'static str,
}

/// Every endpoint, in the order of the table.
///
/// # Examples
///
/// ```
/// assert!(mockorg_gateway::endpoints().any(|endpoint| endpoint.path == "/services/data"));
/// ```
pub fn endpoints() -> impl Iterator<Item = EndpointInfo> {
    ENDPOINTS.iter().map(|row| EndpointInfo {
        id: row.id,
        path: row.path,
        since: row.since,
        until: row.until,
        methods: row.methods.iter().map(|method| (method.name, method.answers)).collect(),
        doc: row.doc,
    })
}

/// The table as JSON, two blanks deep per level, for checks that know nothing of this crate.
#[must_use]
pub fn endpoint_index_json() -> String {
    let rows: Vec<String> = ENDPOINTS.iter().copied().map(index_row).collect();
    format!("{{\n  \"endpoints\": [\n{}\n  ]\n}}\n", rows.join(",\n"))
}

fn index_row(row: &Endpoint) -> String {
    let methods: Vec<String> = row.methods.iter().map(index_method).collect();
    let until = row.until.map(|until| format!("      \"until\": \"{until}.0\",\n")).unwrap_or_default();
    format!(
        "    {{\n      \"id\": {},\n      \"path\": {},\n      \"since\": \"{}.0\",\n{until}      \"methods\": {{\n{}\n      }},\n      \"doc\": {}\n    }}",
        quoted(row.id),
        quoted(row.path),
        row.since,
        methods.join(",\n"),
        quoted(row.doc),
    )
}

fn index_method(method: &MethodRow) -> String {
    let answers: Vec<String> = method
        .answers
        .chunk_by(|one, next| one.0 == next.0)
        .map(|forms| {
            let schemas: Vec<String> = forms.iter().map(|(_, schema)| quoted(schema)).collect();
            match &*schemas {
                [only] => format!("{}: {only}", quoted(forms[0].0)),
                several => format!("{}: [{}]", quoted(forms[0].0), several.join(", ")),
            }
        })
        .collect();
    format!("        {}: {{ {} }}", quoted(method.name), answers.join(", "))
}

fn quoted(text: &str) -> String {
    let mut writer = JsonWriter::new(JsonForm::Compact);
    writer.string(text);
    String::from_utf8(writer.finish()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_json_that_names_every_row() {
        let index = endpoint_index_json();
        assert!(crate::json::read(index.as_bytes()).is_ok());
        for row in ENDPOINTS.iter().copied() {
            assert!(index.contains(&format!("\"id\": \"{}\"", row.id)));
        }
    }
}
