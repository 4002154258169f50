//! `mockorg record`: redacted answers of an org, so that parity can be tested without it.

use std::{collections::BTreeMap, fs, path::PathBuf, process::ExitCode, sync::Arc};

use clap::Args;
use mockorg_contract::{
    ApiVersion, Case, Client, Runner, Schemas, Target, Verdict,
    conform::{Ledger, Moment, sweep},
    embedded,
    login::OrgKind,
    record::{Recording, Recordings},
    redact::Vocabulary,
};
use tokio::runtime;

use crate::{
    conform::{facts, ledgers, leftovers, unless_stopped},
    connect::{ConnectArguments, Connected},
    contract_data::{ContractData, ContractDataArguments},
    output,
    stop::Signals,
};

/// The exit code after Ctrl-C, as shells know it.
const INTERRUPTED: u8 = 130;

/// Which org is recorded, and where to.
#[derive(Clone, Debug, Args)]
pub(crate) struct RecordArguments {
    #[command(flatten)]
    connect: ConnectArguments,
    #[command(flatten)]
    data: ContractDataArguments,
    /// The folder for the recordings; one folder per API version is made in it
    #[arg(long, value_name = "DIR", default_value = "fixtures/recorded")]
    out: PathBuf,
    /// Also run cases that change data; they remove what they made
    #[arg(long)]
    allow_writes: bool,
}

/// Runs the cases on the org and writes what it answered, redacted.
pub(crate) fn record(arguments: &RecordArguments) -> Result<ExitCode, String> {
    let ContractData { cases, schemas } = arguments.data.load()?;
    // Before the org is asked anything: nobody wants to hear it after an hour.
    fs::create_dir_all(&arguments.out).map_err(|error| {
        let folder = arguments.out.display();
        format!("cannot make the folder {folder} for the recordings: {error}; name another one with --out")
    })?;
    let runtime =
        runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let mut signals = Signals::listen().map_err(|error| error.to_string())?;
        let connected = arguments.connect.connect().await?;
        let newest = connected.newest;
        let (target, ledger) = prepare(connected, arguments.allow_writes, &schemas).await?;
        let mut client = Client::new(target, schemas).map_err(|error| error.to_string())?;
        if let Some(ledger) = &ledger {
            client = client.witnessed(Arc::clone(ledger) as Arc<_>);
        }
        let mut recorder = Recorder::new(arguments, client.clone(), ledger.clone(), newest);
        let ended = unless_stopped(recorder.record_all(&cases), &mut signals).await;
        if let Some(ledger) = &ledger {
            let moment = if ended.is_some() { Moment::Afterwards } else { Moment::Interrupted };
            sweep(&client, ledger, newest, moment).await?;
            if ledger.is_settled() { ledgers::forget(ledger)? } else { leftovers(Some(ledger)) }
        }
        recorder.tell();
        match ended {
            None => Ok(ExitCode::from(INTERRUPTED)),
            Some(result) => {
                result?;
                if recorder.written == 0 {
                    return Err("nothing was recorded; the reasons stand above".to_owned());
                }
                Ok(ExitCode::SUCCESS)
            }
        }
    })
}

/// What the org may be sent. What is created in an org that is no mock gets a mark and stands in a ledger.
async fn prepare(
    connected: Connected,
    writes: bool,
    schemas: &Arc<Schemas>,
) -> Result<(Target, Option<Arc<Ledger>>), String> {
    let Connected { mut target, kind, organization, logins, .. } = connected;
    if kind == OrgKind::Mock {
        let organization = organization.id.unwrap_or_default();
        target = facts::of_mock(target, &organization, logins, schemas, false).await?.target;
        target.writes = writes;
        return Ok((target, None));
    }
    target.writes = writes;
    if !writes {
        return Ok((target, None));
    }
    let organization = organization.id.ok_or(
        "the org does not tell its id, without which nothing can be cleaned up; run without --allow-writes",
    )?;
    let ledger = ledgers::begin(&ledgers::run_id(), None, &organization, &target.base_url)?;
    let target = target.variable("mark", &ledger.header().mark);
    Ok((target, Some(Arc::new(ledger))))
}

/// A run that is written down case by case.
struct Recorder {
    runner: Runner,
    client: Client,
    ledger: Option<Arc<Ledger>>,
    newest: ApiVersion,
    recordings: Recordings,
    vocabulary: Arc<Vocabulary>,
    allow_writes: bool,
    written: usize,
    /// Why cases were left out, and how many for each reason.
    skipped: BTreeMap<String, usize>,
}

impl Recorder {
    fn new(
        arguments: &RecordArguments,
        client: Client,
        ledger: Option<Arc<Ledger>>,
        newest: ApiVersion,
    ) -> Self {
        let texts = mockorg::schemas::files().iter().chain(embedded::cases()).map(|(_, text)| *text);
        Self {
            runner: Runner::over(client.clone()),
            client,
            ledger,
            newest,
            recordings: Recordings::in_dir(&arguments.out),
            vocabulary: Arc::new(Vocabulary::of(texts)),
            allow_writes: arguments.allow_writes,
            written: 0,
            skipped: BTreeMap::new(),
        }
    }

    async fn record_all(&mut self, cases: &[Case]) -> Result<(), String> {
        for case in cases {
            match self.leave_out(case) {
                Some(reason) => self.skip(reason),
                None => self.record(case).await?,
            }
        }
        Ok(())
    }

    fn leave_out(&self, case: &Case) -> Option<&'static str> {
        if case.needs.control {
            return Some("the control surface is the mock's own");
        }
        // What a case leaves behind after a crash must be findable by its mark.
        (self.allow_writes && !case.unmarked_writes().is_empty())
            .then_some("it changes what the run does not create")
    }

    async fn record(&mut self, case: &Case) -> Result<(), String> {
        for outcome in self.runner.run_all(case, self.newest).await {
            if let Verdict::Skipped(reason) = &outcome.verdict {
                self.skip(reason);
                continue;
            }
            let version = outcome.version.to_string();
            let recording = Recording::of(&case.name, &version, &outcome.exchanges, &self.vocabulary);
            let path = self
                .recordings
                .write(&recording)
                .map_err(|error| format!("{error}; name another folder with --out"))?;
            let note = if outcome.differs() { " (the org contradicts the case)" } else { "" };
            output::say(&format!("{}{note}", path.display()));
            self.written += 1;
        }
        if let Some(ledger) = &self.ledger {
            sweep(&self.client, ledger, self.newest, Moment::Afterwards).await?;
        }
        Ok(())
    }

    fn skip(&mut self, reason: &str) {
        *self.skipped.entry(reason.to_owned()).or_default() += 1;
    }

    fn tell(&self) {
        let skipped: usize = self.skipped.values().sum();
        let advice = if self.written > 0 { "; read the files before you share them" } else { "" };
        output::say(&format!("{} recorded, {skipped} skipped{advice}", self.written));
        let mut reasons: Vec<_> = self.skipped.iter().collect();
        reasons.sort_by(|one, two| two.1.cmp(one.1));
        for (reason, count) in reasons {
            output::say(&format!("  {count} skipped: {reason}"));
        }
    }
}
