//! The closed list of error codes.

use mockorg_org::ErrorCode;

use super::text::quoted;

/// The schema of an error code: every code that an org answers, a line each.
///
/// # Examples
///
/// ```
/// assert!(mockorg_gateway::json_schema::error_code_schema().contains("\"MALFORMED_QUERY\""));
/// ```
#[must_use]
pub fn error_code_schema() -> String {
    let codes: Vec<String> =
        ErrorCode::ALL.iter().map(|code| format!("    {}", quoted(code.as_str()))).collect();
    format!(
        "{{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"title\": \"An error code\",\n  \"enum\": [\n{}\n  ]\n}}\n",
        codes.join(",\n")
    )
}
