//! `mockorg serve`: an org for anybody who can reach the port.

use std::{fmt::Write as _, path::Path, process::ExitCode};

use mockorg::{ADMIN, CLIENT_ID, CLIENT_SECRET, MockOrg, MockOrgBuilder, REFRESH_TOKEN, RESTRICTED, Value};

use crate::{args::ServeArguments, output, stop};

/// Starts the org, says how to reach it, and serves it until it is stopped.
pub(crate) fn serve(arguments: &ServeArguments) -> Result<ExitCode, String> {
    let org = builder(arguments).start_blocking().map_err(|error| error.to_string())?;
    if !arguments.host.is_loopback() {
        output::complain(&format!(
            "warning: {} is reachable from other machines, and everybody knows the passwords of this org",
            org.address()
        ));
    }
    stop::serve_until_stopped(org, |org| output::say(&greeting(org, arguments)))
        .map_err(|error| format!("the org cannot go on: {error}"))?;
    output::say("stopped");
    Ok(ExitCode::SUCCESS)
}

fn builder(arguments: &ServeArguments) -> MockOrgBuilder {
    let mut builder = MockOrg::builder()
        .host(arguments.host)
        .port(arguments.port)
        .seed(arguments.seed)
        .clock(arguments.clock)
        .async_delay(arguments.async_delay)
        .api_version(arguments.api_version);
    builder = match built_in(&arguments.org) {
        Some(name) => builder.seed_org(name),
        None => builder.org_file(&arguments.org),
    };
    for folder in &arguments.schema {
        builder = builder.schema_dir(folder);
    }
    if let Some(token) = &arguments.session_token {
        builder = builder.session_token(token);
    }
    if let Some(url) = &arguments.public_url {
        builder = builder.public_url(url);
    }
    builder
}

/// The name of a built-in org: a bare word that no file has.
fn built_in(org: &Path) -> Option<&str> {
    let name = org.to_str()?;
    let bare = !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_');
    (bare && !org.exists()).then_some(name)
}

/// What a client needs to know, and lines to copy.
fn greeting(org: &MockOrg, arguments: &ServeArguments) -> String {
    let mut lines = vec![("address", org.url().to_owned())];
    for (who, credentials) in [("administrator", ADMIN), ("restricted user", RESTRICTED)] {
        if has_user(org, credentials.username) {
            lines.push((who, format!("{} / {}", credentials.username, credentials.password)));
        }
    }
    lines.push(("client id", format!("{CLIENT_ID}, secret {CLIENT_SECRET}, refresh token {REFRESH_TOKEN}")));
    lines.push(("access token", org.session().access_token.clone()));
    let mut text = String::from("mockorg is ready\n\n");
    for (label, value) in lines {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "  {label:<16}{value}");
    }
    if let Some(asset) = renewable_asset(org) {
        text.push_str(&renewal(org, arguments, &asset));
    }
    text.push_str("\nPress Ctrl-C to stop.");
    text
}

fn has_user(org: &MockOrg, username: &str) -> bool {
    org.records("User").iter().any(|user| user.text("Username").as_deref() == Some(username))
}

/// The first asset that carries what a renewal needs.
fn renewable_asset(org: &MockOrg) -> Option<String> {
    let ready = |asset: &&mockorg::RecordSnapshot| {
        ["RenewalTerm", "RenewalTermUnit", "LifecycleEndDate"]
            .iter()
            .all(|field| *asset.get(field) != Value::Null)
    };
    org.records("Asset").iter().find(ready).map(mockorg::RecordSnapshot::id)
}

fn renewal(org: &MockOrg, arguments: &ServeArguments, asset: &str) -> String {
    let (url, version) = (org.url(), arguments.api_version);
    // In single quotes, as tokens may hold what shells expand.
    let token = org.session().authorization().replace('\'', r"'\''");
    format!(
        "
Renew the asset {asset}:

  curl '{url}/services/data/v{version}/asset-management/assets/collection/actions/initiate-renewal' \\
    -H 'Authorization: {token}' -H 'Content-Type: application/json' \\
    -d '{{\"assetIds\":{{\"assetIdArray\":[\"{asset}\"]}}}}'

Follow the operation with the statusURL of the answer:

  curl '{url}<statusURL>' -H 'Authorization: {token}'
"
    )
}
