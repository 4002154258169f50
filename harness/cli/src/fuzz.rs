//! `mockorg fuzz`: random lives of subscriptions, held against a model, on the mock or on any other org.

use std::{
    fs,
    future::poll_fn,
    path::{Path, PathBuf},
    process::{self, ExitCode},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use clap::Args;
use mockorg::{MockOrg, RESTRICTED};
use mockorg_contract::{
    Schemas, Target, embedded,
    fuzz::{Finding, Fuzzed, Options, Regression, fuzz, load_regressions},
    model::bundles::starter_with_bundles,
    redact::Body,
};
use tokio::runtime;

use crate::{
    args::parse_duration, connect::ConnectArguments, contract_data::ContractDataArguments, output,
    stop::Signals,
};

/// The exit code when the org and the model disagree; 1 means that the org could not be fuzzed.
const FOUND: u8 = 2;

/// The exit code when the run was told to end before it was through.
const INTERRUPTED: u8 = 130;

/// How long jobs take in the orgs that the command starts, so that lives see each of their states.
const ASYNC_DELAY: Duration = Duration::from_secs(2);

/// What is fuzzed, and for how long.
///
/// Without --target, orgs of mockorg are started in the process. A mock that is given by its address is reset before
/// each life; on any other org, accounts of their own are made and removed, time is not moved, no failures are
/// injected, and no permissions change.
///
/// Exit codes: 0 when the org does what the model says, 1 when it could not be fuzzed, 2 when they disagree, 130 when the
/// run was interrupted.
#[derive(Clone, Debug, Args)]
pub(crate) struct FuzzArguments {
    #[command(flatten)]
    connect: ConnectArguments,
    #[command(flatten)]
    data: ContractDataArguments,
    /// How many steps are performed before no further life begins
    #[arg(long, value_name = "NUMBER", default_value_t = 2000)]
    steps: u64,
    /// How many lives are lived at most; 0 lives the regressions only
    #[arg(long, value_name = "NUMBER")]
    lives: Option<u64>,
    /// For how long, such as 60s or 10m
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    time: Option<Duration>,
    /// With how many API calls at most
    #[arg(long, value_name = "NUMBER")]
    max_calls: Option<u64>,
    /// The seed of the first life; those of the next follow it
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// How many orgs are fuzzed side by side, when the command starts them
    #[arg(long, value_name = "NUMBER", default_value_t = 2)]
    orgs: u64,
    /// For how long a finding is made smaller
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = parse_duration)]
    shrink_time: Duration,
    /// Where a finding is written: its case file, its curl lines, its steps
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// A folder with lives that are lived first, instead of those that come with mockorg
    #[arg(long, value_name = "DIR")]
    regressions: Option<PathBuf>,
    /// Let an org that is no mock be written to
    #[arg(long)]
    allow_writes: bool,
}

/// Fuzzes, and says what was found.
pub(crate) fn run(arguments: &FuzzArguments) -> Result<ExitCode, String> {
    if let Some(folder) = &arguments.out {
        // Better now than when there is something to write.
        prepare(folder)?;
    }
    let schemas = arguments.data.load()?.schemas;
    let regressions = match &arguments.regressions {
        Some(folder) => load_regressions(folder)?,
        None => {
            let known = embedded::regressions().iter();
            known.map(|(name, text)| Regression::parse(name, text)).collect::<Result<_, _>>()?
        }
    };
    let options = Options {
        seed: arguments.seed,
        steps: arguments.steps,
        lives: arguments.lives,
        time: arguments.time,
        max_calls: arguments.max_calls,
        shrink_time: arguments.shrink_time,
        regressions,
        interrupt: interrupt()?,
        ..Options::default()
    };
    let runs = if arguments.connect.names_an_org() {
        on(|| async { target_of(arguments).await }, &schemas, &options).map(|run| vec![run])
    } else {
        in_process(arguments.orgs.max(1), &schemas, &options)
    };
    let end = runs.and_then(|runs| tell(arguments, &runs));
    if options.interrupt.load(Ordering::Relaxed) {
        if let Err(problem) = end {
            output::complain(&problem);
        }
        return Ok(ExitCode::from(INTERRUPTED));
    }
    end
}

/// Set by the signal to stop: the life under way ends and what it made is removed. The next signal quits at once.
fn interrupt() -> Result<Arc<AtomicBool>, String> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    let runtime =
        runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    // Signals are heard as soon as somebody listens, and not only when the thread has begun.
    let mut signals = runtime.block_on(async { Signals::listen() }).map_err(|error| error.to_string())?;
    thread::spawn(move || {
        runtime.block_on(poll_fn(|context| signals.poll(context)));
        set.store(true, Ordering::Relaxed);
        output::note("stopping: tidying up what the life made; Ctrl-C again quits at once");
        runtime.block_on(poll_fn(|context| signals.poll(context)));
        process::exit(i32::from(INTERRUPTED));
    });
    Ok(flag)
}

