//! The run: each case on the target, beside it on a fresh reference, and nothing left behind.

use std::{any::Any, collections::BTreeMap, fmt, sync::Arc, time::Duration};

use super::{
    gap::judge_gap,
    judge::{Judgement, judge},
    kept::KeptResults,
    ledger::Ledger,
    mock::{self, Reset},
    plan::Planned,
    result::{CaseResult, CaseVerdict},
    sweep::{Moment, Swept, sweep},
};
use crate::{
    Client, ClientError, Outcome, Runner, Schemas, Target, Verdict, answer::Exchange, diff::Rules, gaps::Gap,
    meter::Meter, version::ApiVersion,
};

/// An org to compare with, for one case.
pub struct Reference {
    /// How it is reached.
    pub target: Target,
    /// What must be kept as long as it is needed.
    pub guard: Box<dyn Any + Send>,
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reference").field("base_url", &self.target.base_url).finish_non_exhaustive()
    }
}

/// Starts a fresh org to compare with.
pub type StartReference = Box<dyn Fn() -> Result<Reference, String> + Send>;

/// What a run works with, beside the target.
#[derive(Default)]
pub struct Options {
    /// The org beside the target; without one, the cases alone decide.
    pub reference: Option<StartReference>,
    /// Differences between a mock and an org that mean nothing.
    pub rules: Rules,
    /// How often a case that differs is tried again.
    pub retries: u32,
    /// For a mock that may be reset before each case: how.
    pub reset: Option<Reset>,
    /// For any other org that may be written to: the record of what has to be removed.
    pub ledger: Option<Arc<Ledger>>,
    /// Results on the disk, old and new.
    pub kept: Option<KeptResults>,
    /// Name of a case → the known gap that it belongs to.
    pub known_gaps: BTreeMap<String, Gap>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("retries", &self.retries)
            .field("reset", &self.reset)
            .finish_non_exhaustive()
    }
}

/// A run of cases against a target.
#[derive(Debug)]
pub struct Conformance {
    schemas: Arc<Schemas>,
    client: Client,
    runner: Runner,
    newest: ApiVersion,
    options: Options,
    results: Vec<CaseResult>,
    problems: Vec<String>,
}

/// The reason of cases that a spent budget left out.
pub const BUDGET: &str = "call budget";

impl Conformance {
    /// A run against a target whose newest version is given. The meter's limits hold for everything that is sent to
    /// the target.
    ///
    /// # Errors
    ///
    /// As [`Client::new`].
    pub fn new(
        target: Target,
        newest: ApiVersion,
        schemas: Arc<Schemas>,
        meter: Arc<Meter>,
        options: Options,
    ) -> Result<Self, ClientError> {
        let mut client = Client::new(target, Arc::clone(&schemas))?.metered(meter);
        if let Some(ledger) = &options.ledger {
            client = client.witnessed(Arc::clone(ledger) as Arc<_>);
        }
        let runner = Runner::over(client.clone());
        Ok(Self { schemas, client, runner, newest, options, results: Vec::new(), problems: Vec::new() })
    }

    /// The results so far.
    pub fn results(&self) -> &[CaseResult] {
        &self.results
    }

    /// What went wrong beside the cases: records that could not be removed.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// The count of requests to the target.
    pub fn meter(&self) -> &Meter {
        self.client.meter()
    }

    /// Runs all planned cases that have no result yet, and tells each result.
    ///
    /// The future may be dropped between and within cases; [`Conformance::abandon`] then cleans up.
    ///
    /// # Errors
    ///
    /// A sentence when the run cannot go on: the mock cannot be reset, the reference does not start, or a file
    /// cannot be written.
    pub async fn run(
        &mut self,
        planned: &[Planned],
        mut heard: impl FnMut(&CaseResult),
    ) -> Result<(), String> {
        for planned in &planned[self.results.len().min(planned.len())..] {
            let old = self.options.kept.as_ref().and_then(|kept| kept.finished(&planned.key())).cloned();
            let result = match old {
                Some(result) => result,
                None => {
                    let result = self.case(planned).await?;
                    if let Some(kept) = &mut self.options.kept {
                        kept.keep(&result)?;
                    }
                    result
                }
            };
            heard(&result);
            self.results.push(result);
        }
        self.restore().await
    }

    /// After a run that was cut short: removes what it has created, as far as that can be told, and marks the cases
    /// that are missing as skipped.
    ///
    /// # Errors
    ///
    /// A sentence when the ledger cannot be written.
    pub async fn abandon(&mut self, planned: &[Planned]) -> Result<(), String> {
        for planned in &planned[self.results.len().min(planned.len())..] {
            let result = skipped(planned, "interrupted");
            self.results.push(result);
        }
        self.sweep(Moment::Interrupted).await?;
        self.restore().await
    }

    /// Leaves a mock as it was started.
    async fn restore(&self) -> Result<(), String> {
        match self.options.reset {
            Some(_) => mock::restore(&self.client).await,
            None => Ok(()),
        }
    }

    async fn case(&mut self, planned: &Planned) -> Result<CaseResult, String> {
        if let Some(reason) = self.leave_out(planned) {
            return Ok(skipped(planned, &reason));
        }
        let first = self.attempt(planned).await?;
        let mut result = first;
        for _ in 0..self.options.retries {
            if !result.verdict.is_deviation() || self.leave_out(planned).is_some() {
                break;
            }
            let second = self.attempt(planned).await?;
            result.calls += second.calls;
            result.retries += second.retries;
            if second.verdict == CaseVerdict::Skipped {
                break;
            }
            if second.verdict != result.verdict {
                let reason = format!("{} at first, {} at the next try", result.verdict, second.verdict);
                result.reason = Some(reason);
                result.verdict = CaseVerdict::Flaky;
            }
        }
        Ok(result)
    }

