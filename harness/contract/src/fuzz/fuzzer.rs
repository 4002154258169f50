//! Lives without end: drawn by seeds, stopped by a finding or when the budget is used up, shrunk when they fail.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use thiserror::Error;

use crate::{
    client::{ClientError, Target},
    fuzz::{
        finding::{Finding, Origin},
        life::{is_harmless, live},
        org::FuzzedOrg,
        regression::Regression,
        shrink::{Drawn, Shrunk, shrink},
        wire::{Budget, Stop},
    },
    schemas::Schemas,
};

/// How many calls it takes at most to find out what an org offers.
const FINDING_OUT: u64 = 20;

/// How much is fuzzed.
#[derive(Debug, Clone)]
pub struct Options {
    /// The seed of the first life; the next ones have the numbers that follow.
    pub seed: u64,
    /// By how much the seeds of two lives that follow each other differ: the number of runs side by side.
    pub stride: u64,
    /// How many steps are performed before no further life begins.
    pub steps: u64,
    /// How many lives are lived at most, besides the regressions.
    pub lives: Option<u64>,
    /// How many steps a life has at most.
    pub longest: usize,
    /// For how long.
    pub time: Option<Duration>,
    /// With how many requests, those of shrinking and of tidying up included.
    pub max_calls: Option<u64>,
    /// For how long a finding is made smaller.
    pub shrink_time: Duration,
    /// With how many requests a finding is made smaller.
    pub shrink_calls: u64,
    /// The lives that are lived first.
    pub regressions: Vec<Regression>,
    /// Set by a run that has found something, so that those beside it end, too.
    pub halt: Arc<AtomicBool>,
    /// Set by whoever wants everything to end, be it in the middle of a life: what was made is still removed.
    pub interrupt: Arc<AtomicBool>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 0,
            stride: 1,
            steps: 1000,
            lives: None,
            longest: 40,
            time: None,
            max_calls: None,
            shrink_time: Duration::from_secs(30),
            shrink_calls: 50_000,
            regressions: Vec::new(),
            halt: Arc::default(),
            interrupt: Arc::default(),
        }
    }
}

/// What a run has done.
#[derive(Debug, Default)]
pub struct Fuzzed {
    /// The steps that were performed, each with everything compared after it.
    pub steps: u64,
    /// The lives.
    pub lives: u64,
    /// The requests, those of shrinking and of tidying up included.
    pub calls: u64,
    /// How long it took, without shrinking.
    pub elapsed: Duration,
    /// What was found.
    pub finding: Option<Finding>,
    /// What was used up before all steps were performed.
    pub spent: Option<String>,
    /// The records that could not be removed from an org that is no mock.
    pub left: Vec<String>,
}

/// Why an org could not be fuzzed.
#[derive(Debug, Error)]
pub enum FuzzError {
    /// There was no answer.
    #[error(transparent)]
    Silent(#[from] ClientError),
    /// The org lacks something; says what to do.
    #[error("{0}")]
    Unfit(String),
}

/// Fuzzes an org.
///
/// A mock (an org with the control surface under `/__mockorg/`) **is reset** before each life and at the end; its
/// time is moved, failures are injected into its jobs, and its permissions change. On any other org, which must permit
/// writes, there is neither of these: each life has an account of its own whose name says so, jobs are waited for,
/// nothing that was there before is changed, and what was made is removed.
///
/// # Errors
///
/// [`FuzzError`] when the org does not answer, or lacks the products that are sold.
pub async fn fuzz(target: Target, schemas: Arc<Schemas>, options: &Options) -> Result<Fuzzed, FuzzError> {
    let began = Instant::now();
    let base_url = target.base_url.clone();
    let until = options.time.and_then(|time| began.checked_add(time));
    let ends = vec![Arc::clone(&options.halt), Arc::clone(&options.interrupt)];
    let budget = Budget::new(options.max_calls, until, ends);
    let mark = format!("{}", options.seed);
    let org = FuzzedOrg::meet(target, schemas, &budget, mark).await.map_err(fatal)?;
    let mut fuzzed = Fuzzed::default();
    let mut lives = Lives::new(options);
    while let Some((origin, drawn)) = lives.next(&fuzzed) {
        let drawn = if org.has_control() { drawn } else { drawn.only(is_harmless) };
        let before = budget.calls();
        let life = live(&org, &drawn.steps(), &budget, false).await;
        fuzzed.steps += life.performed;
        fuzzed.lives += 1;
        fuzzed.left.extend(life.left);
        match life.stop {
            None => {}
            Some(Stop::Deviates(deviations)) => {
                options.halt.store(true, Ordering::Relaxed);
                fuzzed.elapsed = began.elapsed();
                let until = Instant::now().checked_add(options.shrink_time);
                // The shortest life is lived once more, which must not cost more than is left.
                let again = budget.calls() - before + FINDING_OUT;
                let most = options.shrink_calls.min(budget.left().saturating_sub(again));
                let trying = Budget::new(Some(most), until, vec![Arc::clone(&options.interrupt)]);
                let telling = Budget::new(Some(budget.left().min(again)), None, Vec::new());
                let Shrunk { drawn, steps, life, deviations } =
                    shrink(&org, drawn, (deviations, life.reached), [&trying, &telling]).await;
                fuzzed.calls = trying.calls() + telling.calls();
                let exchanges = life.exchanges;
                fuzzed.finding = Some(Finding { origin, drawn, steps, deviations, exchanges, base_url });
                break;
            }
            Some(Stop::Spent(what)) => {
                fuzzed.spent = Some(what);
                break;
            }
            Some(other) => return Err(fatal(other)),
        }
    }
    if fuzzed.finding.is_none() {
        fuzzed.elapsed = began.elapsed();
    }
    org.leave(&budget).await.map_err(fatal)?;
    fuzzed.calls += budget.calls();
    Ok(fuzzed)
}

fn fatal(stop: Stop) -> FuzzError {
    match stop {
        Stop::Silent(error) => FuzzError::Silent(error),
        Stop::Unfit(what) => FuzzError::Unfit(what),
        Stop::Spent(what) => FuzzError::Unfit(format!("{what}, before the first step")),
        Stop::Deviates(deviations) => {
            let said: Vec<String> = deviations.iter().map(ToString::to_string).collect();
            FuzzError::Unfit(format!("before the first step the org answered otherwise: {}", said.join("; ")))
        }
    }
}

/// The lives of a run, one after the other.
struct Lives<'a> {
    options: &'a Options,
    regressions: std::slice::Iter<'a, Regression>,
    drawn: u64,
}

impl<'a> Lives<'a> {
    fn new(options: &'a Options) -> Self {
        Self { options, regressions: options.regressions.iter(), drawn: 0 }
    }

    fn next(&mut self, fuzzed: &Fuzzed) -> Option<(Origin, Drawn)> {
        let options = self.options;
        if options.halt.load(Ordering::Relaxed) {
            return None;
        }
        if let Some(regression) = self.regressions.next() {
            let origin = Origin::Regression(regression.name.clone());
            let drawn = match regression.seed.filter(|_| regression.steps.is_empty()) {
                Some(seed) => Drawn::new(seed, options.longest)?,
                None => Drawn::written(&regression.steps),
            };
            return Some((origin, drawn));
        }
        if fuzzed.steps >= options.steps || options.lives.is_some_and(|lives| self.drawn >= lives) {
            return None;
        }
        let seed = options.seed.wrapping_add(self.drawn.wrapping_mul(options.stride.max(1)));
        self.drawn += 1;
        Some((Origin::Seed(seed), Drawn::new(seed, options.longest)?))
    }
}
