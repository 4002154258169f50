//! Published client libraries, unmodified, against a running org.
//!
//! They need Node or Python and packages from their registries, so that MOCKORG_CLIENTS decides:
//!
//! * not set: clients that are installed are run, others are skipped with a message;
//! * `install`: packages are installed into `target/clients` first;
//! * `required`: the same, and whatever would be skipped fails.
//!
//! `tests/clients/run` runs more clients, and all of their methods; what it takes is too much for every test run.

mod support;

use std::{
    env, fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use mockorg::{Clock, Coverage, MockOrg, MockOrgBuilder};

use crate::support::validated::Validating as _;

/// How long a client may take with all its steps.
const PATIENCE: Duration = Duration::from_secs(180);

/// The oldest Node that each of the two pinned versions of jsforce runs on.
const JSFORCE_PACKAGES: [(&str, u32); 2] = [("jsforce", 22), ("jsforce-node18", 18)];

#[test]
fn jsforce_works_unmodified() {
    let mode = Mode::from_env();
    let (modules, fitting) = match jsforce(mode) {
        Ok(found) => found,
        Err(why) => return mode.skip("jsforce", &why),
    };
    for package in fitting {
        let script = |name: &str| {
            let mut client = Command::new("node");
            client.arg(clients().join("jsforce").join(name)).arg(package).env("NODE_PATH", &modules);
            client
        };
        run(package, script("check.js"), org());
        run(&format!("{package}, queries"), script("queries.js"), org().org_json(org_of_many_accounts()));
    }
}

#[test]
fn jsforce_reaches_every_api() {
    let mode = Mode::from_env();
    let (modules, fitting) = match jsforce(mode) {
        Ok(found) => found,
        Err(why) => return mode.skip("jsforce's APIs", &why),
    };
    // The steps write archives with what came with Node 20.15 and 22.2.
    for package in fitting.into_iter().take(1) {
        let mut client = Command::new("node");
        client.arg(clients().join("jsforce/apis.js")).arg(package).env("NODE_PATH", &modules);
        // It asks for what is refused by name, too.
        run_with_refusals(&format!("{package}, APIs"), client, org());
    }
}

#[test]
fn simple_salesforce_works_unmodified() {
    let mode = Mode::from_env();
    match python(mode, "simple_salesforce") {
        Ok(python) => {
            let mut client = Command::new(python);
            client.arg(clients().join("simple_salesforce/check.py")).env("PYTHONDONTWRITEBYTECODE", "1");
            run("simple-salesforce", client, org());
        }
        Err(why) => mode.skip("simple-salesforce", &why),
    }
}

#[test]
fn jsforce_receives_events() {
    let mode = Mode::from_env();
    match jsforce(mode) {
        Ok((modules, fitting)) => {
            fitting
                .into_iter()
                .for_each(|package| subscribe(package, |client| client.env("NODE_PATH", &modules)));
        }
        Err(why) => mode.skip("jsforce's streaming", &why),
    }
}

#[test]
fn faye_and_cometd_receive_events() {
    let mode = Mode::from_env();
    match node_major().and_then(|_| node_modules(mode, "streaming")) {
        Ok(modules) => {
            for library in ["faye", "cometd"] {
                subscribe(library, |client| client.env("NODE_PATH", &modules));
            }
        }
        Err(why) => mode.skip("faye and cometd", &why),
    }
}

#[test]
fn aiosfstream_receives_events() {
    let mode = Mode::from_env();
    match node_major().and_then(|_| python(mode, "streaming")) {
        Ok(python) => subscribe("aiosfstream-ng", |client| client.env("MOCKORG_PYTHON", &python)),
        Err(why) => mode.skip("aiosfstream-ng", &why),
    }
}

#[cfg(feature = "pubsub")]
#[test]
fn grpcio_receives_events() {
    let mode = Mode::from_env();
    match python(mode, "pubsub_python") {
        Ok(python) => {
            let mut client = Command::new(python);
            client.arg(clients().join("pubsub_python/check.py")).env("PYTHONDONTWRITEBYTECODE", "1");
            run("grpcio", client, org());
        }
        Err(why) => mode.skip("grpcio", &why),
    }
}

#[cfg(all(feature = "pubsub", feature = "tls"))]
#[test]
fn salesforce_pubsub_api_client_receives_events() {
    let mode = Mode::from_env();
    match node_major().and_then(|_| node_modules(mode, "pubsub_node")) {
        Ok(modules) => {
            let mut client = Command::new("node");
            client
                .arg("--no-deprecation")
                .arg(clients().join("pubsub_node/check.mjs"))
                .env("NODE_PATH", modules);
            run("salesforce-pubsub-api-client", client, org().tls());
        }
        Err(why) => mode.skip("salesforce-pubsub-api-client", &why),
    }
}

/// Lets a library subscribe, be killed, and resume.
fn subscribe(library: &str, prepare: impl FnOnce(&mut Command) -> &mut Command) {
    let mut client = Command::new("node");
    client.arg(clients().join("streaming/check.js")).arg(library).env("PYTHONDONTWRITEBYTECODE", "1");
    prepare(&mut client);
    run(library, client, org());
}

/// What to do about clients that are not installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    IfInstalled,
    Install,
    Required,
}

