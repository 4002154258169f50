//! The progress bar, on a terminal only.

use std::collections::BTreeMap;

use indicatif::{ProgressBar, ProgressStyle};
use mockorg_contract::{
    conform::{CaseResult, CaseVerdict},
    report::terminal,
};

use crate::output;

/// How far a run is.
#[derive(Debug)]
pub(crate) struct Bar {
    bar: ProgressBar,
    counts: BTreeMap<CaseVerdict, u64>,
    /// Whether results are told as they come.
    tells: bool,
}

impl Bar {
    /// A bar for a number of cases. It shows nothing when standard error is no terminal.
    pub(crate) fn new(cases: usize, tells: bool) -> Self {
        let bar = ProgressBar::new(cases as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Self { bar, counts: BTreeMap::new(), tells }
    }

    /// A case is done.
    pub(crate) fn heard(&mut self, result: &CaseResult) {
        *self.counts.entry(result.verdict).or_default() += 1;
        let counts = self.counts.iter().map(|(verdict, count)| format!("{count} {verdict}"));
        self.bar.set_message(counts.collect::<Vec<_>>().join(", "));
        self.bar.inc(1);
        // Skipped cases are told together at the end.
        if self.tells && result.verdict != CaseVerdict::Skipped {
            let lines = terminal::lines(result);
            if !lines.is_empty() {
                self.bar.suspend(|| output::say(lines.trim_end()));
            }
        }
    }

    /// The run is over.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
