//! A run of `mockorg conform` from its flags to its exit code.

use std::{
    fs, future::Future, path::Path, pin::pin, process::ExitCode, sync::Arc, task::Poll, time::Instant,
};

use mockorg::{Clock, Timestamp};
use mockorg_contract::{
    ApiVersion, Case, Schemas, Target,
    conform::{Conformance, KeptResults, Ledger, Options, Planned, plan},
    diff::Rules,
    login::OrgKind,
    meter::{Limits, Meter},
    months::months_until,
    report::{Report, RunFacts, terminal},
};
use tokio::runtime;

use super::{
    arguments::{ConformArguments, ConformCommand, SafetyArguments},
    bar::Bar,
    cleanup, facts, gaps, ledgers,
    outputs::Format,
    reference,
};
use crate::{connect::Connected, contract_data::ContractData, output, stop::Signals};

/// The exit code when more cases went wrong than permitted.
const FAILED: u8 = 2;

/// The exit code after Ctrl-C, as shells know it.
const INTERRUPTED: u8 = 130;

/// How often a request is sent again that the org put off.
const TRIES: u32 = 3;

/// Runs the cases and says how they went.
pub(crate) fn conform(arguments: &ConformArguments) -> Result<ExitCode, String> {
    let runtime =
        runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    match &arguments.command {
        Some(ConformCommand::Cleanup(arguments)) => runtime.block_on(cleanup::cleanup(arguments)),
        None => runtime.block_on(run(arguments)),
    }
}

/// The org that is held against the cases, and what it may be sent.
struct Prepared {
    target: Target,
    kind: OrgKind,
    organization: String,
    newest: ApiVersion,
    options: Options,
    ledger: Option<Arc<Ledger>>,
}

async fn run(arguments: &ConformArguments) -> Result<ExitCode, String> {
    let began = (Instant::now(), Clock::SYSTEM.now());
    let (known_gaps, of_gaps) = gaps::known(arguments)?;
    let ContractData { mut cases, schemas } = arguments.data.load_with(of_gaps.clone())?;
    let mut signals = Signals::listen().map_err(|error| error.to_string())?;
    let Prepared { target, kind, organization, newest, options, ledger } =
        prepare(arguments, &schemas, &cases, known_gaps).await?;
    if kind != OrgKind::Mock {
        // A mock is put to the time for which cases were written; any other org lives today.
        cases = arguments.data.cases_moved_by(months_since_written(began.1), of_gaps)?;
    }
    let mut run = RunFacts {
        target: target.base_url.clone(),
        kind: kind.to_string(),
        organization,
        newest_version: newest.to_string(),
        reference: options.reference.is_some(),
        began: began.1.to_string(),
        ..RunFacts::default()
    };
    let cases: Vec<_> = cases.into_iter().map(Arc::new).collect();
    let planned = plan(&cases, newest);
    let pending =
        |planned: &&Planned| options.kept.as_ref().is_none_or(|kept| kept.finished(&planned.key()).is_none());
    output::note(&announcement(
        &planned.iter().filter(pending).collect::<Vec<_>>(),
        &run,
        &arguments.safety,
        &target,
    ));
    let meter = Arc::new(Meter::new(limits(&arguments.safety, kind)));
    let mut conformance = Conformance::new(target, newest, schemas, Arc::clone(&meter), options)
        .map_err(|error| error.to_string())?;

    let mut bar = Bar::new(planned.len(), arguments.outcome.format == Format::Terminal);
    let ended = unless_stopped(conformance.run(&planned, |result| bar.heard(result)), &mut signals).await;
    bar.end();
    match ended {
        Some(result) => result?,
        None => {
            run.interrupted = true;
            output::note("stopping: removing what was created; Ctrl-C again quits at once");
            match unless_stopped(conformance.abandon(&planned), &mut signals).await {
                Some(result) => result?,
                None => {
                    leftovers(ledger.as_deref());
                    return Ok(ExitCode::from(INTERRUPTED));
                }
            }
        }
    }
    run.millis = u64::try_from(began.0.elapsed().as_millis()).unwrap_or(u64::MAX);
    (run.calls, run.retries) = (meter.calls(), meter.retries());
    run.usage = meter.usage().map(|usage| format!("{}/{}", usage.used, usage.allowed));
    let threshold = arguments.outcome.threshold();
    let interrupted = run.interrupted;
    let problems = conformance.problems().to_vec();
    let report = Report::new(run, conformance.results().to_vec(), problems, &threshold);
    if let Some(ledger) = &ledger {
        if ledger.is_settled() { ledgers::forget(ledger)? } else { leftovers(Some(ledger)) }
    }
    for output in &arguments.outcome.reports {
        output.write(&report)?;
    }
    // What is no match was told as it came.
    let text = match arguments.outcome.format {
        Format::Terminal => terminal::closing(&report),
        other => other.text(&report)?,
    };
    output::say(text.trim_end());
    Ok(match (interrupted, report.failed) {
        (true, _) => ExitCode::from(INTERRUPTED),
        (false, true) => ExitCode::from(FAILED),
        (false, false) => ExitCode::SUCCESS,
    })
}