impl Mode {
    fn from_env() -> Self {
        match env::var("MOCKORG_CLIENTS").as_deref() {
            Err(_) | Ok("") => Self::IfInstalled,
            Ok("install") => Self::Install,
            Ok("required") => Self::Required,
            Ok(other) => panic!("MOCKORG_CLIENTS is `{other}`; it may be install or required"),
        }
    }

    fn skip(self, client: &str, why: &str) {
        assert!(self != Self::Required, "{client} cannot be run: {why}");
        say(&format!("skipped {client}: {why}"));
    }
}

/// The version of Node before its first dot.
fn node_major() -> Result<u32, String> {
    let node = first_line(Command::new("node").arg("--version")).ok_or("there is no `node`")?;
    let major = node.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    major.ok_or_else(|| format!("`node --version` answers {node}"))
}

/// Where jsforce lies, and which of its pinned versions this Node runs.
fn jsforce(mode: Mode) -> Result<(PathBuf, Vec<&'static str>), String> {
    let major = node_major()?;
    let modules = node_modules(mode, "jsforce")?;
    let fitting: Vec<&str> =
        JSFORCE_PACKAGES.iter().filter(|(_, oldest)| major >= *oldest).map(|(package, _)| *package).collect();
    if fitting.is_empty() {
        return Err(format!("Node {major} is too old; it needs 18 or later"));
    }
    Ok((modules, fitting))
}

/// Held while packages are looked for and installed: tests that share a folder run side by side.
static INSTALLING: Mutex<()> = Mutex::new(());

fn installing() -> MutexGuard<'static, ()> {
    // A test that failed meanwhile leaves at worst a folder that is installed anew.
    INSTALLING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The folder in which the packages of a client's folder lie.
fn node_modules(mode: Mode, client: &str) -> Result<PathBuf, String> {
    let _installing = installing();
    let source = clients().join(client);
    let folder = installed().join(client);
    let modules = folder.join("node_modules");
    let lock = read(&source.join("package-lock.json"));
    if modules.is_dir() && fs::read_to_string(folder.join("installed.json")).is_ok_and(|own| own == lock) {
        return Ok(modules);
    }
    if mode == Mode::IfInstalled {
        let beside = source.join("node_modules");
        let hint = "its packages are not installed; MOCKORG_CLIENTS=install installs them";
        return if beside.is_dir() { Ok(beside) } else { Err(hint.to_owned()) };
    }
    if first_line(Command::new("npm").arg("--version")).is_none() {
        return Err("there is no `npm`".to_owned());
    }
    write(&folder.join("package.json"), &read(&source.join("package.json")));
    write(&folder.join("package-lock.json"), &lock);
    install(Command::new("npm").current_dir(&folder).args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    ]))?;
    write(&folder.join("installed.json"), &lock);
    Ok(modules)
}

/// A Python that has the packages of a client's folder in the pinned versions.
fn python(mode: Mode, client: &str) -> Result<PathBuf, String> {
    let _installing = installing();
    let requirements = clients().join(client).join("requirements.txt");
    let pinned = read(&requirements);
    let wanted = pinned.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let has_it = |python: &Path| {
        let script = "import importlib.metadata as m, sys; \
            print(*(name + '==' + m.version(name) for name in sys.argv[1:]))";
        let names = pinned.lines().filter_map(|line| line.split("==").next());
        first_line(Command::new(python).args(["-c", script]).args(names)).is_some_and(|line| line == wanted)
    };
    let own = installed().join(format!("{client}_python"));
    let own_python = own.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if has_it(&own_python) {
        return Ok(own_python);
    }
    let system = PathBuf::from(if cfg!(windows) { "python" } else { "python3" });
    if first_line(Command::new(&system).arg("--version")).is_none() {
        return Err(format!("there is no `{}`", system.display()));
    }
    if mode == Mode::IfInstalled {
        let hint = format!("{} is not installed; MOCKORG_CLIENTS=install installs it", pinned.trim());
        return if has_it(&system) { Ok(system) } else { Err(hint) };
    }
    install(Command::new(&system).args(["-m", "venv"]).arg(&own))?;
    install(Command::new(&own_python).args(["-m", "pip", "install", "--quiet", "-r"]).arg(&requirements))?;
    Ok(own_python)
}