    /// Why a case cannot be run now.
    fn leave_out(&self, planned: &Planned) -> Option<String> {
        if planned.version > self.newest {
            return Some(format!("the target's newest version is {}", self.newest));
        }
        if planned.case.needs.writes && self.options.ledger.is_some() {
            let unmarked = planned.case.unmarked_writes();
            if !unmarked.is_empty() {
                return Some(format!("{} would change what the run did not create", unmarked.join(", ")));
            }
        }
        if let Some(reason) = self.client.meter().overused() {
            return Some(reason);
        }
        // What a case creates must be removable with what is left.
        let reserve = if planned.case.needs.writes { planned.least } else { 0 };
        let enough = self.client.meter().left().is_none_or(|left| left >= planned.least + reserve);
        (!enough).then(|| BUDGET.to_owned())
    }

    async fn attempt(&mut self, planned: &Planned) -> Result<CaseResult, String> {
        self.reset().await?;
        let (calls, retries) = (self.client.meter().calls(), self.client.meter().retries());
        let outcome = self.runner.run(&planned.case, planned.version).await;
        self.sweep(Moment::Afterwards).await?;
        let mut result = skipped(planned, "");
        result.calls = self.client.meter().calls() - calls;
        result.retries = self.client.meter().retries() - retries;
        result.millis = millis(outcome.exchanges.iter().map(|exchange| exchange.elapsed).sum());
        result.curl = failing(&outcome).map(|exchange| exchange.answer.curl.to_string());
        if self.client.meter().left() == Some(0) && was_withheld(&outcome) {
            result.reason = Some(BUDGET.to_owned());
            result.curl = None;
            return Ok(result);
        }
        let reference = match outcome.verdict {
            Verdict::Skipped(_) => None,
            Verdict::Match | Verdict::Differs(_) => self.reference(planned).await?,
        };
        let mut judgement = judge(&outcome, reference.as_ref(), &self.options.rules);
        if let Some(gap) = self.options.known_gaps.get(&planned.case.name) {
            let mock = self.client.target().control;
            let known = judge_gap(gap, &outcome, mock, reference.as_ref(), &mut judgement);
            result.known_gap = known.then(|| gap.id.clone());
        }
        let Judgement { verdict, differences, excused, note } = judgement;
        result.verdict = verdict.unwrap_or(CaseVerdict::Skipped);
        if result.verdict == CaseVerdict::Match {
            result.curl = None;
        }
        if result.curl.is_none() && result.verdict.is_deviation() {
            let step = differences.first().map(|finding| finding.step.as_str());
            let of_step = |exchange: &&Exchange| Some(exchange.label.as_str()) == step;
            result.curl =
                outcome.exchanges.iter().rfind(of_step).map(|exchange| exchange.answer.curl.to_string());
        }
        (result.differences, result.excused, result.reason) = (differences, excused, note);
        Ok(result)
    }

    /// The same case on an org of its own.
    async fn reference(&self, planned: &Planned) -> Result<Option<Outcome>, String> {
        let Some(start) = &self.options.reference else { return Ok(None) };
        let reference = start()?;
        let mut target = reference.target.clone();
        if let Some(mark) = self.client.target().variables.get("mark") {
            target.variables.insert("mark".to_owned(), mark.clone());
        }
        let runner = Runner::new(target, Arc::clone(&self.schemas)).map_err(|error| error.to_string())?;
        let outcome = runner.run(&planned.case, planned.version).await;
        drop(reference.guard);
        Ok(Some(outcome))
    }

    async fn reset(&mut self) -> Result<(), String> {
        let Some(reset) = &self.options.reset else { return Ok(()) };
        let target = reset.perform(&self.client).await?;
        if target.credentials != self.client.target().credentials {
            let meter = Arc::clone(self.client.meter());
            let client = Client::new(target, Arc::clone(&self.schemas)).map_err(|error| error.to_string())?;
            self.client = client.metered(meter);
            self.runner = Runner::over(self.client.clone());
        }
        Ok(())
    }

    async fn sweep(&mut self, moment: Moment) -> Result<(), String> {
        let Some(ledger) = self.options.ledger.clone() else { return Ok(()) };
        if ledger.is_settled() {
            return Ok(());
        }
        let Swept { kept, unsettled, .. } = sweep(&self.client, &ledger, self.newest, moment).await?;
        let records = kept.iter().map(|kept| format!("{} stays: {}", kept.created.id, kept.reason));
        let requests = unsettled.iter().map(|(intent, reason)| format!("{}: {reason}", intent.request));
        for problem in records.chain(requests).collect::<Vec<_>>() {
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
        Ok(())
    }
}

/// The exchange at which the target went wrong.
fn failing(outcome: &Outcome) -> Option<&Exchange> {
    outcome.failed.and_then(|index| outcome.exchanges.get(index))
}

/// Whether a request of the case was not sent.
fn was_withheld(outcome: &Outcome) -> bool {
    let Verdict::Differs(differences) = &outcome.verdict else { return false };
    differences
        .iter()
        .any(|difference| difference.place == "request" && difference.got.starts_with("not sent: "))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The result of a case that was not run; also what the result of any case begins as.
fn skipped(planned: &Planned, reason: &str) -> CaseResult {
    CaseResult {
        case: planned.case.name.clone(),
        title: planned.case.title.clone(),
        source: planned.case.source.clone(),
        version: planned.version.to_string(),
        verdict: CaseVerdict::Skipped,
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
        known_gap: None,
        millis: 0,
        calls: 0,
        retries: 0,
        curl: None,
        differences: Vec::new(),
        excused: Vec::new(),
    }
}
