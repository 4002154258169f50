//! Exchanges as a shell script: the token stands in `$TOKEN`, the org's address in `$ORG`.

use std::fmt::Write as _;

use super::{
    render::{Piece, Renderer},
    secrets::{MASK, is_secret_header, variable_for, without_secret_elements, without_secrets},
    sources::Sources,
    template::relative,
};
use crate::{answer::Exchange, json};

/// Writes exchanges as curl lines that a person can run one after the other.
///
/// Ids that an earlier answer gave become shell variables, with a comment that says where each is found; the token
/// is `$TOKEN` (`$RESTRICTED_TOKEN` for the user `restricted`, and so on), the address of the org `$ORG`.
pub fn script(exchanges: &[Exchange]) -> String {
    let mut renderer = Renderer { sources: Sources::default(), base_url: None, version: None };
    for (turn, exchange) in exchanges.iter().enumerate() {
        renderer.sources.read(turn, exchange);
    }
    let lines: Vec<String> =
        exchanges.iter().enumerate().map(|(turn, exchange)| line(&mut renderer, exchange, turn)).collect();
    let mut script = String::from("# ORG=https://…  TOKEN=…\n");
    for (turn, (exchange, line)) in exchanges.iter().zip(lines).enumerate() {
        if !exchange.label.is_empty() {
            // Writing into a String cannot fail, here and below.
            let _ = writeln!(script, "# {}", exchange.label.replace(['\n', '\r'], " "));
        }
        let _ = writeln!(script, "{line}");
        let _ = writeln!(script, "# answered {}", exchange.answer.status);
        for (name, place) in renderer.sources.captured(turn) {
            let _ = writeln!(script, "# {}=…  take {place} of this answer", shell_name(name));
        }
    }
    script
}

fn line(renderer: &mut Renderer, exchange: &Exchange, turn: usize) -> String {
    let request = &exchange.request;
    let path = match relative(&request.path, None).split_once('?') {
        Some((path, query)) => format!("{path}?{}", without_secret_fields(query)),
        None => relative(&request.path, None).to_owned(),
    };
    let mut line = format!("curl -sS -X {} \"$ORG\"{}", request.method, quoted(renderer, &path, turn));
    if let Some(user) = &request.user {
        let token = if user == "admin" { "TOKEN".to_owned() } else { shell_name(&format!("{user}_TOKEN")) };
        let _ = write!(line, " -H \"Authorization: Bearer ${token}\"");
    }
    for (name, value) in &request.headers {
        let connection = ["host", "content-length", "connection", "accept-encoding", "transfer-encoding"];
        if !is_secret_header(name) && !connection.iter().any(|other| name.eq_ignore_ascii_case(other)) {
            let _ = write!(line, " -H {}", quoted(renderer, &format!("{name}: {value}"), turn));
        }
    }
    if !request.body.is_empty() {
        let body = String::from_utf8_lossy(&request.body);
        let content_type = request.header_value("content-type").unwrap_or_default();
        let body = if content_type.contains("xml") {
            without_secret_elements(&body).0
        } else if content_type.starts_with("application/x-www-form-urlencoded") {
            without_secret_fields(&body)
        } else {
            without_secret_members(&body)
        };
        let _ = write!(line, " --data-binary {}", quoted(renderer, &body, turn));
    }
    line
}

/// The text as it is, unless it is JSON with a secret.
fn without_secret_members(body: &str) -> String {
    match json::parse(body) {
        Ok(json) if without_secrets(&json) != json => without_secrets(&json).to_string(),
        _ => body.to_owned(),
    }
}

fn without_secret_fields(form: &str) -> String {
    let masked = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if variable_for(name).is_some() => format!("{name}={MASK}"),
        _ => pair.to_owned(),
    };
    form.split('&').map(masked).collect::<Vec<_>>().join("&")
}

/// A text for the shell: in single quotes, with the variables outside of them.
fn quoted(renderer: &mut Renderer, text: &str, turn: usize) -> String {
    let mut line = String::from("'");
    for piece in renderer.pieces(text, turn, false) {
        match piece {
            Piece::Text(text) | Piece::Other { text, .. } => line.push_str(&text.replace('\'', r"'\''")),
            Piece::Name { name, .. } => {
                let _ = write!(line, "'\"${}\"'", shell_name(&name));
            }
        }
    }
    line.push('\'');
    line
}

/// `account1` → `ACCOUNT1`.
fn shell_name(name: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' };
    name.chars().map(plain).collect()
}
