//! Runs a command of `mockorg ctl` and ends with a code that scripts can tell apart.

use std::process::ExitCode;

use mockorg_contract::{Json, json};
use tokio::runtime;

use super::{
    arguments::{CtlArguments, CtlCommand},
    ask::Ask,
    line::{Line, Trouble},
    show::shown,
};
use crate::{
    output,
    way_in::{environment, read},
};

/// Where `mockorg serve` listens unless it is told otherwise.
const USUAL: &str = "http://127.0.0.1:8080";

/// Does what the command says. Ends with 0; 1 when the org refuses or a verification fails, 2 when what was given makes no sense, 3 when
/// there is no mockorg, 4 when its control surface asks for a token.
pub(crate) fn ctl(arguments: &CtlArguments) -> Result<ExitCode, String> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let (code, message) = match runtime.block_on(answer(arguments)) {
        Ok(text) => {
            let whole = json::parse(&text).ok();
            let failed = whole.as_ref().and_then(|answer| answer.get("verified")) == Some(&Json::Bool(false));
            let whole = whole.filter(|_| !arguments.json);
            let said = match whole {
                Some(answer) if matches!(arguments.command, CtlCommand::Export) => org_file(&answer),
                Some(answer) if !arguments.command.is_file() => shown(&answer),
                _ => text.trim_end().to_owned(),
            };
            output::say(&said);
            return Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS });
        }
        Err(Trouble::Refused(message)) => (1, message),
        Err(Trouble::Usage(message)) => (2, message),
        Err(Trouble::Unreachable(message)) => (3, message),
        Err(Trouble::Closed(message)) => (4, message),
    };
    output::complain(&message);
    Ok(ExitCode::from(code))
}

/// The org file of an export, which `mockorg ctl import` takes; what it lacks is noted beside it.
fn org_file(answer: &Json) -> String {
    let list = |name: &str| answer.get(name).and_then(Json::items).unwrap_or_default();
    let text = |entry: &Json, name: &str| match entry.get(name) {
        Some(Json::String(text)) => text.clone(),
        other => other.map(ToString::to_string).unwrap_or_default(),
    };
    for left_out in list("leftOut") {
        let [what, count, why] = ["what", "count", "why"].map(|name| text(left_out, name));
        output::note(&format!("left out: {what} ({count}): {why}"));
    }
    for whose in list("secrets").iter().filter_map(Json::as_str) {
        output::note(&format!("in clear text: the secrets of {whose}"));
    }
    answer.get("org").map_or_else(|| answer.to_string(), ToString::to_string)
}

async fn answer(arguments: &CtlArguments) -> Result<String, Trouble> {
    let ask = Ask::of(&arguments.command).map_err(Trouble::Usage)?;
    let file = arguments.ca_file.clone().or_else(|| environment("CA_FILE").map(Into::into));
    let line = Line {
        url: arguments.url.clone().or_else(|| environment("URL")).unwrap_or_else(|| USUAL.to_owned()),
        token: arguments.token.clone().or_else(|| environment("CONTROL_TOKEN")),
        authorities: file.map(|path| read(&path)).transpose().map_err(Trouble::Usage)?.unwrap_or_default(),
    };
    line.send(&ask).await
}
