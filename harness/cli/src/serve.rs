//! `mockorg serve`: an org for anybody who can reach the port.

use std::{
    env,
    fmt::Write as _,
    fs, panic,
    path::{Path, PathBuf},
    process::ExitCode,
};

use mockorg::{
    ADMIN, CLIENT_ID, CLIENT_SECRET, JournalSettings, MockOrg, MockOrgBuilder, REFRESH_TOKEN, RESTRICTED,
    Value,
};

use crate::{args::ServeArguments, output, stop};

/// Starts the org, says how to reach it, and serves it until it is stopped.
pub(crate) fn serve(arguments: &ServeArguments) -> Result<ExitCode, String> {
    let org = builder(arguments).start_blocking().map_err(|error| error.to_string())?;
    tell_unmodelled(&org);
    org.on_unknown_request(|asked| output::note(&format!("asked for in vain: {asked}")));
    tell_panics(&org);
    org.on_recording_loss(|why| output::complain(&format!("nothing is recorded any more: {why}")));
    org.on_data_loss(|why| output::complain(&format!("{why}; every request is refused from now on")));
    org.on_data_note(output::complain);
    if !arguments.host.is_loopback() {
        output::complain(&format!(
            "warning: {} is reachable from other machines, and everybody knows the passwords, the client secret and the \
             refresh token of this org: all its records, and what a journal keeps, are open to whoever reaches it",
            org.address()
        ));
    }
    let certificate = certificate(&org, arguments)?;
    stop::serve_until_stopped(org, |org| output::say(&greeting(org, arguments, certificate.as_deref())))
        .map_err(|error| format!("the org cannot go on: {error}"))?;
    output::say("stopped");
    Ok(ExitCode::SUCCESS)
}

/// The org as the arguments choose it.
pub(crate) fn builder(arguments: &ServeArguments) -> MockOrgBuilder {
    let mut builder = MockOrg::builder()
        .host(arguments.host)
        .port(arguments.port)
        .seed(arguments.seed)
        .clock(arguments.clock)
        .async_delay(arguments.async_delay)
        .api_version(arguments.api_version)
        .limits(arguments.limits.limits());
    builder = match built_in(&arguments.org) {
        Some(name) => builder.seed_org(name),
        None => builder.org_file(&arguments.org),
    };
    for folder in &arguments.schema {
        builder = builder.schema_dir(folder);
    }
    for folder in &arguments.metadata {
        builder = builder.metadata_dir(folder);
    }
    builder = arguments.data.choose(builder);
    if let Some(file) = &arguments.record {
        builder = builder.record_to(file);
    }
    for (name, max) in &arguments.limit {
        builder = builder.limit(name, *max);
    }
    if let Some(token) = &arguments.session_token {
        builder = builder.session_token(token);
    }
    if let Some(url) = &arguments.public_url {
        builder = builder.public_url(url);
    }
    if let Some(control) = &arguments.control {
        builder = builder.control(control.access());
    }
    if let Some(calls) = arguments.journal {
        builder = builder.journal(JournalSettings::full(calls));
    }
    if let Some(port) = arguments.tls_port {
        builder = builder.tls_port(port);
    }
    if let (Some(certificate), Some(key)) = (&arguments.tls_cert, &arguments.tls_key) {
        builder = builder
            .tls_files(certificate, key)
            .tls_port(arguments.tls_port.unwrap_or(ServeArguments::TLS_PORT));
    }
    builder
}

/// Says what went wrong in the server, and where; its clients get only a number.
fn tell_panics(org: &MockOrg) {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !mockorg::remember_panic(info) {
            previous(info);
        }
    }));
    org.on_panic(|panic| output::complain(&format!("a mistake of mockorg: {panic}")));
}

/// Says what of the metadata is not modelled.
fn tell_unmodelled(org: &MockOrg) {
    let lines = org.unmodelled_metadata();
    for line in lines {
        output::complain(&format!("not modelled: {line}"));
    }
    if !lines.is_empty() {
        output::complain(&format!("{} pieces of the metadata are not modelled", lines.len()));
    }
}

/// The file with what clients have to trust: the given one, or one that is written now.
fn certificate(org: &MockOrg, arguments: &ServeArguments) -> Result<Option<PathBuf>, String> {
    let (Some(url), Some(pem)) = (org.tls_url(), org.certificate_pem()) else { return Ok(None) };
    if let Some(path) = &arguments.tls_cert {
        return Ok(Some(path.clone()));
    }
    let port = url.rsplit(':').next().unwrap_or_default();
    let path = env::temp_dir().join(format!("mockorg-{port}.pem"));
    match fs::write(&path, pem) {
        Ok(()) => Ok(Some(path)),
        Err(error) => Err(format!("cannot write the certificate to {}: {error}", path.display())),
    }
}

/// The name of a built-in org: a bare word that no file has.
pub(crate) fn built_in(org: &Path) -> Option<&str> {
    let name = org.to_str()?;
    let bare = !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_');
    (bare && !org.exists()).then_some(name)
}

/// What a client needs to know, and lines to copy.
pub(crate) fn greeting(org: &MockOrg, arguments: &ServeArguments, certificate: Option<&Path>) -> String {
    let mut lines = vec![("address", org.url().to_owned())];
    if let (Some(url), Some(certificate)) = (org.tls_url(), certificate) {
        lines.push(("with TLS", url.to_owned()));
        lines.push(("certificate", certificate.display().to_string()));
    }
    for (who, credentials) in [("administrator", ADMIN), ("restricted user", RESTRICTED)] {
        if has_user(org, credentials.username) {
            lines.push((who, format!("{} / {}", credentials.username, credentials.password)));
        }
    }
    lines.push(("client id", format!("{CLIENT_ID}, secret {CLIENT_SECRET}, refresh token {REFRESH_TOKEN}")));
    lines.push(("access token", org.session().access_token.clone()));
    if let Some(kept) = arguments.data.tell(org) {
        lines.push(("kept in", kept));
    }
    if let Some(token) = org.control_token() {
        lines.push(("control token", token.to_owned()));
    }
    // Clients of the Pub/Sub API have to name the org.
    if let Some(organization) = org.records("Organization").first() {
        lines.push(("org id", organization.id()));
    }
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