/// Reaches the org and decides what it may be sent.
async fn prepare(
    arguments: &ConformArguments,
    schemas: &Arc<Schemas>,
    cases: &[Case],
    known_gaps: gaps::Known,
) -> Result<Prepared, String> {
    let Connected { mut target, kind, organization, newest, logins } = arguments.connect.connect().await?;
    let safety = &arguments.safety;
    let organization = organization.id.unwrap_or_default();
    let rules = match &arguments.comparison.excuses {
        Some(file) => Rules::parse(&read(file)?).map_err(|error| format!("{}: {error}", file.display()))?,
        None => Rules::embedded()?,
    };
    let mut options =
        Options { rules, retries: arguments.comparison.retries, known_gaps, ..Options::default() };
    let mut ledger = None;
    let mut clock = Some(Clock::SYSTEM);
    if kind == OrgKind::Mock {
        let writes = !safety.read_only;
        let found = facts::of_mock(target, &organization, logins, schemas, writes).await?;
        target = found.target;
        target.writes = writes;
        options.reset = writes.then_some(found.reset);
        if found.default_time {
            clock = None;
        }
    } else {
        target.writes = safety.allow_writes;
        if safety.allow_writes {
            if organization.is_empty() {
                return Err("the org does not tell its id, without which nothing can be cleaned up; run without --allow-writes".to_owned());
            }
            let run = ledgers::run_id();
            let begun = ledgers::begin(&run, safety.ledger.as_deref(), &organization, &target.base_url)?;
            target = target.variable("mark", &begun.header().mark);
            ledger = Some(Arc::new(begun));
            options.ledger.clone_from(&ledger);
        }
    }
    if !arguments.comparison.no_reference {
        options.reference = Some(reference::starter(arguments.comparison.reference_schema.clone(), clock));
    }
    if let Some(file) = &arguments.comparison.resume {
        options.kept = Some(KeptResults::open(file, &organization, cases)?);
    }
    Ok(Prepared { target, kind, organization, newest, options, ledger })
}

/// How far this month lies behind the one for which cases were written.
pub(crate) fn months_since_written(now: Timestamp) -> i64 {
    let today = now.to_string();
    let mut parts = today.split('-').map_while(|part| part.parse().ok());
    match (parts.next(), parts.next()) {
        (Some(year), Some(month)) => months_until(year, month),
        _ => 0,
    }
}

/// A mock has no limits but those that are asked for, and what it answers, it means.
fn limits(safety: &SafetyArguments, kind: OrgKind) -> Limits {
    let mock = kind == OrgKind::Mock;
    Limits {
        max_calls: safety.max_calls,
        max_usage: (!mock).then_some(safety.max_usage),
        rate: safety.rate,
        retries: if mock { 0 } else { TRIES },
    }
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
}

/// What is going to happen, before anything does.
fn announcement(planned: &[&Planned], run: &RunFacts, safety: &SafetyArguments, target: &Target) -> String {
    let possible = planned.iter().filter(|planned| {
        let needs = &planned.case.needs;
        (target.writes || !needs.writes) && (target.control || !needs.control)
    });
    let (mut cases, mut least, mut most) = (0, 0, 0);
    for planned in possible {
        cases += 1;
        least += planned.least;
        most += planned.most;
    }
    let writes = match (target.writes, target.control) {
        (true, true) => "the mock is reset before each case",
        (true, false) => "marked records are created and removed again",
        (false, _) => "nothing is written",
    };
    let mut text = format!(
        "{} ({}): {cases} of {} runs of cases are possible, {least} to {most} calls, and as many for cases that \
         are tried again; {writes}",
        run.target,
        run.kind,
        planned.len()
    );
    if let Some(budget) = safety.max_calls {
        text.push_str(&format_args!("; at most {budget} calls are made").to_string());
    }
    text
}

/// Tells what to do about records that are still in the org.
pub(crate) fn leftovers(ledger: Option<&Ledger>) {
    if let Some(ledger) = ledger.filter(|ledger| !ledger.is_settled()) {
        output::complain(&format!(
            "not everything is removed; run `mockorg conform cleanup --ledger {}` with the same --target",
            ledger.path().display()
        ));
    }
}

/// What a future gives, or `None` when the process is told to stop before.
pub(crate) async fn unless_stopped<T>(work: impl Future<Output = T>, signals: &mut Signals) -> Option<T> {
    let mut work = pin!(work);
    std::future::poll_fn(|context| match signals.poll(context) {
        Poll::Ready(()) => Poll::Ready(None),
        Poll::Pending => work.as_mut().poll(context).map(Some),
    })
    .await
}