/// The org that clients meet.
fn org() -> MockOrgBuilder {
    MockOrg::builder()
        .schema_json("shipment.json", read(&clients().join("objects/shipment.json")))
        .clock(Clock::SYSTEM)
        .async_delay(Duration::from_millis(300))
}

/// The starter org with 10,000 accounts more, a quarter of them below the first.
fn org_of_many_accounts() -> String {
    let starter = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/orgs/starter.json"));
    let mut org: serde_json::Value = serde_json::from_str(&starter).expect("the starter org is JSON");
    let steps = org["steps"].as_array_mut().expect("an org file has steps");
    for number in 0..10_000 {
        let mut fields = serde_json::json!({
            "Name": format!("Query {number:05}"),
            "AccountNumber": format!("Q-{number:05}"),
            "Industry": if number % 2 == 0 { "Energy" } else { "Banking" },
            "NumberOfEmployees": number,
        });
        if number % 4 == 0 {
            fields["ParentId"] = "$aurora".into();
        }
        steps.push(serde_json::json!({ "create": "Account", "fields": fields }));
    }
    org.to_string()
}

/// Runs a client's script against an org of its own, which must have all that the client asks for.
fn run(name: &str, client: Command, org: MockOrgBuilder) {
    let coverage = run_with_refusals(name, client, org);
    let refused: Vec<&str> = coverage.refused().map(|(what, _)| what).collect();
    assert!(refused.is_empty(), "{name} needs what the org does not model: {refused:?}");
}

/// Runs a client's script against an org of its own; gives what was refused meanwhile.
fn run_with_refusals(name: &str, mut client: Command, org: MockOrgBuilder) -> Coverage {
    let org = org.validated();
    client.env("MOCKORG_URL", org.url()).env("MOCKORG_ACCESS_TOKEN", &org.session().access_token);
    #[cfg(feature = "tls")]
    if let Some(url) = org.tls_url() {
        client.env("MOCKORG_TLS_URL", url);
    }
    for proxy in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        client.env_remove(proxy);
    }
    let began = Instant::now();
    let (ended_well, output) = output_of(client);
    assert!(ended_well, "{name} failed:\n{output}");
    let title = output.lines().next().unwrap_or(name);
    let steps = output.lines().filter(|line| line.starts_with("ok - ")).count();
    assert!(steps > 0, "{name} checked nothing:\n{output}");
    say(&format!("{title}: {steps} steps in {:.1} s", began.elapsed().as_secs_f32()));
    org.coverage()
}

/// Whether a program succeeded, and all it printed. One that hangs is ended.
fn output_of(mut program: Command) -> (bool, String) {
    let mut child = program
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program:?}: {error}"));
    let (send, texts) = mpsc::channel();
    let streams: [(usize, Option<Box<dyn Read + Send>>); 2] = [
        (0, child.stdout.take().map(|stream| Box::new(stream) as _)),
        (1, child.stderr.take().map(|stream| Box::new(stream) as _)),
    ];
    for (place, stream) in streams {
        let send = send.clone();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut stream) = stream {
                // What came before an error is still worth showing.
                let _ = stream.read_to_end(&mut bytes);
            }
            let _ = send.send((place, String::from_utf8_lossy(&bytes).into_owned()));
        });
    }
    let mut output = [String::new(), String::new()];
    let deadline = Instant::now() + PATIENCE;
    let mut hung = false;
    for _ in 0..output.len() {
        let left = deadline.saturating_duration_since(Instant::now());
        match texts.recv_timeout(left) {
            Ok((place, text)) => output[place] = text,
            Err(_) => {
                hung = true;
                // It may have ended in this very moment.
                let _ = child.kill();
                let Ok((place, text)) = texts.recv() else { break };
                output[place] = text;
            }
        }
    }
    let ended_well = child.wait().is_ok_and(|status| status.success());
    let [out, err] = output;
    let note = if hung { "\n(ended because it hung)" } else { "" };
    (ended_well && !hung, format!("{out}{err}{note}"))
}

fn install(command: &mut Command) -> Result<(), String> {
    say(&format!("installing: {command:?}"));
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

/// The first line that a program prints; `None` when it cannot be run or fails.
fn first_line(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    String::from_utf8_lossy(&output.stdout).lines().next().map(|line| line.trim().to_owned())
}

fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

/// Where packages are installed: outside the sources, and kept between runs.
fn installed() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    target.parent().unwrap_or(target).join("clients")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) {
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, text));
    written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// Says something even though the test passes and its output is captured.
fn say(message: &str) {
    // Nothing depends on anybody hearing it.
    let _ = writeln!(io::stderr(), "real clients: {message}");
}
