//! `mockorg faults`: what can go wrong on purpose, with examples to copy.

use std::{fmt::Write as _, process::ExitCode};

use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::output;

/// What to tell of the faults that have names.
#[derive(Clone, Debug, Args)]
pub(crate) struct FaultsArguments {
    #[command(subcommand)]
    command: FaultsCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum FaultsCommand {
    /// List the faults that have names
    List {
        /// As JSON, with everything that is known of each
        #[arg(long)]
        json: bool,
    },
    /// Show one of them with an example to copy
    Show {
        /// Its name, such as row-lock
        #[arg(value_name = "NAME")]
        name: String,
    },
}

#[derive(Debug, Deserialize)]
struct Catalogue {
    faults: Vec<Named>,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
    description: String,
    wire: String,
    source: String,
    plan: Value,
    example: Example,
}

#[derive(Debug, Deserialize)]
struct Example {
    add: Value,
    calls: Vec<Call>,
}

#[derive(Debug, Deserialize)]
struct Call {
    method: String,
    path: String,
    #[serde(default)]
    headers: serde_json::Map<String, Value>,
    json: Option<Value>,
    text: Option<String>,
    sees: serde_json::Map<String, Value>,
}

/// Does what the command says.
pub(crate) fn faults(arguments: &FaultsArguments) -> Result<ExitCode, String> {
    let text = mockorg::fault_catalogue();
    match &arguments.command {
        FaultsCommand::List { json: true } => output::say(text.trim_end()),
        FaultsCommand::List { json: false } => output::say(&list(&read(text)?.faults)),
        FaultsCommand::Show { name } => {
            let faults = read(text)?.faults;
            let Some(fault) = faults.iter().find(|fault| fault.name == *name) else {
                let known: Vec<&str> = faults.iter().map(|fault| fault.name.as_str()).collect();
                return Err(format!("there is no fault {name}; there are {}", known.join(", ")));
            };
            output::say(&show(fault));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn read(text: &str) -> Result<Catalogue, String> {
    serde_json::from_str(text).map_err(|error| format!("the catalogue of faults cannot be read: {error}"))
}

fn list(faults: &[Named]) -> String {
    let width = faults.iter().map(|fault| fault.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for Named { name, description, .. } in faults {
        let _ = writeln!(text, "{name:width$}  {description}");
    }
    text.push_str("\nmockorg faults show NAME has an example of each.");
    text
}

fn show(fault: &Named) -> String {
    let Named { name, description, wire, source, plan, example } = fault;
    let mut text = format!("{name}\n\n  {description}\n  On the wire: {wire}\n  Source: {source}\n\n");
    let _ = writeln!(text, "The plan:\n\n  {plan}\n");
    let _ = writeln!(
        text,
        "To have it happen in a running org:\n\n{}\n",
        curl("POST", "/__mockorg/faults", &[], Some(&example.add.to_string()))
    );
    let _ = writeln!(text, "In Rust:\n\n  org.use_fault(\"{name}\", |fault| fault)?;\n");
    text.push_str("Then, in the starter org:\n");
    for call in &example.calls {
        let own = call.path.starts_with("/__mockorg");
        let session = ("Authorization".to_owned(), json!("Bearer $TOKEN"));
        let mut headers: Vec<(String, Value)> = (!own).then_some(session).into_iter().collect();
        headers.extend(call.headers.clone());
        let body = call.json.as_ref().map(Value::to_string).or_else(|| call.text.clone());
        let _ = write!(
            text,
            "\n{}\n  {}\n",
            curl(&call.method, &call.path, &headers, body.as_deref()),
            seen(&call.sees)
        );
    }
    text.push_str("\nTo end it:\n\n");
    text.push_str(&curl("DELETE", &format!("/__mockorg/faults/{name}"), &[], None));
    text
}

/// A line for a shell in which `ORG` is the address of the org.
fn curl(method: &str, path: &str, headers: &[(String, Value)], body: Option<&str>) -> String {
    let mut line = String::from("  curl");
    if method != "GET" {
        let _ = write!(line, " -X {method}");
    }
    let _ = write!(line, " \"$ORG{path}\"");
    for (name, value) in headers {
        let _ = write!(line, " -H \"{name}: {}\"", value.as_str().unwrap_or_default());
    }
    if let Some(body) = body {
        if body.starts_with(['{', '[']) {
            line.push_str(" -H \"Content-Type: application/json\"");
        }
        let _ = write!(line, " --data-binary '{}'", body.replace('\'', r"'\''"));
    }
    line
}

/// What a client sees of a call.
fn seen(sees: &serde_json::Map<String, Value>) -> String {
    let mut parts = Vec::new();
    for (kind, value) in sees {
        let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        parts.push(match kind.as_str() {
            "status" => text,
            "json" | "contains" => format!("… {text} …"),
            "text" if text.is_empty() => "an empty body".to_owned(),
            "connection" => format!("the connection is {text}"),
            "bytes" => format!("{text} bytes of the body"),
            "atLeast" => format!("after {text} at least"),
            _ => format!("{kind} {text}"),
        });
    }
    format!("# {}", parts.join(", "))
}
