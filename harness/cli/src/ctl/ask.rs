//! What each command asks the control surface.

use std::{
    fs,
    io::{self, Read as _},
};

use mockorg_contract::Json;

use super::arguments::{
    BranchesCommand, ClockCommand, CtlCommand, EventsCommand, FaultsCommand, JobsCommand, ListCommand,
    SnapshotsCommand,
};

/// A request to the control surface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) method: String,
    /// With the query.
    pub(super) path: String,
    pub(super) body: Option<String>,
}

/// Where the control surface lies.
const ROOT: &str = "/__mockorg";

impl Ask {
    fn get(path: &str) -> Self {
        Self { method: "GET".to_owned(), path: format!("{ROOT}/{path}"), body: None }
    }

    fn post(path: &str, body: impl Into<Option<String>>) -> Self {
        Self { method: "POST".to_owned(), path: format!("{ROOT}/{path}"), body: body.into() }
    }

    fn delete(path: &str) -> Self {
        Self { method: "DELETE".to_owned(), path: format!("{ROOT}/{path}"), body: None }
    }

    /// With a parameter more.
    fn with(mut self, name: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            let mark = if self.path.contains('?') { '&' } else { '?' };
            self.path.push(mark);
            self.path.push_str(&[escaped(name).as_str(), "=", escaped(value).as_str()].concat());
        }
        self
    }

    /// What a command asks.
    ///
    /// # Errors
    ///
    /// When JSON that was given is none, or cannot be read.
    pub(super) fn of(command: &CtlCommand) -> Result<Self, String> {
        Ok(match command {
            CtlCommand::Health => Self::get("health"),
            CtlCommand::Reset { clock, async_delay } => {
                let clock = clock.as_ref().map(|at| ("clock", text(at)));
                let delay = async_delay.as_ref().map(|span| ("asyncDelay", span.json()));
                let members: Vec<_> = clock.into_iter().chain(delay).collect();
                Self::post("reset", (!members.is_empty()).then(|| object(&members)))
            }
            CtlCommand::Clock { command: None } => Self::get("clock"),
            CtlCommand::Clock { command: Some(command) } => Self::post(
                "clock",
                object(&[match command {
                    ClockCommand::Advance { span } => ("advance", span.json()),
                    ClockCommand::Set { at } => ("set", text(at)),
                    ClockCommand::Freeze => ("freeze", "true".to_owned()),
                    ClockCommand::Follow => ("follow", "true".to_owned()),
                }]),
            ),
            CtlCommand::Events { command: None } => Self::get("events"),
            CtlCommand::Events { command: Some(EventsCommand::List { channel, after }) } => {
                let after = after.map(|after| after.to_string());
                Self::get("events").with("channel", channel.as_deref()).with("after", after.as_deref())
            }
            CtlCommand::Publish { event, payload } => {
                let payload = payload.as_deref().map(given).transpose()?.map(|json| ("payload", json));
                let members: Vec<_> = [("event", text(event))].into_iter().chain(payload).collect();
                Self::post("events", object(&members))
            }
            CtlCommand::Gaps { object: name, changes } => {
                Self::post("gaps", object(&[("object", text(name)), ("changes", changes.to_string())]))
            }
            CtlCommand::Resume { name, from_tip } => {
                let from = from_tip.then(|| ("from", text("tip")));
                let members: Vec<_> = [("resume", text(name))].into_iter().chain(from).collect();
                Self::post("subscribers", object(&members))
            }
            CtlCommand::Streaming => Self::get("streaming"),
            CtlCommand::Journal { clear: true, .. } => Self::delete("journal"),
            CtlCommand::Journal { clear: false, har, filter } => {
                let all = Self::get(if *har { "journal.har" } else { "journal" });
                filter.iter().fold(all, |ask, (name, value)| ask.with(name, Some(value)))
            }
            CtlCommand::Verify { expected } => Self::post("verify", given(expected)?),
            CtlCommand::Faults { command } => Self::faults(command.as_ref())?,
            CtlCommand::Snapshots { command } => Self::snapshots(command.as_ref()),
            CtlCommand::Branches { command } => Self::branches(command.as_ref()),
            CtlCommand::Jobs { command: None | Some(JobsCommand::List) } => Self::get("jobs"),
            CtlCommand::Jobs { command: Some(JobsCommand::Add { job }) } => Self::post("jobs", given(job)?),
            CtlCommand::Jobs { command: Some(JobsCommand::Step { id, status }) } => {
                Self::post(&format!("jobs/{}", escaped(id)), object(&[("status", text(status))]))
            }
            CtlCommand::Failures { command } => Self::listed("failures", command.as_ref())?,
            CtlCommand::Stubs { command } => Self::listed("stubs", command.as_ref())?,
            CtlCommand::Webhooks { command } => Self::listed("webhooks", command.as_ref())?,
            CtlCommand::Coverage => Self::get("coverage"),
            CtlCommand::Export => Self::get("export"),
            CtlCommand::Import { file } => Self::post("import", given(&format!("@{}", file.display()))?),
            CtlCommand::Openapi => Self::get("openapi.json"),
            CtlCommand::Call { method, path, body } => {
                let below = path.strip_prefix(ROOT).unwrap_or(path).trim_start_matches('/');
                let body = body.as_deref().map(given).transpose()?;
                Self { method: method.clone(), path: format!("{ROOT}/{below}"), body }
            }
        })
    }

    fn faults(command: Option<&FaultsCommand>) -> Result<Self, String> {
        Ok(match command {
            None | Some(FaultsCommand::List) => Self::get("faults"),
            Some(FaultsCommand::Catalogue) => Self::get("faults/catalogue"),
            Some(FaultsCommand::Add { plan }) if is_name(plan) => {
                Self::post("faults", object(&[("use", text(plan))]))
            }
            Some(FaultsCommand::Add { plan }) => Self::post("faults", given(plan)?),
            Some(FaultsCommand::End { name: None }) => Self::delete("faults"),
            Some(FaultsCommand::End { name: Some(name) }) => {
                Self::delete(&format!("faults/{}", escaped(name)))
            }
        })
    }

    fn snapshots(command: Option<&SnapshotsCommand>) -> Self {
        let path = |name: &str| format!("snapshots/{}", escaped(name));
        match command {
            None | Some(SnapshotsCommand::List) => Self::get("snapshots"),
            Some(SnapshotsCommand::Take { name }) => {
                Self { method: "PUT".to_owned(), ..Self::get(&path(name)) }
            }
            Some(SnapshotsCommand::Restore { name }) => Self::post(&format!("{}/restore", path(name)), None),
            Some(SnapshotsCommand::Drop { name }) => Self::delete(&path(name)),
        }
    }

    fn branches(command: Option<&BranchesCommand>) -> Self {
        match command {
            None | Some(BranchesCommand::List) => Self::get("branches"),
            Some(BranchesCommand::Add { name, from, port }) => {
                let from = from.as_ref().map(|from| ("from", text(from)));
                let port = port.map(|port| ("port", port.to_string()));
                let members: Vec<_> = [("name", text(name))].into_iter().chain(from).chain(port).collect();
                Self::post("branches", object(&members))
            }
            Some(BranchesCommand::End { name }) => Self::delete(&format!("branches/{}", escaped(name))),
        }
    }

    fn listed(path: &str, command: Option<&ListCommand>) -> Result<Self, String> {
        Ok(match command {
            None | Some(ListCommand::List) => Self::get(path),
            Some(ListCommand::Add { what }) => Self::post(path, given(what)?),
            Some(ListCommand::End { name: None }) => Self::delete(path),
            Some(ListCommand::End { name: Some(name) }) => Self::delete(&format!("{path}/{}", escaped(name))),
        })
    }
}