async fn target_of(arguments: &FuzzArguments) -> Result<Target, String> {
    let mut target = arguments.connect.connect().await?.target;
    target.writes = arguments.allow_writes;
    Ok(target)
}

fn on<F: Future<Output = Result<Target, String>>>(
    target: impl FnOnce() -> F,
    schemas: &Arc<Schemas>,
    options: &Options,
) -> Result<Fuzzed, String> {
    let runtime =
        runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let target = target().await?;
        fuzz(target, Arc::clone(schemas), options).await.map_err(|error| error.to_string())
    })
}

/// Several orgs, each with a thread and a part of the budget of its own.
fn in_process(orgs: u64, schemas: &Arc<Schemas>, options: &Options) -> Result<Vec<Fuzzed>, String> {
    let halt = Arc::new(AtomicBool::new(false));
    let part = |whole: u64, place: u64| whole / orgs + u64::from(place < whole % orgs);
    thread::scope(|scope| {
        let runs: Vec<_> = (0..orgs)
            .map(|place| {
                let own = Options {
                    seed: options.seed.wrapping_add(place),
                    stride: orgs,
                    steps: part(options.steps, place),
                    lives: options.lives.map(|lives| part(lives, place)),
                    max_calls: options.max_calls.map(|calls| part(calls, place)),
                    regressions: if place == 0 { options.regressions.clone() } else { Vec::new() },
                    halt: Arc::clone(&halt),
                    ..options.clone()
                };
                scope.spawn(move || {
                    let org = start()?;
                    on(|| async { target_in_process(&org) }, schemas, &own)
                })
            })
            .collect();
        runs.into_iter().map(|run| run.join().map_err(|_| "a run has ended in a panic".to_owned())?).collect()
    })
}

fn start() -> Result<MockOrg, String> {
    let starter =
        mockorg::org_files().iter().find(|(name, _)| *name == "starter.json").map(|(_, text)| *text);
    let file = starter.and_then(starter_with_bundles).ok_or("the starter org is not what it was")?;
    MockOrg::builder()
        .org_json(file)
        .async_delay(ASYNC_DELAY)
        .start_blocking()
        .map_err(|error| error.to_string())
}

fn target_in_process(org: &MockOrg) -> Result<Target, String> {
    let restricted =
        org.login(RESTRICTED.username, RESTRICTED.password).map_err(|error| format!("{error:?}"))?;
    let target = Target::new(org.url())
        .credential("admin", &org.session().access_token)
        .credential("restricted", restricted.access_token);
    Ok(target.with_control())
}

fn tell(arguments: &FuzzArguments, runs: &[Fuzzed]) -> Result<ExitCode, String> {
    let sum = |of: fn(&Fuzzed) -> u64| runs.iter().map(of).sum::<u64>();
    let seconds = runs.iter().map(|run| run.elapsed.as_secs_f64()).fold(f64::EPSILON, f64::max);
    let (steps, lives, calls) = (sum(|run| run.steps), sum(|run| run.lives), sum(|run| run.calls));
    output::say(&format!(
        "{steps} steps in {lives} lives, {calls} calls, {seconds:.1} s: {:.0} steps per second",
        steps as f64 / seconds
    ));
    for left in runs.iter().flat_map(|run| &run.left) {
        output::complain(&format!("could not be removed: {left}"));
    }
    let findings: Vec<&Finding> = runs.iter().filter_map(|run| run.finding.as_ref()).collect();
    if let (true, Some(spent)) = (findings.is_empty(), runs.iter().find_map(|run| run.spent.as_ref())) {
        output::say(&format!("ended early: {spent}"));
    }
    for finding in &findings {
        output::say(&finding.to_string());
        match &arguments.out {
            Some(folder) => write(folder, finding)?,
            None => {
                output::say(&format!("\nas curl lines:\n{}", finding.script()));
                output::say(&format!("as a case file:\n{}", Body::Json(finding.case_file()).pretty()));
            }
        }
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

fn prepare(folder: &Path) -> Result<(), String> {
    let probe = folder.join(".mockorg");
    let tried = fs::create_dir_all(folder)
        .and_then(|()| fs::write(&probe, ""))
        .and_then(|()| fs::remove_file(&probe));
    tried.map_err(|error| format!("--out {}: {error}; nothing was fuzzed", folder.display()))
}

fn write(folder: &Path, finding: &Finding) -> Result<(), String> {
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let regression = finding.regression();
    let case = Body::Json(finding.case_file()).pretty() + "\n";
    for (ending, text) in [("json", case), ("sh", finding.script()), ("regression.json", regression)] {
        let path = folder.join(format!("{}.{ending}", finding.name()));
        fs::write(&path, text).map_err(|error| failed(&path, error))?;
        output::say(&format!("  written to {}", path.display()));
    }
    Ok(())
}
