//! The command line.

use std::{net::IpAddr, path::PathBuf, str::FromStr, time::Duration};

use clap::{Args, Parser, Subcommand};
use mockorg::{ApiVersion, Clock, Timestamp};

use crate::{
    capture::CaptureArguments,
    conform::ConformArguments,
    control_access::{ControlChoice, parse_control},
    ctl::CtlArguments,
    data::DataArguments,
    drift::DriftArguments,
    faults::FaultsArguments,
    fuzz::FuzzArguments,
    import::ImportArguments,
    limits::LimitArguments,
    record::RecordArguments,
    replay::ReplayArguments,
    schemas::SchemasArguments,
};

/// A mock of a Salesforce org.
#[derive(Debug, Parser)]
#[command(name = "mockorg", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What to do; without a command, `serve`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start an org and serve it until it is stopped
    Serve(ServeArguments),
    /// What can go wrong on purpose, with an example of each
    Faults(FaultsArguments),
    /// Live random lives of subscriptions on an org and hold it against the model
    Fuzz(FuzzArguments),
    /// Move the time of a running org, look at it, break it: its control surface
    Ctl(Box<CtlArguments>),
    /// Do again what a recording holds, and show the first answer that differs
    Replay(ReplayArguments),
    /// Hold an org against the contract cases
    Conform(Box<ConformArguments>),
    /// Serve an org and write down what a client does with it, as contract cases
    Capture(CaptureArguments),
    /// Take over what an org says of its objects
    Import(ImportArguments),
    /// Write down what an org answers to the contract cases, redacted
    Record(RecordArguments),
    /// Compare a saved import with the org of today
    Drift(DriftArguments),
    /// The JSON Schemas of what an org answers
    Schemas(SchemasArguments),
}

/// How the org begins.
#[derive(Clone, Debug, Args)]
pub(crate) struct ServeArguments {
    /// The port to listen on; 0 means any free one
    #[arg(long, default_value_t = Self::PORT)]
    pub(crate) port: u16,
    /// The address to listen on
    #[arg(long, default_value_t = Self::HOST)]
    pub(crate) host: IpAddr,
    /// The org file to begin with, or the name of a built-in org
    #[arg(long, value_name = "FILE", default_value = Self::ORG)]
    pub(crate) org: PathBuf,
    /// A folder with definitions of further objects
    #[arg(long, value_name = "DIR")]
    pub(crate) schema: Vec<PathBuf>,
    /// A folder with metadata of the org: a project with force-app, or one with package.xml
    #[arg(long, value_name = "DIR")]
    pub(crate) metadata: Vec<PathBuf>,
    /// The maximum of a limit by the name that /limits has, such as DailyApiRequests=100. Requests beyond it are refused
    /// for DailyApiRequests, DailyBulkApiBatches and DailyBulkV2QueryJobs; the others are only shown
    #[arg(long, value_name = "NAME=MAX", value_parser = parse_limit)]
    pub(crate) limit: Vec<(String, u64)>,
    /// The access token of the administrator's session
    #[arg(long, value_name = "TOKEN", value_parser = parse_token)]
    pub(crate) session_token: Option<String>,
    /// The seed of ids, tokens and everything else that is left to chance
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) seed: u64,
    /// The org's time: `system`, or an instant such as 2026-01-15T09:00:00Z at which it stands until it is moved
    #[arg(long, value_name = "system|TIMESTAMP", default_value = "system", value_parser = parse_clock)]
    pub(crate) clock: Clock,
    /// How long asynchronous operations take, such as 500ms, 2s or 1m
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = parse_duration)]
    pub(crate) async_delay: Duration,
    /// The newest API version to serve; later ones do not exist
    #[arg(long, value_name = "VERSION", default_value_t = ApiVersion::NEWEST, value_parser = parse_version)]
    pub(crate) api_version: ApiVersion,
    /// The address that answers carry, for an org behind a proxy
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Who may use /__mockorg/…: `open` is everybody, `token` who sends the header X-Mockorg-Token, with the token of
    /// MOCKORG_CONTROL_TOKEN or a new one. Default: open on a loopback address, otherwise token
    #[arg(long, value_name = "open|off|token[=TOKEN]", value_parser = parse_control)]
    pub(crate) control: Option<ControlChoice>,
    /// Keep so many calls with headers and bodies, for GET /__mockorg/journal; without it addresses and statuses
    #[arg(long, value_name = "CALLS")]
    pub(crate) journal: Option<usize>,
    /// Listen on a further port with TLS; 0 means any free one
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "7443")]
    pub(crate) tls_port: Option<u16>,
    /// A PEM file with the certificate for TLS; without it one is made at each start
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// A PEM file with the key of the certificate
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Record everything that is done, with what comes of it, for `mockorg replay`; passwords and tokens of this org
    /// included
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    pub(crate) record: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) data: DataArguments,
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
}

