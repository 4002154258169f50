//! The flags of `mockorg conform`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use mockorg_contract::{conform::CaseVerdict, report::Threshold};

use super::outputs::{Format, Output};
use crate::{connect::ConnectArguments, contract_data::ContractDataArguments};

/// Hold an org against the contract cases
///
/// Each case is run on the org and, beside it, on a fresh mock; the verdicts are: `match` (the org does what the case
/// says and answers as the mock does), `differs` (it answers otherwise than the mock, or, without a mock beside it,
/// than the case says), `mock-only` (only the mock does what the case says), `org-only` (only the org does), `flaky`
/// (a second try went otherwise) and `skipped`.
///
/// A mock is reset before each case. Any other org is only read, unless --allow-writes is given: then cases that
/// create marked records run, too, and whatever they create is removed again, even after Ctrl-C; after a crash
/// `mockorg conform cleanup` does it.
///
/// Exit codes: 0 when no more cases than permitted went wrong, 2 when more did (see --fail-on and --max-differs),
/// 1 when the cases could not be run, 130 when the run was interrupted.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ConformArguments {
    #[command(subcommand)]
    pub(crate) command: Option<ConformCommand>,
    #[command(flatten)]
    pub(crate) connect: ConnectArguments,
    #[command(flatten)]
    pub(crate) data: ContractDataArguments,
    #[command(flatten)]
    pub(crate) safety: SafetyArguments,
    #[command(flatten)]
    pub(crate) comparison: ComparisonArguments,
    #[command(flatten)]
    pub(crate) outcome: OutcomeArguments,
}

/// What else `conform` does.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum ConformCommand {
    /// Remove what an earlier run has left in an org, by its ledger
    Cleanup(CleanupArguments),
}

/// Which ledger is worked off, and on which org.
///
/// Deletes exactly the records that the ledger names, and those that carry its mark. Exit codes: 0 when nothing is
/// left, 2 when something is, 1 when it could not be tried.
#[derive(Clone, Debug, Args)]
pub(crate) struct CleanupArguments {
    #[command(flatten)]
    pub(crate) connect: ConnectArguments,
    /// The ledger; without it, all ledgers of this user that speak of the org
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: Option<PathBuf>,
}

/// What a run may do to an org, and how much of it.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Safety")]
pub(crate) struct SafetyArguments {
    /// Leave out cases that change data; the default for any org but a mock
    #[arg(long, conflicts_with = "allow_writes")]
    pub(crate) read_only: bool,
    /// Run cases that create marked records, and remove these; the default for a mock, which is reset
    #[arg(long)]
    pub(crate) allow_writes: bool,
    /// Where to keep the record of what must be removed [default: a new file in the user's state folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: Option<PathBuf>,
    /// Send at most this many requests, tries and cleanup included; logging in comes on top
    #[arg(long, value_name = "NUMBER")]
    pub(crate) max_calls: Option<u64>,
    /// Begin no case when the org has used more than this share of its daily calls
    #[arg(long, value_name = "PERCENT", default_value = "80%", value_parser = parse_percent)]
    pub(crate) max_usage: u8,
    /// Send at most this many requests per second
    #[arg(long, value_name = "NUMBER", value_parser = parse_rate)]
    pub(crate) rate: Option<f64>,
}

/// What the org is compared with, and how.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Comparison")]
pub(crate) struct ComparisonArguments {
    /// Compare with the cases alone, not with a mock beside the org
    #[arg(long)]
    pub(crate) no_reference: bool,
    /// A folder with definitions of further objects for the mock beside the org
    #[arg(long, value_name = "DIR")]
    pub(crate) reference_schema: Vec<PathBuf>,
    /// A file with rules that excuse differences between mock and org, instead of those that come with mockorg
    #[arg(long, value_name = "FILE")]
    pub(crate) excuses: Option<PathBuf>,
    /// How often a case that differs is tried again
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) retries: u32,
    /// Keep results in this file as the run goes, and do not repeat those that it has already
    #[arg(long, value_name = "FILE")]
    pub(crate) resume: Option<PathBuf>,
    /// A file with known gaps, instead of those that come with mockorg; cases of the same names do not count against
    /// the org
    #[arg(long, value_name = "FILE", conflicts_with = "no_gaps")]
    pub(crate) gaps: Option<PathBuf>,
    /// Leave out the cases of what the mock is known not to do
    #[arg(long)]
    pub(crate) no_gaps: bool,
}

/// What is told at the end.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Outcome")]
pub(crate) struct OutcomeArguments {
    /// The form of the report on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Terminal)]
    pub(crate) format: Format,
    /// A further report in a file, such as junit=report.xml; can be repeated
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    pub(crate) reports: Vec<Output>,
    /// The verdicts that make the run fail: differs, mock-only, org-only, flaky, skipped, or never
    #[arg(long, value_name = "VERDICT,…", value_delimiter = ',', default_value = "differs,mock-only")]
    pub(crate) fail_on: Vec<FailOn>,
    /// How many cases with these verdicts are borne
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) max_differs: usize,
}

/// A verdict that makes a run fail, or `never`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailOn {
    Never,
    Verdict(CaseVerdict),
}

impl std::str::FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            _ if text == "never" => Ok(Self::Never),
            Ok(CaseVerdict::Match) => Err("a match is no failure".to_owned()),
            Ok(verdict) => Ok(Self::Verdict(verdict)),
            Err(error) => Err(error),
        }
    }
}

impl OutcomeArguments {
    /// When the run fails.
    pub(crate) fn threshold(&self) -> Threshold {
        let verdicts = self.fail_on.iter().filter_map(|on| match on {
            FailOn::Never => None,
            FailOn::Verdict(verdict) => Some(*verdict),
        });
        Threshold { fail_on: verdicts.collect(), at_most: self.max_differs }
    }
}

fn parse_percent(text: &str) -> Result<u8, String> {
    let number = text.strip_suffix('%').unwrap_or(text).trim().parse().ok();
    number.filter(|percent| *percent <= 100).ok_or_else(|| "give a share from 0% to 100%".to_owned())
}

fn parse_rate(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate >= 0.001);
    number.ok_or_else(|| "give a number of requests per second, such as 5 or 0.5".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_rates_that_mean_nothing_are_refused() {
        assert_eq!(parse_percent("80%"), Ok(80));
        assert_eq!(parse_percent("5"), Ok(5));
        assert!(parse_percent("101%").is_err() && parse_percent("-1").is_err());
        assert_eq!(parse_rate("0.5"), Ok(0.5));
        assert!(parse_rate("0").is_err() && parse_rate("inf").is_err() && parse_rate("NaN").is_err());
    }

    #[test]
    fn never_and_verdicts_are_understood_and_a_match_is_no_failure() {
        assert_eq!("never".parse(), Ok(FailOn::Never));
        assert_eq!("org-only".parse(), Ok(FailOn::Verdict(CaseVerdict::OrgOnly)));
        assert!("match".parse::<FailOn>().is_err());
        assert!("sometimes".parse::<FailOn>().is_err_and(|message| message.contains("mock-only")));
    }
}
