//! `mockorg capture`: an org that writes down what a client did with it, as cases to be replayed on a real one.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Duration,
};

use clap::Args;
use mockorg::{ADMIN, JournalCall, JournalSettings, MockOrg, RESTRICTED};
use mockorg_contract::{
    Answer, Request,
    answer::Exchange,
    endpoints::EndpointIndex,
    scribe::{Summary, captured_file},
};

use crate::{args::ServeArguments, output, serve, stop};

/// How many calls of a run are kept.
const CALLS: usize = 50_000;

/// Which client is watched, and where the cases go.
#[derive(Clone, Debug, Args)]
pub(crate) struct CaptureArguments {
    /// The file for the cases
    #[arg(long, value_name = "FILE", default_value = "captured.json")]
    out: PathBuf,
    #[command(flatten)]
    serve: ServeArguments,
    /// The client: a command that is run with MOCKORG_URL and MOCKORG_TOKEN; without it the org is served until Ctrl-C
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// Serves the org to the client, and writes the cases when it is done. Ends as the client ended.
pub(crate) fn capture(arguments: &CaptureArguments) -> Result<ExitCode, String> {
    // Before a client has worked for nothing.
    fs::write(&arguments.out, "{\"cases\":[]}\n").map_err(|error| unwritable(&arguments.out, &error))?;
    let mut builder = serve::builder(&arguments.serve).journal(JournalSettings::full(CALLS));
    if !arguments.command.is_empty() && arguments.serve.port == ServeArguments::default().port {
        // Nobody but the command has to find it.
        builder = builder.port(0);
    }
    let org = builder.start_blocking().map_err(|error| error.to_string())?;
    let ended = match arguments.command.split_first() {
        Some((program, rest)) => {
            let code = run(&org, program, rest)?;
            finish(&org, &arguments.out)?;
            code
        }
        None => {
            let mut written = Ok(());
            let greeting = |org: &MockOrg| output::say(&serve::greeting(org, &arguments.serve, None));
            stop::serve_until_stopped_then(org, greeting, |org| written = finish(org, &arguments.out))
                .map_err(|error| format!("the org cannot go on: {error}"))?;
            written?;
            ExitCode::SUCCESS
        }
    };
    Ok(ended)
}

/// Runs the client until it ends, or until a signal ends both: its calls up to then count.
fn run(org: &MockOrg, program: &str, rest: &[String]) -> Result<ExitCode, String> {
    let mut command = Command::new(program);
    command.args(rest).env("MOCKORG_URL", org.url()).env("MOCKORG_TOKEN", &org.session().access_token);
    let ended = stop::run_until_stopped(&mut command)
        .map_err(|error| format!("cannot run {program}: {error}; give a command that this machine has"))?;
    let status = ended.status;
    if ended.stopped {
        output::complain(&format!("{program} was stopped by a signal; what it did until then is captured"));
    } else if !status.success() {
        output::complain(&format!("{program} ended with {status}; what it did until then is captured"));
    }
    Ok(match status.code().and_then(|code| u8::try_from(code).ok()) {
        Some(0) if ended.stopped => ExitCode::FAILURE,
        Some(code) => ExitCode::from(code),
        None => ExitCode::FAILURE,
    })
}

/// Writes the cases and says what the client used.
fn finish(org: &MockOrg, out: &Path) -> Result<(), String> {
    let entries = org.calls();
    if org.journal_dropped() > 0 {
        output::complain(&format!(
            "the first {} calls were too much to keep; capture a shorter run",
            org.journal_dropped()
        ));
    }
    let exchanges: Vec<Exchange> = entries.iter().map(|entry| exchange(entry)).collect();
    let file = captured_file(&exchanges, org.url());
    let text = serde_json::to_string_pretty(&file.to_value()).map_err(|error| error.to_string())?;
    // A reader must never find half a file.
    let beside = out.with_extension("json.part");
    fs::write(&beside, text + "\n")
        .and_then(|()| fs::rename(&beside, out))
        .map_err(|error| unwritable(out, &error))?;
    let index = EndpointIndex::parse(&mockorg::endpoint_index_json())?;
    let cases = file.get("cases").and_then(mockorg_contract::Json::items).map_or(0, <[_]>::len);
    output::say(&format!(
        "{}\n\n{} calls, {cases} cases in {}; replay them with\n  mockorg conform --cases {} --target URL",
        Summary::of(&exchanges, &index),
        exchanges.len(),
        out.display(),
        out.display()
    ));
    Ok(())
}

/// A call as the harness sees it; its user is named as cases name credentials.
fn exchange(entry: &JournalCall) -> Exchange {
    let lines = |headers: &[(Box<str>, Box<str>)]| {
        headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    };
    let request = Request {
        method: entry.method.to_string(),
        path: entry.target.to_string(),
        headers: lines(&entry.request_headers()),
        body: entry.request_body().into_vec(),
        user: entry.user.as_deref().map(credential),
    };
    let answer = Answer {
        status: entry.status,
        headers: lines(&entry.answer_headers()),
        body: entry.answer_body().into_vec(),
        curl: "".into(),
    };
    Exchange { label: String::new(), request, answer, elapsed: Duration::ZERO }
}

/// The name under which cases know a user: the part before the `@` for those that are not built in.
fn credential(user: &str) -> String {
    if user == ADMIN.username {
        return "admin".to_owned();
    }
    if user == RESTRICTED.username {
        return "restricted".to_owned();
    }
    let name = user.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let name: String = name.chars().map(plain).collect();
    if name.starts_with(|letter: char| letter.is_ascii_lowercase()) { name } else { format!("user-{name}") }
}

fn unwritable(path: &Path, error: &std::io::Error) -> String {
    format!("cannot write {}: {error}; give another file with --out", path.display())
}