impl ServeArguments {
    const PORT: u16 = 8080;
    const HOST: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const ORG: &str = "starter";
    /// The port with TLS when none is given: that of the platform's own event service.
    pub(crate) const TLS_PORT: u16 = 7443;
}

impl Default for ServeArguments {
    fn default() -> Self {
        Self {
            port: Self::PORT,
            host: Self::HOST,
            org: Self::ORG.into(),
            schema: Vec::new(),
            metadata: Vec::new(),
            limit: Vec::new(),
            session_token: None,
            seed: 0,
            clock: Clock::SYSTEM,
            async_delay: Duration::from_secs(1),
            api_version: ApiVersion::NEWEST,
            public_url: None,
            control: None,
            journal: None,
            tls_port: None,
            tls_cert: None,
            tls_key: None,
            record: None,
            data: DataArguments::default(),
            limits: LimitArguments::default(),
        }
    }
}

pub(crate) fn parse_token(text: &str) -> Result<String, String> {
    // What cannot stand in a header, no client could send.
    if !text.is_empty() && text.bytes().all(|c| c.is_ascii_graphic()) {
        return Ok(text.to_owned());
    }
    Err("a token consists of visible ASCII characters".to_owned())
}

fn parse_limit(text: &str) -> Result<(String, u64), String> {
    let limit = text.split_once('=').and_then(|(name, max)| Some((name.to_owned(), max.parse().ok()?)));
    limit.ok_or_else(|| "give a name and a whole number, such as DailyApiRequests=100".to_owned())
}

fn parse_clock(text: &str) -> Result<Clock, String> {
    if text.eq_ignore_ascii_case("system") {
        return Ok(Clock::SYSTEM);
    }
    let unknown = || "give `system` or an instant with a zone, such as 2026-01-15T09:00:00Z".to_owned();
    Timestamp::parse(text).map(Clock::Manual).ok_or_else(unknown)
}

pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    let unknown = || "give a number with a unit, such as 500ms, 2s, 1m or 1h".to_owned();
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(unknown)?;
    let (number, unit) = text.split_at(unit_at);
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(unknown()),
    };
    let number = u64::from_str(number).map_err(|_| unknown())?;
    number.checked_mul(millis).map(Duration::from_millis).ok_or_else(unknown)
}

pub(crate) fn parse_version(text: &str) -> Result<ApiVersion, String> {
    let (oldest, newest) = (ApiVersion::OLDEST, ApiVersion::NEWEST);
    let unknown = |_| format!("give a version from {oldest} to {newest}");
    text.strip_prefix('v').unwrap_or(text).parse().map_err(unknown)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn serve_without_flags_means_the_same_as_no_command_at_all() {
        let Some(Command::Serve(parsed)) = Arguments::parse_from(["mockorg", "serve"]).command else {
            panic!()
        };
        assert_eq!(format!("{parsed:?}"), format!("{:?}", ServeArguments::default()));
    }

    #[test]
    fn the_port_with_tls_is_that_of_the_platform_unless_one_is_given() {
        let parsed = |arguments: &[&str]| {
            let arguments = ["mockorg", "serve"].iter().chain(arguments);
            match Arguments::try_parse_from(arguments).map(|parsed| parsed.command) {
                Ok(Some(Command::Serve(parsed))) => Some(parsed.tls_port),
                _ => None,
            }
        };
        assert_eq!(parsed(&[]), Some(None));
        assert_eq!(parsed(&["--tls-port"]), Some(Some(ServeArguments::TLS_PORT)));
        assert_eq!(parsed(&["--tls-port", "0"]), Some(Some(0)));
        // A certificate is of no use without its key.
        assert_eq!(parsed(&["--tls-cert", "a.pem"]), None);
    }

    #[test]
    fn a_limit_is_a_name_and_a_whole_number() {
        assert_eq!(parse_limit("DailyApiRequests=2"), Ok(("DailyApiRequests".to_owned(), 2)));
        for text in
            ["", "DailyApiRequests", "DailyApiRequests=", "DailyApiRequests=-1", "DailyApiRequests=1.5"]
        {
            assert!(parse_limit(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_need_a_number_and_a_known_unit() {
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("2m"), Ok(Duration::from_secs(120)));
        for text in ["", "5", "s", "-1s", "5d", "1.5s", "99999999999999999999s", "18446744073709551615h"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn clocks_versions_and_tokens_that_mean_nothing_are_refused() {
        assert!(parse_clock("2026-01-15T09:00:00").is_err());
        assert!(parse_version("69.0").is_err());
        assert_eq!(parse_version("v58.0").map(ApiVersion::number), Ok(58));
        assert!(parse_token("two words").is_err());
    }
}