/// JSON that was given as it is, as `@FILE`, or as `-`.
fn given(argument: &str) -> Result<String, String> {
    let json = match argument.strip_prefix('@') {
        Some(path) => fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))?,
        None if argument == "-" => {
            let mut text = String::new();
            let read = io::stdin().read_to_string(&mut text);
            read.map_err(|error| format!("cannot read standard input: {error}"))?;
            text
        }
        None => argument.to_owned(),
    };
    match mockorg_contract::json::parse(&json) {
        Ok(_) => Ok(json),
        Err(error) => {
            Err(format!("this is no JSON: {error}; give JSON as it is, as @FILE, or - for standard input"))
        }
    }
}

/// Whether this is a bare word rather than JSON.
fn is_name(argument: &str) -> bool {
    argument.starts_with(|c: char| c.is_ascii_alphanumeric())
}

fn text(text: &str) -> String {
    Json::String(text.to_owned()).to_string()
}

fn object(members: &[(&str, String)]) -> String {
    let members: Vec<String> = members.iter().map(|(name, json)| format!("{}:{json}", text(name))).collect();
    format!("{{{}}}", members.join(","))
}

/// Text as it may stand in an address.
fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_cannot_break_out_of_address_or_body() {
        let ask = Ask::of(&CtlCommand::Stubs {
            command: Some(ListCommand::End { name: Some("a/b?c".to_owned()) }),
        });
        assert_eq!(ask.unwrap().path, "/__mockorg/stubs/a%2Fb%3Fc");
        let ask = Ask::of(&CtlCommand::Publish { event: "a\"b".to_owned(), payload: None }).unwrap();
        assert_eq!(ask.body.as_deref(), Some(r#"{"event":"a\"b"}"#));
    }

    #[test]
    fn json_is_looked_at_before_it_is_sent() {
        let call = |body: &str| {
            let body = Some(body.to_owned());
            Ask::of(&CtlCommand::Call { method: "POST".to_owned(), path: "clock".to_owned(), body })
        };
        assert_eq!(call("{\"freeze\":true}").unwrap().path, "/__mockorg/clock");
        assert!(call("{freeze}").unwrap_err().contains("no JSON"));
        assert!(call("@no/such/file").unwrap_err().contains("no/such/file"));
    }
}
